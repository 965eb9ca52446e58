use std::io::Cursor;
use std::path::Path;

use fast_image_resize as fir;
use image::{DynamicImage, ImageFormat, ImageReader, Limits, RgbImage, RgbaImage};
use turbojpeg::{Colorspace, PixelFormat, ScalingFactor};

use super::probe::{Header, PictureFormat, picture_format};
use super::{MOST_PIXELS, PictureProblem, container};
use crate::error::{Error, Result};

/// The most a decoder may allocate: the largest picture with alpha, and some room to work.
const MOST_BYTES: u64 = MOST_PIXELS * 4 + (64 << 20);
/// Of a progressive JPEG. Cameras and editors write some ten; thousands are made to keep a decoder busy.
const MOST_SCANS: u32 = 200;

/// Decodes all of a picture to see whether it can be done. Takes as long as showing it at full size.
pub fn check(path: &Path) -> Result<()> {
    let bytes = std::fs::read(path).map_err(|error| Error::file(path, error))?;
    let format = picture_format(&bytes)?;
    read_header(format, &bytes)?;
    full(format, &bytes)?;
    if container::walk(format, &bytes).whole { Ok(()) } else { Err(PictureProblem::Truncated.into()) }
}

/// A picture with at least `width` by `height` pixels as shown (or its own, if it has fewer), decoded at reduced size
/// where the format allows, and turned upright.
pub(super) fn at_least(bytes: &[u8], fit: impl Fn(u32, u32) -> (u32, u32)) -> Result<DynamicImage> {
    let format = picture_format(bytes)?;
    let header = read_header(format, bytes)?;
    let (width, height) = header.shown();
    let (width, height) = fit(width, height);
    let stored = if header.is_on_its_side() { (height, width) } else { (width, height) };
    let reduced = if format == PictureFormat::Jpeg { reduced_jpeg(bytes, stored) } else { None };
    let picture = match reduced {
        Some(picture) => picture,
        None => full(format, bytes)?,
    };
    // Turned when it is small: that is where it costs least.
    let mut picture = resize(&picture, stored.0, stored.1)?;
    picture.apply_orientation(header.orientation);
    Ok(picture)
}

fn read_header(format: PictureFormat, bytes: &[u8]) -> std::result::Result<Header, PictureProblem> {
    let header = Header::read(format, bytes).map_err(|error| problem(&error, format, bytes))?;
    header.check_size()?;
    Ok(header)
}

/// A JPEG can be decoded at 1/2, 1/4 or 1/8 for a fraction of the work. None for what isn't sound enough for that.
fn reduced_jpeg(bytes: &[u8], (width, height): (u32, u32)) -> Option<DynamicImage> {
    let mut decoder = turbojpeg::Decompressor::new().ok()?;
    decoder.set_scan_limit(MOST_SCANS).ok()?;
    let header = decoder.read_header(bytes).ok()?;
    let (width, height) = (usize::try_from(width).ok()?, usize::try_from(height).ok()?);
    let factor = [8, 4, 2].into_iter().map(|by| ScalingFactor::new(1, by)).find(|factor| {
        let scaled = header.scaled(*factor);
        scaled.width >= width && scaled.height >= height
    })?;
    decoder.set_scaling_factor(factor).ok()?;
    let inks = matches!(header.colorspace, Colorspace::CMYK | Colorspace::YCCK);
    let format = if inks { PixelFormat::CMYK } else { PixelFormat::RGB };
    let scaled = header.scaled(factor);
    let pitch = scaled.width * format.size();
    let mut pixels = vec![0; pitch * scaled.height];
    let output = turbojpeg::Image {
        pixels: pixels.as_mut_slice(),
        width: scaled.width,
        pitch,
        height: scaled.height,
        format,
    };
    decoder.decompress(bytes, output).ok()?;
    if inks {
        pixels = pixels.chunks_exact(4).flat_map(on_paper).collect();
    }
    let (width, height) = (u32::try_from(scaled.width).ok()?, u32::try_from(scaled.height).ok()?);
    RgbImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8)
}

