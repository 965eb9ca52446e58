//! What a response is asked for with.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answer::OutputItem;
use crate::errors::Result;
use crate::file::FileInput;
use crate::open_enum::open_enum;
use crate::operation::CREATE_RESPONSE;
use crate::request::debug_without_words;

/// A text, or a conversation.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum ResponseInput {
    /// A text.
    Text(#[cfg_attr(feature = "schema", schemars(extend("x-multiline" = true)))] String),
    /// A conversation.
    Items(Vec<InputItem>),
}

impl fmt::Debug for ResponseInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "a text of {} bytes", text.len()),
            Self::Items(items) => write!(f, "{} items", items.len()),
        }
    }
}

impl From<&str> for ResponseInput {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for ResponseInput {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<InputItem>> for ResponseInput {
    fn from(items: Vec<InputItem>) -> Self {
        Self::Items(items)
    }
}

open_enum! {
    /// Who says something.
    pub enum Role {
        /// A person.
        User = "user",
        /// The model.
        Assistant = "assistant",
        /// Who runs the program.
        System = "system",
        /// Who wrote it.
        Developer = "developer",
    }
}

open_enum! {
    /// How far an item is.
    pub enum ItemStatus {
        /// It is whole.
        Completed = "completed",
        /// It is being written.
        InProgress = "in_progress",
        /// It came to nothing.
        Failed = "failed",
    }
}

open_enum! {
    /// How closely a picture is looked at.
    pub enum ImageDetail {
        /// As the model sees fit.
        Auto = "auto",
        /// From afar.
        Low = "low",
        /// Closely.
        High = "high",
    }
}

/// One item of a conversation.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum InputItem {
    /// What someone says.
    Message {
        /// Who.
        role: Role,
        /// What.
        content: InputContent,
        /// The item's id, where it was an answer's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// How far it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<ItemStatus>,
    },
    /// What the model thought, sent back as it came.
    Reasoning {
        /// The item's id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// Sums of it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        summary: Vec<String>,
        /// What it thought: text or parts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content: Option<Value>,
        /// What it thought, readable for its provider only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        encrypted_content: Option<String>,
        /// How far it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<ItemStatus>,
    },
    /// A tool that the model called.
    FunctionCall {
        /// The id that the tool's answer names.
        call_id: String,
        /// The function's name.
        name: String,
        /// Its arguments as JSON.
        arguments: String,
        /// The item's id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// How far it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<ItemStatus>,
    },
    /// What a tool gave back.
    FunctionCallOutput {
        /// The id of the call it answers.
        call_id: String,
        /// What it gave back: text or any JSON.
        output: Value,
    },
    /// An item by its id.
    ItemReference {
        /// The item's id.
        id: String,
    },
}

impl fmt::Debug for InputItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message { role, content, .. } => write!(f, "Message({role}, {content:?})"),
            Self::Reasoning { .. } => f.write_str("Reasoning"),
            Self::FunctionCall { call_id, name, .. } => write!(f, "FunctionCall({call_id}, {name})"),
            Self::FunctionCallOutput { call_id, .. } => write!(f, "FunctionCallOutput({call_id})"),
            Self::ItemReference { id } => write!(f, "ItemReference({id})"),
        }
    }
}

/// What someone says: one text, or parts.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum InputContent {
    /// One text.
    Text(#[cfg_attr(feature = "schema", schemars(extend("x-multiline" = true)))] String),
    /// Parts, in their order.
    Parts(Vec<InputPart>),
}

impl fmt::Debug for InputContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "a text of {} bytes", text.len()),
            Self::Parts(parts) => write!(f, "{} parts", parts.len()),
        }
    }
}

impl From<&str> for InputContent {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Vec<InputPart>> for InputContent {
    fn from(parts: Vec<InputPart>) -> Self {
        Self::Parts(parts)
    }
}

/// A part of what someone says.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum InputPart {
    /// Text.
    InputText {
        /// The text.
        #[cfg_attr(feature = "schema", schemars(extend("x-multiline" = true)))]
        text: String,
    },
    /// A picture, for models that see.
    InputImage {
        /// The picture.
        image_url: ImageAddress,
    },
    /// What the model said.
    OutputText {
        /// The text.
        #[cfg_attr(feature = "schema", schemars(extend("x-multiline" = true)))]
        text: String,
        /// What it referred to, sent back as it came.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        annotations: Vec<Value>,
    },
    /// Text, as chat completions write it.
    Text {
        /// The text.
        #[cfg_attr(feature = "schema", schemars(extend("x-multiline" = true)))]
        text: String,
    },
    /// A picture, as chat completions write it.
    ImageUrl {
        /// The picture.
        image_url: ImageAddress,
    },
}

impl fmt::Debug for InputPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InputText { text } | Self::OutputText { text, .. } | Self::Text { text } => {
                write!(f, "a text of {} bytes", text.len())
            }
            Self::InputImage { image_url } | Self::ImageUrl { image_url } => image_url.fmt(f),
        }
    }
}

/// A picture and how to look at it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImageAddress {
    /// The picture.
    #[cfg_attr(feature = "schema", schemars(extend("x-file" = "image")))]
    pub url: FileInput,
    /// How closely to look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<ImageDetail>,
}

debug_without_words!(ImageAddress { url, detail });

impl InputItem {
    /// What someone says.
    pub fn message(role: Role, content: impl Into<InputContent>) -> Self {
        Self::Message { role, content: content.into(), id: None, status: None }
    }

    /// What a tool gave back.
    pub fn output(call_id: impl Into<String>, output: impl Into<Value>) -> Self {
        Self::FunctionCallOutput { call_id: call_id.into(), output: output.into() }
    }

    /// An item of an answer, so that the conversation can go on; `None` for those that aren't sent back.
    pub fn from_output(item: &OutputItem) -> Option<Self> {
        Some(match item.clone() {
            OutputItem::Message { id, content, .. } => Self::Message {
                role: Role::Assistant,
                content: InputContent::Text(content.into_iter().map(|part| part.text).collect()),
                id: Some(id),
                status: Some(ItemStatus::Completed),
            },
            OutputItem::Reasoning { id, summary, encrypted_content } => {
                Self::Reasoning { id: Some(id), summary, content: None, encrypted_content, status: None }
            }
            OutputItem::FunctionCall { id, call_id, name, arguments, .. } => Self::FunctionCall {
                call_id,
                name,
                arguments,
                id: Some(id),
                status: Some(ItemStatus::Completed),
            },
            OutputItem::WebSearchCall { .. } | OutputItem::Other(_) => return None,
        })
    }

    pub(super) fn check(&self) -> Result<()> {
        let Self::Message { content: InputContent::Parts(parts), .. } = self else { return Ok(()) };
        parts.iter().try_for_each(|part| match part {
            InputPart::InputImage { image_url } | InputPart::ImageUrl { image_url } => {
                image_url.url.check("image_url", FileInput::MAX_PICTURE, &CREATE_RESPONSE)
            }
            _ => Ok(()),
        })
    }
}
