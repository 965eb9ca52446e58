use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::lenient;
use crate::open_enum::open_enum;
use crate::operation::{Operation, WEB_SEARCH};
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, debug_without_words, setters};

open_enum! {
    /// Who searches.
    pub enum SearchProvider {
        /// Google, which isn't told who asks.
        Google = "google",
        /// Brave, which keeps nothing.
        Brave = "brave",
    }
}

/// Asks the web.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct WebSearch {
    /// What to look for, at most 400 characters.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 400)))]
    pub query: String,
    /// How many results at most: 1 to 20. Venice's default is 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 20)))]
    pub limit: Option<u8>,
    /// Who searches. Venice's default is Brave, which keeps nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search_provider: Option<SearchProvider>,
}

debug_without_words!(WebSearch { limit, search_provider });

impl WebSearch {
    /// Asks the web.
    pub fn new(query: impl Into<String>) -> Self {
        Self { query: query.into(), limit: None, search_provider: None }
    }

    setters! {
        /// How many results at most.
        limit: u8;
        /// Who searches.
        search_provider: SearchProvider;
    }
}

/// What was found.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[non_exhaustive]
pub struct SearchResults {
    /// What was looked for.
    #[serde(default, deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub query: String,
    /// The pages that were found, the best first.
    #[serde(deserialize_with = "lenient::list")]
    #[cfg_attr(feature = "specta", specta(type = Vec<SearchResult>))]
    pub results: Vec<SearchResult>,
}

/// A page that was found. What isn't known of it is empty.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[non_exhaustive]
pub struct SearchResult {
    /// Its address.
    pub url: String,
    /// Its title.
    #[serde(default, deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub title: String,
    /// Some words of it.
    #[serde(default, deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub content: String,
    /// Its date, as it was found.
    #[serde(default, deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub date: String,
}

impl std::fmt::Debug for SearchResults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SearchResults").field("results", &self.results.len()).finish_non_exhaustive()
    }
}

debug_without_words!(SearchResult {});

impl Request for WebSearch {
    type Answer = SearchResults;

    const OPERATION: Operation = WEB_SEARCH;

    fn call(&self) -> Result<Call> {
        Call::json(WEB_SEARCH, self)
    }

    fn read(_: &Receipt, content_type: Option<&str>, body: Bytes) -> Result<SearchResults> {
        serde_json::from_slice(&body).map_err(|_| Error::unexpected("no results", content_type))
    }
}

impl Client {
    /// Searches the web.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/augment/search>.
    pub async fn web_search(&self, request: &WebSearch) -> Result<Answer<SearchResults>> {
        self.send(request).await
    }
}
