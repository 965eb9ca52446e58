//! Texts to be spoken, from files, documents and web pages.

mod encoding;
mod markdown;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use serde_json::json;
use venice::{
    FileInput, Request,
    augment::{CreateTextParser, WebScrape},
};

use crate::{
    AppError, Result, Studio,
    calls::view::{FileRef, With},
    conversations::sniff,
    error::{Code, input_too_large},
    money::Money,
    pictures::{estimate::Expected, start::shortened},
};

/// Where a text comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TextSource {
    /// A picked file: plain text and Markdown are read here, free; other documents by Venice's parser.
    File {
        /// Its handle.
        picked: String,
    },
    /// A web page, read by Venice.
    Page {
        /// Its address.
        url: String,
    },
}

/// What getting a text costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TextEstimate {
    /// Free, because it is read here.
    pub free: bool,
    /// By the price list; none = unknown, or free.
    pub amount: Option<Money>,
    /// The account that will pay.
    pub account: String,
    /// Paid with the sandbox's pretend money.
    pub pretend: bool,
    /// Why it can't be got.
    pub problem: Option<AppError>,
}

/// A text that was got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FoundText {
    /// Its title, or the file's name.
    pub title: String,
    /// The words, made fit to be spoken: no markup, headings as lines beginning with `#`.
    pub text: String,
}

/// The largest text file that is read here; a long book has a few.
const MOST_TEXT: u64 = 16 << 20;
/// The largest document that Venice takes.
const MOST_DOCUMENT: u64 = 25 << 20;
/// Endings of files that are Markdown.
const MARKDOWN: &[&str] = &["md", "markdown", "mdown", "mkd"];

/// A source that was looked at.
enum Looked {
    /// Plain text, or Markdown.
    Text { path: PathBuf, is_markdown: bool },
    /// A document.
    Document { path: PathBuf },
    /// A page.
    Page { url: String },
}

impl Studio {
    /// What getting a text costs. Sends nothing that is paid.
    pub async fn estimate_text(&self, source: TextSource) -> Result<TextEstimate> {
        let payer = self.selected_payer().await?;
        let mut estimate = TextEstimate {
            free: false,
            amount: None,
            account: payer.id,
            pretend: payer.pretend,
            problem: None,
        };
        let looked = match self.look_at_source(source.clone()).await {
            Ok(looked) => looked,
            Err(problem) => return Ok(TextEstimate { problem: Some(problem), ..estimate }),
        };
        let (operation, request) = match looked {
            Looked::Text { .. } => return Ok(TextEstimate { free: true, ..estimate }),
            Looked::Document { .. } => (CreateTextParser::OPERATION, json!({})),
            Looked::Page { url } => (WebScrape::OPERATION, json!({ "url": url })),
        };
        let price = self.price_operation(operation.id, request, Vec::new()).await?;
        estimate.amount = price.amount;
        estimate.account = price.account;
        estimate.pretend = price.pretend;
        estimate.problem = price.problem;
        Ok(estimate)
    }

    /// Gets a text. What is read here is free; with `accept_unpriced` what Venice reads is asked for although its price isn't
    /// known and a limit is set.
    pub async fn fetch_text(
        &self,
        source: TextSource,
        expected: Option<Expected>,
        accept_unpriced: bool,
    ) -> Result<FoundText> {
        let named = match &source {
            TextSource::File { picked } => Some(picked.clone()),
            TextSource::Page { .. } => None,
        };
        let mut with = With { expected, accept_unpriced, ..With::default() };
        let quiet: crate::calls::Tell = Arc::new(|_| {});
        let (words, name) = match self.look_at_source(source).await? {
            Looked::Text { path, is_markdown } => {
                let name = name_of(&path);
                let reading = tokio::task::spawn_blocking(move || read_file(&path));
                let text = reading.await.map_err(AppError::internal)??;
                (if is_markdown { markdown::spoken(&text) } else { text }, name)
            }
            Looked::Document { path } => {
                with.files.extend(named.map(|picked| ("/file".to_owned(), FileRef::Picked(picked))));
                let asked = CreateTextParser::new(FileInput::default());
                let (parsed, _) = self.call_whole(asked, with, quiet).await?;
                (parsed.text, name_of(&path))
            }
            Looked::Page { url } => {
                let (page, _) = self.call_whole(WebScrape::new(&url), with, quiet).await?;
                (markdown::spoken(&page.content), url)
            }
        };
        if !words.chars().any(char::is_alphanumeric) {
            return Err(AppError::new(
                Code::TextEmpty,
                "There are no words in it that can be said.",
                "A scanned document has pictures of words only. Choose another one.",
            ));
        }
        let title = markdown::title(&words).map_or(name, str::to_owned);
        Ok(FoundText { title: shortened(&title), text: words })
    }

    async fn look_at_source(&self, source: TextSource) -> Result<Looked> {
        let path = match source {
            TextSource::Page { url } => return page(&url),
            TextSource::File { picked } => {
                self.inner.imports.path(&picked).ok_or_else(|| AppError::not_found("file"))?
            }
        };
        let looking = tokio::task::spawn_blocking(move || look_at_file(path));
        looking.await.map_err(AppError::internal)?
    }
}

fn page(url: &str) -> Result<Looked> {
    let url = url.trim();
    if url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
        return Ok(Looked::Page { url: url.to_owned() });
    }
    Err(AppError::new(
        Code::FieldInvalid,
        "This is no http or https address.",
        "Copy the whole address from the browser.",
    )
    .param("field", "url")
    .param("reason", "it has to begin with https:// or http://"))
}

fn look_at_file(path: PathBuf) -> Result<Looked> {
    let (kind, bytes) = sniff::kind_of(&path)?;
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let most = if kind == sniff::Kind::Document { MOST_DOCUMENT } else { MOST_TEXT };
    if bytes > most {
        return Err(input_too_large(Some(bytes), most));
    }
    match kind {
        sniff::Kind::Document => Ok(Looked::Document { path }),
        sniff::Kind::Words => Ok(Looked::Text { is_markdown: MARKDOWN.contains(&ending.as_str()), path }),
        sniff::Kind::Other => Err(AppError::new(
            Code::InputNotText,
            "There is no text in this file that can be read.",
            "Text files, Markdown, PDF, EPUB, Word, PowerPoint and Excel can be read aloud.",
        )),
    }
}

fn read_file(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path).map_err(|error| AppError::from(store::Error::file(path, error)))?;
    encoding::read(&bytes)
}

/// A file's name without its ending.
fn name_of(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
