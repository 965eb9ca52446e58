//! What files are called: `2026/11/21/143205-a-gondola-at-dusk-1a2b3c4d`, fit for every file system.

use jiff::Zoned;

/// The most bytes a slug takes; with the rest a name stays far below the 255 that file systems take.
const LONGEST_SLUG: usize = 60;

/// The folder and the stem of a file, relative to the library; `again` counts names that were taken.
pub(crate) fn stem(made_at: &Zoned, title: &str, blake3: &str, again: u32) -> String {
    let hash = blake3.get(..8).unwrap_or(blake3);
    let slug = slug(title);
    let moment = made_at.strftime("%Y/%m/%d/%H%M%S");
    if again == 0 {
        format!("{moment}-{slug}-{hash}")
    } else {
        format!("{moment}-{slug}-{hash}-{}", again + 1)
    }
}

/// Lower case, letters and digits of any script, hyphens between them. Never empty.
pub(crate) fn slug(title: &str) -> String {
    let mut slug = String::new();
    let mut gap = false;
    for character in title.chars().flat_map(char::to_lowercase) {
        if ('\u{300}'..='\u{36f}').contains(&character) {
            // Accents on their own are what file systems disagree on.
            continue;
        }
        if !character.is_alphanumeric() {
            gap = true;
            continue;
        }
        let hyphen = gap && !slug.is_empty();
        if slug.len() + usize::from(hyphen) + character.len_utf8() > LONGEST_SLUG {
            break;
        }
        if hyphen {
            slug.push('-');
        }
        gap = false;
        slug.push(character);
    }
    if slug.is_empty() { "untitled".to_owned() } else { slug }
}

/// An extension that is safe in a name.
pub(crate) fn extension(ext: &str) -> String {
    let clean: String = ext.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    if clean.is_empty() { "bin".to_owned() } else { clean.to_ascii_lowercase() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn slugs_read_like_the_title() {
        for (title, expected) in [
            ("A gondola at dusk", "a-gondola-at-dusk"),
            ("黄昏的贡多拉, Venice!", "黄昏的贡多拉-venice"),
            ("  ../..\\etc/passwd\0 ", "etc-passwd"),
            ("🎭🎨", "untitled"),
            ("", "untitled"),
            ("CAFÉ cafe\u{301}", "café-cafe"),
        ] {
            assert_eq!(slug(title), expected);
        }
        assert_eq!(slug(&"long ".repeat(50)).len(), 59);
        let moment = jiff::civil::datetime(2026, 11, 21, 14, 32, 5, 0).in_tz("UTC").unwrap();
        assert_eq!(stem(&moment, "Dusk", "1a2b3c4d5e", 0), "2026/11/21/143205-dusk-1a2b3c4d");
        assert_eq!(stem(&moment, "Dusk", "1a2b3c4d5e", 1), "2026/11/21/143205-dusk-1a2b3c4d-2");
        assert_eq!((extension("../J pG").as_str(), extension("").as_str()), ("jpg", "bin"));
    }

    proptest! {
        #[test]
        fn any_title_gives_a_safe_slug(title in any::<String>()) {
            let slug = slug(&title);
            prop_assert!(!slug.is_empty() && slug.len() <= LONGEST_SLUG);
            prop_assert!(!slug.starts_with('-') && !slug.ends_with('-') && !slug.contains("--"));
            prop_assert!(slug.chars().all(|c| c == '-' || c.is_alphanumeric()));
        }
    }
}
