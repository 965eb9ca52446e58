//! Music and noises out of nothing: words choose mood, tempo and instruments, the seed the notes.

mod instruments;
mod noises;
mod score;

use crate::{chance::Chance, sound_files::Sound};

/// Samples a second, in two channels.
pub(crate) const RATE: u32 = 48_000;

/// What a piece depends on.
#[derive(Debug, Clone)]
pub(crate) struct Wish<'a> {
    pub(crate) prompt: &'a str,
    /// Sung on vowels, where there are any.
    pub(crate) lyrics: &'a str,
    pub(crate) seconds: f64,
    pub(crate) seed: u64,
    /// Whether the end goes over into the beginning.
    pub(crate) loops: bool,
}

/// A piece of music, exactly as long as it is wished.
pub(crate) fn compose(wish: &Wish<'_>) -> Sound {
    let mut mix = Mix::new(wish.seconds);
    score::play(wish, &mut mix);
    mix.finish(wish.loops, 1.2)
}

/// A noise, such as rain or a bell, exactly as long as it is wished.
pub(crate) fn noise(wish: &Wish<'_>) -> Sound {
    let mut mix = Mix::new(wish.seconds);
    noises::make(wish, &mut mix);
    mix.finish(wish.loops, 0.04)
}

/// Two channels that are added to.
struct Mix {
    left: Vec<f32>,
    right: Vec<f32>,
    /// How much is asked for; there may be a little more, for going over into the beginning.
    frames: usize,
}

/// What is made beyond the end, and laid over the beginning of what loops.
const OVERLAP: usize = RATE as usize / 2;

impl Mix {
    fn new(seconds: f64) -> Self {
        let frames = (seconds * f64::from(RATE)).round().max(1.0) as usize;
        let room = frames + OVERLAP;
        Self { left: vec![0.0; room], right: vec![0.0; room], frames }
    }

    fn len(&self) -> usize {
        self.left.len()
    }

    /// Adds a sample at a place; `pan` goes from -1, left, to 1.
    fn add(&mut self, at: usize, sample: f32, pan: f32) {
        if let (Some(left), Some(right)) = (self.left.get_mut(at), self.right.get_mut(at)) {
            *left += sample * (1.0 - pan).min(1.0);
            *right += sample * (1.0 + pan).min(1.0);
        }
    }

    /// A hall of a few echoes that cross over.
    fn echo(&mut self, seconds: f32, share: f32) {
        let delay = (seconds * RATE as f32) as usize;
        for at in delay..self.len() {
            let (left, right) = (self.left[at - delay], self.right[at - delay]);
            self.left[at] += right * share;
            self.right[at] += left * share;
        }
    }

    /// Levels it, and fades it out or closes the loop.
    fn finish(mut self, loops: bool, fade: f64) -> Sound {
        if loops {
            let overlap = OVERLAP.min(self.frames);
            for at in 0..overlap {
                let along = at as f32 / overlap as f32;
                // At equal power, so that neither end is heard.
                let (rise, fall) = (along.sqrt(), (1.0 - along).sqrt());
                self.left[at] = self.left[at] * rise + self.left[self.frames + at] * fall;
                self.right[at] = self.right[at] * rise + self.right[self.frames + at] * fall;
            }
        } else {
            let length = ((fade * f64::from(RATE)) as usize).min(self.frames / 3).max(1);
            for at in 0..length {
                let level = at as f32 / length as f32;
                self.left[self.frames - 1 - at] *= level;
                self.right[self.frames - 1 - at] *= level;
            }
        }
        let peak = self.left.iter().chain(&self.right).fold(1e-6f32, |peak, sample| peak.max(sample.abs()));
        let gain = 0.85 / peak;
        let samples = self.left[..self.frames]
            .iter()
            .zip(&self.right)
            .flat_map(|(left, right)| [left * gain, right * gain])
            .collect();
        Sound { rate: RATE, channels: 2, samples }
    }
}

/// White noise through a filter that lets pass what is around a frequency.
struct Band {
    low: f32,
    band: f32,
}

impl Band {
    fn new() -> Self {
        Self { low: 0.0, band: 0.0 }
    }

    fn pass(&mut self, input: f32, frequency: f32, narrowness: f32) -> f32 {
        let share = 2.0 * (std::f32::consts::PI * frequency.min(RATE as f32 / 7.0) / RATE as f32).sin();
        let high = input - self.low - self.band / narrowness;
        self.band += share * high;
        self.low += share * self.band;
        self.band
    }
}

fn white(chance: &mut Chance) -> f32 {
    chance.unit() * 2.0 - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(prompt: &str, seconds: f64) -> Wish<'_> {
        Wish { prompt, lyrics: "", seconds, seed: 7, loops: false }
    }

    fn level(sound: &Sound) -> f32 {
        let mixed = sound.mixed();
        (mixed.iter().map(|sample| sample * sample).sum::<f32>() / mixed.len() as f32).sqrt()
    }

    #[test]
    fn pieces_are_exactly_as_long_as_wished_and_heard_throughout() {
        for seconds in [3.0, 7.25] {
            let sound = compose(&wish("a sad waltz for a rainy lagoon", seconds));
            assert!((sound.seconds() - seconds).abs() < 1e-6);
            for part in sound.samples.chunks(sound.samples.len() / 6).take(5) {
                let part = Sound { samples: part.to_vec(), ..sound };
                assert!(level(&part) > 0.01, "no part is silent");
            }
            assert!(sound.samples.iter().all(|sample| sample.abs() <= 1.0));
        }
    }

    #[test]
    fn words_and_seed_change_the_piece_and_nothing_else_does() {
        let first = compose(&wish("slow piano", 4.0));
        assert_eq!(first.samples, compose(&wish("slow piano", 4.0)).samples);
        assert_ne!(first.samples, compose(&Wish { seed: 8, ..wish("slow piano", 4.0) }).samples);
        assert_ne!(first.samples, compose(&wish("fast drums", 4.0)).samples);
        let sung = compose(&Wish { lyrics: "la la la", ..wish("slow piano", 4.0) });
        assert_ne!(first.samples, sung.samples);
    }

    #[test]
    fn a_loop_goes_over_into_its_beginning() {
        let sound = noise(&Wish { loops: true, ..wish("waves on the beach", 4.0) });
        let jump = (sound.samples[0] - sound.samples[sound.samples.len() - 2]).abs();
        let usual = sound
            .samples
            .windows(3)
            .step_by(2)
            .map(|three| (three[2] - three[0]).abs())
            .fold(0.0f32, f32::max);
        assert!(jump <= usual, "{jump} {usual}");
    }

    #[test]
    fn every_noise_can_be_heard() {
        for prompt in [
            "rain",
            "thunder",
            "wind",
            "waves",
            "a bell",
            "footsteps",
            "birds",
            "engine",
            "applause",
            "a door",
            "explosion",
            "whoosh",
            "something else",
        ] {
            let sound = noise(&wish(prompt, 2.0));
            assert!((sound.seconds() - 2.0).abs() < 1e-6);
            assert!(level(&sound) > 0.003, "{prompt}: {}", level(&sound));
        }
    }
}
