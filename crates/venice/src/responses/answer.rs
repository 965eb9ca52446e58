use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::input::ItemStatus;
use super::reader::{ResponseAccumulator, ResponseEvents};
use crate::auth::Redaction;
use crate::errors::{ApiError, Error, ErrorKind, Result};
use crate::lenient;
use crate::open_enum::open_enum;
use crate::operation::CREATE_RESPONSE;
use crate::request::debug_without_words;

/// An answer in items.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
#[non_exhaustive]
pub struct Response {
    /// Its id.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub id: String,
    /// When it was asked for.
    #[serde(with = "lenient::unix_time")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub created_at: Option<Timestamp>,
    /// The model that answered.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub model: Option<String>,
    /// How far it is.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<ResponseStatus>))]
    pub status: Option<ResponseStatus>,
    /// The items.
    #[serde(deserialize_with = "lenient::list")]
    #[cfg_attr(feature = "specta", specta(type = Vec<OutputItem>))]
    pub output: Vec<OutputItem>,
    /// How many tokens it took.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<ResponseUsage>))]
    pub usage: Option<ResponseUsage>,
    /// Why it failed, where it did.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<ResponseError>))]
    pub error: Option<ResponseError>,
}

debug_without_words!(Response { id, created_at, model, status, output, usage });

open_enum! {
    /// How far an answer is.
    pub enum ResponseStatus {
        /// It is whole.
        Completed = "completed",
        /// It came to nothing.
        Failed = "failed",
        /// It is being written.
        InProgress = "in_progress",
        /// It was given up.
        Cancelled = "cancelled",
        /// It reached the most tokens it may have.
        Incomplete = "incomplete",
    }
}

/// An item of an answer.
#[derive(Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum OutputItem {
    /// What the model thought.
    Reasoning {
        /// The item's id.
        id: String,
        /// Sums of it.
        summary: Vec<String>,
        /// What it thought, readable for its provider only.
        #[serde(skip_serializing_if = "Option::is_none")]
        encrypted_content: Option<String>,
    },
    /// What the model says.
    Message {
        /// The item's id.
        id: String,
        /// How far it is.
        status: ItemStatus,
        /// Its parts.
        content: Vec<OutputPart>,
    },
    /// A tool to be called.
    FunctionCall {
        /// The item's id.
        id: String,
        /// The id that the tool's answer names.
        call_id: String,
        /// The function's name.
        name: String,
        /// Its arguments as JSON, as the model wrote them.
        arguments: String,
        /// How far it is.
        status: ItemStatus,
    },
    /// The web was searched.
    WebSearchCall {
        /// The item's id.
        id: String,
        /// How far it is.
        status: ItemStatus,
    },
    /// An item this version of the crate doesn't know, as it was written.
    #[serde(untagged)]
    Other(Value),
}

impl fmt::Debug for OutputItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reasoning { id, .. } => write!(f, "Reasoning({id})"),
            Self::Message { id, status, content } => write!(f, "Message({id}, {status}, {content:?})"),
            Self::FunctionCall { id, name, .. } => write!(f, "FunctionCall({id}, {name})"),
            Self::WebSearchCall { id, .. } => write!(f, "WebSearchCall({id})"),
            Self::Other(_) => f.write_str("Other"),
        }
    }
}

/// A part of what the model says.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
#[non_exhaustive]
pub struct OutputPart {
    /// What it is; `output_text`.
    #[serde(rename = "type", deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub kind: String,
    /// The words.
    #[serde(deserialize_with = "lenient::or_default", alias = "refusal")]
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub text: String,
    /// What they refer to.
    #[serde(deserialize_with = "lenient::list", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "specta", specta(type = Vec<Annotation>))]
    pub annotations: Vec<Annotation>,
}

debug_without_words!(OutputPart { kind });

/// What a stretch of text refers to.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
#[non_exhaustive]
pub struct Annotation {
    /// What it is; `url_citation`.
    #[serde(rename = "type", deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub kind: String,
    /// The address.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub url: String,
    /// The title of what is there.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub title: Option<String>,
    /// Where the stretch begins, in characters.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = u32))]
    pub start_index: u32,
    /// Where it ends.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = u32))]
    pub end_index: u32,
}

