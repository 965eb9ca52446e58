//! Transcripts to read: paragraphs of one speaker each, with the time they begin at.

use std::fmt::Write as _;

use store::join_words;

use super::{clock, has_times, in_one_line, name_of};
use crate::voice::transcripts::view::{Line, Transcript};

/// A pause of so many milliseconds begins a paragraph.
const PAUSE: u32 = 2_000;
/// From so many milliseconds on the end of a line does too.
const LONG: u32 = 60_000;

struct Paragraph<'a> {
    start: Option<u32>,
    speaker: Option<&'a str>,
    text: String,
}

/// Plain text: names where somebody else begins to speak, no times.
pub(super) fn txt(transcript: &Transcript) -> String {
    let paragraphs = paragraphs(transcript).into_iter().map(|paragraph| match paragraph.speaker {
        Some(name) => format!("{name}: {}\n", paragraph.text),
        None => format!("{}\n", paragraph.text),
    });
    paragraphs.collect::<Vec<_>>().join("\n")
}

/// Plain text with times, for whoever is to answer questions about it.
pub(in crate::voice::transcripts) fn to_read(transcript: &Transcript) -> String {
    let mut out = format!("{}\n\n", in_one_line(&transcript.summary.title));
    for Paragraph { start, speaker, text } in paragraphs(transcript) {
        if let Some(start) = start {
            let _ = write!(out, "[{}] ", clock(start));
        }
        if let Some(name) = speaker {
            let _ = write!(out, "{name}: ");
        }
        let _ = writeln!(out, "{text}");
    }
    out
}

/// Markdown: the title, and before each paragraph its time and who speaks.
pub(super) fn markdown(transcript: &Transcript) -> String {
    let mut out = format!("# {}\n", escaped(&in_one_line(&transcript.summary.title)));
    for Paragraph { start, speaker, text } in paragraphs(transcript) {
        let time = start.map(|start| format!("[{}]", clock(start)));
        let name = speaker.map(|name| format!("{}:", escaped(name)));
        let head = [time, name].into_iter().flatten().collect::<Vec<_>>().join(" ");
        out.push('\n');
        if !head.is_empty() {
            let _ = write!(out, "**{head}** ");
        }
        let _ = writeln!(out, "{}", escaped(&text));
    }
    out
}

fn paragraphs(transcript: &Transcript) -> Vec<Paragraph<'_>> {
    let timed = has_times(transcript);
    let mut all: Vec<Paragraph<'_>> = Vec::new();
    let mut before: Option<(&Line, u32)> = None;
    for line in transcript.text.lines.iter().filter(|line| !line.text().is_empty()) {
        let speaker = name_of(transcript, line.speaker);
        let goes_on = before.is_some_and(|(last, begun)| {
            let pause = line.start_ms().unwrap_or(0).saturating_sub(last.end_ms().unwrap_or(0));
            let lasts = line.start_ms().unwrap_or(0).saturating_sub(begun);
            last.speaker == line.speaker && pause < PAUSE && lasts < LONG
        });
        match all.last_mut().filter(|_| goes_on) {
            Some(paragraph) => {
                paragraph.text = join_words([paragraph.text.as_str(), &in_one_line(&line.text())]);
            }
            None => all.push(Paragraph {
                start: line.start_ms().filter(|_| timed),
                speaker,
                text: in_one_line(&line.text()),
            }),
        }
        let begun = before.filter(|_| goes_on).map(|(_, begun)| begun);
        before = Some((line, begun.or(line.start_ms()).unwrap_or(0)));
    }
    all
}

/// Signs that Markdown would take for its own.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (place, character) in text.chars().enumerate() {
        let begins_a_block = place == 0 && matches!(character, '#' | '>' | '-' | '+' | '=');
        if begins_a_block || matches!(character, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '&' | '|' | '~') {
            out.push('\\');
        }
        out.push(character);
    }
    out
}
