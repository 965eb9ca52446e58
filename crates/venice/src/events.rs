//! Answers that come as a stream of events, each a piece of JSON.

use std::collections::VecDeque;

use crate::auth::Redaction;
use crate::errors::{ApiError, Error, ErrorKind, Result};
use crate::operation::Operation;
use crate::sse::{Event, EventTooLarge, Parser};

/// What ends a stream.
const DONE: &str = "[DONE]";

/// How a stream goes on after an event.
pub(crate) enum Flow {
    /// More may come.
    On,
    /// It was the last event, by what it said.
    Done,
    /// It breaks off with this error.
    Failed(Error),
    /// It breaks off with an error of the server's, which is read from this.
    BrokenOff(String),
}

/// Reads the events of a stream, by what `decode` makes of each, and tells whether it ended as it should.
#[derive(Debug)]
pub(crate) struct Feed<T> {
    operation: Operation,
    redaction: Redaction,
    parser: Parser,
    received: u64,
    state: State,
    decoded: VecDeque<T>,
    failure: Option<Error>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Done,
    Failed,
}

impl<T> Feed<T> {
    pub(crate) fn new(operation: Operation, parser: Parser) -> Self {
        let (redaction, decoded) = (Redaction::default(), VecDeque::new());
        Self { operation, redaction, parser, received: 0, state: State::Open, decoded, failure: None }
    }

    /// Takes out of the server's errors what was sent in secret.
    pub(crate) fn redact(&mut self, redaction: Redaction) {
        self.redaction = redaction;
    }

    /// Takes the next bytes of the body.
    pub(crate) fn push(
        &mut self,
        bytes: &[u8],
        mut decode: impl FnMut(&str, &str, &mut VecDeque<T>) -> Flow,
    ) {
        self.received += bytes.len() as u64;
        let mut parser = std::mem::take(&mut self.parser);
        let result = parser.push(bytes, |event| self.take(&event, &mut decode));
        self.parser = parser;
        self.too_large(result);
    }

    /// Takes the end of the body, which should have come after the last event.
    pub(crate) fn finish(&mut self, mut decode: impl FnMut(&str, &str, &mut VecDeque<T>) -> Flow) {
        let result = std::mem::take(&mut self.parser).finish(|event| self.take(&event, &mut decode));
        self.too_large(result);
        if self.state == State::Open {
            self.fail(self.cut());
        }
    }

    /// The next of what was decoded; after it, once, what the stream failed with.
    pub(crate) fn next_item(&mut self) -> Option<Result<T>> {
        self.decoded.pop_front().map(Ok).or_else(|| self.failure.take().map(Err))
    }

    /// Adds something at the end of what was decoded.
    pub(crate) fn append(&mut self, item: T) {
        self.decoded.push_back(item);
    }

    /// Whether the last event has come.
    pub(crate) fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// Whether nothing more will be decoded.
    pub(crate) fn is_over(&self) -> bool {
        self.state != State::Open
    }

    /// The stream ended before its last event.
    pub(crate) fn cut(&self) -> Error {
        Error::new(ErrorKind::Cut { received: self.received, expected: None }).of(&self.operation)
    }

    fn take(&mut self, event: &Event<'_>, decode: &mut impl FnMut(&str, &str, &mut VecDeque<T>) -> Flow) {
        let data = event.data.trim();
        if self.state != State::Open || data.is_empty() {
            return;
        }
        if data == DONE {
            self.state = State::Done;
            return;
        }
        match decode(&event.kind, data, &mut self.decoded) {
            Flow::On => {}
            Flow::Done => self.state = State::Done,
            // The end of the stream says more than an event that was torn by it.
            Flow::Failed(_) if !event.is_terminated => {}
            Flow::BrokenOff(data)
                if !event.is_terminated && serde_json::from_str::<serde::de::IgnoredAny>(&data).is_err() => {}
            Flow::Failed(error) => self.fail(error),
            Flow::BrokenOff(data) => {
                let error = ApiError::within_answer(data.as_bytes(), &self.redaction);
                self.fail(Error::new(ErrorKind::BrokenOff(Box::new(error))));
            }
        }
    }

    fn too_large(&mut self, result: Result<(), EventTooLarge>) {
        if let Err(EventTooLarge { limit }) = result {
            self.fail(Error::new(ErrorKind::TooLarge { limit: limit as u64 }));
        }
    }

    fn fail(&mut self, error: Error) {
        if self.state == State::Open {
            self.state = State::Failed;
            self.failure = Some(error.of(&self.operation));
        }
    }
}

/// An event that is none of the operation's.
pub(crate) fn unreadable() -> Flow {
    Flow::Failed(Error::unexpected("an event that can't be read", Some("text/event-stream")))
}
