use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::file::is_address;
use crate::lenient;
use crate::open_enum::open_enum;
use crate::operation::{Operation, WEB_SCRAPE};
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, debug_without_words};

open_enum! {
    /// How a page's text is written.
    pub enum ScrapedFormat {
        /// As Markdown.
        Markdown = "markdown",
    }
}

/// Asks for a web page as text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct WebScrape {
    /// The page's address.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uri")))]
    pub url: String,
}

debug_without_words!(WebScrape {});

impl WebScrape {
    /// Asks for a web page as text.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into() }
    }
}

/// A web page as text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[non_exhaustive]
pub struct ScrapedPage {
    /// The address that was read.
    #[serde(default, deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub url: String,
    /// What is written there.
    pub content: String,
    /// How it is written.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<ScrapedFormat>))]
    pub format: Option<ScrapedFormat>,
}

debug_without_words!(ScrapedPage { format });

impl Request for WebScrape {
    type Answer = ScrapedPage;

    const OPERATION: Operation = WEB_SCRAPE;

    fn call(&self) -> Result<Call> {
        if !is_address(&self.url) {
            return Err(Error::invalid_input("url", "is no http or https address").of(&WEB_SCRAPE));
        }
        Call::json(WEB_SCRAPE, self)
    }

    fn read(_: &Receipt, content_type: Option<&str>, body: Bytes) -> Result<ScrapedPage> {
        serde_json::from_slice(&body).map_err(|_| Error::unexpected("no page", content_type))
    }
}

impl Client {
    /// Reads a web page as text.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/augment/scrape>.
    pub async fn web_scrape(&self, request: &WebScrape) -> Result<Answer<ScrapedPage>> {
        self.send(request).await
    }
}
