//! How many tokens words are: estimated, since each model cuts them its own way.

/// What a message takes beside its words, in tokens: who says it, and where it ends.
pub(super) const PER_MESSAGE: u64 = 4;

/// An estimate. English and its like have about four characters to a token, other alphabets two, and each character
/// of Chinese, Japanese and Korean is about one. Models differ by a fifth in both directions.
pub(super) fn estimated(text: &str) -> u64 {
    let (mut latin, mut other, mut wide) = (0_u64, 0_u64, 0_u64);
    for character in text.chars() {
        match u32::from(character) {
            0x2e80..=0x9fff | 0xac00..=0xd7af | 0xf900..=0xfaff | 0xff00..=0xffef | 0x1_f000..=0x3_ffff => {
                wide += 1;
            }
            0..=0x24f | 0x1e00..=0x206f => latin += 1,
            _ => other += 1,
        }
    }
    latin.div_ceil(4) + other.div_ceil(2) + wide
}

/// The most that these words can be: no token is less than a byte.
pub(super) fn most(text: &str) -> u64 {
    text.len() as u64
}

/// What a picture likely is, by the rule that most makers publish: a token for each 750 pixels, within limits.
pub(super) fn picture(width: u32, height: u32) -> u64 {
    (u64::from(width) * u64::from(height)).div_ceil(750).clamp(85, 1600)
}

/// What a file that only Venice can read may be, by its bytes: rather more than less, since it is asked where a window is
/// full. Sound has some 32 tokens a second and films some 260, as makers publish; a page of a document has 600.
pub(super) fn of_file(mime: &str, bytes: u64) -> u64 {
    let bytes_per_token = match mime {
        // Plain samples, CD quality or less.
        "audio/wav" | "audio/aiff" => 1_000,
        _ if mime.starts_with("audio/") => 250,
        _ if mime.starts_with("video/") => 500,
        "application/pdf" => 8,
        // Word, PowerPoint, Excel and EPUB are text in ZIP files.
        _ => 5,
    };
    bytes.div_ceil(bytes_per_token)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("", 0)]
    #[case("The canal is quiet.", 5)]
    #[case("黄昏的贡多拉", 6)]
    #[case("Привет", 3)]
    #[case("a 水", 2)]
    fn words_are_counted_by_script(#[case] text: &str, #[case] tokens: u64) {
        assert_eq!(estimated(text), tokens);
    }

    proptest! {
        #[test]
        fn the_estimate_stays_below_the_bound(text in "\\PC{0,200}") {
            prop_assert!(estimated(&text) <= most(&text).max(1));
        }
    }
}
