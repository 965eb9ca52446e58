//! From an answer to lines of words on the clock of the whole sound.

mod lines;
mod words;

use venice::audio::{TimedWord, Transcription};

pub(super) use lines::Heard;
use lines::{into_lines, spread};
use words::{punctuated, split};

use super::view::Word;

/// Of a hundred letters of a text so many have to be in its timed words.
const LEAST_TOLD: usize = 98;

/// Where a piece lies in the whole, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub start: u32,
    pub end: u32,
}

impl Stretch {
    pub(super) fn of(start_ms: u64, end_ms: u64) -> Self {
        let fit = |milliseconds: u64| u32::try_from(milliseconds).unwrap_or(u32::MAX);
        Self { start: fit(start_ms), end: fit(end_ms) }
    }

    /// A moment of the piece, told in seconds, on the clock of the whole. What a model places outside is put at the edge.
    fn at(self, seconds: f64) -> u32 {
        let milliseconds = (seconds.max(0.0) * 1000.0).round();
        // Far beyond the end is the end.
        let milliseconds = if milliseconds < f64::from(u32::MAX) { milliseconds as u32 } else { u32::MAX };
        self.start.saturating_add(milliseconds).clamp(self.start, self.end.max(self.start))
    }
}

/// The words of an answer, in lines of about a sentence.
pub(super) fn heard(answer: &Transcription, stretch: Stretch) -> Heard {
    let told = answer.timestamps.as_ref();
    if let Some(timed) = told.map(|told| &told.word).filter(|words| !leave_out(words, &answer.text)) {
        return Heard { lines: into_lines(timed_words(&answer.text, timed, stretch)), is_timed: true };
    }
    if let Some(segments) = told.map(|told| &told.segment).filter(|segments| !segments.is_empty()) {
        let of_segment = |segment: &venice::audio::TimedSegment| {
            let within = Stretch { start: stretch.at(segment.start), end: stretch.at(segment.end) };
            into_lines(spread(split(&segment.text), within))
        };
        return Heard { lines: segments.iter().flat_map(of_segment).collect(), is_timed: false };
    }
    Heard { lines: into_lines(spread(split(&answer.text), stretch)), is_timed: false }
}

/// Whether words with times are only a part of a text: then none of it is to be lost, and the times are. Numbers and the like may be
/// written otherwise here and there.
fn leave_out(timed: &[TimedWord], text: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).count();
    let told: usize = timed.iter().map(|word| letters(&word.word)).sum();
    timed.is_empty() || told * 100 < letters(text) * LEAST_TOLD
}

/// The words of a text that has no times at all.
pub(super) fn untimed(text: &str) -> Heard {
    let paragraphs = text.split('\n').map(str::trim).filter(|paragraph| !paragraph.is_empty());
    let lines =
        paragraphs.flat_map(|paragraph| into_lines(spread(split(paragraph), Stretch { start: 0, end: 0 })));
    Heard { lines: lines.collect(), is_timed: false }
}

