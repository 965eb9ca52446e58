use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::accumulator::Accumulator;
use super::citations::Citation;
use super::message::{AssistantMessage, Message};
use super::options::AppliedParameters;
use super::reader::ChatDeltas;
use super::thinking;
use super::tools::ToolCall;
use super::usage::{Cost, Usage};
use crate::auth::Redaction;
use crate::errors::{ApiError, Error, ErrorKind, Result};
use crate::lenient;
use crate::open_enum::open_enum;
use crate::operation::CREATE_CHAT_COMPLETION;
use crate::request::debug_without_words;

/// What comes next in a conversation.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
#[non_exhaustive]
pub struct ChatCompletion {
    /// The id of the answer.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub id: Option<String>,
    /// The model that answered.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub model: Option<String>,
    /// When it was asked.
    #[serde(with = "lenient::unix_time")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub created: Option<Timestamp>,
    /// The answers, as many as were asked for.
    #[serde(deserialize_with = "lenient::list")]
    #[cfg_attr(feature = "specta", specta(type = Vec<Choice>))]
    pub choices: Vec<Choice>,
    /// How many tokens it took.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<Usage>))]
    pub usage: Option<Usage>,
    /// What it cost, where that is told.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<Cost>))]
    pub cost: Option<Cost>,
    /// What Venice did of what only Venice offers, and what was found on the web.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<AppliedParameters>))]
    pub venice_parameters: Option<AppliedParameters>,
    /// How probable the words of the conversation were.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<Value>))]
    pub prompt_logprobs: Option<Value>,
}

debug_without_words!(ChatCompletion { id, model, created, choices, usage, cost });

/// One of the answers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
#[non_exhaustive]
pub struct Choice {
    /// Which one, counted from 0.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = u32))]
    pub index: u32,
    /// What the model said.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = AnswerMessage))]
    pub message: AnswerMessage,
    /// Why it ended; `None` where that didn't arrive.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<FinishReason>))]
    pub finish_reason: Option<FinishReason>,
    /// Why the model itself stopped.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<FinishReason>))]
    pub stop_reason: Option<FinishReason>,
    /// How probable its words were.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<LogProbs>))]
    pub logprobs: Option<LogProbs>,
}

/// What the model said.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
#[non_exhaustive]
pub struct AnswerMessage {
    /// Its words, without thoughts.
    #[serde(deserialize_with = "text")]
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub content: String,
    /// What it thought, by whichever way it was told.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub reasoning_content: Option<String>,
    /// The details of its thoughts, to be sent back as they are.
    #[serde(deserialize_with = "lenient::list", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "specta", specta(type = Vec<Value>))]
    pub reasoning_details: Vec<Value>,
    /// The signature of its thoughts, to be sent back as it is.
    #[serde(deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub thought_signature: Option<String>,
    /// The tools it calls.
    #[serde(deserialize_with = "lenient::list", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "specta", specta(type = Vec<ToolCall>))]
    pub tool_calls: Vec<ToolCall>,
}

debug_without_words!(AnswerMessage { tool_calls });

open_enum! {
    /// Why an answer ended.
    pub enum FinishReason {
        /// It was said, or a text to stop before came.
        Stop = "stop",
        /// It reached the most tokens it may have.
        Length = "length",
        /// A tool is to be called.
        ToolCalls = "tool_calls",
        /// A filter let no more through.
        ContentFilter = "content_filter",
    }
}

/// How probable the words of an answer were.
#[derive(Clone, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LogProbs {
    /// Token by token.
    pub content: Vec<TokenLogProbs>,
}

debug_without_words!(LogProbs {});

/// How probable a token was, and what else might have stood there.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct TokenLogProbs {
    /// The token.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub token: String,
    /// The logarithm of its probability.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub logprob: Option<f64>,
    /// Its bytes, where a token isn't a whole character.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<Vec<u8>>))]
    pub bytes: Option<Vec<u8>>,
    /// The most probable ones, itself included.
    #[serde(deserialize_with = "lenient::list")]
    #[cfg_attr(feature = "specta", specta(type = Vec<TokenLogProb>))]
    pub top_logprobs: Vec<TokenLogProb>,
}

