//! Sentences as sound: a pulse and noise, shaped by resonators that glide from phone to phone.

use std::f32::consts::{PI, TAU};

use super::{
    Manner, RATE, Speech, TimedWord,
    phones::{Kind, Phone},
    reading::{Sentence, Step, Tune},
    timbre::Timbre,
};
use crate::{
    chance::{Chance, mix},
    sound_files::Sound,
};

/// Samples between two changes of the resonators: 5 ms.
const HOP: usize = 120;
const BANDWIDTHS: [f32; 3] = [70.0, 100.0, 150.0];

/// A filter that rings at one frequency.
#[derive(Debug, Clone, Copy, Default)]
struct Resonator {
    gain: f32,
    one: f32,
    two: f32,
    last: [f32; 2],
}

impl Resonator {
    fn tune(&mut self, frequency: f32, bandwidth: f32) {
        let radius = (-PI * bandwidth / RATE as f32).exp();
        self.one = 2.0 * radius * (TAU * frequency.min(RATE as f32 * 0.45) / RATE as f32).cos();
        self.two = -radius * radius;
        self.gain = 1.0 - self.one - self.two;
    }

    fn ring(&mut self, input: f32) -> f32 {
        let output = self.gain * input + self.one * self.last[0] + self.two * self.last[1];
        self.last = [output, self.last[0]];
        output
    }
}

/// What the throat does at one moment.
#[derive(Debug, Clone, Copy)]
struct Posture {
    formants: [f32; 3],
    voice: f32,
    hiss: f32,
    centre: f32,
}

const REST: Posture = Posture { formants: [500.0, 1450.0, 2450.0], voice: 0.0, hiss: 0.0, centre: 3000.0 };

struct Throat<'a> {
    timbre: &'a Timbre,
    chance: Chance,
    resonators: [Resonator; 3],
    hiss: Resonator,
    now: Posture,
    phase: f32,
    last_pulse: f32,
    out: Vec<f32>,
}

impl Throat<'_> {
    /// Sounds for a while, gliding into the posture; quick ones are reached in 10 ms, others in 25.
    fn hold(&mut self, wanted: Posture, seconds: f32, pitch: (f32, f32), quick: bool) {
        let samples = (seconds * RATE as f32) as usize;
        let share = if quick { 0.4 } else { 0.22 };
        let begun = self.out.len();
        while self.out.len() < begun + samples {
            for (now, wanted) in self.now.formants.iter_mut().zip(wanted.formants) {
                *now += (wanted - *now) * share;
            }
            self.now.voice += (wanted.voice - self.now.voice) * share;
            self.now.hiss += (wanted.hiss - self.now.hiss) * share * 1.4;
            self.now.centre = wanted.centre;
            for ((resonator, formant), bandwidth) in
                self.resonators.iter_mut().zip(self.now.formants).zip(BANDWIDTHS)
            {
                resonator.tune(formant * self.timbre.throat, bandwidth);
            }
            self.hiss.tune(self.now.centre, 900.0);
            let along = (self.out.len() - begun) as f32 / samples.max(1) as f32;
            let tremor = 1.0 + (self.chance.unit() - 0.5) * 0.02 * self.timbre.wander;
            let pitch = (pitch.0 + (pitch.1 - pitch.0) * along) * tremor;
            let hop = HOP.min(begun + samples - self.out.len());
            for _ in 0..hop {
                self.sample(pitch);
            }
        }
    }

    fn sample(&mut self, pitch: f32) {
        self.phase += pitch / RATE as f32;
        if self.phase >= 1.0 {
            self.phase -= 1.0;
        }
        // The glottis opens slowly and closes at once; its change is what is heard.
        let flow =
            if self.phase < 0.6 { (self.phase / 0.6).powi(2) * (3.0 - 2.0 * self.phase / 0.6) } else { 0.0 };
        let pulse = flow - self.last_pulse;
        self.last_pulse = flow;
        let noise = self.chance.unit() * 2.0 - 1.0;
        let breath = self.timbre.breath;
        let source = (pulse * 2.2 * (1.0 - breath) + noise * 0.1 * breath) * self.now.voice;
        let voiced = self.resonators.iter_mut().fold(source, |sound, resonator| resonator.ring(sound));
        let hissed = self.hiss.ring(noise) * self.now.hiss;
        self.out.push(voiced * 0.9 + hissed * 0.2);
    }

    fn phone(&mut self, phone: &Phone, seconds: f32, pitch: (f32, f32)) {
        let from = self.now.formants;
        match phone.kind {
            Kind::Voiced { formants, level } => {
                self.hold(Posture { formants, voice: level, ..REST }, seconds, pitch, false);
            }
            Kind::Hiss { centre, level, voiced } => {
                let voice = if voiced { 0.25 } else { 0.0 };
                self.hold(Posture { formants: from, voice, hiss: level, centre }, seconds, pitch, false);
            }
            Kind::Burst { centre, voiced } => {
                let voice = if voiced { 0.12 } else { 0.0 };
                let closed = Posture { formants: from, voice, hiss: 0.0, centre };
                self.hold(closed, seconds * 0.68, pitch, true);
                self.hold(Posture { hiss: 0.5, ..closed }, seconds * 0.32, pitch, true);
            }
        }
    }
}

