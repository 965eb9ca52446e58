use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::picture::Base64Picture;
use super::{ImageFormat, Picture, Quality};
use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::file::FileInput;
use crate::lenient;
use crate::operation::{GENERATE_IMAGE, Operation};
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, debug_without_words, setters};

/// The most bytes Venice takes for a style reference.
const LARGEST_STYLE_REFERENCE: u64 = 8 * 1024 * 1024;

/// Asks for pictures made from words.
///
/// What is left out is Venice's choice. Which fields a model takes is told by its
/// [`Constraints`](crate::models::Constraints).
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct GenerateImage {
    /// The model's id, or a trait.
    #[cfg_attr(feature = "schema", schemars(extend("x-model" = "image")))]
    pub model: String,
    /// What to make; how many characters the model takes is told by it, 7500 at most.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 7500), extend("x-multiline" = true)))]
    pub prompt: String,
    /// What not to make.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(max = 7500), extend("x-multiline" = true)))]
    pub negative_prompt: Option<String>,
    /// The width in pixels, at most 1280, a multiple of the model's divisor. Venice's default is 1024.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 1280)))]
    pub width: Option<u32>,
    /// The height in pixels, at most 1280, a multiple of the model's divisor. Venice's default is 1024.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 1280)))]
    pub height: Option<u32>,
    /// Width to height (`16:9`), for models that have no width and height.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aspect_ratio: Option<String>,
    /// A tier of size (`2K`), for models that have them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<String>,
    /// A tier of quality, for models that have them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<Quality>,
    /// Steps of inference, as many as the model takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub steps: Option<u32>,
    /// How closely to follow the prompt: over 0, at most 20.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(max = 20.0), extend("exclusiveMinimum" = 0)))]
    pub cfg_scale: Option<f64>,
    /// Where chance begins: -999999999 to 999999999. One seed, one picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = -999_999_999, max = 999_999_999)))]
    pub seed: Option<i32>,
    /// How many pictures: 1 to 4. Not with `return_binary`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 4)))]
    pub variants: Option<u8>,
    /// One of the styles of [`Client::list_image_styles`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style_preset: Option<String>,
    /// Pictures to take the style from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub style_references: Vec<StyleReference>,
    /// How strongly a model's own additional weights count: 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 100)))]
    pub lora_strength: Option<u8>,
    /// The file format. Venice's default is WebP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<ImageFormat>,
    /// Whether to blur what is for adults. Venice's default is to blur.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safe_mode: Option<bool>,
    /// Whether to leave out the watermark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hide_watermark: Option<bool>,
    /// Whether to write the request into the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embed_exif_metadata: Option<bool>,
    /// Whether to look things up first; costs extra.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_web_search: Option<bool>,
    /// Whether to have the prompt rewritten; costs extra.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enhance_prompt: Option<bool>,
    /// Whether to skip the model's own thinking about the prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disable_prompt_optimization_thinking: Option<bool>,
    /// Whether to answer with the file instead of JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_binary: Option<bool>,
    /// Once for changing a part of a picture, switched off in May 2025: taken and ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("deprecated" = true)))]
    #[cfg_attr(feature = "specta", specta(skip))]
    pub inpaint: Option<Value>,
}

debug_without_words!(GenerateImage {
    model,
    width,
    height,
    aspect_ratio,
    resolution,
    quality,
    steps,
    seed,
    variants,
    format
});

/// A picture to take the style from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StyleReference {
    /// The picture, at most 8 MiB.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("x-file" = "image")))]
    pub image: FileInput,
    /// How strongly it counts: 0.1 to 1. Venice's default is 0.5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 0.1, max = 1.0)))]
    pub strength: Option<f64>,
}

impl GenerateImage {
    /// Asks a model for a picture.
    pub fn new(model: impl Into<String>, prompt: impl Into<String>) -> Self {
        Self {
            model: model.into(),
            prompt: prompt.into(),
            negative_prompt: None,
            width: None,
            height: None,
            aspect_ratio: None,
            resolution: None,
            quality: None,
            steps: None,
            cfg_scale: None,
            seed: None,
            variants: None,
            style_preset: None,
            style_references: Vec::new(),
            lora_strength: None,
            format: None,
            safe_mode: None,
            hide_watermark: None,
            embed_exif_metadata: None,
            enable_web_search: None,
            enhance_prompt: None,
            disable_prompt_optimization_thinking: None,
            return_binary: None,
            inpaint: None,
        }
    }

    setters! {
        /// What not to make.
        negative_prompt: String;
        /// Pixels.
        width: u32;
        /// Pixels.
        height: u32;
        /// Width to height, such as `16:9`.
        aspect_ratio: String;
        /// A tier of size, such as `2K`.
        resolution: String;
        /// A tier of quality.
        quality: Quality;
        /// Steps of inference.
        steps: u32;
        /// How closely to follow the prompt.
        cfg_scale: f64;
        /// Where chance begins.
        seed: i32;
        /// How many pictures.
        variants: u8;
        /// A style by name.
        style_preset: String;
        /// How strongly additional weights count.
        lora_strength: u8;
        /// The file format.
        format: ImageFormat;
        /// Whether to blur what is for adults.
        safe_mode: bool;
        /// Whether to leave out the watermark.
        hide_watermark: bool;
        /// Whether to write the request into the file.
        embed_exif_metadata: bool;
        /// Whether to look things up first.
        enable_web_search: bool;
        /// Whether to have the prompt rewritten.
        enhance_prompt: bool;
        /// Whether to skip thinking about the prompt.
        disable_prompt_optimization_thinking: bool;
        /// Whether to answer with the file instead of JSON.
        return_binary: bool;
        /// Switched off in May 2025.
        inpaint: Value;
    }

