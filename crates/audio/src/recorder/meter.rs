//! How loud it is: counted where sound arrives, read some 20 times a second.

use std::{
    sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
    time::{Duration, Instant},
};

use super::Level;

/// From here on a sample is at the end of the scale: the highest that 16 bits can say.
const END_OF_SCALE: f32 = 32_767.0 / 32_768.0;
/// How long the loudest sample stays, and how fast it falls then, in decibels a second.
const STAYS: Duration = Duration::from_millis(1_500);
const FALLS: f32 = 20.0;
/// Squares are summed up in this many parts of one.
const PARTS: f32 = (1u64 << 32) as f32;

/// Written by the sound system's thread, which must not wait: no lock.
#[derive(Debug, Default)]
pub(super) struct Meter {
    /// The bits of a number that isn't negative are in the order of the numbers.
    peak: AtomicU32,
    squares: AtomicU64,
    count: AtomicU64,
    clipped: AtomicU32,
}

impl Meter {
    pub fn add(&self, samples: &[f32]) {
        let (mut peak, mut squares, mut clipped) = (0f32, 0f32, 0);
        for sample in samples {
            let loud = sample.abs();
            peak = peak.max(loud);
            squares += loud * loud;
            clipped += u32::from(loud >= END_OF_SCALE);
        }
        self.peak.fetch_max(peak.to_bits(), Relaxed);
        self.squares.fetch_add((squares * PARTS) as u64, Relaxed);
        self.count.fetch_add(samples.len() as u64, Relaxed);
        self.clipped.fetch_add(clipped, Relaxed);
    }

    /// What came since the last time; none where nothing did.
    fn read(&self) -> Option<Level> {
        let count = self.count.swap(0, Relaxed);
        if count == 0 {
            return None;
        }
        let squares = self.squares.swap(0, Relaxed) as f32 / PARTS;
        let peak = f32::from_bits(self.peak.swap(0, Relaxed));
        let clipped = self.clipped.swap(0, Relaxed);
        Some(Level { peak, rms: (squares / count as f32).sqrt(), held: peak, clipped })
    }
}

/// The loudest sample lately.
#[derive(Debug, Default)]
pub(super) struct Held {
    peak: f32,
    since: Option<Instant>,
    read: Option<Instant>,
}

impl Held {
    /// The level since the last time, with what is held; none where nothing was heard.
    pub fn read(&mut self, meter: &Meter, now: Instant) -> Option<Level> {
        let level = meter.read()?;
        let age = self.since.map_or(Duration::MAX, |since| now.saturating_duration_since(since));
        if age > STAYS {
            let passed = self.read.map_or(Duration::ZERO, |read| now.saturating_duration_since(read));
            self.peak *= 10f32.powf(-FALLS * passed.as_secs_f32() / 20.0);
        }
        if level.peak >= self.peak {
            (self.peak, self.since) = (level.peak, Some(now));
        }
        self.read = Some(now);
        Some(Level { held: self.peak, ..level })
    }
}
