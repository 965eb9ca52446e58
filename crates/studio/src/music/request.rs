//! What can be asked for in the Music room. The same value is quoted, checked, sent, kept as the recipe and sent again.

use serde::{Deserialize, Serialize};

/// Music or a sound that is asked for. Which fields a model takes is told by its [`MusicModel`](super::view::MusicModel).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MusicRequest {
    /// A model id of the list.
    pub model: String,
    /// What to play, sound like or say.
    pub prompt: String,
    /// The words to sing.
    pub lyrics: Option<String>,
    /// Have the words made up from the prompt; then `lyrics` is left out.
    pub lyrics_optimizer: bool,
    /// Seconds, where the length can be chosen.
    pub duration_seconds: Option<u32>,
    /// Nobody is to sing.
    pub instrumental: bool,
    /// Its end passes into its beginning.
    pub looped: bool,
    /// One of the model's voices.
    pub voice: Option<String>,
    /// ISO 639-1, such as `en`.
    pub language: Option<String>,
    /// How fast, as a factor.
    pub speed: Option<f64>,
}
