use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{AudioFormat, Sound};
use crate::call::Call;
use crate::client::Client;
use crate::errors::Result;
use crate::operation::{CREATE_SPEECH, Operation};
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, debug_without_words, setters};

/// Asks for a text to be spoken.
///
/// Voices, formats and what else can be chosen are the model's own: see
/// [`ModelSpec`](crate::models::ModelSpec). With `streaming` the sound comes sentence by sentence; [`Client::open`]
/// hands it over as it is spoken, and [`AudioFormat::tell`] tells its format by the first bytes.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CreateSpeech {
    /// What to say, at most 4096 characters.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 4096), extend("x-multiline" = true)))]
    pub input: String,
    /// The model's id. Venice's default is `tts-kokoro`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("x-model" = "tts")))]
    pub model: Option<String>,
    /// One of the model's voices, or the handle of a cloned one (`vv_…`). Venice's default is `af_sky`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(max = 512)))]
    pub voice: Option<String>,
    /// The file format; the model's own default where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_format: Option<AudioFormat>,
    /// How fast, as a factor: 0.25 to 4. Venice's default is 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 0.25, max = 4.0)))]
    pub speed: Option<f64>,
    /// Whether to send it sentence by sentence, as it is spoken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub streaming: Option<bool>,
    /// How to say it, at most 500 characters (`Sad and slow.`), for models that can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(max = 500), extend("x-multiline" = true)))]
    pub prompt: Option<String>,
    /// The language, spelt as the model wants it: `English` or `en`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(min = 2, max = 32)))]
    pub language: Option<String>,
    /// How much chance there is in it: 0 to 2, for models that can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 0.0, max = 2.0)))]
    pub temperature: Option<f64>,
    /// The share of likely sounds that are considered: 0 to 1, for models that can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 0.0, max = 1.0)))]
    pub top_p: Option<f64>,
}

debug_without_words!(CreateSpeech { model, voice, response_format, speed, streaming, temperature, top_p });

impl CreateSpeech {
    /// Asks for a text to be spoken.
    pub fn new(input: impl Into<String>) -> Self {
        Self {
            input: input.into(),
            model: None,
            voice: None,
            response_format: None,
            speed: None,
            streaming: None,
            prompt: None,
            language: None,
            temperature: None,
            top_p: None,
        }
    }

    setters! {
        /// The model's id.
        model: String;
        /// A voice by name, or the handle of a cloned one.
        voice: String;
        /// The file format.
        response_format: AudioFormat;
        /// How fast, as a factor.
        speed: f64;
        /// Whether to send it as it is spoken.
        streaming: bool;
        /// How to say it.
        prompt: String;
        /// The language.
        language: String;
        /// How much chance there is in it.
        temperature: f64;
        /// The share of likely sounds that are considered.
        top_p: f64;
    }
}

impl Request for CreateSpeech {
    type Answer = Sound;

    const OPERATION: Operation = CREATE_SPEECH;

    fn call(&self) -> Result<Call> {
        Call::json(CREATE_SPEECH, self)
    }

    fn read(_: &Receipt, content_type: Option<&str>, body: Bytes) -> Result<Sound> {
        Sound::from_body(content_type, body)
    }
}

impl Client {
    /// Speaks a text.
    ///
    /// ```no_run
    /// # async fn example(client: venice::Client) -> venice::Result<()> {
    /// use venice::audio::CreateSpeech;
    /// let mut sound = client.open(&CreateSpeech::new("Good evening.").streaming(true)).await?;
    /// while let Some(piece) = sound.chunk().await? {
    ///     println!("{} bytes to be played", piece.len());
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/audio/speech>.
    pub async fn create_speech(&self, request: &CreateSpeech) -> Result<Answer<Sound>> {
        self.send(request).await
    }
}
