//! Conversations.
mod answer;
mod attach;
mod body;
mod branches;
mod characters;
mod errands;
mod export;
mod file;
mod folders;
mod heard;
mod import;
mod list;
mod names;
mod orphans;
mod pictures;
mod plan;
mod presets;
mod prompts;
mod request;
mod search;
mod shown;
pub(crate) mod sniff;
mod tokens;
mod turn;
pub mod view;
mod writing;

use std::sync::Arc;

pub(crate) use answer::Outcome;
pub(crate) use export::file_name;
pub(crate) use sniff::media_of;
use view::ChatEvent;

/// The word for jobs that are answers.
pub(crate) const KIND: &str = "chat";

/// What an answer is asked for with.
const OPERATION: &str = "createChatCompletion";

/// What of conversations is known in this run only.
#[derive(Default)]
pub(crate) struct Conversing {
    photos: characters::Photos,
    writers: writing::Writers,
}

/// Where a turn's events go.
pub type Tell = Arc<dyn Fn(ChatEvent) + Send + Sync>;
