//! How loud a sound is over time: all that is kept of one that is only listened to.

use bytes::Bytes;

use super::{Sound, Undecodable, decode::hear};

/// The loudness of a sound, 50 times a second.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Loudness {
    /// Root mean squares, from 0 to 1.
    pub(crate) levels: Vec<f32>,
    /// How long the sound lasts.
    pub(crate) seconds: f64,
}

/// Sums up samples until a step is full.
#[derive(Default)]
struct Meter {
    loudness: Loudness,
    sum: f32,
    count: u32,
    /// How many frames came, and how many of them make a second.
    frames: u64,
    rate: u32,
}

impl Meter {
    fn take(&mut self, rate: u32, channels: u16, samples: &[f32]) {
        let step = rate.div_ceil(Loudness::STEPS as u32).max(1);
        for frame in samples.chunks(usize::from(channels)) {
            let mixed = frame.iter().sum::<f32>() / f32::from(channels);
            self.sum += mixed * mixed;
            self.count += 1;
            if self.count == step {
                self.close();
            }
        }
        self.frames += (samples.len() / usize::from(channels)) as u64;
        self.rate = rate;
    }

    fn close(&mut self) {
        if self.count > 0 {
            self.loudness.levels.push((self.sum / self.count as f32).sqrt());
        }
        (self.sum, self.count) = (0.0, 0);
    }

    fn finish(mut self) -> Loudness {
        self.close();
        self.loudness.seconds = self.frames as f64 / f64::from(self.rate.max(1));
        self.loudness
    }
}

impl Loudness {
    /// Levels a second.
    pub(crate) const STEPS: f64 = 50.0;

    pub(crate) fn of(sound: &Sound) -> Self {
        let mut meter = Meter::default();
        meter.take(sound.rate, sound.channels.max(1), &sound.samples);
        meter.finish()
    }

    /// That of a sound file, however long, in little memory.
    pub(crate) fn of_file(file: Bytes) -> Result<Self, Undecodable> {
        let mut meter = Meter::default();
        hear(file, |rate, channels, samples| meter.take(rate, channels, samples))?;
        Ok(meter.finish())
    }
}
