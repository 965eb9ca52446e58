//! What is played: chords, bass, a melody and drums, from the words of the prompt and the seed.

use super::{
    Mix, Wish,
    instruments::{self, Drum, Instrument, Note, strike},
};
use crate::{
    chance::{Chance, mix},
    painting::Words,
};

const MINOR: [i32; 7] = [0, 2, 3, 5, 7, 8, 10];
const MAJOR: [i32; 7] = [0, 2, 4, 5, 7, 9, 11];
/// Steps of the scale that chords stand on, four bars each.
const BRIGHT: [[i32; 4]; 4] = [[0, 4, 5, 3], [0, 5, 3, 4], [0, 3, 0, 4], [3, 4, 0, 5]];
const DARK: [[i32; 4]; 4] = [[0, 5, 2, 6], [0, 3, 4, 0], [0, 6, 5, 4], [5, 6, 0, 0]];

const SAD: &[&str] = &[
    "sad",
    "dark",
    "melancholy",
    "melancholic",
    "minor",
    "night",
    "rain",
    "rainy",
    "gloomy",
    "lonely",
    "storm",
    "stormy",
    "tense",
    "horror",
    "eerie",
    "悲",
    "夜",
    "雨",
];
const SLOW: &[&str] = &[
    "slow",
    "calm",
    "ambient",
    "sleep",
    "lullaby",
    "ballad",
    "gentle",
    "quiet",
    "peaceful",
    "meditation",
    "慢",
    "安静",
];
const FAST: &[&str] =
    &["fast", "dance", "techno", "energetic", "upbeat", "punk", "drum", "rock", "party", "disco", "快", "舞"];
const WALTZ: &[&str] = &["waltz", "barcarole", "barcarolle", "gondola", "gondolier", "圆舞曲"];
const DRUMLESS: &[&str] =
    &["ambient", "classical", "lullaby", "solo", "piano", "choir", "sleep", "meditation"];
const INSTRUMENTS: &[(Instrument, &[&str])] = &[
    (Instrument::Piano, &["piano", "jazz", "classical", "钢琴"]),
    (Instrument::Guitar, &["guitar", "folk", "mandolin", "acoustic", "harp", "lute", "吉他"]),
    (Instrument::Strings, &["string", "violin", "orchestra", "cinematic", "cello", "epic"]),
    (Instrument::Synthesizer, &["synth", "synthesizer", "electronic", "techno", "retro", "game", "chiptune"]),
    (Instrument::Flute, &["flute", "whistle", "pan", "recorder"]),
    (Instrument::Bell, &["bell", "music box", "celesta", "glockenspiel", "christmas"]),
    (Instrument::Voice, &["choir", "vocal", "opera", "sing", "singer", "voice"]),
];

/// A plan of the piece.
struct Plan {
    scale: [i32; 7],
    chords: [i32; 4],
    /// The key, in hertz.
    root: f32,
    /// Seconds of a beat.
    beat: f64,
    beats: usize,
    lead: Instrument,
    drums: bool,
}

impl Plan {
    fn of(wish: &Wish<'_>, chance: &mut Chance) -> Self {
        let words = Words::read(wish.prompt);
        let sad = words.say(SAD);
        let tempo = if words.say(SLOW) {
            chance.between(60.0, 76.0)
        } else if words.say(FAST) {
            chance.between(120.0, 144.0)
        } else {
            chance.between(84.0, 108.0)
        };
        let named = INSTRUMENTS.iter().find(|(_, names)| words.say(names)).map(|(instrument, _)| *instrument);
        let any = INSTRUMENTS[chance.below(5) as usize].0;
        let chords = chance.below(4) as usize;
        Self {
            scale: if sad { MINOR } else { MAJOR },
            chords: if sad { DARK[chords] } else { BRIGHT[chords] },
            root: 110.0 * (chance.below(12) as f32 / 12.0).exp2(),
            beat: 60.0 / f64::from(tempo),
            beats: if words.say(WALTZ) { 3 } else { 4 },
            lead: named.unwrap_or(any),
            drums: words.say(FAST) || !words.say(DRUMLESS) && chance.happens(0.55),
        }
    }

    /// The pitch of a step of the scale, counted through octaves.
    fn pitch(&self, step: i32) -> f32 {
        let (octave, within) = (step.div_euclid(7), step.rem_euclid(7));
        self.root * ((octave * 12 + self.scale[within as usize]) as f32 / 12.0).exp2()
    }
}

fn play_bar(plan: &Plan, bar: usize, song: bool, melody: &mut i32, mix: &mut Mix, chance: &mut Chance) {
    let begin = bar as f64 * plan.beat * plan.beats as f64;
    let length = plan.beat as f32 * plan.beats as f32;
    let chord = plan.chords[bar % 4];
    for (place, step) in [0, 2, 4].into_iter().enumerate() {
        let pan = place as f32 * 0.5 - 0.5;
        let pitch = plan.pitch(chord + step + 7);
        instruments::play(
            mix,
            Instrument::Strings,
            Note { at: begin, seconds: length, pitch, level: 0.07, pan },
        );
    }
    for beat in 0..plan.beats {
        let at = begin + beat as f64 * plan.beat;
        if beat % 2 == 0 || plan.beats == 3 && beat == 0 {
            let seconds = plan.beat as f32 * 1.6;
            instruments::play(
                mix,
                Instrument::Bass,
                Note { at, seconds, pitch: plan.pitch(chord) / 2.0, level: 0.3, pan: 0.0 },
            );
        }
        if plan.drums {
            let strong = if plan.beats == 3 { beat == 0 } else { beat % 2 == 0 };
            strike(
                mix,
                if strong { Drum::Kick } else { Drum::Snare },
                at,
                if strong { 0.5 } else { 0.25 },
                chance,
            );
            for half in 0..2 {
                strike(mix, Drum::Hat, at + f64::from(half) * plan.beat / 2.0, 0.1, chance);
            }
        }
        let split = if chance.happens(0.35) { 2 } else { 1 };
        for half in 0..split {
            if chance.happens(0.15) {
                continue;
            }
            // It walks, and comes back to the chord on strong beats.
            *melody = (*melody + chance.below(5).cast_signed() - 2).clamp(5, 16);
            if beat == 0 && half == 0 {
                *melody = chord + 7 + [0, 2, 4][chance.below(3) as usize];
            }
            let seconds = plan.beat as f32 / split as f32;
            let at = at + f64::from(half) * plan.beat / f64::from(split);
            let note = Note { at, seconds, pitch: plan.pitch(*melody), level: 0.22, pan: 0.15 };
            instruments::play(mix, if song { Instrument::Voice } else { plan.lead }, note);
        }
    }
}

pub(super) fn play(wish: &Wish<'_>, out: &mut Mix) {
    let mut chance = Chance::new(mix(mix(wish.seed, wish.prompt), wish.lyrics));
    let plan = Plan::of(wish, &mut chance);
    let bars = (out.len() as f64 / f64::from(super::RATE) / (plan.beat * plan.beats as f64)).ceil() as usize;
    let mut melody = 9;
    for bar in 0..bars {
        // Words are sung in all but the first bars and every fourth line.
        let song = !wish.lyrics.trim().is_empty() && bar >= 2 && bar % 16 < 12;
        play_bar(&plan, bar, song, &mut melody, out, &mut chance);
    }
    out.echo(plan.beat as f32 * 0.75, 0.22);
}
