//! A request, put together so that it can be sent more than once.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::Value;

use crate::auth::Authorization;
use crate::client::Shared;
use crate::errors::{Error, Result};
use crate::file::{self, Content, FilePart, MARK};
use crate::operation::{Method, Operation};

/// Bytes of a file that are read at once; a multiple of three, so that base64 of pieces can be put together.
const PIECE: usize = 192 * 1024;
/// What may stand in one step of a path as it is.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// One call of an operation.
pub struct Call {
    pub(crate) operation: Operation,
    path: String,
    query: Vec<(&'static str, String)>,
    pub(crate) headers: HeaderMap,
    payload: Payload,
    /// An error of HTTP that is the answer here.
    pub(crate) answered_by: Option<u16>,
}

enum Payload {
    Empty,
    Json(Bytes),
    /// JSON whose files are read from disk while it is sent.
    LargeJson(Vec<Piece>),
    Multipart {
        fields: Vec<(String, String)>,
        files: Vec<FilePart>,
    },
}

enum Piece {
    Text(Bytes),
    Base64(Content),
}

impl Call {
    fn new(operation: Operation, payload: Payload) -> Self {
        let path = operation.path.to_owned();
        Self { operation, path, query: Vec::new(), headers: HeaderMap::new(), payload, answered_by: None }
    }

    /// A call without a body.
    pub(crate) fn empty(operation: Operation) -> Self {
        Self::new(operation, Payload::Empty)
    }

    pub(crate) fn json(operation: Operation, body: &impl Serialize) -> Result<Self> {
        let (json, files) = file::written_as_json(|| serde_json::to_vec(body));
        let json =
            json.map_err(|_| Error::invalid_input("the request", "can't be written as JSON").of(&operation))?;
        let payload = if files.is_empty() {
            Payload::Json(json.into())
        } else {
            let mut files = files.into_iter();
            let mut pieces = Vec::new();
            // A NUL is written as an escape, so the mark is found as it is written.
            let mark = MARK.replace('\0', "\\u0000");
            let json = String::from_utf8_lossy(&json);
            for (place, text) in json.split(&mark).enumerate() {
                if place > 0
                    && let Some((path, size)) = files.next()
                {
                    pieces.push(Piece::Base64(Content::Path { path, size }));
                }
                pieces.push(Piece::Text(Bytes::from(text.to_owned())));
            }
            Payload::LargeJson(pieces)
        };
        Ok(Self::new(operation, payload))
    }

    /// A form with files; the fields are those of the JSON form, each written as text.
    pub(crate) fn multipart(
        operation: Operation,
        body: &impl Serialize,
        files: Vec<FilePart>,
    ) -> Result<Self> {
        for file in &files {
            let header_safe = |text: &str| !text.is_empty() && !text.chars().any(char::is_control);
            if !header_safe(&file.name) {
                return Err(Error::invalid_input(file.field, "has no usable file name").of(&operation));
            }
            // The part is made again for each attempt, so its type is tried here.
            if reqwest::multipart::Part::bytes(Vec::new()).mime_str(&file.content_type).is_err() {
                return Err(Error::invalid_input(file.field, "has no valid content type").of(&operation));
            }
        }
        let Ok(Value::Object(fields)) = file::written_as_form(|| serde_json::to_value(body)) else {
            return Err(Error::invalid_input("the request", "can't be written as a form").of(&operation));
        };
        let fields = fields
            .into_iter()
            .filter(|(name, _)| files.iter().all(|file| file.field != name))
            .filter_map(|(name, value)| match value {
                Value::Null => None,
                Value::String(text) => Some((name, text)),
                other => Some((name, other.to_string())),
            })
            .collect();
        Ok(Self::new(operation, Payload::Multipart { fields, files }))
    }

    /// Adds a value to the query, where there is one.
    pub(crate) fn query(mut self, name: &'static str, value: Option<impl ToString>) -> Self {
        self.query.extend(value.map(|value| (name, value.to_string())));
        self
    }

