//! The last touch: weather before the eye, grain, and what a style preset does to the whole.

use super::{
    canvas::{Canvas, Colour, Paint, luminance, mix, smooth},
    noise::cell,
    words::{Scene, Thing},
};
use crate::chance::Chance;

/// A style preset and what it does to a picture.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub(crate) name: &'static str,
    saturation: f32,
    contrast: f32,
    /// Warm above 0, cold below.
    warmth: f32,
    grain: f32,
    vignette: f32,
    /// Levels of each channel; 0 leaves them.
    levels: f32,
    /// The side of square blocks, in thousandths of the picture; 0 for none.
    blocks: f32,
    /// Dots of ink, from 0 to 1.
    dots: f32,
    /// Dark outlines, from 0 to 1; above 1 only the lines are left.
    lines: f32,
}

const PLAIN: Style = Style {
    name: "",
    saturation: 1.0,
    contrast: 1.0,
    warmth: 0.0,
    grain: 0.012,
    vignette: 0.16,
    levels: 0.0,
    blocks: 0.0,
    dots: 0.0,
    lines: 0.0,
};

/// The style presets on offer.
pub(crate) const STYLES: &[Style] = &[
    Style { name: "3D Model", saturation: 1.1, contrast: 1.15, grain: 0.0, vignette: 0.3, ..PLAIN },
    Style {
        name: "Analog Film",
        saturation: 0.82,
        contrast: 0.94,
        warmth: 0.06,
        grain: 0.06,
        vignette: 0.4,
        ..PLAIN
    },
    Style { name: "Anime", saturation: 1.35, contrast: 1.1, grain: 0.0, levels: 12.0, ..PLAIN },
    Style {
        name: "Cinematic",
        saturation: 0.92,
        contrast: 1.2,
        warmth: -0.05,
        grain: 0.02,
        vignette: 0.5,
        ..PLAIN
    },
    Style {
        name: "Comic Book",
        saturation: 1.4,
        contrast: 1.25,
        levels: 6.0,
        dots: 0.35,
        lines: 0.9,
        ..PLAIN
    },
    Style {
        name: "Craft Clay",
        saturation: 1.15,
        contrast: 0.95,
        warmth: 0.05,
        levels: 9.0,
        grain: 0.02,
        ..PLAIN
    },
    Style { name: "Digital Art", saturation: 1.25, contrast: 1.12, grain: 0.0, ..PLAIN },
    Style { name: "Fantasy Art", saturation: 1.3, contrast: 1.08, warmth: -0.03, vignette: 0.35, ..PLAIN },
    Style { name: "Isometric Style", saturation: 1.1, levels: 8.0, grain: 0.0, ..PLAIN },
    Style {
        name: "Line Art",
        saturation: 0.0,
        contrast: 1.1,
        lines: 1.6,
        grain: 0.015,
        vignette: 0.0,
        ..PLAIN
    },
    Style { name: "Lowpoly", saturation: 1.15, blocks: 12.0, grain: 0.0, ..PLAIN },
    Style { name: "Neon Punk", saturation: 1.8, contrast: 1.35, warmth: -0.1, vignette: 0.5, ..PLAIN },
    Style { name: "Origami", saturation: 0.95, levels: 5.0, grain: 0.02, ..PLAIN },
    Style { name: "Photographic", saturation: 0.95, contrast: 1.05, grain: 0.015, ..PLAIN },
    Style {
        name: "Pixel Art",
        saturation: 1.2,
        blocks: 9.0,
        levels: 10.0,
        grain: 0.0,
        vignette: 0.0,
        ..PLAIN
    },
    Style { name: "Pointillism", saturation: 1.25, dots: 0.75, grain: 0.04, ..PLAIN },
    Style { name: "Pop Art", saturation: 1.9, contrast: 1.4, levels: 4.0, dots: 0.4, ..PLAIN },
    Style {
        name: "Renaissance",
        saturation: 0.85,
        contrast: 1.08,
        warmth: 0.12,
        grain: 0.03,
        vignette: 0.55,
        ..PLAIN
    },
    Style {
        name: "Sepia",
        saturation: 0.0,
        contrast: 1.05,
        warmth: 0.22,
        grain: 0.035,
        vignette: 0.45,
        ..PLAIN
    },
    Style { name: "Silhouette", saturation: 0.7, contrast: 1.9, grain: 0.0, ..PLAIN },
    Style { name: "Texture", saturation: 0.9, grain: 0.11, ..PLAIN },
    Style {
        name: "Watercolor",
        saturation: 0.9,
        contrast: 0.82,
        warmth: 0.03,
        grain: 0.05,
        vignette: -0.35,
        ..PLAIN
    },
];

/// Finds a style preset by its name.
pub(crate) fn style(name: &str) -> Option<&'static Style> {
    STYLES.iter().find(|style| style.name == name)
}