debug_without_words!(TokenLogProbs {});

/// How probable a token was.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct TokenLogProb {
    /// The token.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub token: String,
    /// The logarithm of its probability.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub logprob: Option<f64>,
    /// Its bytes, where a token isn't a whole character.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<Vec<u8>>))]
    pub bytes: Option<Vec<u8>>,
}

debug_without_words!(TokenLogProb {});

impl<'de> Deserialize<'de> for LogProbs {
    /// Reads `{content: […]}`, which is what servers send, and the single token that Venice's description has.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut value = Value::deserialize(deserializer)?;
        let tokens = match value.get_mut("content").map(Value::take) {
            Some(Value::Array(tokens)) => tokens,
            _ if value.get("token").is_some() => vec![value],
            _ => Vec::new(),
        };
        let content = tokens.into_iter().filter_map(|token| serde_json::from_value(token).ok()).collect();
        Ok(Self { content })
    }
}

/// Reads the text of content, which may be in parts.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => text,
        Value::Array(parts) => {
            let texts = parts.iter().filter_map(|part| part.as_str().or_else(|| part.get("text")?.as_str()));
            texts.collect()
        }
        _ => String::new(),
    })
}

impl AnswerMessage {
    /// As a message of the conversation, so that it can go on.
    pub fn to_message(&self) -> Message {
        let has_calls = !self.tool_calls.is_empty();
        let content = (!self.content.is_empty() || !has_calls).then(|| self.content.as_str().into());
        Message::Assistant(AssistantMessage {
            content,
            name: None,
            // Models are not to be told their thoughts; those that want them want the details, signed.
            reasoning_content: None,
            reasoning_details: self.reasoning_details.clone(),
            thought_signature: self.thought_signature.clone(),
            tool_calls: self.tool_calls.clone(),
        })
    }

    /// Tells thoughts from the answer, where they stand in it.
    fn split_thoughts(&mut self) {
        if self.reasoning_content.as_ref().is_some_and(|thoughts| !thoughts.is_empty()) {
            return;
        }
        let (thoughts, answer) = thinking::split(&self.content);
        self.reasoning_content = (!thoughts.is_empty()).then_some(thoughts);
        self.content = answer;
    }
}

impl ChatCompletion {
    /// The words of the first answer.
    pub fn text(&self) -> &str {
        self.choices.first().map_or("", |choice| choice.message.content.as_str())
    }

    /// What was found on the web.
    pub fn citations(&self) -> &[Citation] {
        self.venice_parameters.as_ref().map_or(&[], |parameters| &parameters.web_search_citations)
    }

    /// Reads a whole answer.
    pub(super) fn from_json(json: &[u8], content_type: Option<&str>, redaction: &Redaction) -> Result<Self> {
        let unexpected = || Error::unexpected("no chat completion", content_type).of(&CREATE_CHAT_COMPLETION);
        let value: Value = serde_json::from_slice(json).map_err(|_| unexpected())?;
        let is_answer = value.get("choices").is_some_and(Value::is_array) || value.get("usage").is_some();
        if !is_answer && value.get("error").is_some_and(|error| !error.is_null()) {
            let error = Box::new(ApiError::within_answer(json, redaction));
            return Err(Error::new(ErrorKind::BrokenOff(error)).of(&CREATE_CHAT_COMPLETION));
        }
        let mut answer: Self = serde_json::from_value(value).map_err(|_| unexpected())?;
        if !is_answer {
            return Err(unexpected());
        }
        answer.choices.iter_mut().for_each(|choice| choice.message.split_thoughts());
        Ok(answer)
    }

