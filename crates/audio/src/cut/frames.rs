//! Moments of 16 ms, and whether something is heard in them.

use earshot::Detector;

use super::LOUD;

/// Samples of a moment, as the detector wants them.
pub(super) const LENGTH: usize = 256;

/// A microphone's own hiss in a quiet recording lies below; no voice does.
const FAINT: f32 = 0.000_5;
/// How much quieter than the loudest moment so far silence is, at least.
const BELOW: f32 = 0.05;
/// What the detector is sure enough of.
const VOICE: f32 = 0.5;

/// What was heard in a moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Frame {
    /// Its loudness, as the mean of squares.
    pub(super) energy: f32,
    /// Nobody speaks.
    pub(super) is_pause: bool,
    is_loud: bool,
}

impl Frame {
    /// A moment of silence.
    pub(super) const SILENT: Self = Self { energy: 0.0, is_pause: true, is_loud: false };

    /// Nobody speaks, and nothing else is heard.
    pub(super) fn is_silent(self) -> bool {
        self.is_pause && !self.is_loud
    }
}

/// Cuts samples into moments and listens to them.
pub(super) struct Frames {
    detector: Box<Detector>,
    waiting: Vec<f32>,
    heard: u64,
    loudest: f32,
}

impl Default for Frames {
    fn default() -> Self {
        Self { detector: Box::default(), waiting: Vec::with_capacity(LENGTH), heard: 0, loudest: 0.0 }
    }
}

impl Frames {
    /// The next whole moment, off the front of `rest`.
    pub(super) fn next(&mut self, rest: &mut &[f32]) -> Option<[f32; LENGTH]> {
        let count = rest.len().min(LENGTH - self.waiting.len());
        let (now, later) = rest.split_at(count);
        *rest = later;
        self.heard += count as u64;
        if self.waiting.is_empty()
            && let Ok(whole) = now.try_into()
        {
            return Some(whole);
        }
        self.waiting.extend_from_slice(now);
        let whole = self.waiting.as_slice().try_into().ok()?;
        self.waiting.clear();
        Some(whole)
    }

    /// What is left at the end, filled up with silence.
    pub(super) fn last(&mut self) -> Option<[f32; LENGTH]> {
        if self.waiting.is_empty() {
            return None;
        }
        let mut last = [0.0; LENGTH];
        last[..self.waiting.len()].copy_from_slice(&self.waiting);
        self.waiting.clear();
        Some(last)
    }

    /// Samples so far.
    pub(super) fn heard(&self) -> u64 {
        self.heard
    }

    /// Listens to a moment. Of what is loud anyway it is told only on demand whether it is speech: that is what takes time.
    pub(super) fn frame(&mut self, samples: &[f32; LENGTH], matters: bool) -> Frame {
        let (mut peak, mut energy) = (0.0_f32, 0.0_f32);
        for sample in samples {
            let size = sample.abs();
            peak = if size > peak { size } else { peak };
            energy += sample * sample;
        }
        energy /= LENGTH as f32;
        self.loudest = self.loudest.max(peak);
        // A recording with its level turned down is quiet all over: what is silent shows only beside what isn't.
        let is_loud = peak >= (self.loudest * BELOW).clamp(FAINT, LOUD);
        let is_pause = if peak < FAINT {
            true
        } else if is_loud && !matters {
            false
        } else {
            // It takes nothing beyond full scale.
            let clipped = samples.map(|sample| sample.clamp(-1.0, 1.0));
            self.detector.predict_f32(&clipped) < VOICE
        };
        Frame { energy, is_pause, is_loud }
    }
}
