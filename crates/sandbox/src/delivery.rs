//! How an answer leaves: compressed, late, cut, lost or garbled.

use std::time::Duration;

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Response, header},
};
use bytes::Bytes;
use futures_util::stream;

use crate::{answer::Answer, chance::Chance, compression::Encoding, faults::FaultKind};

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
    chance: Chance,
) -> Response<Body> {
    if fault == Some(FaultKind::LostAnswer) {
        return severed();
    }
    if fault == Some(FaultKind::Garbage) {
        answer.body = noise(answer.body.len().clamp(64, 65_536), chance);
    }
    if answer.content_type.starts_with("application/json")
        && let Some(encoding) = Encoding::accepted(accepted)
        && let Some(body) = encoding.compress(&answer.body).await
    {
        answer.body = body;
        answer.set("content-encoding", encoding.name());
        answer.set("vary", "accept-encoding");
    }
    let length = answer.body.len();
    let body = match fault {
        Some(FaultKind::CutBody) => cut(answer.body.slice(..length / 2)),
        Some(FaultKind::Latency { between, .. }) if !between.is_zero() => slow(answer.body, between),
        _ => Body::from(answer.body),
    };
    let mut response = Response::new(body);
    *response.status_mut() = answer.status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    for (name, value) in answer.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.append(HeaderName::from_static(name), value);
        }
    }
    response
}

fn noise(length: usize, mut chance: Chance) -> Bytes {
    std::iter::repeat_with(|| chance.next().to_le_bytes()).flatten().take(length).collect()
}

/// The first half, then a broken connection.
fn cut(half: Bytes) -> Body {
    Body::from_stream(stream::unfold(Some(half), |left| async move {
        match left {
            Some(half) if !half.is_empty() => Some((Ok(half), Some(Bytes::new()))),
            Some(_) => {
                // What was handed over is sent only while the body is pending.
                tokio::time::sleep(Duration::from_millis(20)).await;
                Some((Err(std::io::Error::from(std::io::ErrorKind::ConnectionAborted)), None))
            }
            None => None,
        }
    }))
}

fn slow(body: Bytes, between: Duration) -> Body {
    let part = body.len().div_ceil(64).max(1);
    Body::from_stream(stream::unfold((body, true), move |(mut left, first)| async move {
        if left.is_empty() {
            return None;
        }
        if !first {
            tokio::time::sleep(between).await;
        }
        let next = left.split_to(part.min(left.len()));
        Some((Ok::<_, std::io::Error>(next), (left, false)))
    }))
}
