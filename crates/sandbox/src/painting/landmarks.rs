//! What stands out of the rows: domes, bell towers, trees, a bridge, mooring poles, and the mist between.

use super::{
    canvas::{Paint, Point, luminance, mix, scaled},
    houses::{Builder, House},
};
use crate::chance::Chance;

impl Builder<'_> {
    pub(super) fn dome(&mut self, house: &House, roof: Paint) {
        let unit = self.unit;
        let (middle, base) = (f32::midpoint(house.left, house.right), house.top + 0.5);
        let radius = (house.right - house.left) * 0.42;
        let drum = base - radius * 0.3;
        self.canvas.rectangle(
            middle - radius,
            drum,
            middle + radius,
            base,
            Paint::Flat(mix(house.wall, [1.0; 3], 0.1)),
            1.0,
        );
        let mut points: Vec<Point> = (0..=28)
            .map(|step| {
                let (sin, cos) = (step as f32 / 28.0 * std::f32::consts::PI).sin_cos();
                (middle - radius * 1.04 * cos, drum - radius * 1.08 * sin)
            })
            .collect();
        points.push((middle + radius, drum));
        self.canvas.fill(&points, roof, 1.0);
        // Ribs of lead over the dome.
        for share in [-0.55f32, -0.2, 0.2, 0.55] {
            let foot = (middle + radius * share, drum);
            self.canvas.line(
                foot,
                (middle + radius * share * 0.25, drum - radius * 1.02),
                1.1 * unit,
                Paint::Flat(scaled(house.roof, 0.75)),
                0.4,
            );
        }
        let crown = drum - radius * 1.05;
        let lantern = radius * 0.15;
        self.canvas.rectangle(
            middle - lantern,
            crown - lantern * 2.2,
            middle + lantern,
            crown + 1.0,
            Paint::Flat(house.wall),
            1.0,
        );
        self.canvas.ellipse((middle, crown - lantern * 2.2), lantern * 1.2, lantern * 1.1, roof, 1.0);
        self.canvas.line(
            (middle, crown - lantern * 2.6),
            (middle, crown - lantern * 6.0),
            2.0 * unit,
            Paint::Flat(house.roof),
            1.0,
        );
    }

    pub(super) fn belfry(&mut self, house: &House) {
        let unit = self.unit;
        let (left, right, base) = (house.left, house.right, house.top + 0.5);
        let (middle, wide) = (f32::midpoint(left, right), right - left);
        let bell = base - wide * 0.95;
        let over = 2.5 * unit;
        self.canvas.rectangle(left, bell, right, base, Paint::Flat(mix(house.wall, [1.0; 3], 0.08)), 1.0);
        for (line, paint) in [(base, 0.2), (bell, 0.25)] {
            let pale = Paint::Flat(mix(house.wall, [1.0; 3], paint));
            self.canvas.rectangle(left - over, line - 2.0 * unit, right + over, line + 2.0 * unit, pale, 1.0);
        }
        let dark = mix(scaled(house.wall, 0.35), self.palette.haze(), house.air * 0.8);
        for place in 0..3 {
            let at = left + wide * (0.22 + 0.28 * place as f32);
            self.arch(at, base - wide * 0.18, wide * 0.17, wide * 0.5, dark, 0.9);
        }
        let tip = bell - wide * 1.75;
        let roof = Paint::Fade {
            top: mix(house.roof, [0.4, 0.6, 0.52], 0.35),
            bottom: house.roof,
            from: tip,
            to: bell,
        };
        self.canvas.fill(&[(left - over * 0.4, bell), (middle, tip), (right + over * 0.4, bell)], roof, 1.0);
        self.canvas.fill(
            &[(middle, tip), (right + over * 0.4, bell), (middle, bell)],
            Paint::Flat(scaled(house.roof, 0.6)),
            0.25,
        );
        self.canvas.line(
            (middle, tip + 4.0 * unit),
            (middle, tip - 12.0 * unit),
            1.8 * unit,
            Paint::Flat(house.roof),
            1.0,
        );
        self.canvas.ellipse(
            (middle, tip - 2.0 * unit),
            3.0 * unit,
            3.0 * unit,
            Paint::Flat(self.palette.lit),
            0.8,
        );
    }

    pub(super) fn trees(&mut self, from: f32, to: f32, air: f32, chance: &mut Chance) {
        let unit = self.unit;
        let mut x = from + 6.0 * unit;
        while x < to {
            let (tall, wide) = (chance.between(50.0, 110.0) * unit, chance.between(9.0, 15.0) * unit);
            let leaf = mix(mix([0.2, 0.36, 0.24], self.palette.sky[0], 0.15), self.palette.haze(), air);
            let leaf = scaled(leaf, 0.45 + 0.75 * luminance(self.palette.sky[1]));
            let middle = self.ground - tall * 0.45;
            self.canvas.ellipse((x, middle), wide, tall * 0.5, Paint::Flat(leaf), 1.0);
            self.canvas.ellipse(
                (x - wide * 0.3, middle - tall * 0.05),
                wide * 0.5,
                tall * 0.38,
                Paint::Flat(mix(leaf, self.palette.light, 0.14)),
                0.6,
            );
            x += wide * chance.between(1.4, 2.4);
        }
    }

    pub(super) fn mist(&mut self, depth: u32) {
        let haze = self.palette.haze();
        let top = self.ground * (0.62 + 0.12 * depth as f32);
        for y in (top.max(0.0) as usize)..(self.ground as usize).min(self.canvas.height) {
            let along = (y as f32 - top) / (self.ground - top).max(1.0);
            for pixel in self.canvas.row_mut(y) {
                *pixel = mix(*pixel, haze, along * 0.5);
            }
        }
    }

    /// A bridge of one arch, with steps, a parapet and a little loggia.
    pub(super) fn bridge(&mut self, chance: &mut Chance) {
        let unit = self.unit;
        let middle = chance.between(0.34, 0.66) * self.canvas.width as f32;
        let half = 178.0 * unit;
        let (rise, foot) = (92.0 * unit, self.ground + 1.0);
        let stone = mix(mix(self.palette.walls[4], [0.96, 0.93, 0.86], 0.5), self.palette.sky[1], 0.12);
        let stone = scaled(stone, 0.5 + 0.55 * luminance(self.palette.sky[1]).min(1.0));
        // Ramps that meet in a rounded crown, over one low arch.
        let deck = |along: f32| {
            foot - rise * (1.06 - (along * along + 0.015).sqrt()).max(0.0).powf(0.85) - 9.0 * unit
        };
        let mut points: Vec<Point> = (0..=40)
            .map(|step| step as f32 / 20.0 - 1.0)
            .map(|along| (middle + half * along, deck(along)))
            .collect();
        points.push((middle + half, foot));
        points.extend((0..=32).rev().map(|step| {
            let along = step as f32 / 16.0 - 1.0;
            (middle + half * 0.46 * along, foot - rise * 0.62 * (1.0 - along * along).max(0.0).sqrt())
        }));
        points.push((middle - half, foot));
        let paint = Paint::Fade {
            top: mix(stone, self.palette.light, 0.25),
            bottom: scaled(stone, 0.78),
            from: foot - rise * 1.1,
            to: foot,
        };
        self.canvas.fill(&points, paint, 1.0);
        let edge = Paint::Flat(mix(stone, [1.0; 3], 0.35));
        for step in 0..40 {
            let (one, two) = (step as f32 / 20.0 - 1.0, (step + 1) as f32 / 20.0 - 1.0);
            self.canvas.line(
                (middle + half * one, deck(one)),
                (middle + half * two, deck(two)),
                4.0 * unit,
                edge,
                0.95,
            );
        }
        for place in -4..=4 {
            let along = place as f32 / 7.5;
            let x = middle + half * along;
            let base = deck(along);
            self.arch(x, base - 2.0 * unit, 13.0 * unit, 25.0 * unit, scaled(stone, 0.5), 0.75);
            self.canvas.rectangle(
                x - 9.0 * unit,
                base - 30.0 * unit,
                x + 9.0 * unit,
                base - 26.0 * unit,
                edge,
                0.8,
            );
        }
        let crown = deck(0.0) - 28.0 * unit;
        self.canvas.fill(
            &[(middle - 16.0 * unit, crown), (middle, crown - 18.0 * unit), (middle + 16.0 * unit, crown)],
            Paint::Flat(self.palette.roof),
            1.0,
        );
    }

    /// The edge of the water, and poles to moor at.
    pub(super) fn quay(&mut self, chance: &mut Chance) {
        let unit = self.unit;
        let width = self.canvas.width as f32;
        self.canvas.rectangle(
            0.0,
            self.ground - 1.6 * unit,
            width,
            self.ground + 0.8 * unit,
            Paint::Flat(scaled(self.palette.dark, 1.2)),
            0.45,
        );
        for _ in 0..(width / unit / 170.0) as u32 + chance.below(3) {
            let x = chance.unit() * width;
            let tall = chance.between(24.0, 42.0) * unit;
            let stripes = [
                mix(self.palette.walls[0], [0.8, 0.2, 0.2], 0.35),
                mix(self.palette.walls[4], [1.0; 3], 0.4),
            ];
            for band in 0..8 {
                let top = self.ground - tall + tall * band as f32 / 8.0;
                let paint = Paint::Flat(scaled(stripes[band % 2], 0.85));
                self.canvas.rectangle(
                    x - 1.9 * unit,
                    top,
                    x + 1.9 * unit,
                    top + tall / 8.0 + 0.5,
                    paint,
                    0.95,
                );
            }
            self.canvas.ellipse(
                (x, self.ground - tall),
                2.6 * unit,
                2.6 * unit,
                Paint::Flat(self.palette.lit),
                0.9,
            );
        }
    }
}
