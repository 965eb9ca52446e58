use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use super::{ImageInput, Picture, debug_without_words, fields, setters};
use crate::body::Body;
use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::operation::UPSCALE_IMAGE;
use crate::receipt::Answer;

/// By how much a picture's width and height grow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "u8")]
pub enum UpscaleFactor {
    /// To twice.
    #[default]
    X2,
    /// To four times. Venice lowers it where the result would have over 16,777,216 pixels.
    X4,
}

impl UpscaleFactor {
    /// The factor.
    pub fn factor(self) -> u8 {
        match self {
            Self::X2 => 2,
            Self::X4 => 4,
        }
    }
}

impl TryFrom<u8> for UpscaleFactor {
    type Error = &'static str;

    fn try_from(factor: u8) -> Result<Self, Self::Error> {
        match factor {
            2 => Ok(Self::X2),
            4 => Ok(Self::X4),
            _ => Err("is neither 2 nor 4"),
        }
    }
}

impl Serialize for UpscaleFactor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.factor())
    }
}

/// Asks for a picture to be made larger.
///
/// A file is sent as a form, base64 as JSON; addresses aren't taken. The picture has at least 65,536 pixels, the
/// result at most 16,777,216.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct UpscaleImage {
    /// The picture.
    #[serde(skip)]
    pub image: ImageInput,
    /// By how much. Venice's default is twice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<UpscaleFactor>,
    /// How much detail is made up: 0 to 0.02. Venice's default is 0.01.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creativity: Option<f64>,
}

debug_without_words!(UpscaleImage { image, scale, creativity });

impl UpscaleImage {
    /// Asks for a picture to be made larger.
    pub fn new(image: ImageInput) -> Self {
        Self { image, scale: None, creativity: None }
    }

    setters! {
        /// By how much.
        scale: UpscaleFactor;
        /// How much detail is made up.
        creativity: f64;
    }

    fn call(&self) -> Result<Call> {
        self.image.check("image", ImageInput::MAX_BYTES, &UPSCALE_IMAGE)?;
        if matches!(self.image, ImageInput::Url(_)) {
            return Err(Error::invalid_input("image", "can't be an address here").of(&UPSCALE_IMAGE));
        }
        let mut fields = fields(self).map_err(|error| error.of(&UPSCALE_IMAGE))?;
        if let Some(file) = self.image.file("image") {
            return Call::multipart(UPSCALE_IMAGE, fields, vec![file]);
        }
        fields.insert("image".to_owned(), Value::String(self.image.text()));
        Call::json(UPSCALE_IMAGE, &fields)
    }
}

impl Client {
    /// Makes a picture larger.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/image/upscale>.
    pub async fn upscale_image(&self, request: &UpscaleImage) -> Result<Answer<Picture>> {
        self.fetch(&request.call()?, |_, content_type, bytes| Picture::from_body(content_type, bytes)).await
    }

    /// As [`Client::upscale_image`], but the answer is left to the caller, who may store it before looking at it with
    /// [`Picture::from_body`].
    pub async fn upscale_image_body(&self, request: &UpscaleImage) -> Result<Body> {
        self.open(&request.call()?).await
    }
}
