use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;

use super::answer::{OutputItem, OutputPart, Response, ResponseStatus};
use super::event::ResponseEvent;
use super::input::ItemStatus;
use crate::auth::Redaction;
use crate::errors::Result;
use crate::events::{Feed, Flow, unreadable};
use crate::operation::CREATE_RESPONSE;
use crate::request::debug_without_words;
use crate::sse::Parser;

/// Reads the body of a streamed answer, which is pushed into it as it arrives. It works like
/// [`ChatDeltas`](crate::chat::ChatDeltas).
#[derive(Debug)]
pub struct ResponseEvents {
    feed: Feed<ResponseEvent>,
}

impl Default for ResponseEvents {
    fn default() -> Self {
        Self::new()
    }
}

impl ResponseEvents {
    /// A reader for an answer whose events have at most [`Parser::LARGEST_EVENT`] bytes.
    pub fn new() -> Self {
        Self { feed: Feed::new(CREATE_RESPONSE, Parser::default()) }
    }

    /// A reader for an answer whose events have at most `limit` bytes.
    pub fn with_limit(limit: usize) -> Self {
        Self { feed: Feed::new(CREATE_RESPONSE, Parser::with_limit(limit)) }
    }

    /// Takes out of the server's errors what was sent in secret.
    pub(super) fn redacted(mut self, redaction: Redaction) -> Self {
        self.feed.redact(redaction);
        self
    }

    /// Takes the next bytes of the body.
    pub fn push(&mut self, bytes: &[u8]) {
        self.feed.push(bytes, decode);
    }

    /// Takes the end of the body. Where it came before the last event, the last thing read is an error of the kind
    /// [`Cut`](crate::ErrorKind::Cut).
    pub fn finish(&mut self) {
        self.feed.finish(decode);
    }

    /// What is new in the bytes that were pushed; `None` until more are pushed. After an error nothing comes.
    ///
    /// # Errors
    ///
    /// [`BrokenOff`](crate::ErrorKind::BrokenOff) for an error of the server's,
    /// [`UnexpectedBody`](crate::ErrorKind::UnexpectedBody) for an event that can't be read,
    /// [`TooLarge`](crate::ErrorKind::TooLarge) for one beyond the limit.
    pub fn next_event(&mut self) -> Option<Result<ResponseEvent>> {
        self.feed.next_item()
    }

    /// Whether the last event has come.
    pub fn is_done(&self) -> bool {
        self.feed.is_done()
    }
}

fn decode(kind: &str, data: &str, events: &mut VecDeque<ResponseEvent>) -> Flow {
    let Ok(value) = serde_json::from_str::<Value>(data) else {
        return if kind == "error" { Flow::BrokenOff(data.to_owned()) } else { unreadable() };
    };
    // The type stands in the data too, and some servers name it there only.
    let kind = value.get("type").and_then(Value::as_str).unwrap_or(kind).to_owned();
    let has_error = value.get("error").is_some_and(|error| !error.is_null());
    if kind == "error" || (has_error && !kind.starts_with("response.")) {
        return Flow::BrokenOff(data.to_owned());
    }
    if kind == "response.failed" {
        return Flow::BrokenOff(value.get("response").unwrap_or(&value).to_string());
    }
    let event = ResponseEvent::read(&kind, value);
    let is_last = matches!(event, ResponseEvent::Completed { .. });
    events.push_back(event);
    if is_last { Flow::Done } else { Flow::On }
}

/// Puts an answer together from what a stream brings.
#[derive(Clone, Default)]
pub struct ResponseAccumulator {
    response: Response,
    items: BTreeMap<u32, OutputItem>,
}

debug_without_words!(ResponseAccumulator { response, items });

impl ResponseAccumulator {
    /// Takes what is new.
    pub fn push(&mut self, event: ResponseEvent) {
        match event {
            ResponseEvent::Started { response } => self.response = response,
            ResponseEvent::ItemStarted { output_index, item }
            | ResponseEvent::ItemDone { output_index, item } => drop(self.items.insert(output_index, item)),
            ResponseEvent::Text { output_index, content_index, delta } => {
                let new = || OutputItem::Message {
                    id: String::new(),
                    status: ItemStatus::InProgress,
                    content: Vec::new(),
                };
                if let OutputItem::Message { content, .. } =
                    self.items.entry(output_index).or_insert_with(new)
                {
                    // Parts come one after the other.
                    if content.is_empty() || (content_index as usize) >= content.len() {
                        content.push(OutputPart { kind: "output_text".to_owned(), ..OutputPart::default() });
                    }
                    let last = content.len() - 1;
                    content[last.min(content_index as usize)].text.push_str(&delta);
                }
            }
            ResponseEvent::Reasoning { output_index, summary_index, delta } => {
                let new = || OutputItem::Reasoning {
                    id: String::new(),
                    summary: Vec::new(),
                    encrypted_content: None,
                };
                if let OutputItem::Reasoning { summary, .. } =
                    self.items.entry(output_index).or_insert_with(new)
                {
                    if summary.is_empty() || (summary_index as usize) >= summary.len() {
                        summary.push(String::new());
                    }
                    let last = summary.len() - 1;
                    summary[last.min(summary_index as usize)].push_str(&delta);
                }
            }
            ResponseEvent::Arguments { output_index, delta } => {
                if let Some(OutputItem::FunctionCall { arguments, .. }) = self.items.get_mut(&output_index) {
                    arguments.push_str(&delta);
                }
            }
            ResponseEvent::Completed { response } => {
                // Some servers send the last event without the items.
                let items = std::mem::take(&mut self.items);
                self.response = response;
                if self.response.output.is_empty() {
                    self.response.output = items.into_values().collect();
                }
                self.response.status.get_or_insert(ResponseStatus::Completed);
            }
            ResponseEvent::Other { .. } => {}
        }
    }

    /// What arrived, put together.
    pub fn response(&self) -> Response {
        self.clone().into_response()
    }

    /// What arrived, put together.
    pub fn into_response(self) -> Response {
        let mut response = self.response;
        if response.output.is_empty() {
            response.output = self.items.into_values().collect();
        }
        response
    }

    /// The id of the answer, where it has come.
    pub fn id(&self) -> Option<&str> {
        Some(self.response.id.as_str()).filter(|id| !id.is_empty())
    }
}
