use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answer::{OutputItem, Response};

/// One event of an answer that is being written.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ResponseEvent {
    /// The answer has begun (`response.created`, `response.in_progress`).
    Started {
        /// The answer, still empty.
        response: Response,
    },
    /// An item has begun (`response.output_item.added`).
    ItemStarted {
        /// Which item of the answer, counted from 0.
        output_index: u32,
        /// The item, still empty.
        item: OutputItem,
    },
    /// More words (`response.output_text.delta`).
    Text {
        /// Which item of the answer, counted from 0.
        output_index: u32,
        /// Which part of the item, counted from 0.
        content_index: u32,
        /// The words.
        delta: String,
    },
    /// More thoughts, or more of their sum (`response.reasoning_summary_text.delta`, `response.reasoning_text.delta`).
    Reasoning {
        /// Which item of the answer, counted from 0.
        output_index: u32,
        /// Which sum of the item, counted from 0.
        summary_index: u32,
        /// The thoughts.
        delta: String,
    },
    /// More of a call's arguments (`response.function_call_arguments.delta`).
    Arguments {
        /// Which item of the answer, counted from 0.
        output_index: u32,
        /// The arguments.
        delta: String,
    },
    /// An item is whole (`response.output_item.done`).
    ItemDone {
        /// Which item of the answer, counted from 0.
        output_index: u32,
        /// The item.
        item: OutputItem,
    },
    /// The answer has ended (`response.completed`, `response.incomplete`).
    Completed {
        /// The answer.
        response: Response,
    },
    /// An event that says nothing new, or that this version of the crate doesn't know.
    Other {
        /// The event's type.
        event: String,
        /// The event, as it was written.
        value: Value,
    },
}

impl fmt::Debug for ResponseEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Started { response } => write!(f, "Started({response:?})"),
            Self::ItemStarted { output_index, item } => write!(f, "ItemStarted({output_index}, {item:?})"),
            Self::Text { output_index, delta, .. } => {
                write!(f, "Text({output_index}, {} bytes)", delta.len())
            }
            Self::Reasoning { output_index, delta, .. } => {
                write!(f, "Reasoning({output_index}, {} bytes)", delta.len())
            }
            Self::Arguments { output_index, delta } => {
                write!(f, "Arguments({output_index}, {} bytes)", delta.len())
            }
            Self::ItemDone { output_index, item } => write!(f, "ItemDone({output_index}, {item:?})"),
            Self::Completed { response } => write!(f, "Completed({response:?})"),
            Self::Other { event, .. } => write!(f, "Other({event})"),
        }
    }
}

impl ResponseEvent {
    /// Makes an event of its type and its data.
    pub(super) fn read(kind: &str, mut value: Value) -> Self {
        let index = |field: &str| value.get(field).and_then(Value::as_u64).unwrap_or_default() as u32;
        let (output_index, content_index) = (index("output_index"), index("content_index"));
        let summary_index = index("summary_index");
        let delta = value.get("delta").and_then(Value::as_str).map(str::to_owned);
        let part = |value: &mut Value, field: &str| value.get_mut(field).map(Value::take);
        let response =
            |value: &mut Value| part(value, "response").and_then(|part| serde_json::from_value(part).ok());
        let item = |value: &mut Value| part(value, "item").map(OutputItem::read);
        let known = match (kind, delta) {
            ("response.created" | "response.in_progress", _) => {
                response(&mut value).map(|response| Self::Started { response })
            }
            ("response.output_item.added", _) => {
                item(&mut value).map(|item| Self::ItemStarted { output_index, item })
            }
            ("response.output_text.delta" | "response.refusal.delta", Some(delta)) => {
                Some(Self::Text { output_index, content_index, delta })
            }
            ("response.reasoning_summary_text.delta" | "response.reasoning_text.delta", Some(delta)) => {
                Some(Self::Reasoning { output_index, summary_index, delta })
            }
            ("response.function_call_arguments.delta", Some(delta)) => {
                Some(Self::Arguments { output_index, delta })
            }
            ("response.output_item.done", _) => {
                item(&mut value).map(|item| Self::ItemDone { output_index, item })
            }
            ("response.completed" | "response.incomplete", _) => {
                response(&mut value).map(|response| Self::Completed { response })
            }
            _ => None,
        };
        known.unwrap_or_else(|| Self::Other { event: kind.to_owned(), value })
    }
}
