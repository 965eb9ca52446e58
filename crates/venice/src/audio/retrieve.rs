use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{AudioFormat, Sound};
use crate::call::Call;
use crate::client::Client;
use crate::errors::Result;
use crate::operation::{COMPLETE_AUDIO, Operation, RETRIEVE_AUDIO};
use crate::queue::{Completion, Progress};
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, setters};

/// Asks for queued music, or how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RetrieveAudio {
    /// The id of the model that makes it.
    #[cfg_attr(feature = "schema", schemars(extend("x-model" = "music")))]
    pub model: String,
    /// Its id in the queue.
    pub queue_id: String,
    /// Whether Venice is to delete it with this answer. An answer that is cut is lost then; completing it once it is
    /// saved is the safe way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete_media_on_completion: Option<bool>,
}

impl RetrieveAudio {
    /// Asks for what was queued.
    pub fn new(model: impl Into<String>, queue_id: impl Into<String>) -> Self {
        Self { model: model.into(), queue_id: queue_id.into(), delete_media_on_completion: None }
    }

    setters! {
        /// Whether Venice is to delete it with this answer.
        delete_media_on_completion: bool;
    }
}

/// Queued music, or how far it is.
#[derive(Debug, Clone, PartialEq)]
pub enum RetrievedAudio {
    /// It isn't there yet; ask again in about five seconds.
    Waiting(Progress),
    /// It is there.
    File(Sound),
}

impl RetrievedAudio {
    /// Reads the body of an answer of `POST /audio/retrieve`.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::UnexpectedBody`] where it is neither a sound nor a status.
    pub fn from_body(content_type: Option<&str>, bytes: Bytes) -> Result<Self> {
        if AudioFormat::of(&bytes).is_none() && Progress::is_told_by(content_type, &bytes) {
            return Progress::from_json(&bytes).map(Self::Waiting);
        }
        Sound::from_body(content_type, bytes).map(Self::File)
    }
}

impl Request for RetrieveAudio {
    type Answer = RetrievedAudio;

    const OPERATION: Operation = RETRIEVE_AUDIO;

    fn call(&self) -> Result<Call> {
        Call::json(RETRIEVE_AUDIO, self)
    }

    fn read(_: &Receipt, content_type: Option<&str>, body: Bytes) -> Result<RetrievedAudio> {
        RetrievedAudio::from_body(content_type, body)
    }
}

/// Asks Venice to delete queued music that was fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CompleteAudio {
    /// The id of the model that made it.
    #[cfg_attr(feature = "schema", schemars(extend("x-model" = "music")))]
    pub model: String,
    /// Its id in the queue.
    pub queue_id: String,
}

impl CompleteAudio {
    /// Asks Venice to delete what was fetched.
    pub fn new(model: impl Into<String>, queue_id: impl Into<String>) -> Self {
        Self { model: model.into(), queue_id: queue_id.into() }
    }
}

impl Request for CompleteAudio {
    type Answer = Completion;

    const OPERATION: Operation = COMPLETE_AUDIO;

    fn call(&self) -> Result<Call> {
        Call::json(COMPLETE_AUDIO, self)
    }

    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<Completion> {
        Completion::from_json(&body)
    }
}

impl Client {
    /// Fetches queued music, or tells how far it is.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/audio/retrieve>.
    pub async fn retrieve_audio(&self, request: &RetrieveAudio) -> Result<Answer<RetrievedAudio>> {
        self.send(request).await
    }

    /// Has Venice delete queued music that was fetched.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/audio/complete>.
    pub async fn complete_audio(&self, request: &CompleteAudio) -> Result<Answer<Completion>> {
        self.send(request).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_bytes_break_the_reader(
            content_type in proptest::option::of("application/json|text/html|audio/[a-z0-9-]{1,8}"),
            body in proptest::collection::vec(any::<u8>(), 0..60),
        ) {
            let read = RetrievedAudio::from_body(content_type.as_deref(), body.clone().into());
            prop_assert!(!matches!(read, Ok(RetrievedAudio::File(file)) if file.bytes != body));
        }

        #[test]
        fn no_json_breaks_the_reader(status in "\\PC{0,12}", time in any::<f64>()) {
            let body = serde_json::json!({"status": status, "average_execution_time": time}).to_string();
            let read = RetrievedAudio::from_body(None, body.into());
            prop_assert!(!matches!(read, Err(_) | Ok(RetrievedAudio::File(_))));
        }
    }
}
