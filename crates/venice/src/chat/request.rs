use std::collections::BTreeMap;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::answer::ChatCompletion;
use super::message::Message;
use super::options::{
    CacheRetention, Fallback, Reasoning, ResponseFormat, Stop, StreamOptions, TextOptions, VeniceParameters,
    Verbosity,
};
use super::tools::{Tool, ToolChoice};
use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::models::ReasoningEffort;
use crate::operation::{CREATE_CHAT_COMPLETION, Operation};
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, debug_without_words, setters};

/// The most models a request may name to fall back to.
pub(crate) const MOST_FALLBACKS: usize = 10;
/// The most texts to stop before.
const MOST_STOPS: usize = 4;

/// Asks for what comes next in a conversation.
///
/// What is left out is Venice's choice. Which options a model takes is told by its
/// [`Capabilities`](crate::models::Capabilities).
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CreateChatCompletion {
    /// The model's id, a trait or another maker's name for it, with features behind it: see [`super::ModelId`].
    #[cfg_attr(feature = "schema", schemars(extend("x-model" = "text")))]
    pub model: String,
    /// The conversation so far, at least one message.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub messages: Vec<Message>,
    /// How much to avoid words by how often they were used: -2 to 2. Venice's default is 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = -2.0, max = 2.0)))]
    pub frequency_penalty: Option<f64>,
    /// How much to avoid words that were used at all: -2 to 2. Venice's default is 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = -2.0, max = 2.0)))]
    pub presence_penalty: Option<f64>,
    /// How much to avoid repetition; 1 is not at all, more avoids it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 0.0)))]
    pub repetition_penalty: Option<f64>,
    /// Whether to tell how probable the words were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logprobs: Option<bool>,
    /// How many of the most probable tokens to tell for each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_logprobs: Option<u32>,
    /// The most tokens to write, thoughts included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub max_completion_tokens: Option<u32>,
    /// The older name of `max_completion_tokens`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// How freely to choose words: 0 to 2. More is freer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 0.0, max = 2.0)))]
    pub temperature: Option<f64>,
    /// The lowest temperature, where it changes by itself: 0 to 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 0.0, max = 2.0)))]
    pub min_temp: Option<f64>,
    /// The highest temperature, where it changes by itself: 0 to 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 0.0, max = 2.0)))]
    pub max_temp: Option<f64>,
    /// From which share of the probability to choose: 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 0.0, max = 1.0)))]
    pub top_p: Option<f64>,
    /// The least probability a token must have: 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 0.0, max = 1.0)))]
    pub min_p: Option<f64>,
    /// From how many of the most probable tokens to choose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
    /// Where chance begins: at least 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub seed: Option<u32>,
    /// How many answers to write; each is charged for. Venice's default is 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub n: Option<u32>,
    /// Texts to stop before, at most 4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<Stop>,
    /// Tokens to stop before, by their numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stop_token_ids: Vec<u32>,
    /// How to think.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<Reasoning>,
    /// How much to think; goes before `reasoning.effort`. Models differ in what they take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning_effort: Option<ReasoningEffort>,
    /// How many words to make.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verbosity: Option<Verbosity>,
    /// The older place of `verbosity`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<TextOptions>,
    /// The shape of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_format: Option<ResponseFormat>,
    /// Tools the model may call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<Tool>,
    /// Which tool to call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_choice: Option<ToolChoice>,
    /// Whether several tools may be called at once. Venice's default is yes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parallel_tool_calls: Option<bool>,
    /// Models that answer where this one refuses, at most 10; only some providers heed it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(length(max = 10)))]
    pub fallbacks: Vec<Fallback>,
    /// What only Venice offers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venice_parameters: Option<VeniceParameters>,
    /// Names the conversation, so that its beginning is found again and charged less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt_cache_key: Option<String>,
    /// How long a provider keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt_cache_retention: Option<CacheRetention>,
    /// Whether the answer comes as it is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<bool>,
    /// What comes with a stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_options: Option<StreamOptions>,
    /// What else the answer should include, in other makers' terms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<String>,
    /// Notes on the request.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// Taken for the sake of other programs, and not used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<bool>,
    /// Taken for the sake of other programs, and not used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
}

debug_without_words!(CreateChatCompletion {
    model,
    messages,
    max_completion_tokens,
    temperature,
    n,
    reasoning_effort,
    tools,
    venice_parameters,
    stream
});

