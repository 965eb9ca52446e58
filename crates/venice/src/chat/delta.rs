use std::collections::VecDeque;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::answer::{self, ChatCompletion, FinishReason, LogProbs};
use super::citations::Citation;
use super::options::AppliedParameters;
use super::tools::text_of_arguments;
use super::usage::{Cost, Usage};
use crate::lenient;
use crate::request::debug_without_words;

/// What is new in an answer that is being written.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChatDelta {
    /// The answer has begun.
    Started {
        /// The id of the answer.
        id: Option<String>,
        /// The model that answers.
        model: Option<String>,
        /// When it was asked.
        #[serde(with = "lenient::unix_time")]
        #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
        created: Option<Timestamp>,
    },
    /// More words.
    Content {
        /// Which of the answers, counted from 0.
        choice: u32,
        /// The words.
        text: String,
    },
    /// More thoughts.
    Reasoning {
        /// Which of the answers, counted from 0.
        choice: u32,
        /// The thoughts.
        text: String,
    },
    /// Details of thoughts, to be sent back as they are.
    ReasoningDetails {
        /// Which of the answers, counted from 0.
        choice: u32,
        /// The details.
        details: Vec<Value>,
    },
    /// The signature of thoughts, to be sent back as it is.
    ThoughtSignature {
        /// Which of the answers, counted from 0.
        choice: u32,
        /// The signature.
        signature: String,
    },
    /// A tool is being called.
    ToolCall {
        /// Which of the answers, counted from 0.
        choice: u32,
        /// What is new in the call.
        call: ToolCallDelta,
    },
    /// How probable the last words were.
    LogProbs {
        /// Which of the answers, counted from 0.
        choice: u32,
        /// How probable.
        logprobs: LogProbs,
    },
    /// An answer ended.
    Finished {
        /// Which of the answers, counted from 0.
        choice: u32,
        /// Why.
        reason: FinishReason,
        /// Why the model itself stopped.
        stop_reason: Option<FinishReason>,
    },
    /// What was found on the web.
    Citations {
        /// What was found, in the order in which the answer refers to it.
        citations: Vec<Citation>,
    },
    /// What Venice did of what only Venice offers, but for the citations.
    Applied {
        /// What it did.
        parameters: AppliedParameters,
    },
    /// How many tokens it took.
    Usage {
        /// How many.
        usage: Usage,
    },
    /// What it cost.
    Cost {
        /// How much.
        cost: Cost,
    },
}

impl std::fmt::Debug for ChatDelta {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Started { id, model, .. } => write!(f, "Started({id:?}, {model:?})"),
            Self::Content { choice, text } => write!(f, "Content({choice}, {} bytes)", text.len()),
            Self::Reasoning { choice, text } => write!(f, "Reasoning({choice}, {} bytes)", text.len()),
            Self::ReasoningDetails { choice, .. } => write!(f, "ReasoningDetails({choice})"),
            Self::ThoughtSignature { choice, .. } => write!(f, "ThoughtSignature({choice})"),
            Self::ToolCall { choice, call } => write!(f, "ToolCall({choice}, {call:?})"),
            Self::LogProbs { choice, .. } => write!(f, "LogProbs({choice})"),
            Self::Finished { choice, reason, .. } => write!(f, "Finished({choice}, {reason:?})"),
            Self::Citations { citations } => write!(f, "Citations({})", citations.len()),
            Self::Applied { .. } => f.write_str("Applied"),
            Self::Usage { usage } => write!(f, "Usage({usage:?})"),
            Self::Cost { cost } => write!(f, "Cost({cost:?})"),
        }
    }
}

/// What is new in the call of a tool.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
#[non_exhaustive]
pub struct ToolCallDelta {
    /// Which call of the answer, counted from 0.
    pub index: u32,
    /// The call's id, where it is new.
    pub id: Option<String>,
    /// The tool's name, where it is new.
    pub name: Option<String>,
    /// More of the arguments.
    pub arguments: String,
    /// What a provider adds.
    #[cfg_attr(feature = "specta", specta(skip))]
    pub extra: Map<String, Value>,
}

debug_without_words!(ToolCallDelta { index, id, name });

