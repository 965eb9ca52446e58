use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

use image::codecs::gif::GifDecoder;
use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{ImageDecoder, ImageResult};

use super::container;
use super::signature::{self, Signature};
use super::{MOST_PIXELS, PictureProblem};
use crate::error::{Error, Result};

/// How much of a file tells what it is.
const BEGINNING: u64 = 4_096;

/// The pictures that are read here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "they are what they are called")]
pub enum PictureFormat {
    Png,
    Jpeg,
    Webp,
    Gif,
}

impl PictureFormat {
    /// The media type.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
        }
    }

    /// The usual extension, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Webp => "webp",
            Self::Gif => "gif",
        }
    }
}

/// What the header of a picture says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Probe {
    /// What it is, by its bytes; names lie.
    pub format: PictureFormat,
    /// Pixels across as shown, after turning by EXIF.
    pub width: u32,
    /// Pixels down as shown.
    pub height: u32,
    /// Whether it can be transparent.
    pub has_alpha: bool,
    /// How it has to be turned to be shown, as EXIF counts: 1 (not at all) to 8.
    pub orientation: u8,
    /// Pictures in it; more than 1 when it moves.
    pub frames: u32,
}

/// Looks at a file's header and structure, without decoding it. A file that is no picture is not read beyond its
/// beginning.
pub fn probe(path: &Path) -> Result<Probe> {
    let failed = |error| Error::file(path, error);
    let mut file = File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.by_ref().take(BEGINNING).read_to_end(&mut bytes).map_err(failed)?;
    picture_format(&bytes)?;
    file.read_to_end(&mut bytes).map_err(failed)?;
    Ok(probe_bytes(&bytes)?)
}

/// Looks at the header and structure of a picture in memory.
pub fn probe_bytes(bytes: &[u8]) -> std::result::Result<Probe, PictureProblem> {
    let format = picture_format(bytes)?;
    let container = container::walk(format, bytes);
    let header = Header::read(format, bytes)
        .map_err(|_| if container.whole { PictureProblem::Damaged } else { PictureProblem::Truncated })?;
    header.check_size()?;
    if !container.whole {
        return Err(PictureProblem::Truncated);
    }
    let (width, height) = header.shown();
    Ok(Probe {
        format,
        width,
        height,
        has_alpha: header.has_alpha,
        orientation: header.orientation.to_exif(),
        frames: container.frames,
    })
}

/// The format by the first 4,096 bytes, or what is wrong with them.
pub fn picture_format(bytes: &[u8]) -> std::result::Result<PictureFormat, PictureProblem> {
    if bytes.is_empty() {
        return Err(PictureProblem::Empty);
    }
    match signature::of(bytes) {
        Signature::Picture(format) => Ok(format),
        Signature::Unsupported(format) => Err(PictureProblem::Unsupported { format }),
        Signature::Other(seems) => Err(PictureProblem::NotAPicture { seems: Some(seems) }),
        Signature::Unknown => Err(PictureProblem::NotAPicture { seems: None }),
    }
}

/// What a decoder knows before it decodes. Sizes are as stored, before turning.
pub(super) struct Header {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) has_alpha: bool,
    pub(super) orientation: Orientation,
}

impl Header {
    pub(super) fn read(format: PictureFormat, bytes: &[u8]) -> ImageResult<Self> {
        let bytes = Cursor::new(bytes);
        match format {
            PictureFormat::Png => PngDecoder::new(bytes).map(Self::of),
            PictureFormat::Jpeg => JpegDecoder::new(bytes).map(Self::of),
            PictureFormat::Webp => WebPDecoder::new(bytes).map(Self::of),
            PictureFormat::Gif => GifDecoder::new(bytes).map(Self::of),
        }
    }

    fn of(mut decoder: impl ImageDecoder) -> Self {
        let (width, height) = decoder.dimensions();
        let has_alpha = decoder.color_type().has_alpha();
        // Unreadable EXIF is no reason not to show a picture.
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        Self { width, height, has_alpha, orientation }
    }

    pub(super) fn check_size(&self) -> std::result::Result<(), PictureProblem> {
        let Self { width, height, .. } = *self;
        if width == 0 || height == 0 {
            return Err(PictureProblem::Damaged);
        }
        if u64::from(width) * u64::from(height) > MOST_PIXELS {
            return Err(PictureProblem::TooManyPixels { width, height, limit: MOST_PIXELS });
        }
        Ok(())
    }

    /// Whether across and down change places.
    pub(super) fn is_on_its_side(&self) -> bool {
        matches!(
            self.orientation,
            Orientation::Rotate90
                | Orientation::Rotate270
                | Orientation::Rotate90FlipH
                | Orientation::Rotate270FlipH
        )
    }

    pub(super) fn shown(&self) -> (u32, u32) {
        if self.is_on_its_side() { (self.height, self.width) } else { (self.width, self.height) }
    }
}
