use serde::{Deserialize, Serialize};

use crate::lenient;
use crate::open_enum::open_enum;

open_enum! {
    /// How much a model thinks before it answers.
    pub enum ReasoningEffort {
        /// Not at all.
        None = "none",
        /// As little as it can.
        Minimal = "minimal",
        /// Little.
        Low = "low",
        /// Some.
        Medium = "medium",
        /// Much.
        High = "high",
        /// More.
        XHigh = "xhigh",
        /// As much as it can.
        Max = "max",
    }
}

open_enum! {
    /// The number format of a model's weights.
    pub enum Quantization {
        /// 4-bit floats.
        Fp4 = "fp4",
        /// 8-bit floats.
        Fp8 = "fp8",
        /// 16-bit floats.
        Fp16 = "fp16",
        /// 16-bit brain floats.
        Bf16 = "bf16",
        /// 8-bit integers.
        Int8 = "int8",
        /// 4-bit integers.
        Int4 = "int4",
        /// Not told.
        NotAvailable = "not-available",
    }
}

/// What a text model can do. What isn't told counts as no.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Capabilities {
    /// Whether it was made for code.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = bool))]
    pub optimized_for_code: bool,
    /// The number format of its weights.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<Quantization>))]
    pub quantization: Option<Quantization>,
    /// Whether it calls functions.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = bool))]
    pub supports_function_calling: bool,
    /// Whether it hears.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = bool))]
    pub supports_audio_input: bool,
    /// Whether it thinks before it answers.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = bool))]
    pub supports_reasoning: bool,
    /// Whether it can be told how much to think.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = bool))]
    pub supports_reasoning_effort: bool,
    /// How much it can be told to think.
    #[serde(deserialize_with = "lenient::list", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "specta", specta(type = Vec<ReasoningEffort>))]
    pub reasoning_effort_options: Vec<ReasoningEffort>,
    /// How much it thinks without being told.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<ReasoningEffort>))]
    pub default_reasoning_effort: Option<ReasoningEffort>,
    /// Whether it answers by a JSON schema.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = bool))]
    pub supports_response_schema: bool,
    /// Whether it sees more than one picture.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = bool))]
    pub supports_multiple_images: bool,
    /// The most pictures of a request.
    #[serde(deserialize_with = "lenient::count", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub max_images: Option<u32>,
    /// The most films of a request.
    #[serde(deserialize_with = "lenient::count", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub max_videos: Option<u32>,
    /// Whether it sees pictures.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = bool))]
    pub supports_vision: bool,
    /// Whether it sees films.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = bool))]
    pub supports_video_input: bool,
    /// Whether it searches the web.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = bool))]
    pub supports_web_search: bool,
    /// Whether it tells how probable its words were.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = bool))]
    pub supports_log_probs: bool,
    /// Whether it runs in attested hardware.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = bool))]
    pub supports_tee_attestation: bool,
    /// Whether requests to it can be encrypted up to that hardware.
    #[serde(rename = "supportsE2EE", deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = bool))]
    pub supports_e2ee: bool,
    /// Whether it searches X.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = bool))]
    pub supports_x_search: bool,
}