/// One event of a stream, as it is written.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Chunk {
    #[serde(deserialize_with = "lenient::field")]
    pub(super) id: Option<String>,
    #[serde(deserialize_with = "lenient::field")]
    pub(super) model: Option<String>,
    #[serde(with = "lenient::unix_time")]
    pub(super) created: Option<Timestamp>,
    #[serde(deserialize_with = "lenient::list")]
    pub(super) choices: Vec<ChunkChoice>,
    #[serde(deserialize_with = "lenient::field")]
    pub(super) usage: Option<Usage>,
    #[serde(deserialize_with = "lenient::field")]
    pub(super) cost: Option<Cost>,
    #[serde(deserialize_with = "lenient::field")]
    pub(super) venice_parameters: Option<AppliedParameters>,
    #[serde(deserialize_with = "lenient::list")]
    pub(super) citations: Vec<Citation>,
    pub(super) error: Option<Value>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ChunkChoice {
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) index: u32,
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) delta: ChunkDelta,
    #[serde(deserialize_with = "lenient::field")]
    pub(super) finish_reason: Option<FinishReason>,
    #[serde(deserialize_with = "lenient::field")]
    pub(super) stop_reason: Option<FinishReason>,
    #[serde(deserialize_with = "lenient::field")]
    pub(super) logprobs: Option<LogProbs>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ChunkDelta {
    #[serde(deserialize_with = "answer::text")]
    pub(super) content: String,
    #[serde(deserialize_with = "answer::text")]
    pub(super) reasoning_content: String,
    #[serde(deserialize_with = "lenient::list")]
    pub(super) reasoning_details: Vec<Value>,
    #[serde(deserialize_with = "lenient::field")]
    pub(super) thought_signature: Option<String>,
    #[serde(deserialize_with = "lenient::list")]
    pub(super) tool_calls: Vec<ChunkCall>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ChunkCall {
    #[serde(deserialize_with = "lenient::count")]
    index: Option<u32>,
    #[serde(deserialize_with = "lenient::field")]
    id: Option<String>,
    #[serde(rename = "type", deserialize_with = "lenient::field")]
    _kind: Option<String>,
    #[serde(deserialize_with = "lenient::or_default")]
    function: ChunkFunction,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ChunkFunction {
    #[serde(deserialize_with = "lenient::field")]
    name: Option<String>,
    arguments: Value,
}

impl ChunkCall {
    /// The call as the caller sees it; `place` is where it stands in its event.
    pub(super) fn into_delta(self, place: usize) -> ToolCallDelta {
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        ToolCallDelta {
            index: self.index.unwrap_or(place as u32),
            id: filled(self.id),
            name: filled(self.function.name),
            arguments: text_of_arguments(self.function.arguments),
            extra: self.extra,
        }
    }
}

/// What a whole answer would have been as a stream, for servers that answer so.
pub(super) fn of_completion(completion: ChatCompletion) -> VecDeque<ChatDelta> {
    let ChatCompletion { id, model, created, choices, usage, cost, venice_parameters, .. } = completion;
    let mut deltas = VecDeque::from([ChatDelta::Started { id, model, created }]);
    if let Some(mut parameters) = venice_parameters {
        let citations = std::mem::take(&mut parameters.web_search_citations);
        if !citations.is_empty() {
            deltas.push_back(ChatDelta::Citations { citations });
        }
        deltas.push_back(ChatDelta::Applied { parameters });
    }
    for choice in choices {
        let (index, message) = (choice.index, choice.message);
        deltas.extend(message.reasoning_content.map(|text| ChatDelta::Reasoning { choice: index, text }));
        if !message.reasoning_details.is_empty() {
            deltas
                .push_back(ChatDelta::ReasoningDetails { choice: index, details: message.reasoning_details });
        }
        let signature = message.thought_signature;
        deltas.extend(signature.map(|signature| ChatDelta::ThoughtSignature { choice: index, signature }));
        if !message.content.is_empty() {
            deltas.push_back(ChatDelta::Content { choice: index, text: message.content });
        }
        deltas.extend(choice.logprobs.map(|logprobs| ChatDelta::LogProbs { choice: index, logprobs }));
        for (place, call) in message.tool_calls.into_iter().enumerate() {
            let call = ToolCallDelta {
                index: place as u32,
                id: Some(call.id),
                name: Some(call.function.name),
                arguments: call.function.arguments,
                extra: call.extra,
            };
            deltas.push_back(ChatDelta::ToolCall { choice: index, call });
        }
        let stop_reason = choice.stop_reason;
        let finished = |reason| ChatDelta::Finished { choice: index, reason, stop_reason };
        deltas.extend(choice.finish_reason.map(finished));
    }
    deltas.extend(usage.map(|usage| ChatDelta::Usage { usage }));
    deltas.extend(cost.map(|cost| ChatDelta::Cost { cost }));
    deltas
}