debug_without_words!(Annotation { kind, start_index, end_index });

/// How many tokens an answer took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[non_exhaustive]
pub struct ResponseUsage {
    /// Tokens of the conversation.
    pub input_tokens: u32,
    /// Those of them that the provider still had.
    pub cached_tokens: Option<u32>,
    /// Tokens of the answer, thoughts included.
    pub output_tokens: u32,
    /// Those of them that were thoughts.
    pub reasoning_tokens: Option<u32>,
    /// All tokens.
    pub total_tokens: u32,
}

/// The same as it comes.
#[derive(Default, Deserialize)]
#[serde(default)]
struct WrittenUsage {
    #[serde(deserialize_with = "lenient::or_default")]
    input_tokens: u32,
    #[serde(deserialize_with = "lenient::or_default")]
    input_tokens_details: Details,
    #[serde(deserialize_with = "lenient::or_default")]
    output_tokens: u32,
    #[serde(deserialize_with = "lenient::or_default")]
    output_tokens_details: Details,
    #[serde(deserialize_with = "lenient::or_default")]
    total_tokens: u32,
    #[serde(deserialize_with = "lenient::count")]
    cached_tokens: Option<u32>,
    #[serde(deserialize_with = "lenient::count")]
    reasoning_tokens: Option<u32>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Details {
    #[serde(deserialize_with = "lenient::count")]
    cached_tokens: Option<u32>,
    #[serde(deserialize_with = "lenient::count")]
    reasoning_tokens: Option<u32>,
}

impl<'de> Deserialize<'de> for ResponseUsage {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        WrittenUsage::deserialize(deserializer).map(Self::from)
    }
}

impl From<WrittenUsage> for ResponseUsage {
    fn from(written: WrittenUsage) -> Self {
        Self {
            input_tokens: written.input_tokens,
            cached_tokens: written.input_tokens_details.cached_tokens.or(written.cached_tokens),
            output_tokens: written.output_tokens,
            reasoning_tokens: written.output_tokens_details.reasoning_tokens.or(written.reasoning_tokens),
            total_tokens: written.total_tokens,
        }
    }
}

/// Why an answer failed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct ResponseError {
    /// The server's name for it.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub code: String,
    /// What happened.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub message: String,
}

debug_without_words!(ResponseError { code });

impl<'de> Deserialize<'de> for OutputItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::read(Value::deserialize(deserializer)?))
    }
}

impl OutputItem {
    /// Reads an item, field by field: one of another shape costs nothing but itself.
    pub(super) fn read(value: Value) -> Self {
        let text = |field: &str| value.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
        let status =
            || value.get("status").and_then(Value::as_str).map_or(ItemStatus::InProgress, ItemStatus::from);
        let list = |field: &str| value.get(field).and_then(Value::as_array).into_iter().flatten();
        match value.get("type").and_then(Value::as_str) {
            Some("reasoning") => Self::Reasoning {
                id: text("id"),
                summary: list("summary").filter_map(text_of_summary).collect(),
                encrypted_content: value.get("encrypted_content").and_then(Value::as_str).map(str::to_owned),
            },
            Some("message") => Self::Message {
                id: text("id"),
                status: status(),
                content: list("content").filter_map(|part| OutputPart::deserialize(part).ok()).collect(),
            },
            Some("function_call") => Self::FunctionCall {
                id: text("id"),
                call_id: text("call_id"),
                name: text("name"),
                arguments: text("arguments"),
                status: status(),
            },
            Some("web_search_call") => Self::WebSearchCall { id: text("id"), status: status() },
            _ => Self::Other(value),
        }
    }
}

/// A summary is text here and an object with text elsewhere.
fn text_of_summary(summary: &Value) -> Option<String> {
    summary.as_str().or_else(|| summary.get("text")?.as_str()).map(str::to_owned)
}

impl Response {
    /// All that the model says.
    pub fn text(&self) -> String {
        let parts = self.output.iter().filter_map(|item| match item {
            OutputItem::Message { content, .. } => Some(content),
            _ => None,
        });
        parts.flatten().map(|part| part.text.as_str()).collect()
    }

