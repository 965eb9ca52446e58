use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::answer_format::{AnswerFormat, json_or_text};
use crate::call::Call;
use crate::client::Client;
use crate::errors::Result;
use crate::file::FileInput;
use crate::lenient;
use crate::operation::{CREATE_TRANSCRIPTION, Operation};
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, debug_without_words, setters};

/// Asks for what is said in a recording.
///
/// The file is sent as a form; one in base64 is decoded for that. Venice takes about 25 MB, and no addresses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CreateTranscription {
    /// The recording: WAV, FLAC, M4A, AAC, MP4, MP3, OGG or WEBM.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("x-file" = "audio")))]
    pub file: FileInput,
    /// The model's id. Venice's default is `nvidia/parakeet-tdt-0.6b-v3`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("x-model" = "asr")))]
    pub model: Option<String>,
    /// How the transcript is written in the answer; both are read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_format: Option<AnswerFormat>,
    /// Whether to tell when what was said. Not every model tells it for words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamps: Option<bool>,
    /// The language by its ISO 639-1 code (`en`), for models that want to know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

impl CreateTranscription {
    /// Asks for what is said in a recording.
    pub fn new(file: FileInput) -> Self {
        Self { file, model: None, response_format: None, timestamps: None, language: None }
    }

    setters! {
        /// The model's id.
        model: String;
        /// How the transcript is written in the answer.
        response_format: AnswerFormat;
        /// Whether to tell when what was said.
        timestamps: bool;
        /// The language by its ISO 639-1 code.
        language: String;
    }
}

/// What is said in a recording.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[non_exhaustive]
pub struct Transcription {
    /// All of it.
    pub text: String,
    /// The recording's length in seconds.
    #[serde(default, deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub duration: Option<f64>,
    /// When what was said, where that was asked for and the model tells it.
    #[serde(default, deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<Timestamps>))]
    pub timestamps: Option<Timestamps>,
}

debug_without_words!(Transcription { duration });

/// When what was said. What a model doesn't tell is empty.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
#[non_exhaustive]
pub struct Timestamps {
    /// The words.
    #[serde(deserialize_with = "lenient::list", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "specta", specta(type = Vec<TimedWord>))]
    pub word: Vec<TimedWord>,
    /// Stretches of several words.
    #[serde(deserialize_with = "lenient::list", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "specta", specta(type = Vec<TimedSegment>))]
    pub segment: Vec<TimedSegment>,
    /// The characters.
    #[serde(deserialize_with = "lenient::list", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "specta", specta(type = Vec<TimedCharacter>))]
    pub char: Vec<TimedCharacter>,
}

impl std::fmt::Debug for Timestamps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Timestamps")
            .field("word", &self.word.len())
            .field("segment", &self.segment.len())
            .field("char", &self.char.len())
            .finish()
    }
}

/// A word, and when it was said.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TimedWord {
    /// The word.
    pub word: String,
    /// Where it begins, in seconds.
    pub start: f64,
    /// Where it ends, in seconds.
    pub end: f64,
}

/// A stretch of several words, and when it was said.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TimedSegment {
    /// The words.
    pub text: String,
    /// Where it begins, in seconds.
    pub start: f64,
    /// Where it ends, in seconds.
    pub end: f64,
}

/// A character, and when it was said.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TimedCharacter {
    /// The character.
    pub char: String,
    /// Where it begins, in seconds.
    pub start: f64,
    /// Where it ends, in seconds.
    pub end: f64,
}

debug_without_words!(TimedWord { start, end });
debug_without_words!(TimedSegment { start, end });
debug_without_words!(TimedCharacter { start, end });

impl Transcription {
    /// Reads the body of an answer of `POST /audio/transcriptions`: JSON or plain text.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::UnexpectedBody`] where it is neither.
    pub fn from_body(content_type: Option<&str>, body: &Bytes) -> Result<Self> {
        json_or_text(content_type, body, |text| Self { text, ..Self::default() })
    }
}

impl Request for CreateTranscription {
    type Answer = Transcription;

    const OPERATION: Operation = CREATE_TRANSCRIPTION;

    fn call(&self) -> Result<Call> {
        self.file.check("file", u64::MAX, &CREATE_TRANSCRIPTION)?;
        let file = self.file.upload("file", &CREATE_TRANSCRIPTION)?;
        Call::multipart(CREATE_TRANSCRIPTION, self, vec![file])
    }

    fn read(_: &Receipt, content_type: Option<&str>, body: Bytes) -> Result<Transcription> {
        Transcription::from_body(content_type, &body)
    }
}

impl Client {
    /// Writes down what is said in a recording.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/audio/transcriptions>.
    pub async fn create_transcription(&self, request: &CreateTranscription) -> Result<Answer<Transcription>> {
        self.send(request).await
    }
}
