use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::generate::Entry;
use super::{ImageFormat, Picture};
use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::lenient;
use crate::open_enum::open_enum;
use crate::operation::{Operation, SIMPLE_GENERATE_IMAGE};
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, debug_without_words, setters};

open_enum! {
    /// The size of a picture, width by height in pixels.
    pub enum ImageSize {
        /// Venice's choice: 1024 by 1024.
        Auto = "auto",
        /// 256 by 256.
        S256 = "256x256",
        /// 512 by 512.
        S512 = "512x512",
        /// 1024 by 1024.
        S1024 = "1024x1024",
        /// 1536 by 1024.
        Landscape1536 = "1536x1024",
        /// 1024 by 1536.
        Portrait1536 = "1024x1536",
        /// 1792 by 1024.
        Landscape1792 = "1792x1024",
        /// 1024 by 1792.
        Portrait1792 = "1024x1792",
    }
}

open_enum! {
    /// Whether to blur what is for adults.
    pub enum Moderation {
        /// Blur.
        Auto = "auto",
        /// Don't blur.
        Low = "low",
    }
}

open_enum! {
    /// How a picture is written in the answer.
    pub enum ResponseFormat {
        /// In base64.
        B64Json = "b64_json",
        /// As a data URL.
        Url = "url",
    }
}

open_enum! {
    /// What is behind a picture; ignored by Venice.
    pub enum ImageBackground {
        /// Nothing.
        Transparent = "transparent",
        /// Something.
        Opaque = "opaque",
        /// Either.
        Auto = "auto",
    }
}

open_enum! {
    /// A tier of quality; ignored by Venice.
    pub enum ImageQuality {
        /// Any.
        Auto = "auto",
        /// Slow and dear.
        High = "high",
        /// In between.
        Medium = "medium",
        /// Quick and cheap.
        Low = "low",
        /// The better of two tiers.
        Hd = "hd",
        /// The other of them.
        Standard = "standard",
    }
}

open_enum! {
    /// A manner; ignored by Venice.
    pub enum ImageStyle {
        /// Strong colours.
        Vivid = "vivid",
        /// As things are.
        Natural = "natural",
    }
}

/// Asks for one picture in `OpenAI`'s way.
///
/// `background`, `output_compression`, `quality`, `style` and `user` are taken for compatibility alone and ignored;
/// [`GenerateImage`](super::GenerateImage) can do more.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SimpleGenerateImage {
    /// What to make, at most 1500 characters.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 1500), extend("x-multiline" = true)))]
    pub prompt: String,
    /// The model's id; Venice's default where it isn't known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("x-model" = "image")))]
    pub model: Option<String>,
    /// The size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<ImageSize>,
    /// The file format. Venice's default is PNG.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_format: Option<ImageFormat>,
    /// Whether to blur what is for adults.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moderation: Option<Moderation>,
    /// How the picture is written in the answer; both are read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_format: Option<ResponseFormat>,
    /// How many pictures: 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 1)))]
    pub n: Option<u8>,
    /// What is behind the picture; ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background: Option<ImageBackground>,
    /// How much of the file's size to keep, in percent: 0 to 100; ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 100)))]
    pub output_compression: Option<u8>,
    /// A tier of quality; ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<ImageQuality>,
    /// A manner; ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<ImageStyle>,
    /// A name for who asks; ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
}

debug_without_words!(SimpleGenerateImage { model, size, output_format, moderation, response_format });

impl SimpleGenerateImage {
    /// Asks for a picture.
    pub fn new(prompt: impl Into<String>) -> Self {
        Self {
            prompt: prompt.into(),
            model: None,
            size: None,
            output_format: None,
            moderation: None,
            response_format: None,
            n: None,
            background: None,
            output_compression: None,
            quality: None,
            style: None,
            user: None,
        }
    }

    setters! {
        /// The model's id.
        model: String;
        /// The size.
        size: ImageSize;
        /// The file format.
        output_format: ImageFormat;
        /// Whether to blur what is for adults.
        moderation: Moderation;
        /// How the picture is written in the answer.
        response_format: ResponseFormat;
        /// How many pictures: 1.
        n: u8;
        /// What is behind the picture.
        background: ImageBackground;
        /// How much of the file's size to keep, in percent.
        output_compression: u8;
        /// A tier of quality.
        quality: ImageQuality;
        /// A manner.
        style: ImageStyle;
        /// A name for who asks.
        user: String;
    }
}

/// Pictures that were made in `OpenAI`'s way.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SimpleGeneratedImages {
    /// When they were asked for.
    pub created: Option<Timestamp>,
    /// The pictures.
    pub images: Vec<Picture>,
}

impl SimpleGeneratedImages {
    /// Reads the body of an answer of `POST /images/generations`.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::UnexpectedBody`] where it isn't such an answer, or no picture of it can be read.
    pub fn from_json(json: &[u8]) -> Result<Self> {
        #[derive(Deserialize)]
        struct Wire {
            #[serde(default, deserialize_with = "lenient::field")]
            created: Option<f64>,
            data: Vec<Datum>,
        }
        #[derive(Deserialize)]
        struct Datum {
            b64_json: Option<Entry>,
            url: Option<Entry>,
        }
        let unexpected = |what| Error::unexpected(what, None).of(&SIMPLE_GENERATE_IMAGE);
        let wire: Wire = serde_json::from_slice(json).map_err(|_| unexpected("no JSON with pictures"))?;
        let images: Vec<Picture> = wire
            .data
            .into_iter()
            .filter_map(|datum| datum.b64_json.or(datum.url).and_then(|entry| entry.0))
            .collect();
        if images.is_empty() {
            return Err(unexpected("no picture"));
        }
        let created = wire.created.and_then(|seconds| Timestamp::from_second(seconds as i64).ok());
        Ok(Self { created, images })
    }
}

impl Request for SimpleGenerateImage {
    type Answer = SimpleGeneratedImages;

    const OPERATION: Operation = SIMPLE_GENERATE_IMAGE;

    fn call(&self) -> Result<Call> {
        Call::json(SIMPLE_GENERATE_IMAGE, self)
    }

    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<Self::Answer> {
        SimpleGeneratedImages::from_json(&body)
    }
}

impl Client {
    /// Makes a picture from words, in `OpenAI`'s way.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/image/generations>.
    pub async fn simple_generate_image(
        &self,
        request: &SimpleGenerateImage,
    ) -> Result<Answer<SimpleGeneratedImages>> {
        self.send(request).await
    }
}
