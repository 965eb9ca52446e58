use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::lenient;
use crate::operation::{Operation, QUEUE_AUDIO};
use crate::queue::QueueStatus;
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, debug_without_words, setters};

/// Asks for music or a sound to be made.
///
/// Which fields a model takes is told by its [`ModelSpec`](crate::models::ModelSpec); a field it doesn't take is refused.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct QueueAudio {
    /// The model's id.
    #[cfg_attr(feature = "schema", schemars(extend("x-model" = "music")))]
    pub model: String,
    /// What to make.
    #[cfg_attr(feature = "schema", schemars(length(min = 1), extend("x-multiline" = true)))]
    pub prompt: String,
    /// The words to sing, for models that sing; some want them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("x-multiline" = true)))]
    pub lyrics_prompt: Option<String>,
    /// The length in seconds, for models that can be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub duration_seconds: Option<u32>,
    /// Whether nobody is to sing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force_instrumental: Option<bool>,
    /// Whether to make the words up from the prompt; then `lyrics_prompt` is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lyrics_optimizer: Option<bool>,
    /// Whether its end is to pass into its beginning without a seam.
    #[serde(rename = "loop", default, skip_serializing_if = "Option::is_none")]
    pub looped: Option<bool>,
    /// One of the model's voices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<String>,
    /// The language by its ISO 639-1 code (`en`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language_code: Option<String>,
    /// How fast, as a factor: 0.25 to 4, within what the model tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 0.25, max = 4.0)))]
    pub speed: Option<f64>,
}

debug_without_words!(QueueAudio { model, duration_seconds, force_instrumental, looped, voice, speed });

impl QueueAudio {
    /// Asks for music or a sound.
    pub fn new(model: impl Into<String>, prompt: impl Into<String>) -> Self {
        Self {
            model: model.into(),
            prompt: prompt.into(),
            lyrics_prompt: None,
            duration_seconds: None,
            force_instrumental: None,
            lyrics_optimizer: None,
            looped: None,
            voice: None,
            language_code: None,
            speed: None,
        }
    }

    setters! {
        /// The words to sing.
        lyrics_prompt: String;
        /// The length in seconds.
        duration_seconds: u32;
        /// Whether nobody is to sing.
        force_instrumental: bool;
        /// Whether to make the words up.
        lyrics_optimizer: bool;
        /// Whether its end is to pass into its beginning.
        looped: bool;
        /// A voice by name.
        voice: String;
        /// The language by its ISO 639-1 code.
        language_code: String;
        /// How fast, as a factor.
        speed: f64;
    }
}

/// Music or a sound that is being made: what [`RetrieveAudio`](super::RetrieveAudio) asks for. To be saved at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[non_exhaustive]
pub struct QueuedAudio {
    /// Its id in the queue.
    pub queue_id: String,
    /// The model that makes it.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub model: Option<String>,
    /// How far it is.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<QueueStatus>))]
    pub status: Option<QueueStatus>,
}

impl Request for QueueAudio {
    type Answer = QueuedAudio;

    const OPERATION: Operation = QUEUE_AUDIO;

    fn call(&self) -> Result<Call> {
        Call::json(QUEUE_AUDIO, self)
    }

    fn read(_: &Receipt, content_type: Option<&str>, body: Bytes) -> Result<QueuedAudio> {
        serde_json::from_slice(&body).map_err(|_| Error::unexpected("no id of the queue", content_type))
    }

    fn answer_id(answer: &QueuedAudio) -> Option<&str> {
        Some(&answer.queue_id)
    }
}

impl Client {
    /// Has music or a sound made. It is charged for here.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/audio/queue>.
    pub async fn queue_audio(&self, request: &QueueAudio) -> Result<Answer<QueuedAudio>> {
        self.send(request).await
    }
}
