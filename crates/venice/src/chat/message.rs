use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::parts::{Content, ContentPart, TextPart};
use super::tools::ToolCall;
use crate::errors::Result;
use crate::request::debug_without_words;

/// One message of a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "role", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Message {
    /// What the model should know and heed.
    System(Instructions),
    /// The same for models that tell developers from systems.
    Developer(Instructions),
    /// What a person says.
    User(UserMessage),
    /// What the model said.
    Assistant(AssistantMessage),
    /// What a tool gave back.
    Tool(ToolMessage),
}

/// What the model should know and heed.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Instructions {
    /// The instructions.
    pub content: Content<TextPart>,
    /// Who gives them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

debug_without_words!(Instructions { content });

/// What a person says.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UserMessage {
    /// Words, pictures, sound, films and documents.
    pub content: Content<ContentPart>,
    /// Who says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

debug_without_words!(UserMessage { content });

/// What the model said. It has content, tool calls, or both.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct AssistantMessage {
    /// Its words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<Content<TextPart>>,
    /// Who it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it thought.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("x-multiline" = true)))]
    pub reasoning_content: Option<String>,
    /// The details of its thoughts, exactly as they were received.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasoning_details: Vec<Value>,
    /// The signature of its thoughts, exactly as it was received.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thought_signature: Option<String>,
    /// The tools it called.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tool_calls: Vec<ToolCall>,
}

debug_without_words!(AssistantMessage { content, tool_calls });

/// What a tool gave back.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ToolMessage {
    /// What it gave back.
    #[cfg_attr(feature = "schema", schemars(extend("x-multiline" = true)))]
    pub content: String,
    /// The id of the call it answers.
    pub tool_call_id: String,
    /// The tool's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

debug_without_words!(ToolMessage { tool_call_id });

impl Message {
    /// What the model should know and heed.
    pub fn system(content: impl Into<Content<TextPart>>) -> Self {
        Self::System(Instructions { content: content.into(), name: None })
    }

    /// The same for models that tell developers from systems.
    pub fn developer(content: impl Into<Content<TextPart>>) -> Self {
        Self::Developer(Instructions { content: content.into(), name: None })
    }

    /// What a person says.
    pub fn user(content: impl Into<Content<ContentPart>>) -> Self {
        Self::User(UserMessage { content: content.into(), name: None })
    }

    /// What the model said.
    pub fn assistant(content: impl Into<Content<TextPart>>) -> Self {
        Self::Assistant(AssistantMessage { content: Some(content.into()), ..AssistantMessage::default() })
    }

    /// What a tool gave back.
    pub fn tool(tool_call_id: impl Into<String>, content: impl Into<String>) -> Self {
        Self::Tool(ToolMessage { content: content.into(), tool_call_id: tool_call_id.into(), name: None })
    }

    pub(super) fn check(&self) -> Result<()> {
        match self {
            Self::User(UserMessage { content: Content::Parts(parts), .. }) => {
                parts.iter().try_for_each(ContentPart::check)
            }
            _ => Ok(()),
        }
    }
}
