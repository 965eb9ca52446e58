use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::file::FileInput;
use crate::lenient;
use crate::operation::{CREATE_CLONED_VOICE, Operation};
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, setters};

/// Asks for a voice to be cloned from a sample.
///
/// Which formats a model takes, and how long it keeps a voice, is told by its
/// [`VoiceCloning`](crate::models::VoiceCloning). The sample is sent as a form; one in base64 is decoded for that.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CreateClonedVoice {
    /// The sample: clean speech of at least 5 to 10 seconds, as MP3 or WAV; some models take FLAC and M4A too.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("x-file" = "audio")))]
    pub file: FileInput,
    /// The id of the model that is to speak. Venice's default is `tts-chatterbox-hd`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("x-model" = "tts")))]
    pub model: Option<String>,
}

impl CreateClonedVoice {
    /// Asks for a voice to be cloned.
    pub fn new(file: FileInput) -> Self {
        Self { file, model: None }
    }

    setters! {
        /// The id of the model that is to speak.
        model: String;
    }
}

/// A cloned voice.
///
/// It ends after as many days as its model tells; see
/// [`VoiceCloning::ends_at`](crate::models::VoiceCloning::ends_at).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[non_exhaustive]
pub struct ClonedVoice {
    /// Its handle (`vv_…`), to be given as [`CreateSpeech::voice`](super::CreateSpeech::voice).
    pub id: String,
    /// The one model that speaks with it.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub model: Option<String>,
}

impl Request for CreateClonedVoice {
    type Answer = ClonedVoice;

    const OPERATION: Operation = CREATE_CLONED_VOICE;

    fn call(&self) -> Result<Call> {
        self.file.check("file", u64::MAX, &CREATE_CLONED_VOICE)?;
        let file = self.file.upload("file", &CREATE_CLONED_VOICE)?;
        Call::multipart(CREATE_CLONED_VOICE, self, vec![file])
    }

    fn read(_: &Receipt, content_type: Option<&str>, body: Bytes) -> Result<ClonedVoice> {
        serde_json::from_slice(&body).map_err(|_| Error::unexpected("no voice", content_type))
    }
}

impl Client {
    /// Clones a voice from a sample.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/audio/voices>.
    pub async fn create_cloned_voice(&self, request: &CreateClonedVoice) -> Result<Answer<ClonedVoice>> {
        self.send(request).await
    }
}
