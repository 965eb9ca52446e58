//! The colours of an hour, bent to what the prompt names.

use super::{
    canvas::{Colour, luminance, mix, rgb, scaled},
    words::{Hour, Scene, Thing},
};
use crate::chance::Chance;

/// Everything that a scene is coloured with.
#[derive(Debug, Clone)]
pub(crate) struct Palette {
    /// At the top, in the middle, at the horizon.
    pub(crate) sky: [Colour; 3],
    pub(crate) light: Colour,
    /// How strong the light's glow is.
    pub(crate) glow: f32,
    pub(crate) walls: Vec<Colour>,
    pub(crate) roof: Colour,
    pub(crate) water: Colour,
    pub(crate) lit: Colour,
    /// How many windows are lit, from 0 to 1.
    pub(crate) lit_share: f32,
    pub(crate) dark: Colour,
}

const WALLS: [[u32; 5]; 5] = [
    [0xc9_6f4a, 0xe0_a15e, 0xd9_8d72, 0xb8_5a44, 0xe8_c48c],
    [0xd8_7f63, 0xeb_b98a, 0xc2_5f4f, 0xf0_d2a4, 0xb9_7350],
    [0xde_b072, 0xc9_8a4b, 0xe9_d3a0, 0xb8_6c42, 0xd6_9c7c],
    [0xc7_6a6a, 0xe3_a38f, 0xd0_8858, 0xa9_5561, 0xee_c9a8],
    [0xbf_8a5e, 0x9d_8f72, 0xd7_ab7b, 0x8e_6f5c, 0xe4_cfa9],
];

struct Air {
    sky: [u32; 3],
    disc: u32,
    glow: f32,
    /// What walls are mixed with, and how much.
    wash: (u32, f32),
    shade: f32,
    water: u32,
    lit_share: f32,
}

fn air_of(hour: Hour) -> Air {
    match hour {
        Hour::Dawn => Air {
            sky: [0x8f_a9d4, 0xec_c3c0, 0xff_e2bf],
            disc: 0xff_f3dc,
            glow: 0.55,
            wash: (0xe8_9d9a, 0.3),
            shade: 0.95,
            water: 0x8d_a3b4,
            lit_share: 0.22,
        },
        Hour::Morning => Air {
            sky: [0x86_b7d8, 0xb9_d6dc, 0xf1_e7cd],
            disc: 0xff_f7e2,
            glow: 0.4,
            wash: (0xf2_d9a8, 0.12),
            shade: 1.03,
            water: 0x6f_9fa3,
            lit_share: 0.08,
        },
        Hour::Noon => Air {
            sky: [0x55_9fd2, 0x92_c6e2, 0xdd_ecea],
            disc: 0xff_fbef,
            glow: 0.35,
            wash: (0xff_f1d0, 0.1),
            shade: 1.08,
            water: 0x3f_8a98,
            lit_share: 0.04,
        },
        Hour::Golden => Air {
            sky: [0xc8_8783, 0xf2_b884, 0xfd_e7bb],
            disc: 0xff_f4d6,
            glow: 0.7,
            wash: (0xd8_6a36, 0.28),
            shade: 0.9,
            water: 0x8a_8a80,
            lit_share: 0.2,
        },
        Hour::Dusk => Air {
            sky: [0x3f_3a70, 0x9c_5685, 0xf5_a06e],
            disc: 0xff_e9c9,
            glow: 0.6,
            wash: (0x72_2f5c, 0.52),
            shade: 0.66,
            water: 0x55_4370,
            lit_share: 0.42,
        },
        Hour::Night => Air {
            sky: [0x08_1a2b, 0x10_3347, 0x23_5a66],
            disc: 0xf6_f2dc,
            glow: 0.4,
            wash: (0x16_2f4c, 0.66),
            shade: 0.6,
            water: 0x08_2533,
            lit_share: 0.55,
        },
    }
}

impl Palette {
    pub(crate) fn of(scene: &Scene, chance: &mut Chance) -> Self {
        let air = air_of(scene.hour);
        let mut sky = air.sky.map(rgb);
        let mut water = rgb(air.water);
        let mut walls: Vec<Colour> = WALLS[scene.walls % WALLS.len()].iter().map(|hex| rgb(*hex)).collect();
        let mut roof = rgb(0xb0_5a3c);
        let mut glow = air.glow;
        if scene.is_grey() {
            let grey = if scene.hour == Hour::Night { rgb(0x1d_2732) } else { rgb(0x78_858c) };
            sky = [
                mix(sky[0], scaled(grey, 0.7), 0.75),
                mix(sky[1], grey, 0.7),
                mix(sky[2], scaled(grey, 1.25), 0.6),
            ];
            water = mix(water, scaled(grey, 0.75), 0.6);
            glow *= 0.4;
        }
        if scene.has(Thing::Snow) {
            sky = sky.map(|colour| mix(colour, rgb(0xe4_eaf0), 0.3));
        }
        if let Some(first) = scene.colours.first() {
            let keep = luminance(sky[1]);
            let toned = |colour: Colour, base: Colour| {
                let factor = (luminance(base) / luminance(colour).max(0.08)).clamp(0.35, 1.6);
                mix(base, scaled(colour, factor), 0.46)
            };
            sky = [
                toned(*first, sky[0]),
                mix(sky[1], toned(*first, sky[1]), 0.6),
                mix(sky[2], mix(*first, [1.0; 3], keep), 0.16),
            ];
            water = mix(water, toned(*first, water), 0.6);
            let count = scene.colours.len();
            // Some walls keep their own colour, so that the named one has something to stand against.
            for (place, share) in [(0, 0.8), (2, 0.62), (3, 0.45)] {
                walls[place] = mix(walls[place], scene.colours[place % count], share);
            }
            roof = mix(roof, scene.colours[count - 1], 0.4);
        }
        let wash = rgb(air.wash.0);
        let finished = |colour: Colour| turned(scaled(mix(colour, wash, air.wash.1), air.shade), scene.turn);
        let walls = walls.into_iter().map(finished).collect();
        let lit = mix(rgb(0xff_d98a), rgb(0xff_efc4), chance.unit());
        let lanterns = if scene.has(Thing::Lanterns) { 0.35 } else { 0.0 };
        Self {
            sky: sky.map(|colour| turned(colour, scene.turn * 0.7)),
            light: rgb(air.disc),
            glow,
            walls,
            roof: finished(roof),
            water: turned(water, scene.turn * 0.7),
            lit,
            lit_share: (air.lit_share + lanterns).min(0.85),
            dark: mix(rgb(0x10_161c), wash, 0.12),
        }
    }

    /// The air between the eye and what is far.
    pub(crate) fn haze(&self) -> Colour {
        mix(self.sky[1], self.sky[2], 0.7)
    }
}

/// Turns a hue by some degrees, about the grey axis.
pub(crate) fn turned(colour: Colour, degrees: f32) -> Colour {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let third = (1.0 - cos) / 3.0;
    let (same, next, last) = (cos + third, third - sin * 0.577_350_3, third + sin * 0.577_350_3);
    let [red, green, blue] = colour;
    [
        red * same + green * next + blue * last,
        red * last + green * same + blue * next,
        red * next + green * last + blue * same,
    ]
    .map(|channel| channel.clamp(0.0, 1.0))
}
