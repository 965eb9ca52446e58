//! Changing a picture by words: a wash of light and colour over it, and what the words name put into it.

use image::{Rgb, RgbImage, RgbaImage};

use super::{cover, mask};
use crate::{
    chance::{Chance, mix},
    painting::{
        Berth, Canvas, Colour, Hour, Paint, Palette, Scene, Thing, Words, blend, gondola, luminance, rgb,
        scaled, smooth,
    },
    refusal::Refusal,
};

/// What an edited picture looks like from outside.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    /// Such as `16:9`; none keeps the shape of what came in.
    pub(crate) ratio: Option<String>,
    /// Such as `2K`; none keeps the size.
    pub(crate) tier: Option<String>,
    /// The shapes that the model knows, to choose the nearest from.
    pub(crate) ratios: &'static [&'static str],
}

/// The largest edit without a tier: 2048 by 2048 pixels or as many in another shape.
const MOST: f64 = 4_194_304.0;

/// Edits the first picture; the others are a mask for it, or laid over it.
pub(crate) fn edit(pictures: Vec<RgbaImage>, prompt: &str, shape: &Shape) -> Result<RgbImage, Refusal> {
    let mut pictures = pictures.into_iter();
    let first =
        pictures.next().ok_or_else(|| Refusal::broken("IMAGE_EDIT_ERROR", "There is no image to edit"))?;
    let rest: Vec<RgbaImage> = pictures.collect();
    let (width, height) = size(first.dimensions(), shape);
    let (masks, layers): (Vec<_>, Vec<_>) =
        rest.into_iter().partition(|picture| mask::is_mask(picture, &first));
    let base = cover(first, width, height)?;
    let before = flattened(&base);
    let mut canvas = Canvas::new(width as usize, height as usize);
    for (pixel, Rgb(from)) in canvas.pixels.iter_mut().zip(before.pixels()) {
        *pixel = from.map(|channel| f32::from(channel) / 255.0);
    }
    for (place, layer) in layers.into_iter().enumerate() {
        lay(&mut canvas, layer, place)?;
    }
    change(&mut canvas, prompt);
    let mut after = canvas.into_image();
    if let Some(first) = masks.into_iter().next() {
        let mask = cover(first, width, height)?;
        let weights = mask::weights(&mask, width, height);
        for ((new, old), weight) in after.pixels_mut().zip(before.pixels()).zip(weights) {
            for channel in 0..3 {
                let (old, new_value, weight) =
                    (u32::from(old[channel]), u32::from(new[channel]), u32::from(weight));
                new[channel] = ((old * (255 - weight) + new_value * weight + 127) / 255) as u8;
            }
        }
    }
    Ok(after)
}

/// The picture on white, where it is clear.
fn flattened(picture: &RgbaImage) -> RgbImage {
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        let on_white = |channel: u8| {
            ((u32::from(channel) * u32::from(alpha) + 255 * (255 - u32::from(alpha)) + 127) / 255) as u8
        };
        Rgb([on_white(red), on_white(green), on_white(blue)])
    })
}

fn ratio_of(text: &str) -> Option<f64> {
    let (across, down) = text.split_once(':')?;
    Some(across.parse::<f64>().ok()? / down.parse::<f64>().ok()?)
}

fn size((width, height): (u32, u32), shape: &Shape) -> (u32, u32) {
    let (across, down) = (f64::from(width), f64::from(height));
    let own = across / down;
    let asked = shape.ratio.as_deref().and_then(ratio_of);
    if let Some(tier) = &shape.tier {
        let nearest = shape
            .ratios
            .iter()
            .filter_map(|text| ratio_of(text))
            .min_by(|one, two| (one / own).ln().abs().total_cmp(&(two / own).ln().abs()));
        let side = 1024.0 * tier.trim_end_matches('K').parse::<f64>().unwrap_or(1.0);
        return rounded(asked.or(nearest).unwrap_or(own), side * side, 16.0);
    }
    let area = across * down;
    match asked {
        Some(ratio) => rounded(ratio, area.min(MOST), 8.0),
        None if area > MOST => rounded(own, MOST, 1.0),
        None => (width, height),
    }
}

