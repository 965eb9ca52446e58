//! From the sound system's thread to the scribe's, without either waiting for the other.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use rtrb::{Consumer, Producer, RingBuffer};

use super::meter::Meter;
use crate::{Layout, wave};

/// What the ring holds: a disk may stand still for ten seconds, and needs a moment to catch up.
const HOLDS: Duration = Duration::from_secs(12);
/// Holes that may lie in one ring.
const HOLES: usize = 1024;
/// A microphone that sends nothing for so long has stalled, and what it didn't send is missing.
pub(super) const STALLED_AFTER: Duration = Duration::from_secs(1);

/// Frames that are missing, and the sample before which they would be.
#[derive(Debug, Clone, Copy)]
struct Hole {
    before: u64,
    frames: u64,
}

/// What others may know of what arrives.
#[derive(Debug)]
pub(super) struct Heard {
    pub meter: Meter,
    /// The sound system said that it lost something; how much, the clock tells when it sends again.
    pub has_lost: AtomicBool,
    began: Instant,
    /// Nanoseconds from then to the last sound; 0 before the first.
    last: AtomicU64,
}

impl Heard {
    /// When sound came last.
    pub fn last(&self) -> Option<Instant> {
        let last = self.last.load(Relaxed);
        (last > 0).then(|| self.began + Duration::from_nanos(last))
    }
}

/// Where sound comes in.
pub(super) struct Inlet {
    layout: Layout,
    samples: Producer<f32>,
    holes: Producer<Hole>,
    /// Samples that were put in.
    put: u64,
    /// Frames missing at this place.
    missing: u64,
    heard: Arc<Heard>,
    /// When sound came last, here or in a ring before this one.
    last: Option<Instant>,
}

/// Where it comes out.
pub(super) struct Outlet {
    samples: Consumer<f32>,
    holes: Consumer<Hole>,
    /// Samples that were taken out.
    taken: u64,
}

/// What comes out.
#[derive(Debug, Clone, Copy)]
pub(super) enum Piece<'a> {
    /// Whole frames.
    Samples(&'a [f32]),
    /// So many frames that were lost.
    Missing(u64),
}

/// A ring for sound of this layout.
pub(super) fn ring(layout: Layout) -> (Inlet, Outlet) {
    ring_of(layout, wave::frames(layout, HOLDS), None)
}

/// A ring that goes on from another one, where sound came last at that time: what is missing in between comes first.
pub(super) fn ring_after(layout: Layout, last: Instant) -> (Inlet, Outlet) {
    ring_of(layout, wave::frames(layout, HOLDS), Some(last))
}

pub(super) fn ring_of(layout: Layout, frames: u64, last: Option<Instant>) -> (Inlet, Outlet) {
    // Whole frames, so that no frame lies on both sides of the ring's end.
    let (samples, out) = RingBuffer::new(frames as usize * usize::from(layout.channels));
    let (holes, holes_out) = RingBuffer::new(HOLES);
    let heard = Arc::new(Heard {
        meter: Meter::default(),
        has_lost: AtomicBool::new(last.is_some()),
        began: Instant::now(),
        last: AtomicU64::new(0),
    });
    let inlet = Inlet { layout, samples, holes, put: 0, missing: 0, heard, last };
    (inlet, Outlet { samples: out, holes: holes_out, taken: 0 })
}

impl Inlet {
    pub fn heard(&self) -> Arc<Heard> {
        Arc::clone(&self.heard)
    }

    /// Takes whole frames that came just now. Where there is no room for them they are lost, and missing.
    pub fn hear(&mut self, samples: &[f32], now: Instant) {
        let frames = self.frames(samples);
        if let Some(last) = self.last {
            let passed = now.saturating_duration_since(last);
            if self.heard.has_lost.swap(false, Relaxed) || passed >= STALLED_AFTER {
                self.missing += wave::frames(self.layout, passed).saturating_sub(frames);
            }
        }
        self.last = Some(now);
        let since = now.saturating_duration_since(self.heard.began).as_nanos();
        self.heard.last.store(u64::try_from(since).unwrap_or(u64::MAX).max(1), Relaxed);
        if self.put(samples).is_err() {
            self.missing += frames;
        }
    }

    /// Puts whole frames in, if there is room for all of them.
    pub fn put(&mut self, samples: &[f32]) -> Result<(), ()> {
        if self.samples.slots() < samples.len() {
            return Err(());
        }
        // Before the samples: who finds those finds the hole before them.
        if self.missing > 0 && self.holes.push(Hole { before: self.put, frames: self.missing }).is_ok() {
            self.missing = 0;
        }
        self.samples.push_entire_slice(samples).map_err(drop)?;
        self.put += samples.len() as u64;
        self.heard.meter.add(samples);
        Ok(())
    }

    /// Samples that there is room for.
    pub fn room(&self) -> usize {
        self.samples.slots()
    }

    pub fn layout(&self) -> Layout {
        self.layout
    }

    fn frames(&self, samples: &[f32]) -> u64 {
        samples.len() as u64 / u64::from(self.layout.channels.max(1))
    }
}

impl Outlet {
    /// Takes out all that is there now.
    pub fn drain(&mut self, mut each: impl FnMut(Piece<'_>)) {
        // First how much there is, then the holes: none of those that lie in it can be missed so.
        let mut there = self.samples.slots();
        loop {
            let hole = self.holes.peek().ok().copied();
            let until = hole.map_or(u64::MAX, |hole| hole.before - self.taken);
            let count = usize::try_from(until).unwrap_or(usize::MAX).min(there);
            if let Ok(chunk) = self.samples.read_chunk(count)
                && count > 0
            {
                let (first, second) = chunk.as_slices();
                for samples in [first, second].into_iter().filter(|samples| !samples.is_empty()) {
                    each(Piece::Samples(samples));
                }
                chunk.commit_all();
                self.taken += count as u64;
                there -= count;
            }
            match hole {
                Some(hole) if hole.before == self.taken => {
                    each(Piece::Missing(hole.frames));
                    let _ = self.holes.pop();
                }
                _ => break,
            }
        }
    }
}
