//! Noises by name: weather, water, bells, steps and other things that films want.

use std::f32::consts::TAU;

use super::{
    Band, Mix, RATE, Wish,
    instruments::{self, Instrument, Note},
    white,
};
use crate::{
    chance::{Chance, mix},
    painting::Words,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Noise {
    Rain,
    Thunder,
    Wind,
    Waves,
    Bell,
    Steps,
    Birds,
    Engine,
    Applause,
    Knock,
    Blast,
    Whoosh,
}

const NAMES: &[(Noise, &[&str])] = &[
    (Noise::Thunder, &["thunder", "thunderstorm", "storm", "雷"]),
    (Noise::Rain, &["rain", "drizzle", "shower", "雨"]),
    (Noise::Waves, &["wave", "sea", "ocean", "water", "beach", "canal", "lagoon", "海", "水"]),
    (Noise::Wind, &["wind", "breeze", "gale", "风"]),
    (Noise::Bell, &["bell", "chime", "clock", "church", "钟"]),
    (Noise::Steps, &["footstep", "step", "walk", "walking", "run", "脚步"]),
    (Noise::Birds, &["bird", "gull", "seagull", "pigeon", "forest", "鸟"]),
    (Noise::Engine, &["engine", "motor", "car", "boat", "vaporetto", "machine", "引擎"]),
    (Noise::Applause, &["applause", "clap", "crowd", "掌声"]),
    (Noise::Knock, &["door", "knock", "hammer", "门"]),
    (Noise::Blast, &["explosion", "blast", "cannon", "firework", "爆炸"]),
    (Noise::Whoosh, &["whoosh", "swoosh", "pass", "transition"]),
];

pub(super) fn make(wish: &Wish<'_>, out: &mut Mix) {
    let words = Words::read(wish.prompt);
    let mut chance = Chance::new(mix(wish.seed, wish.prompt));
    let mut named: Vec<Noise> =
        NAMES.iter().filter(|(_, names)| words.say(names)).map(|(noise, _)| *noise).take(3).collect();
    if named.is_empty() {
        named.push(Noise::Whoosh);
    }
    for noise in named {
        add(noise, out, &mut chance);
    }
    out.echo(0.031, 0.15);
}

fn add(noise: Noise, out: &mut Mix, chance: &mut Chance) {
    let seconds = out.len() as f32 / RATE as f32;
    match noise {
        Noise::Rain => {
            bed(out, chance, 0.12, |_| (5200.0, 0.7));
            for _ in 0..(seconds * 90.0) as u32 {
                burst(out, chance.unit() * seconds, 0.012, 3500.0, 0.3, chance);
            }
        }
        Noise::Wind => {
            let (slow, quick) = (chance.between(0.1, 0.2), chance.between(0.5, 0.8));
            bed(out, chance, 0.5, |time| {
                let gust = 0.5 + 0.35 * (TAU * slow * time).sin() + 0.15 * (TAU * quick * time).sin();
                (300.0 + 500.0 * gust, 4.0)
            });
        }
        Noise::Waves => {
            let period = chance.between(2.6, 4.2);
            surge(out, chance, period);
        }
        Noise::Thunder => {
            bed(out, chance, 0.04, |_| (2500.0, 0.7));
            let mut at = 0.1;
            while at < seconds {
                burst(out, at, 1.8, 90.0, 3.0, chance);
                burst(out, at + 0.3, 1.2, 60.0, 3.0, chance);
                at += chance.between(2.5, 5.0);
            }
        }
        Noise::Bell => {
            let pitch = chance.between(220.0, 520.0);
            let mut at = 0.05;
            while at < seconds {
                let note = Note { at: f64::from(at), seconds: 2.2, pitch, level: 0.5, pan: -0.1 };
                instruments::play(out, Instrument::Bell, note);
                at += 1.4;
            }
        }
        Noise::Steps => each(seconds, 0.52, |at| burst(out, at, 0.07, 420.0, 2.2, chance)),
        Noise::Knock => each(seconds, 0.9, |at| {
            for knock in 0..3 {
                burst(out, at + knock as f32 * 0.16, 0.09, 240.0, 3.0, chance);
            }
        }),
        Noise::Applause => {
            for _ in 0..(seconds * 160.0) as u32 {
                burst(out, chance.unit() * seconds, 0.02, 1500.0, 0.5, chance);
            }
        }
        Noise::Blast => {
            burst(out, 0.05, 0.2, 1800.0, 2.0, chance);
            burst(out, 0.05, (seconds - 0.1).clamp(0.3, 3.0), 70.0, 5.0, chance);
        }
        Noise::Birds => {
            for _ in 0..(seconds * 2.5).ceil() as u32 {
                let (at, high) = (chance.unit() * seconds, chance.between(2200.0, 4200.0));
                chirp(out, at, high, chance.between(-0.8, 0.8));
            }
        }
        Noise::Engine => {
            let pitch = chance.between(48.0, 75.0);
            let mut phase = 0.0;
            for at in 0..out.len() {
                let time = at as f32 / RATE as f32;
                phase += pitch * (1.0 + 0.02 * (TAU * 0.7 * time).sin()) / RATE as f32;
                let turn: f32 = phase - phase.floor();
                let beat = (1.0 - turn).powi(3) - 0.25 + white(chance) * 0.08;
                out.add(at, beat * 0.4, 0.0);
            }
        }
        Noise::Whoosh => {
            let length = seconds.max(0.4);
            bed(out, chance, 0.6, |time| {
                let along = (time / length * 2.0).fract();
                (250.0 + 3200.0 * (1.0 - (2.0 * along - 1.0).abs()), 3.0)
            });
        }
    }
}

fn each(seconds: f32, apart: f32, mut act: impl FnMut(f32)) {
    let mut at = 0.08;
    while at < seconds {
        act(at);
        at += apart;
    }
}

/// Noise from begin to end, around a frequency that may change.
fn bed(out: &mut Mix, chance: &mut Chance, level: f32, colour: impl Fn(f32) -> (f32, f32)) {
    let (mut left, mut right) = (Band::new(), Band::new());
    for at in 0..out.len() {
        let (frequency, narrowness) = colour(at as f32 / RATE as f32);
        let (one, two) = (white(chance), white(chance));
        out.add(at, left.pass(one, frequency, narrowness) * level, -1.0);
        out.add(at, right.pass(two, frequency, narrowness) * level, 1.0);
    }
}

/// Water that comes and goes.
fn surge(out: &mut Mix, chance: &mut Chance, period: f32) {
    let mut band = Band::new();
    for at in 0..out.len() {
        let time = at as f32 / RATE as f32;
        let along = (time / period).fract();
        let swell = (along * (1.0 - along).powi(2) * 6.75).powf(1.4) + 0.06;
        let value = band.pass(white(chance), 500.0 + 1800.0 * swell, 0.8);
        out.add(at, value * swell * 0.6, 0.4 * (TAU * time / (period * 3.0)).sin());
    }
}

/// A short noise that fades.
fn burst(out: &mut Mix, at: f32, seconds: f32, frequency: f32, level: f32, chance: &mut Chance) {
    let begin = (at * RATE as f32) as usize;
    let pan = chance.between(-0.7, 0.7);
    let mut band = Band::new();
    for step in 0..(seconds * RATE as f32) as usize {
        let time = step as f32 / RATE as f32;
        let value = band.pass(white(chance), frequency, 1.5) * (-time * 5.0 / seconds).exp();
        out.add(begin + step, value * level, pan);
    }
}

/// A bird's call: a tone that falls and rises.
fn chirp(out: &mut Mix, at: f32, high: f32, pan: f32) {
    let begin = (at * RATE as f32) as usize;
    let mut phase = 0.0;
    let count = RATE as usize / 5;
    for step in 0..count {
        let along = step as f32 / count as f32;
        phase += high * (1.0 - 0.3 * (TAU * along).sin()) / RATE as f32;
        out.add(begin + step, (TAU * phase).sin() * (std::f32::consts::PI * along).sin() * 0.3, pan);
    }
}
