//! One channel at one rate, decoded in one thread while another resamples and listens.

use std::{
    panic,
    path::Path,
    sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel},
    thread,
};

use super::{Outcome, Reader};
use crate::{
    Error, Result,
    resample::{Resampler, to_mono},
};

/// Blocks that wait between the threads.
const WAITING: usize = 8;
/// Frames of a block, about: enough that handing them over costs nothing.
const BLOCK: usize = 16_384;

/// Mixed frames, and their rate.
type Block = (u32, Vec<f32>);

/// Decodes from the beginning, mixed to one channel at another rate: what speech detection and transcription want. The number
/// of frames is right to one; `take` answers false to stop early.
pub fn decode_mono(path: &Path, rate: u32, mut take: impl FnMut(&[f32]) -> bool) -> Result<Outcome> {
    if rate == 0 {
        return Err(Error::Invalid("a rate of nothing"));
    }
    let reader = Reader::open(path)?;
    let (blocks, received) = sync_channel(WAITING);
    let (back, used) = channel();
    thread::scope(|scope| {
        let decoder = scope.spawn(move || mix(reader, &blocks, &used));
        let frames = resample(&received, &back, rate, &mut take);
        // The decoder stops when nobody listens any more.
        drop(received);
        let outcome = decoder.join().unwrap_or_else(|failed| panic::resume_unwind(failed))?;
        let (frames, is_stopped) = frames?;
        if frames == 0 && !is_stopped {
            return Err(Error::Empty);
        }
        Ok(Outcome { frames, ..outcome })
    })
}

/// Decodes and mixes.
fn mix(mut reader: Reader, blocks: &SyncSender<Block>, used: &Receiver<Vec<f32>>) -> Result<Outcome> {
    let mut frames = Vec::new();
    let mut block: Block = (0, Vec::new());
    while let Some(layout) = reader.next(&mut frames)? {
        if block.0 != layout.rate || block.1.len() >= BLOCK {
            let mut next = used.try_recv().unwrap_or_default();
            next.clear();
            let full = std::mem::replace(&mut block, (layout.rate, next));
            if !full.1.is_empty() && blocks.send(full).is_err() {
                return Ok(Outcome::default());
            }
        }
        to_mono(&frames, layout.channels, &mut block.1);
    }
    if !block.1.is_empty() && blocks.send(block).is_err() {
        return Ok(Outcome::default());
    }
    Ok(Outcome { frames: 0, damaged: reader.damaged(), is_cut_off: reader.is_cut_off() })
}

/// Resamples and hands over; answers how many frames those were, and whether it was stopped.
fn resample(
    received: &Receiver<Block>,
    back: &Sender<Vec<f32>>,
    rate: u32,
    take: &mut impl FnMut(&[f32]) -> bool,
) -> Result<(u64, bool)> {
    let mut resampler: Option<Resampler> = None;
    let mut out = Vec::new();
    let mut frames = 0;
    let mut hand_over = |out: &mut Vec<f32>| {
        frames += out.len() as u64;
        let goes_on = out.is_empty() || take(out);
        out.clear();
        goes_on
    };
    for (from, mixed) in received {
        let current = match &mut resampler {
            Some(current) if current.from() == from => current,
            other => {
                if let Some(mut ended) = other.take() {
                    ended.finish(&mut out)?;
                }
                other.insert(Resampler::new(from, rate, 1)?)
            }
        };
        current.push(&mixed, &mut out)?;
        // Nobody may be there any more to reuse it.
        let _ = back.send(mixed);
        if !hand_over(&mut out) {
            return Ok((frames, true));
        }
    }
    if let Some(mut ended) = resampler {
        ended.finish(&mut out)?;
    }
    let goes_on = hand_over(&mut out);
    Ok((frames, !goes_on))
}
