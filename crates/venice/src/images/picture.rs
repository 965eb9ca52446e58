use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Deserializer, de};

use crate::errors::{Error, Result};
use crate::file;
use crate::open_enum::open_enum;

open_enum! {
    /// A file format of pictures.
    pub enum ImageFormat {
        /// Small, without transparency.
        Jpeg = "jpeg",
        /// Large, without loss.
        Png = "png",
        /// Small, with transparency.
        Webp = "webp",
    }
}

impl ImageFormat {
    /// The media type: `image/png`.
    pub fn media_type(&self) -> String {
        format!("image/{}", self.as_str())
    }

    /// The format a file's first bytes tell.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            [b'G', b'I', b'F', b'8', ..] => Some(Self::Other("gif".to_owned())),
            [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', ..] => {
                Some(Self::Other("avif".to_owned()))
            }
            _ => None,
        }
    }
}

/// A picture, as a file in memory.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// The file.
    pub bytes: Bytes,
    /// Its format, by its first bytes.
    pub format: ImageFormat,
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Picture").field("bytes", &self.bytes.len()).field("format", &self.format).finish()
    }
}

impl Picture {
    /// Reads the body of an answer that is a picture: of an edit, an enlargement, a cut-out.
    ///
    /// The bytes decide, since content types may be wrong; the picture itself isn't decoded.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::UnexpectedBody`] where it isn't a picture.
    pub fn from_body(content_type: Option<&str>, bytes: Bytes) -> Result<Self> {
        match ImageFormat::of(&bytes) {
            Some(format) => Ok(Self { bytes, format }),
            None => Err(Error::unexpected("no picture", content_type)),
        }
    }
}

/// Bytes written as base64, as themselves or as a data URL, decoded while they are read.
pub(crate) struct Base64Picture(pub(crate) Picture);

impl<'de> Deserialize<'de> for Base64Picture {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = Base64Picture;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a picture in base64")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Base64Picture, E> {
                let (_, bytes) = file::decoded(text).ok_or_else(|| E::custom("no base64"))?;
                let format = ImageFormat::of(&bytes).ok_or_else(|| E::custom("no picture"))?;
                Ok(Base64Picture(Picture { bytes: bytes.into(), format }))
            }
        }

        deserializer.deserialize_str(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(b"\xff\xd8\xff\xe0", Some("jpeg"))]
    #[case(b"\x89PNG\r\n\x1a\nrest", Some("png"))]
    #[case(b"RIFF\x01\x02\x03\x04WEBPVP8 ", Some("webp"))]
    #[case(b"GIF89a", Some("gif"))]
    #[case(b"\0\0\0\x20ftypavif", Some("avif"))]
    #[case(b"<!DOCTYPE html>", None)]
    #[case(b"RIFF\x01\x02\x03\x04WAVE", None)]
    #[case(b"", None)]
    fn formats_are_told_by_their_first_bytes(#[case] bytes: &[u8], #[case] format: Option<&str>) {
        assert_eq!(ImageFormat::of(bytes).as_ref().map(ImageFormat::as_str), format);
        assert_eq!(
            Picture::from_body(Some("image/png"), Bytes::copy_from_slice(bytes)).is_ok(),
            format.is_some()
        );
    }

    #[rstest]
    #[case(r#""/9j/4A==""#)]
    #[case(r#""/9j/4A""#)]
    #[case(r#""\/9j\/4A==""#)]
    #[case(r#""data:image/jpeg;base64,/9j/4A==""#)]
    #[case("\" /9j/4A==\\n\"")]
    fn base64_comes_in_several_spellings(#[case] json: &str) {
        let Base64Picture(picture) = serde_json::from_str(json).unwrap();
        assert_eq!(picture.bytes, &b"\xff\xd8\xff\xe0"[..]);
    }

    #[test]
    fn what_is_no_picture_is_an_error() {
        for json in [r#""hello world""#, r#""""#, "7", r#""data:image/png,abc""#, r#""aGVsbG8=""#] {
            assert!(serde_json::from_str::<Base64Picture>(json).is_err(), "{json}");
        }
    }
}
