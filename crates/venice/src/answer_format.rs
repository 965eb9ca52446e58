//! Answers that are JSON or, where it is asked for, plain text.

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::errors::{Error, Result};
use crate::open_enum::open_enum;

open_enum! {
    /// How a text is written in the answer.
    pub enum AnswerFormat {
        /// In JSON, with what else is known of it.
        Json = "json",
        /// As it is.
        Text = "text",
    }
}

/// Reads an answer that is JSON or plain text.
///
/// The content type decides, and where there is none the first byte. What is told to be anything else, such as a web
/// page, is no answer.
pub(crate) fn json_or_text<T: DeserializeOwned>(
    content_type: Option<&str>,
    body: &Bytes,
    from_text: impl FnOnce(String) -> T,
) -> Result<T> {
    let is_json = match content_type {
        Some(content_type) if content_type.ends_with("json") => true,
        Some("text/plain") => false,
        Some(_) => return Err(Error::unexpected("neither JSON nor plain text", content_type)),
        None => body.trim_ascii_start().starts_with(b"{"),
    };
    if !is_json {
        return Ok(from_text(String::from_utf8_lossy(body).into_owned()));
    }
    // A text that was asked for may come as a JSON string.
    match serde_json::from_slice(body) {
        Ok(Value::String(text)) => Ok(from_text(text)),
        Ok(value) => serde_json::from_value(value)
            .map_err(|_| Error::unexpected("JSON without the text", content_type)),
        Err(_) => Err(Error::unexpected("damaged JSON", content_type)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Written {
        text: String,
    }

    #[rstest]
    #[case(Some("application/json"), r#"{"text":"a"}"#, Some("a"))]
    #[case(Some("application/json"), r#""a""#, Some("a"))]
    #[case(Some("application/json"), "a", None)]
    #[case(Some("application/json"), r#"{"words":"a"}"#, None)]
    #[case(Some("text/plain"), "", Some(""))]
    #[case(Some("text/plain"), r#"{"text":"a"}"#, Some(r#"{"text":"a"}"#))]
    #[case(Some("text/html"), "<p>a</p>", None)]
    #[case(None, r#" {"text":"a"}"#, Some("a"))]
    #[case(None, "a", Some("a"))]
    fn the_content_type_decides(#[case] kind: Option<&str>, #[case] body: &str, #[case] text: Option<&str>) {
        let body = Bytes::copy_from_slice(body.as_bytes());
        let read = json_or_text(kind, &body, |text| Written { text });
        assert_eq!(read.ok().map(|written| written.text).as_deref(), text);
    }
}
