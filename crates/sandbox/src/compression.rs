//! gzip and br for JSON answers, where the caller accepts them.

use async_compression::{
    Level,
    tokio::write::{BrotliEncoder, GzipEncoder},
};
use bytes::Bytes;
use tokio::io::{AsyncWrite, AsyncWriteExt};

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
    pub(crate) async fn compress(self, body: &[u8]) -> Option<Bytes> {
        if body.len() < WORTHWHILE {
            return None;
        }
        let out = Vec::with_capacity(body.len() / 2);
        let compressed = match self {
            Self::Brotli => {
                let mut encoder = BrotliEncoder::with_quality(out, Level::Precise(1));
                written(&mut encoder, body).await?;
                encoder.into_inner()
            }
            Self::Gzip => {
                let mut encoder = GzipEncoder::with_quality(out, Level::Fastest);
                written(&mut encoder, body).await?;
                encoder.into_inner()
            }
        };
        Some(compressed.into())
    }
}

async fn written(encoder: &mut (impl AsyncWrite + Unpin), body: &[u8]) -> Option<()> {
    encoder.write_all(body).await.ok()?;
    encoder.shutdown().await.ok()
}

#[cfg(test)]
mod tests {
    use async_compression::tokio::write::{BrotliDecoder, GzipDecoder};

    use super::*;

    #[test]
    fn the_header_is_read_as_written() {
        assert_eq!(Encoding::accepted("gzip, deflate, br"), Some(Encoding::Brotli));
        assert_eq!(Encoding::accepted("br;q=0, gzip"), Some(Encoding::Gzip));
        assert_eq!(Encoding::accepted("identity"), None);
    }

    #[tokio::test]
    async fn what_is_compressed_can_be_read_again() {
        let text = "la laguna ".repeat(400);
        let mut gzip = GzipDecoder::new(Vec::new());
        written(&mut gzip, &Encoding::Gzip.compress(text.as_bytes()).await.unwrap()).await.unwrap();
        assert_eq!(gzip.into_inner(), text.as_bytes());
        let mut br = BrotliDecoder::new(Vec::new());
        written(&mut br, &Encoding::Brotli.compress(text.as_bytes()).await.unwrap()).await.unwrap();
        assert_eq!(br.into_inner(), text.as_bytes());
        assert!(Encoding::Gzip.compress(b"short").await.is_none());
    }
}
