use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::answer::Response;
use super::input::{InputItem, ResponseInput};
use super::tools::ResponseTool;
use crate::call::Call;
use crate::chat::{Fallback, MOST_FALLBACKS, Reasoning, ToolChoice, WebSearchMode};
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::operation::{CREATE_RESPONSE, Operation};
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, debug_without_words, setters};

/// The most accounts of X that a search may be limited to.
const MOST_HANDLES: usize = 10;

/// Asks for an answer in items.
///
/// What is left out is Venice's choice.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CreateResponse {
    /// The model's id.
    #[cfg_attr(feature = "schema", schemars(extend("x-model" = "text")))]
    pub model: String,
    /// A text, or the conversation so far.
    pub input: ResponseInput,
    /// What else the answer should include.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<String>,
    /// The most tokens to write: at least 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub max_output_tokens: Option<u32>,
    /// How freely to choose words: 0 to 2. More is freer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 0.0, max = 2.0)))]
    pub temperature: Option<f64>,
    /// From which share of the probability to choose: 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 0.0, max = 1.0)))]
    pub top_p: Option<f64>,
    /// Models that answer where this one refuses, at most 10; only some providers heed it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(length(max = 10)))]
    pub fallbacks: Vec<Fallback>,
    /// How to think.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<Reasoning>,
    /// Tools the model may use.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<ResponseTool>,
    /// Which tool to use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_choice: Option<ToolChoice>,
    /// Whether to search the web first; costs extra.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub web_search: Option<bool>,
    /// Whether the answer comes as it is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<bool>,
    /// What only Venice offers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venice_parameters: Option<ResponseParameters>,
}

debug_without_words!(CreateResponse {
    model,
    input,
    max_output_tokens,
    temperature,
    tools,
    web_search,
    stream
});

/// What only Venice offers for responses, which is less than for chat completions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ResponseParameters {
    /// The slug of a public character to talk with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub character_slug: Option<String>,
    /// Whether an encrypted request is taken as such.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_e2ee: Option<bool>,
    /// Whether to search the web first; costs extra.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_web_search: Option<WebSearchMode>,
    /// Whether to read the addresses in the last message; costs extra.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_web_scraping: Option<bool>,
    /// Whether the answer refers to what was found on the web.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_web_citations: Option<bool>,
    /// Whether Venice's own instructions go before yours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include_venice_system_prompt: Option<bool>,
    /// Whether a stream begins with what was found on the web.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include_search_results_in_stream: Option<bool>,
}

impl CreateResponse {
    /// Asks a model for an answer.
    pub fn new(model: impl Into<String>, input: impl Into<ResponseInput>) -> Self {
        Self {
            model: model.into(),
            input: input.into(),
            include: Vec::new(),
            max_output_tokens: None,
            temperature: None,
            top_p: None,
            fallbacks: Vec::new(),
            reasoning: None,
            tools: Vec::new(),
            tool_choice: None,
            web_search: None,
            stream: None,
            venice_parameters: None,
        }
    }

    setters! {
        /// The most tokens to write.
        max_output_tokens: u32;
        /// How freely to choose words.
        temperature: f64;
        /// From which share of the probability to choose.
        top_p: f64;
        /// How to think.
        reasoning: Reasoning;
        /// Which tool to use.
        tool_choice: ToolChoice;
        /// Whether to search the web first.
        web_search: bool;
        /// What only Venice offers.
        venice_parameters: ResponseParameters;
    }

    /// Tools the model may use.
    #[must_use]
    pub fn tools(mut self, tools: Vec<ResponseTool>) -> Self {
        self.tools = tools;
        self
    }

    /// The same request, to be answered as the answer is written.
    #[must_use]
    pub fn streamed(mut self) -> Self {
        self.stream = Some(true);
        self
    }

    fn check(&self) -> Result<()> {
        let invalid = |field, reason| Err(Error::invalid_input(field, reason).of(&CREATE_RESPONSE));
        let too_many = |tool: &ResponseTool| {
            matches!(tool, ResponseTool::XSearch { allowed_x_handles, excluded_x_handles, .. }
                if allowed_x_handles.len() > MOST_HANDLES || excluded_x_handles.len() > MOST_HANDLES)
        };
        if self.fallbacks.len() > MOST_FALLBACKS {
            return invalid("fallbacks", "has more than 10 models");
        }
        if self.tools.iter().any(too_many) {
            return invalid("tools", "names more than 10 accounts of X");
        }
        match &self.input {
            ResponseInput::Text(_) => Ok(()),
            ResponseInput::Items(items) => items.iter().try_for_each(InputItem::check),
        }
    }
}

impl Request for CreateResponse {
    type Answer = Response;

    const OPERATION: Operation = CREATE_RESPONSE;

    fn call(&self) -> Result<Call> {
        self.check()?;
        Call::json(CREATE_RESPONSE, self)
    }

    /// Reads a stream too.
    fn read(receipt: &Receipt, content_type: Option<&str>, body: Bytes) -> Result<Response> {
        if content_type == Some("text/event-stream") {
            Response::from_events(&body, &receipt.redaction)
        } else {
            Response::from_json(&body, content_type, &receipt.redaction)
        }
    }

    fn answer_id(answer: &Response) -> Option<&str> {
        Some(&answer.id)
    }
}

impl Client {
    /// An answer in items.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/responses>.
    pub async fn create_response(&self, request: &CreateResponse) -> Result<Answer<Response>> {
        self.send(request).await
    }
}
