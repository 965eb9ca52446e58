//! How much of a conversation goes into a model's window.

use venice::models::{Capabilities, Model};

use super::{Carried, Said, instructions, parts};
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
    /// What these may come to, in tokens, by their bytes: good enough to leave some out by, too rough to be shown.
    pub guessed: u64,
}

impl Counted {
    fn add(&mut self, text: &str) {
        self.tokens += tokens::estimated(text) + PER_MESSAGE;
        self.most += tokens::most(text) + 4 * PER_MESSAGE;
    }

    fn carry(&mut self, carried: &Carried, kept: bool) {
        match (&carried.text, carried.kind, carried.size) {
            _ if !kept => self.add(&parts::absent(carried)),
            (Some(text), ..) => self.add(&parts::told(carried, text)),
            (None, AttachmentKind::Image, Some((width, height))) => {
                self.tokens += tokens::picture(width, height);
                self.by_rule = true;
            }
            _ => {
                self.uncounted = true;
                self.guessed += tokens::of_file(&carried.mime, carried.bytes);
            }
        }
    }

    /// What fitting goes by.
    fn fitting(self) -> u64 {
        self.tokens + self.guessed
    }
}

impl std::iter::Sum for Counted {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |one, other| Self {
            tokens: one.tokens + other.tokens,
            most: one.most + other.most,
            by_rule: one.by_rule || other.by_rule,
            uncounted: one.uncounted || other.uncounted,
            guessed: one.guessed + other.guessed,
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
    said.iter().zip(kept(said, model)).map(|(said, kept)| {
        let mut counted = Counted::default();
        if said.role == Role::Summary {
            return counted;
        }
        counted.add(&said.text);
        for (carried, kept) in said.attachments.iter().zip(kept) {
            counted.carry(carried, kept);
        }
        counted
    })
}

fn kept(said: &[Said], model: &Model) -> Vec<Vec<bool>> {
    let none = Capabilities::default();
    parts::kept(said, model.spec.capabilities.as_ref().unwrap_or(&none))
}

/// The messages that fit, and how many of the oldest are left out where the settings allow that. What goes with earlier
/// messages is left out before any message is. What the person said last always stays, with all that follows it, and so
/// does a summary of what went before.
pub(in crate::conversations) fn fit(
    mut said: Vec<Said>,
    settings: &ChatSettings,
    model: &Model,
) -> (Vec<Said>, u32) {
    let Some(window) = window_of(model).filter(|_| settings.drop_oldest) else { return (said, 0) };
    // Estimates err by a fifth.
    let budget = u64::from(window).saturating_sub(room(settings, window)) * 5 / 6;
    // An answer that is gone on with comes behind its question.
    let question = said.iter().rposition(|said| said.role == Role::User);
    let stays = question.unwrap_or(said.len().saturating_sub(1));
    let mut counts: Vec<u64> = Vec::with_capacity(said.len());
    for (place, counted) in each(&said, model).enumerate() {
        // A guess at what can't be left out is no reason to leave out all the rest.
        let most = if place < stays { u64::MAX } else { u64::from(window / 2) };
        counts.push(counted.tokens + counted.guessed.min(most));
    }
    let mut tokens = beside(&said, settings).tokens + counts.iter().sum::<u64>();
    let kept = kept(&said, model);
    for ((said, count), kept) in said.iter_mut().zip(&mut counts).zip(kept).take(stays) {
        for (carried, kept) in said.attachments.iter_mut().zip(kept) {
            if tokens <= budget {
                break;
            }
            let saved = if kept { weight(carried, true).saturating_sub(weight(carried, false)) } else { 0 };
            // Else one that the model has no room for would take the place of this one.
            carried.is_left_out = true;
            *count -= saved;
            tokens -= saved;
        }
    }
    let (mut fitting, mut left_out) = (Vec::with_capacity(said.len()), 0);
    for (place, (said, count)) in said.into_iter().zip(counts).enumerate() {
        // An answer without its question would be the conversation's first word.
        let is_first = fitting.iter().all(|said: &Said| said.role == Role::Summary);
        let lost = left_out > 0 && is_first && said.role == Role::Assistant;
        if said.role != Role::Summary && place < stays && (tokens > budget || lost) {
            tokens -= count;
            left_out += 1;
        } else {
            fitting.push(said);
        }
    }
    (fitting, left_out)
}

/// What an attachment takes, or the line that stands for it.
fn weight(carried: &Carried, kept: bool) -> u64 {
    let mut counted = Counted::default();
    counted.carry(carried, kept);
    counted.fitting()
}

/// Whether all of it, by the estimate, leaves room for an answer.
pub(in crate::conversations) fn fits(said: &[Said], settings: &ChatSettings, model: &Model) -> bool {
    let tokens = counted(said, settings, model).fitting();
    window_of(model).is_none_or(|window| tokens + room(settings, window) <= u64::from(window))
}

/// Room for an answer, in tokens.
fn room(settings: &ChatSettings, window: u32) -> u64 {
    let window = u64::from(window);
    settings.max_tokens.map_or(ROOM_FOR_ANSWER.min(window / 4), |most| u64::from(most).min(window / 2))
}

/// So many tokens of an answer are surely left in the window, as far as what goes in could be counted. Some models refuse
/// to begin where what goes in and the longest answer together are more than they hold.
pub(in crate::conversations) fn left_for_answer(
    counted: Counted,
    settings: &ChatSettings,
    model: &Model,
) -> Option<u32> {
    let window = window_of(model)?;
    // Estimates err by a fifth.
    let taken = counted.tokens.saturating_mul(6) / 5 + VENICE_INSTRUCTIONS;
    let left = u64::from(window).saturating_sub(taken).max(room(settings, window));
    Some(u32::try_from(left).unwrap_or(u32::MAX))
}

/// A model's window in tokens.
pub(in crate::conversations) fn window_of(model: &Model) -> Option<u32> {
    model.spec.available_context_tokens.or(model.context_length)
}
