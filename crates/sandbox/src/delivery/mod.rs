//! How an answer leaves: compressed, late, cut, lost or garbled.

mod flow;

use std::time::Duration;

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Response, header},
};
use bytes::Bytes;

use crate::{
    answer::{Answer, Chunk, Content, Streamed},
    chance::Chance,
    compression::Encoding,
    faults::FaultKind,
};

/// Marks a response whose connection is to close without a byte.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Severed;

/// A response that tells the connection to close instead.
pub(crate) fn severed() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(Severed);
    response
}

pub(crate) async fn deliver(
    mut answer: Answer,
    accepted: &str,
    fault: Option<FaultKind>,
    mut chance: Chance,
) -> Response<Body> {
    if fault == Some(FaultKind::LostAnswer) {
        return severed();
    }
    if let Content::Whole(body) = &mut answer.content {
        if fault == Some(FaultKind::Garbage) {
            *body = noise(body.len().clamp(64, 65_536), &mut chance);
        }
        if answer.content_type.starts_with("application/json")
            && let Some(encoding) = Encoding::accepted(accepted)
            && let Some(compressed) = encoding.compress(body).await
        {
            *body = compressed;
            answer.set("content-encoding", encoding.name());
            answer.set("vary", "accept-encoding");
        }
    }
    let (body, length) = match answer.content {
        Content::Whole(body) if !in_parts(fault) => {
            let length = body.len() as u64;
            (Body::from(body), Some(length))
        }
        Content::Whole(body) => flow::body(parts(body), answer.content_type, fault, chance),
        Content::Streamed(stream) => flow::body(stream, answer.content_type, fault, chance),
    };
    let mut response = Response::new(body);
    *response.status_mut() = answer.status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    if let Some(length) = length {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    for (name, value) in answer.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.append(HeaderName::from_static(name), value);
        }
    }
    response
}

/// Whether a whole body meets a fault that strikes within it.
fn in_parts(fault: Option<FaultKind>) -> bool {
    match fault {
        Some(FaultKind::CutBody | FaultKind::StopWithoutDone | FaultKind::ErrorInStream) => true,
        Some(FaultKind::Latency { between, .. }) => !between.is_zero(),
        _ => false,
    }
}

/// A whole body in 64 parts.
fn parts(mut body: Bytes) -> Streamed {
    let length = body.len();
    let part = length.div_ceil(64).max(1);
    let mut chunks = Vec::with_capacity(64);
    while !body.is_empty() {
        chunks.push(Chunk { wait: Duration::ZERO, bytes: body.split_to(part.min(body.len())) });
    }
    Streamed::of(chunks).of_length(length as u64)
}

fn noise(length: usize, chance: &mut Chance) -> Bytes {
    std::iter::repeat_with(|| chance.next().to_le_bytes()).flatten().take(length).collect()
}