    /// Puts a value in the place of `{name}` in the path.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::InvalidInput`] for a value that would be no step of a path.
    pub(crate) fn path(mut self, name: &'static str, value: &str) -> Result<Self> {
        if value.is_empty() || value == "." || value == ".." {
            return Err(Error::invalid_input(name, "can't stand in an address").of(&self.operation));
        }
        let value = utf8_percent_encode(value, IN_PATH).to_string();
        self.path = self.path.replace(&format!("{{{name}}}"), &value);
        Ok(self)
    }

    /// Adds a header; a secret one is never shown.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::InvalidInput`] for a value that isn't fit for a header.
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Result<Self> {
        let mut value = HeaderValue::from_str(value)
            .map_err(|_| Error::invalid_input(name, "isn't fit for a header").of(&self.operation))?;
        value.set_sensitive(true);
        self.headers.insert(HeaderName::from_static(name), value);
        Ok(self)
    }

    /// Takes an answer with this status for a good one.
    pub(crate) fn answered_by(mut self, status: u16) -> Self {
        self.answered_by = Some(status);
        self
    }

    /// The size of the body in bytes, without what a form adds to it.
    pub(crate) fn body_size(&self) -> u64 {
        match &self.payload {
            Payload::Empty => 0,
            Payload::Json(body) => body.len() as u64,
            Payload::LargeJson(pieces) => pieces.iter().map(Piece::size).sum(),
            Payload::Multipart { files, .. } => files.iter().map(|file| file.content.size()).sum(),
        }
    }

    /// The request for one attempt. Bodies are shared, not copied.
    pub(crate) fn request(
        &self,
        shared: &Shared,
        authorization: Option<&Authorization>,
    ) -> Result<reqwest::RequestBuilder> {
        let mut url = shared.address(&self.path);
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        let method = match self.operation.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut request = shared.http.request(method, url).headers(self.headers.clone());
        if let Some(authorization) = authorization {
            request = request.header(&authorization.name, authorization.value.clone());
        }
        Ok(match &self.payload {
            Payload::Empty => request,
            Payload::Json(body) => request.header(CONTENT_TYPE, "application/json").body(body.clone()),
            Payload::LargeJson(pieces) => {
                let pieces: Vec<_> = pieces.iter().map(Piece::stream).collect();
                request
                    .header(CONTENT_TYPE, "application/json")
                    .header(CONTENT_LENGTH, self.body_size())
                    .body(reqwest::Body::wrap_stream(stream::iter(pieces).flatten()))
            }
            Payload::Multipart { fields, files } => {
                let mut form = reqwest::multipart::Form::new();
                for (name, value) in fields {
                    form = form.text(name.clone(), value.clone());
                }
                for file in files {
                    form = form.part(file.field, part(file).map_err(|error| error.of(&self.operation))?);
                }
                request.multipart(form)
            }
        })
    }
}

impl Piece {
    fn size(&self) -> u64 {
        match self {
            Self::Text(text) => text.len() as u64,
            Self::Base64(content) => content.size().div_ceil(3) * 4,
        }
    }

    fn stream(&self) -> BoxStream<'static, std::io::Result<Bytes>> {
        match self {
            Self::Text(text) => stream::once(std::future::ready(Ok(text.clone()))).boxed(),
            Self::Base64(content) => {
                content.stream().map(|piece| piece.map(|piece| Bytes::from(STANDARD.encode(piece)))).boxed()
            }
        }
    }
}

impl Content {
    fn stream(&self) -> BoxStream<'static, std::io::Result<Bytes>> {
        match self {
            Self::Bytes(bytes) => stream::once(std::future::ready(Ok(bytes.clone()))).boxed(),
            Self::Path { path, size } => file::pieces(path, *size, PIECE).boxed(),
        }
    }
}

fn part(file: &FilePart) -> Result<reqwest::multipart::Part> {
    let body = match &file.content {
        Content::Bytes(bytes) => reqwest::Body::from(bytes.clone()),
        content @ Content::Path { .. } => reqwest::Body::wrap_stream(content.stream()),
    };
    reqwest::multipart::Part::stream_with_length(body, file.content.size())
        .file_name(file.name.clone())
        .mime_str(&file.content_type)
        .map_err(|_| Error::invalid_input(file.field, "has no valid content type"))
}
