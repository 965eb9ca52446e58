//! An answer before it is delivered: whole, or a stream of timed parts. Faults can cut either anywhere.

use std::time::Duration;

use axum::http::StatusCode;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream::BoxStream};
use serde_json::Value;

use crate::sse;

/// An answer with its headers.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) content_type: &'static str,
    pub(crate) content: Content,
    pub(crate) headers: Vec<(&'static str, String)>,
}

/// What an answer holds.
#[derive(Debug)]
pub(crate) enum Content {
    Whole(Bytes),
    Streamed(Streamed),
}

/// A part of a streamed answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chunk {
    /// Waited before it is sent.
    pub(crate) wait: Duration,
    pub(crate) bytes: Bytes,
}

/// A stream, and what is known of it beforehand: faults strike in its middle.
pub(crate) struct Streamed {
    pub(crate) chunks: BoxStream<'static, Chunk>,
    /// How many bytes there are, closing included; said as Content-Length.
    pub(crate) length: Option<u64>,
    /// How many chunks there are.
    pub(crate) count: Option<usize>,
    /// What closes it, such as `data: [DONE]`; a stream that stops early goes without.
    pub(crate) closing: Option<Bytes>,
}

impl std::fmt::Debug for Streamed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Streamed")
            .field("length", &self.length)
            .field("count", &self.count)
            .finish_non_exhaustive()
    }
}

impl Streamed {
    pub(crate) fn new(chunks: impl Stream<Item = Chunk> + Send + 'static) -> Self {
        Self { chunks: chunks.boxed(), length: None, count: None, closing: None }
    }

    /// Says how many chunks there will be.
    pub(crate) fn of_count(mut self, count: usize) -> Self {
        self.count = Some(count);
        self
    }

    /// A stream of chunks that are known already.
    pub(crate) fn of(chunks: Vec<Chunk>) -> Self {
        Self { count: Some(chunks.len()), ..Self::new(futures_util::stream::iter(chunks)) }
    }

    pub(crate) fn of_length(mut self, length: u64) -> Self {
        self.length = Some(length);
        self
    }

    pub(crate) fn closing(mut self, bytes: impl Into<Bytes>) -> Self {
        self.closing = Some(bytes.into());
        self
    }
}

impl Answer {
    pub(crate) fn json(status: StatusCode, body: &Value) -> Self {
        Self::new(status, "application/json; charset=utf-8", body.to_string())
    }

    pub(crate) fn ok(body: &Value) -> Self {
        Self::json(StatusCode::OK, body)
    }

    pub(crate) fn bytes(content_type: &'static str, body: Vec<u8>) -> Self {
        Self::new(StatusCode::OK, content_type, body)
    }

    pub(crate) fn new(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self { status, content_type, content: Content::Whole(body.into()), headers: Vec::new() }
    }

    /// An answer whose parts come one after the other.
    pub(crate) fn streamed(content_type: &'static str, stream: Streamed) -> Self {
        Self { status: StatusCode::OK, content_type, content: Content::Streamed(stream), headers: Vec::new() }
    }

    /// Server-Sent Events, each chunk whole events; `[DONE]` closes them.
    pub(crate) fn events(stream: Streamed) -> Self {
        let mut answer = Self::streamed("text/event-stream; charset=utf-8", stream.closing(sse::DONE));
        answer.set("cache-control", "no-cache");
        answer
    }

    /// Adds a header, or replaces it.
    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.into()));
    }
}
