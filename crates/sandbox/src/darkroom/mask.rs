//! Masks: a second picture that says where an edit may change the first.

use image::{Rgba, RgbaImage};

/// How far a mask's shape may be from the picture's.
const SHAPE: f32 = 0.03;
/// The share of a mask's pixels that are nearly black or white, or clear.
const PLAIN: f32 = 0.93;
/// The same for one of exactly the picture's size that is grey throughout: soft edges make up much of it.
const PLAIN_IF_GREY: f32 = 0.5;

fn is_neutral([red, green, blue, _]: [u8; 4]) -> bool {
    red.max(green).max(blue) - red.min(green).min(blue) < 24
}

/// Whether a picture reads as a mask for another: of its shape, and black, white or clear almost everywhere.
pub(super) fn is_mask(picture: &RgbaImage, of: &RgbaImage) -> bool {
    let shape = |picture: &RgbaImage| picture.width() as f32 / picture.height().max(1) as f32;
    if (shape(picture) / shape(of) - 1.0).abs() > SHAPE {
        return false;
    }
    let (mut plain, mut seen, mut grey, mut dark, mut bright, mut clear) =
        (0u32, 0u32, 0u32, 0u32, 0u32, 0u32);
    let step = (picture.len() / 4 / 40_000).max(1);
    for Rgba(pixel) in picture.pixels().step_by(step) {
        seen += 1;
        let value = pixel[0];
        if pixel[3] < 24 {
            clear += 1;
            plain += 1;
            continue;
        }
        if !is_neutral(*pixel) {
            continue;
        }
        grey += u32::from(pixel[3] == 255);
        if !(40..=215).contains(&value) {
            plain += 1;
            if value < 40 {
                dark += 1;
            } else {
                bright += 1;
            }
        }
    }
    if grey == seen && picture.dimensions() == of.dimensions() {
        // Black alone would say that nothing may change: nobody sends that.
        return bright > 0 && plain as f32 >= PLAIN_IF_GREY * seen as f32;
    }
    let both = clear > 0 || (dark > 0 && bright > 0);
    both && plain as f32 >= PLAIN * seen as f32
}

/// How much may change at each pixel of a picture of this size, from 0 to 255: white and opaque means all.
pub(super) fn weights(mask: &RgbaImage, width: u32, height: u32) -> Vec<u8> {
    let has_clear = mask.pixels().any(|pixel| pixel.0[3] < 250);
    let mut out = Vec::with_capacity((width * height) as usize);
    for y in 0..height {
        let from_y = (u64::from(y) * u64::from(mask.height()) / u64::from(height.max(1))) as u32;
        for x in 0..width {
            let from_x = (u64::from(x) * u64::from(mask.width()) / u64::from(width.max(1))) as u32;
            let Rgba([red, _, _, alpha]) = *mask.get_pixel(from_x, from_y);
            out.push(if has_clear { alpha } else { red });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_told_from_pictures() {
        let picture = RgbaImage::from_fn(80, 60, |x, y| Rgba([x as u8 * 3, y as u8 * 4, 90, 255]));
        let painted =
            RgbaImage::from_fn(80, 60, |x, _| if x < 40 { Rgba([0, 0, 0, 255]) } else { Rgba([255; 4]) });
        let clear = RgbaImage::from_fn(160, 120, |x, _| if x < 40 { Rgba([255; 4]) } else { Rgba([0; 4]) });
        assert!(is_mask(&painted, &picture));
        assert!(is_mask(&clear, &picture));
        assert!(!is_mask(&picture, &picture));
        let white = |width, height| RgbaImage::from_pixel(width, height, Rgba([255; 4]));
        assert!(is_mask(&white(80, 60), &picture), "all of it");
        assert!(!is_mask(&white(160, 120), &picture), "nothing is said by all white of another size");
        let soft = RgbaImage::from_fn(80, 60, |x, _| {
            let value = (x * 8).min(255) as u8;
            Rgba([value, value, value, 255])
        });
        assert!(is_mask(&soft, &picture));
        let photograph = RgbaImage::from_fn(80, 60, |x, y| {
            let value = (60 + x + y) as u8;
            Rgba([value, value, value, 255])
        });
        assert!(!is_mask(&photograph, &picture));
        assert_eq!(weights(&clear, 80, 60)[..20], [255; 20]);
        assert_eq!(weights(&painted, 80, 60)[..40], [0; 40]);
    }
}
