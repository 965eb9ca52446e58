use bytes::Bytes;
use serde::{Deserialize, Serialize, Serializer};

use super::Picture;
use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::file::FileInput;
use crate::operation::{Operation, UPSCALE_IMAGE};
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, debug_without_words, setters};

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

#[cfg(feature = "specta")]
impl specta::Type for UpscaleFactor {
    fn definition(types: &mut specta::Types) -> specta::datatype::DataType {
        <u8 as specta::Type>::definition(types)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for UpscaleFactor {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "UpscaleFactor".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "integer", "enum": [2, 4]})
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
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct UpscaleImage {
    /// The picture, at most 25 MB.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("x-file" = "image")))]
    pub image: FileInput,
    /// By how much. Venice's default is twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<UpscaleFactor>,
    /// How much detail is made up: 0 to 0.02. Venice's default is 0.01.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 0.0, max = 0.02)))]
    pub creativity: Option<f64>,
}

debug_without_words!(UpscaleImage { image, scale, creativity });

impl UpscaleImage {
    /// Asks for a picture to be made larger.
    pub fn new(image: FileInput) -> Self {
        Self { image, scale: None, creativity: None }
    }

    setters! {
        /// By how much.
        scale: UpscaleFactor;
        /// How much detail is made up.
        creativity: f64;
    }
}

impl Request for UpscaleImage {
    type Answer = Picture;

    const OPERATION: Operation = UPSCALE_IMAGE;

    fn call(&self) -> Result<Call> {
        self.image.check("image", FileInput::MAX_PICTURE, &UPSCALE_IMAGE)?;
        if matches!(self.image, FileInput::Url(_)) {
            return Err(Error::invalid_input("image", "can't be an address here").of(&UPSCALE_IMAGE));
        }
        match self.image.part("image") {
            Some(file) => Call::multipart(UPSCALE_IMAGE, self, vec![file]),
            None => Call::json(UPSCALE_IMAGE, self),
        }
    }

    fn read(_: &Receipt, content_type: Option<&str>, body: Bytes) -> Result<Self::Answer> {
        Picture::from_body(content_type, body)
    }
}

impl Client {
    /// Makes a picture larger.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/image/upscale>.
    pub async fn upscale_image(&self, request: &UpscaleImage) -> Result<Answer<Picture>> {
        self.send(request).await
    }
}