fn rounded(ratio: f64, area: f64, step: f64) -> (u32, u32) {
    let side = |length: f64| ((length / step).floor() * step).max(step) as u32;
    (side((area * ratio).sqrt()), side((area / ratio).sqrt()))
}

/// Lays a picture over the canvas: like a print on a wall, with a pale border and a shadow.
fn lay(canvas: &mut Canvas, layer: RgbaImage, place: usize) -> Result<(), Refusal> {
    let (width, height) = (canvas.width as f32, canvas.height as f32);
    let scale = (width * 0.34 / layer.width() as f32).min(height * 0.42 / layer.height() as f32);
    let (wide, tall) = ((layer.width() as f32 * scale).max(1.0), (layer.height() as f32 * scale).max(1.0));
    let small = cover(layer, wide as u32, tall as u32)?;
    let margin = width.min(height) * 0.04;
    let left = if place.is_multiple_of(2) { width - wide - margin } else { margin };
    let top = if (place / 2).is_multiple_of(2) { height - tall - margin } else { margin };
    let border = width.min(height) * 0.008;
    for spread in 1..=3 {
        let away = border * spread as f32;
        canvas.rectangle(
            left - border,
            top - border + away,
            left + wide + away,
            top + tall + away,
            Paint::Flat([0.0; 3]),
            0.12,
        );
    }
    canvas.rectangle(
        left - border,
        top - border,
        left + wide + border,
        top + tall + border,
        Paint::Flat([0.98, 0.97, 0.94]),
        1.0,
    );
    for (x, y, pixel) in small.enumerate_pixels() {
        let (at_x, at_y) = (left as usize + x as usize, top as usize + y as usize);
        if at_x < canvas.width && at_y < canvas.height {
            let from = [pixel[0], pixel[1], pixel[2]].map(|channel| f32::from(channel) / 255.0);
            let under = &mut canvas.row_mut(at_y)[at_x];
            *under = blend(*under, from, f32::from(pixel[3]) / 255.0);
        }
    }
    Ok(())
}

fn change(canvas: &mut Canvas, prompt: &str) {
    let words = Words::read(prompt);
    let scene = Scene::read(prompt, "", "edit");
    let mut chance = Chance::new(mix(11, prompt));
    let palette = Palette::of(&scene, &mut chance);
    let unit = ((canvas.width * canvas.height) as f32).sqrt() / 1000.0;
    let (width, height) = (canvas.width as f32, canvas.height as f32);
    let colourless = words.say(&["monochrome", "grayscale", "greyscale", "noir", "黑白"])
        || (words.say(&["black"]) && words.say(&["white"]));
    wash(canvas, &words, &scene, &palette, colourless);
    let mut named = false;
    if words.names(Thing::Sun)
        || words.names(Thing::Moon)
        || matches!(words.hour(), Some(Hour::Dawn | Hour::Dusk | Hour::Golden | Hour::Night))
    {
        // To one side and high up, where photographs rarely have what they are about.
        let side = chance.between(0.1, 0.22);
        let across = if chance.happens(0.5) { side } else { 1.0 - side };
        let at = (across * width, chance.between(0.1, 0.2) * height);
        let radius = chance.between(36.0, 52.0) * unit;
        let floor = canvas.height;
        canvas.glow(at, radius * 7.0, palette.light, 0.5, floor);
        canvas.ellipse(at, radius, radius, Paint::Flat(palette.light), 0.92);
        named = true;
    }
    if words.names(Thing::Stars) {
        for _ in 0..160 {
            let size = chance.between(0.7, 2.2) * unit;
            let at = (chance.unit() * width, chance.unit() * height * 0.45);
            canvas.ellipse(at, size, size, Paint::Flat([1.0, 0.98, 0.9]), chance.between(0.4, 0.95));
        }
        named = true;
    }
    if words.names(Thing::Water) || words.names(Thing::Gondolas) {
        flood(canvas, &palette, unit, chance.next());
        named = true;
    }
    if words.names(Thing::Gondolas) {
        for place in 0..scene.gondolas {
            let share = (place as f32 + 0.5) / scene.gondolas as f32;
            let berth = Berth {
                at: ((0.12 + 0.76 * share) * width, height * chance.between(0.78, 0.92)),
                scale: chance.between(1.5, 2.3) * unit / (scene.gondolas as f32).sqrt(),
                heading: if place.is_multiple_of(2) { 1.0 } else { -1.0 },
            };
            gondola(canvas, &palette, &berth, palette.dark, scene.hour);
        }
    }
    if words.names(Thing::Snow) || words.names(Thing::Rain) || words.names(Thing::Storm) {
        fall(canvas, words.names(Thing::Snow), unit, &mut chance);
        named = true;
    }
    if words.names(Thing::Fog) {
        let haze = palette.haze();
        for y in 0..canvas.height {
            let thick = smooth(0.15, 0.9, y as f32 / height) * 0.62;
            for pixel in canvas.row_mut(y) {
                *pixel = blend(*pixel, haze, thick);
            }
        }
        named = true;
    }
    if !named && !colourless && words.colours().is_empty() {
        // Words that name nothing known still leave their light.
        let at = (chance.between(0.1, 0.9) * width, chance.between(0.05, 0.3) * height);
        let floor = canvas.height;
        canvas.glow(at, 620.0 * unit, palette.light, 0.7, floor);
    }
}

