//! The sky: a washed gradient, clouds, a light, stars, birds, mountains far away.

use super::{
    canvas::{Canvas, Colour, Paint, Point, mix, scaled, smooth},
    noise::clouds,
    palette::Palette,
    words::{Hour, Scene, Thing},
};
use crate::chance::Chance;

/// Where the light stands, and how large it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Light {
    pub(crate) at: Point,
    pub(crate) radius: f32,
    pub(crate) shown: bool,
}

/// Paints everything above `horizon`; `unit` is a thousandth of the picture's mean side.
pub(crate) fn paint(
    canvas: &mut Canvas,
    scene: &Scene,
    palette: &Palette,
    horizon: f32,
    unit: f32,
    chance: &mut Chance,
) -> Light {
    let seed = chance.next();
    gradient(canvas, scene, palette, horizon, unit, seed);
    let width = canvas.width as f32;
    let floor = horizon.ceil() as usize;
    if scene.hour == Hour::Night || scene.has(Thing::Stars) {
        let count = if scene.has(Thing::Stars) { 420 } else { 130 };
        for _ in 0..count {
            let at = (chance.unit() * width, chance.unit().powf(1.3) * horizon * 0.92);
            let size = chance.between(0.5, 1.7) * unit;
            canvas.ellipse(at, size, size, Paint::Flat([1.0, 0.98, 0.9]), chance.between(0.25, 0.9));
        }
    }
    let low = matches!(scene.hour, Hour::Dawn | Hour::Dusk | Hour::Golden);
    let height = if low { chance.between(0.3, 0.62) } else { chance.between(0.15, 0.4) };
    let light = Light {
        at: (chance.between(0.16, 0.84) * width, height * horizon),
        radius: if low { chance.between(40.0, 58.0) } else { chance.between(28.0, 44.0) } * unit,
        shown: !scene.is_grey(),
    };
    let glow = palette.glow;
    canvas.glow(light.at, light.radius * 12.0, palette.light, glow * 0.6, floor);
    canvas.glow(light.at, light.radius * 4.5, palette.light, glow * 0.55, floor);
    if light.shown {
        disc(canvas, scene, palette, light);
    }
    if scene.has(Thing::Mountains) {
        mountains(canvas, palette, horizon, unit, chance);
    }
    if scene.has(Thing::Storm) {
        lightning(canvas, horizon, unit, chance);
    }
    light
}

fn gradient(canvas: &mut Canvas, scene: &Scene, palette: &Palette, horizon: f32, unit: f32, seed: u64) {
    let [top, middle, bottom] = palette.sky;
    let covered = if scene.is_grey() {
        0.75
    } else if scene.has(Thing::Clouds) {
        0.42
    } else {
        0.0
    };
    let night = scene.hour == Hour::Night;
    let cloud_light = if night { scaled(palette.sky[2], 1.15) } else { mix(palette.sky[2], [1.0; 3], 0.45) };
    let cloud_shade = mix(palette.sky[0], palette.sky[1], 0.5);
    let strength = if night { 0.026 } else { 0.036 };
    let veil = seed ^ 0x4d;
    for y in 0..(horizon.ceil() as usize).min(canvas.height) {
        let along = y as f32 / horizon;
        let plain = if along < 0.55 {
            mix(top, middle, smooth(0.0, 0.55, along))
        } else {
            mix(middle, bottom, smooth(0.5, 1.0, along))
        };
        let fade = (1.0 - smooth(0.55, 1.0, along)) * strength;
        for (x, pixel) in canvas.row_mut(y).iter_mut().enumerate() {
            let (across, down) = (x as f32 / unit, y as f32 / unit);
            *pixel = washed(plain, seed, across, down, fade);
            if covered > 0.0 {
                let thick = clouds(veil, across / 330.0, down / 105.0 + along * along * 1.5);
                let cloud = smooth(0.62 - covered * 0.32, 0.86, thick) * (1.0 - along * 0.55);
                let lit = clouds(veil, across / 330.0, (down + 26.0) / 105.0 + along * along * 1.5);
                let colour = mix(
                    cloud_light,
                    cloud_shade,
                    smooth(0.35, 0.75, lit) * if scene.is_grey() { 0.9 } else { 0.4 },
                );
                *pixel = mix(*pixel, colour, cloud * 0.8);
            }
        }
    }
}

/// A thin wash: wide strokes a little lighter or darker than the sky they lie on.
fn washed(plain: Colour, seed: u64, across: f32, down: f32, fade: f32) -> Colour {
    let shift = clouds(seed, across / 240.0, down / 70.0) - 0.5;
    plain.map(|channel| channel + shift * fade * 4.0)
}

fn disc(canvas: &mut Canvas, scene: &Scene, palette: &Palette, light: Light) {
    let Light { at, radius, .. } = light;
    canvas.ellipse(at, radius * 1.16, radius * 1.16, Paint::Flat(palette.light), 0.22);
    canvas.ellipse(at, radius, radius, Paint::Flat(palette.light), 0.97);
    if scene.hour == Hour::Night || scene.has(Thing::Moon) {
        let grey = mix(palette.light, palette.sky[1], 0.28);
        for (across, down, size) in
            [(-0.32, -0.2, 0.24), (0.26, 0.12, 0.18), (-0.06, 0.42, 0.14), (0.38, -0.36, 0.1)]
        {
            canvas.ellipse(
                (at.0 + across * radius, at.1 + down * radius),
                size * radius,
                size * radius,
                Paint::Flat(grey),
                0.5,
            );
        }
    }
}

