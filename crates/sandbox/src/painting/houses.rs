//! Rows of houses in three depths, with domes, towers, trees and a bridge.

use super::{
    canvas::{Canvas, Colour, Paint, luminance, mix, scaled},
    palette::Palette,
    sky::Light,
    words::{Hour, Scene, Thing},
};
use crate::chance::Chance;

/// What the builder of a row works with.
pub(crate) struct Builder<'a> {
    pub(crate) canvas: &'a mut Canvas,
    pub(crate) scene: &'a Scene,
    pub(crate) palette: &'a Palette,
    pub(crate) light: Light,
    /// Where the water begins.
    pub(crate) ground: f32,
    pub(crate) unit: f32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Top {
    Flat,
    Gable,
    Hip,
    Dome,
    Tower,
    Steps,
}

/// A house before it is painted.
pub(super) struct House {
    pub(super) left: f32,
    pub(super) right: f32,
    pub(super) top: f32,
    pub(super) wall: Colour,
    pub(super) roof: Colour,
    /// How much air lies before it, from 0 to 1.
    pub(super) air: f32,
    /// From 0 for far to 2 for near.
    depth: u32,
}

impl Builder<'_> {
    pub(crate) fn rows(&mut self, chance: &mut Chance) {
        let fog = if self.scene.has(Thing::Fog) { 0.24 } else { 0.0 };
        for (depth, air) in [(0, 0.66 + fog * 0.9), (1, 0.3 + fog), (2, fog * 0.7)] {
            self.row(depth, air, chance);
            if self.scene.has(Thing::Fog) {
                self.mist(depth);
            }
        }
        if self.scene.has(Thing::Bridge) {
            self.bridge(chance);
        }
        self.quay(chance);
    }

    fn row(&mut self, depth: u32, air: f32, chance: &mut Chance) {
        let unit = self.unit;
        let width = self.canvas.width as f32;
        let near = depth as f32 / 2.0;
        let density = self.scene.density;
        let mut x = -chance.between(5.0, 40.0) * unit;
        let mut since_tower = 3;
        while x < width {
            // A quiet shore has gaps with water and sky between the houses.
            if chance.happens((1.0 - density) * if depth == 2 { 0.34 } else { 0.2 }) {
                let gap = chance.between(20.0, 90.0) * unit * (1.2 - density);
                if depth > 0 && self.scene.has(Thing::Trees) {
                    self.trees(x, x + gap, air, chance);
                }
                x += gap;
                continue;
            }
            let wide = chance.between(34.0, 84.0) * (0.8 + 0.35 * near) * unit;
            let tall = chance.between(0.17, 0.37)
                * self.ground
                * self.scene.rise
                * (0.85 + density * 0.4)
                * (1.28 - 0.26 * near);
            let mut top = match chance.below(12) {
                0..=2 => Top::Flat,
                3..=5 => Top::Gable,
                9 => Top::Steps,
                10 if self.scene.has(Thing::Dome) => Top::Dome,
                11 if self.scene.has(Thing::Tower) && since_tower > 2 => Top::Tower,
                _ => Top::Hip,
            };
            // A named thing is sure to be seen once.
            if depth == 1
                && x < width * 0.5
                && x + wide > width * 0.34
                && self.scene.has(Thing::Tower)
                && since_tower > 2
            {
                top = Top::Tower;
            } else if depth == 1 && x < width * 0.72 && x + wide > width * 0.66 && self.scene.has(Thing::Dome)
            {
                top = Top::Dome;
            }
            since_tower = if top == Top::Tower { 0 } else { since_tower + 1 };
            let (wide, tall) = match top {
                Top::Tower => (wide.clamp(30.0 * unit, 42.0 * unit), (tall * 1.9).min(self.ground * 0.66)),
                Top::Dome => (wide.max(66.0 * unit) * 1.15, tall * 0.95),
                _ => (wide, tall),
            };
            let haze = self.palette.haze();
            let wall = self.palette.walls[chance.below(self.palette.walls.len() as u32) as usize];
            let wall = scaled(wall, chance.between(0.92, 1.07));
            let roof = mix(self.palette.roof, wall, 0.18);
            let house = House {
                left: x,
                right: x + wide,
                top: self.ground - tall,
                wall: mix(wall, haze, air),
                roof: mix(roof, haze, air),
                air,
                depth,
            };
            self.house(&house, top, chance);
            x += wide
                * if depth == 2 && density < 0.9 {
                    chance.between(0.99, 1.05)
                } else {
                    chance.between(0.8, 0.98)
                };
        }
    }

    fn house(&mut self, house: &House, top: Top, chance: &mut Chance) {
        let unit = self.unit;
        let (left, right, roofline) = (house.left, house.right, house.top);
        let wide = right - left;
        let lightened =
            mix(house.wall, self.palette.light, if self.scene.hour == Hour::Night { 0.03 } else { 0.12 });
        let paint =
            Paint::Fade { top: lightened, bottom: scaled(house.wall, 0.86), from: roofline, to: self.ground };
        self.roof(house, top, chance);
        self.canvas.rectangle(left, roofline, right, self.ground + 1.0, paint, 1.0);
        // The side away from the light lies in shade.
        let lit_from_left = self.light.at.0 < f32::midpoint(left, right);
        let share = chance.between(0.16, 0.3);
        let (from, to) =
            if lit_from_left { (right - wide * share, right) } else { (left, left + wide * share) };
        self.canvas.rectangle(
            from,
            roofline,
            to,
            self.ground + 1.0,
            Paint::Flat(scaled(house.wall, 0.55)),
            0.26 * (1.0 - house.air),
        );
        if top != Top::Tower && house.depth > 0 {
            let eaves = Paint::Flat(mix(lightened, [1.0; 3], 0.16));
            self.canvas.rectangle(
                left - 1.5 * unit,
                roofline - 1.2 * unit,
                right + 1.5 * unit,
                roofline + 2.4 * unit,
                eaves,
                0.85,
            );
        }
        self.windows(house, top, chance);
        if house.depth == 2 {
            // Where the tide leaves its mark.
            let tide = scaled(mix(house.wall, [0.2, 0.26, 0.2], 0.55), 0.8);
            let mark = Paint::Fade {
                top: house.wall,
                bottom: tide,
                from: self.ground - 16.0 * unit,
                to: self.ground - 3.0 * unit,
            };
            self.canvas.rectangle(left, self.ground - 12.0 * unit, right, self.ground + 1.0, mark, 0.65);
        }
    }

    fn roof(&mut self, house: &House, top: Top, chance: &mut Chance) {
        let unit = self.unit;
        let (left, right, base) = (house.left, house.right, house.top + 0.5);
        let wide = right - left;
        let middle = f32::midpoint(left, right);
        let roof = Paint::Fade {
            top: mix(house.roof, self.palette.light, 0.12),
            bottom: house.roof,
            from: base - wide * 0.4,
            to: base,
        };
        let eaves = 3.0 * unit;
        match top {
            Top::Flat => {
                if chance.happens(0.4) {
                    self.chimney(left + wide * chance.between(0.2, 0.8), base, house);
                }
            }
            Top::Gable => {
                let peak = base - wide * chance.between(0.34, 0.62);
                self.canvas.fill(&[(left - eaves, base), (middle, peak), (right + eaves, base)], roof, 1.0);
            }
            Top::Hip => {
                let rise = wide.min(60.0 * unit) * chance.between(0.18, 0.3);
                self.chimney(left + wide * chance.between(0.22, 0.78), base - rise * 0.6, house);
                self.canvas.fill(
                    &[
                        (left - eaves, base),
                        (left + rise, base - rise),
                        (right - rise, base - rise),
                        (right + eaves, base),
                    ],
                    roof,
                    1.0,
                );
            }
            Top::Steps => {
                let step = wide / 7.0;
                for (place, rise) in [(0.0, 1.0), (1.0, 2.0), (2.0, 3.0)] {
                    let high = base - rise * step * 0.75;
                    self.canvas.rectangle(
                        left + place * step,
                        high,
                        right - place * step,
                        base,
                        Paint::Flat(house.wall),
                        1.0,
                    );
                }
            }
            Top::Dome => self.dome(house, roof),
            Top::Tower => self.belfry(house),
        }
        if self.scene.has(Thing::Snow) && matches!(top, Top::Flat | Top::Hip) {
            let rise = if top == Top::Hip { wide.min(60.0 * unit) * 0.2 } else { 2.0 * unit };
            self.canvas.rectangle(
                left,
                base - rise - 3.0 * unit,
                right,
                base - rise + 3.0 * unit,
                Paint::Flat([0.95, 0.97, 1.0]),
                0.85,
            );
        }
    }

    /// A Venetian chimney opens upwards.
    fn chimney(&mut self, x: f32, base: f32, house: &House) {
        let unit = self.unit;
        let paint = Paint::Flat(scaled(house.wall, 0.92));
        self.canvas.rectangle(x - 3.0 * unit, base - 16.0 * unit, x + 3.0 * unit, base + 1.0, paint, 1.0);
        let crown = base - 16.0 * unit;
        self.canvas.fill(
            &[
                (x - 3.0 * unit, crown),
                (x + 3.0 * unit, crown),
                (x + 6.5 * unit, crown - 9.0 * unit),
                (x - 6.5 * unit, crown - 9.0 * unit),
            ],
            paint,
            1.0,
        );
    }

    /// An arched opening that stands on `foot`.
    pub(super) fn arch(&mut self, middle: f32, foot: f32, wide: f32, tall: f32, colour: Colour, alpha: f32) {
        let half = wide / 2.0;
        let spring = foot - tall + half;
        let mut points = vec![(middle - half, foot)];
        points.extend((0..=8).map(|step| {
            let (sin, cos) = (step as f32 / 8.0 * std::f32::consts::PI).sin_cos();
            (middle - half * cos, spring - half * 1.15 * sin)
        }));
        points.push((middle + half, foot));
        self.canvas.fill(&points, Paint::Flat(colour), alpha);
    }

    fn windows(&mut self, house: &House, top: Top, chance: &mut Chance) {
        let unit = self.unit;
        let wide = house.right - house.left;
        let size = [5.0, 6.2, 7.6][house.depth as usize] * unit;
        let (across, down) = (size * chance.between(2.1, 2.7), size * chance.between(3.0, 3.6));
        let columns = if top == Top::Tower { 1 } else { ((wide - size) / across) as u32 };
        let first_row = house.top + size * 2.7;
        let rows = ((self.ground - 26.0 * unit - first_row) / down).max(0.0) as u32;
        let shut = mix(scaled(house.wall, 0.42), self.palette.dark, 0.35);
        let shut = mix(shut, self.palette.haze(), house.air * 0.75);
        let glow = self.palette.lit;
        let bright = mix(glow, self.palette.haze(), house.air * 0.5);
        let start = house.left + (wide - across * (columns.max(1) - 1) as f32) / 2.0;
        let arched = chance.happens(0.55);
        let day = luminance(self.palette.sky[1]) > 0.45;
        for row in 0..rows {
            // A noble floor has taller windows with a pale frame.
            let noble = house.depth == 2 && row == rows / 2 && rows > 2;
            for column in 0..columns.max(1) {
                let at = start + across * column as f32;
                let foot = first_row + down * row as f32 + size * 1.2;
                let tall = size * if noble { 2.2 } else { 1.75 };
                let lit = chance.happens(self.palette.lit_share);
                if chance.happens(0.06) {
                    continue;
                }
                if house.depth == 2 {
                    let frame = mix(house.wall, [1.0; 3], 0.24);
                    self.canvas.rectangle(
                        at - size * 0.66,
                        foot,
                        at + size * 0.66,
                        foot + size * 0.22,
                        Paint::Flat(frame),
                        0.7,
                    );
                    if noble {
                        self.arch(at, foot, size * 1.36, tall + size * 0.3, frame, 0.6);
                    }
                }
                let colour = if lit { scaled(bright, chance.between(0.86, 1.04)) } else { shut };
                let alpha = if lit {
                    0.95
                } else if day {
                    0.72
                } else {
                    0.85
                };
                if arched || noble {
                    self.arch(at, foot, size, tall, colour, alpha);
                } else {
                    self.canvas.rectangle(
                        at - size * 0.48,
                        foot - tall,
                        at + size * 0.48,
                        foot,
                        Paint::Flat(colour),
                        alpha,
                    );
                }
            }
        }
        if house.depth == 2 && wide > 40.0 * unit {
            let door = house.left + wide * chance.between(0.3, 0.7);
            let lit = chance.happens(self.palette.lit_share * 0.8);
            self.arch(
                door,
                self.ground,
                13.0 * unit,
                22.0 * unit,
                if lit { bright } else { scaled(shut, 0.8) },
                0.95,
            );
            if lit && !day {
                self.canvas.glow(
                    (door, self.ground - 10.0 * unit),
                    40.0 * unit,
                    glow,
                    0.35,
                    self.ground as usize,
                );
            }
        }
    }
}
