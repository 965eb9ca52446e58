//! Getting ready to answer: everything that came is looked at, the web is searched where it is to be.

use axum::http::StatusCode;

use super::{Ask, Prepared, Search, attachment, model::check};
use crate::{
    catalogue::{Model, TextRules},
    characters,
    refusal::Refusal,
    web,
};

/// How many pages a search for an answer finds.
const PAGES: usize = 4;
/// How many addresses of a message are read.
const ADDRESSES: usize = 3;

/// Words that make a question one of today.
const TODAY: [&str; 14] = [
    "latest",
    "today",
    "news",
    "current",
    "now",
    "this week",
    "this year",
    "price of",
    "weather",
    "最新",
    "今天",
    "新闻",
    "现在",
    "天气",
];

/// Looks at a request that a model is to answer. `sealed`: it came encrypted.
pub(crate) async fn prepare(
    model: Model,
    rules: TextRules,
    ask: Ask,
    sealed: bool,
) -> Result<Prepared, Refusal> {
    check(&ask, &rules, sealed)?;
    let voice = match &ask.features.character {
        Some(slug) => Some(character(slug)?),
        None => None,
    };
    let mut seen = Vec::new();
    for part in ask.turns.iter().flat_map(|turn| &turn.parts) {
        seen.extend(attachment::look(ask.field, part).await?);
    }
    let words = ask.last_words();
    let lower = words.to_lowercase();
    let searched = match ask.features.search {
        Search::On => true,
        Search::Auto => TODAY.iter().any(|word| lower.contains(word)),
        Search::Off => false,
    };
    let mut found = Vec::new();
    if searched || ask.features.x_search {
        let query: String = words.chars().take(400).collect();
        found = web::search(&query, if ask.features.x_search { "x" } else { "brave" }, PAGES);
    }
    let mut scraped = 0;
    if ask.features.scraping {
        for address in addresses(&words) {
            if let Ok(page) = web::page(address) {
                let title = page.lines().next().unwrap_or_default().trim_start_matches("# ").to_owned();
                let content = "The page of that address, invented by the sandbox".to_owned();
                found.push(web::Found { title, url: address.to_owned(), content, date: "2026-11-01".into() });
                scraped += 1;
            }
        }
    }
    Ok(Prepared { ask, model, rules, voice, found, scraped, seen })
}

fn addresses(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
        .map(|word| word.trim_matches(|letter: char| "<>()[]\"'“”,.;!?".contains(letter)))
        .filter(|word| word.starts_with("http://") || word.starts_with("https://"))
        .take(ADDRESSES)
}

/// The name that a character answers under.
fn character(slug: &str) -> Result<String, Refusal> {
    let known = characters::find(slug).ok_or_else(|| {
        Refusal::new(
            StatusCode::NOT_FOUND,
            "CHARACTER_NOT_FOUND",
            "No character found from the provided slug",
        )
    })?;
    Ok(known.name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_within_a_sentence() {
        let text = "Read <https://a.example/x>, then (http://b.example)! Not ftp://c.example.";
        assert_eq!(addresses(text).collect::<Vec<_>>(), ["https://a.example/x", "http://b.example"]);
    }
}
