//! The web and documents as text. What a search, a page and a document cost isn't in the price list.

use venice::augment::{CreateTextParser, ParsedText, ScrapedPage, SearchResults, WebScrape, WebSearch};

use crate::calls::{Callable, ResultFile};

impl Callable for WebSearch {
    type View = SearchResults;

    fn part(&self, answer: SearchResults) -> (SearchResults, Vec<ResultFile>) {
        (answer, Vec::new())
    }

    fn words(&self) -> Option<&str> {
        Some(&self.query)
    }
}

impl Callable for WebScrape {
    type View = ScrapedPage;

    fn part(&self, answer: ScrapedPage) -> (ScrapedPage, Vec<ResultFile>) {
        (answer, Vec::new())
    }

    fn words(&self) -> Option<&str> {
        Some(&self.url)
    }
}

super::shown! {
    CreateTextParser => ParsedText,
}
