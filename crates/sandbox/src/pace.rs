//! How fast text is written.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

/// Tokens in a second; zero: as many as can be.
#[derive(Debug)]
pub(crate) struct Pace(AtomicU32);

/// A chunk of a stream comes no oftener than this: timers are no finer.
const CHUNKS_PER_SECOND: u32 = 100;
/// How many tokens go into a chunk where nobody waits.
const AT_ONCE: usize = 16;

impl Pace {
    pub(crate) fn per_second(tokens: u32) -> Self {
        Self(AtomicU32::new(tokens))
    }

    pub(crate) fn set(&self, tokens: u32) {
        self.0.store(tokens, Ordering::Relaxed);
    }

    /// How long so many tokens take.
    pub(crate) fn of(&self, tokens: u64) -> Duration {
        match self.0.load(Ordering::Relaxed) {
            0 => Duration::ZERO,
            rate => Duration::from_secs_f64(tokens as f64 / f64::from(rate)),
        }
    }

    /// How many tokens come together.
    pub(crate) fn together(&self) -> usize {
        match self.0.load(Ordering::Relaxed) {
            0 => AT_ONCE,
            rate => rate.div_ceil(CHUNKS_PER_SECOND) as usize,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fast_text_comes_in_larger_chunks() {
        let pace = Pace::per_second(2000);
        assert_eq!((pace.together(), pace.of(500)), (20, Duration::from_millis(250)));
        pace.set(50);
        assert_eq!((pace.together(), pace.of(5)), (1, Duration::from_millis(100)));
        pace.set(0);
        assert_eq!(pace.of(1_000_000), Duration::ZERO);
    }
}
