use std::fmt;

use bytes::Bytes;

use crate::errors::{Error, Result};
use crate::open_enum::open_enum;

open_enum! {
    /// A file format of films.
    pub enum VideoFormat {
        /// Played everywhere.
        Mp4 = "mp4",
        /// For the web.
        Webm = "webm",
        /// As cameras and editors write it.
        Mov = "mov",
    }
}

impl VideoFormat {
    /// The media type: `video/mp4`.
    pub fn media_type(&self) -> String {
        match self {
            Self::Mov => "video/quicktime".to_owned(),
            other => format!("video/{}", other.as_str()),
        }
    }

    /// The format a file's first bytes tell; 12 are enough.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [_, _, _, _, b'f', b't', b'y', b'p', b'q', b't', ..] => Some(Self::Mov),
            // Pictures and sounds use the same container.
            [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', ..]
            | [_, _, _, _, b'f', b't', b'y', b'p', b'M', b'4', b'A', ..]
            | [_, _, _, _, b'f', b't', b'y', b'p', b'h', b'e', b'i', ..] => None,
            [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some(Self::Mp4),
            [0x1a, 0x45, 0xdf, 0xa3, ..] => Some(Self::Webm),
            _ => None,
        }
    }

    /// The format a content type tells.
    fn told_by(content_type: &str) -> Option<Self> {
        let subtype = content_type.strip_prefix("video/")?;
        Some(if subtype == "quicktime" { Self::Mov } else { Self::from(subtype) })
    }
}

/// A film, as a file in memory.
#[derive(Clone, PartialEq, Eq)]
pub struct Film {
    /// The file.
    pub bytes: Bytes,
    /// Its format, by its first bytes; where they tell nothing, by its content type.
    pub format: VideoFormat,
}

impl fmt::Debug for Film {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Film").field("bytes", &self.bytes.len()).field("format", &self.format).finish()
    }
}

impl Film {
    /// Reads the body of an answer that is a film.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::UnexpectedBody`] where it isn't one, by its bytes and its content type.
    pub fn from_body(content_type: Option<&str>, bytes: Bytes) -> Result<Self> {
        // A web page or a status that calls itself a film is none.
        let is_text = matches!(*bytes, [] | [b'<' | b'{', ..]);
        let told = content_type.and_then(VideoFormat::told_by).filter(|_| !is_text);
        match VideoFormat::of(&bytes).or(told) {
            Some(format) => Ok(Self { bytes, format }),
            None => Err(Error::unexpected("no film", content_type)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(None, b"\0\0\0\x20ftypisom", Some("mp4"))]
    #[case(Some("text/html"), b"\0\0\0\x20ftypmp42", Some("mp4"))]
    #[case(None, b"\0\0\0\x14ftypqt  ", Some("mov"))]
    #[case(None, b"\x1a\x45\xdf\xa3\x01", Some("webm"))]
    #[case(None, b"\0\0\0\x20ftypavif", None)]
    #[case(None, b"\0\0\0\x20ftypM4A ", None)]
    #[case(Some("video/mp4"), b"\0\0\0\0", Some("mp4"))]
    #[case(Some("video/quicktime"), b"\0\0\0\0", Some("mov"))]
    #[case(Some("video/mp4"), b"", None)]
    #[case(Some("video/mp4"), b"<!DOCTYPE html>", None)]
    #[case(Some("application/json"), b"{\"status\":\"PROCESSING\"}", None)]
    fn films_are_told_by_their_first_bytes(
        #[case] content_type: Option<&str>,
        #[case] bytes: &'static [u8],
        #[case] format: Option<&str>,
    ) {
        let film = Film::from_body(content_type, Bytes::from_static(bytes)).ok();
        assert_eq!(film.as_ref().map(|film| film.format.as_str()), format);
    }

    #[test]
    fn a_film_has_a_media_type() {
        assert_eq!(VideoFormat::Mov.media_type(), "video/quicktime");
        assert_eq!(VideoFormat::Mp4.media_type(), "video/mp4");
    }
}
