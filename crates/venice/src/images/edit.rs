use serde::Serialize;
use serde_json::Value;

use super::{ImageFormat, ImageInput, Picture, debug_without_words, fields, setters};
use crate::body::Body;
use crate::call::Call;
use crate::client::Client;
use crate::errors::Result;
use crate::operation::EDIT_IMAGE;
use crate::receipt::Answer;

/// Asks for a picture to be changed as words say.
///
/// A file is sent as a form, base64 and addresses as JSON. The picture has 65,536 to 33,177,600 pixels.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct EditImage {
    /// The picture.
    #[serde(skip)]
    pub image: ImageInput,
    /// What to change.
    pub prompt: String,
    /// The model's id. Venice's default is `firered-image-edit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Width to height (`16:9`), or `auto` to keep the picture's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aspect_ratio: Option<String>,
    /// A tier of size (`2K`), for models that have them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolution: Option<String>,
    /// The file format. Venice's default is PNG for `1K` and JPEG above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_format: Option<ImageFormat>,
    /// Whether to blur what is for adults. Venice's default is to blur.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub safe_mode: Option<bool>,
    /// Whether to have the prompt rewritten; costs extra.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enhance_prompt: Option<bool>,
    /// Whether to skip the model's own thinking about the prompt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_prompt_optimization_thinking: Option<bool>,
}

debug_without_words!(EditImage { image, model, aspect_ratio, resolution, output_format, safe_mode });

impl EditImage {
    /// Asks for a picture to be changed.
    pub fn new(image: ImageInput, prompt: impl Into<String>) -> Self {
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
    }

    fn call(&self) -> Result<Call> {
        self.image.check("image", ImageInput::MAX_BYTES, &EDIT_IMAGE)?;
        let mut fields = fields(self).map_err(|error| error.of(&EDIT_IMAGE))?;
        if let Some(file) = self.image.file("image") {
            return Call::multipart(EDIT_IMAGE, fields, vec![file]);
        }
        fields.insert("image".to_owned(), Value::String(self.image.text()));
        Call::json(EDIT_IMAGE, &fields)
    }
}

impl Client {
    /// Changes a picture as words say.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/image/edit>.
    pub async fn edit_image(&self, request: &EditImage) -> Result<Answer<Picture>> {
        self.fetch(&request.call()?, |_, content_type, bytes| Picture::from_body(content_type, bytes)).await
    }

    /// As [`Client::edit_image`], but the answer is left to the caller, who may store it before looking at it with
    /// [`Picture::from_body`].
    pub async fn edit_image_body(&self, request: &EditImage) -> Result<Body> {
        self.open(&request.call()?).await
    }
}
