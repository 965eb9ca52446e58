//! Speech: texts of any length said by a voice, in pieces where they are long, joined to one sound.

mod again;
mod audition;
mod check;
pub(crate) mod job;
mod joining;
mod keep;
mod live;
mod normal;
mod script;
mod sentences;
mod start;
mod view;

pub(super) use check::ended;
pub(crate) use joining::Joining;

use serde::{Deserialize, Serialize};

use super::recorder::Marker;
use crate::{AppError, jobs::view::JobView, money::Money};

/// A text to be spoken.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SpeechRequest {
    /// A model id of the list.
    pub model: String,
    /// A voice of the model, or a cloned one's handle.
    pub voice: Option<String>,
    /// What to say. More than a request takes is cut at sentences; lines beginning with `#` begin chapters, and aren't said.
    pub text: String,
    /// What to call the result; its first words without one.
    pub title: Option<String>,
    /// As a factor.
    pub speed: Option<f64>,
    /// How to say it.
    pub style: Option<String>,
    /// How much chance there is in it.
    pub temperature: Option<f64>,
    /// The share of likely sounds.
    pub top_p: Option<f64>,
    /// As the model spells it.
    pub language: Option<String>,
    /// A file format of the model; the model's own without one. What is joined from pieces is FLAC.
    pub format: Option<String>,
}

/// One voice to be tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct VoiceChoice {
    /// The model.
    pub model: String,
    /// Its voice.
    pub voice: String,
}

/// What speech will cost and whether it can be asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SpeechEstimate {
    /// By the price list; none = unknown.
    pub amount: Option<Money>,
    /// Characters that will be said.
    pub characters: u32,
    /// Requests that will be sent.
    pub pieces: u32,
    /// Chapters.
    pub chapters: u32,
    /// The account that will pay.
    pub account: String,
    /// Paid with the sandbox's pretend money.
    pub pretend: bool,
    /// Why it can't be sent as it is.
    pub problem: Option<AppError>,
}

/// How a reading stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ReadingState {
    /// Pieces are being spoken.
    Speaking,
    /// All are here and are being joined.
    Joining,
    /// It is an item of the library.
    Done,
    /// Pieces are missing; those that are here are kept, and aren't bought again.
    Incomplete,
}

/// A text that is being spoken, or was. A short one has a single piece.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ReadingView {
    /// Its id.
    pub id: String,
    /// How it stands.
    pub state: ReadingState,
    /// What was asked for.
    pub request: SpeechRequest,
    /// What it is called.
    pub title: String,
    /// RFC 3339.
    pub created_at: String,
    /// The jobs of its pieces, in order: of each the last one.
    pub jobs: Vec<JobView>,
    /// Its chapters, with times once it is done.
    pub chapters: Vec<Marker>,
    /// Where its pieces begin in the whole, in milliseconds; empty unless they were joined since the program began.
    pub starts_ms: Vec<u64>,
    /// The item it became.
    pub item: Option<String>,
    /// All that was expected for it.
    pub estimate: Option<Money>,
    /// It belongs to an audition: which.
    pub audition: Option<String>,
    /// Why it isn't done.
    pub problem: Option<AppError>,
    /// Taken off the room's list by the user.
    pub dismissed: bool,
}