/// Rain and snow, in front of everything.
pub(crate) fn weather(canvas: &mut Canvas, scene: &Scene, unit: f32, chance: &mut Chance) {
    let (width, height) = (canvas.width as f32, canvas.height as f32);
    let area = (width / unit) * (height / unit) / 1_000_000.0;
    if scene.is_grey() {
        for _ in 0..(620.0 * area) as u32 {
            let at = (chance.unit() * width * 1.1, chance.unit() * height);
            let long = chance.between(16.0, 44.0) * unit;
            canvas.line(
                at,
                (at.0 - long * 0.28, at.1 + long),
                chance.between(0.6, 1.3) * unit,
                Paint::Flat([0.86, 0.9, 0.95]),
                chance.between(0.08, 0.3),
            );
        }
    }
    if scene.has(Thing::Snow) {
        for _ in 0..(560.0 * area) as u32 {
            let size = chance.between(1.0, 4.2) * unit;
            let at = (chance.unit() * width, chance.unit() * height);
            canvas.ellipse(at, size, size, Paint::Flat([1.0; 3]), chance.between(0.3, 0.85));
        }
    }
}

/// Applies a style, or the plain finish.
pub(crate) fn apply(canvas: &mut Canvas, style: Option<&Style>, unit: f32, seed: u64) {
    let style = style.unwrap_or(&PLAIN);
    if style.blocks > 0.0 {
        squares(canvas, (style.blocks * unit).round().max(2.0) as usize);
    }
    let outlined = if style.lines > 0.0 { Some(outlines(canvas)) } else { None };
    let (width, height) = (canvas.width as f32, canvas.height as f32);
    for y in 0..canvas.height {
        let vertical = y as f32 / height - 0.5;
        for (x, pixel) in canvas.row_mut(y).iter_mut().enumerate() {
            let horizontal = x as f32 / width - 0.5;
            let mut colour = toned(*pixel, style);
            if style.dots > 0.0 {
                colour = dotted(colour, style.dots, x as f32 / unit, y as f32 / unit);
            }
            let corner = smooth(0.32, 0.74, horizontal.hypot(vertical));
            let grain = (cell(seed, x as u32, y as u32) - 0.5) * style.grain;
            colour = colour.map(|channel| channel * (1.0 - corner * style.vignette.max(0.0)) + grain);
            // A negative vignette is the bare paper around a watercolour.
            colour = mix(colour, [0.98, 0.965, 0.93], corner * (-style.vignette).max(0.0) * 1.6);
            *pixel = colour;
        }
    }
    if let Some(lines) = outlined {
        for (pixel, line) in canvas.pixels.iter_mut().zip(lines) {
            if style.lines > 1.0 {
                *pixel = mix([0.97, 0.96, 0.93], *pixel, 0.12);
            }
            *pixel = mix(*pixel, [0.08, 0.07, 0.1], (line * style.lines).min(1.0));
        }
    }
}

fn toned(colour: Colour, style: &Style) -> Colour {
    let grey = luminance(colour);
    let mut colour = colour.map(|channel| {
        let saturated = grey + (channel - grey) * style.saturation;
        ((saturated - 0.5) * style.contrast + 0.5).clamp(0.0, 1.0)
    });
    colour[0] += style.warmth;
    colour[1] += style.warmth * 0.4;
    colour[2] -= style.warmth;
    if style.levels > 0.0 {
        colour = colour.map(|channel| (channel * style.levels).round() / style.levels);
    }
    colour
}

/// Ink dots on a slanted grid, larger where it is dark.
fn dotted(colour: Colour, strength: f32, across: f32, down: f32) -> Colour {
    let (u, v) = ((across + down) / 9.0, (across - down) / 9.0);
    let away = (u.fract().abs() - 0.5).hypot(v.fract().abs() - 0.5);
    let size = (1.0 - luminance(colour)).sqrt() * 0.62;
    let ink = 1.0 - smooth(size - 0.12, size + 0.04, away);
    mix(
        mix(colour, [1.0; 3], strength * 0.3),
        colour.map(|channel| channel * 0.7),
        ink * strength.min(1.0) + (1.0 - strength) * 0.5,
    )
}

fn squares(canvas: &mut Canvas, side: usize) {
    for top in (0..canvas.height).step_by(side) {
        for left in (0..canvas.width).step_by(side) {
            let (bottom, right) = ((top + side).min(canvas.height), (left + side).min(canvas.width));
            let mut sum = [0.0f32; 3];
            for y in top..bottom {
                for pixel in &canvas.row(y)[left..right] {
                    for (total, channel) in sum.iter_mut().zip(pixel) {
                        *total += channel;
                    }
                }
            }
            let count = ((bottom - top) * (right - left)) as f32;
            let mean = sum.map(|total| total / count);
            for y in top..bottom {
                canvas.row_mut(y)[left..right].fill(mean);
            }
        }
    }
}

/// How strong the edge is at each pixel; differences in the dark count for more, as they do to the eye.
fn outlines(canvas: &Canvas) -> Vec<f32> {
    let (width, height) = (canvas.width, canvas.height);
    let grey: Vec<f32> = canvas.pixels.iter().map(|pixel| luminance(*pixel).max(0.0).powf(0.6)).collect();
    let reach = (width.max(height) / 900).max(1);
    let mut lines = vec![0.0; grey.len()];
    for y in reach..height.saturating_sub(reach) {
        for x in reach..width.saturating_sub(reach) {
            let at = y * width + x;
            let across = grey[at + reach] - grey[at - reach];
            let down = grey[at + reach * width] - grey[at - reach * width];
            lines[at] = smooth(0.035, 0.17, across.hypot(down));
        }
    }
    lines
}
