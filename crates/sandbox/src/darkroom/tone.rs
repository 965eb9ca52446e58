//! What is done to a whole picture afterwards: the colours of others over it, or all of it blurred.

use image::{Rgb, RgbImage, RgbaImage, imageops};

/// Pixels of the picture for one of what is left of it when it is blurred.
const BLUR: u32 = 28;

/// The colour of a picture on the whole; what is clear doesn't count.
pub(crate) fn mean(picture: &RgbaImage) -> [f32; 3] {
    let (mut sums, mut weight) = ([0_u64; 3], 0_u64);
    for pixel in picture.pixels() {
        let alpha = u64::from(pixel[3]);
        weight += alpha;
        for (sum, channel) in sums.iter_mut().zip(pixel.0) {
            *sum += u64::from(channel) * alpha;
        }
    }
    sums.map(|sum| sum as f32 / weight.max(1) as f32)
}

/// Brings a picture towards colours, each as strongly as it says from 0 to 1. Light and dark stay.
pub(crate) fn toned(picture: &mut RgbImage, towards: &[([f32; 3], f32)]) {
    for Rgb(pixel) in picture.pixels_mut() {
        for (colour, strength) in towards {
            let light = pixel.iter().map(|channel| f32::from(*channel)).sum::<f32>() / 3.0;
            let tint = colour.iter().sum::<f32>() / 3.0;
            for (channel, wanted) in pixel.iter_mut().zip(colour) {
                let wanted = (light + wanted - tint).clamp(0.0, 255.0);
                *channel = (f32::from(*channel) + (wanted - f32::from(*channel)) * strength * 0.8) as u8;
            }
        }
    }
}

/// So blurred that only large patches are left.
pub(crate) fn blurred(picture: &RgbImage) -> RgbImage {
    let (width, height) = picture.dimensions();
    let small = imageops::thumbnail(picture, (width / BLUR).max(1), (height / BLUR).max(1));
    imageops::resize(&small, width, height, imageops::FilterType::Triangle)
}

#[cfg(test)]
mod tests {
    use image::Rgba;

    use super::*;

    #[test]
    fn tones_move_colours_and_leave_light() {
        let red = RgbaImage::from_fn(8, 8, |x, _| Rgba([200, 20, 20, if x < 4 { 255 } else { 0 }]));
        let mut grey = RgbImage::from_pixel(4, 4, Rgb([120; 3]));
        toned(&mut grey, &[(mean(&red), 0.5)]);
        let [r, g, b] = grey.get_pixel(0, 0).0;
        assert!(r > 150 && g < 110 && g == b, "{r} {g} {b}");
        assert!((i32::from(r) + i32::from(g) + i32::from(b) - 360).abs() < 12);
    }

    #[test]
    fn nothing_small_is_left_of_a_blurred_picture() {
        let stripes = RgbImage::from_fn(280, 140, |x, _| Rgb([if x % 4 < 2 { 0 } else { 255 }; 3]));
        let after = blurred(&stripes);
        assert_eq!(after.dimensions(), (280, 140));
        assert!(after.pixels().all(|pixel| (100..=155).contains(&pixel[0])));
    }
}
