//! Little vedute: a sky with a light, houses in three depths, their image in the water, gondolas.
//!
//! The words decide what is painted, the seed where it stands. The same subject is always the same picture.

mod boats;
mod canvas;
mod finish;
mod houses;
mod landmarks;
mod noise;
mod palette;
mod sky;
mod stage;
mod water;
mod words;

use image::{RgbImage, imageops};

pub(crate) use boats::{Berth, gondola};
pub(crate) use canvas::{Canvas, Colour, Paint, luminance, mix as blend, rgb, scaled, smooth};
pub(crate) use finish::{STYLES, Style, style};
pub(crate) use palette::Palette;
pub(crate) use stage::{Sprite, Stage};
pub(crate) use words::{Hour, Scene, Thing, Words};

use crate::chance::{Chance, mix};

/// Larger pictures are painted smaller and scaled up.
const MOST_PAINTED: u64 = 4_400_000;

/// Everything that a picture depends on.
pub(crate) struct Subject<'a> {
    pub(crate) prompt: &'a str,
    pub(crate) negative_prompt: &'a str,
    pub(crate) style: Option<&'static Style>,
    pub(crate) model: &'a str,
    pub(crate) seed: i64,
    /// In pixels.
    pub(crate) width: u32,
    /// In pixels.
    pub(crate) height: u32,
}

/// Paints a subject, exactly as large as it asks.
pub(crate) fn paint(subject: &Subject<'_>) -> RgbImage {
    let (width, height) = (subject.width.max(1), subject.height.max(1));
    let pixels = u64::from(width) * u64::from(height);
    if pixels <= MOST_PAINTED {
        return painted(subject, width, height);
    }
    let factor = (MOST_PAINTED as f64 / pixels as f64).sqrt();
    let smaller = |side: u32| ((f64::from(side) * factor) as u32).max(1);
    let small = painted(subject, smaller(width), smaller(height));
    imageops::resize(&small, width, height, imageops::FilterType::Triangle)
}

fn painted(subject: &Subject<'_>, width: u32, height: u32) -> RgbImage {
    let scene = Scene::read(subject.prompt, subject.negative_prompt, subject.model);
    let style_name = subject.style.map_or("", |style| style.name);
    let seed = mix(mix(mix(subject.seed.cast_unsigned(), subject.prompt), subject.model), style_name);
    let mut chance = Chance::new(seed);
    let palette = Palette::of(&scene, &mut chance);
    let mut canvas = Canvas::new(width as usize, height as usize);
    let unit = ((width as f32) * (height as f32)).sqrt() / 1000.0;
    let horizon = ((height as f32 * scene.horizon).round() as usize).clamp(1, height as usize);
    let ground = horizon as f32;
    let light = sky::paint(&mut canvas, &scene, &palette, ground, unit, &mut chance);
    let mut builder =
        houses::Builder { canvas: &mut canvas, scene: &scene, palette: &palette, light, ground, unit };
    builder.rows(&mut chance);
    sky::flying(&mut canvas, &scene, &palette, ground, unit, &mut chance);
    water::paint(&mut canvas, &scene, &palette, light, horizon, unit, &mut chance);
    boats::paint(&mut canvas, &scene, &palette, ground, unit, &mut chance);
    finish::weather(&mut canvas, &scene, unit, &mut chance);
    finish::apply(&mut canvas, subject.style, unit, chance.next());
    canvas.into_image()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(prompt: &str, seed: i64) -> Subject<'_> {
        Subject {
            prompt,
            negative_prompt: "",
            style: None,
            model: "z-image-turbo",
            seed,
            width: 192,
            height: 128,
        }
    }

    /// The mean difference of two pictures, from 0 to 255.
    fn difference(one: &RgbImage, two: &RgbImage) -> f64 {
        let total: u64 = one.as_raw().iter().zip(two.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        total as f64 / one.as_raw().len() as f64
    }

    #[test]
    fn one_subject_is_one_picture_and_each_part_of_it_counts() {
        let first = paint(&subject("a gondola at dusk", 7));
        assert_eq!(first, paint(&subject("a gondola at dusk", 7)));
        assert!(difference(&first, &paint(&subject("a gondola at dusk", 8))) > 4.0);
        let styled = Subject { style: style("Line Art"), ..subject("a gondola at dusk", 7) };
        assert!(difference(&first, &paint(&styled)) > 8.0);
    }

    #[test]
    fn two_prompts_differ_at_a_glance() {
        let night = paint(&subject("the lagoon at night", 7));
        let noon = paint(&subject("the lagoon at noon", 7));
        assert!(difference(&night, &noon) > 40.0);
        assert!(difference(&paint(&subject("a coral sky", 7)), &paint(&subject("a teal sky", 7))) > 12.0);
    }

    #[test]
    fn every_size_is_exact_and_none_is_too_odd() {
        for (width, height) in [(1, 1), (3, 200), (1280, 8), (640, 360)] {
            let picture = paint(&Subject {
                width,
                height,
                ..subject("storm, snow, fog, balloons, a bridge, sails", 3)
            });
            assert_eq!(picture.dimensions(), (width, height));
        }
    }
}
