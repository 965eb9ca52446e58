//! Instruments: each plays a note into the mix.

use std::f32::consts::TAU;

use super::{Band, Mix, RATE, white};
use crate::chance::Chance;

/// A note: when it begins and how long it is, in seconds, how high and how loud.
#[derive(Debug, Clone, Copy)]
pub(super) struct Note {
    pub(super) at: f64,
    pub(super) seconds: f32,
    /// In hertz.
    pub(super) pitch: f32,
    pub(super) level: f32,
    pub(super) pan: f32,
}

/// Who plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Instrument {
    /// A struck string.
    Piano,
    /// A plucked one.
    Guitar,
    /// Long and soft.
    Strings,
    /// A square buzz.
    Synthesizer,
    Flute,
    Bell,
    Bass,
    /// A choir on "ah".
    Voice,
}

/// Shares of the overtones, how fast each fades, and how slowly a note begins.
struct Sound {
    overtones: &'static [(f32, f32)],
    fade: f32,
    attack: f32,
    tremor: f32,
}

fn sound(instrument: Instrument) -> Sound {
    let (overtones, fade, attack, tremor): (&[_], _, _, _) = match instrument {
        Instrument::Piano => {
            (&[(1.0, 1.0), (2.0, 0.45), (3.0, 0.22), (4.0, 0.12), (5.0, 0.06)], 2.2, 0.004, 0.0)
        }
        Instrument::Guitar => {
            (&[(1.0, 1.0), (2.0, 0.6), (3.0, 0.4), (4.0, 0.2), (6.0, 0.1)], 3.6, 0.002, 0.0)
        }
        Instrument::Strings => {
            (&[(1.0, 1.0), (1.004, 0.7), (2.0, 0.4), (3.0, 0.28), (4.0, 0.14)], 0.0, 0.18, 0.004)
        }
        Instrument::Synthesizer => (&[(1.0, 1.0), (3.0, 0.33), (5.0, 0.2), (7.0, 0.14)], 0.8, 0.01, 0.0),
        Instrument::Flute => (&[(1.0, 1.0), (2.0, 0.16), (3.0, 0.05)], 0.0, 0.06, 0.006),
        Instrument::Bell => (&[(1.0, 1.0), (2.76, 0.6), (5.4, 0.3), (8.93, 0.15)], 1.4, 0.002, 0.0),
        Instrument::Bass => (&[(1.0, 1.0), (2.0, 0.35), (3.0, 0.1)], 1.2, 0.008, 0.0),
        Instrument::Voice => {
            (&[(1.0, 0.7), (2.0, 0.9), (3.0, 0.6), (4.0, 0.3), (5.0, 0.14), (9.0, 0.05)], 0.0, 0.09, 0.008)
        }
    };
    Sound { overtones, fade, attack, tremor }
}

pub(super) fn play(mix: &mut Mix, instrument: Instrument, note: Note) {
    let Sound { overtones, fade, attack, tremor } = sound(instrument);
    // A struck note rings on after its time.
    let ring = if fade > 0.0 { note.seconds + 0.6 } else { note.seconds + 0.15 };
    let begin = (note.at * f64::from(RATE)) as usize;
    let count = ((ring * RATE as f32) as usize).min(mix.len().saturating_sub(begin));
    let mut waves: Vec<(f32, f32, f32)> = overtones
        .iter()
        .filter(|(number, _)| note.pitch * number < RATE as f32 * 0.4)
        .map(|(number, share)| (0.0, note.pitch * number / RATE as f32, *share))
        .collect();
    for step in 0..count {
        let time = step as f32 / RATE as f32;
        let rise = (time / attack).min(1.0);
        let fall = ((ring - time) / 0.12).clamp(0.0, 1.0);
        let bend = if tremor > 0.0 { 1.0 + tremor * (TAU * 5.2 * time).sin() } else { 1.0 };
        let mut value = 0.0;
        for (place, (phase, speed, share)) in waves.iter_mut().enumerate() {
            *phase += *speed * bend;
            *phase -= phase.floor();
            let faded = if fade > 0.0 { (-fade * time * (1.0 + place as f32 * 0.5)).exp() } else { 1.0 };
            value += sine(*phase) * *share * faded;
        }
        mix.add(begin + step, value * rise * fall * note.level, note.pan);
    }
}

/// The sine of a turn, near enough for the ear and much cheaper.
fn sine(turn: f32) -> f32 {
    let folded = 8.0 * turn - 16.0 * turn * turn;
    let upper = if turn < 0.5 {
        folded
    } else {
        let turn = turn - 0.5;
        -(8.0 * turn - 16.0 * turn * turn)
    };
    upper * (0.775 + 0.225 * upper.abs())
}

/// What a drummer strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Drum {
    Kick,
    Snare,
    Hat,
}

pub(super) fn strike(mix: &mut Mix, drum: Drum, at: f64, level: f32, chance: &mut Chance) {
    let begin = (at * f64::from(RATE)) as usize;
    let (seconds, frequency) = match drum {
        Drum::Kick => (0.28, 0.0),
        Drum::Snare => (0.18, 1900.0),
        Drum::Hat => (0.06, 6500.0),
    };
    let mut band = Band::new();
    let mut phase = 0.0;
    for step in 0..((seconds * RATE as f32) as usize).min(mix.len().saturating_sub(begin)) {
        let time = step as f32 / RATE as f32;
        let value = if drum == Drum::Kick {
            phase += (45.0 + 110.0 * (-time * 30.0).exp()) / RATE as f32;
            (TAU * phase).sin() * (-time * 12.0).exp()
        } else {
            band.pass(white(chance), frequency, 1.2) * (-time * 5.0 / seconds).exp()
        };
        mix.add(begin + step, value * level, if drum == Drum::Hat { 0.3 } else { 0.0 });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cheap_sine_is_near_the_true_one() {
        for step in 0..100 {
            let turn = step as f32 / 100.0;
            assert!((sine(turn) - (TAU * turn).sin()).abs() < 0.002, "{turn}");
        }
    }
}
