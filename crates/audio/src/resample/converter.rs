//! Any layout into one and the same.

use super::{Resampler, mix};
use crate::{Layout, Result};

/// Turns frames of any layout, which may change on the way, into frames of one.
pub(crate) struct Converter {
    to: Layout,
    resampler: Option<Resampler>,
    mixed: Vec<f32>,
}

impl Converter {
    pub(crate) fn new(to: Layout) -> Self {
        Self { to, resampler: None, mixed: Vec::new() }
    }

    /// Takes in frames, and adds what comes out.
    pub(crate) fn push(&mut self, layout: Layout, frames: &[f32], into: &mut Vec<f32>) -> Result<()> {
        self.mixed.clear();
        let frames = if layout.channels == self.to.channels {
            frames
        } else {
            mix(frames, layout.channels, self.to.channels, &mut self.mixed);
            &self.mixed
        };
        let resampler = match &mut self.resampler {
            Some(resampler) if resampler.from() == layout.rate => resampler,
            other => {
                if let Some(mut ended) = other.take() {
                    ended.finish(into)?;
                }
                other.insert(Resampler::new(layout.rate, self.to.rate, self.to.channels)?)
            }
        };
        resampler.push(frames, into)
    }

    /// Adds what is left.
    pub(crate) fn finish(&mut self, into: &mut Vec<f32>) -> Result<()> {
        self.resampler.take().map_or(Ok(()), |mut resampler| resampler.finish(into))
    }
}
