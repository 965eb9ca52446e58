//! What the store keeps of a message without looking into it.

use serde::{Deserialize, Serialize};
use venice::chat::Citation;

use super::view::ToolCallView;
use crate::AppError;

/// What comes with a message beside its words: the JSON of `store::Message::body`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct MessageBody {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<Citation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tool_calls: Vec<ToolCallView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finish_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<AppError>,
}

impl MessageBody {
    /// What can be read of a body, which may be of another version.
    pub fn of(message: &store::Message) -> Self {
        message.body.clone().and_then(|body| serde_json::from_value(body).ok()).unwrap_or_default()
    }

    /// As the store keeps it.
    pub fn to_json(&self) -> Option<serde_json::Value> {
        serde_json::to_value(self).ok()
    }
}
