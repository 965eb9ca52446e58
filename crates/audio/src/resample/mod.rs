//! Another rate, fewer channels.

mod converter;
mod mix;

use rubato::{Fft, FixedSync, Indexing, Resampler as _, audioadapter_buffers::direct::InterleavedSlice};

pub(crate) use converter::Converter;
pub use mix::{mix, to_mono};

use crate::{Error, Result};

/// Frames that are resampled at once, at the lower of both rates.
const BLOCK: usize = 512;

/// Another rate for frames that come piece by piece. What comes out begins with the very first frame, and is as long as what
/// went in, to one frame.
pub struct Resampler {
    from: u32,
    to: u32,
    channels: usize,
    /// None where both rates are the same.
    engine: Option<Box<Fft<f32>>>,
    /// Samples that wait for a whole block.
    waiting: Vec<f32>,
    block: Vec<f32>,
    /// Frames that the filter puts before the first.
    skip: usize,
    taken: u64,
    given: u64,
}

impl Resampler {
    /// From a rate to another.
    pub fn new(from: u32, to: u32, channels: u16) -> Result<Self> {
        let count = usize::from(channels);
        if from == 0 || to == 0 || count == 0 {
            return Err(Error::Invalid("a rate of nothing, or no channels"));
        }
        let mut engine = None;
        let mut skip = 0;
        let mut block = Vec::new();
        if from != to {
            // The filter is as long as a block: it has to be long at the lower rate too.
            let frames = BLOCK * (from as usize).div_ceil(to as usize).max(2);
            let made = Fft::new_custom(
                from as usize,
                to as usize,
                frames,
                1,
                count,
                rubato::WindowFunction::BlackmanHarris2,
                FixedSync::Both,
            )
            .map_err(|_| Error::Invalid("these rates can't be turned into each other"))?;
            skip = made.output_delay();
            block = vec![0.0; made.output_frames_max() * count];
            engine = Some(Box::new(made));
        }
        Ok(Self { from, to, channels: count, engine, waiting: Vec::new(), block, skip, taken: 0, given: 0 })
    }

    /// The rate of what goes in.
    pub fn from(&self) -> u32 {
        self.from
    }

    /// Takes in interleaved frames, and adds what comes out.
    pub fn push(&mut self, frames: &[f32], into: &mut Vec<f32>) -> Result<()> {
        self.taken += (frames.len() / self.channels) as u64;
        let Some(engine) = &self.engine else {
            into.extend_from_slice(frames);
            return Ok(());
        };
        let wanted = engine.input_frames_next() * self.channels;
        let mut rest = frames;
        if !self.waiting.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(wanted - self.waiting.len()));
            self.waiting.extend_from_slice(now);
            rest = later;
            if self.waiting.len() < wanted {
                return Ok(());
            }
            let waiting = std::mem::take(&mut self.waiting);
            self.turn(&waiting, u64::MAX, into)?;
            self.waiting = waiting;
            self.waiting.clear();
        }
        let mut blocks = rest.chunks_exact(wanted);
        for block in &mut blocks {
            self.turn(block, u64::MAX, into)?;
        }
        self.waiting.extend_from_slice(blocks.remainder());
        Ok(())
    }

    /// Adds what is left.
    pub fn finish(&mut self, into: &mut Vec<f32>) -> Result<()> {
        let Some(engine) = &self.engine else { return Ok(()) };
        let wanted = engine.input_frames_next() * self.channels;
        let (from, to) = (u128::from(self.from), u128::from(self.to));
        let whole = u64::try_from((u128::from(self.taken) * to + from / 2) / from).unwrap_or(u64::MAX);
        while self.given < whole {
            let mut waiting = std::mem::take(&mut self.waiting);
            waiting.resize(wanted, 0.0);
            self.turn(&waiting, whole, into)?;
        }
        Ok(())
    }

    /// One whole block.
    fn turn(&mut self, frames: &[f32], whole: u64, into: &mut Vec<f32>) -> Result<()> {
        let failed = || Error::Invalid("a block of another length than asked for");
        let Some(engine) = &mut self.engine else { return Err(failed()) };
        let count = frames.len() / self.channels;
        let room = self.block.len() / self.channels;
        let input = InterleavedSlice::new(frames, self.channels, count).map_err(|_| failed())?;
        let mut output =
            InterleavedSlice::new_mut(&mut self.block, self.channels, room).map_err(|_| failed())?;
        let (_, made) =
            engine.process_into_buffer(&input, &mut output, None::<&Indexing>).map_err(|_| failed())?;
        let skipped = self.skip.min(made);
        self.skip -= skipped;
        let left = usize::try_from(whole - self.given.min(whole)).unwrap_or(usize::MAX);
        let kept = (made - skipped).min(left);
        self.given += kept as u64;
        into.extend_from_slice(&self.block[skipped * self.channels..(skipped + kept) * self.channels]);
        Ok(())
    }
}