pub(super) fn perform(sentences: &[Sentence], timbre: &Timbre, manner: &Manner<'_>) -> Speech {
    let mut throat = Throat {
        timbre,
        chance: Chance::new(mix(manner.seed, manner.voice)),
        resonators: [Resonator::default(); 3],
        hiss: Resonator::default(),
        now: REST,
        phase: 0.0,
        last_pulse: 0.0,
        out: Vec::new(),
    };
    let mut words = Vec::new();
    let mut ends = Vec::new();
    throat.hold(REST, 0.06 * timbre.pace, (timbre.pitch, timbre.pitch), false);
    for sentence in sentences {
        let count = sentence.steps.iter().filter(|step| matches!(step, Step::Word { .. })).count();
        let mut spoken = 0;
        for step in &sentence.steps {
            match step {
                Step::Pause(seconds) => {
                    throat.hold(REST, seconds * timbre.pace, (timbre.pitch, timbre.pitch), true);
                }
                Step::Word { text, phones, stressed } => {
                    let start = throat.out.len() as f64 / f64::from(RATE);
                    let along = spoken as f32 / (count.max(2) - 1) as f32;
                    spoken += 1;
                    word(&mut throat, phones, *stressed, sentence.tune, along);
                    let end = throat.out.len() as f64 / f64::from(RATE);
                    words.push(TimedWord { text: text.clone(), start, end });
                    // The gap that is hardly heard between two words.
                    throat.hold(
                        Posture { voice: 0.05, ..throat.now },
                        0.022 * timbre.pace,
                        (timbre.pitch, timbre.pitch),
                        true,
                    );
                }
            }
        }
        ends.push(throat.out.len() as f64 / f64::from(RATE));
    }
    let mut samples = throat.out;
    let peak = samples.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
    if peak > 0.02 {
        let factor = 0.8 / peak;
        for sample in &mut samples {
            *sample *= factor;
        }
    }
    Speech { sound: Sound::mono(RATE, samples), words, sentences: ends }
}

/// The melody falls along a sentence, rises at the end of a question, and lifts on what is stressed.
fn word(throat: &mut Throat<'_>, phones: &[Phone], stressed: bool, tune: Tune, along: f32) {
    let timbre = throat.timbre;
    let wander = 1.0 + (throat.chance.unit() - 0.5) * 0.08 * timbre.wander;
    let slope = (0.12 - 0.24 * along) * timbre.swing;
    let lift = if stressed { 0.09 * timbre.swing } else { -0.02 };
    let call = if tune == Tune::Call { 0.08 } else { 0.0 };
    let base = timbre.pitch * (1.0 + slope + call) * wander;
    let last = along >= 0.999;
    let vowels = phones.iter().filter(|phone| phone.vowel).count();
    let mut vowel = 0;
    for phone in phones {
        let mut seconds =
            phone.seconds * timbre.pace * (1.0 + (throat.chance.unit() - 0.5) * 0.12 * timbre.wander);
        let mut pitch = (base, base);
        if phone.vowel {
            vowel += 1;
            if stressed && vowel == 1 {
                pitch = (base * (1.0 + lift), base * (1.0 + lift * 0.4));
                seconds *= 1.12;
            }
            if last && vowel == vowels {
                seconds *= 1.25;
                pitch.1 = match tune {
                    Tune::Question => base * (1.0 + 0.35 * timbre.swing),
                    Tune::Statement | Tune::Call => base * (1.0 - 0.12 * timbre.swing),
                };
            }
        }
        throat.phone(phone, seconds, pitch);
    }
}
