//! Where a text may be cut: after a sentence; where one is too long, after a comma, between words, or at worst between
//! letters.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

/// Words that end with a full stop, and no sentence with them.
const ABBREVIATED: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "st", "vs", "e.g", "i.e", "no", "nr", "fig", "vol", "ca", "bzw", "z.b",
    "d.h",
];

/// How long a text is as a request counts it: in units of UTF-16, which are never fewer than characters.
pub(super) fn length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// The sentences of a paragraph, each with the space behind it.
pub(super) fn sentences(paragraph: &str) -> Vec<&str> {
    // A line end within a paragraph ends no sentence.
    let flat = paragraph.replace('\n', " ");
    let mut all: Vec<Range<usize>> = Vec::new();
    for (start, sentence) in flat.split_sentence_bound_indices() {
        let end = start + sentence.len();
        match all.last_mut() {
            Some(before) if is_unfinished(&flat[before.clone()]) => before.end = end,
            _ => all.push(start..end),
        }
    }
    all.into_iter().filter_map(|range| paragraph.get(range)).collect()
}

/// Whether what looks like the end of a sentence is that of a short form or of an initial.
fn is_unfinished(sentence: &str) -> bool {
    let Some(words) = sentence.trim_end().strip_suffix('.') else { return false };
    let word = words.rsplit(|letter: char| letter.is_whitespace() || "([„“\"'".contains(letter)).next();
    let Some(word) = word.filter(|word| !word.is_empty()) else { return false };
    let mut letters = word.chars();
    let is_initial = letters.next().is_some_and(char::is_uppercase) && letters.next().is_none();
    is_initial || ABBREVIATED.contains(&word.to_lowercase().as_str())
}

/// A sentence in parts of at most `most`.
pub(super) fn parts(sentence: &str, most: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = sentence.trim();
    loop {
        let end = end_within(rest, most);
        if end == rest.len() {
            break;
        }
        let (part, after) = rest.split_at(cut_of(rest, end));
        parts.push(part.trim_end());
        rest = after.trim_start();
    }
    if !rest.is_empty() {
        parts.push(rest);
    }
    parts
}

/// Where the first part of a text ends best, that must end at `end`.
fn cut_of(text: &str, end: usize) -> usize {
    let head = &text[..end];
    // A part of a word or two would be worse than one that ends between words.
    let worthwhile = head.len() / 4;
    let after_comma = head.char_indices().rev().find_map(|(at, letter)| {
        let after = at + letter.len_utf8();
        let is_end = match letter {
            '，' | '、' | '；' | '：' | '،' | '।' => true,
            ',' | ';' | ':' | '–' | '—' => text[after..].starts_with(char::is_whitespace),
            _ => false,
        };
        (is_end && at >= worthwhile).then_some(after)
    });
    let between_words = || {
        if text[end..].starts_with(char::is_whitespace) {
            return Some(end);
        }
        head.rfind(char::is_whitespace).filter(|at| *at >= worthwhile)
    };
    after_comma.or_else(between_words).unwrap_or(end)
}

/// The end of the longest beginning within `most`, between what a reader sees as letters where that is possible.
fn end_within(text: &str, most: usize) -> usize {
    let mut taken = 0;
    let mut end = 0;
    for (at, letter) in text.grapheme_indices(true) {
        taken += length(letter);
        if taken > most {
            break;
        }
        end = at + letter.len();
    }
    if end > 0 {
        return end;
    }
    // One letter with more marks on it than a request may have.
    let mut taken = 0;
    let fits = text.char_indices().take_while(|(_, letter)| {
        taken += letter.len_utf16();
        taken <= most
    });
    fits.last().map_or(text.len(), |(at, letter)| at + letter.len_utf8())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("One. Two! Three?", &["One. ", "Two! ", "Three?"])]
    #[case("Dr. Rossi met Mr. J. Verdi. They spoke.", &["Dr. Rossi met Mr. J. Verdi. ", "They spoke."])]
    #[case("It cost 3.50 at least.\nHe paid.", &["It cost 3.50 at least.\n", "He paid."])]
    #[case("他说：“好。”她走了！真的？", &["他说：“好。”", "她走了！", "真的？"])]
    #[case("no end", &["no end"])]
    fn sentences_end_where_a_reader_would_end_them(#[case] text: &str, #[case] expected: &[&str]) {
        assert_eq!(sentences(text), expected);
    }

    #[rstest]
    #[case("one, two three, four", 12, &["one,", "two three,", "four"])]
    #[case("1,000 and 2,000", 9, &["1,000 and", "2,000"])]
    #[case("甲乙，丙丁戊己", 4, &["甲乙，", "丙丁戊己"])]
    #[case("abcdefgh", 3, &["abc", "def", "gh"])]
    #[case("🛶🛶🛶", 5, &["🛶🛶", "🛶"])]
    #[case("e\u{301}e\u{301}e\u{301}", 3, &["e\u{301}", "e\u{301}", "e\u{301}"])]
    #[case("e\u{301}\u{301}\u{301}", 2, &["e\u{301}", "\u{301}\u{301}"])]
    fn a_sentence_that_is_too_long_is_cut(
        #[case] text: &str,
        #[case] most: usize,
        #[case] expected: &[&str],
    ) {
        assert_eq!(parts(text, most), expected);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_too_long(text in "\\PC{0,120}", most in 2_usize..40) {
            let joined: String = sentences(&text).concat();
            prop_assert_eq!(&joined, &text);
            let cut = parts(&text, most);
            prop_assert!(cut.iter().all(|part| length(part) <= most && !part.is_empty()));
            let letters = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&cut.concat()), letters(&text));
        }
    }
}
