//! Films: a painted lagoon with moving water and passing boats, or a picture that comes to life.

mod encoding;
mod faces;
mod file;
mod frames;

use image::RgbImage;

pub(crate) use faces::{looks_like_a_face, speaks_of_people};
pub(crate) use file::{Padding, facts};

use crate::{
    music::{self, Wish},
    sound_files::Sound,
};

/// What a film depends on.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    pub(crate) prompt: String,
    pub(crate) negative_prompt: String,
    pub(crate) model: String,
    pub(crate) seed: u64,
    pub(crate) seconds: f64,
    /// In pixels, even.
    pub(crate) width: u32,
    /// In pixels, even.
    pub(crate) height: u32,
    pub(crate) sound: bool,
    /// What it begins with.
    pub(crate) first: Option<RgbImage>,
    /// What it ends with.
    pub(crate) last: Option<RgbImage>,
}

/// A film that can't be made; the encoder or the container refused it.
#[derive(Debug, thiserror::Error)]
#[error("the film can't be made: {0}")]
pub(crate) struct Unfilmable(String);

impl Script {
    /// Frames a second: large films have fewer, as each costs more.
    fn rate(&self) -> u32 {
        if self.width * self.height > 1_000_000 { 12 } else { 24 }
    }
}

/// Makes the film as an MP4 file of H.264, with Opus where sound is wished.
pub(crate) fn shoot(script: &Script) -> Result<Vec<u8>, Unfilmable> {
    let sound = script.sound.then(|| soundtrack(script));
    encoding::encode(script, sound.as_ref())
}

/// The water, and what else the prompt lets hear.
fn soundtrack(script: &Script) -> Sound {
    let prompt = format!("{} water", script.prompt);
    let wish = Wish { prompt: &prompt, lyrics: "", seconds: script.seconds, seed: script.seed, loops: false };
    music::noise(&wish)
}

/// The size of a film of a shape, such as 16:9, with so many lines along its shorter side.
pub(crate) fn size(ratio: (u32, u32), lines: u32) -> (u32, u32) {
    let (across, down) = (ratio.0.max(1), ratio.1.max(1));
    let long = |short: u32, more: u32, less: u32| {
        (f64::from(short) * f64::from(more) / f64::from(less)).round() as u32
    };
    let (width, height) =
        if across >= down { (long(lines, across, down), lines) } else { (lines, long(lines, down, across)) };
    (even(width), even(height))
}

/// At least two, and even, as H.264 wants it.
pub(crate) fn even(side: u32) -> u32 {
    (side.max(2) / 2) * 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound_files::{Loudness, container};

    fn script() -> Script {
        Script {
            prompt: "two gondolas at dusk".into(),
            negative_prompt: String::new(),
            model: "ltx".into(),
            seed: 7,
            seconds: 2.0,
            width: 256,
            height: 144,
            sound: true,
            first: None,
            last: None,
        }
    }

    /// The pictures of a film.
    fn developed(film: &[u8]) -> Vec<RgbImage> {
        let mut decoder = openh264::decoder::Decoder::new().unwrap();
        let mut pictures = Vec::new();
        for unit in file::video_units(film) {
            if let Some(picture) = decoder.decode(&unit).unwrap() {
                use openh264::formats::YUVSource;
                let (width, height) = picture.dimensions();
                let mut bytes = vec![0; width * height * 3];
                picture.write_rgb8(&mut bytes);
                pictures.push(RgbImage::from_raw(width as u32, height as u32, bytes).unwrap());
            }
        }
        pictures
    }

    fn difference(one: &RgbImage, two: &RgbImage) -> f64 {
        let total: u64 = one.as_raw().iter().zip(two.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        total as f64 / one.as_raw().len() as f64
    }

    #[test]
    fn a_film_lasts_as_long_as_asked_moves_and_can_be_heard() {
        let film = shoot(&script()).unwrap();
        assert_eq!(container(&film), Some("mp4"));
        let facts = facts(&film).unwrap();
        assert!((facts.seconds - 2.0).abs() < 0.06, "{}", facts.seconds);
        assert_eq!((facts.width, facts.height), (256, 144));
        let pictures = developed(&film);
        assert_eq!(pictures.len(), 48);
        assert!(difference(&pictures[0], &pictures[40]) > 1.0, "water and boats move");
        let heard = Loudness::of_file(film.into()).unwrap();
        assert!((heard.seconds - 2.0).abs() < 0.1, "{}", heard.seconds);
        assert!(heard.levels.iter().any(|level| *level > 0.02));
        assert_eq!(shoot(&script()).unwrap(), shoot(&script()).unwrap());
    }

    #[test]
    fn a_picture_is_the_first_frame_and_another_the_last() {
        let red = RgbImage::from_fn(320, 180, |x, _| image::Rgb([200, (x / 2) as u8, 40]));
        let blue = RgbImage::from_pixel(320, 180, image::Rgb([30, 60, 200]));
        let script = Script { first: Some(red.clone()), last: Some(blue.clone()), sound: false, ..script() };
        let pictures = developed(&shoot(&script).unwrap());
        let small = |picture: &RgbImage| {
            image::imageops::resize(picture, 256, 144, image::imageops::FilterType::Triangle)
        };
        assert!(difference(&pictures[0], &small(&red)) < 8.0, "{}", difference(&pictures[0], &small(&red)));
        assert!(difference(&pictures[47], &small(&blue)) < 8.0);
    }

    #[test]
    fn shapes_have_the_asked_lines_along_their_shorter_side() {
        assert_eq!(size((16, 9), 480), (852, 480));
        assert_eq!(size((9, 16), 720), (720, 1280));
        assert_eq!(size((1, 1), 256), (256, 256));
    }
}
