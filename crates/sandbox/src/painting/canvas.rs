//! A buffer of colours and a small antialiasing rasteriser: four scanlines a pixel, exact coverage along each.

use image::RgbImage;

/// Red, green and blue from 0 to 1.
pub(crate) type Colour = [f32; 3];
/// Across and down, in pixels.
pub(crate) type Point = (f32, f32);

const SUBLINES: usize = 4;

/// Reads `0xrrggbb`.
pub(crate) const fn rgb(hex: u32) -> Colour {
    [((hex >> 16) & 255) as f32 / 255.0, ((hex >> 8) & 255) as f32 / 255.0, (hex & 255) as f32 / 255.0]
}

/// From `a` at 0 to `b` at 1.
pub(crate) fn mix(a: Colour, b: Colour, amount: f32) -> Colour {
    [a[0] + (b[0] - a[0]) * amount, a[1] + (b[1] - a[1]) * amount, a[2] + (b[2] - a[2]) * amount]
}

pub(crate) fn scaled(colour: Colour, factor: f32) -> Colour {
    colour.map(|channel| (channel * factor).clamp(0.0, 1.0))
}

pub(crate) fn luminance(colour: Colour) -> f32 {
    colour[0] * 0.3 + colour[1] * 0.59 + colour[2] * 0.11
}

/// From 0 at `low` to 1 at `high`, with soft ends.
pub(crate) fn smooth(low: f32, high: f32, value: f32) -> f32 {
    let along = ((value - low) / (high - low)).clamp(0.0, 1.0);
    along * along * (3.0 - 2.0 * along)
}

/// What a shape is filled with.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Paint {
    Flat(Colour),
    /// From `top` at the height `from` to `bottom` at the height `to`.
    Fade {
        top: Colour,
        bottom: Colour,
        from: f32,
        to: f32,
    },
}

impl Paint {
    fn at(self, y: f32) -> Colour {
        match self {
            Self::Flat(colour) => colour,
            Self::Fade { top, bottom, from, to } => {
                mix(top, bottom, ((y - from) / (to - from).max(1e-3)).clamp(0.0, 1.0))
            }
        }
    }
}

/// A picture in the making.
#[derive(Debug, Clone)]
pub(crate) struct Canvas {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) pixels: Vec<Colour>,
    coverage: Vec<f32>,
}

impl Canvas {
    pub(crate) fn new(width: usize, height: usize) -> Self {
        Self { width, height, pixels: vec![[0.0; 3]; width * height], coverage: vec![0.0; width + 2] }
    }

    pub(crate) fn row(&self, y: usize) -> &[Colour] {
        &self.pixels[y * self.width..(y + 1) * self.width]
    }

    pub(crate) fn row_mut(&mut self, y: usize) -> &mut [Colour] {
        &mut self.pixels[y * self.width..(y + 1) * self.width]
    }

    /// Fills a closed shape, even-odd.
    pub(crate) fn fill(&mut self, points: &[Point], paint: Paint, alpha: f32) {
        let (top, bottom) = points
            .iter()
            .fold((f32::MAX, f32::MIN), |(top, bottom), point| (top.min(point.1), bottom.max(point.1)));
        let first = top.floor().max(0.0) as usize;
        let last = (bottom.ceil().max(0.0) as usize).min(self.height);
        let mut crossings = Vec::with_capacity(8);
        for y in first..last {
            let (mut from, mut to) = (self.width, 0);
            for subline in 0..SUBLINES {
                let at = y as f32 + (subline as f32 + 0.5) / SUBLINES as f32;
                crossings.clear();
                for (place, &(ax, ay)) in points.iter().enumerate() {
                    let (bx, by) = points[(place + 1) % points.len()];
                    if (ay <= at) != (by <= at) {
                        crossings.push(ax + (bx - ax) * (at - ay) / (by - ay));
                    }
                }
                crossings.sort_by(f32::total_cmp);
                for pair in crossings.chunks_exact(2) {
                    let (start, end) = self.cover(pair[0], pair[1]);
                    from = from.min(start);
                    to = to.max(end);
                }
            }
            if from >= to {
                continue;
            }
            let colour = paint.at(y as f32 + 0.5);
            let row = y * self.width;
            for x in from..to {
                let covered = std::mem::take(&mut self.coverage[x]).min(1.0) * alpha;
                let pixel = &mut self.pixels[row + x];
                *pixel = mix(*pixel, colour, covered);
            }
        }
    }

