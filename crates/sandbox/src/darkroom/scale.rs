//! Sizes: scaling up with a little sharpening, and covering a frame of another shape.

use fast_image_resize::{
    FilterType, ResizeAlg, ResizeOptions, Resizer,
    images::{TypedImage, TypedImageRef},
    pixels::U8x4,
};
use image::RgbaImage;

use crate::refusal::Refusal;

/// The most pixels that scaling up may end with.
const MOST: u64 = 16_777_216;

/// The size after scaling by 2 or 4. A scale of 4 is reduced to what the limit allows; `None` where nothing is left.
pub(crate) fn target(width: u32, height: u32, scale: u32) -> Option<(u32, u32)> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels * u64::from(scale * scale) <= MOST {
        return Some((width * scale, height * scale));
    }
    if scale < 4 || pixels > MOST {
        return None;
    }
    let factor = (MOST as f64 / pixels as f64).sqrt();
    Some(((f64::from(width) * factor) as u32, (f64::from(height) * factor) as u32))
}

/// Scales up to an exact size and sharpens slightly.
pub(crate) fn enlarge(picture: RgbaImage, width: u32, height: u32) -> Result<RgbaImage, Refusal> {
    let large = resized(picture, width, height, None)?;
    Ok(sharpened(&large))
}

/// Fills a frame with the middle of a picture.
pub(crate) fn cover(picture: RgbaImage, width: u32, height: u32) -> Result<RgbaImage, Refusal> {
    if picture.dimensions() == (width, height) {
        return Ok(picture);
    }
    resized(picture, width, height, Some((0.5, 0.5)))
}

fn resized(
    picture: RgbaImage,
    width: u32,
    height: u32,
    fit: Option<(f64, f64)>,
) -> Result<RgbaImage, Refusal> {
    let failed = || Refusal::broken("UPSCALE_FAILED", "The image can't be scaled");
    let (from, pixels) = (picture.dimensions(), picture.into_raw());
    let source = TypedImageRef::<U8x4>::from_buffer(from.0, from.1, &pixels).map_err(|_| failed())?;
    let mut out = RgbaImage::new(width, height);
    let mut target = TypedImage::<U8x4>::from_buffer(width, height, &mut out).map_err(|_| failed())?;
    let mut options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
    if let Some(centre) = fit {
        options = options.fit_into_destination(Some(centre));
    }
    Resizer::new().resize_typed(&source, &mut target, &options).map_err(|_| failed())?;
    Ok(out)
}

/// An unsharp mask of one pixel, a quarter strong.
fn sharpened(picture: &RgbaImage) -> RgbaImage {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let source = picture.as_raw();
    let mut out = source.clone();
    let row = width * 4;
    for y in 1..height.saturating_sub(1) {
        for x in 1..width.saturating_sub(1) {
            let at = y * row + x * 4;
            for channel in at..at + 3 {
                let here = i32::from(source[channel]);
                let around = i32::from(source[channel - 4])
                    + i32::from(source[channel + 4])
                    + i32::from(source[channel - row])
                    + i32::from(source[channel + row]);
                out[channel] = (here + (4 * here - around) / 16).clamp(0, 255) as u8;
            }
        }
    }
    RgbaImage::from_raw(picture.width(), picture.height(), out).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_is_exact_or_refused_and_four_is_reduced() {
        assert_eq!(target(640, 480, 2), Some((1280, 960)));
        assert_eq!(target(2048, 2048, 2), Some((4096, 4096)));
        assert_eq!(target(4000, 3000, 2), None);
        let (width, height) = target(4000, 3000, 4).unwrap();
        assert!(u64::from(width) * u64::from(height) <= MOST && width > 4000 && height > 3000);
        assert_eq!(target(5000, 4000, 4), None);
    }
}
