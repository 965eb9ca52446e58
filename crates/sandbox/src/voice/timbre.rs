//! What a voice sounds like: from its name, and from the style that is asked for.

use super::Manner;
use crate::chance::{Chance, mix};

/// A voice.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timbre {
    /// In hertz.
    pub(super) pitch: f32,
    /// How much shorter than a man's the throat is.
    pub(super) throat: f32,
    /// From 0, a clear voice, to 1, a whisper.
    pub(super) breath: f32,
    /// How far the pitch swings.
    pub(super) swing: f32,
    /// Factor of all times.
    pub(super) pace: f32,
    /// How much pitch and time wander.
    pub(super) wander: f32,
}

/// Words of names and what they say of the voice's pitch.
const LOW: &[&str] = &["man", "guy", "deep", "knight", "uncle", "king", "male"];
const HIGH: &[&str] = &["woman", "girl", "lady", "female", "vivi", "wise", "sweet", "lovely"];

/// Words of a style: what they do to pitch, swing, pace and breath.
const STYLES: &[(&[&str], [f32; 4])] = &[
    (&["happy", "cheer", "joy", "excit", "energ", "bright"], [1.12, 1.6, 0.92, 0.0]),
    (&["sad", "slow", "tired", "melanchol", "calm", "gentle"], [0.93, 0.6, 1.25, 0.05]),
    (&["angry", "furious", "shout"], [1.06, 1.9, 0.9, 0.0]),
    (&["whisper", "secret", "hush"], [1.0, 0.4, 1.1, 0.9]),
    (&["fast", "quick", "hurr"], [1.0, 1.0, 0.82, 0.0]),
    (&["monoton", "robot", "flat"], [1.0, 0.05, 1.0, 0.0]),
];

impl Timbre {
    pub(super) fn of(manner: &Manner<'_>) -> Self {
        let name = manner.voice.to_lowercase();
        let mut chance = Chance::new(mix(0x0001_ce0f, &name));
        // Kokoro's names say it in their second letter.
        let coded = name.get(1..3).filter(|code| *code == "m_" || *code == "f_");
        let high = match coded {
            Some(code) => code == "f_",
            None if HIGH.iter().any(|word| name.contains(word)) => true,
            None if LOW.iter().any(|word| name.contains(word)) => false,
            None => chance.happens(0.5),
        };
        let high = manner.pitch.map_or(high, |pitch| pitch > 150.0);
        let (low, top) = if high { (165.0, 225.0) } else { (88.0, 132.0) };
        let mut timbre = Self {
            pitch: manner.pitch.unwrap_or_else(|| chance.between(low, top)),
            throat: if high { chance.between(1.1, 1.2) } else { chance.between(0.94, 1.04) },
            breath: chance.between(0.02, 0.1),
            swing: chance.between(0.75, 1.25),
            pace: chance.between(0.94, 1.06),
            wander: manner.temperature.clamp(0.0, 2.0),
        };
        let style = manner.style.to_lowercase();
        for (words, [pitch, swing, pace, breath]) in STYLES {
            if words.iter().any(|word| style.contains(word)) {
                timbre.pitch *= pitch;
                timbre.swing *= swing;
                timbre.pace *= pace;
                timbre.breath = timbre.breath.max(*breath);
            }
        }
        timbre.pace /= manner.speed.max(0.05);
        timbre
    }
}