impl CreateChatCompletion {
    /// Asks a model for what comes next.
    pub fn new(model: impl Into<String>, messages: Vec<Message>) -> Self {
        Self {
            model: model.into(),
            messages,
            frequency_penalty: None,
            presence_penalty: None,
            repetition_penalty: None,
            logprobs: None,
            top_logprobs: None,
            max_completion_tokens: None,
            max_tokens: None,
            temperature: None,
            min_temp: None,
            max_temp: None,
            top_p: None,
            min_p: None,
            top_k: None,
            seed: None,
            n: None,
            stop: None,
            stop_token_ids: Vec::new(),
            reasoning: None,
            reasoning_effort: None,
            verbosity: None,
            text: None,
            response_format: None,
            tools: Vec::new(),
            tool_choice: None,
            parallel_tool_calls: None,
            fallbacks: Vec::new(),
            venice_parameters: None,
            prompt_cache_key: None,
            prompt_cache_retention: None,
            stream: None,
            stream_options: None,
            include: Vec::new(),
            metadata: BTreeMap::new(),
            store: None,
            user: None,
        }
    }

    setters! {
        /// How much to avoid words by how often they were used.
        frequency_penalty: f64;
        /// How much to avoid words that were used at all.
        presence_penalty: f64;
        /// How much to avoid repetition.
        repetition_penalty: f64;
        /// Whether to tell how probable the words were.
        logprobs: bool;
        /// How many of the most probable tokens to tell for each.
        top_logprobs: u32;
        /// The most tokens to write.
        max_completion_tokens: u32;
        /// How freely to choose words.
        temperature: f64;
        /// From which share of the probability to choose.
        top_p: f64;
        /// The least probability a token must have.
        min_p: f64;
        /// From how many of the most probable tokens to choose.
        top_k: u32;
        /// Where chance begins.
        seed: u32;
        /// How many answers to write.
        n: u32;
        /// Texts to stop before.
        stop: Stop;
        /// How to think.
        reasoning: Reasoning;
        /// How much to think.
        reasoning_effort: ReasoningEffort;
        /// How many words to make.
        verbosity: Verbosity;
        /// The shape of the answer.
        response_format: ResponseFormat;
        /// Which tool to call.
        tool_choice: ToolChoice;
        /// What only Venice offers.
        venice_parameters: VeniceParameters;
        /// Names the conversation.
        prompt_cache_key: String;
        /// How long a provider keeps it.
        prompt_cache_retention: CacheRetention;
        /// What comes with a stream.
        stream_options: StreamOptions;
    }

    /// Tools the model may call.
    #[must_use]
    pub fn tools(mut self, tools: Vec<Tool>) -> Self {
        self.tools = tools;
        self
    }

    /// The same request, to be answered as the answer is written and with its tokens counted at the end, unless
    /// `stream_options` says otherwise.
    #[must_use]
    pub fn streamed(mut self) -> Self {
        self.stream = Some(true);
        self.stream_options = self.stream_options.or(Some(StreamOptions { include_usage: Some(true) }));
        self
    }

    pub(crate) fn check(&self) -> Result<()> {
        let invalid = |field, reason| Err(Error::invalid_input(field, reason).of(&CREATE_CHAT_COMPLETION));
        if self.messages.is_empty() {
            return invalid("messages", "is empty");
        }
        if matches!(&self.stop, Some(Stop::Any(texts)) if texts.is_empty() || texts.len() > MOST_STOPS) {
            return invalid("stop", "has none or more than 4 texts");
        }
        if self.fallbacks.len() > MOST_FALLBACKS {
            return invalid("fallbacks", "has more than 10 models");
        }
        self.messages.iter().try_for_each(Message::check)
    }
}

impl Request for CreateChatCompletion {
    type Answer = ChatCompletion;

    const OPERATION: Operation = CREATE_CHAT_COMPLETION;

    fn call(&self) -> Result<Call> {
        self.check()?;
        Call::json(CREATE_CHAT_COMPLETION, self)
    }

    /// Reads a stream too, which may lack its last line where all it is about has come.
    fn read(receipt: &Receipt, content_type: Option<&str>, body: Bytes) -> Result<ChatCompletion> {
        if content_type == Some("text/event-stream") {
            ChatCompletion::from_events(&body, &receipt.redaction)
        } else {
            ChatCompletion::from_json(&body, content_type, &receipt.redaction)
        }
    }

    fn answer_id(answer: &ChatCompletion) -> Option<&str> {
        answer.id.as_deref()
    }
}

impl Client {
    /// What comes next in a conversation.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/chat/completions>.
    pub async fn create_chat_completion(
        &self,
        request: &CreateChatCompletion,
    ) -> Result<Answer<ChatCompletion>> {
        self.send(request).await
    }
}
