//! What takes come from: the system's microphones, or in tests what the test gives.

use std::path::Path;

use audio::{
    Result,
    devices::Device,
    recorder::{Options, Recorder},
};

/// Microphones, and the disk that takes are written to.
pub trait Microphone: Send + Sync {
    /// The microphones there are now, the default first.
    fn inputs(&self) -> Result<Vec<Device>>;

    /// Opens one; it answers once the first samples have come.
    fn arm(&self, options: Options) -> Result<Recorder>;

    /// Bytes that are free where takes are written.
    fn free_bytes(&self, takes: &Path) -> std::io::Result<u64>;
}

/// The system's own.
pub(super) struct SystemMicrophone;

impl Microphone for SystemMicrophone {
    fn inputs(&self) -> Result<Vec<Device>> {
        audio::devices::inputs()
    }

    fn arm(&self, options: Options) -> Result<Recorder> {
        Recorder::arm(options)
    }

    fn free_bytes(&self, takes: &Path) -> std::io::Result<u64> {
        fs4::available_space(takes)
    }
}
