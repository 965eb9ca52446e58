//! What files that are taken out are called: by a pattern, and fit for the file systems of all systems.

use std::collections::{HashMap, HashSet};

use jiff::tz::TimeZone;
use store::Item;

/// The most bytes of a name without its ending: with that and a number it stays below the 255 of most file systems.
const LONGEST: usize = 180;
/// The most characters of one value.
const LONGEST_VALUE: usize = 80;
/// Names of devices under Windows, whatever their ending.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"];

/// Gives names, each once.
pub(super) struct Names {
    pattern: String,
    digits: usize,
    number: usize,
    given: HashSet<String>,
    /// The next number of a name that was given before.
    next: HashMap<String, u32>,
    last: Option<store::ItemId>,
}

impl Names {
    pub(super) fn new(pattern: &str, total: usize) -> Self {
        let pattern = if pattern.trim().is_empty() { "{title}" } else { pattern };
        Self {
            pattern: pattern.chars().take(300).collect(),
            digits: total.max(1).to_string().len(),
            number: 0,
            given: HashSet::new(),
            next: HashMap::new(),
            last: None,
        }
    }

    /// The name of an item's file. Asked again for the same item, another one: the first was taken.
    pub(super) fn next(&mut self, item: &Item, extension: &str) -> String {
        if self.last.replace(item.id) != Some(item.id) {
            self.number += 1;
        }
        let stem = self.stem(item);
        // Some file systems don't tell upper from lower case.
        let key = |name: &str| name.to_lowercase();
        let counted = key(&format!("{stem}.{extension}"));
        loop {
            let again = self.next.entry(counted.clone()).or_insert(0);
            *again += 1;
            let name = match *again {
                1 => format!("{stem}.{extension}"),
                number => format!("{stem} ({number}).{extension}"),
            };
            if self.given.insert(key(&name)) {
                return name;
            }
        }
    }

    fn stem(&self, item: &Item) -> String {
        let made_at = item.made_at.to_zoned(TimeZone::system());
        let (mut stem, mut rest) = (String::new(), self.pattern.as_str());
        while let Some((before, after)) = rest.split_once('{') {
            stem.push_str(before);
            let value = after.split_once('}').and_then(|(word, after)| {
                let value = match word {
                    "title" => item.title.clone(),
                    "prompt" => item.prompt.clone().unwrap_or_default(),
                    "date" => item.day.to_string(),
                    "time" => made_at.strftime("%H-%M-%S").to_string(),
                    "model" => item.model.clone().unwrap_or_default(),
                    "seed" => item.seed.map(|seed| seed.to_string()).unwrap_or_default(),
                    "rating" => item.rating.to_string(),
                    "number" => format!("{:0digits$}", self.number, digits = self.digits),
                    "id" => item.id.to_string(),
                    _ => return None,
                };
                Some((value, after))
            });
            if let Some((value, after)) = value {
                stem.push_str(value.chars().take(LONGEST_VALUE).collect::<String>().trim());
                rest = after;
            } else {
                // A word that means nothing stays as it is written.
                stem.push('{');
                rest = after;
            }
        }
        stem.push_str(rest);
        safe(&stem)
    }
}

/// A name that every system takes and no system reads as anything else.
pub(crate) fn safe(stem: &str) -> String {
    let mut clean = String::new();
    for character in stem.chars() {
        let character = match character {
            '/' | '\\' | ':' | '|' => '-',
            '*' | '?' | '"' | '<' | '>' => '_',
            // Turning the direction of writing hides what a name ends with.
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => continue,
            other if other.is_control() || other.is_whitespace() => ' ',
            other => other,
        };
        if character == ' ' && clean.ends_with(' ') {
            continue;
        }
        if clean.len() + character.len_utf8() > LONGEST {
            break;
        }
        clean.push(character);
    }
    // Dots at the beginning hide a file, at the end Windows drops them.
    let clean = clean.trim_matches(|character| character == '.' || character == ' ');
    let device = clean.split('.').next().unwrap_or_default().trim().to_lowercase();
    let numbered = ["com", "lpt"].iter().filter_map(|port| device.strip_prefix(port)).any(|number| {
        let mut digits = number.chars();
        matches!((digits.next(), digits.next()), (Some('1'..='9' | '¹' | '²' | '³'), None))
    });
    if clean.is_empty() {
        "untitled".to_owned()
    } else if numbered || DEVICES.contains(&device.as_str()) {
        format!("_{clean}")
    } else {
        clean.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_made_safe() {
        for (stem, expected) in [
            ("a/b\\c:d", "a-b-c-d"),
            ("../../etc/passwd", "-..-etc-passwd"),
            ("CON", "_CON"),
            ("nul.txt", "_nul.txt"),
            ("com7", "_com7"),
            ("com77", "com77"),
            (" .hidden. ", "hidden"),
            ("...", "untitled"),
            ("line\nbreak\t\ttab", "line break tab"),
            ("what? \"this\" <is>", "what_ _this_ _is_"),
            ("gnp\u{202e}.exe", "gnp.exe"),
            ("黄昏 🎭", "黄昏 🎭"),
        ] {
            assert_eq!(safe(stem), expected);
        }
        assert!(safe(&"水".repeat(300)).len() <= LONGEST);
    }

    proptest! {
        #[test]
        fn any_text_makes_a_safe_name(text in any::<String>()) {
            let name = safe(&text);
            prop_assert!(!name.is_empty() && name.len() <= LONGEST + 1);
            prop_assert!(!name.starts_with('.') && !name.ends_with(['.', ' ']));
            prop_assert!(!name.chars().any(|c| c.is_control() || "/\\:*?\"<>|".contains(c)));
        }
    }
}
