use std::collections::VecDeque;

use super::answer::Response;
use super::event::ResponseEvent;
use super::reader::{ResponseAccumulator, ResponseEvents};
use super::request::CreateResponse;
use crate::body::Body;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::operation::CREATE_RESPONSE;
use crate::receipt::{Answer, Receipt};

/// An answer as it is written.
///
/// It keeps what arrived: after an error [`ResponseStream::so_far`] has all that is good.
#[derive(Debug)]
pub struct ResponseStream {
    body: Body,
    events: ResponseEvents,
    /// For servers that answer with the whole at once.
    whole: VecDeque<ResponseEvent>,
    arrived: ResponseAccumulator,
    /// What the body failed with, to be told after what it still brought.
    failure: Option<Error>,
    is_over: bool,
}

impl ResponseStream {
    async fn new(mut body: Body, largest_answer: u64) -> Result<Self> {
        let content_type = body.content_type().map(str::to_owned);
        let redaction = body.receipt().redaction.clone();
        let mut whole = VecDeque::new();
        let is_events = content_type.as_deref().is_none_or(|kind| kind == "text/event-stream");
        if !is_events {
            let bytes = body.read_to_end(largest_answer).await?;
            let read = Response::from_json(&bytes, content_type.as_deref(), &redaction);
            let response = read.map_err(|error| known(&body, error))?;
            whole.push_back(ResponseEvent::Completed { response });
        }
        let (events, arrived) = (ResponseEvents::new().redacted(redaction), ResponseAccumulator::default());
        Ok(Self { body, events, whole, arrived, failure: None, is_over: !is_events })
    }

    /// What is new, or `None` at the end.
    ///
    /// # Errors
    ///
    /// Those of [`ResponseEvents::next_event`], and where the body ended early those of [`Body::chunk`].
    pub async fn next(&mut self) -> Result<Option<ResponseEvent>> {
        loop {
            match self.whole.pop_front().map(Ok).or_else(|| self.events.next_event()) {
                Some(Ok(event)) => {
                    self.arrived.push(event.clone());
                    return Ok(Some(event));
                }
                // The body knows better why it ended.
                Some(Err(error)) => return Err(self.failure.take().unwrap_or(known(&self.body, error))),
                None if self.is_over || self.events.is_done() => return Ok(None),
                None => {}
            }
            match self.body.chunk().await {
                Ok(Some(bytes)) => self.events.push(&bytes),
                ended => {
                    self.failure = ended.err();
                    self.is_over = true;
                    self.events.finish();
                }
            }
        }
    }

    /// Reads on to the end.
    ///
    /// # Errors
    ///
    /// Those of [`ResponseStream::next`].
    pub async fn collect(mut self) -> Result<Answer<Response>> {
        while self.next().await?.is_some() {}
        let receipt = self.receipt();
        Ok(Answer { value: self.arrived.into_response(), receipt })
    }

    /// What arrived so far, put together.
    pub fn so_far(&self) -> Response {
        self.arrived.response()
    }

    /// What the answer says of itself, with its id once that has come.
    pub fn receipt(&self) -> Receipt {
        let mut receipt = self.body.receipt().clone();
        receipt.answer_id = self.arrived.id().map(str::to_owned);
        receipt
    }
}

fn known(body: &Body, error: Error) -> Error {
    error.of(&CREATE_RESPONSE).with_request_id(body.receipt().cf_ray.as_deref())
}

impl Client {
    /// An answer in items, as it is written.
    ///
    /// The request is sent as [`CreateResponse::streamed`].
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/responses>.
    pub async fn stream_response(&self, request: &CreateResponse) -> Result<ResponseStream> {
        let body = self.open(&request.clone().streamed()).await?;
        ResponseStream::new(body, self.0.largest_answer).await
    }
}
