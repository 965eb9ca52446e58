//! Reading a request's body as the fields it holds: JSON, or where the operation takes it a multipart form.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use axum::{
    body::{Body, BodyDataStream},
    http::{HeaderMap, StatusCode, header},
};
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use serde_json::Value;

use crate::{
    fields::{Entry, Fields},
    file_part::Spool,
    refusal::Refusal,
};

/// What an operation takes as its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    Json,
    JsonOrForm,
    Form,
}

/// The most that a body of one picture holds: 25 MB in base64, and its other fields.
pub(crate) const ONE_PICTURE: usize = 36 << 20;
/// The most that a body of several pictures holds.
pub(crate) const MANY_PICTURES: usize = 160 << 20;

/// The fields of a body of at most `limit` bytes.
pub(crate) async fn read(
    headers: &HeaderMap,
    body: Body,
    takes: Takes,
    limit: usize,
) -> Result<Fields, Refusal> {
    let content_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match (kind.as_str(), takes) {
        ("multipart/form-data", Takes::JsonOrForm | Takes::Form) => form(content_type, body, limit).await,
        ("application/json", Takes::Json | Takes::JsonOrForm) => json(body, limit).await,
        _ => {
            drain(&mut body.into_data_stream(), MANY_PICTURES).await;
            Err(Refusal::content_type(match takes {
                Takes::Json => "application/json",
                Takes::JsonOrForm => "application/json or multipart/form-data",
                Takes::Form => "multipart/form-data",
            }))
        }
    }
}

async fn json(body: Body, limit: usize) -> Result<Fields, Refusal> {
    let bytes = collect(body, limit).await?;
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(object)) => Ok(Fields::from_json(object)),
        Ok(_) => Err(invalid("The body must be a JSON object")),
        Err(error) => Err(invalid(&format!("The body is not JSON: {error}"))),
    }
}

fn invalid(message: &str) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "INVALID_REQUEST", message)
}

fn too_large(limit: usize) -> Refusal {
    Refusal::too_large(format!("The request is too large: at most {} MB", limit >> 20))
}

/// The whole body. One over the limit is read on for a while, so that the refusal reaches its sender.
async fn collect(body: Body, limit: usize) -> Result<Bytes, Refusal> {
    let mut kept = BytesMut::new();
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| invalid("The body ended early"))?;
        if kept.len() + chunk.len() > limit {
            drain(&mut chunks, limit.saturating_mul(3)).await;
            return Err(too_large(limit));
        }
        kept.extend_from_slice(&chunk);
    }
    Ok(kept.freeze())
}

/// Reads on and forgets, `most` bytes at the most.
async fn drain(chunks: &mut BodyDataStream, most: usize) {
    let mut seen = 0;
    while let Some(Ok(chunk)) = chunks.next().await {
        seen += chunk.len();
        if seen > most {
            break;
        }
    }
}

/// A body that is read up to a limit, and can be read on by whoever holds it too.
#[derive(Clone)]
struct Limited(Arc<Mutex<Reading>>);

struct Reading {
    chunks: BodyDataStream,
    left: usize,
    over: bool,
}

impl Limited {
    /// Reads on after a refusal, so that it reaches the sender; says whether the body was over the limit.
    async fn drained(self, most: usize) -> bool {
        // Nobody else is left to lock it.
        let Some(reading) = Arc::into_inner(self.0) else { return false };
        let mut reading = reading.into_inner().unwrap_or_else(PoisonError::into_inner);
        drain(&mut reading.chunks, most).await;
        reading.over
    }
}

impl Stream for Limited {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut reading = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if reading.over {
            return Poll::Ready(None);
        }
        let next = reading.chunks.poll_next_unpin(context);
        if let Poll::Ready(Some(Ok(chunk))) = &next {
            let Some(left) = reading.left.checked_sub(chunk.len()) else {
                reading.over = true;
                return Poll::Ready(None);
            };
            reading.left = left;
        }
        next
    }
}

async fn form(content_type: &str, body: Body, limit: usize) -> Result<Fields, Refusal> {
    let reading = Reading { chunks: body.into_data_stream(), left: limit, over: false };
    let limited = Limited(Arc::new(Mutex::new(reading)));
    let parts = match multer::parse_boundary(content_type) {
        Ok(boundary) => form_parts(multer::Multipart::new(limited.clone(), boundary)).await,
        Err(_) => Err(invalid("The form has no boundary")),
    };
    match parts {
        Ok(parts) => Ok(Fields::from_form(parts)),
        Err(refusal) => {
            let over = limited.drained(limit.saturating_mul(3)).await;
            Err(if over { too_large(limit) } else { refusal })
        }
    }
}

async fn form_parts(mut form: multer::Multipart<'_>) -> Result<Vec<(String, Entry)>, Refusal> {
    let unreadable = || invalid("The form can't be read");
    let mut parts = Vec::new();
    while let Some(mut part) = form.next_field().await.map_err(|_| unreadable())? {
        let name = part.name().unwrap_or_default().to_owned();
        let entry = if let Some(file_name) = part.file_name().map(str::to_owned) {
            let kind = part.content_type().map(ToString::to_string).unwrap_or_default();
            let mut spool = Spool::default();
            while let Some(chunk) = part.chunk().await.map_err(|_| unreadable())? {
                spool.add(&chunk).await.map_err(|error| unspoolable(&error))?;
            }
            Entry::File(spool.finish(file_name, kind).await.map_err(|error| unspoolable(&error))?)
        } else {
            let bytes = part.bytes().await.map_err(|_| unreadable())?;
            let text = String::from_utf8(bytes.into());
            Entry::Text(text.map_err(|_| invalid("A field of the form is not UTF-8"))?)
        };
        parts.push((name, entry));
    }
    Ok(parts)
}

fn unspoolable(error: &std::io::Error) -> Refusal {
    tracing::error!(%error, "an upload can't be put aside");
    Refusal::broken("UNKNOWN_ERROR", "The sandbox can't put the upload aside")
}
