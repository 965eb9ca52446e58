//! What is brought from the web: searched or read by Venice, and kept as something that can go with messages.

use std::{fmt::Write, sync::Arc};

use store::{AttachmentBytes, AttachmentKind, NewAttachment};
use venice::{
    Operation, Request,
    augment::{ScrapedPage, SearchResults, WebScrape, WebSearch},
};

use super::{
    attach::excerpt,
    plan::parse,
    view::{AttachmentView, WebErrand},
};
use crate::{
    AppError, Result, Studio,
    calls::view::{CallPrice, With},
    error::Code,
    money::Money,
    pictures::estimate::Expected,
};

/// The longest search, in characters.
const LONGEST_QUERY: usize = 400;

impl Studio {
    /// What a search or a page would cost.
    pub async fn price_errand(&self, errand: WebErrand) -> Result<CallPrice> {
        let (operation, request) = asked(&errand)?;
        self.price_operation(operation.id, request, Vec::new()).await
    }

    /// Searches the web or reads a page, as a paid call like any other, and keeps what it brings as an attachment.
    pub async fn run_errand(
        &self,
        conversation: &str,
        errand: WebErrand,
        expected: Expected,
        accept_unpriced: bool,
    ) -> Result<AttachmentView> {
        let conversation = parse(conversation, "conversation")?;
        self.store(move |store| store.conversations().get(conversation)).await?;
        asked(&errand)?;
        let pretend = expected.account == crate::accounts::SANDBOX;
        let with = With { expected: Some(expected), accept_unpriced, ..With::default() };
        let quiet: crate::calls::Tell = Arc::new(|_| {});
        let (mut new, text, job) = match errand {
            WebErrand::Search { query } => {
                let (results, job) = self.call_whole(WebSearch::new(query.trim()), with, quiet).await?;
                let new = NewAttachment::new(AttachmentKind::Search, query.trim(), "text/markdown");
                (new, found(&results), job)
            }
            WebErrand::Read { url } => {
                let (page, job) = self.call_whole(WebScrape::new(url.trim()), with, quiet).await?;
                let mut new =
                    NewAttachment::new(AttachmentKind::Page, &title(&page, url.trim()), "text/markdown");
                new.url = Some(url.trim().to_owned());
                (new, page.content, job)
            }
        };
        new.cost = self.cost_of(job.as_deref()).await?;
        new.pretend = pretend;
        new.excerpt = Some(excerpt(&text));
        self.keep_attachment(new, AttachmentBytes::Bytes(text.into_bytes())).await
    }

    /// A call of which only the answer and its job are wanted.
    pub(crate) async fn call_whole<R, V>(
        &self,
        request: R,
        with: With,
        tell: crate::calls::Tell,
    ) -> Result<(V, Option<String>)>
    where
        R: crate::calls::Callable<View = V>,
    {
        let answered = self.call(request, with, tell).await?;
        Ok((answered.answer, answered.job))
    }

    /// What a job cost, where anybody has said that: it is shown as a fact.
    async fn cost_of(&self, job: Option<&str>) -> Result<Option<Money>> {
        let Some(id) = job.and_then(|id| id.parse().ok()) else { return Ok(None) };
        let job = self.store(move |store| store.jobs().get(id)).await?;
        Ok(job.charged)
    }
}

fn asked(errand: &WebErrand) -> Result<(Operation, serde_json::Value)> {
    match errand {
        WebErrand::Search { query } => {
            let query = query.trim();
            if query.is_empty() || query.chars().count() > LONGEST_QUERY {
                return Err(invalid("query", "must have 1 to 400 characters"));
            }
            Ok((
                WebSearch::OPERATION,
                serde_json::to_value(WebSearch::new(query)).map_err(AppError::internal)?,
            ))
        }
        WebErrand::Read { url } => {
            let url = url.trim();
            let is_address = url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
            if !is_address {
                return Err(invalid("url", "is no http or https address"));
            }
            Ok((WebScrape::OPERATION, serde_json::to_value(WebScrape::new(url)).map_err(AppError::internal)?))
        }
    }
}

fn invalid(field: &str, reason: &str) -> AppError {
    AppError::new(Code::FieldInvalid, format!("{field} {reason}."), "Change it, then send it again.")
        .param("field", field)
        .param("reason", reason)
}

/// What a search found, as Markdown with titles, addresses, dates and words.
fn found(results: &SearchResults) -> String {
    let mut text = String::new();
    for (number, result) in (1..).zip(&results.results) {
        let title = one_line(&result.title);
        let title = if title.is_empty() { result.url.clone() } else { title };
        let _ = writeln!(text, "## {number}. {title}\n\n<{}>", result.url);
        if !result.date.is_empty() {
            let _ = writeln!(text, "Date: {}", one_line(&result.date));
        }
        let _ = writeln!(text, "\n{}\n", result.content.trim());
    }
    if text.is_empty() { "Nothing was found.\n".to_owned() } else { text }
}

/// What a page is called: its first heading, else its address.
fn title(page: &ScrapedPage, url: &str) -> String {
    let heading = page.content.lines().find_map(|line| line.trim().strip_prefix("# "));
    let heading: String = one_line(heading.unwrap_or_default()).chars().take(200).collect();
    if heading.is_empty() { url.to_owned() } else { heading }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_markdown_with_their_sources() {
        let results: SearchResults = serde_json::from_str(
            r#"{"query":"tides","results":[{"url":"https://a.example/","title":"Tides\n today","content":" High at six. ","date":"2026-11-01"},
                {"url":"https://b.example/"}]}"#,
        )
        .unwrap();
        let text = found(&results);
        assert!(
            text.starts_with("## 1. Tides today\n\n<https://a.example/>\nDate: 2026-11-01\n\nHigh at six.\n"),
            "{text}"
        );
        assert!(text.contains("## 2. https://b.example/"));
        assert_eq!(found(&SearchResults::default()), "Nothing was found.\n");
    }

    #[test]
    fn only_addresses_are_read_and_searches_are_short() {
        let read = |url: &str| asked(&WebErrand::Read { url: url.into() }).is_ok();
        assert!(read("https://a.example/x") && !read("file:///etc/passwd") && !read("a.example"));
        let search = |query: String| asked(&WebErrand::Search { query }).is_ok();
        assert!(search("tides".into()) && !search(" ".into()) && !search("x".repeat(401)));
    }
}