/// Light and colour over the whole picture, by the hour and the colours that are named.
fn wash(canvas: &mut Canvas, words: &Words, scene: &Scene, palette: &Palette, colourless: bool) {
    let named = words.colours();
    let tint: Colour = named.first().copied().unwrap_or(palette.sky[1]);
    let (strength, shade) = match words.hour() {
        _ if colourless => (0.0, 1.0),
        Some(Hour::Night) => (0.66, 0.62),
        Some(Hour::Dusk) => (0.55, 0.8),
        Some(Hour::Golden | Hour::Dawn) => (0.46, 1.0),
        _ if scene.is_grey() => (0.4, 0.72),
        _ if !named.is_empty() => (0.5, 0.98),
        Some(_) => (0.14, 1.12),
        None => (0.24, 1.0),
    };
    let warm = rgb(0x00_ff_d9_a0);
    let height = canvas.height as f32;
    for y in 0..canvas.height {
        let along = y as f32 / height;
        let local =
            blend(tint, blend(palette.sky[2], warm, 0.2), along * if named.is_empty() { 0.8 } else { 0.15 });
        // A dark tint would leave the picture grey: it colours by its hue, the shade darkens.
        let local = scaled(local, (0.5 / luminance(local).max(0.05)).clamp(1.0, 4.0));
        for pixel in canvas.row_mut(y) {
            let grey = luminance(*pixel);
            if colourless {
                *pixel = [(grey - 0.5) * 1.12 + 0.5; 3];
                continue;
            }
            // A duotone of the tint keeps the picture's own light and dark.
            let duo = if grey < 0.5 {
                blend(scaled(local, 0.16), local, grey * 2.0)
            } else {
                blend(local, [1.0; 3], grey * 2.0 - 1.0)
            };
            *pixel = scaled(blend(*pixel, duo, strength), shade);
        }
    }
}

/// The lower third becomes water that mirrors what is above it.
fn flood(canvas: &mut Canvas, palette: &Palette, unit: f32, seed: u64) {
    let shore = (canvas.height * 2 / 3).max(1);
    let width = canvas.width;
    let mut chance = Chance::new(seed);
    let phase = chance.unit() * 6.0;
    for y in shore..canvas.height {
        let down = (y - shore) as f32;
        let along = down / (canvas.height - shore) as f32;
        let source = shore.saturating_sub(1 + (down * 1.5) as usize);
        let from = canvas.row(source).to_vec();
        let sway = ((down / unit / (5.0 + 16.0 * along)) + phase).sin() * (2.0 + 14.0 * along) * unit;
        let edge = smooth(0.0, 0.06, along);
        for (x, pixel) in canvas.row_mut(y).iter_mut().enumerate() {
            let wobble = (x as f32 / unit / 60.0 + down / unit / 9.0 + phase).sin() * 3.0 * unit * along;
            let at = (x as f32 + sway + wobble).clamp(0.0, (width - 1) as f32) as usize;
            let seen = blend(scaled(from[at], 0.88), palette.water, 0.22 + 0.33 * along);
            *pixel = blend(*pixel, seen, edge);
        }
    }
    for _ in 0..70 {
        let along = chance.unit();
        let at = (chance.unit() * width as f32, shore as f32 + along * (canvas.height - shore) as f32);
        canvas.ellipse(
            at,
            chance.between(12.0, 60.0) * (0.3 + along) * unit,
            (0.7 + along) * unit,
            Paint::Flat([1.0; 3]),
            0.14,
        );
    }
}

