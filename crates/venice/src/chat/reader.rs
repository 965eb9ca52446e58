use std::collections::{BTreeMap, VecDeque};

use super::answer::FinishReason;
use super::delta::{ChatDelta, Chunk, ChunkChoice};
use super::thinking::{Stretch, Thinking};
use crate::auth::Redaction;
use crate::errors::{Error, Result};
use crate::events::{Feed, Flow, unreadable};
use crate::operation::CREATE_CHAT_COMPLETION;
use crate::sse::Parser;
use crate::tee::EncryptedSession;

/// Reads the body of a streamed answer, which is pushed into it as it arrives.
///
/// ```
/// use venice::chat::{Accumulator, ChatDeltas};
///
/// let body = [
///     r#"data: {"id":"c1","choices":[{"index":0,"delta":{"content":"Al"#,
///     "gae.\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
/// ];
/// let (mut deltas, mut answer) = (ChatDeltas::new(), Accumulator::default());
/// for bytes in body {
///     deltas.push(bytes.as_bytes());
///     while let Some(delta) = deltas.next_delta() {
///         answer.push(delta?);
///     }
/// }
/// deltas.finish();
/// assert!(deltas.next_delta().is_none());
/// assert_eq!(answer.into_completion().text(), "Algae.");
/// # Ok::<(), venice::Error>(())
/// ```
pub struct ChatDeltas {
    feed: Feed<ChatDelta>,
    decoder: Decoder,
}

impl std::fmt::Debug for ChatDeltas {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChatDeltas").field("feed", &self.feed).finish_non_exhaustive()
    }
}

impl Default for ChatDeltas {
    fn default() -> Self {
        Self::new()
    }
}

impl ChatDeltas {
    /// A reader for an answer whose events have at most [`Parser::LARGEST_EVENT`] bytes.
    pub fn new() -> Self {
        Self::with_parser(Parser::default(), None)
    }

    /// A reader for an answer whose events have at most `limit` bytes.
    pub fn with_limit(limit: usize) -> Self {
        Self::with_parser(Parser::with_limit(limit), None)
    }

    /// A reader for an encrypted answer.
    pub fn encrypted(session: &EncryptedSession) -> Self {
        Self::with_parser(Parser::default(), Some(session.clone()))
    }

    fn with_parser(parser: Parser, session: Option<EncryptedSession>) -> Self {
        let decoder = Decoder { started: None, choices: BTreeMap::new(), session };
        Self { feed: Feed::new(CREATE_CHAT_COMPLETION, parser), decoder }
    }

    /// Takes out of the server's errors what was sent in secret.
    pub(super) fn redacted(mut self, redaction: Redaction) -> Self {
        self.feed.redact(redaction);
        self
    }

    /// Takes the next bytes of the body.
    pub fn push(&mut self, bytes: &[u8]) {
        self.feed.push(bytes, |kind, data, deltas| self.decoder.decode(kind, data, deltas));
        self.flush_at_end();
    }

    /// Takes the end of the body. Where it came before the last event, the last thing read is an error of the kind
    /// [`Cut`](crate::ErrorKind::Cut).
    pub fn finish(&mut self) {
        let was_over = self.feed.is_over();
        self.feed.finish(|kind, data, deltas| self.decoder.decode(kind, data, deltas));
        if !was_over {
            self.flush_at_end();
        }
    }

    /// What is new in the bytes that were pushed; `None` until more are pushed. After an error nothing comes.
    ///
    /// # Errors
    ///
    /// [`BrokenOff`](crate::ErrorKind::BrokenOff) for an error of the server's,
    /// [`UnexpectedBody`](crate::ErrorKind::UnexpectedBody) for an event that can't be read,
    /// [`TooLarge`](crate::ErrorKind::TooLarge) for one beyond the limit,
    /// [`NotDecrypted`](crate::ErrorKind::NotDecrypted) for one that isn't encrypted as it should be.
    pub fn next_delta(&mut self) -> Option<Result<ChatDelta>> {
        self.feed.next_item()
    }

    /// Whether the last event has come.
    pub fn is_done(&self) -> bool {
        self.feed.is_done()
    }

    pub(super) fn is_encrypted(&self) -> bool {
        self.decoder.session.is_some()
    }

    /// Hands over what was held back, once nothing can follow.
    fn flush_at_end(&mut self) {
        if self.feed.is_over() {
            let mut left = VecDeque::new();
            self.decoder.flush(&mut left);
            for delta in left {
                self.feed.append(delta);
            }
        }
    }
}

