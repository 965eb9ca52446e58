use std::collections::VecDeque;

use super::accumulator::Accumulator;
use super::answer::ChatCompletion;
use super::delta::{self, ChatDelta};
use super::reader::ChatDeltas;
use super::request::CreateChatCompletion;
use crate::body::Body;
use crate::client::Client;
use crate::errors::{Error, ErrorKind, Result};
use crate::operation::CREATE_CHAT_COMPLETION;
use crate::receipt::{Answer, Receipt};
use crate::tee::EncryptedSession;

/// An answer as it is written.
///
/// It keeps what arrived: after an error [`ChatStream::so_far`] has all that is good.
#[derive(Debug)]
pub struct ChatStream {
    body: Body,
    deltas: ChatDeltas,
    /// For servers that answer with the whole at once.
    whole: VecDeque<ChatDelta>,
    arrived: Accumulator,
    /// What the body failed with, to be told after what it still brought.
    failure: Option<Error>,
    is_over: bool,
}

impl ChatStream {
    async fn new(mut body: Body, deltas: ChatDeltas, largest_answer: u64) -> Result<Self> {
        let content_type = body.content_type().map(str::to_owned);
        let redaction = body.receipt().redaction.clone();
        let mut whole = VecDeque::new();
        let is_events = content_type.as_deref().is_none_or(|kind| kind == "text/event-stream");
        if !is_events {
            let bytes = body.read_to_end(largest_answer).await?;
            let read = ChatCompletion::from_json(&bytes, content_type.as_deref(), &redaction);
            if read.is_ok() && deltas.is_encrypted() {
                let error = Error::new(ErrorKind::NotDecrypted { reason: "didn't come as a stream" });
                return Err(known(&body, error));
            }
            whole = delta::of_completion(read.map_err(|error| known(&body, error))?);
        }
        let (deltas, arrived) = (deltas.redacted(redaction), Accumulator::default());
        Ok(Self { body, deltas, whole, arrived, failure: None, is_over: !is_events })
    }

    /// What is new, or `None` at the end.
    ///
    /// # Errors
    ///
    /// Those of [`ChatDeltas::next_delta`], and where the body ended early those of [`Body::chunk`].
    pub async fn next(&mut self) -> Result<Option<ChatDelta>> {
        loop {
            match self.whole.pop_front().map(Ok).or_else(|| self.deltas.next_delta()) {
                Some(Ok(delta)) => {
                    self.arrived.push(delta.clone());
                    return Ok(Some(delta));
                }
                // The body knows better why it ended.
                Some(Err(error)) => return Err(self.failure.take().unwrap_or(known(&self.body, error))),
                None if self.is_over || self.deltas.is_done() => return Ok(None),
                None => {}
            }
            match self.body.chunk().await {
                Ok(Some(bytes)) => self.deltas.push(&bytes),
                ended => {
                    self.failure = ended.err();
                    self.is_over = true;
                    self.deltas.finish();
                }
            }
        }
    }

    /// Reads on to the end.
    ///
    /// # Errors
    ///
    /// Those of [`ChatStream::next`].
    pub async fn collect(mut self) -> Result<Answer<ChatCompletion>> {
        while self.next().await?.is_some() {}
        let receipt = self.receipt();
        Ok(Answer { value: self.arrived.into_completion(), receipt })
    }

    /// What arrived so far, put together.
    pub fn so_far(&self) -> ChatCompletion {
        self.arrived.completion()
    }

    /// Whether each answer that began has ended.
    pub fn is_finished(&self) -> bool {
        self.arrived.is_finished()
    }

    /// What the answer says of itself, with its id once that has come.
    pub fn receipt(&self) -> Receipt {
        let mut receipt = self.body.receipt().clone();
        receipt.answer_id = self.arrived.id().map(str::to_owned);
        receipt
    }
}

fn known(body: &Body, error: Error) -> Error {
    error.of(&CREATE_CHAT_COMPLETION).with_request_id(body.receipt().cf_ray.as_deref())
}

impl Client {
    /// What comes next in a conversation, as it is written.
    ///
    /// The request is sent as [`CreateChatCompletion::streamed`].
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/chat/completions>.
    pub async fn stream_chat_completion(&self, request: &CreateChatCompletion) -> Result<ChatStream> {
        let body = self.open(&request.clone().streamed()).await?;
        ChatStream::new(body, ChatDeltas::new(), self.0.largest_answer).await
    }

    /// What comes next in an encrypted conversation, as it is written and decrypted.
    ///
    /// See <https://docs.venice.ai/guides/features/tee-e2ee-models>.
    pub async fn stream_encrypted_chat_completion(
        &self,
        request: &CreateChatCompletion,
        session: &EncryptedSession,
    ) -> Result<ChatStream> {
        let body = self.open(&session.encrypt(request)?).await?;
        ChatStream::new(body, ChatDeltas::encrypted(session), self.0.largest_answer).await
    }
}
