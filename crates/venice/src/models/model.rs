use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Capabilities, Constraints, Pricing};
use crate::lenient;
use crate::open_enum::open_enum;

open_enum! {
    /// What a model makes, or works on.
    pub enum ModelType {
        /// Speech to text.
        Asr = "asr",
        /// Text to vectors.
        Embedding = "embedding",
        /// Text to pictures.
        Image = "image",
        /// Text to music and sounds.
        Music = "music",
        /// Chat.
        Text = "text",
        /// Text to speech.
        Tts = "tts",
        /// Pictures to larger pictures.
        Upscale = "upscale",
        /// Editing of pictures.
        Inpaint = "inpaint",
        /// Films.
        Video = "video",
        /// In a filter: every type. The filter's default is [`ModelType::Text`].
        All = "all",
        /// In a filter: text models made for code.
        Code = "code",
    }
}

open_enum! {
    /// What becomes of a request's content.
    pub enum Privacy {
        /// Nothing is retained.
        Private = "private",
        /// A third party sees the request, but not whose it is.
        Anonymized = "anonymized",
    }
}

open_enum! {
    /// How a voice is cloned.
    pub enum CloningMode {
        /// The sample is read anew for each request.
        ZeroShot = "zero_shot",
        /// A voice is made once and kept.
        Persistent = "persistent",
    }
}

/// A model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[non_exhaustive]
pub struct Model {
    /// What requests call it.
    pub id: String,
    /// What it makes.
    #[serde(rename = "type")]
    pub model_type: ModelType,
    /// When Venice took it up.
    #[serde(default, with = "lenient::unix_time", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub created: Option<Timestamp>,
    /// The most tokens it reads, for text models.
    #[serde(default, deserialize_with = "lenient::count", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub context_length: Option<u32>,
    /// All else that is known of it.
    #[serde(rename = "model_spec")]
    pub spec: ModelSpec,
    /// Fields this version of the crate doesn't know.
    #[serde(flatten)]
    #[cfg_attr(feature = "specta", specta(skip))]
    pub extra: Map<String, Value>,
}

/// What a model can do and what it costs.
///
/// A field that is missing, or of another shape than documented, is `None` or empty.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
#[non_exhaustive]
pub struct ModelSpec {
    /// Its name, for people.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub name: Option<String>,
    /// A description, for people.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub description: Option<String>,
    /// What becomes of a request's content.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<Privacy>))]
    pub privacy: Option<Privacy>,
    /// What it costs.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<Pricing>))]
    pub pricing: Option<Pricing>,
    /// What it accepts.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<Constraints>))]
    pub constraints: Option<Constraints>,
    /// What a text model can do.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<Capabilities>))]
    pub capabilities: Option<Capabilities>,
    /// Names that stand for it, such as `fastest`.
    #[serde(deserialize_with = "lenient::list")]
    #[cfg_attr(feature = "specta", specta(type = Vec<String>))]
    pub traits: Vec<String>,
    /// Its retirement, where that is planned.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<Deprecation>))]
    pub deprecation: Option<Deprecation>,
    /// Whether it is out of order at the moment.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = bool))]
    pub offline: bool,
    /// Whether only testers may use it.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = bool))]
    pub beta: bool,
    /// Whether it is in beta.
    #[serde(rename = "betaModel", deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = bool))]
    pub beta_model: bool,
    /// Whether it applies next to no content rules of its own.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = bool))]
    pub uncensored: bool,
    /// Where it comes from.
    #[serde(
        rename = "modelSource",
        deserialize_with = "lenient::field",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub model_source: Option<String>,
    /// Country codes it is meant for, where it isn't meant for all.
    #[serde(
        rename = "regionRestrictions",
        deserialize_with = "lenient::list",
        skip_serializing_if = "Vec::is_empty"
    )]
    #[cfg_attr(feature = "specta", specta(type = Vec<String>))]
    pub region_restrictions: Vec<String>,
    /// The most tokens a text model reads.
    #[serde(
        rename = "availableContextTokens",
        deserialize_with = "lenient::count",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub available_context_tokens: Option<u32>,
    /// The most tokens a text model writes.
    #[serde(
        rename = "maxCompletionTokens",
        deserialize_with = "lenient::count",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub max_completion_tokens: Option<u32>,
    /// Whether an image model takes `style_references`.
    #[serde(
        rename = "supportsStyleReferences",
        deserialize_with = "lenient::field",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "specta", specta(type = Option<bool>))]
    pub supports_style_references: Option<bool>,
    /// The dimensions of an embedding.
    #[serde(
        rename = "embeddingDimensions",
        deserialize_with = "lenient::count",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub embedding_dimensions: Option<u32>,
    /// The most tokens of a text to embed.
    #[serde(
        rename = "maxInputTokens",
        deserialize_with = "lenient::count",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub max_input_tokens: Option<u32>,
    /// Whether embeddings can be shortened.
    #[serde(
        rename = "supportsCustomDimensions",
        deserialize_with = "lenient::field",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "specta", specta(type = Option<bool>))]
    pub supports_custom_dimensions: Option<bool>,
    /// The voices of a speech or music model.
    #[serde(deserialize_with = "lenient::list", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "specta", specta(type = Vec<String>))]
    pub voices: Vec<String>,
    /// The voice that is used without a choice.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub default_voice: Option<String>,
    /// How voices are cloned for it.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<VoiceCloning>))]
    pub voice_cloning: Option<VoiceCloning>,
    /// Whether a provider's own voice id may be given.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<bool>))]
    pub supports_custom_voice_id: Option<bool>,
    /// Whether a language may be named.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<bool>))]
    pub supports_language_code: Option<bool>,
    /// Whether a music model sings given words.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<bool>))]
    pub supports_lyrics: Option<bool>,
    /// Whether it wants them.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<bool>))]
    pub lyrics_required: Option<bool>,
    /// The most characters of lyrics.
    #[serde(deserialize_with = "lenient::count", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub lyrics_character_limit: Option<u32>,
    /// Whether singing can be ruled out.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<bool>))]
    pub supports_force_instrumental: Option<bool>,
    /// Whether the end can lead back to the beginning.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<bool>))]
    pub supports_loop: Option<bool>,
    /// Whether the speed can be set.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<bool>))]
    pub supports_speed: Option<bool>,
    /// The speed that is used without a choice, as a factor.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub default_speed: Option<f64>,
    /// The lowest speed, as a factor.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub min_speed: Option<f64>,
    /// The highest speed, as a factor.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub max_speed: Option<f64>,
    /// The durations of a music model, in seconds.
    #[serde(deserialize_with = "lenient::list", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "specta", specta(type = Vec<f64>))]
    pub duration_options: Vec<f64>,
    /// The shortest duration, in seconds.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub min_duration: Option<f64>,
    /// The longest duration, in seconds.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub max_duration: Option<f64>,
    /// The duration that is used without a choice, in seconds.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub default_duration: Option<f64>,
    /// The sound formats it writes.
    #[serde(deserialize_with = "lenient::list", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "specta", specta(type = Vec<String>))]
    pub supported_formats: Vec<String>,
    /// The one that is used without a choice.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub default_format: Option<String>,
    /// The most characters of a music model's prompt.
    #[serde(deserialize_with = "lenient::count", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub prompt_character_limit: Option<u32>,
    /// The fewest characters of a music model's prompt.
    #[serde(deserialize_with = "lenient::count", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub min_prompt_length: Option<u32>,
    /// Fields this version of the crate doesn't know.
    #[serde(flatten)]
    #[cfg_attr(feature = "specta", specta(skip))]
    pub extra: Map<String, Value>,
}

