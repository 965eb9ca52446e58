//! The file that conversations are kept in elsewhere. What is in it stays readable: later versions add, and number up
//! when an older reader would go wrong.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::view::{AttachmentKind, ChatSettings, MessageState, MessageUsage, Role};

/// By this the file is known as ours.
pub(super) const FORMAT: &str = "canaletto-conversations";
/// What is written, and the newest that is read.
pub(super) const VERSION: u32 = 1;

/// What every version begins with.
#[derive(Deserialize)]
pub(super) struct Head {
    pub format: String,
    pub version: u32,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ConversationsFile {
    pub format: String,
    pub version: u32,
    /// RFC 3339.
    pub exported_at: String,
    pub conversations: Vec<FileConversation>,
    /// What goes with the messages, each once.
    #[serde(default)]
    pub attachments: Vec<FileAttachment>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct FileConversation {
    /// The user's name for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default)]
    pub pinned: bool,
    #[serde(default)]
    pub archived: bool,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub touched_at: String,
    #[serde(default)]
    pub settings: ChatSettings,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub character: Option<Value>,
    /// The message at the end of the shown branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
    /// All branches: each message after the one it answers.
    pub messages: Vec<FileMessage>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct FileMessage {
    /// Names it within the file.
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    pub role: Role,
    pub state: MessageState,
    /// RFC 3339.
    pub created_at: String,
    #[serde(default)]
    pub text: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reasoning: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thought_ms: Option<u64>,
    /// Citations, tool calls, why it ended, what went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<MessageUsage>,
    /// Ids of attachments; pictures that were made there are among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct FileAttachment {
    /// Names it within the file.
    pub id: String,
    pub kind: AttachmentKind,
    pub name: String,
    pub mime: String,
    pub bytes: u64,
    /// The hash of its bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blake3: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<crate::money::Money>,
    #[serde(default)]
    pub pretend: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<String>,
    /// All of it, where it is text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}
