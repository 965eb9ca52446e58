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
    match (kind(headers).as_str(), takes) {
        ("multipart/form-data", Takes::JsonOrForm | Takes::Form) => {
            form(content_type(headers), body, limit).await
        }
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

/// A JSON body of any kind, and its bytes.
pub(crate) async fn value(headers: &HeaderMap, body: Body, limit: usize) -> Result<(Value, Bytes), Refusal> {
    if kind(headers) != "application/json" {
        drain(&mut body.into_data_stream(), MANY_PICTURES).await;
        return Err(Refusal::content_type("application/json"));
    }
    let bytes = collect(body, limit).await?;
    let value = serde_json::from_slice(&bytes);
    Ok((value.map_err(|error| invalid(&format!("The body is not JSON: {error}")))?, bytes))
}

/// Whether a body that need not be there is a JSON object where it is.
pub(crate) async fn is_empty_or_object(body: Body, limit: usize) -> Result<bool, Refusal> {
    let bytes = collect(body, limit).await?;
    Ok(bytes.is_empty() || matches!(serde_json::from_slice(&bytes), Ok(Value::Object(_))))
}

/// The content type without its parameters.
fn kind(headers: &HeaderMap) -> String {
    content_type(headers).split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn content_type(headers: &HeaderMap) -> &str {
    headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
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
    let most = if limit < 1 << 20 { format!("{} KiB", limit >> 10) } else { format!("{} MiB", limit >> 20) };
    Refusal::too_large(format!("The request is too large: at most {most}"))
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
            let mut spool = Spool::default();
            while let Some(chunk) = part.chunk().await.map_err(|_| unreadable())? {
                spool.add(&chunk).await.map_err(|error| unspoolable(&error))?;
            }
            Entry::File(spool.finish(file_name).await.map_err(|error| unspoolable(&error))?)
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

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use futures_util::stream;

    use super::*;
    use crate::answer::Content;

    const FORM: &str = "multipart/form-data; boundary=x";

    fn part(name: &str, file: &str, content: &str) -> String {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{content}\r\n")
    }

    /// Sends `text` in chunks of 1 kB and says how much of it was read.
    async fn sent(
        kind: &'static str,
        text: &str,
        takes: Takes,
        limit: usize,
    ) -> (Result<Fields, Refusal>, usize) {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        let taken = Arc::new(Mutex::new(0));
        let counted = Arc::clone(&taken);
        let chunks: Vec<Bytes> = text.as_bytes().chunks(1000).map(Bytes::copy_from_slice).collect();
        let chunks = stream::iter(chunks).map(move |chunk| {
            *counted.lock().unwrap() += chunk.len();
            Ok::<_, std::io::Error>(chunk)
        });
        let outcome = read(&headers, Body::from_stream(chunks), takes, limit).await;
        let taken = *taken.lock().unwrap();
        (outcome, taken)
    }

    #[tokio::test]
    async fn a_file_comes_with_its_name() {
        let file = "; filename=\"take.flac\"\r\nContent-Type: audio/flac";
        let text = part("file", file, "fLaC") + &part("model", "", "whisper-1") + "--x--\r\n";
        let (fields, _) = sent(FORM, &text, Takes::Form, 10_000).await;
        let mut fields = fields.unwrap();
        let file = fields.file("file").unwrap();
        assert_eq!((file.name.as_str(), file.length), ("take.flac", 4));
        assert_eq!(file.bytes().await.unwrap(), "fLaC");
        assert_eq!(fields.text("model", 1..=20).as_deref(), Some("whisper-1"));
        assert!(fields.finish().is_ok());
    }

    #[tokio::test]
    async fn what_is_too_large_is_read_to_its_end_and_refused() {
        let form = part("file", "; filename=\"a\"", &"a".repeat(20_000)) + "--x--\r\n";
        let json = format!("{{\"a\": \"{}\"}}", "a".repeat(20_000));
        for (kind, text, takes) in [(FORM, form, Takes::Form), ("application/json", json, Takes::Json)] {
            let (refused, read) = sent(kind, &text, takes, 10_000).await;
            assert_eq!(refused.unwrap_err().status, StatusCode::PAYLOAD_TOO_LARGE);
            assert_eq!(read, text.len(), "the refusal must reach who is still sending");
        }
    }

    #[test]
    fn a_limit_is_told_in_a_unit_that_it_fills() {
        let said = |limit| {
            let Content::Whole(body) = too_large(limit).into_answer().content else { return Value::Null };
            serde_json::from_slice::<Value>(&body).unwrap()["error"].take()
        };
        assert_eq!(said(1 << 16), "The request is too large: at most 64 KiB");
        assert_eq!(said(ONE_PICTURE), "The request is too large: at most 36 MiB");
    }

    #[tokio::test]
    async fn only_what_an_operation_takes_is_read() {
        for (kind, takes) in
            [("application/json", Takes::Form), (FORM, Takes::Json), ("text/plain", Takes::JsonOrForm)]
        {
            let (refused, _) = sent(kind, "{}", takes, 10_000).await;
            assert_eq!(refused.unwrap_err().status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        }
        for broken in ["", "--x\r\n", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nhalf"] {
            let (refused, _) = sent(FORM, broken, Takes::Form, 10_000).await;
            assert_eq!(refused.unwrap_err().status, StatusCode::BAD_REQUEST, "{broken:?}");
        }
    }
}
