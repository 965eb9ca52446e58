//! What can be asked for beside the conversation itself.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::citations::Citation;
use crate::lenient;
use crate::models::ReasoningEffort;
use crate::open_enum::open_enum;

open_enum! {
    /// How long a provider keeps a conversation for the next request.
    pub enum CacheRetention {
        /// As long as it does by itself.
        Default = "default",
        /// For 24 hours, where it can.
        Extended = "extended",
        /// For 24 hours, where it can.
        Hours24 = "24h",
    }
}

open_enum! {
    /// How many words the model makes.
    pub enum Verbosity {
        /// Few.
        Low = "low",
        /// Some.
        Medium = "medium",
        /// Many.
        High = "high",
        /// As it sees fit.
        Auto = "auto",
    }
}

open_enum! {
    /// How a model sums up its thoughts.
    pub enum ReasoningSummary {
        /// As it sees fit.
        Auto = "auto",
        /// Briefly.
        Concise = "concise",
        /// Thoroughly.
        Detailed = "detailed",
    }
}

open_enum! {
    /// Whether Venice searches the web first.
    pub enum WebSearchMode {
        /// Where the model finds it useful.
        Auto = "auto",
        /// No.
        Off = "off",
        /// Yes.
        On = "on",
    }
}

/// How a model thinks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Reasoning {
    /// How much it thinks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effort: Option<ReasoningEffort>,
    /// How it sums up its thoughts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<ReasoningSummary>,
}

/// Where the model stops.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Stop {
    /// Before this text.
    One(String),
    /// Before any of these texts, 1 to 4.
    Any(#[cfg_attr(feature = "schema", schemars(length(min = 1, max = 4)))] Vec<String>),
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = if let Self::Any(texts) = self { texts.len() } else { 1 };
        write!(f, "{count} texts")
    }
}

impl From<&str> for Stop {
    fn from(text: &str) -> Self {
        Self::One(text.to_owned())
    }
}

impl From<Vec<String>> for Stop {
    fn from(texts: Vec<String>) -> Self {
        Self::Any(texts)
    }
}

/// What comes with a stream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct StreamOptions {
    /// Whether its end tells how many tokens it took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include_usage: Option<bool>,
}

/// The older place of some options.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct TextOptions {
    /// How many words the model makes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verbosity: Option<Verbosity>,
}

/// A model that answers where the one that was asked refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fallback {
    /// The model's id.
    #[cfg_attr(feature = "schema", schemars(extend("x-model" = "text")))]
    pub model: String,
}

/// The shape of an answer.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ResponseFormat {
    /// Words, as without a choice.
    Text {},
    /// Any JSON object; Venice advises a schema instead.
    JsonObject {},
    /// JSON by a schema.
    JsonSchema {
        /// `name`, `strict` and `schema`. With `strict` each field is required and no other is allowed.
        #[cfg_attr(feature = "specta", specta(type = Value))]
        json_schema: Map<String, Value>,
    },
}

impl fmt::Debug for ResponseFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text {} => "Text",
            Self::JsonObject {} => "JsonObject",
            Self::JsonSchema { .. } => "JsonSchema",
        })
    }
}

impl ResponseFormat {
    /// JSON strictly by a schema, in which each field must be required and `additionalProperties` false.
    pub fn strict(name: impl Into<String>, schema: Value) -> Self {
        let mut json_schema = Map::new();
        json_schema.insert("name".to_owned(), Value::String(name.into()));
        json_schema.insert("strict".to_owned(), json!(true));
        json_schema.insert("schema".to_owned(), schema);
        Self::JsonSchema { json_schema }
    }
}

/// What only Venice offers. What is left out is Venice's choice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct VeniceParameters {
    /// The slug of a public character to talk with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub character_slug: Option<String>,
    /// Whether to leave thoughts in `<think>` out of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strip_thinking_response: Option<bool>,
    /// Whether to keep a model from thinking, where it can be kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_thinking: Option<bool>,
    /// Whether an encrypted request is taken as such. Venice's default is yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_e2ee: Option<bool>,
    /// Whether to search the web first; costs extra.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_web_search: Option<WebSearchMode>,
    /// Whether to read the addresses in the last message; costs extra.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_web_scraping: Option<bool>,
    /// Whether the answer refers to what was found on the web.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_web_citations: Option<bool>,
    /// Whether a stream begins with what was found on the web.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include_search_results_in_stream: Option<bool>,
    /// Whether what was found also comes as a call of the tool `venice_web_search_documents`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_search_results_as_documents: Option<bool>,
    /// Whether Venice's own instructions go before yours. Venice's default is yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include_venice_system_prompt: Option<bool>,
    /// Whether the provider itself searches the web and X, where the model can; costs extra.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_x_search: Option<bool>,
}

/// What Venice did of what only Venice offers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
#[non_exhaustive]
pub struct AppliedParameters {
    /// Whether the request was encrypted.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<bool>))]
    pub enable_e2ee: Option<bool>,
    /// Whether the web was to be searched.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<WebSearchMode>))]
    pub enable_web_search: Option<WebSearchMode>,
    /// Whether the answer was to refer to what was found.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<bool>))]
    pub enable_web_citations: Option<bool>,
    /// Whether addresses were to be read.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<bool>))]
    pub enable_web_scraping: Option<bool>,
    /// Whether Venice's own instructions were used.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<bool>))]
    pub include_venice_system_prompt: Option<bool>,
    /// Whether a stream was to begin with what was found.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<bool>))]
    pub include_search_results_in_stream: Option<bool>,
    /// Whether what was found was to come as the call of a tool too.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<bool>))]
    pub return_search_results_as_documents: Option<bool>,
    /// The character.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub character_slug: Option<String>,
    /// Whether thoughts in `<think>` were to be left out.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<bool>))]
    pub strip_thinking_response: Option<bool>,
    /// Whether thinking was switched off.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<bool>))]
    pub disable_thinking: Option<bool>,
    /// What was found on the web.
    #[serde(deserialize_with = "lenient::list", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "specta", specta(type = Vec<Citation>))]
    pub web_search_citations: Vec<Citation>,
}
