//! The request that a turn is sent as.

mod check;
mod parts;
mod schema;
mod window;

use std::path::PathBuf;

use serde_json::Value;
use venice::{
    chat::{CreateChatCompletion, Message, ResponseFormat, Stop, VeniceParameters, WebSearchMode},
    models::{Capabilities, Model},
};

pub(super) use check::{model, problem, replacement};
pub(super) use parts::MOST_BYTES;
pub(super) use window::{Counted, counted, fit, fits, left_for_answer, window_of};

use super::view::{AttachmentKind, ChatSettings, Role};
use crate::Result;

/// The name that an answer's schema goes under.
const SCHEMA_NAME: &str = "answer";

/// A message on its way to a model.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub role: Role,
    pub text: String,
    pub attachments: Vec<Carried>,
}

/// An attachment on its way to a model.
#[derive(Debug, Clone)]
pub(super) struct Carried {
    pub kind: AttachmentKind,
    pub name: String,
    pub mime: String,
    pub bytes: u64,
    /// The file.
    pub path: PathBuf,
    /// Where it comes from on the web.
    pub url: Option<String>,
    /// Of a picture: pixels across and down.
    pub size: Option<(u32, u32)>,
    /// What can be read in it, where that is text.
    pub text: Option<String>,
    /// Its file is gone.
    pub is_missing: bool,
    /// It went with an earlier message, and there is no room for it.
    pub is_left_out: bool,
}

impl Said {
    /// Words alone.
    pub fn words(role: Role, text: impl Into<String>) -> Self {
        Self { role, text: text.into(), attachments: Vec::new() }
    }
}

/// What the model should know and heed: the user's own words, and what was summed up.
pub(super) fn instructions(said: &[Said], settings: &ChatSettings) -> String {
    let mut text = settings.system_prompt.trim().to_owned();
    for summary in said.iter().filter(|said| said.role == Role::Summary && !said.text.is_empty()) {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str("Summary of the conversation so far:\n\n");
        text.push_str(&summary.text);
    }
    text
}

/// Puts the request together. Blocks: pictures that are too large are scaled, documents are read.
///
/// `said` is what fits, and was checked; `longest` is what the answer may have in tokens; `cache` is where smaller copies of pictures are put.
pub(super) fn build(
    said: &[Said],
    settings: &ChatSettings,
    model: &Model,
    longest: Option<u32>,
    conversation: &str,
    cache: &std::path::Path,
) -> Result<CreateChatCompletion> {
    let none = Capabilities::default();
    let can = model.spec.capabilities.as_ref().unwrap_or(&none);
    let mut messages = Vec::with_capacity(said.len() + 1);
    let instructions = instructions(said, settings);
    if !instructions.is_empty() {
        messages.push(Message::system(instructions));
    }
    let kept = parts::kept(said, can);
    for (said, kept) in said.iter().zip(kept) {
        match said.role {
            Role::User => messages.push(Message::user(parts::content(said, &kept, cache)?)),
            // One that failed said nothing.
            Role::Assistant if !said.text.is_empty() => {
                messages.push(Message::assistant(said.text.as_str()));
            }
            Role::Assistant | Role::Summary => {}
        }
    }
    let mut request = CreateChatCompletion::new(&settings.model, messages).streamed();
    request.temperature = settings.temperature;
    request.top_p = settings.top_p;
    request.top_k = settings.top_k;
    request.min_p = settings.min_p;
    request.frequency_penalty = settings.frequency_penalty;
    request.presence_penalty = settings.presence_penalty;
    request.repetition_penalty = settings.repetition_penalty;
    request.seed = settings.seed;
    request.max_completion_tokens = longest;
    request.stop = (!settings.stop.is_empty()).then(|| Stop::Any(settings.stop.clone()));
    request.reasoning_effort.clone_from(&settings.reasoning_effort);
    request.response_format = settings
        .response_schema
        .as_ref()
        .filter(|schema| **schema != Value::Null)
        .map(|schema| ResponseFormat::strict(SCHEMA_NAME, schema.clone()));
    request.prompt_cache_key = Some(conversation.to_owned());
    request.venice_parameters =
        Some(parameters(settings)).filter(|asked| *asked != VeniceParameters::default());
    Ok(request)
}

fn parameters(settings: &ChatSettings) -> VeniceParameters {
    let search = settings.web_search.clone().filter(|mode| *mode != WebSearchMode::Off);
    let found = search.is_some() || settings.web_scraping || settings.x_search;
    VeniceParameters {
        character_slug: settings.character.clone(),
        disable_thinking: settings.without_thinking.then_some(true),
        enable_web_citations: found.then_some(true),
        include_search_results_in_stream: found.then_some(true),
        enable_web_search: search,
        enable_web_scraping: settings.web_scraping.then_some(true),
        enable_x_search: settings.x_search.then_some(true),
        include_venice_system_prompt: settings.without_venice_prompt.then_some(false),
        ..VeniceParameters::default()
    }
}

/// Whether more may be charged than tokens.
pub(super) fn has_surcharge(settings: &ChatSettings) -> bool {
    let searches = settings.web_search.as_ref().is_some_and(|mode| *mode != WebSearchMode::Off);
    searches || settings.web_scraping || settings.x_search || settings.character.is_some()
}

#[cfg(test)]
mod tests;
