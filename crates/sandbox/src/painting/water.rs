//! The lagoon: what stands above it, mirrored and broken by waves, with light lying on it.

use super::{
    canvas::{Canvas, Colour, Paint, luminance, mix, scaled, smooth},
    noise::noise,
    palette::Palette,
    sky::Light,
    words::{Scene, Thing},
};
use crate::chance::Chance;

pub(crate) fn paint(
    canvas: &mut Canvas,
    scene: &Scene,
    palette: &Palette,
    light: Light,
    horizon: usize,
    unit: f32,
    chance: &mut Chance,
) {
    let rough = if scene.has(Thing::Storm) {
        2.1
    } else if scene.is_grey() {
        1.5
    } else {
        1.0
    };
    mirror(canvas, palette, horizon, unit, rough, chance.next());
    strokes(canvas, palette, horizon, unit, rough, chance);
    if light.shown {
        glitter(canvas, palette, light, horizon, unit, chance);
    }
}

fn mirror(canvas: &mut Canvas, palette: &Palette, horizon: usize, unit: f32, rough: f32, seed: u64) {
    let (width, height) = (canvas.width, canvas.height);
    let depth = (height - horizon).max(1) as f32;
    // A short shore mirrors more of itself than fits: it is pressed together.
    let pressed = (horizon as f32 * 0.92 / depth).clamp(0.75, 1.3);
    let above: Vec<Colour> = canvas.pixels[..horizon * width].to_vec();
    for y in horizon..height {
        let along = (y - horizon) as f32 / depth;
        let down = (y - horizon) as f32 / unit;
        // Waves grow longer and wider towards the eye.
        let phase = along.powf(0.62) * 58.0;
        let reach = (1.0 + 17.0 * along.powf(0.85)) * rough * unit;
        let lift = (noise(seed ^ 5, phase * 1.3, 0.5) - 0.5) * 7.0 * along * unit;
        let source =
            (horizon as f32 - 1.0 - (y - horizon) as f32 * pressed - lift).clamp(0.0, (horizon - 1) as f32);
        let (row, between) = (source as usize, source.fract());
        let next = (row + 1).min(horizon - 1);
        let murk = 0.2 + 0.5 * smooth(0.0, 1.0, along);
        for x in 0..width {
            let across = x as f32 / unit;
            let bend = noise(seed, across / 46.0 + phase * 0.3, phase) - 0.5;
            let zigzag = ((phase * 1.15 + bend * 1.6).fract() - 0.5).abs() * 2.0 - 0.5;
            let shifted = (x as f32 + (bend * 1.1 + zigzag * 0.75) * reach).clamp(0.0, (width - 1) as f32);
            let (left, part) = (shifted as usize, shifted.fract());
            let right = (left + 1).min(width - 1);
            let upper = mix(above[row * width + left], above[row * width + right], part);
            let lower = mix(above[next * width + left], above[next * width + right], part);
            let seen = scaled(mix(upper, lower, between), 0.93);
            let ripple = (noise(seed ^ 9, across / (30.0 + 120.0 * along), down / (2.2 + 6.0 * along)) - 0.5)
                * (0.05 + 0.07 * along);
            let colour = mix(seen, palette.water, murk);
            canvas.pixels[y * width + x] = colour.map(|channel| channel + ripple);
        }
    }
}

/// Long flat strokes of a brush, lighter and darker.
fn strokes(
    canvas: &mut Canvas,
    palette: &Palette,
    horizon: usize,
    unit: f32,
    rough: f32,
    chance: &mut Chance,
) {
    let (width, depth) = (canvas.width as f32, (canvas.height - horizon) as f32);
    let pale = mix(palette.sky[2], [1.0; 3], 0.2);
    let deep = scaled(palette.water, 0.62);
    let count = (width / unit * 0.34 * rough) as u32;
    for _ in 0..count {
        let along = chance.unit().powf(0.75);
        let y = horizon as f32 + along * depth;
        let long = chance.between(10.0, 70.0) * (0.3 + along) * unit;
        let thick = chance.between(0.5, 1.25) * (0.6 + along) * unit;
        let colour = if chance.happens(0.55) { pale } else { deep };
        canvas.ellipse(
            (chance.unit() * width, y),
            long,
            thick,
            Paint::Flat(colour),
            chance.between(0.05, 0.2),
        );
    }
}

/// The light's path over the water.
fn glitter(
    canvas: &mut Canvas,
    palette: &Palette,
    light: Light,
    horizon: usize,
    unit: f32,
    chance: &mut Chance,
) {
    let depth = (canvas.height - horizon) as f32;
    let strength = 0.3 + 0.4 * (1.0 - luminance(palette.water)).min(1.0);
    for _ in 0..190 {
        let along = chance.unit();
        let bell = chance.unit() + chance.unit() + chance.unit() - 1.5;
        let at = (light.at.0 + bell * (24.0 + 105.0 * along) * unit, horizon as f32 + along * depth);
        let long = chance.between(5.0, 24.0) * (0.35 + along * 0.9) * unit;
        let thick = chance.between(0.7, 1.7) * (0.55 + along * 0.8) * unit;
        let fade = (1.0 - along * 0.55) * strength * chance.between(0.3, 1.0);
        canvas.ellipse(at, long, thick, Paint::Flat(palette.light), fade);
    }
}
