//! What was said, and what goes with it.

use serde::{Deserialize, Serialize};

use super::Citation;
use crate::{AppError, library::view::ItemView, money::Money};

/// Who says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The person.
    User,
    /// The model.
    Assistant,
    /// A summary of what went before, made by a model; it stands for what it sums up.
    Summary,
}

/// How far a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// It is being written.
    Writing,
    /// All of it is here.
    Whole,
    /// The person stopped it; what had arrived is here.
    Stopped,
    /// It broke off; what had arrived is here.
    Cut,
    /// Nothing came.
    Failed,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MessageView {
    /// Its id.
    pub id: String,
    /// The one it answers; `None` for a first one.
    pub parent: Option<String>,
    /// Who says it.
    pub role: Role,
    /// How far it is.
    pub state: MessageState,
    /// RFC 3339.
    pub created_at: String,
    /// What is said, as Markdown. Citations are marked `[REF]0[/REF]` or `^1^`.
    pub text: String,
    /// What was thought before.
    pub reasoning: String,
    /// How long that took, in milliseconds.
    pub thought_ms: Option<u64>,
    /// The sources that the text refers to.
    pub citations: Vec<Citation>,
    /// The tools the model wants to call.
    pub tool_calls: Vec<ToolCallView>,
    /// What goes with it.
    pub attachments: Vec<AttachmentView>,
    /// The job that makes pictures here, and its pictures so far.
    pub pictures: Option<PicturesHere>,
    /// The model that wrote it.
    pub model: Option<String>,
    /// Why it ended: `stop`, `length`, …
    pub finish_reason: Option<String>,
    /// Its job, where one was paid.
    pub job: Option<String>,
    /// What it took.
    pub usage: Option<MessageUsage>,
    /// What went wrong.
    pub error: Option<AppError>,
}

/// Pictures that are made in a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PicturesHere {
    /// The job.
    pub job: String,
    /// How many were asked for.
    pub wanted: u32,
    /// Those that are kept.
    pub items: Vec<ItemView>,
}

/// A tool that the model wants to call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ToolCallView {
    /// Its id in the answer.
    pub id: String,
    /// The tool.
    pub name: String,
    /// JSON, most often.
    pub arguments: String,
}

/// What a message took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MessageUsage {
    /// Tokens read.
    pub input: u32,
    /// Of these, found in the cache.
    pub cached: u32,
    /// Tokens written, thoughts included.
    pub output: u32,
    /// Of these, thoughts.
    pub thoughts: u32,
    /// What it cost.
    pub cost: Option<Money>,
    /// True when `cost` is by the price list and not the provider's word.
    pub cost_is_estimate: bool,
    /// Paid with the sandbox's pretend money.
    pub pretend: bool,
}

/// What an attachment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum AttachmentKind {
    /// A picture.
    Image,
    /// Sound.
    Audio,
    /// A film.
    Video,
    /// A document.
    Document,
    /// What a web search found.
    Search,
    /// A page that was read.
    Page,
}

/// Something that goes with a message. It is stored once, whatever it goes with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AttachmentView {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: AttachmentKind,
    /// Its name, or the words that were searched for.
    pub name: String,
    /// Its media type.
    pub mime: String,
    /// Its size.
    pub bytes: u64,
    /// The item in the library, for pictures, sound and films.
    pub item: Option<ItemView>,
    /// Where it comes from on the web.
    pub url: Option<String>,
    /// What it cost to get.
    pub cost: Option<Money>,
    /// Paid with the sandbox's pretend money.
    pub pretend: bool,
    /// The first words of what can be read in it.
    pub excerpt: Option<String>,
}
