use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use crate::call::FilePart;
use crate::errors::{Error, ErrorKind, Result};
use crate::operation::Operation;

/// A picture that goes into a request.
#[derive(Clone, PartialEq, Eq)]
pub enum ImageInput {
    /// A file, sent as it is.
    Bytes {
        /// Its name, which is sent too.
        name: String,
        /// Its media type: `image/png`.
        content_type: String,
        /// The file, at most [`ImageInput::MAX_BYTES`].
        bytes: Bytes,
    },
    /// A file in base64, or a data URL.
    Base64(String),
    /// An address that Venice fetches the file from.
    Url(String),
}

impl fmt::Debug for ImageInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes { content_type, bytes, .. } => f
                .debug_struct("Bytes")
                .field("content_type", content_type)
                .field("bytes", &bytes.len())
                .finish_non_exhaustive(),
            Self::Base64(text) => {
                f.debug_struct("Base64").field("characters", &text.len()).finish_non_exhaustive()
            }
            Self::Url(_) => f.debug_struct("Url").finish_non_exhaustive(),
        }
    }
}

impl ImageInput {
    /// The most bytes Venice takes for a picture.
    pub const MAX_BYTES: u64 = 25 * 1024 * 1024;

    /// A file.
    pub fn bytes(name: impl Into<String>, content_type: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self::Bytes { name: name.into(), content_type: content_type.into(), bytes: bytes.into() }
    }

    fn size(&self) -> u64 {
        match self {
            Self::Bytes { bytes, .. } => bytes.len() as u64,
            Self::Base64(text) => text.len() as u64 / 4 * 3,
            Self::Url(_) => 0,
        }
    }

    /// Refuses what Venice would refuse after a long upload.
    pub(crate) fn check(&self, field: &'static str, limit: u64, operation: &Operation) -> Result<()> {
        let error = match self {
            Self::Bytes { bytes, .. } if bytes.is_empty() => Error::invalid_input(field, "is an empty file"),
            Self::Base64(text) | Self::Url(text) if text.trim().is_empty() => {
                Error::invalid_input(field, "is empty")
            }
            Self::Url(url) if !(url.starts_with("https://") || url.starts_with("http://")) => {
                Error::invalid_input(field, "is no http or https address")
            }
            input if input.size() > limit => Error::new(ErrorKind::InputTooLarge { field, limit }),
            _ => return Ok(()),
        };
        Err(error.of(operation))
    }

    /// As a text, for JSON: a file becomes a data URL.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Bytes { content_type, bytes, .. } => {
                format!("data:{content_type};base64,{}", STANDARD.encode(bytes))
            }
            Self::Base64(text) | Self::Url(text) => text.clone(),
        }
    }

    /// As a part of a form, where it is a file.
    pub(crate) fn file(&self, field: &'static str) -> Option<FilePart> {
        match self {
            Self::Bytes { name, content_type, bytes } => Some(FilePart {
                field,
                name: name.clone(),
                content_type: content_type.clone(),
                bytes: bytes.clone(),
            }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::EDIT_IMAGE;
    use rstest::rstest;

    #[rstest]
    #[case(ImageInput::bytes("a.png", "image/png", vec![1, 2, 3]), None)]
    #[case(ImageInput::bytes("a.png", "image/png", vec![]), Some("INVALID_INPUT"))]
    #[case(ImageInput::bytes("a.png", "image/png", vec![0; 101]), Some("INPUT_TOO_LARGE"))]
    #[case(ImageInput::Base64("A".repeat(140)), Some("INPUT_TOO_LARGE"))]
    #[case(ImageInput::Base64(String::new()), Some("INVALID_INPUT"))]
    #[case(ImageInput::Url("https://example.com/a.png".into()), None)]
    #[case(ImageInput::Url("file:///etc/passwd".into()), Some("INVALID_INPUT"))]
    fn what_would_be_refused_is_not_sent(#[case] input: ImageInput, #[case] code: Option<&str>) {
        let result = input.check("image", 100, &EDIT_IMAGE);
        assert_eq!(result.as_ref().err().map(Error::code), code);
    }

    #[test]
    fn a_file_is_never_shown() {
        let input = ImageInput::bytes("my-holiday.png", "image/png", vec![1, 2, 3]);
        assert_eq!(input.text(), "data:image/png;base64,AQID");
        assert!(!format!("{input:?}").contains("holiday"));
        assert!(!format!("{:?}", ImageInput::Url("https://x/?sig=1".into())).contains("sig"));
    }
}