/// Words with their times; the signs between them, which many models tell in the text alone, are put to them.
fn timed_words(text: &str, timed: &[TimedWord], stretch: Stretch) -> Vec<Word> {
    let told: Vec<&str> = timed.iter().map(|word| word.word.trim()).collect();
    let written = punctuated(text, &told);
    let mut last = stretch.start;
    let words = timed.iter().enumerate().filter_map(|(place, word)| {
        let written = written.as_ref().map_or(told[place], |written| written[place].as_str());
        if written.is_empty() {
            return None;
        }
        // Times never run backwards, however a model rounds them.
        let start = stretch.at(word.start).max(last);
        let end = stretch.at(word.end).max(start);
        last = start;
        Some((written.to_owned(), start, end))
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(json: serde_json::Value) -> Transcription {
        serde_json::from_value(json).unwrap()
    }

    const SECOND_MINUTE: Stretch = Stretch { start: 60_000, end: 120_000 };

    #[test]
    fn words_are_put_on_the_clock_of_the_whole_with_their_signs() {
        let answer = answer(
            json!({"text": "“Where does the water go?” Under the bridge — and out.", "timestamps": {"word": [
            {"word": "Where", "start": 0.1, "end": 0.3}, {"word": "does", "start": 0.3, "end": 0.5},
            {"word": "the", "start": 0.5, "end": 0.6}, {"word": "water", "start": 0.6, "end": 1.0},
            {"word": "go", "start": 1.0, "end": 1.3}, {"word": "Under", "start": 1.9, "end": 2.2},
            {"word": "the", "start": 2.2, "end": 2.3}, {"word": "bridge", "start": 2.3, "end": 2.9},
            {"word": "and", "start": 2.8, "end": 3.0}, {"word": "out", "start": 3.0, "end": 3.4}]}}),
        );
        let heard = heard(&answer, SECOND_MINUTE);
        assert!(heard.is_timed);
        let text: Vec<String> = heard.lines.iter().map(super::super::view::Line::text).collect();
        assert_eq!(text, ["“Where does the water go?”", "Under the bridge — and out."]);
        assert_eq!(heard.lines[0].words[0], ("“Where".to_owned(), 60_100, 60_300));
        assert_eq!(heard.lines[1].words.last(), Some(&("out.".to_owned(), 63_000, 63_400)));
        assert_eq!(
            [99.0, -1.0, f64::NAN].map(|seconds| SECOND_MINUTE.at(seconds)),
            [120_000, 60_000, 60_000]
        );
    }

    #[test]
    fn segments_keep_their_times_where_words_have_none() {
        let answer = answer(json!({"text": "A B C. 贡多拉在黄昏。", "timestamps": {"segment": [
            {"text": " A B C.", "start": 1.0, "end": 4.0}, {"text": "贡多拉在黄昏。", "start": 10.0, "end": 13.0}]}}));
        let heard = heard(&answer, SECOND_MINUTE);
        assert!(!heard.is_timed && heard.lines.len() == 2);
        assert_eq!((heard.lines[0].start_ms(), heard.lines[0].end_ms()), (Some(61_000), Some(64_000)));
        assert_eq!((heard.lines[1].start_ms(), heard.lines[1].end_ms()), (Some(70_000), Some(73_000)));
        assert_eq!((heard.lines[1].text().as_str(), heard.lines[1].words.len()), ("贡多拉在黄昏。", 6));
    }

    #[test]
    fn a_text_without_times_is_spread_over_its_piece() {
        let text = "One sentence here. And then another, which is longer. 三";
        let heard = heard(&answer(json!({"text": text})), SECOND_MINUTE);
        assert_eq!(heard.lines.first().and_then(super::super::view::Line::start_ms), Some(60_000));
        assert_eq!(heard.lines.last().and_then(super::super::view::Line::end_ms), Some(120_000));
        let lines = heard.lines.windows(2);
        assert!(lines.into_iter().all(|pair| pair[0].end_ms() <= pair[1].start_ms()));
        assert!(heard.lines.len() >= 3 && !heard.is_timed);
    }

    #[test]
    fn words_that_were_told_no_times_are_not_lost() {
        let answer = answer(json!({"text": "The tide is out. Nobody spoke.", "timestamps": {"word": [
            {"word": "The", "start": 0.1, "end": 0.3}, {"word": "tide", "start": 0.3, "end": 0.5}]}}));
        let heard = heard(&answer, SECOND_MINUTE);
        let text: Vec<String> = heard.lines.iter().map(super::super::view::Line::text).collect();
        assert_eq!((text.join(" ").as_str(), heard.is_timed), ("The tide is out. Nobody spoke.", false));
    }

    #[test]
    fn silence_has_no_lines() {
        assert!(
            heard(&answer(json!({"text": "  ", "timestamps": {"word": []}})), SECOND_MINUTE).lines.is_empty()
        );
    }

    #[test]
    fn what_has_no_times_has_paragraphs() {
        let heard = untimed("This is the first. This is the second.\n\nThird one.");
        let text: Vec<String> = heard.lines.iter().map(super::super::view::Line::text).collect();
        assert_eq!(text, ["This is the first.", "This is the second.", "Third one."]);
        assert!(heard.lines.iter().all(|line| line.start_ms() == Some(0)));
    }
}
