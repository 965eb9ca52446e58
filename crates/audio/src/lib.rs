//! Sound, from the microphone to a file and back: recording that loses nothing, decoding, speech detection, encoding,
//! waveforms. It knows no network and no window, and blocks: callers bring a thread.
//!
//! Samples are `f32` from -1 to 1. Where several channels are in one slice, they are interleaved; a *frame* is one sample
//! of each channel.
#![deny(missing_docs)]

pub mod cut;
pub mod decode;
pub mod devices;
pub mod encode;
mod error;
pub mod join;
pub mod peaks;
pub mod recorder;
pub mod resample;
pub mod wave;

pub use error::{Error, Result};

/// How samples are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Frames a second.
    pub rate: u32,
    /// Channels, 1 or more.
    pub channels: u16,
}
