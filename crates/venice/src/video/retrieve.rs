use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{Film, VideoFormat};
use crate::call::Call;
use crate::client::Client;
use crate::errors::Result;
use crate::operation::{COMPLETE_VIDEO, Operation, RETRIEVE_VIDEO};
use crate::queue::{Completion, Progress};
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, setters};

/// Asks for a queued film, or how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RetrieveVideo {
    /// The id of the model that makes it.
    #[cfg_attr(feature = "schema", schemars(extend("x-model" = "video")))]
    pub model: String,
    /// Its id in the queue.
    pub queue_id: String,
    /// Whether Venice is to delete it with this answer. An answer that is cut is lost then; completing it once it is
    /// saved is the safe way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete_media_on_completion: Option<bool>,
}

impl RetrieveVideo {
    /// Asks for what was queued.
    pub fn new(model: impl Into<String>, queue_id: impl Into<String>) -> Self {
        Self { model: model.into(), queue_id: queue_id.into(), delete_media_on_completion: None }
    }

    setters! {
        /// Whether Venice is to delete it with this answer.
        delete_media_on_completion: bool;
    }
}

/// A queued film, or how far it is.
#[derive(Debug, Clone, PartialEq)]
pub enum RetrievedVideo {
    /// It isn't there yet; ask again in about five seconds.
    Waiting(Progress),
    /// It is done, and to be fetched with [`Client::download`] from the
    /// [`QueuedVideo::download_url`](super::QueuedVideo::download_url).
    Completed(Progress),
    /// It is there.
    File(Film),
}

impl RetrievedVideo {
    /// Reads the body of an answer of `POST /video/retrieve`.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::UnexpectedBody`] where it is neither a film nor a status.
    pub fn from_body(content_type: Option<&str>, bytes: Bytes) -> Result<Self> {
        if VideoFormat::of(&bytes).is_none() && Progress::is_told_by(content_type, &bytes) {
            let progress = Progress::from_json(&bytes)?;
            return Ok(if progress.is_completed() {
                Self::Completed(progress)
            } else {
                Self::Waiting(progress)
            });
        }
        Film::from_body(content_type, bytes).map(Self::File)
    }
}

impl Request for RetrieveVideo {
    type Answer = RetrievedVideo;

    const OPERATION: Operation = RETRIEVE_VIDEO;

    fn call(&self) -> Result<Call> {
        Call::json(RETRIEVE_VIDEO, self)
    }

    fn read(_: &Receipt, content_type: Option<&str>, body: Bytes) -> Result<RetrievedVideo> {
        RetrievedVideo::from_body(content_type, body)
    }
}

/// Asks Venice to delete a queued film that was fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CompleteVideo {
    /// The id of the model that made it.
    #[cfg_attr(feature = "schema", schemars(extend("x-model" = "video")))]
    pub model: String,
    /// Its id in the queue.
    pub queue_id: String,
}

impl CompleteVideo {
    /// Asks Venice to delete what was fetched.
    pub fn new(model: impl Into<String>, queue_id: impl Into<String>) -> Self {
        Self { model: model.into(), queue_id: queue_id.into() }
    }
}

impl Request for CompleteVideo {
    type Answer = Completion;

    const OPERATION: Operation = COMPLETE_VIDEO;

    fn call(&self) -> Result<Call> {
        Call::json(COMPLETE_VIDEO, self)
    }

    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<Completion> {
        Completion::from_json(&body)
    }
}

impl Client {
    /// Fetches a queued film, or tells how far it is.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/video/retrieve>.
    pub async fn retrieve_video(&self, request: &RetrieveVideo) -> Result<Answer<RetrievedVideo>> {
        self.send(request).await
    }

    /// Has Venice delete a queued film that was fetched.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/video/complete>.
    pub async fn complete_video(&self, request: &CompleteVideo) -> Result<Answer<Completion>> {
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
            content_type in proptest::option::of("application/json|text/html|video/[a-z0-9-]{1,8}"),
            body in proptest::collection::vec(any::<u8>(), 0..60),
        ) {
            let read = RetrievedVideo::from_body(content_type.as_deref(), body.clone().into());
            prop_assert!(!matches!(read, Ok(RetrievedVideo::File(file)) if file.bytes != body));
        }

        #[test]
        fn no_json_breaks_the_reader(status in "\\PC{0,12}", time in any::<f64>()) {
            let body = serde_json::json!({"status": status, "average_execution_time": time}).to_string();
            let read = RetrievedVideo::from_body(None, body.into());
            prop_assert!(!matches!(read, Err(_) | Ok(RetrievedVideo::File(_))));
        }
    }
}
