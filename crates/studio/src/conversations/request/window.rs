//! How much of a conversation goes into a model's window.

use venice::models::{Capabilities, Model};

use super::{Said, instructions, parts};
use crate::conversations::{
    tokens::{self, PER_MESSAGE},
    view::{AttachmentKind, ChatSettings, Role},
};

/// What Venice's own instructions may take, in tokens; their length isn't told.
const VENICE_INSTRUCTIONS: u64 = 2_048;
/// Room for an answer of unknown length, in tokens.
const ROOM_FOR_ANSWER: u64 = 2_048;

/// What goes in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::conversations) struct Counted {
    /// Tokens, estimated.
    pub tokens: u64,
    /// The most that these can be; without what can't be counted.
    pub most: u64,
    /// Pictures are counted by a rule of thumb.
    pub by_rule: bool,
    /// Sound, films or documents that only Venice can read go in too.
    pub uncounted: bool,
}

impl Counted {
    fn add(&mut self, text: &str) {
        self.tokens += tokens::estimated(text) + PER_MESSAGE;
        self.most += tokens::most(text) + 4 * PER_MESSAGE;
    }
}

impl std::iter::Sum for Counted {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |one, other| Self {
            tokens: one.tokens + other.tokens,
            most: one.most + other.most,
            by_rule: one.by_rule || other.by_rule,
            uncounted: one.uncounted || other.uncounted,
        })
    }
}

/// Counts what is sent.
pub(in crate::conversations) fn counted(said: &[Said], settings: &ChatSettings, model: &Model) -> Counted {
    let beside = std::iter::once(beside(said, settings));
    beside.chain(each(said, model)).sum()
}

/// What goes in beside the messages.
fn beside(said: &[Said], settings: &ChatSettings) -> Counted {
    let mut counted = Counted::default();
    counted.add(&instructions(said, settings));
    if !settings.without_venice_prompt {
        counted.most += VENICE_INSTRUCTIONS;
    }
    if let Some(schema) = &settings.response_schema {
        counted.add(&schema.to_string());
    }
    counted
}

/// Each message; summaries go in with the instructions.
fn each(said: &[Said], model: &Model) -> impl Iterator<Item = Counted> {
    let none = Capabilities::default();
    let kept = parts::kept(said, model.spec.capabilities.as_ref().unwrap_or(&none));
    said.iter().zip(kept).map(|(said, kept)| {
        let mut counted = Counted::default();
        if said.role == Role::Summary {
            return counted;
        }
        counted.add(&said.text);
        for (carried, kept) in said.attachments.iter().zip(kept) {
            match (&carried.text, carried.kind, carried.size) {
                (Some(text), ..) => counted.add(&parts::told(carried, text)),
                _ if !kept => counted.add(&parts::absent(carried)),
                (None, AttachmentKind::Image, Some((width, height))) => {
                    counted.tokens += tokens::picture(width, height);
                    counted.by_rule = true;
                }
                _ => counted.uncounted = true,
            }
        }
        counted
    })
}

/// The messages that fit, and how many of the oldest are left out where the settings allow that. The last message
/// always stays, and so does a summary of what went before.
pub(in crate::conversations) fn fit(
    said: Vec<Said>,
    settings: &ChatSettings,
    model: &Model,
) -> (Vec<Said>, u32) {
    let Some(window) = window_of(model).filter(|_| settings.drop_oldest) else { return (said, 0) };
    // Estimates err by a fifth.
    let budget = u64::from(window).saturating_sub(room(settings, window)) * 5 / 6;
    let counts: Vec<u64> = each(&said, model).map(|counted| counted.tokens).collect();
    let mut tokens = beside(&said, settings).tokens + counts.iter().sum::<u64>();
    let last = said.len().saturating_sub(1);
    let (mut fitting, mut left_out) = (Vec::with_capacity(said.len()), 0);
    for (place, (said, count)) in said.into_iter().zip(counts).enumerate() {
        // An answer without its question would be the conversation's first word.
        let is_first = fitting.iter().all(|said: &Said| said.role == Role::Summary);
        let lost = left_out > 0 && is_first && said.role == Role::Assistant;
        if said.role != Role::Summary && place < last && (tokens > budget || lost) {
            tokens -= count;
            left_out += 1;
        } else {
            fitting.push(said);
        }
    }
    (fitting, left_out)
}

/// Whether all of it, by the estimate, leaves room for an answer.
pub(in crate::conversations) fn fits(said: &[Said], settings: &ChatSettings, model: &Model) -> bool {
    let tokens = counted(said, settings, model).tokens;
    window_of(model).is_none_or(|window| tokens + room(settings, window) <= u64::from(window))
}

/// Room for an answer, in tokens.
fn room(settings: &ChatSettings, window: u32) -> u64 {
    let window = u64::from(window);
    settings.max_tokens.map_or(ROOM_FOR_ANSWER.min(window / 4), |most| u64::from(most).min(window / 2))
}

/// A model's window in tokens.
pub(in crate::conversations) fn window_of(model: &Model) -> Option<u32> {
    model.spec.available_context_tokens.or(model.context_length)
}