    /// What the model's words refer to.
    pub fn annotations(&self) -> impl Iterator<Item = &Annotation> {
        let parts = self.output.iter().filter_map(|item| match item {
            OutputItem::Message { content, .. } => Some(content),
            _ => None,
        });
        parts.flatten().flat_map(|part| &part.annotations)
    }

    /// Reads a whole answer.
    pub(super) fn from_json(json: &[u8], content_type: Option<&str>, redaction: &Redaction) -> Result<Self> {
        let unexpected = || Error::unexpected("no response", content_type).of(&CREATE_RESPONSE);
        let value: Value = serde_json::from_slice(json).map_err(|_| unexpected())?;
        let failed = value.get("status").is_some_and(|status| status == "failed");
        if failed || value.get("error").is_some_and(|error| !error.is_null()) {
            let error = Box::new(ApiError::within_answer(json, redaction));
            return Err(Error::new(ErrorKind::BrokenOff(error)).of(&CREATE_RESPONSE));
        }
        if value.get("output").is_some_and(Value::is_array) {
            return serde_json::from_value(value).map_err(|_| unexpected());
        }
        Err(unexpected())
    }

    /// Reads a whole stream.
    pub(super) fn from_events(bytes: &[u8], redaction: &Redaction) -> Result<Self> {
        let mut events = ResponseEvents::new().redacted(redaction.clone());
        let mut answer = ResponseAccumulator::default();
        events.push(bytes);
        events.finish();
        while let Some(event) = events.next_event() {
            answer.push(event?);
        }
        Ok(answer.into_response())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_shapes_cost_nothing_but_themselves() {
        let json = r#"{"id":"r","created_at":1739928524,"model":"m","status":"resting","output":[
            {"type":"reasoning","id":"a","summary":["s",{"type":"summary_text","text":"t"},7]},
            {"type":"message","id":"b","status":"completed","role":"assistant","content":[
                {"type":"output_text","text":"Hi","annotations":[{"type":"url_citation","url":"u","start_index":0,"end_index":2},7]},
                {"type":"refusal","refusal":" no"}]},
            {"type":"dream","id":"c","depth":3}, 7],
            "usage":{"input_tokens":3,"input_tokens_details":{"cached_tokens":2},"output_tokens":4,"output_tokens_details":{"reasoning_tokens":1},"total_tokens":7}}"#;
        let answer = Response::from_json(json.as_bytes(), None, &Redaction::default()).unwrap();
        assert_eq!((answer.text().as_str(), answer.annotations().count()), ("Hi no", 1));
        assert_eq!(answer.status, Some(ResponseStatus::Other("resting".into())));
        assert!(matches!(&answer.output[0], OutputItem::Reasoning { summary, .. } if *summary == ["s", "t"]));
        assert!(matches!(&answer.output[2], OutputItem::Other(value) if value["depth"] == 3));
        let usage = answer.usage.unwrap();
        assert_eq!((usage.cached_tokens, usage.reasoning_tokens), (Some(2), Some(1)));
        // What was read can be kept and read again.
        let again: Response = serde_json::from_value(serde_json::to_value(&answer).unwrap()).unwrap();
        assert_eq!(again, answer);
    }

    #[test]
    fn what_is_no_answer_is_an_error() {
        for json in ["", "[]", "{}", "<html>", r#"{"id":"x"}"#] {
            assert_eq!(
                Response::from_json(json.as_bytes(), None, &Redaction::default()).unwrap_err().code(),
                "UNEXPECTED_ANSWER"
            );
        }
        let error = Response::from_json(
            br#"{"error":{"code":"model_overloaded","message":"m"}}"#,
            None,
            &Redaction::default(),
        )
        .unwrap_err();
        assert_eq!(error.code(), "MODEL_OVERLOADED");
        let failed = br#"{"status":"failed","output":[],"error":{"code":"model_overloaded","message":"m"}}"#;
        let error = Response::from_json(failed, None, &Redaction::default()).unwrap_err();
        assert_eq!(error.code(), "MODEL_OVERLOADED", "whole, and yet none");
    }
}
