//! Gondolas and sails on the water.

use super::{
    canvas::{Canvas, Colour, Paint, Point, mix, scaled},
    palette::Palette,
    words::{Hour, Scene, Thing},
};
use crate::chance::Chance;

/// A place on the canvas that a boat is drawn around: its middle on the waterline, its scale, its heading.
pub(crate) struct Berth {
    pub(crate) at: Point,
    pub(crate) scale: f32,
    /// 1 when the bow points right, -1 when it points left.
    pub(crate) heading: f32,
}

impl Berth {
    fn place(&self, across: f32, up: f32) -> Point {
        (self.at.0 + across * self.scale * self.heading, self.at.1 - up * self.scale)
    }

    fn shape<const N: usize>(&self, points: [Point; N]) -> [Point; N] {
        points.map(|(across, up)| self.place(across, up))
    }
}

pub(crate) fn paint(
    canvas: &mut Canvas,
    scene: &Scene,
    palette: &Palette,
    horizon: f32,
    unit: f32,
    chance: &mut Chance,
) {
    let (width, depth) = (canvas.width as f32, canvas.height as f32 - horizon);
    let mut berths = Vec::new();
    let sails = if scene.has(Thing::Sails) { 2 + chance.below(3) as usize } else { 0 };
    for place in 0..sails + scene.gondolas {
        // Each has its share of the width, so that no two lie on each other.
        let share = (place as f32 + chance.between(0.2, 0.8)) / (sails + scene.gondolas) as f32;
        let along = if place < sails { chance.between(0.05, 0.22) } else { chance.between(0.2, 0.78) };
        let berth = Berth {
            at: ((0.08 + 0.84 * share) * width, horizon + along * depth),
            scale: (0.55 + 1.15 * along) * unit,
            heading: if chance.happens(0.5) { 1.0 } else { -1.0 },
        };
        berths.push((along, place < sails, berth));
    }
    berths.sort_by(|one, two| one.0.total_cmp(&two.0));
    for (along, sail, berth) in &berths {
        if *sail {
            self::sail(canvas, palette, berth, chance);
        } else {
            let ink = mix(palette.dark, palette.water, 0.34 * (1.0 - along));
            gondola(canvas, palette, berth, ink, scene.hour);
        }
    }
}

/// The upper or lower edge of a hull that bends up towards its ends.
fn hull(berth: &Berth, keel: f32, deck: f32) -> Vec<Point> {
    let bend = |across: f32| (across / 62.0).abs().powf(2.6);
    let at = |step: usize| step as f32 * 6.2 - 62.0;
    let upper = (0..=20)
        .map(at)
        .map(|across| berth.place(across, deck + bend(across) * if across > 0.0 { 19.0 } else { 14.0 }));
    let lower = (0..=20)
        .rev()
        .map(at)
        .map(|across| berth.place(across, keel + bend(across) * if across > 0.0 { 17.0 } else { 12.0 }));
    upper.chain(lower).collect()
}

pub(crate) fn gondola(canvas: &mut Canvas, palette: &Palette, berth: &Berth, ink: Colour, hour: Hour) {
    let paint = Paint::Flat(ink);
    let scale = berth.scale;
    shadow(canvas, berth, ink);
    canvas.fill(&hull(berth, -3.0, 6.0), paint, 1.0);
    // The rail catches the light.
    for step in 0..18 {
        let across = |step: usize| step as f32 * 6.2 - 55.8;
        let bend =
            |across: f32| 6.0 + (across / 62.0).abs().powf(2.6) * if across > 0.0 { 19.0 } else { 14.0 };
        let (one, two) = (across(step), across(step + 1));
        canvas.line(
            berth.place(one, bend(one)),
            berth.place(two, bend(two)),
            0.9 * scale,
            Paint::Flat(mix(ink, palette.light, 0.5)),
            0.6,
        );
    }
    // The iron at the bow, with its comb.
    let iron = Paint::Flat(mix(ink, palette.light, 0.55));
    canvas.fill(
        &berth.shape([
            (58.0, 20.0),
            (61.0, 33.0),
            (65.5, 35.5),
            (66.5, 31.0),
            (63.5, 28.0),
            (64.0, 18.0),
            (61.0, 12.0),
        ]),
        iron,
        1.0,
    );
    for tooth in 0..4 {
        let up = 17.0 + tooth as f32 * 3.0;
        canvas.line(berth.place(63.0, up), berth.place(67.5, up), 1.2 * scale, iron, 1.0);
    }
    // A cushioned seat.
    let velvet = mix(palette.walls[0], [0.75, 0.16, 0.14], 0.6);
    canvas.fill(
        &berth.shape([(2.0, 5.0), (4.0, 14.0), (9.0, 14.5), (11.0, 9.0), (24.0, 8.5), (24.0, 5.0)]),
        Paint::Flat(scaled(velvet, 0.8)),
        1.0,
    );
    gondolier(canvas, palette, berth, ink);
    if matches!(hour, Hour::Night | Hour::Dusk) {
        let lamp = berth.place(50.0, 24.0);
        canvas.line(berth.place(49.0, 13.0), lamp, 0.9 * scale, paint, 1.0);
        let floor = canvas.height;
        canvas.glow(lamp, 34.0 * scale, palette.lit, 0.65, floor);
        canvas.ellipse(lamp, 2.4 * scale, 2.4 * scale, Paint::Flat(palette.lit), 1.0);
        for step in 0..5 {
            let below =
                (lamp.0 + (step % 2) as f32 * 3.0 * scale, berth.at.1 + (6.0 + step as f32 * 5.0) * scale);
            canvas.ellipse(
                below,
                (6.0 - step as f32) * scale,
                0.9 * scale,
                Paint::Flat(palette.lit),
                0.5 - step as f32 * 0.08,
            );
        }
    }
}

