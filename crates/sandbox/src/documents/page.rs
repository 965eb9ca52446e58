//! The text of a web page.

/// What a reader sees of a page, a line to each block.
pub(crate) fn plain(page: &str) -> String {
    let mut text = String::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        text.push_str(&without_entities(&rest[..at]));
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("<!--") {
            rest = after.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let Some(end) = rest.find('>') else {
            rest = "";
            break;
        };
        let tag = rest[1..end].trim_start_matches('/');
        let name: String = tag
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .map(|letter| letter.to_ascii_lowercase())
            .collect();
        let opens = !rest.starts_with("</");
        rest = &rest[end + 1..];
        if opens && matches!(name.as_str(), "script" | "style" | "head" | "noscript" | "template") {
            rest = after_closing(rest, &name);
        } else if name == "td" || name == "th" {
            text.push_str(if opens { "" } else { "\t" });
        } else if !INLINE.contains(&name.as_str()) {
            text.push('\n');
        }
    }
    text.push_str(&without_entities(rest));
    tidy(&text)
}

const INLINE: [&str; 18] = [
    "a", "abbr", "b", "cite", "code", "em", "font", "i", "kbd", "mark", "q", "s", "small", "span", "strong",
    "sub", "sup", "u",
];

fn after_closing<'a>(rest: &'a str, name: &str) -> &'a str {
    let closing = format!("</{name}");
    let at = rest.to_ascii_lowercase().find(&closing).unwrap_or(rest.len());
    rest[at..].split_once('>').map_or("", |(_, after)| after)
}

/// Blanks run together, as a browser does; no more than one empty line.
fn tidy(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let cells: Vec<String> =
            line.split('\t').map(|cell| cell.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        let line = cells.join("\t").trim().to_owned();
        if !(line.is_empty() && lines.last().is_none_or(String::is_empty)) {
            lines.push(line);
        }
    }
    lines.join("\n").trim().to_owned()
}

fn without_entities(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let known =
            rest.find(';').filter(|end| *end <= 10).and_then(|end| Some((end, entity(&rest[1..end])?)));
        if let Some((end, letter)) = known {
            plain.push(letter);
            rest = &rest[end + 1..];
        } else {
            plain.push('&');
            rest = &rest[1..];
        }
    }
    plain + rest
}

fn entity(name: &str) -> Option<char> {
    if let Some(code) = name.strip_prefix('#') {
        let code = match code.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => code.parse().ok(),
        };
        return code.and_then(char::from_u32);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "copy" => '©',
        "euro" => '€',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_read_stays() {
        let page = "<html><head><title>T</title><style>p{}</style></head><body><h1>Salt &amp; <em>sea</em></h1>\n\
            <script>if (a < b) {}</script><!-- no --><p>One\n  line&#8212;here</p><table><tr><td>a</td><td>b</td></tr></table>";
        assert_eq!(plain(page), "Salt & sea\n\nOne\nline—here\n\na\tb");
        assert_eq!(plain("a < b & c &unknown; <"), "a");
        assert_eq!(plain("5 &gt; 4 & more"), "5 > 4 & more");
    }
}