/// The retirement of a model.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Deprecation {
    /// When warnings begin.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub starts_at: Option<Timestamp>,
    /// When it is gone.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub removes_at: Option<Timestamp>,
    /// The older name of `removes_at`.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub date: Option<Timestamp>,
    /// The model to use instead.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub replacement_model_id: Option<String>,
    /// Whether Venice may answer with the replacement by itself.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = bool))]
    pub auto_remap: bool,
}

impl Deprecation {
    /// When it is gone, by whichever field tells.
    pub fn ends_at(&self) -> Option<Timestamp> {
        self.removes_at.or(self.date)
    }
}

/// How voices are cloned for a model.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
#[non_exhaustive]
pub struct VoiceCloning {
    /// How.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<CloningMode>))]
    pub mode: Option<CloningMode>,
    /// The file formats of a sample.
    #[serde(deserialize_with = "lenient::list")]
    #[cfg_attr(feature = "specta", specta(type = Vec<String>))]
    pub accepted_formats: Vec<String>,
    /// The shortest sample that makes sense, in seconds.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub min_sample_seconds: Option<f64>,
    /// How long a voice is kept, in days.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub retention_days: Option<f64>,
}

impl VoiceCloning {
    /// When a voice that was made or, with [`VoiceCloning::is_renewed_by_use`], used last at `moment` ends; `None` where
    /// the model doesn't tell.
    pub fn ends_at(&self, moment: Timestamp) -> Option<Timestamp> {
        let seconds = self.retention_days? * 86_400.0;
        moment.checked_add(SignedDuration::try_from_secs_f64(seconds).ok()?).ok()
    }

    /// Whether each use makes a voice last longer.
    pub fn is_renewed_by_use(&self) -> bool {
        self.mode == Some(CloningMode::Persistent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cloned_voice_ends() {
        let cloning: VoiceCloning =
            serde_json::from_str(r#"{"mode":"persistent","retention_days":7}"#).unwrap();
        let made: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        assert_eq!(cloning.ends_at(made), Some("2026-11-28T12:00:00Z".parse().unwrap()));
        assert!(cloning.is_renewed_by_use());
        assert_eq!(VoiceCloning::default().ends_at(made), None);
        let endless = VoiceCloning { retention_days: Some(1e300), ..VoiceCloning::default() };
        assert_eq!((endless.ends_at(made), endless.is_renewed_by_use()), (None, false));
    }
}
