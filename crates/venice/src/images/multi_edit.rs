use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{ImageFormat, Picture, Quality};
use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::file::FileInput;
use crate::operation::{MULTI_EDIT_IMAGE, Operation};
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, debug_without_words, setters};

/// Asks for several pictures to be made into one as words say.
///
/// The first picture is the base; the others are layers, references or masks. How many a model takes is told by
/// [`Constraints::most_input_images`](crate::models::Constraints::most_input_images). Files are sent as a form, base64
/// and addresses as JSON; mixed ones as JSON. Each has 65,536 to 33,177,600 pixels.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct MultiEditImage {
    /// The pictures, at least one, at most 25 MB each.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(length(min = 1), extend("x-file" = "image")))]
    pub images: Vec<FileInput>,
    /// What to make of them, best in few words: at most 32768 characters.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 32768), extend("x-multiline" = true)))]
    pub prompt: String,
    /// The model's id. Venice's default is `firered-image-edit`.
    #[serde(rename = "modelId", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(min = 1), extend("x-model" = "inpaint")))]
    pub model: Option<String>,
    /// Width to height (`16:9`), or `auto` to keep the first picture's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("x-known" = super::EDIT_ASPECT_RATIOS)))]
    pub aspect_ratio: Option<String>,
    /// A tier of size (`2K`), for models that have them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 10)))]
    pub resolution: Option<String>,
    /// A tier of quality, for models that have them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<Quality>,
    /// The file format. Venice's default is PNG for `1K` and JPEG above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_format: Option<ImageFormat>,
    /// Whether to blur what is for adults. Venice's default is to blur.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safe_mode: Option<bool>,
    /// Whether to have the prompt rewritten; costs extra.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enhance_prompt: Option<bool>,
    /// Whether to skip the model's own thinking about the prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disable_prompt_optimization_thinking: Option<bool>,
}

debug_without_words!(MultiEditImage {
    images,
    model,
    aspect_ratio,
    resolution,
    quality,
    output_format,
    safe_mode
});

impl MultiEditImage {
    /// Asks for pictures to be made into one.
    pub fn new(images: Vec<FileInput>, prompt: impl Into<String>) -> Self {
        Self {
            images,
            prompt: prompt.into(),
            model: None,
            aspect_ratio: None,
            resolution: None,
            quality: None,
            output_format: None,
            safe_mode: None,
            enhance_prompt: None,
            disable_prompt_optimization_thinking: None,
        }
    }

    setters! {
        /// The model's id.
        model: String;
        /// Width to height, such as `16:9`.
        aspect_ratio: String;
        /// A tier of size, such as `2K`.
        resolution: String;
        /// A tier of quality.
        quality: Quality;
        /// The file format.
        output_format: ImageFormat;
        /// Whether to blur what is for adults.
        safe_mode: bool;
        /// Whether to have the prompt rewritten.
        enhance_prompt: bool;
        /// Whether to skip thinking about the prompt.
        disable_prompt_optimization_thinking: bool;
    }
}

impl Request for MultiEditImage {
    type Answer = Picture;

    const OPERATION: Operation = MULTI_EDIT_IMAGE;

    fn call(&self) -> Result<Call> {
        if self.images.is_empty() {
            return Err(Error::invalid_input("images", "is empty").of(&MULTI_EDIT_IMAGE));
        }
        for image in &self.images {
            image.check("images", FileInput::MAX_PICTURE, &MULTI_EDIT_IMAGE)?;
        }
        // A form takes files only, so one text among them makes it JSON.
        match self.images.iter().map(|image| image.part("images")).collect::<Option<Vec<_>>>() {
            Some(files) => Call::multipart(MULTI_EDIT_IMAGE, self, files),
            None => Call::json(MULTI_EDIT_IMAGE, self),
        }
    }

    fn read(_: &Receipt, content_type: Option<&str>, body: Bytes) -> Result<Self::Answer> {
        Picture::from_body(content_type, body)
    }
}

impl Client {
    /// Makes one picture of several.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/image/multi-edit>.
    pub async fn multi_edit_image(&self, request: &MultiEditImage) -> Result<Answer<Picture>> {
        self.send(request).await
    }
}