fn gondolier(canvas: &mut Canvas, palette: &Palette, berth: &Berth, ink: Colour) {
    let scale = berth.scale;
    let paint = Paint::Flat(ink);
    let shirt = mix(palette.light, palette.water, 0.2);
    let wood = mix([0.45, 0.3, 0.18], ink, 0.5);
    canvas.line(berth.place(-27.0, 27.0), berth.place(-64.0, -6.0), 1.5 * scale, Paint::Flat(wood), 1.0);
    canvas.fill(&berth.shape([(-38.5, 8.0), (-37.5, 21.0), (-31.5, 21.0), (-31.0, 8.0)]), paint, 1.0);
    canvas.fill(
        &berth.shape([(-38.0, 20.5), (-36.5, 33.0), (-31.0, 33.0), (-30.5, 20.5)]),
        Paint::Flat(shirt),
        1.0,
    );
    for stripe in 0..4 {
        let up = 22.5 + stripe as f32 * 3.0;
        canvas.line(berth.place(-37.6, up), berth.place(-30.7, up), 1.2 * scale, paint, 0.85);
    }
    canvas.line(berth.place(-32.0, 31.0), berth.place(-26.0, 26.0), 2.2 * scale, Paint::Flat(shirt), 1.0);
    canvas.ellipse(
        berth.place(-33.4, 37.0),
        2.9 * scale,
        3.2 * scale,
        Paint::Flat(mix([0.8, 0.6, 0.46], ink, 0.3)),
        1.0,
    );
    canvas.ellipse(
        berth.place(-33.4, 39.8),
        5.4 * scale,
        1.2 * scale,
        Paint::Flat(mix(palette.lit, ink, 0.25)),
        1.0,
    );
    canvas.ellipse(
        berth.place(-33.4, 41.0),
        2.7 * scale,
        1.9 * scale,
        Paint::Flat(mix(palette.lit, ink, 0.25)),
        1.0,
    );
    canvas.line(
        berth.place(-36.0, 40.0),
        berth.place(-31.0, 40.2),
        1.0 * scale,
        Paint::Flat([0.65, 0.15, 0.13]),
        0.9,
    );
}

/// The dark broken image under a hull, and the lines it leaves behind.
fn shadow(canvas: &mut Canvas, berth: &Berth, ink: Colour) {
    let scale = berth.scale;
    for step in 0..9 {
        let down = 3.5 + step as f32 * 2.6;
        let half = (56.0 - step as f32 * 4.6) * scale;
        let sway = if step % 2 == 0 { 2.6 } else { -2.6 } * scale;
        let centre = (berth.at.0 + sway, berth.at.1 + down * scale);
        canvas.ellipse(centre, half, 1.5 * scale, Paint::Flat(ink), 0.42 - step as f32 * 0.04);
    }
    for (behind, down) in [(-82.0, 2.0), (-104.0, 6.0), (78.0, 5.0)] {
        let centre = (berth.at.0 + behind * scale * berth.heading, berth.at.1 + down * scale);
        canvas.ellipse(centre, 20.0 * scale, 0.8 * scale, Paint::Flat([1.0; 3]), 0.16);
    }
}

fn sail(canvas: &mut Canvas, palette: &Palette, berth: &Berth, chance: &mut Chance) {
    let ink = mix(palette.dark, palette.water, 0.25);
    shadow(canvas, berth, ink);
    let cloth = palette.walls[chance.below(palette.walls.len() as u32) as usize];
    let main = Paint::Flat(mix(cloth, [1.0; 3], 0.15));
    let jib = Paint::Flat(mix(cloth, [1.0; 3], 0.65));
    canvas.fill(&berth.shape([(0.0, 8.0), (0.0, 104.0), (-40.0, 14.0)]), main, 1.0);
    canvas.fill(&berth.shape([(4.0, 8.0), (4.0, 92.0), (42.0, 14.0)]), jib, 1.0);
    canvas.line(berth.place(2.0, 3.0), berth.place(2.0, 108.0), 1.8 * berth.scale, Paint::Flat(ink), 1.0);
    canvas.fill(
        &berth.shape([(-46.0, 9.0), (50.0, 9.0), (38.0, -3.0), (-36.0, -3.0)]),
        Paint::Flat(ink),
        1.0,
    );
}
