use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::client::Client;
use crate::errors::Result;
use crate::operation::{Operation, QUOTE_AUDIO};
use crate::queue::Quote;
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, setters};

/// Asks what music or a sound would cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct QuoteAudio {
    /// The model's id.
    #[cfg_attr(feature = "schema", schemars(extend("x-model" = "music")))]
    pub model: String,
    /// The length in seconds, for models that can be told; the model's own default where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub duration_seconds: Option<u32>,
    /// The characters of the text, for models that are paid by them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub character_count: Option<u32>,
}

impl QuoteAudio {
    /// Asks what a model would charge.
    pub fn new(model: impl Into<String>) -> Self {
        Self { model: model.into(), duration_seconds: None, character_count: None }
    }

    setters! {
        /// The length in seconds.
        duration_seconds: u32;
        /// The characters of the text.
        character_count: u32;
    }
}

impl Request for QuoteAudio {
    type Answer = Quote;

    const OPERATION: Operation = QUOTE_AUDIO;

    fn call(&self) -> Result<Call> {
        Call::json(QUOTE_AUDIO, self)
    }

    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<Quote> {
        Quote::from_json(&body)
    }
}

impl Client {
    /// What music or a sound would cost. Needs no key.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/audio/quote>.
    pub async fn quote_audio(&self, request: &QuoteAudio) -> Result<Answer<Quote>> {
        self.send(request).await
    }
}
