//! Lines of about a sentence, by signs and pauses.

use super::Stretch;
use crate::voice::transcripts::view::{Line, Word};

/// A pause of so many milliseconds ends a line.
const PAUSE: u32 = 900;
/// The longest line, in milliseconds.
const LONGEST: u32 = 12_000;
/// And in words, for what has no times.
const MOST_WORDS: usize = 40;
/// From so many words on a line is cut at the end of a sentence: "Yes. No." is one line.
const FEWEST_WORDS: usize = 3;

/// What was heard in a piece.
#[derive(Debug, Default, PartialEq)]
pub(in crate::voice::transcripts) struct Heard {
    pub lines: Vec<Line>,
    /// The words have times of their own.
    pub is_timed: bool,
}

/// Words in a row, as lines.
pub(super) fn into_lines(words: Vec<Word>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut line: Vec<Word> = Vec::new();
    for word in words {
        if let Some((before, _, end)) = line.last() {
            let pause = word.1.saturating_sub(*end);
            let sentence = ends_sentence(before) && (line.len() >= FEWEST_WORDS || pause >= PAUSE / 3);
            if sentence || pause >= PAUSE {
                lines.push(line_of(std::mem::take(&mut line)));
            }
        }
        line.push(word);
        while is_too_long(&line) {
            let rest = line.split_off(best_cut(&line));
            lines.push(line_of(std::mem::replace(&mut line, rest)));
        }
    }
    if !line.is_empty() {
        lines.push(line_of(line));
    }
    lines
}

fn line_of(words: Vec<Word>) -> Line {
    Line { id: 0, speaker: None, words }
}

fn is_too_long(line: &[Word]) -> bool {
    let lasts = match (line.first(), line.last()) {
        (Some((_, start, _)), Some((_, _, end))) => end.saturating_sub(*start),
        _ => 0,
    };
    line.len() > 1 && (lasts > LONGEST || line.len() > MOST_WORDS)
}

/// Where a line is best cut in two: after a comma, at the longest pause, and rather late than early.
fn best_cut(line: &[Word]) -> usize {
    let from = (line.len() / 3).max(1);
    let value = |place: &usize| {
        let (word, _, end) = &line[place - 1];
        let pause = line[*place].1.saturating_sub(*end);
        (pause / 100 + if ends_clause(word) { 5 } else { 0 }, *place)
    };
    (from..line.len()).max_by_key(value).unwrap_or(1)
}

fn last_sign(word: &str) -> Option<char> {
    word.trim_end_matches(['"', '”', '’', '\'', ')', ']', '»', '」', '』', '）']).chars().next_back()
}

fn ends_sentence(word: &str) -> bool {
    last_sign(word)
        .is_some_and(|sign| matches!(sign, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '．' | '।'))
}

fn ends_clause(word: &str) -> bool {
    ends_sentence(word)
        || last_sign(word)
            .is_some_and(|sign| matches!(sign, ',' | ';' | ':' | '，' | '；' | '：' | '、' | '—' | '–'))
}

/// Words without times over a stretch of time, each taking its share by its length.
pub(super) fn spread(words: Vec<String>, stretch: Stretch) -> Vec<Word> {
    let weight = |word: &String| word.chars().count() as u64 + 1;
    let whole: u64 = words.iter().map(weight).sum::<u64>().max(1);
    let length = u64::from(stretch.end.saturating_sub(stretch.start));
    let at = |share: u64| {
        let milliseconds = u32::try_from(length * share / whole).unwrap_or(u32::MAX);
        stretch.start.saturating_add(milliseconds)
    };
    let mut share = 0;
    words
        .into_iter()
        .map(|word| {
            let start = at(share);
            share += weight(&word);
            (word, start, at(share))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str, each: u32) -> Vec<Word> {
        let words = text.split(' ').zip(0_u32..);
        words.map(|(word, n)| (word.to_owned(), n * each, n * each + each - 50)).collect()
    }

    fn texts(lines: &[Line]) -> Vec<String> {
        lines.iter().map(Line::text).collect()
    }

    #[test]
    fn a_sentence_is_a_line_and_short_answers_share_one() {
        let lines = into_lines(words("The tide is out. Yes. No. It comes back at six, I think.", 300));
        assert_eq!(texts(&lines), ["The tide is out.", "Yes. No. It comes back at six, I think."]);
    }

    #[test]
    fn a_pause_ends_a_line() {
        let mut told = words("well I don't know what to say", 300);
        for word in &mut told[4..] {
            (word.1, word.2) = (word.1 + 1_000, word.2 + 1_000);
        }
        assert_eq!(texts(&into_lines(told)), ["well I don't know", "what to say"]);
    }

    #[test]
    fn a_long_sentence_is_cut_at_a_comma() {
        let text = format!("{}at the end, and then {}", "on and ".repeat(12), "further ".repeat(20).trim());
        let lines = into_lines(words(&text, 300));
        assert!(lines.len() > 1 && texts(&lines).iter().any(|line| line.ends_with("end,")), "{lines:?}");
        assert_eq!(texts(&lines).join(" "), text);
    }

    proptest! {
        #[test]
        fn no_word_is_lost_and_no_line_too_long(lengths in prop::collection::vec((1_u32..20_000, 0_u32..3_000), 0..200)) {
            let mut at = 0;
            let told: Vec<Word> = lengths.iter().enumerate().map(|(n, (length, pause))| {
                let start = at + pause;
                at = start + length;
                (format!("w{n}{}", if n % 7 == 0 { "." } else { "" }), start, at)
            }).collect();
            let lines = into_lines(told.clone());
            for line in &lines {
                prop_assert!(!line.words.is_empty() && (line.words.len() == 1 || !is_too_long(&line.words)));
            }
            let back: Vec<Word> = lines.into_iter().flat_map(|line| line.words).collect();
            prop_assert_eq!(back, told);
        }
    }
}
