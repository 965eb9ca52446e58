//! gzip and br for JSON answers, where the caller accepts them.

use std::io::Write;

use bytes::Bytes;

/// Under this size a compressed answer is hardly smaller.
const WORTHWHILE: usize = 860;

/// An encoding of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Brotli,
    Gzip,
}

impl Encoding {
    /// The best encoding that an Accept-Encoding header allows.
    pub(crate) fn accepted(header: &str) -> Option<Self> {
        let allowed = |name: &str| {
            header.split(',').any(|item| {
                let mut parts = item.split(';').map(str::trim);
                parts.next() == Some(name) && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00"))
            })
        };
        if allowed("br") {
            Some(Self::Brotli)
        } else if allowed("gzip") {
            Some(Self::Gzip)
        } else {
            None
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// The compressed body; `None` where it isn't worth it.
    pub(crate) fn compress(self, body: &[u8]) -> Option<Bytes> {
        if body.len() < WORTHWHILE {
            return None;
        }
        let mut out = Vec::with_capacity(body.len() / 2);
        match self {
            Self::Brotli => {
                let mut writer = brotli::CompressorWriter::new(&mut out, 16_384, 1, 20);
                writer.write_all(body).and_then(|()| writer.flush()).ok()?;
                drop(writer);
            }
            Self::Gzip => {
                let mut writer = flate2::write::GzEncoder::new(&mut out, flate2::Compression::fast());
                writer.write_all(body).ok()?;
                writer.finish().ok()?;
            }
        }
        Some(out.into())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn the_header_is_read_as_written() {
        assert_eq!(Encoding::accepted("gzip, deflate, br"), Some(Encoding::Brotli));
        assert_eq!(Encoding::accepted("br;q=0, gzip"), Some(Encoding::Gzip));
        assert_eq!(Encoding::accepted("identity"), None);
    }

    #[test]
    fn what_is_compressed_can_be_read_again() {
        let text = "la laguna ".repeat(400);
        let mut back = String::new();
        let gzip = Encoding::Gzip.compress(text.as_bytes()).unwrap();
        flate2::read::GzDecoder::new(&gzip[..]).read_to_string(&mut back).unwrap();
        assert_eq!(back, text);
        back.clear();
        let br = Encoding::Brotli.compress(text.as_bytes()).unwrap();
        brotli::Decompressor::new(&br[..], 4096).read_to_string(&mut back).unwrap();
        assert_eq!(back, text);
        assert!(Encoding::Gzip.compress(b"short").is_none());
    }
}
