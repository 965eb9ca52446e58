//! What is said next: its draft, its price, and what comes back.

use serde::{Deserialize, Serialize};

use super::{
    AttachmentView, ChatSettings, Citation, ConversationCost, ConversationRow, MessageView, PathStep,
    ToolCallView,
};
use crate::{
    AppError,
    calls::view::FileRef,
    money::Money,
    pictures::{estimate::Expected, request::MakeRequest},
};

/// What became of files that were to be attached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Attached {
    /// Those that can go with a message.
    pub attachments: Vec<AttachmentView>,
    /// Why others can't; `params.name` says which.
    pub refused: Vec<AppError>,
}

/// What is to be sent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct MessageDraft {
    /// The conversation.
    pub conversation: String,
    /// The message it answers: the last one of the shown branch, or an earlier one, which begins a new branch. `None`
    /// begins the conversation anew.
    pub parent: Option<String>,
    /// What to do.
    pub turn: Turn,
    /// The settings to ask with, where they differ from the conversation's.
    pub settings: Option<ChatSettings>,
}

/// What a turn of a conversation is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Turn {
    /// Says something and asks for an answer.
    Say {
        /// The words.
        text: String,
        /// Ids of attachments.
        attachments: Vec<String>,
    },
    /// Asks for another answer to `parent`.
    Answer,
    /// Asks the model to go on with `parent`, its own message that ended too early. The words are appended to a copy.
    Continue,
    /// Asks for a summary of all up to `parent`; a new branch begins with it.
    Summarise,
}

impl Default for Turn {
    fn default() -> Self {
        Self::Say { text: String::new(), attachments: Vec::new() }
    }
}

/// What a turn would cost, and whether it can be sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TurnPrice {
    /// What it will likely cost; `None` = unknown.
    pub likely: Option<Money>,
    /// What is set aside for it: the most it can come to, where the answer's length is bounded. What is sent must
    /// name this.
    pub most: Option<Money>,
    /// More may come on top that the list doesn't name: searches, pages, characters.
    pub surcharge: bool,
    /// Tokens that go in, as far as they can be counted here.
    pub input_tokens: u32,
    /// Some of what goes in can't be counted in tokens here.
    pub input_uncounted: bool,
    /// The model's window in tokens; `None` = unknown.
    pub context_tokens: Option<u32>,
    /// How many of the oldest messages would be left out.
    pub dropped: u32,
    /// The account that will pay.
    pub account: String,
    /// Paid with the sandbox's pretend money.
    pub pretend: bool,
    /// Why it can't be sent as it is.
    pub problem: Option<AppError>,
}

/// A turn that is under way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TurnBegun {
    /// What was said, where something was.
    pub said: Option<MessageView>,
    /// The answer, still empty; events tell how it grows.
    pub answer: MessageView,
    /// The shown branch.
    pub path: Vec<PathStep>,
    /// The conversation's line in the list.
    pub row: ConversationRow,
}

/// What is told of an answer while it is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ChatEvent {
    /// The next words.
    Text {
        /// The words.
        text: String,
        /// Whether they are thought rather than said.
        reasoning: bool,
    },
    /// The sources so far.
    Citations {
        /// All of them.
        citations: Vec<Citation>,
    },
    /// The tools so far.
    ToolCalls {
        /// All of them.
        calls: Vec<ToolCallView>,
    },
    /// It ended, well or not: the message as it is kept.
    Ended {
        /// The message.
        message: Box<MessageView>,
        /// What the conversation cost so far.
        cost: ConversationCost,
    },
}

/// What is to be brought from the web.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WebErrand {
    /// A search.
    Search {
        /// The words.
        query: String,
    },
    /// A page.
    Read {
        /// Its address.
        url: String,
    },
}

/// Pictures that are to be made in a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PicturesDraft {
    /// The conversation.
    pub conversation: String,
    /// The message it answers.
    pub parent: Option<String>,
    /// What the person typed, shown as their message; `None` = none is shown.
    pub said: Option<String>,
    /// The pictures.
    pub request: MakeRequest,
    /// What the button said.
    pub expected: Expected,
}

/// A file or item that is to go with a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ToAttach {
    /// The conversation.
    pub conversation: String,
    /// Files and items.
    pub files: Vec<FileRef>,
}
