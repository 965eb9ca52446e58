//! All that is known of a transcript, for other programs.
//!
//! ```json
//! {
//!   "format": "canaletto-transcript",
//!   "version": 1,
//!   "title": "At the canal",
//!   "language": "en",                  // null where nobody knows it
//!   "model": "nvidia/parakeet-tdt-0.6b-v3",
//!   "url": null,                       // the address it was made from
//!   "length_ms": 61000,                // null where it isn't known
//!   "created_at": "2026-11-21T14:32:05Z",
//!   "is_complete": true,               // else pieces of the sound are missing
//!   "has_times": true,
//!   "has_word_times": true,            // else the times of words are guessed from those of their lines
//!   "speakers": [{"id": 1, "name": "Anna"}],
//!   "lines": [{
//!     "start_ms": 100, "end_ms": 900, "speaker": 1, "text": "Good morning.",
//!     "words": [{"text": "Good", "start_ms": 100, "end_ms": 400}, {"text": "morning.", "start_ms": 450, "end_ms": 900}]
//!   }]
//! }
//! ```
//! Without `has_times` the times are null, and there are no `words`.

use serde::Serialize;

use super::has_times;
use crate::{
    AppError, Result,
    voice::transcripts::view::{Line, Speaker, Transcript, TranscriptState},
};

#[derive(Serialize)]
struct File<'a> {
    format: &'static str,
    version: u32,
    title: &'a str,
    language: Option<&'a str>,
    model: Option<&'a str>,
    url: Option<&'a str>,
    length_ms: Option<u64>,
    created_at: &'a str,
    is_complete: bool,
    has_times: bool,
    has_word_times: bool,
    speakers: &'a [Speaker],
    lines: Vec<LineOut<'a>>,
}

#[derive(Serialize)]
struct LineOut<'a> {
    start_ms: Option<u32>,
    end_ms: Option<u32>,
    speaker: Option<u32>,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<Vec<WordOut<'a>>>,
}

#[derive(Serialize)]
struct WordOut<'a> {
    text: &'a str,
    start_ms: u32,
    end_ms: u32,
}

pub(super) fn write(transcript: &Transcript) -> Result<String> {
    let summary = &transcript.summary;
    let timed = has_times(transcript);
    let file = File {
        format: "canaletto-transcript",
        version: 1,
        title: &summary.title,
        language: summary.language.as_deref(),
        model: summary.model.as_deref(),
        url: summary.url.as_deref(),
        length_ms: summary.length_ms,
        created_at: &summary.created_at,
        is_complete: summary.state == TranscriptState::Done,
        has_times: timed,
        has_word_times: transcript.has_word_times,
        speakers: &transcript.text.speakers,
        lines: transcript.text.lines.iter().map(|line| out(line, timed)).collect(),
    };
    let mut text = serde_json::to_string_pretty(&file).map_err(AppError::internal)?;
    text.push('\n');
    Ok(text)
}

fn out(line: &Line, timed: bool) -> LineOut<'_> {
    let words =
        || line.words.iter().map(|(text, start, end)| WordOut { text, start_ms: *start, end_ms: *end });
    LineOut {
        start_ms: line.start_ms().filter(|_| timed),
        end_ms: line.end_ms().filter(|_| timed),
        speaker: line.speaker,
        text: line.text(),
        words: timed.then(|| words().collect()),
    }
}
