//! Conversations among others: listed, filed, searched, taken out and in.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{CharacterView, ChatSettings, Role};
use crate::AppError;

/// A conversation in the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ConversationRow {
    /// Its id.
    pub id: String,
    /// The user's name for it, or its first words; empty while there are none.
    pub title: String,
    /// The folder it is in.
    pub folder: Option<String>,
    /// Stays above the others.
    pub pinned: bool,
    /// Put away.
    pub archived: bool,
    /// RFC 3339; in the trash since.
    pub trashed_at: Option<String>,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339; the last message.
    pub touched_at: String,
    /// Messages on all branches.
    pub messages: u32,
    /// The model that answers next.
    pub model: String,
    /// The character that answers.
    pub character: Option<CharacterView>,
    /// The job of the answer that is being written.
    pub writing: Option<String>,
}

/// Which conversations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct ConversationQuery {
    /// Those in this folder.
    pub folder: Option<String>,
    /// Those that were put away, else the others.
    pub archived: bool,
    /// Those in the trash, else the others.
    pub trashed: bool,
}

/// Some conversations: pinned ones first, then by their last message, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ConversationsPage {
    /// The conversations.
    pub conversations: Vec<ConversationRow>,
    /// Where the next page starts.
    pub next: Option<String>,
    /// How many there are in all.
    pub total: u32,
}

/// A folder of conversations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FolderView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How many conversations are in it; archived and trashed ones aside.
    pub conversations: u32,
}

/// What to change of conversations; `None` leaves it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct ConversationPatch {
    /// Its name; empty = its first words.
    pub title: Option<String>,
    /// Into this folder; empty = into none.
    pub folder: Option<String>,
    /// Stays above the others.
    pub pinned: Option<bool>,
    /// Put away.
    pub archived: Option<bool>,
    /// Into the trash, or out of it.
    pub trashed: Option<bool>,
    /// How messages are asked for.
    pub settings: Option<ChatSettings>,
    /// What is typed and not sent; JSON null forgets it.
    #[serde(deserialize_with = "given")]
    #[cfg_attr(feature = "specta", specta(type = Option<Value>))]
    pub draft: Option<Value>,
}

/// Null is a value here: what isn't to be changed is left out.
fn given<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

/// A message that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MessageHit {
    /// The conversation.
    pub conversation: String,
    /// Its name.
    pub title: String,
    /// The message.
    pub message: String,
    /// Who says it.
    pub role: Role,
    /// RFC 3339.
    pub created_at: String,
    /// The words around the first place, and whether they are what was searched for.
    pub excerpt: Vec<ExcerptPart>,
}

/// A stretch of an excerpt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ExcerptPart {
    /// The words.
    pub text: String,
    /// It is what was searched for.
    pub is_hit: bool,
}

/// Messages that were found, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MessageHits {
    /// The messages.
    pub hits: Vec<MessageHit>,
    /// Where the next page starts.
    pub next: Option<String>,
}

/// How conversations are written to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ConversationFormat {
    /// To read: the shown branch.
    Markdown,
    /// To keep and bring back: all branches.
    Json,
}

/// What an import brought.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ConversationImport {
    /// The conversations that came.
    pub conversations: Vec<ConversationRow>,
    /// Files that couldn't be read, and why.
    pub refused: Vec<AppError>,
}