    /// Adds a picture to take the style from.
    #[must_use]
    pub fn style_reference(mut self, image: FileInput, strength: Option<f64>) -> Self {
        self.style_references.push(StyleReference { image, strength });
        self
    }
}

/// Pictures that were made.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct GeneratedImages {
    /// The request's id, by which the ledger of charges knows it; not told by an answer that is a file.
    pub id: Option<String>,
    /// The pictures.
    pub images: Vec<Picture>,
    /// Pictures of the answer that couldn't be read.
    pub unreadable: usize,
    /// How long it took.
    pub timing: Option<Timing>,
    /// The request as Venice understood it. Never shown by `Debug`.
    pub request: Option<Value>,
}

impl fmt::Debug for GeneratedImages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GeneratedImages")
            .field("id", &self.id)
            .field("images", &self.images)
            .field("unreadable", &self.unreadable)
            .field("timing", &self.timing)
            .finish_non_exhaustive()
    }
}

/// How long it took, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default, rename_all = "camelCase")]
pub struct Timing {
    /// Making the pictures.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub inference_duration: Option<f64>,
    /// Before that.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub inference_preprocessing_time: Option<f64>,
    /// Waiting for it.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub inference_queue_time: Option<f64>,
    /// All of it.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub total: Option<f64>,
}

impl GeneratedImages {
    /// Reads the JSON of an answer of `POST /image/generate`.
    ///
    /// A picture that can't be read doesn't cost the others; it is counted in `unreadable`.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::UnexpectedBody`] where it isn't such an answer, or no picture of it can be read.
    pub fn from_json(json: &[u8]) -> Result<Self> {
        #[derive(Deserialize)]
        struct Wire {
            #[serde(default, deserialize_with = "lenient::field")]
            id: Option<String>,
            images: Vec<Entry>,
            #[serde(default, deserialize_with = "lenient::field")]
            timing: Option<Timing>,
            #[serde(default, deserialize_with = "lenient::field")]
            request: Option<Value>,
        }
        let unexpected = |what| Error::unexpected(what, None).of(&GENERATE_IMAGE);
        let wire: Wire = serde_json::from_slice(json).map_err(|_| unexpected("no JSON with pictures"))?;
        let announced = wire.images.len();
        let images: Vec<Picture> = wire.images.into_iter().filter_map(|entry| entry.0).collect();
        if images.is_empty() {
            return Err(unexpected("no picture"));
        }
        Ok(Self {
            id: wire.id,
            unreadable: announced - images.len(),
            images,
            timing: wire.timing,
            request: wire.request,
        })
    }

    /// Reads the body of an answer of `POST /image/generate`: JSON, or with `return_binary` a file.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::UnexpectedBody`] where it is neither.
    pub fn from_body(content_type: Option<&str>, bytes: Bytes) -> Result<Self> {
        if ImageFormat::of(&bytes).is_some() {
            let picture = Picture::from_body(content_type, bytes)?;
            return Ok(Self { id: None, images: vec![picture], unreadable: 0, timing: None, request: None });
        }
        match content_type {
            Some(content_type) if !content_type.ends_with("json") => {
                Err(Error::unexpected("neither JSON nor a picture", Some(content_type)).of(&GENERATE_IMAGE))
            }
            _ => Self::from_json(&bytes),
        }
    }
}

/// A picture of an answer, where it can be read.
pub(super) struct Entry(pub(super) Option<Picture>);

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The text is borrowed from the answer and decoded in place: these texts are the bulk of it.
        let raw = <&serde_json::value::RawValue>::deserialize(deserializer)?;
        Ok(Self(serde_json::from_str(raw.get()).ok().map(|Base64Picture(picture)| picture)))
    }
}

impl Request for GenerateImage {
    type Answer = GeneratedImages;

    const OPERATION: Operation = GENERATE_IMAGE;

    fn call(&self) -> Result<Call> {
        for reference in &self.style_references {
            reference.image.check("style_references", LARGEST_STYLE_REFERENCE, &GENERATE_IMAGE)?;
        }
        Call::json(GENERATE_IMAGE, self)
    }

    fn read(_: &Receipt, content_type: Option<&str>, body: Bytes) -> Result<Self::Answer> {
        GeneratedImages::from_body(content_type, body)
    }

    fn answer_id(answer: &Self::Answer) -> Option<&str> {
        answer.id.as_deref()
    }
}

impl Client {
    /// Makes pictures from words.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/image/generate>.
    pub async fn generate_image(&self, request: &GenerateImage) -> Result<Answer<GeneratedImages>> {
        self.send(request).await
    }
}
