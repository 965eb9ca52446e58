//! Writing pictures as files.

use std::io::Cursor;

use image::{
    DynamicImage, ExtendedColorType, ImageEncoder,
    codecs::{
        jpeg::JpegEncoder,
        png::{CompressionType, FilterType, PngEncoder},
    },
};

use crate::refusal::Refusal;

/// The formats that Venice writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Jpeg,
    Png,
    Webp,
}

impl Format {
    pub(crate) const WORDS: [&'static str; 3] = ["jpeg", "png", "webp"];

    pub(crate) fn of(word: &str) -> Self {
        match word {
            "jpeg" | "jpg" => Self::Jpeg,
            "png" => Self::Png,
            _ => Self::Webp,
        }
    }

    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }
}

/// The picture as a file: JPEG and WebP lossy, PNG with its alpha where it has one.
pub(crate) fn write(picture: DynamicImage, format: Format) -> Result<Vec<u8>, Refusal> {
    let failed = |_| Refusal::broken("INFERENCE_FAILED", "The image can't be written");
    let mut out = Vec::new();
    match format {
        Format::Jpeg => {
            let picture = picture.into_rgb8();
            JpegEncoder::new_with_quality(&mut out, 90).encode_image(&picture).map_err(failed)?;
        }
        Format::Png => {
            let colour =
                if picture.color().has_alpha() { ExtendedColorType::Rgba8 } else { ExtendedColorType::Rgb8 };
            PngEncoder::new_with_quality(Cursor::new(&mut out), CompressionType::Fast, FilterType::Up)
                .write_image(picture.as_bytes(), picture.width(), picture.height(), colour)
                .map_err(failed)?;
        }
        Format::Webp => {
            let picture = picture.into_rgb8();
            let encoder = webp::Encoder::from_rgb(picture.as_raw(), picture.width(), picture.height());
            let written = encoder
                .encode_simple(false, 86.0)
                .map_err(|_| Refusal::broken("INFERENCE_FAILED", "The image can't be written"))?;
            out.extend_from_slice(&written);
        }
    }
    Ok(out)
}
