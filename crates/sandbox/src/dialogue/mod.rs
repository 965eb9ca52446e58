//! A conversation with a model, however it was asked for: what was said, what is wanted, and what is answered.

mod attachment;
mod cache;
mod compose;
mod features;
mod look;
mod meter;
mod model;
mod palette;
mod usage;

pub(crate) use cache::PromptCache;
pub(crate) use compose::{Finish, Reply, replies};
pub(crate) use features::{Features, Search, citations};
pub(crate) use look::prepare;
pub(crate) use meter::Meter;
pub(crate) use model::{chosen, efforts};
pub(crate) use usage::Usage;

use crate::{
    catalogue::{Model, TextRules},
    web::Found,
    words::{Choice, Tool, Verbosity},
};
use attachment::Seen;
use serde_json::Value;

/// Who said something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    System,
    Developer,
    User,
    Assistant,
    Tool,
}

impl Role {
    pub(crate) fn of(word: &str) -> Self {
        match word {
            "system" => Self::System,
            "developer" => Self::Developer,
            "assistant" => Self::Assistant,
            "tool" => Self::Tool,
            _ => Self::User,
        }
    }
}

/// A part of what was said.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    Text(String),
    /// A data URL or an address.
    Image(String),
    /// Base64, and the format it is said to be in.
    Audio {
        data: String,
        format: &'static str,
    },
    /// A data URL or an address.
    Video(String),
    /// A data URL or an address, and the file's name.
    File {
        data: String,
        name: String,
    },
}

/// One turn of the conversation.
#[derive(Debug, Clone)]
pub(crate) struct Turn {
    pub(crate) role: Role,
    pub(crate) parts: Vec<Part>,
    /// The tools that were called in it: an id and a name each.
    pub(crate) calls: Vec<(String, String)>,
    /// The call that it answers.
    pub(crate) answers: Option<String>,
    /// Whether it asks to be kept in the cache.
    pub(crate) keep: bool,
}

impl Turn {
    pub(crate) fn new(role: Role, parts: Vec<Part>) -> Self {
        Self { role, parts, calls: Vec::new(), answers: None, keep: false }
    }

    /// Its words alone.
    pub(crate) fn text(&self) -> String {
        let texts: Vec<&str> = self
            .parts
            .iter()
            .filter_map(|part| match part {
                Part::Text(text) => Some(text.as_str()),
                _ => None,
            })
            .collect();
        texts.join("\n")
    }
}

/// What the answer is to look like.
#[derive(Debug, Clone)]
pub(crate) enum Form {
    Text,
    /// Any JSON object.
    Object,
    /// A value that validates against a schema.
    Schema(Value),
}

/// How much a model is to think, and where the request says so.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort {
    pub(crate) level: &'static str,
    pub(crate) path: &'static [&'static str],
}

impl Effort {
    /// As the field `reasoning_effort` has it.
    pub(crate) fn plain(level: &'static str) -> Self {
        Self { level, path: &["reasoning_effort"] }
    }

    /// As the object `reasoning` has it.
    pub(crate) fn nested(level: &'static str) -> Self {
        Self { level, path: &["reasoning", "effort"] }
    }
}

/// Everything that a request asks of a model.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    /// The field that the turns came in.
    pub(crate) field: &'static str,
    pub(crate) turns: Vec<Turn>,
    pub(crate) tools: Vec<Tool>,
    pub(crate) choice: Choice,
    pub(crate) parallel: bool,
    pub(crate) form: Form,
    pub(crate) effort: Option<Effort>,
    pub(crate) seed: u64,
    pub(crate) stop: Vec<String>,
    pub(crate) most: Option<u64>,
    pub(crate) variants: u32,
    pub(crate) log_probabilities: bool,
    pub(crate) verbosity: Verbosity,
    pub(crate) features: Features,
    /// Groups the requests of one conversation, for the cache.
    pub(crate) cache_key: Option<String>,
}

impl Ask {
    /// What the user said last.
    pub(crate) fn last_words(&self) -> String {
        self.turns.iter().rev().find(|turn| turn.role == Role::User).map_or_else(String::new, Turn::text)
    }
}

/// A request that was looked at: the model it goes to, and what came with it.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) ask: Ask,
    pub(crate) model: Model,
    pub(crate) rules: TextRules,
    pub(crate) voice: Option<String>,
    pub(crate) found: Vec<Found>,
    pub(crate) scraped: u32,
    seen: Vec<Seen>,
}
