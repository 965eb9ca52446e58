//! Models of the Music room, as the front end sees them.

use serde::{Deserialize, Serialize};

use crate::{AppError, voice::models::Range};

/// What a model makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum MusicUse {
    /// Music.
    Music,
    /// Noises and effects.
    Sounds,
    /// It says its prompt; priced by the characters.
    Speech,
}

/// What a model takes of words to sing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LyricsRule {
    /// It wants them, or to make them up.
    pub required: bool,
    /// It can make them up from the prompt.
    pub optimizer: bool,
    /// Characters; none = not told.
    pub limit: Option<u32>,
}

/// The lengths of a model, in seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LengthRule {
    /// The shortest.
    pub least: u32,
    /// The longest.
    pub most: u32,
    /// Without a choice.
    pub usual: u32,
    /// Those Venice suggests; any other between `least` and `most` is taken too.
    pub options: Vec<u32>,
}

/// A model that makes music or sounds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MusicModel {
    /// Venice's id.
    pub id: String,
    /// The name people know.
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
    /// What it makes.
    pub makes: MusicUse,
    /// Characters of the prompt at least.
    pub prompt_least: u32,
    /// Characters of the prompt; none = not told.
    pub prompt_limit: Option<u32>,
    /// What it takes of words to sing; none = it doesn't sing given words.
    pub lyrics: Option<LyricsRule>,
    /// Singing can be ruled out.
    pub instrumental: bool,
    /// Its end can pass into its beginning.
    pub loops: bool,
    /// Lengths to choose; none = it is as long as it gets.
    pub length: Option<LengthRule>,
    /// Its voices; empty = none to choose.
    pub voices: Vec<String>,
    /// The voice without a choice.
    pub default_voice: Option<String>,
    /// It can be told the language.
    pub takes_language: bool,
    /// How fast, as a factor; none = can't be set.
    pub speed: Option<Range>,
    /// File formats such as `mp3`.
    pub formats: Vec<String>,
    /// Priced by the characters of the prompt.
    pub priced_by_characters: bool,
    /// The model Venice suggests instead, when this one retires.
    pub replacement: Option<String>,
    /// When it is taken away, as Venice wrote it.
    pub retires_at: Option<String>,
}

/// The models of the Music room.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MusicModels {
    /// All of them, in Venice's order.
    pub models: Vec<MusicModel>,
    /// Where the form starts, of each kind: what the user chose before Venice's own.
    pub defaults: Vec<String>,
    /// When Venice was last asked.
    pub fetched_at: String,
    /// The list is an old one, because of this.
    pub problem: Option<AppError>,
}
