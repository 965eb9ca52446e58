//! A request, put together so that it can be sent more than once.

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::client::Shared;
use crate::errors::{Error, Result};
use crate::operation::{Method, Operation};

/// One call of an operation.
pub(crate) struct Call {
    pub(crate) operation: Operation,
    query: Vec<(&'static str, String)>,
    payload: Payload,
}

enum Payload {
    Empty,
    Json(Bytes),
    Multipart { fields: Vec<(String, String)>, files: Vec<FilePart> },
}

/// A file of a multipart request.
pub(crate) struct FilePart {
    pub(crate) field: &'static str,
    pub(crate) name: String,
    pub(crate) content_type: String,
    pub(crate) bytes: Bytes,
}

impl Call {
    pub(crate) fn get(operation: Operation) -> Self {
        Self { operation, query: Vec::new(), payload: Payload::Empty }
    }

    pub(crate) fn query(mut self, name: &'static str, value: Option<&str>) -> Self {
        self.query.extend(value.map(|value| (name, value.to_owned())));
        self
    }

    pub(crate) fn json(operation: Operation, body: &impl Serialize) -> Result<Self> {
        let body = serde_json::to_vec(body)
            .map_err(|_| Error::invalid_input("the request", "can't be written as JSON").of(&operation))?;
        Ok(Self { operation, query: Vec::new(), payload: Payload::Json(body.into()) })
    }

    /// A form with files; the fields are those of the JSON form, each written as text.
    pub(crate) fn multipart(
        operation: Operation,
        fields: Map<String, Value>,
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
        let fields = fields
            .into_iter()
            .map(|(name, value)| match value {
                Value::String(text) => (name, text),
                other => (name, other.to_string()),
            })
            .collect();
        Ok(Self { operation, query: Vec::new(), payload: Payload::Multipart { fields, files } })
    }

    /// The size of the body, without what a form adds to it.
    pub(crate) fn body_size(&self) -> usize {
        match &self.payload {
            Payload::Empty => 0,
            Payload::Json(body) => body.len(),
            Payload::Multipart { files, .. } => files.iter().map(|file| file.bytes.len()).sum(),
        }
    }

    /// The request for one attempt. Bodies are shared, not copied.
    pub(crate) fn request(&self, shared: &Shared) -> Result<reqwest::RequestBuilder> {
        let mut url = shared.address(self.operation.path);
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        let method = match self.operation.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
        };
        let mut request = shared.http.request(method, url);
        if let Some(authorization) = &shared.authorization {
            request = request.header(reqwest::header::AUTHORIZATION, authorization.clone());
        }
        Ok(match &self.payload {
            Payload::Empty => request,
            Payload::Json(body) => {
                request.header(reqwest::header::CONTENT_TYPE, "application/json").body(body.clone())
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

fn part(file: &FilePart) -> Result<reqwest::multipart::Part> {
    reqwest::multipart::Part::stream_with_length(file.bytes.clone(), file.bytes.len() as u64)
        .file_name(file.name.clone())
        .mime_str(&file.content_type)
        .map_err(|_| Error::invalid_input(file.field, "has no valid content type"))
}