fn mountains(canvas: &mut Canvas, palette: &Palette, horizon: f32, unit: f32, chance: &mut Chance) {
    let width = canvas.width as f32;
    for (layer, height) in [(0, 0.44), (1, 0.3)] {
        let mut points = vec![(-10.0, horizon + 2.0)];
        let mut x = -60.0 * unit;
        while x < width + 120.0 * unit {
            let peak = horizon * height * chance.between(0.55, 1.0);
            points.push((x, horizon - peak));
            points.push((x + chance.between(40.0, 80.0) * unit, horizon - peak * chance.between(0.45, 0.75)));
            x += chance.between(110.0, 210.0) * unit;
        }
        points.push((width + 200.0 * unit, horizon + 2.0));
        let far = mix(palette.sky[0], palette.haze(), 0.55 - layer as f32 * 0.2);
        let paint =
            Paint::Fade { top: far, bottom: palette.haze(), from: horizon * (1.0 - height), to: horizon };
        canvas.fill(&points, paint, 0.8);
    }
}

fn lightning(canvas: &mut Canvas, horizon: f32, unit: f32, chance: &mut Chance) {
    let mut at = (chance.between(0.2, 0.8) * canvas.width as f32, horizon * 0.04);
    canvas.glow((at.0, horizon * 0.3), 330.0 * unit, [0.86, 0.88, 1.0], 0.45, horizon as usize);
    let mut thickness = 4.2 * unit;
    while at.1 < horizon * 0.82 {
        let next = (at.0 + chance.between(-34.0, 34.0) * unit, at.1 + chance.between(18.0, 48.0) * unit);
        canvas.line(at, next, thickness, Paint::Flat([0.97, 0.97, 1.0]), 0.95);
        if chance.happens(0.3) {
            let twig =
                (next.0 + chance.between(-60.0, 60.0) * unit, next.1 + chance.between(20.0, 60.0) * unit);
            canvas.line(next, twig, thickness * 0.5, Paint::Flat([0.9, 0.92, 1.0]), 0.7);
        }
        at = next;
        thickness = (thickness * 0.93).max(1.2 * unit);
    }
}

/// Birds and balloons, which fly before the houses.
pub(crate) fn flying(
    canvas: &mut Canvas,
    scene: &Scene,
    palette: &Palette,
    horizon: f32,
    unit: f32,
    chance: &mut Chance,
) {
    let width = canvas.width as f32;
    if scene.has(Thing::Birds) {
        let flock = (chance.between(0.2, 0.8) * width, chance.between(0.14, 0.4) * horizon);
        for _ in 0..5 + chance.below(6) {
            let at = (
                flock.0 + chance.between(-130.0, 130.0) * unit,
                flock.1 + chance.between(-50.0, 50.0) * unit,
            );
            let span = chance.between(7.0, 14.0) * unit;
            let ink = Paint::Flat(mix(palette.dark, palette.sky[0], 0.2));
            for side in [-1.0, 1.0] {
                let elbow = (at.0 + side * span * 0.5, at.1 - span * 0.42);
                canvas.line(at, elbow, 2.2 * unit, ink, 0.85);
                canvas.line(elbow, (at.0 + side * span, at.1 - span * 0.1), 1.6 * unit, ink, 0.85);
            }
        }
    }
    if scene.has(Thing::Balloons) {
        for _ in 0..2 + chance.below(3) {
            let at = (chance.between(0.1, 0.9) * width, chance.between(0.14, 0.5) * horizon);
            balloon(canvas, palette, at, chance.between(26.0, 58.0) * unit, chance.below(5) as usize);
        }
    }
}

fn balloon(canvas: &mut Canvas, palette: &Palette, at: Point, radius: f32, colour: usize) {
    let skin = palette.walls[colour % palette.walls.len()];
    let other = palette.walls[(colour + 2) % palette.walls.len()];
    let foot = at.1 + radius * 1.75;
    let tail = |spread: f32| {
        [
            (at.0 - radius * 0.93 * spread, at.1 + radius * 0.42),
            (at.0 + radius * 0.93 * spread, at.1 + radius * 0.42),
            (at.0 + radius * 0.2 * spread, foot),
            (at.0 - radius * 0.2 * spread, foot),
        ]
    };
    for (spread, colour) in [(1.0, skin), (0.62, other), (0.26, skin)] {
        canvas.ellipse(at, radius * spread, radius, Paint::Flat(colour), 1.0);
        canvas.fill(&tail(spread), Paint::Flat(colour), 1.0);
    }
    let basket = foot + radius * 0.3;
    canvas.rectangle(
        at.0 - radius * 0.16,
        basket,
        at.0 + radius * 0.16,
        basket + radius * 0.24,
        Paint::Flat(palette.dark),
        1.0,
    );
    for side in [-0.14, 0.14] {
        canvas.line(
            (at.0 + side * radius, foot),
            (at.0 + side * radius, basket),
            radius * 0.03,
            Paint::Flat(palette.dark),
            1.0,
        );
    }
}
