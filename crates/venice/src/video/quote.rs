use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::check_factor;
use super::inputs::Inputs;
use crate::call::Call;
use crate::client::Client;
use crate::errors::Result;
use crate::file::FileInput;
use crate::operation::{Operation, QUOTE_VIDEO};
use crate::queue::Quote;
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, debug_without_words, setters};

/// Asks what a film would cost.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct QuoteVideo {
    /// The model's id.
    #[cfg_attr(feature = "schema", schemars(extend("x-model" = "video")))]
    pub model: String,
    /// How long it is to be (`5s`), one of the model's own.
    #[cfg_attr(feature = "schema", schemars(extend("x-known" = super::DURATIONS)))]
    pub duration: String,
    /// Width to height (`16:9`), where the price depends on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("x-known" = super::ASPECT_RATIOS)))]
    pub aspect_ratio: Option<String>,
    /// A tier of size (`1080p`), where the price depends on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("x-known" = super::RESOLUTIONS)))]
    pub resolution: Option<String>,
    /// For enlargements: 1, 2 or 4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("enum" = super::UPSCALE_FACTORS)))]
    pub upscale_factor: Option<u8>,
    /// Whether it is to have sound. Venice's default is sound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio: Option<bool>,
    /// The film to enlarge, whose length decides the price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("x-file" = "video")))]
    pub video_url: Option<FileInput>,
    /// The length of all films referred to, in seconds, at most 150.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 0.0, max = 150.0)))]
    pub reference_video_total_duration: Option<f64>,
}

debug_without_words!(QuoteVideo {
    model,
    duration,
    aspect_ratio,
    resolution,
    upscale_factor,
    audio,
    video_url
});

impl QuoteVideo {
    /// Asks what a model would charge.
    pub fn new(model: impl Into<String>, duration: impl Into<String>) -> Self {
        Self {
            model: model.into(),
            duration: duration.into(),
            aspect_ratio: None,
            resolution: None,
            upscale_factor: None,
            audio: None,
            video_url: None,
            reference_video_total_duration: None,
        }
    }

    setters! {
        /// Width to height, such as `16:9`.
        aspect_ratio: String;
        /// A tier of size, such as `1080p`.
        resolution: String;
        /// By how much to enlarge: 1, 2 or 4.
        upscale_factor: u8;
        /// Whether it is to have sound.
        audio: bool;
        /// The film to enlarge.
        video_url: FileInput;
        /// The length of all films referred to, in seconds.
        reference_video_total_duration: f64;
    }
}

impl Request for QuoteVideo {
    type Answer = Quote;

    const OPERATION: Operation = QUOTE_VIDEO;

    fn call(&self) -> Result<Call> {
        check_factor(self.upscale_factor, &QUOTE_VIDEO)?;
        Inputs(&QUOTE_VIDEO).films("video_url", &self.video_url)?;
        Call::json(QUOTE_VIDEO, self)
    }

    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<Quote> {
        Quote::from_json(&body)
    }
}

impl Client {
    /// What a film would cost. Needs no key.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/video/quote>.
    pub async fn quote_video(&self, request: &QuoteVideo) -> Result<Answer<Quote>> {
        self.send(request).await
    }
}