fn fall(canvas: &mut Canvas, snow: bool, unit: f32, chance: &mut Chance) {
    let (width, height) = (canvas.width as f32, canvas.height as f32);
    for _ in 0..620 {
        let at = (chance.unit() * width, chance.unit() * height);
        if snow {
            let size = chance.between(1.2, 5.0) * unit;
            canvas.ellipse(at, size, size, Paint::Flat([1.0; 3]), chance.between(0.4, 0.95));
        } else {
            let long = chance.between(18.0, 50.0) * unit;
            canvas.line(
                at,
                (at.0 - long * 0.3, at.1 + long),
                1.2 * unit,
                Paint::Flat([0.86, 0.9, 0.96]),
                chance.between(0.15, 0.45),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use image::Rgba;

    use super::*;

    fn shape(ratio: Option<&str>, tier: Option<&str>) -> Shape {
        Shape {
            ratio: ratio.map(str::to_owned),
            tier: tier.map(str::to_owned),
            ratios: &["auto", "1:1", "16:9"],
        }
    }

    fn picture() -> RgbaImage {
        RgbaImage::from_fn(120, 90, |x, y| Rgba([(x * 2) as u8, (y * 2) as u8, 120, 255]))
    }

    #[test]
    fn sizes_follow_shape_and_tier() {
        assert_eq!(size((640, 480), &shape(None, None)), (640, 480));
        // 5:4 lies nearer to 1:1 than to 16:9; 4:3 would lie in the very middle.
        assert_eq!(size((600, 480), &shape(None, Some("1K"))), (1024, 1024));
        assert_eq!(size((1600, 900), &shape(Some("auto"), Some("2K"))), (2720, 1536));
        let (width, height) = size((6000, 4000), &shape(None, None));
        assert!(f64::from(width) * f64::from(height) <= MOST && width > 2400);
        let (width, height) = size((640, 480), &shape(Some("16:9"), None));
        assert!((f64::from(width) / f64::from(height) - 16.0 / 9.0).abs() < 0.05);
    }

    #[test]
    fn words_change_the_picture_and_always_in_the_same_way() {
        let before = flattened(&picture());
        for prompt in ["make it night", "a gondola", "something else entirely", "black and white", "下雪"] {
            let after = edit(vec![picture()], prompt, &shape(None, None)).unwrap();
            assert_ne!(after, before, "{prompt}");
            assert_eq!(after, edit(vec![picture()], prompt, &shape(None, None)).unwrap());
        }
    }

    #[test]
    fn a_mask_keeps_all_that_is_not_white() {
        let mask =
            RgbaImage::from_fn(120, 90, |x, _| if x < 60 { Rgba([0, 0, 0, 255]) } else { Rgba([255; 4]) });
        let before = flattened(&picture());
        let after = edit(vec![picture(), mask], "night, coral", &shape(None, None)).unwrap();
        let mut changed = 0;
        for (x, y, pixel) in after.enumerate_pixels() {
            if x < 60 {
                assert_eq!(pixel, before.get_pixel(x, y));
            } else if pixel != before.get_pixel(x, y) {
                changed += 1;
            }
        }
        assert!(changed > 60 * 90 / 2);
    }

    #[test]
    fn another_picture_is_laid_over_the_first() {
        let red = RgbaImage::from_pixel(80, 80, Rgba([250, 10, 10, 255]));
        let alone = edit(vec![picture()], "noon", &shape(None, None)).unwrap();
        let with = edit(vec![picture(), red], "noon", &shape(None, None)).unwrap();
        let reddest =
            |picture: &RgbImage| picture.pixels().filter(|pixel| pixel[0] > 200 && pixel[1] < 90).count();
        assert!(reddest(&with) > reddest(&alone) + 300);
    }
}
