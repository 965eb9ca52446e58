//! An invented web: what a search finds and what a page says, all of it under addresses that nobody can own.

use url::{Host, Url};

use crate::{
    chance::{Chance, mix},
    words::Attention,
};

/// A page that a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) title: String,
    pub(crate) url: String,
    pub(crate) content: String,
    /// When it was written, as a date.
    pub(crate) date: String,
}

/// Sites, each with what its titles and its words are made of.
const SITES: [(&str, &str, &str); 10] = [
    (
        "gondola-gazette.example",
        "{t}: what the boatmen say",
        "A gondolier of forty years remembers how {t} used to be, and what changed when {o} came.",
    ),
    (
        "lagoon-almanac.example",
        "The almanac's page on {t}",
        "Tides, hours and prices for {t}, with a short note on {o} and the best month to go.",
    ),
    (
        "painters-handbook.example",
        "How to draw {t}",
        "Four studies of {t} in pencil, from the first line to the last shadow; {o} is left for another day.",
    ),
    (
        "rialto-review.example",
        "{t} reviewed",
        "The review finds {t} better than its name, compares it with {o}, and gives four oars of five.",
    ),
    (
        "campo-library.example",
        "A short history of {t}",
        "Archives mention {t} as early as 1730. A clerk's hand adds {o} in the margin.",
    ),
    (
        "bridge-engineers.example",
        "{t} in figures",
        "Lengths, loads and costs around {t}, in a table of one page, with {o} for scale.",
    ),
    (
        "salt-and-sea.example",
        "Why {t} matters",
        "An essay that begins with {t}, loses its way at {o}, and comes home in time for supper.",
    ),
    (
        "winter-carnival.example",
        "{t} by night",
        "Photographs of {t} after dark, from a festival that also showed {o}.",
    ),
    (
        "open-water.example",
        "Questions about {t}",
        "Readers ask about {t}; the editors answer, and correct two things they said of {o}.",
    ),
    (
        "quiet-canal.example",
        "Notes on {t}",
        "Notes taken beside {t} over one year, a paragraph to each month, and one on {o}.",
    ),
];

/// Subjects that a query has none of.
const SPARE: [&str; 4] = ["the lagoon", "the old bridge", "early light", "the regatta"];

/// Pages about a query: the same ones for the same query and provider.
pub(crate) fn search(query: &str, provider: &str, most: usize) -> Vec<Found> {
    let about = Attention::pay(query);
    let mut topics: Vec<&str> = about.names.iter().chain(&about.topics).map(String::as_str).collect();
    topics.extend(SPARE);
    let mut chance = Chance::new(mix(mix(1, provider), query));
    let first = chance.below(SITES.len() as u32) as usize;
    (0..most)
        .map(|place| {
            let (site, title, content) = SITES[(first + place) % SITES.len()];
            let topic = topics[usize::from(place >= SITES.len())];
            let other = topics[1 + (place % (topics.len() - 1))];
            let fill = |text: &str| text.replace("{t}", topic).replace("{o}", other);
            let slug: String = fill(title)
                .to_lowercase()
                .split(|letter: char| !letter.is_alphanumeric())
                .filter(|word| !word.is_empty())
                .collect::<Vec<_>>()
                .join("-");
            Found {
                title: fill(title),
                url: format!(
                    "https://{site}/{}/{}",
                    place + 1,
                    url::form_urlencoded::byte_serialize(slug.as_bytes()).collect::<String>()
                ),
                content: format!("{} (Invented by the sandbox.)", fill(content)),
                date: format!("2026-{:02}-{:02}", 1 + chance.below(10), 1 + chance.below(28)),
            }
        })
        .collect()
}

/// Why a page is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotTold {
    /// Not an http address.
    NoAddress,
    /// An address of a private network, or of this machine.
    Private,
    /// A site that turns readers of its kind away.
    Blocked,
}

const BLOCKED: [&str; 4] = ["x.com", "twitter.com", "reddit.com", "redd.it"];

