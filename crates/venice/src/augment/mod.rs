//! The web and documents, as text.

mod scrape;
mod search;
mod text_parser;

pub use scrape::{ScrapedFormat, ScrapedPage, WebScrape};
pub use search::{SearchProvider, SearchResult, SearchResults, WebSearch};
pub use text_parser::{CreateTextParser, ParsedText};
