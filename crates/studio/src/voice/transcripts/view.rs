//! Transcripts as the front end sees them.

use serde::{Deserialize, Serialize};
pub use store::{
    TranscriptLine as Line, TranscriptSpeaker as Speaker, TranscriptText, TranscriptWord as Word,
};

use crate::{AppError, jobs::view::JobView, money::Money};

/// What is to be transcribed, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TranscribeRequest {
    /// A sound or film of the library.
    pub item: String,
    /// A model id of the list.
    pub model: String,
    /// ISO 639-1, such as `en`; the model finds out without one.
    pub language: Option<String>,
    /// Ask when what was said.
    pub timestamps: bool,
}

/// What it will cost and whether it can be asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TranscribeEstimate {
    /// By the price list for the whole length; what is silent is left out later, and costs nothing. None = unknown.
    pub amount: Option<Money>,
    /// Its length.
    pub length_ms: u64,
    /// Requests that will be sent, about.
    pub pieces: u32,
    /// The account that will pay.
    pub account: String,
    /// Paid with the sandbox's pretend money.
    pub pretend: bool,
    /// Why it can't be sent as it is.
    pub problem: Option<AppError>,
}

/// How a transcript stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum TranscriptState {
    /// The sound is being read and cut.
    Preparing,
    /// Pieces are being transcribed.
    Listening,
    /// All of it is here.
    Done,
    /// Pieces are missing; what is here can be read and edited.
    Incomplete,
}

/// A piece of what is transcribed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PieceView {
    /// Its place, from 0.
    pub index: u32,
    /// Where it begins.
    pub start_ms: u64,
    /// Where it ends.
    pub end_ms: u64,
    /// Its words are here.
    pub done: bool,
    /// Its last job.
    pub job: Option<JobView>,
}

/// A transcript in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TranscriptSummary {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// How it stands.
    pub state: TranscriptState,
    /// The item it was made from.
    pub item: Option<String>,
    /// The address it was made from.
    pub url: Option<String>,
    /// The length of what was heard; none where it isn't known.
    pub length_ms: Option<u64>,
    /// Its words.
    pub words: u32,
    /// The language.
    pub language: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub changed_at: String,
    /// Its first words, or where something was searched for, those around it.
    pub excerpt: String,
    /// Pieces that are here, and all of them.
    pub pieces_done: u32,
    /// All pieces.
    pub pieces: u32,
    /// RFC 3339; in the trash since.
    pub trashed_at: Option<String>,
    /// Why it doesn't go on, where it is incomplete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(optional))]
    pub problem: Option<AppError>,
}

/// A transcript.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Transcript {
    /// As in a list.
    pub summary: TranscriptSummary,
    /// Grows with every change; a save names the one it is based on.
    pub revision: u32,
    /// Its pieces; empty for what came from an address.
    pub pieces: Vec<PieceView>,
    /// Its words have times; else lines are known by their pieces only.
    pub has_word_times: bool,
    /// The text.
    pub text: TranscriptText,
}

/// Some of the transcripts, the last changed first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TranscriptPage {
    /// The transcripts.
    pub transcripts: Vec<TranscriptSummary>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// What a transcript is taken out as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum TranscriptFormat {
    /// Plain text.
    Txt,
    /// Markdown with times and speakers.
    Markdown,
    /// `SubRip`.
    Srt,
    /// `WebVTT`.
    Vtt,
    /// All that is known, as JSON.
    Json,
}
