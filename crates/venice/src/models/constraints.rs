use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::images::Quality;
use crate::lenient;
use crate::open_enum::open_enum;

open_enum! {
    /// What a video model starts from.
    pub enum VideoModelType {
        /// A picture.
        ImageToVideo = "image-to-video",
        /// Words.
        TextToVideo = "text-to-video",
        /// A film.
        Video = "video",
    }
}

/// What a model accepts.
///
/// The constraints of all types of models in one: a field that a type doesn't have is `None` or empty. Image, video
/// and text models spell some fields differently; each spelling is read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Constraints {
    /// The most characters of a prompt.
    #[serde(
        alias = "prompt_character_limit",
        deserialize_with = "lenient::count",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub prompt_character_limit: Option<u32>,
    /// Width to height, such as `16:9` or `auto`.
    #[serde(
        alias = "aspect_ratios",
        deserialize_with = "lenient::list",
        skip_serializing_if = "Vec::is_empty"
    )]
    #[cfg_attr(feature = "specta", specta(type = Vec<String>))]
    pub aspect_ratios: Vec<String>,
    /// The one that is used without a choice.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub default_aspect_ratio: Option<String>,
    /// Tiers of size: `1K`, or `1080p` for films.
    #[serde(deserialize_with = "lenient::list", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "specta", specta(type = Vec<String>))]
    pub resolutions: Vec<String>,
    /// The one that is used without a choice.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub default_resolution: Option<String>,
    /// Tiers of quality.
    #[serde(deserialize_with = "lenient::list", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "specta", specta(type = Vec<Quality>))]
    pub qualities: Vec<Quality>,
    /// The one that is used without a choice.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<Quality>))]
    pub default_quality: Option<Quality>,
    /// Steps of inference of an image model.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<StepRange>))]
    pub steps: Option<StepRange>,
    /// What width and height in pixels must be multiples of.
    #[serde(deserialize_with = "lenient::count", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub width_height_divisor: Option<u32>,
    /// The most `style_references` of a request.
    #[serde(deserialize_with = "lenient::count", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub max_style_references: Option<u32>,
    /// Whether their strength counts.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<bool>))]
    pub supports_style_reference_strength: Option<bool>,
    /// Whether an editing model combines several pictures.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<bool>))]
    pub combine_images: Option<bool>,
    /// The most pictures it combines; see [`Constraints::most_input_images`].
    #[serde(deserialize_with = "lenient::count", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub max_input_images: Option<u32>,
    /// Whether a single picture can be edited to another aspect ratio.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<bool>))]
    pub single_image_aspect_ratio: Option<bool>,
    /// Durations of a film, such as `5s`.
    #[serde(deserialize_with = "lenient::list", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "specta", specta(type = Vec<String>))]
    pub durations: Vec<String>,
    /// What a video model starts from.
    #[serde(
        rename = "model_type",
        deserialize_with = "lenient::field",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "specta", specta(type = Option<VideoModelType>))]
    pub model_type: Option<VideoModelType>,
    /// Whether films have sound.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<bool>))]
    pub audio: Option<bool>,
    /// Whether sound can be turned on and off.
    #[serde(
        rename = "audio_configurable",
        deserialize_with = "lenient::field",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "specta", specta(type = Option<bool>))]
    pub audio_configurable: Option<bool>,
    /// Of a text model.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<DefaultValue>))]
    pub temperature: Option<DefaultValue>,
    /// Of a text model.
    #[serde(rename = "top_p", deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<DefaultValue>))]
    pub top_p: Option<DefaultValue>,
    /// Of a text model.
    #[serde(
        rename = "frequency_penalty",
        deserialize_with = "lenient::field",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "specta", specta(type = Option<DefaultValue>))]
    pub frequency_penalty: Option<DefaultValue>,
    /// Of a text model.
    #[serde(
        rename = "presence_penalty",
        deserialize_with = "lenient::field",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "specta", specta(type = Option<DefaultValue>))]
    pub presence_penalty: Option<DefaultValue>,
    /// Of a text model.
    #[serde(
        rename = "repetition_penalty",
        deserialize_with = "lenient::field",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "specta", specta(type = Option<DefaultValue>))]
    pub repetition_penalty: Option<DefaultValue>,
    /// Fields this version of the crate doesn't know.
    #[serde(flatten)]
    #[cfg_attr(feature = "specta", specta(skip))]
    pub extra: Map<String, Value>,
}

impl Constraints {
    /// The most pictures an editing model combines: as it says, else 3, or 1 where it doesn't combine.
    pub fn most_input_images(&self) -> u32 {
        self.max_input_images.unwrap_or(if self.combine_images == Some(false) { 1 } else { 3 })
    }
}

/// Steps of inference.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct StepRange {
    /// Without a choice.
    #[serde(deserialize_with = "lenient::count")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub default: Option<u32>,
    /// At most.
    #[serde(deserialize_with = "lenient::count")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub max: Option<u32>,
}

/// The value of a parameter that isn't given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct DefaultValue {
    /// The value.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub default: Option<f64>,
}
