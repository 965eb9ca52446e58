//! The text of a transcript: lines of words with their times.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

/// A word and when it was said: the text, where it begins and where it ends, in milliseconds.
pub type TranscriptWord = (String, u32, u32);

/// A line of a transcript.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename = "Line")]
pub struct TranscriptLine {
    /// Stays its own while it is edited; unique in its transcript.
    pub id: u32,
    /// Who speaks: an id of [`TranscriptSpeaker`].
    pub speaker: Option<u32>,
    /// Its words in order.
    pub words: Vec<TranscriptWord>,
}

/// Somebody who speaks, named by hand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename = "Speaker")]
pub struct TranscriptSpeaker {
    /// Unique in its transcript.
    pub id: u32,
    /// The name.
    pub name: String,
}

/// What somebody may edit of a transcript.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TranscriptText {
    /// Who speaks.
    pub speakers: Vec<TranscriptSpeaker>,
    /// The lines in order.
    pub lines: Vec<TranscriptLine>,
}

impl TranscriptLine {
    /// Where it begins; none of a line without words.
    pub fn start_ms(&self) -> Option<u32> {
        self.words.first().map(|(_, start, _)| *start)
    }

    /// Where it ends.
    pub fn end_ms(&self) -> Option<u32> {
        self.words.last().map(|(_, _, end)| *end)
    }

    /// Its words as they are written.
    pub fn text(&self) -> String {
        join_words(self.words.iter().map(|(word, _, _)| word.as_str()))
    }
}

impl TranscriptText {
    /// How many words it has.
    pub fn words(&self) -> u32 {
        let words: usize = self.lines.iter().map(|line| line.words.len()).sum();
        u32::try_from(words).unwrap_or(u32::MAX)
    }

    /// The words alone, a line each.
    pub fn plain(&self) -> String {
        let lines = self.lines.iter().map(TranscriptLine::text).filter(|line| !line.is_empty());
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Puts lines where they belong by their time, under ids of their own.
    pub(super) fn put(&mut self, lines: Vec<TranscriptLine>) {
        let Some(start) = lines.iter().find_map(TranscriptLine::start_ms) else { return };
        let is_before = |line: &TranscriptLine| line.start_ms().is_some_and(|at| at < start);
        let at = self.lines.iter().rposition(is_before).map_or(0, |before| before + 1);
        let first = self.lines.iter().map(|line| line.id).max().map_or(1, |last| last.saturating_add(1));
        let lines = (first..).zip(lines).map(|(id, line)| TranscriptLine { id, ..line });
        self.lines.splice(at..at, lines);
    }

    /// Ids that are there twice, and speakers that aren't there, are put right.
    pub(super) fn settle(&mut self) {
        let speakers: HashSet<u32> = self.speakers.iter().map(|speaker| speaker.id).collect();
        let mut next = self.lines.iter().map(|line| line.id).max().unwrap_or(0);
        let mut given = HashSet::with_capacity(self.lines.len());
        for line in &mut self.lines {
            if !given.insert(line.id) {
                next = next.saturating_add(1);
                line.id = next;
                given.insert(next);
            }
            line.speaker = line.speaker.filter(|speaker| speakers.contains(speaker));
        }
    }
}

/// Words in a row, with the spaces that their scripts have between them.
pub fn join_words<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let mut out = String::new();
    for word in words.into_iter().map(str::trim).filter(|word| !word.is_empty()) {
        let runs_on = match (out.chars().next_back(), word.chars().next()) {
            (Some(before), Some(after)) => is_unspaced(before) || is_unspaced(after),
            _ => true,
        };
        if !runs_on {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Characters of scripts that put no spaces between words, with their signs.
pub fn is_unspaced(character: char) -> bool {
    matches!(character,
        '\u{e00}'..='\u{eff}'       // Thai, Lao
        | '\u{1000}'..='\u{109f}'   // Myanmar
        | '\u{1780}'..='\u{17ff}'   // Khmer
        | '\u{3000}'..='\u{30ff}'   // signs, Hiragana, Katakana
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{ff00}'..='\u{ff9f}'   // full-width signs
        | '\u{20000}'..='\u{323af}')
}
