//! The file a take is written to: WAV, 24 bits, readable at any moment of its writing, and RF64 where it grows beyond 4 GB.
//!
//! The head is always [`HEAD`] bytes: it has room for the 64-bit sizes of RF64 (EBU Tech 3306) from the start, and says
//! whether the file is still being written. So a file whose writer was killed is known, and [`mend`] makes it whole.

mod head;
mod mending;
mod writer;

#[cfg(test)]
mod tests;

use std::time::Duration;

pub use self::{
    head::HEAD,
    mending::{Mended, mend},
    writer::Writer,
};
use crate::Layout;

/// How long that many frames last.
pub(crate) fn length(layout: Layout, frames: u64) -> Duration {
    let rate = u64::from(layout.rate.max(1));
    let nanoseconds = (frames % rate) * 1_000_000_000 / rate;
    Duration::new(frames / rate, u32::try_from(nanoseconds).unwrap_or(0))
}

/// How many frames that is, to the nearest.
pub(crate) fn frames(layout: Layout, length: Duration) -> u64 {
    let rate = u128::from(layout.rate);
    let frames = (length.as_nanos() * rate + 500_000_000) / 1_000_000_000;
    u64::try_from(frames).unwrap_or(u64::MAX)
}
