//! Frame by frame: what moves, and how.

use std::f32::consts::TAU;

use image::{RgbImage, imageops};

use super::Script;
use crate::{
    chance::{Chance, mix},
    painting::{Sprite, Stage, Subject},
};

/// Makes each frame at its time.
pub(super) enum Frames {
    Lagoon(Box<Lagoon>),
    Picture(Picture),
}

impl Frames {
    pub(super) fn of(script: &Script) -> Self {
        let fitted = |picture: &RgbImage| cover(picture, script.width, script.height);
        match (&script.first, &script.last) {
            (Some(first), last) => Self::Picture(Picture {
                first: fitted(first),
                last: last.as_ref().map(fitted),
                drift: drift(script),
            }),
            (None, Some(last)) => {
                let lagoon = Lagoon::new(script);
                Self::Picture(Picture {
                    first: lagoon.frame(0.0),
                    last: Some(fitted(last)),
                    drift: drift(script),
                })
            }
            (None, None) => Self::Lagoon(Box::new(Lagoon::new(script))),
        }
    }

    /// The frame at `seconds`, which are `along` of the whole from 0 to 1.
    pub(super) fn frame(&self, seconds: f32, along: f32) -> RgbImage {
        match self {
            Self::Lagoon(lagoon) => lagoon.frame(seconds),
            Self::Picture(picture) => picture.frame(along),
        }
    }
}

/// Where the eye wanders on a picture.
fn drift(script: &Script) -> (f32, f32) {
    let mut chance = Chance::new(mix(script.seed, "drift"));
    (chance.between(0.2, 0.8), chance.between(0.25, 0.75))
}

/// The picture so large that it fills the frame, its middle kept.
fn cover(picture: &RgbImage, width: u32, height: u32) -> RgbImage {
    let (across, down) = (picture.width().max(1), picture.height().max(1));
    let factor = (f64::from(width) / f64::from(across)).max(f64::from(height) / f64::from(down));
    let scaled = |side: u32, least: u32| ((f64::from(side) * factor).round() as u32).max(least);
    let (large, high) = (scaled(across, width), scaled(down, height));
    let resized = imageops::resize(picture, large, high, imageops::FilterType::Triangle);
    imageops::crop_imm(&resized, (large - width) / 2, (high - height) / 2, width, height).to_image()
}

/// A picture that is slowly gone into, and may become another.
pub(super) struct Picture {
    first: RgbImage,
    last: Option<RgbImage>,
    drift: (f32, f32),
}

impl Picture {
    fn frame(&self, along: f32) -> RgbImage {
        let eased = along * along * (3.0 - 2.0 * along);
        let near = zoomed(&self.first, 1.0 + 0.12 * eased, self.drift);
        let Some(last) = &self.last else { return near };
        let share = ((along - 0.35) / 0.65).clamp(0.0, 1.0);
        let (over, under) = ((share * 256.0) as u32, 256 - (share * 256.0) as u32);
        // The end comes to rest at its true size.
        let far = zoomed(last, 1.0 + 0.12 * (1.0 - eased), self.drift);
        let bytes = near
            .as_raw()
            .iter()
            .zip(far.as_raw())
            .map(|(a, b)| ((u32::from(*a) * under + u32::from(*b) * over) >> 8) as u8)
            .collect();
        RgbImage::from_raw(near.width(), near.height(), bytes).unwrap_or(near)
    }
}

/// The picture seen from nearer, towards a place given as shares of its sides.
fn zoomed(picture: &RgbImage, factor: f32, towards: (f32, f32)) -> RgbImage {
    let (width, height) = picture.dimensions();
    let (left, top) =
        (width as f32 * (1.0 - 1.0 / factor) * towards.0, height as f32 * (1.0 - 1.0 / factor) * towards.1);
    let bytes = picture.as_raw();
    let stride = width as usize * 3;
    // In 256ths of a pixel: where each column looks.
    let columns: Vec<(usize, usize, u32)> = (0..width)
        .map(|x| {
            let at = ((left + x as f32 / factor) * 256.0) as u32;
            let from = (at >> 8).min(width - 1);
            (from as usize * 3, (from + 1).min(width - 1) as usize * 3, at & 255)
        })
        .collect();
    let mut out = Vec::with_capacity(bytes.len());
    for y in 0..height {
        let at = ((top + y as f32 / factor) * 256.0) as u32;
        let from = (at >> 8).min(height - 1);
        let upper = &bytes[from as usize * stride..][..stride];
        let lower = &bytes[(from + 1).min(height - 1) as usize * stride..][..stride];
        let down = at & 255;
        for (one, two, across) in &columns {
            for channel in 0..3 {
                let mixed = |row: &[u8]| {
                    u32::from(row[one + channel]) * (256 - across) + u32::from(row[two + channel]) * across
                };
                out.push(((mixed(upper) * (256 - down) + mixed(lower) * down) >> 16) as u8);
            }
        }
    }
    RgbImage::from_raw(width, height, out).unwrap_or_else(|| picture.clone())
}

