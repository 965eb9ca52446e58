//! Conversations as the front end sees them.

mod list;
mod messages;
mod shelf;
mod turn;

use serde::{Deserialize, Serialize};
use serde_json::Value;
pub use venice::chat::{Citation, WebSearchMode};
use venice::models::ReasoningEffort;

pub use self::{
    list::{
        ConversationFormat, ConversationImport, ConversationPatch, ConversationQuery, ConversationRow,
        ConversationsPage, ExcerptPart, FolderView, MessageHit, MessageHits,
    },
    messages::{
        AttachmentKind, AttachmentView, MessageState, MessageUsage, MessageView, PicturesHere, Role,
        ToolCallView,
    },
    shelf::{
        CharacterQuery, CharacterReviewView, CharacterReviewsPage, CharacterView, CharactersPage, ChatPreset,
        SavedPrompt,
    },
    turn::{
        Attached, ChatEvent, MessageDraft, PicturesDraft, ToAttach, Turn, TurnBegun, TurnPrice, WebErrand,
    },
};
use crate::money::Money;

/// How a conversation's messages are asked for. What is left out is the model's own.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct ChatSettings {
    /// The model's id.
    pub model: String,
    /// What the model should know and heed.
    pub system_prompt: String,
    /// Leave out what Venice itself tells the model.
    pub without_venice_prompt: bool,
    /// Search the web.
    pub web_search: Option<WebSearchMode>,
    /// Read the pages that the words name.
    pub web_scraping: bool,
    /// Search X.
    pub x_search: bool,
    /// How much to think; must be one of the model's own.
    pub reasoning_effort: Option<ReasoningEffort>,
    /// Don't think at all.
    pub without_thinking: bool,
    /// 0 to 2.
    pub temperature: Option<f64>,
    /// 0 to 1.
    pub top_p: Option<f64>,
    /// From how many of the most probable tokens to choose.
    pub top_k: Option<u32>,
    /// 0 to 1.
    pub min_p: Option<f64>,
    /// -2 to 2.
    pub frequency_penalty: Option<f64>,
    /// -2 to 2.
    pub presence_penalty: Option<f64>,
    /// 1 is none.
    pub repetition_penalty: Option<f64>,
    /// Where chance begins.
    pub seed: Option<u32>,
    /// The most tokens of an answer.
    pub max_tokens: Option<u32>,
    /// Texts to stop before, at most 4.
    pub stop: Vec<String>,
    /// The answer must be JSON of this schema.
    pub response_schema: Option<Value>,
    /// The character that answers.
    pub character: Option<String>,
    /// Leave out the oldest messages when all of them don't fit into the model's window.
    pub drop_oldest: bool,
}

/// An open conversation: its shown branch from the first message to the last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ConversationView {
    /// Its line in the list.
    pub row: ConversationRow,
    /// How messages are asked for.
    pub settings: ChatSettings,
    /// What was typed and not sent; opaque here.
    pub draft: Option<Value>,
    /// The messages of the branch, first to last.
    pub path: Vec<PathStep>,
    /// The last of them, whole; the others by `get_messages`.
    pub messages: Vec<MessageView>,
    /// What all its messages cost, on all branches.
    pub cost: ConversationCost,
}

/// A message's place in the branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PathStep {
    /// The message.
    pub id: String,
    /// Who says it.
    pub role: Role,
    /// How long its text is, in characters.
    pub length: u32,
    /// Its place among the messages that answer the same one: 0 is the first.
    pub branch: u32,
    /// How many there are of these.
    pub branches: u32,
}

/// What a conversation cost, by currency; pretend money apart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ConversationCost {
    /// Real money.
    pub real: Vec<Money>,
    /// The sandbox's.
    pub pretend: Vec<Money>,
    /// Some of it is by the price list.
    pub is_estimate: bool,
    /// Messages whose cost isn't known.
    pub unknown: u32,
}
