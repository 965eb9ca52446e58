use std::collections::BTreeMap;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::Picture;
use crate::call::Call;
use crate::client::Client;
use crate::errors::Result;
use crate::file::FileInput;
use crate::operation::{BACKGROUND_REMOVE_IMAGE, Operation};
use crate::receipt::{Answer, Receipt};
use crate::request::Request;

/// Asks for a picture without its background: a PNG with transparency.
///
/// A file is sent as a form, base64 and addresses as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct BackgroundRemoveImage {
    /// The picture, at most 25 MB.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("x-file" = "image")))]
    pub image: FileInput,
}

impl BackgroundRemoveImage {
    /// Asks for a picture without its background.
    pub fn new(image: FileInput) -> Self {
        Self { image }
    }
}

impl Request for BackgroundRemoveImage {
    type Answer = Picture;

    const OPERATION: Operation = BACKGROUND_REMOVE_IMAGE;

    fn call(&self) -> Result<Call> {
        self.image.check("image", FileInput::MAX_PICTURE, &BACKGROUND_REMOVE_IMAGE)?;
        if let Some(file) = self.image.part("image") {
            return Call::multipart(BACKGROUND_REMOVE_IMAGE, &serde_json::Map::new(), vec![file]);
        }
        let field = if matches!(self.image, FileInput::Url(_)) { "image_url" } else { "image" };
        Call::json(BACKGROUND_REMOVE_IMAGE, &BTreeMap::from([(field, &self.image)]))
    }

    fn read(_: &Receipt, content_type: Option<&str>, body: Bytes) -> Result<Self::Answer> {
        Picture::from_body(content_type, body)
    }
}

impl Client {
    /// Removes the background of a picture.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/image/background-remove>.
    pub async fn background_remove_image(&self, request: &BackgroundRemoveImage) -> Result<Answer<Picture>> {
        self.send(request).await
    }
}