    /// Adds what a subline covers between two places; says which pixels it touched.
    fn cover(&mut self, left: f32, right: f32) -> (usize, usize) {
        const SHARE: f32 = 1.0 / SUBLINES as f32;
        let left = left.clamp(0.0, self.width as f32);
        let right = right.clamp(0.0, self.width as f32);
        if right <= left {
            return (self.width, 0);
        }
        let (first, last) = (left as usize, (right.ceil() as usize).min(self.width));
        if last - first == 1 {
            self.coverage[first] += (right - left) * SHARE;
        } else {
            self.coverage[first] += (first as f32 + 1.0 - left) * SHARE;
            for covered in &mut self.coverage[first + 1..last - 1] {
                *covered += SHARE;
            }
            self.coverage[last - 1] += (right - (last - 1) as f32) * SHARE;
        }
        (first, last)
    }

    pub(crate) fn rectangle(
        &mut self,
        left: f32,
        top: f32,
        right: f32,
        bottom: f32,
        paint: Paint,
        alpha: f32,
    ) {
        self.fill(&[(left, top), (right, top), (right, bottom), (left, bottom)], paint, alpha);
    }

    pub(crate) fn ellipse(&mut self, centre: Point, across: f32, down: f32, paint: Paint, alpha: f32) {
        let corners = (8.0 + across.max(down).sqrt() * 6.0).min(120.0) as usize;
        let points: Vec<Point> = (0..corners)
            .map(|corner| {
                let (sin, cos) = (corner as f32 / corners as f32 * std::f32::consts::TAU).sin_cos();
                (centre.0 + across * cos, centre.1 + down * sin)
            })
            .collect();
        self.fill(&points, paint, alpha);
    }

    pub(crate) fn line(&mut self, from: Point, to: Point, thickness: f32, paint: Paint, alpha: f32) {
        let (across, down) = (to.0 - from.0, to.1 - from.1);
        let half = thickness / 2.0 / across.hypot(down).max(1e-4);
        let (nx, ny) = (-down * half, across * half);
        self.fill(
            &[
                (from.0 + nx, from.1 + ny),
                (to.0 + nx, to.1 + ny),
                (to.0 - nx, to.1 - ny),
                (from.0 - nx, from.1 - ny),
            ],
            paint,
            alpha,
        );
    }

    /// Light around a place, added as a screen so that it never burns out; only above `floor`.
    pub(crate) fn glow(&mut self, centre: Point, radius: f32, colour: Colour, strength: f32, floor: usize) {
        let first = (centre.1 - radius).max(0.0) as usize;
        let last = ((centre.1 + radius).max(0.0) as usize).min(self.height).min(floor);
        let left = (centre.0 - radius).max(0.0) as usize;
        let right = ((centre.0 + radius).max(0.0) as usize).min(self.width);
        for y in first..last {
            for x in left..right {
                let away = (x as f32 - centre.0).hypot(y as f32 - centre.1) / radius;
                if away < 1.0 {
                    let light = (1.0 - away) * (1.0 - away) * strength;
                    let pixel = &mut self.pixels[y * self.width + x];
                    for channel in 0..3 {
                        pixel[channel] += (1.0 - pixel[channel]) * colour[channel] * light;
                    }
                }
            }
        }
    }

    pub(crate) fn into_image(self) -> RgbImage {
        let bytes = self
            .pixels
            .iter()
            .flatten()
            .map(|channel| (channel.clamp(0.0, 1.0) * 255.0 + 0.5) as u8)
            .collect();
        RgbImage::from_raw(self.width as u32, self.height as u32, bytes).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_pixel_is_half_covered() {
        let mut canvas = Canvas::new(4, 4);
        canvas.rectangle(1.5, 1.0, 3.0, 2.5, Paint::Flat([1.0; 3]), 1.0);
        let value = |x: usize, y: usize| (canvas.row(y)[x][0] * 100.0).round() as i32;
        assert_eq!([value(0, 1), value(1, 1), value(2, 1), value(3, 1)], [0, 50, 100, 0]);
        assert_eq!([value(2, 2), value(2, 3)], [50, 0]);
    }

    #[test]
    fn shapes_outside_are_cut_not_wrapped() {
        let mut canvas = Canvas::new(8, 8);
        canvas.ellipse((-20.0, -20.0), 5.0, 5.0, Paint::Flat([1.0; 3]), 1.0);
        canvas.rectangle(-5.0, 3.0, 50.0, 90.0, Paint::Flat([1.0; 3]), 1.0);
        assert!(canvas.row(2).iter().all(|pixel| pixel[0] == 0.0));
        assert!(canvas.row(7).iter().all(|pixel| pixel[0] > 0.99));
    }
}