/// What four inks look like on white paper. Files hold them the other way round: 0 is most.
fn on_paper(inks: &[u8]) -> [u8; 3] {
    let light = |ink: usize| u32::from(inks.get(ink).copied().unwrap_or_default());
    [0, 1, 2].map(|ink| ((light(ink) * light(3) + 127) / 255) as u8)
}

fn full(format: PictureFormat, bytes: &[u8]) -> std::result::Result<DynamicImage, PictureProblem> {
    let kind = match format {
        PictureFormat::Png => ImageFormat::Png,
        PictureFormat::Jpeg => ImageFormat::Jpeg,
        PictureFormat::Webp => ImageFormat::WebP,
        PictureFormat::Gif => ImageFormat::Gif,
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), kind);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_BYTES);
    reader.limits(limits);
    let picture = reader.decode().map_err(|error| problem(&error, format, bytes))?;
    Ok(match picture {
        picture @ (DynamicImage::ImageRgb8(_) | DynamicImage::ImageRgba8(_)) => picture,
        picture if picture.color().has_alpha() => picture.into_rgba8().into(),
        picture => picture.into_rgb8().into(),
    })
}

fn problem(error: &image::ImageError, format: PictureFormat, bytes: &[u8]) -> PictureProblem {
    match error {
        image::ImageError::Unsupported(_) => PictureProblem::Unsupported { format: name(format) },
        _ if !container::walk(format, bytes).whole => PictureProblem::Truncated,
        _ => PictureProblem::Damaged,
    }
}

fn name(format: PictureFormat) -> &'static str {
    match format {
        PictureFormat::Png => "PNG",
        PictureFormat::Jpeg => "JPEG",
        PictureFormat::Webp => "WebP",
        PictureFormat::Gif => "GIF",
    }
}

/// Scales to an exact size with a good filter, as RGB or RGBA of 8 bits; colours are weighted by their alpha.
pub fn resize(picture: &DynamicImage, width: u32, height: u32) -> Result<DynamicImage> {
    const FAILED: Error = Error::Fault("a picture can't be scaled");
    let (from, to) = ((picture.width(), picture.height()), (width, height));
    let scaled = match picture {
        DynamicImage::ImageRgb8(rgb) => resampled::<fir::pixels::U8x3>(rgb, from, to)
            .and_then(|pixels| RgbImage::from_raw(width, height, pixels))
            .map(DynamicImage::ImageRgb8),
        DynamicImage::ImageRgba8(rgba) => resampled::<fir::pixels::U8x4>(rgba, from, to)
            .and_then(|pixels| RgbaImage::from_raw(width, height, pixels))
            .map(DynamicImage::ImageRgba8),
        other if other.color().has_alpha() => return resize(&other.to_rgba8().into(), width, height),
        other => return resize(&other.to_rgb8().into(), width, height),
    };
    scaled.ok_or(FAILED)
}

/// Only the kinds of pixels there are: the resizer by type at run time would bring megabytes of code for all others.
fn resampled<P: fir::PixelTrait>(pixels: &[u8], from: (u32, u32), to: (u32, u32)) -> Option<Vec<u8>> {
    if from == to {
        return Some(pixels.to_vec());
    }
    let source = fir::images::TypedImageRef::<P>::from_buffer(from.0, from.1, pixels).ok()?;
    let mut scaled = vec![0; to.0 as usize * to.1 as usize * size_of::<P>()];
    let mut target = fir::images::TypedImage::<P>::from_buffer(to.0, to.1, &mut scaled).ok()?;
    let filter = fir::ResizeAlg::Convolution(fir::FilterType::CatmullRom);
    let options = fir::ResizeOptions::new().resize_alg(filter);
    fir::Resizer::new().resize_typed(&source, &mut target, &options).ok()?;
    Some(scaled)
}
