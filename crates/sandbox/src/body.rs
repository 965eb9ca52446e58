//! Reading a request's body as the fields it holds: JSON, and where the operation takes it a multipart form.

use axum::{
    body::Body,
    http::{HeaderMap, StatusCode, header},
};
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream};
use serde_json::{Map, Value};

use crate::{
    fields::{Entry, Fields},
    refusal::Refusal,
};

/// What an operation takes as its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    Json,
    JsonOrForm,
}

/// The most that a body of one picture holds: 25 MB in base64, and its other fields.
pub(crate) const ONE_PICTURE: usize = 36 << 20;
/// The most that a body of several pictures holds.
pub(crate) const MANY_PICTURES: usize = 160 << 20;

/// A body that was read.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) fields: Fields,
    /// The JSON object as it was sent; empty for a form.
    pub(crate) echo: Map<String, Value>,
    /// Whether it came as a multipart form.
    pub(crate) form: bool,
}

pub(crate) async fn read(
    headers: &HeaderMap,
    body: Body,
    takes: Takes,
    limit: usize,
) -> Result<Request, Refusal> {
    let content_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let form = kind == "multipart/form-data" && takes == Takes::JsonOrForm;
    if !form && kind != "application/json" {
        drain(body).await;
        return Err(Refusal::content_type(match takes {
            Takes::Json => "application/json",
            Takes::JsonOrForm => "application/json or multipart/form-data",
        }));
    }
    let bytes = collect(body, limit).await?;
    if form {
        let parts = form_parts(content_type, bytes).await?;
        return Ok(Request { fields: Fields::from_form(parts), echo: Map::new(), form });
    }
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(echo)) => Ok(Request { fields: Fields::from_json(echo.clone()), echo, form }),
        Ok(_) => Err(invalid("The body must be a JSON object")),
        Err(error) => Err(invalid(&format!("The body is not JSON: {error}"))),
    }
}

fn invalid(message: &str) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "INVALID_REQUEST", message)
}

/// The whole body. One over the limit is read on for a while, so that the refusal reaches its sender.
async fn collect(body: Body, limit: usize) -> Result<Bytes, Refusal> {
    let mut kept = BytesMut::new();
    let mut seen = 0;
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| invalid("The body ended early"))?;
        seen += chunk.len();
        if seen <= limit {
            kept.extend_from_slice(&chunk);
        } else {
            kept.clear();
            if seen > limit.saturating_mul(4) {
                break;
            }
        }
    }
    if seen > limit {
        return Err(Refusal::too_large(format!("The request is too large: at most {} MB", limit >> 20)));
    }
    Ok(kept.freeze())
}

async fn drain(body: Body) {
    let mut chunks = body.into_data_stream();
    let mut seen = 0;
    while let Some(Ok(chunk)) = chunks.next().await {
        seen += chunk.len();
        if seen > MANY_PICTURES {
            break;
        }
    }
}

async fn form_parts(content_type: &str, bytes: Bytes) -> Result<Vec<(String, Entry)>, Refusal> {
    let boundary = multer::parse_boundary(content_type).map_err(|_| invalid("The form has no boundary"))?;
    let whole = stream::once(async move { Ok::<_, std::io::Error>(bytes) });
    let mut form = multer::Multipart::new(whole, boundary);
    let mut parts = Vec::new();
    loop {
        let part = match form.next_field().await {
            Ok(Some(part)) => part,
            Ok(None) => return Ok(parts),
            Err(_) => return Err(invalid("The form can't be read")),
        };
        let name = part.name().unwrap_or_default().to_owned();
        let is_file = part.file_name().is_some();
        let bytes = part.bytes().await.map_err(|_| invalid("The form can't be read"))?;
        let entry = if is_file {
            Entry::File(bytes)
        } else {
            Entry::Text(
                String::from_utf8(bytes.to_vec()).map_err(|_| invalid("A field of the form is not UTF-8"))?,
            )
        };
        parts.push((name, entry));
    }
}
