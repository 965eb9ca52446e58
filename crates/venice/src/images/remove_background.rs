use serde_json::{Map, Value};

use super::{ImageInput, Picture};
use crate::body::Body;
use crate::call::Call;
use crate::client::Client;
use crate::errors::Result;
use crate::operation::BACKGROUND_REMOVE_IMAGE;
use crate::receipt::Answer;

/// Asks for a picture without its background: a PNG with transparency.
///
/// A file is sent as a form, base64 and addresses as JSON.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RemoveBackground {
    /// The picture.
    pub image: ImageInput,
}

impl RemoveBackground {
    /// Asks for a picture without its background.
    pub fn new(image: ImageInput) -> Self {
        Self { image }
    }

    fn call(&self) -> Result<Call> {
        self.image.check("image", ImageInput::MAX_BYTES, &BACKGROUND_REMOVE_IMAGE)?;
        if let Some(file) = self.image.file("image") {
            return Call::multipart(BACKGROUND_REMOVE_IMAGE, Map::new(), vec![file]);
        }
        let field = if matches!(self.image, ImageInput::Url(_)) { "image_url" } else { "image" };
        Call::json(
            BACKGROUND_REMOVE_IMAGE,
            &Map::from_iter([(field.to_owned(), Value::String(self.image.text()))]),
        )
    }
}

impl Client {
    /// Removes the background of a picture.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/image/background-remove>.
    pub async fn remove_background(&self, request: &RemoveBackground) -> Result<Answer<Picture>> {
        self.fetch(&request.call()?, |_, content_type, bytes| Picture::from_body(content_type, bytes)).await
    }

    /// As [`Client::remove_background`], but the answer is left to the caller, who may store it before looking at it
    /// with [`Picture::from_body`].
    pub async fn remove_background_body(&self, request: &RemoveBackground) -> Result<Body> {
        self.open(&request.call()?).await
    }
}
