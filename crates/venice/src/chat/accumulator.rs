use std::collections::BTreeMap;

use jiff::Timestamp;

use super::answer::{AnswerMessage, ChatCompletion, Choice, FinishReason, LogProbs};
use super::citations::Citation;
use super::delta::{ChatDelta, ToolCallDelta};
use super::options::AppliedParameters;
use super::tools::ToolCall;
use super::usage::{Cost, Usage};
use crate::request::debug_without_words;

/// Puts an answer together from what a stream brings.
///
/// What comes out is what the same answer would have been without streaming, or as much of it as arrived.
#[derive(Clone, Default)]
pub struct Accumulator {
    id: Option<String>,
    model: Option<String>,
    created: Option<Timestamp>,
    choices: BTreeMap<u32, Partial>,
    parameters: Option<AppliedParameters>,
    citations: Vec<Citation>,
    usage: Option<Usage>,
    cost: Option<Cost>,
}

debug_without_words!(Accumulator { id, model, usage });

#[derive(Clone, Default)]
struct Partial {
    message: AnswerMessage,
    calls: BTreeMap<u32, ToolCall>,
    logprobs: Option<LogProbs>,
    finish_reason: Option<FinishReason>,
    stop_reason: Option<FinishReason>,
}

impl Accumulator {
    /// Takes what is new.
    pub fn push(&mut self, delta: ChatDelta) {
        match delta {
            ChatDelta::Started { id, model, created } => {
                self.id = id.or(self.id.take());
                self.model = model.or(self.model.take());
                self.created = created.or(self.created);
            }
            ChatDelta::Content { choice, text } => self.choice(choice).message.content.push_str(&text),
            ChatDelta::Reasoning { choice, text } => {
                self.choice(choice).message.reasoning_content.get_or_insert_default().push_str(&text);
            }
            ChatDelta::ReasoningDetails { choice, details } => {
                self.choice(choice).message.reasoning_details.extend(details);
            }
            ChatDelta::ThoughtSignature { choice, signature } => {
                self.choice(choice).message.thought_signature = Some(signature);
            }
            ChatDelta::ToolCall { choice, call } => self.choice(choice).call(call),
            ChatDelta::LogProbs { choice, logprobs } => {
                self.choice(choice).logprobs.get_or_insert_default().content.extend(logprobs.content);
            }
            ChatDelta::Finished { choice, reason, stop_reason } => {
                let choice = self.choice(choice);
                choice.finish_reason = Some(reason);
                choice.stop_reason = stop_reason;
            }
            ChatDelta::Citations { citations } => self.citations = citations,
            ChatDelta::Applied { parameters } => self.parameters = Some(parameters),
            ChatDelta::Usage { usage } => self.usage = Some(usage),
            ChatDelta::Cost { cost } => self.cost = Some(cost),
        }
    }

    /// Whether each answer that began has ended. Tokens and costs may still come.
    pub fn is_finished(&self) -> bool {
        !self.choices.is_empty() && self.choices.values().all(|choice| choice.finish_reason.is_some())
    }

    /// What arrived, put together.
    pub fn completion(&self) -> ChatCompletion {
        self.clone().into_completion()
    }

    /// What arrived, put together.
    pub fn into_completion(self) -> ChatCompletion {
        let mut parameters = self.parameters;
        if !self.citations.is_empty() {
            parameters.get_or_insert_default().web_search_citations = self.citations;
        }
        ChatCompletion {
            id: self.id,
            model: self.model,
            created: self.created,
            choices: self.choices.into_iter().map(|(index, choice)| choice.into_choice(index)).collect(),
            usage: self.usage,
            cost: self.cost,
            venice_parameters: parameters,
            prompt_logprobs: None,
        }
    }

    /// The id of the answer, where it has come.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn choice(&mut self, index: u32) -> &mut Partial {
        self.choices.entry(index).or_default()
    }
}

impl Partial {
    fn call(&mut self, delta: ToolCallDelta) {
        let call = self.calls.entry(delta.index).or_insert_with(|| ToolCall::new("", "", ""));
        // Some servers tell both again with each piece.
        if let Some(id) = delta.id {
            call.id = id;
        }
        if let Some(name) = delta.name {
            call.function.name = name;
        }
        call.function.arguments.push_str(&delta.arguments);
        call.extra.extend(delta.extra);
    }

    fn into_choice(self, index: u32) -> Choice {
        let mut message = self.message;
        message.tool_calls = self.calls.into_values().collect();
        Choice {
            index,
            message,
            finish_reason: self.finish_reason,
            stop_reason: self.stop_reason,
            logprobs: self.logprobs,
        }
    }
}