/// The painted lagoon: water that moves, boats that pass.
pub(super) struct Lagoon {
    stage: Stage,
    boats: Vec<Boat>,
}

struct Boat {
    sprite: Sprite,
    /// Where it is at first, and how far it goes in a second, in pixels.
    start: f32,
    speed: f32,
    /// The waterline, in rows from the top.
    line: f32,
    phase: f32,
}

impl Lagoon {
    fn new(script: &Script) -> Self {
        let stage = Stage::set(&Subject {
            prompt: &script.prompt,
            negative_prompt: &script.negative_prompt,
            style: None,
            model: &script.model,
            seed: script.seed.cast_signed(),
            width: script.width,
            height: script.height,
        });
        let mut chance = Chance::new(mix(script.seed, "boats"));
        let depth = script.height as f32 - stage.horizon as f32;
        let count = stage.boats.min(5);
        let mut near: Vec<f32> = (0..count).map(|_| chance.between(0.12, 0.72)).collect();
        near.sort_by(f32::total_cmp);
        let boats = near
            .into_iter()
            .enumerate()
            .map(|(place, near)| {
                let heading = if chance.happens(0.5) { 1.0 } else { -1.0 };
                let share = (place as f32 + chance.between(0.2, 0.8)) / count as f32;
                Boat {
                    sprite: stage.boat(near, heading),
                    start: share * script.width as f32,
                    speed: heading * (0.55 + 1.15 * near) * stage.unit * chance.between(26.0, 44.0),
                    line: stage.horizon as f32 + near * depth,
                    phase: chance.unit(),
                }
            })
            .collect();
        Self { stage, boats }
    }

    fn frame(&self, seconds: f32) -> RgbImage {
        let mut out = self.stage.picture.clone();
        self.ripple(&mut out, seconds);
        for boat in &self.boats {
            boat.draw(&mut out, seconds);
        }
        out
    }

    /// Each row of the water sways, the nearer the wider.
    fn ripple(&self, out: &mut RgbImage, seconds: f32) {
        let (width, height) = (out.width() as usize, out.height());
        let from = self.stage.picture.as_raw();
        let stride = width * 3;
        let depth = (height - self.stage.horizon).max(1) as f32;
        let horizon = self.stage.horizon as usize;
        let rows = &mut out.as_mut()[horizon * stride..];
        for (place, row) in rows.chunks_exact_mut(stride).enumerate() {
            let along = place as f32 / depth;
            let phase = along.powf(0.62) * 58.0;
            let sway = (TAU * (0.31 * seconds) + phase * 1.7).sin()
                + 0.5 * (TAU * 0.53 * seconds - phase * 0.9).sin();
            let shift = (sway * (0.6 + 6.0 * along) * self.stage.unit * 2.0).round() as i32;
            let lift = ((TAU * 0.43 * seconds + phase).sin() * (0.4 + 3.0 * along) * self.stage.unit * 2.0)
                .round() as isize;
            let source = place.saturating_add_signed(lift).min(depth as usize - 1) + horizon;
            let source = &from[source * stride..][..stride];
            let moved = shift.unsigned_abs() as usize * 3;
            if moved >= stride {
                continue;
            }
            if shift >= 0 {
                row[moved..].copy_from_slice(&source[..stride - moved]);
                for pixel in row[..moved].chunks_exact_mut(3) {
                    pixel.copy_from_slice(&source[..3]);
                }
            } else {
                row[..stride - moved].copy_from_slice(&source[moved..]);
                for pixel in row[stride - moved..].chunks_exact_mut(3) {
                    pixel.copy_from_slice(&source[stride - 3..]);
                }
            }
        }
    }
}

impl Boat {
    fn draw(&self, out: &mut RgbImage, seconds: f32) {
        let room = out.width() as f32 + self.sprite.width as f32;
        // Who leaves on one side comes back on the other.
        let middle = (self.start + self.speed * seconds + self.sprite.width as f32 / 2.0).rem_euclid(room)
            - self.sprite.width as f32 / 2.0;
        let left = (middle - self.sprite.width as f32 / 2.0).round() as i32;
        let bob = (TAU * (0.4 * seconds + self.phase)).sin() * self.sprite.height as f32 * 0.016;
        let top = (self.line + bob - self.sprite.waterline as f32).round() as i32;
        for (place, [red, green, blue, cover]) in self.sprite.pixels.iter().enumerate() {
            if *cover == 0 {
                continue;
            }
            let (across, down) = (place as u32 % self.sprite.width, place as u32 / self.sprite.width);
            let (Some(x), Some(y)) = (across.checked_add_signed(left), down.checked_add_signed(top)) else {
                continue;
            };
            if x >= out.width() || y >= out.height() {
                continue;
            }
            let pixel = out.get_pixel_mut(x, y);
            for (channel, colour) in pixel.0.iter_mut().zip([red, green, blue]) {
                let mixed =
                    u32::from(*colour) * u32::from(*cover) + u32::from(*channel) * u32::from(255 - cover);
                *channel = (mixed / 255) as u8;
            }
        }
    }
}
