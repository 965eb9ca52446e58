//! What lies behind a cut-out, and both put together.

use image::{DynamicImage, ImageBuffer, Rgb, RgbImage, RgbaImage, imageops};

use super::{Background, invalid};
use crate::Result;

/// More than this is one colour.
const MOST_BLUR: f32 = 500.0;

/// A background whose values make sense.
pub(super) enum Behind {
    Colour([u8; 3]),
    Picture { position: f32, blur: f32 },
}

pub(super) fn check(background: &Background) -> Result<Behind> {
    match background {
        Background::Colour { colour } => {
            let digits = colour.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii());
            let value = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).ok_or_else(|| {
                invalid(
                    "colour",
                    format!("{colour:?} is no colour."),
                    "Write it as # and six digits of 0-9 and a-f.",
                )
            })?;
            let [_, red, green, blue] = value.to_be_bytes();
            Ok(Behind::Colour([red, green, blue]))
        }
        Background::Picture { position, blur, .. } => {
            // Not a number is in no range.
            if !(0.0..=1.0).contains(position) {
                return Err(invalid(
                    "position",
                    format!("{position} is no position."),
                    "Choose one from 0 to 1.",
                ));
            }
            if !(0.0..=MOST_BLUR).contains(blur) {
                return Err(invalid(
                    "blur",
                    format!("{blur} is too much blur."),
                    "Choose one from 0 to 500 pixels.",
                ));
            }
            Ok(Behind::Picture { position: *position, blur: *blur })
        }
    }
}

/// One colour all over.
pub(super) fn flat((width, height): (u32, u32), behind: &Behind) -> RgbImage {
    let colour = if let Behind::Colour(colour) = behind { *colour } else { [255; 3] };
    RgbImage::from_pixel(width, height, Rgb(colour))
}

/// The part of a picture that has the shape of the frame, scaled to it. What is transparent in it becomes white.
pub(super) fn cover(
    picture: &DynamicImage,
    (width, height): (u32, u32),
    behind: &Behind,
) -> Result<RgbImage> {
    let (position, blur) =
        if let Behind::Picture { position, blur } = behind { (*position, *blur) } else { (0.5, 0.0) };
    let (across, down) = (f64::from(picture.width()), f64::from(picture.height()));
    let shrink = (across / f64::from(width)).min(down / f64::from(height));
    let side = |length: u32, most: u32| ((f64::from(length) * shrink).round() as u32).clamp(1, most);
    let part = (side(width, picture.width()), side(height, picture.height()));
    let start = |whole: u32, part: u32| (f64::from(whole - part) * f64::from(position)).round() as u32;
    let (x, y) = (start(picture.width(), part.0), start(picture.height(), part.1));
    let part = picture.crop_imm(x, y, part.0, part.1);
    let scaled = store::resize(&part, width, height)?;
    let white = RgbImage::from_pixel(width, height, Rgb([255; 3]));
    let opaque =
        if scaled.color().has_alpha() { over(&scaled.into_rgba8(), white) } else { scaled.into_rgb8() };
    Ok(if blur > 0.0 { blurred(&opaque, blur) } else { opaque })
}

/// Blurred as light is: mixed by the numbers of the file, the edges between bright colours would turn dark.
fn blurred(picture: &RgbImage, blur: f32) -> RgbImage {
    let to_light: Vec<u16> =
        (0..=255_u8).map(|value| (linear(f32::from(value) / 255.0) * 65_535.0).round() as u16).collect();
    let from_light: Vec<u8> =
        (0..=65_535_u16).map(|light| (encoded(f32::from(light) / 65_535.0) * 255.0).round() as u8).collect();
    let light = ImageBuffer::from_fn(picture.width(), picture.height(), |x, y| {
        Rgb(picture
            .get_pixel(x, y)
            .0
            .map(|value| to_light.get(usize::from(value)).copied().unwrap_or_default()))
    });
    let light: ImageBuffer<Rgb<u16>, Vec<u16>> = imageops::fast_blur(&light, blur);
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        Rgb(light
            .get_pixel(x, y)
            .0
            .map(|light| from_light.get(usize::from(light)).copied().unwrap_or_default()))
    })
}

fn linear(value: f32) -> f32 {
    if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

fn encoded(light: f32) -> f32 {
    if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 }
}

/// Puts a cut-out before a background of its size. Mixed by the numbers of the file, as the window shows it before and as
/// edges were cut: the share of an edge pixel was found in them.
pub(super) fn over(cut_out: &RgbaImage, mut behind: RgbImage) -> RgbImage {
    for (front, back) in cut_out.pixels().zip(behind.pixels_mut()) {
        let alpha = u32::from(front.0[3]);
        for (back, front) in back.0.iter_mut().zip(front.0) {
            *back = ((u32::from(front) * alpha + u32::from(*back) * (255 - alpha) + 127) / 255) as u8;
        }
    }
    behind
}

#[cfg(test)]
mod tests {
    use image::Rgba;

    use super::*;

    #[test]
    fn edges_are_mixed_and_the_rest_is_left_alone() {
        let cut_out = RgbaImage::from_fn(3, 1, |x, _| Rgba([200, 100, 0, [0, 128, 255][x as usize]]));
        let done = over(&cut_out, flat((3, 1), &Behind::Colour([0, 0, 255])));
        let pixels: Vec<_> = done.pixels().map(|pixel| pixel.0).collect();
        assert_eq!(pixels, [[0, 0, 255], [100, 50, 127], [200, 100, 0]]);
    }

    #[test]
    fn the_part_that_stays_is_where_it_was_asked_for() {
        // Red, green and blue, a third each.
        let wide =
            RgbImage::from_fn(
                300,
                100,
                |x, _| Rgb([[255, 0, 0], [0, 255, 0], [0, 0, 255]][x as usize / 100]),
            );
        let wide = DynamicImage::from(wide);
        for (position, colour) in [(0.0, [255, 0, 0]), (0.5, [0, 255, 0]), (1.0, [0, 0, 255])] {
            let part = cover(&wide, (50, 50), &Behind::Picture { position, blur: 0.0 }).unwrap();
            assert_eq!((part.dimensions(), part.get_pixel(25, 25).0), ((50, 50), colour));
        }
        let tall = cover(&wide, (10, 400), &Behind::Picture { position: 0.5, blur: 3.0 }).unwrap();
        assert_eq!(tall.dimensions(), (10, 400));
    }

    #[test]
    fn blur_mixes_light() {
        let halves =
            RgbImage::from_fn(200, 4, |x, _| if x < 100 { Rgb([255, 0, 0]) } else { Rgb([0, 255, 0]) });
        let middle = blurred(&halves, 20.0).get_pixel(100, 2).0;
        assert!(middle[0] > 165 && middle[1] > 165, "not the brown of mixed numbers: {middle:?}");
        let white = RgbImage::from_pixel(9, 9, Rgb([255; 3]));
        assert_eq!(blurred(&white, 5.0), white);
    }

    #[test]
    fn values_that_make_no_sense_are_refused() {
        for colour in ["", "#12345", "red", "#12345g", "#1234567", "#ééé"] {
            assert!(check(&Background::Colour { colour: colour.into() }).is_err(), "{colour}");
        }
        for (position, blur) in [(-0.1, 0.0), (1.1, 0.0), (f32::NAN, 0.0), (0.5, -1.0), (0.5, f32::INFINITY)]
        {
            assert!(check(&Background::Picture { item: String::new(), position, blur }).is_err());
        }
    }
}
