//! Recording: the microphone, and the take that is being made.
//!
//! A take is written to `HOME/takes/` while it is recorded, and becomes an item of the library when it ends. What a crash
//! left there becomes one at the next start.

mod commands;
mod desk;
mod ending;
mod keep;
mod listening;
mod microphone;
mod notes;
mod room;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub(crate) use desk::Desk;
pub use microphone::Microphone;
pub use store::Marker;

use crate::{AppError, library::view::ItemView};

/// A microphone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct InputDevice {
    /// What it is asked for by.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// The system's own choice.
    pub is_default: bool,
}

/// A take that is being made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TakeNow {
    /// Its length so far, pauses left out.
    pub length_ms: u64,
    /// Its bytes on disk.
    pub written: u64,
    /// Held by the user.
    pub paused: bool,
    /// The microphone sends nothing just now.
    pub stalled: bool,
    /// It only tries the microphone out, and isn't kept.
    pub is_test: bool,
    /// Places that were marked.
    pub markers: Vec<Marker>,
}

/// How the recorder stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RecorderState {
    /// The microphone is open: what is said is heard, and its last second kept in memory.
    pub armed: bool,
    /// The microphone that is open, or was chosen last.
    pub device: Option<String>,
    /// Frames a second, while armed.
    pub rate: Option<u32>,
    /// Channels, while armed.
    pub channels: Option<u16>,
    /// The take that is being made.
    pub take: Option<TakeNow>,
    /// Bytes that are free where takes are written.
    pub free_bytes: u64,
    /// How long a take could become with that, in milliseconds.
    pub room_ms: Option<u64>,
    /// Why it isn't armed any more, or why the last take ended by itself.
    pub problem: Option<AppError>,
}

/// What is told while somebody watches the recorder.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RecorderEvent {
    /// How loud it is, about 20 times a second.
    Heard {
        /// The loudest sample, 0 to 1.
        peak: f32,
        /// The root mean square, 0 to 1.
        rms: f32,
        /// The loudest sample lately.
        held: f32,
        /// Samples at the end of the scale.
        clipped: u32,
        /// The take's length so far, in milliseconds.
        length_ms: Option<u64>,
        /// Bytes of the take that are on disk.
        written: u64,
        /// Bytes that are free.
        free_bytes: u64,
    },
    /// It stands otherwise than before.
    State {
        /// How.
        state: Box<RecorderState>,
    },
    /// A take has ended and is an item now.
    Kept {
        /// The item.
        item: Box<ItemView>,
    },
}

/// Where a recorder's events go.
pub type RecorderTell = Arc<dyn Fn(RecorderEvent) + Send + Sync>;
