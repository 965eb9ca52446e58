//! A picture without its boats, and what it takes to let them pass: for films.

use image::RgbImage;

use super::{
    Berth, Canvas, Palette, Scene, Subject, canvas::mix as blend, finish, gondola, houses, sky, water,
};
use crate::chance::{Chance, mix};

/// The empty scene.
pub(crate) struct Stage {
    pub(crate) picture: RgbImage,
    /// Where the water begins, in rows from the top.
    pub(crate) horizon: u32,
    pub(crate) unit: f32,
    pub(crate) boats: usize,
    scene: Scene,
    palette: Palette,
}

/// A boat cut out: its colours, how much each covers, and where its waterline is.
pub(crate) struct Sprite {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Red, green, blue and cover, from 0 to 255.
    pub(crate) pixels: Vec<[u8; 4]>,
    pub(crate) waterline: u32,
}

impl Stage {
    pub(crate) fn set(subject: &Subject<'_>) -> Self {
        let (width, height) = (subject.width.max(2), subject.height.max(2));
        let mut scene = Scene::read(subject.prompt, subject.negative_prompt, subject.model);
        let boats = std::mem::take(&mut scene.gondolas).max(1);
        let mut chance = Chance::new(mix(mix(subject.seed.cast_unsigned(), subject.prompt), subject.model));
        let palette = Palette::of(&scene, &mut chance);
        let mut canvas = Canvas::new(width as usize, height as usize);
        let unit = ((width as f32) * (height as f32)).sqrt() / 1000.0;
        let horizon = ((height as f32 * scene.horizon).round() as usize).clamp(1, height as usize - 1);
        let ground = horizon as f32;
        let light = sky::paint(&mut canvas, &scene, &palette, ground, unit, &mut chance);
        let mut builder =
            houses::Builder { canvas: &mut canvas, scene: &scene, palette: &palette, light, ground, unit };
        builder.rows(&mut chance);
        sky::flying(&mut canvas, &scene, &palette, ground, unit, &mut chance);
        water::paint(&mut canvas, &scene, &palette, light, horizon, unit, &mut chance);
        finish::apply(&mut canvas, subject.style, unit, chance.next());
        Self { picture: canvas.into_image(), horizon: horizon as u32, unit, boats, scene, palette }
    }

    /// A gondola as it looks at a depth from 0, far, to 1, near.
    pub(crate) fn boat(&self, depth: f32, heading: f32) -> Sprite {
        let scale = (0.55 + 1.15 * depth) * self.unit;
        let (width, height) = ((230.0 * scale).ceil().max(4.0), (90.0 * scale).ceil().max(4.0));
        let waterline = (60.0 * scale).ceil();
        let berth = Berth { at: (width / 2.0, waterline), scale, heading };
        let ink = blend(self.palette.dark, self.palette.water, 0.34 * (1.0 - depth));
        let painted = |ground: f32| {
            let mut canvas = Canvas::new(width as usize, height as usize);
            canvas.pixels.fill([ground; 3]);
            gondola(&mut canvas, &self.palette, &berth, ink, self.scene.hour);
            canvas.pixels
        };
        // What differs between black and white ground is what shines through.
        let (dark, bright) = (painted(0.0), painted(1.0));
        let pixels = dark
            .iter()
            .zip(&bright)
            .map(|(dark, bright)| {
                let through = (0..3).map(|channel| bright[channel] - dark[channel]).sum::<f32>() / 3.0;
                let cover = (1.0 - through).clamp(0.0, 1.0);
                let byte = |value: f32| (value.clamp(0.0, 1.0) * 255.0).round() as u8;
                let colour = |channel: usize| byte(dark[channel] / cover.max(0.004));
                [colour(0), colour(1), colour(2), byte(cover)]
            })
            .collect();
        Sprite { width: width as u32, height: height as u32, pixels, waterline: waterline as u32 }
    }
}
