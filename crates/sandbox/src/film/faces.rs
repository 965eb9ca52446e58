//! A guess at whether somebody's face is in a picture. Nobody is recognised.

use image::RgbImage;

use crate::painting::Words;

const PEOPLE: &[&str] = &[
    "face", "portrait", "selfie", "person", "people", "man", "woman", "boy", "girl", "child", "actor",
    "actress", "脸", "人", "肖像",
];

/// Whether a prompt speaks of somebody.
pub(crate) fn speaks_of_people(prompt: &str) -> bool {
    Words::read(prompt).say(PEOPLE)
}

/// Whether the middle of a picture is mostly of the colours that skin has.
pub(crate) fn looks_like_a_face(picture: &RgbImage) -> bool {
    let (width, height) = picture.dimensions();
    let (mut skin, mut all) = (0u32, 0u32);
    for y in (height / 4..height * 3 / 4).step_by((height as usize / 64).max(1)) {
        for x in (width / 3..width * 2 / 3).step_by((width as usize / 64).max(1)) {
            let [red, green, blue] = picture.get_pixel(x, y).0.map(f32::from);
            let bright = red.max(green).max(blue);
            let share = |channel: f32| channel / bright.max(1.0);
            all += 1;
            if bright > 60.0
                && red >= bright
                && (0.58..0.9).contains(&share(green))
                && (0.3..0.82).contains(&share(blue))
                && green > blue
            {
                skin += 1;
            }
        }
    }
    all > 0 && skin * 10 > all * 6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skin_is_told_from_water() {
        let plain = |colour| RgbImage::from_pixel(64, 64, image::Rgb(colour));
        for skin in [[224, 172, 105], [141, 85, 54], [255, 219, 172], [198, 134, 96]] {
            assert!(looks_like_a_face(&plain(skin)), "{skin:?}");
        }
        for other in [[30, 90, 160], [20, 20, 20], [240, 240, 240], [200, 40, 30], [60, 160, 70]] {
            assert!(!looks_like_a_face(&plain(other)), "{other:?}");
        }
        assert!(speaks_of_people("a portrait of a gondolier") && !speaks_of_people("a quiet canal"));
    }
}