/// What a page says, in Markdown: invented from its address, for nothing is fetched.
pub(crate) fn page(address: &str) -> Result<String, NotTold> {
    let url = Url::parse(address).map_err(|_| NotTold::NoAddress)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(NotTold::NoAddress);
    }
    let host = match url.host().ok_or(NotTold::NoAddress)? {
        Host::Domain(name) => name.trim_end_matches('.').to_lowercase(),
        Host::Ipv4(ip) if is_public_v4(ip) => ip.to_string(),
        Host::Ipv6(ip) if is_public_v6(ip) => ip.to_string(),
        Host::Ipv4(_) | Host::Ipv6(_) => return Err(NotTold::Private),
    };
    let within = |site: &str| host == site || host.strip_suffix(site).is_some_and(|rest| rest.ends_with('.'));
    if ["localhost", "local", "internal", "home.arpa"].iter().any(|name| within(name))
        || !host.contains(['.', ':'])
    {
        return Err(NotTold::Private);
    }
    if BLOCKED.iter().any(|site| within(site)) {
        return Err(NotTold::Blocked);
    }
    Ok(told(&url, &host))
}

fn is_public_v4(ip: std::net::Ipv4Addr) -> bool {
    let shared = ip.octets()[0] == 100 && (64..128).contains(&ip.octets()[1]);
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_unspecified()
        || ip.is_broadcast()
        || ip.is_multicast()
        || shared)
}

fn is_public_v6(ip: std::net::Ipv6Addr) -> bool {
    if let Some(inner) = ip.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    !(ip.is_loopback()
        || ip.is_unspecified()
        || ip.is_unique_local()
        || ip.is_unicast_link_local()
        || ip.is_multicast())
}

fn told(url: &Url, host: &str) -> String {
    let words: Vec<&str> = url
        .path()
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| word.len() > 2 && word.parse::<u64>().is_err())
        .collect();
    let subject = if words.is_empty() { host.to_owned() } else { words.join(" ") };
    let links: Vec<String> =
        search(&subject, host, 3).iter().map(|found| format!("- [{}]({})", found.title, found.url)).collect();
    format!(
        "# {subject}\n\n*The sandbox fetches nothing: this page of {host} is invented.*\n\nWhat the real page says about \
         {subject} can't be known here. In its place stands a paragraph of the usual length, with a number (1739), a \
         **bold word** and a sentence that ends well.\n\n## Further reading\n\n{}\n",
        links.join("\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_about_its_query_and_repeats_itself() {
        let found = search("gondola regatta", "brave", 20);
        assert_eq!(found.len(), 20);
        assert!(found[0].title.contains("gondola") && found[0].url.contains(".example/1/"));
        assert_eq!(search("gondola regatta", "brave", 3), found[..3]);
        assert_ne!(search("gondola regatta", "google", 3), found[..3]);
        assert!(search("?", "brave", 1)[0].title.contains("lagoon"));
        let mut urls: Vec<_> = found.iter().map(|found| &found.url).collect();
        urls.sort();
        urls.dedup();
        assert_eq!(urls.len(), 20);
    }

    #[test]
    fn private_and_closed_places_are_not_told() {
        for address in [
            "http://127.0.0.1/",
            "http://10.1.2.3/a",
            "https://[::1]/",
            "http://localhost:8080",
            "http://printer/",
            "https://a.local/",
            "http://169.254.1.1",
            "http://[::ffff:192.168.0.1]/",
        ] {
            assert_eq!(page(address), Err(NotTold::Private), "{address}");
        }
        for address in ["https://x.com/a", "https://old.reddit.com/r/venice"] {
            assert_eq!(page(address), Err(NotTold::Blocked), "{address}");
        }
        for address in ["file:///etc/passwd", "gondola", "data:text/plain,a"] {
            assert_eq!(page(address), Err(NotTold::NoAddress), "{address}");
        }
        let told = page("https://example.com/venice/old-bridge-2").unwrap();
        assert!(told.starts_with("# venice old bridge\n") && told.contains("invented"), "{told}");
    }
}