    /// Reads a whole stream.
    pub(super) fn from_events(bytes: &[u8], redaction: &Redaction) -> Result<Self> {
        let mut deltas = ChatDeltas::new().redacted(redaction.clone());
        let mut answer = Accumulator::default();
        deltas.push(bytes);
        deltas.finish();
        while let Some(delta) = deltas.next_delta() {
            match delta {
                Ok(delta) => answer.push(delta),
                Err(error) if matches!(error.kind(), ErrorKind::Cut { .. }) && answer.is_finished() => break,
                Err(error) => return Err(error),
            }
        }
        Ok(answer.into_completion())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<ChatCompletion> {
        ChatCompletion::from_json(json.as_bytes(), Some("application/json"), &Redaction::default())
    }

    #[test]
    fn other_shapes_cost_nothing_but_themselves() {
        let answer = read(
            r#"{"id":7,"created":"now","choices":[
                {"index":0,"message":{"role":"assistant","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}],"tool_calls":null},"finish_reason":"tired","logprobs":null},
                {"index":1,"message":{"content":null,"tool_calls":[{"id":"c","function":{"name":"f","arguments":{"x":1}}},null]},"logprobs":{"token":"a","logprob":-0.5,"top_logprobs":[{"token":"b","logprob":-1}]}}],
                "usage":{"prompt_tokens":3,"completion_tokens_details":null},"cost":{"usd":0.00042,"diem":0},"moon":"full"}"#,
        )
        .unwrap();
        assert_eq!((answer.id.as_deref(), answer.created, answer.text()), (None, None, "ab"));
        assert_eq!(answer.choices[0].finish_reason, Some(FinishReason::Other("tired".into())));
        let call = &answer.choices[1].message.tool_calls;
        assert_eq!(
            (call.len(), call[0].kind.as_str(), call[0].function.arguments.as_str()),
            (1, "function", r#"{"x":1}"#)
        );
        assert_eq!(answer.choices[1].logprobs.as_ref().unwrap().content[0].top_logprobs[0].token, "b");
        assert_eq!(answer.usage.unwrap().prompt_tokens, 3);
        assert_eq!(answer.cost.unwrap().usd.unwrap().to_string(), "0.00042");
    }

    #[test]
    fn thoughts_are_found_where_they_are() {
        let content = |message: &str| {
            let answer = read(&format!(r#"{{"choices":[{{"message":{message}}}]}}"#)).unwrap();
            let message = answer.choices[0].message.clone();
            (message.reasoning_content, message.content)
        };
        let hm = Some("hm".to_owned());
        assert_eq!(content(r#"{"content":"<think>hm</think>\n\nYes."}"#), (hm.clone(), "Yes.".into()));
        assert_eq!(content(r#"{"content":"<think>","reasoning_content":"hm"}"#), (hm, "<think>".into()));
    }

    #[test]
    fn what_is_no_answer_is_an_error() {
        for json in ["", "[]", "{}", "null", "<html>", r#"{"id":"x"}"#] {
            assert_eq!(read(json).unwrap_err().code(), "UNEXPECTED_ANSWER", "{json}");
        }
        let error = read(r#"{"error":{"message":"m","code":"model_overloaded"}}"#).unwrap_err();
        assert_eq!((error.code(), error.fate()), ("MODEL_OVERLOADED", crate::Fate::Unknown));
    }

    #[test]
    fn an_answer_becomes_a_message() {
        let answer = read(
            r#"{"choices":[{"message":{"content":"","reasoning_content":"hm","reasoning_details":[{"type":"x","data":"y","more":1}],
                "tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"},"extra_content":{"signature":"s"}}]}}]}"#,
        )
        .unwrap();
        let message = serde_json::to_value(answer.choices[0].message.to_message()).unwrap();
        let expected = serde_json::json!({"role": "assistant", "reasoning_details": [{"type": "x", "data": "y", "more": 1}],
            "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}, "extra_content": {"signature": "s"}}]});
        assert_eq!(message, expected);
    }
}
