use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::lenient;
use crate::money;

/// How many tokens an answer took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
#[non_exhaustive]
pub struct Usage {
    /// Tokens of the conversation.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = u32))]
    pub prompt_tokens: u32,
    /// Tokens of the answer, thoughts included.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = u32))]
    pub completion_tokens: u32,
    /// Both.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = u32))]
    pub total_tokens: u32,
    /// What the tokens of the conversation were.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<PromptTokens>))]
    pub prompt_tokens_details: Option<PromptTokens>,
    /// What the tokens of the answer were.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<CompletionTokens>))]
    pub completion_tokens_details: Option<CompletionTokens>,
}

/// What the tokens of a conversation were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct PromptTokens {
    /// Tokens that the provider still had; they have a price of their own.
    #[serde(deserialize_with = "lenient::count", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub cached_tokens: Option<u32>,
    /// Tokens that the provider keeps for the next request; some charge more for these.
    #[serde(deserialize_with = "lenient::count", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub cache_creation_input_tokens: Option<u32>,
}

/// What the tokens of an answer were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct CompletionTokens {
    /// Tokens of thoughts.
    #[serde(deserialize_with = "lenient::count", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub reasoning_tokens: Option<u32>,
}

impl Usage {
    /// Tokens of the conversation that the provider still had.
    pub fn cached_tokens(&self) -> u32 {
        self.prompt_tokens_details.and_then(|details| details.cached_tokens).unwrap_or_default()
    }

    /// Tokens of thoughts.
    pub fn reasoning_tokens(&self) -> u32 {
        self.completion_tokens_details.and_then(|details| details.reasoning_tokens).unwrap_or_default()
    }
}

/// What an answer cost, by currency. The two are never to be added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct Cost {
    /// US dollars, credits of a subscription included.
    #[serde(with = "money::option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub usd: Option<Decimal>,
    /// DIEM.
    #[serde(with = "money::option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub diem: Option<Decimal>,
}
