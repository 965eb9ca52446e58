use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{ImageFormat, Picture};
use crate::call::Call;
use crate::client::Client;
use crate::errors::Result;
use crate::file::FileInput;
use crate::operation::{EDIT_IMAGE, Operation};
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, debug_without_words, setters};

/// Asks for a picture to be changed as words say.
///
/// A file is sent as a form, base64 and addresses as JSON. The picture has 65,536 to 33,177,600 pixels.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct EditImage {
    /// The picture, at most 25 MB.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("x-file" = "image")))]
    pub image: FileInput,
    /// What to change, best in few words: at most 32768 characters.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 32768), extend("x-multiline" = true)))]
    pub prompt: String,
    /// The model's id. Venice's default is `firered-image-edit`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(min = 1), extend("x-model" = "inpaint")))]
    pub model: Option<String>,
    /// Width to height (`16:9`), or `auto` to keep the picture's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("x-known" = super::EDIT_ASPECT_RATIOS)))]
    pub aspect_ratio: Option<String>,
    /// A tier of size (`2K`), for models that have them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 10)))]
    pub resolution: Option<String>,
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
    /// The older name of `model`.
    #[serde(rename = "modelId", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(min = 1), extend("x-model" = "inpaint", "deprecated" = true)))]
    pub model_id: Option<String>,
}

debug_without_words!(EditImage { image, model, aspect_ratio, resolution, output_format, safe_mode });

impl EditImage {
    /// Asks for a picture to be changed.
    pub fn new(image: FileInput, prompt: impl Into<String>) -> Self {
        Self {
            image,
            prompt: prompt.into(),
            model: None,
            aspect_ratio: None,
            resolution: None,
            output_format: None,
            safe_mode: None,
            enhance_prompt: None,
            disable_prompt_optimization_thinking: None,
            model_id: None,
        }
    }

    setters! {
        /// The model's id.
        model: String;
        /// Width to height, such as `16:9`.
        aspect_ratio: String;
        /// A tier of size, such as `2K`.
        resolution: String;
        /// The file format.
        output_format: ImageFormat;
        /// Whether to blur what is for adults.
        safe_mode: bool;
        /// Whether to have the prompt rewritten.
        enhance_prompt: bool;
        /// Whether to skip thinking about the prompt.
        disable_prompt_optimization_thinking: bool;
        /// The older name of `model`.
        model_id: String;
    }
}

impl Request for EditImage {
    type Answer = Picture;

    const OPERATION: Operation = EDIT_IMAGE;

    fn call(&self) -> Result<Call> {
        self.image.check("image", FileInput::MAX_PICTURE, &EDIT_IMAGE)?;
        match self.image.part("image") {
            Some(file) => Call::multipart(EDIT_IMAGE, self, vec![file]),
            None => Call::json(EDIT_IMAGE, self),
        }
    }

    fn read(_: &Receipt, content_type: Option<&str>, body: Bytes) -> Result<Self::Answer> {
        Picture::from_body(content_type, body)
    }
}

impl Client {
    /// Changes a picture as words say.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/image/edit>.
    pub async fn edit_image(&self, request: &EditImage) -> Result<Answer<Picture>> {
        self.send(request).await
    }
}
