//! Models, prices and files of the Film room, as the front end sees them.

use serde::{Deserialize, Serialize};

use super::request::FilmRole;
use crate::{AppError, money::Money};
pub use store::MediaKind;

/// What a model starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum FilmMode {
    /// Words.
    Text,
    /// A picture, or pictures at places in the film.
    Image,
    /// Pictures, films or sounds to keep to.
    Reference,
    /// A film that is changed.
    Film,
    /// A film that is enlarged.
    Upscale,
}

/// A kind of file that a model takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FilmInputRule {
    /// What it is in the film.
    pub role: FilmRole,
    /// How many at most.
    pub most: u32,
    /// None is made without it.
    pub required: bool,
    /// Known; else Venice's list doesn't tell, and the request is refused, free, where the model takes none.
    pub sure: bool,
}

/// A model that makes films.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FilmModel {
    /// Venice's id.
    pub id: String,
    /// The name people know; several models may share one and differ in `mode`.
    pub name: String,
    /// Venice's sentence about it.
    pub description: Option<String>,
    /// `private`, `anonymized` or a word we don't know yet.
    pub privacy: Option<String>,
    /// Marked as a beta.
    pub beta: bool,
    /// Not answering at present.
    pub offline: bool,
    /// Without content rules of its own.
    pub uncensored: bool,
    /// Venice's traits, such as `default`.
    pub traits: Vec<String>,
    /// What it starts from.
    pub mode: FilmMode,
    /// Characters of the prompt, and of what not to show.
    pub prompt_limit: u32,
    /// Such as `5s`; empty = none to choose.
    pub durations: Vec<String>,
    /// Such as `16:9`; empty = none to choose.
    pub aspect_ratios: Vec<String>,
    /// Such as `720p`; empty = none to choose.
    pub resolutions: Vec<String>,
    /// Factors of enlargement; empty = it doesn't enlarge.
    pub upscale_factors: Vec<u8>,
    /// Its films have sound.
    pub audio: bool,
    /// Sound can be turned on and off.
    pub audio_configurable: bool,
    /// The files it takes.
    pub inputs: Vec<FilmInputRule>,
    /// It can be told what is to become of the films it keeps to.
    pub tasks: bool,
    /// Country codes it is meant for; empty = all.
    pub regions: Vec<String>,
    /// The model Venice suggests instead, when this one retires.
    pub replacement: Option<String>,
    /// When it is taken away, as Venice wrote it.
    pub retires_at: Option<String>,
}

/// The models of the Film room.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FilmModels {
    /// All of them, in Venice's order.
    pub models: Vec<FilmModel>,
    /// Where the form starts, of each kind: what the user chose before Venice's own.
    pub defaults: Vec<String>,
    /// When Venice was last asked.
    pub fetched_at: String,
    /// The list is an old one, because of this.
    pub problem: Option<AppError>,
}

/// What Venice says a request will cost, and whether it can be sent. Good for the moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct QuotedPrice {
    /// Venice's own word; `None` = it gave none, never a guess.
    pub amount: Option<Money>,
    /// The account that will pay.
    pub account: String,
    /// Paid with the sandbox's pretend money.
    pub pretend: bool,
    /// Why it can't be sent as it is.
    pub problem: Option<AppError>,
    /// Why there is no price.
    pub unpriced: Option<AppError>,
    /// Something to consider; it can be sent all the same.
    pub advice: Option<AppError>,
}

/// A file that is to go into a film, looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FilmInputFacts {
    /// Its name.
    pub name: String,
    /// What it is by its bytes; none where that isn't media.
    pub kind: Option<MediaKind>,
    /// Its media type, by its bytes where they tell.
    pub mime: String,
    /// Its size.
    pub bytes: u64,
    /// Pixels.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
    /// How long it is.
    pub length_ms: Option<u64>,
    /// Why it can't be sent.
    pub problem: Option<AppError>,
    /// Something to consider; it can be sent all the same.
    pub advice: Option<AppError>,
}

/// What a kept film is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FilmFacts {
    /// `MP4`, `MOV` or `WebM`.
    pub container: String,
    /// The name of how its pictures are coded, such as `H.264`.
    pub codec: Option<String>,
    /// The name of how its sound is coded; none = silent.
    pub sound_codec: Option<String>,
    /// Pixels.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
    /// How long it is.
    pub length_ms: Option<u64>,
    /// Frames.
    pub frames: Option<u32>,
    /// Frames in a second, times 1000.
    pub frame_rate: Option<u32>,
}