/// Makes deltas of events.
struct Decoder {
    /// What was told of the answer last.
    started: Option<(Option<String>, Option<String>)>,
    choices: BTreeMap<u32, Thinking>,
    session: Option<EncryptedSession>,
}

impl Decoder {
    fn decode(&mut self, kind: &str, data: &str, deltas: &mut VecDeque<ChatDelta>) -> Flow {
        let Ok(chunk) = serde_json::from_str::<Chunk>(data) else {
            return if kind == "error" { Flow::BrokenOff(data.to_owned()) } else { unreadable() };
        };
        if kind == "error" || chunk.error.as_ref().is_some_and(|error| !error.is_null()) {
            return Flow::BrokenOff(data.to_owned());
        }
        let Chunk { id, model, created, choices, usage, cost, venice_parameters, citations, error: _ } =
            chunk;
        let told = (id, model);
        if told != (None, None) && self.started.as_ref() != Some(&told) {
            let (id, model) = told.clone();
            self.started = Some(told);
            deltas.push_back(ChatDelta::Started { id, model, created });
        }
        let mut found = citations;
        if let Some(mut parameters) = venice_parameters {
            found.append(&mut parameters.web_search_citations);
            deltas.push_back(ChatDelta::Applied { parameters });
        }
        if !found.is_empty() {
            deltas.push_back(ChatDelta::Citations { citations: found });
        }
        for choice in choices {
            if let Err(error) = self.choice(choice, deltas) {
                return Flow::Failed(error);
            }
        }
        deltas.extend(usage.map(|usage| ChatDelta::Usage { usage }));
        deltas.extend(cost.map(|cost| ChatDelta::Cost { cost }));
        Flow::On
    }

    fn choice(&mut self, written: ChunkChoice, deltas: &mut VecDeque<ChatDelta>) -> Result<()> {
        let ChunkChoice { index, delta, finish_reason, stop_reason, logprobs } = written;
        let (content, reasoning) = (self.opened(delta.content)?, self.opened(delta.reasoning_content)?);
        if self.session.is_some() && !delta.tool_calls.is_empty() {
            return Err(not_decrypted("calls a tool, which no encrypted answer does"));
        }
        let thinking = self.choices.entry(index).or_default();
        if !reasoning.is_empty() {
            thinking.separate(|stretch| deltas.push_back(of_stretch(index, stretch)));
            deltas.push_back(ChatDelta::Reasoning { choice: index, text: reasoning });
        }
        thinking.push(&content, |stretch| deltas.push_back(of_stretch(index, stretch)));
        if !delta.reasoning_details.is_empty() {
            deltas.push_back(ChatDelta::ReasoningDetails { choice: index, details: delta.reasoning_details });
        }
        let signature = delta.thought_signature;
        deltas.extend(signature.map(|signature| ChatDelta::ThoughtSignature { choice: index, signature }));
        for (place, call) in delta.tool_calls.into_iter().enumerate() {
            deltas.push_back(ChatDelta::ToolCall { choice: index, call: call.into_delta(place) });
        }
        deltas.extend(logprobs.map(|logprobs| ChatDelta::LogProbs { choice: index, logprobs }));
        if let Some(reason) = finish_reason {
            thinking.finish(|stretch| deltas.push_back(of_stretch(index, stretch)));
            deltas.push_back(finished(index, reason, stop_reason));
        }
        Ok(())
    }

    /// The text of a field, decrypted where the conversation is.
    fn opened(&self, text: String) -> Result<String> {
        match &self.session {
            Some(session) => session.open(text),
            None => Ok(text),
        }
    }

    fn flush(&mut self, deltas: &mut VecDeque<ChatDelta>) {
        for (index, thinking) in &mut self.choices {
            thinking.finish(|stretch| deltas.push_back(of_stretch(*index, stretch)));
        }
    }
}

fn not_decrypted(reason: &'static str) -> Error {
    Error::new(crate::errors::ErrorKind::NotDecrypted { reason })
}

fn of_stretch(choice: u32, stretch: Stretch<'_>) -> ChatDelta {
    match stretch {
        Stretch::Thought(text) => ChatDelta::Reasoning { choice, text: text.to_owned() },
        Stretch::Answer(text) => ChatDelta::Content { choice, text: text.to_owned() },
    }
}

fn finished(choice: u32, reason: FinishReason, stop_reason: Option<FinishReason>) -> ChatDelta {
    ChatDelta::Finished { choice, reason, stop_reason }
}
