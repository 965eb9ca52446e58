use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::answer_format::{AnswerFormat, json_or_text};
use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::file::is_address;
use crate::lenient;
use crate::operation::{CREATE_VIDEO_TRANSCRIPTION, Operation};
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, debug_without_words, setters};

/// Asks for what is said in a film on `YouTube`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CreateVideoTranscription {
    /// The film's address on `YouTube`.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uri")))]
    pub url: String,
    /// How the transcript is written in the answer; both are read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_format: Option<AnswerFormat>,
}

debug_without_words!(CreateVideoTranscription { response_format });

impl CreateVideoTranscription {
    /// Asks for what is said in a film.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), response_format: None }
    }

    setters! {
        /// How the transcript is written in the answer.
        response_format: AnswerFormat;
    }
}

/// What is said in a film.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[non_exhaustive]
pub struct VideoTranscription {
    /// All of it.
    pub transcript: String,
    /// The language by its code, where it was told.
    #[serde(default, deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub lang: Option<String>,
}

debug_without_words!(VideoTranscription { lang });

impl VideoTranscription {
    /// Reads the body of an answer of `POST /video/transcriptions`: JSON or plain text.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::UnexpectedBody`] where it is neither.
    pub fn from_body(content_type: Option<&str>, body: &Bytes) -> Result<Self> {
        json_or_text(content_type, body, |transcript| Self { transcript, lang: None })
    }
}

impl Request for CreateVideoTranscription {
    type Answer = VideoTranscription;

    const OPERATION: Operation = CREATE_VIDEO_TRANSCRIPTION;

    fn call(&self) -> Result<Call> {
        if !is_address(&self.url) {
            return Err(
                Error::invalid_input("url", "is no http or https address").of(&CREATE_VIDEO_TRANSCRIPTION)
            );
        }
        Call::json(CREATE_VIDEO_TRANSCRIPTION, self)
    }

    fn read(_: &Receipt, content_type: Option<&str>, body: Bytes) -> Result<VideoTranscription> {
        VideoTranscription::from_body(content_type, &body)
    }
}

impl Client {
    /// Writes down what is said in a film on `YouTube`.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/video/transcriptions>.
    pub async fn create_video_transcription(
        &self,
        request: &CreateVideoTranscription,
    ) -> Result<Answer<VideoTranscription>> {
        self.send(request).await
    }
}
