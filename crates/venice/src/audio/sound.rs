use std::fmt;

use bytes::Bytes;

use crate::errors::{Error, Result};
use crate::open_enum::open_enum;

open_enum! {
    /// A file format of sound.
    pub enum AudioFormat {
        /// Small, and played everywhere.
        Mp3 = "mp3",
        /// Smaller, in an Ogg file.
        Opus = "opus",
        /// Small, as a plain stream.
        Aac = "aac",
        /// Without loss.
        Flac = "flac",
        /// Without compression.
        Wav = "wav",
        /// Bare samples, without a word on rate and channels.
        Pcm = "pcm",
    }
}

impl AudioFormat {
    /// The media type: `audio/mpeg`.
    pub fn media_type(&self) -> String {
        match self {
            Self::Mp3 => "audio/mpeg".to_owned(),
            other => format!("audio/{}", other.as_str()),
        }
    }

    /// The format a file's first bytes tell. 64 bytes are enough; bare samples tell nothing.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Some(Self::Wav),
            [b'f', b'L', b'a', b'C', ..] => Some(Self::Flac),
            [b'I', b'D', b'3', ..] => Some(Self::Mp3),
            [b'O', b'g', b'g', b'S', ..] => {
                let head = &bytes[..bytes.len().min(64)];
                let is_opus = head.windows(8).any(|window| window == b"OpusHead");
                Some(if is_opus { Self::Opus } else { Self::Other("ogg".to_owned()) })
            }
            [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some(Self::Other("m4a".to_owned())),
            [0x1a, 0x45, 0xdf, 0xa3, ..] => Some(Self::Other("webm".to_owned())),
            // The twelve bits at which a frame begins, then the layer: AAC has none, MP3 has the third.
            [0xff, second, ..] if second & 0xf6 == 0xf0 => Some(Self::Aac),
            [0xff, second, ..] if second & 0xe6 == 0xe2 => Some(Self::Mp3),
            _ => None,
        }
    }

    /// The format a content type tells.
    fn told_by(content_type: &str) -> Option<Self> {
        let subtype = content_type.strip_prefix("audio/")?;
        Some(match subtype.strip_prefix("x-").unwrap_or(subtype) {
            "mpeg" | "mp3" => Self::Mp3,
            "wav" | "wave" => Self::Wav,
            "l16" | "pcm" => Self::Pcm,
            other => Self::from(other),
        })
    }

    /// The format of a sound: by its first bytes, and where they tell nothing, as bare samples do, by its content type.
    ///
    /// This also holds for the first bytes of a stream.
    pub fn tell(content_type: Option<&str>, first_bytes: &[u8]) -> Option<Self> {
        let told = content_type.and_then(Self::told_by);
        let found = Self::of(first_bytes);
        // Samples may look like the first bits of a frame.
        let is_doubtful = matches!(first_bytes, [0xff, ..]);
        match (told, found) {
            (Some(Self::Pcm), Some(_)) if is_doubtful => Some(Self::Pcm),
            (_, Some(found)) => Some(found),
            (told, None) => told,
        }
    }
}

/// A sound, as a file in memory.
#[derive(Clone, PartialEq, Eq)]
pub struct Sound {
    /// The file.
    pub bytes: Bytes,
    /// Its format, by its first bytes; that of bare samples by its content type.
    pub format: AudioFormat,
}

impl fmt::Debug for Sound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sound").field("bytes", &self.bytes.len()).field("format", &self.format).finish()
    }
}

impl Sound {
    /// Reads the body of an answer that is a sound.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::UnexpectedBody`] where it isn't one, by its bytes and its content type.
    pub fn from_body(content_type: Option<&str>, bytes: Bytes) -> Result<Self> {
        // A web page or a status that calls itself a sound is none. Bare samples may begin with anything.
        let is_text = matches!(*bytes, [b'<' | b'{', ..]);
        match AudioFormat::tell(content_type, &bytes) {
            Some(format) if !bytes.is_empty() && (!is_text || format == AudioFormat::Pcm) => {
                Ok(Self { bytes, format })
            }
            _ => Err(Error::unexpected("no sound", content_type)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case(b"ID3\x04\0", Some("mp3"))]
    #[case(b"\xff\xfb\x90\x64", Some("mp3"))]
    #[case(b"\xff\xf3\x18\xc4", Some("mp3"))]
    #[case(b"\xff\xf1\x50\x80", Some("aac"))]
    #[case(b"\xff\xf9\x50\x80", Some("aac"))]
    #[case(b"RIFF\x01\x02\x03\x04WAVEfmt ", Some("wav"))]
    #[case(b"fLaC\0\0\0\x22", Some("flac"))]
    #[case(b"OggS\0\x02\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead", Some("opus"))]
    #[case(b"OggS\0\x02\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\x01\x1e\x01vorbis", Some("ogg"))]
    #[case(b"\0\0\0\x20ftypM4A ", Some("m4a"))]
    #[case(b"RIFF\x01\x02\x03\x04WEBP", None)]
    #[case(b"<!DOCTYPE html>", None)]
    #[case(b"{\"status\"", None)]
    #[case(b"", None)]
    fn formats_are_told_by_their_first_bytes(#[case] bytes: &[u8], #[case] format: Option<&str>) {
        assert_eq!(AudioFormat::of(bytes).as_ref().map(AudioFormat::as_str), format);
    }

    #[rstest]
    #[case(Some("audio/pcm"), b"\x01\0\x02\0", Some("pcm"))]
    #[case(Some("audio/l16"), b"\xff\xfb\x02\0", Some("pcm"))]
    #[case(Some("audio/pcm"), b"RIFF\x01\x02\x03\x04WAVE", Some("wav"))]
    #[case(Some("audio/wav"), b"\xff\xfb\x90\x64", Some("mp3"))]
    #[case(Some("audio/mpeg"), b"\0\0\0\0", Some("mp3"))]
    #[case(Some("application/octet-stream"), b"\0\0\0\0", None)]
    #[case(Some("text/html"), b"<p>", None)]
    #[case(None, b"fLaC", Some("flac"))]
    #[case(Some("audio/mpeg"), b"", None)]
    #[case(Some("audio/pcm"), b"", None)]
    #[case(Some("audio/mpeg"), b"<p>", None)]
    #[case(Some("audio/pcm"), b"<p>!", Some("pcm"))]
    fn bare_samples_are_told_by_their_content_type(
        #[case] content_type: Option<&str>,
        #[case] bytes: &'static [u8],
        #[case] format: Option<&str>,
    ) {
        let sound = Sound::from_body(content_type, Bytes::from_static(bytes)).ok();
        assert_eq!(sound.as_ref().map(|sound| sound.format.as_str()), format);
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            AudioFormat::of(&bytes);
            AudioFormat::tell(Some("audio/x-"), &bytes);
        }
    }
}
