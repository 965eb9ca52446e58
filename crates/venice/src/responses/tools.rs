//! Tools that a response may use.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::chat::FunctionDefinition;
use crate::open_enum::open_enum;
use crate::request::debug_without_words;

/// A tool the model may use.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ResponseTool {
    /// A function of the caller's.
    Function {
        /// The function.
        function: FunctionDefinition,
    },
    /// Searching the web.
    WebSearch {
        /// How much of what is found the model reads.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        search_context_size: Option<SearchContextSize>,
        /// Where the question is asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user_location: Option<UserLocation>,
    },
    /// Searching X.
    XSearch {
        /// The only accounts to search, at most 10.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(feature = "schema", schemars(length(max = 10)))]
        allowed_x_handles: Vec<String>,
        /// Accounts not to search, at most 10.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(feature = "schema", schemars(length(max = 10)))]
        excluded_x_handles: Vec<String>,
        /// The first day to search, such as `2026-01-31`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from_date: Option<String>,
        /// The last day to search.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to_date: Option<String>,
        /// Whether to look at pictures.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        enable_image_understanding: Option<bool>,
        /// Whether to look at films.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        enable_video_understanding: Option<bool>,
    },
    /// Running programs.
    CodeInterpreter {
        /// Where they run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        container: Option<Container>,
    },
    /// Searching files.
    FileSearch {
        /// The stores to search.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        vector_store_ids: Vec<String>,
        /// The most to find.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_num_results: Option<u32>,
        /// How what is found is ordered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ranking_options: Option<RankingOptions>,
    },
    /// Working a computer.
    ComputerUsePreview {
        /// The screen's width in pixels.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        display_width: Option<u32>,
        /// The screen's height in pixels.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        display_height: Option<u32>,
        /// What kind of computer, such as `browser`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        environment: Option<String>,
    },
}

impl fmt::Debug for ResponseTool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Function { .. } => "Function",
            Self::WebSearch { .. } => "WebSearch",
            Self::XSearch { .. } => "XSearch",
            Self::CodeInterpreter { .. } => "CodeInterpreter",
            Self::FileSearch { .. } => "FileSearch",
            Self::ComputerUsePreview { .. } => "ComputerUsePreview",
        })
    }
}

open_enum! {
    /// How much of what is found on the web the model reads.
    pub enum SearchContextSize {
        /// Little.
        Low = "low",
        /// Some.
        Medium = "medium",
        /// Much.
        High = "high",
    }
}

/// Where a question is asked, roughly.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct UserLocation {
    /// How well it is known: `approximate`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The town.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// The part of the country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The country, by its two letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The time zone, such as `Europe/Rome`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
}

debug_without_words!(UserLocation { kind });

/// Where programs run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Container {
    /// The image of the container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
}

/// How what is found is ordered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct RankingOptions {
    /// Who orders it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ranker: Option<String>,
    /// The least score of what is found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score_threshold: Option<f64>,
}
