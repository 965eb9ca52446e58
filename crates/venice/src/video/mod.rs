//! Films, and transcripts of films.

mod film;
mod inputs;
mod queue;
mod quote;
mod retrieve;
mod transcription;

pub use film::{Film, VideoFormat};
pub use inputs::{Keyframe, SeedanceConsent, VideoConsents, VideoElement};
pub use queue::{QueueVideo, QueuedVideo};
pub use quote::QuoteVideo;
pub use retrieve::{CompleteVideo, RetrieveVideo, RetrievedVideo};
pub use transcription::{CreateVideoTranscription, VideoTranscription};

use crate::errors::{Error, Result};
use crate::open_enum::open_enum;
use crate::operation::Operation;

open_enum! {
    /// What a film of references is to become, for models that can be told.
    pub enum ReferenceTask {
        /// The provider's choice.
        Auto = "auto",
        /// A film in the manner of the references.
        Reference = "reference",
        /// The referenced film, changed.
        Edit = "edit",
        /// The referenced film, gone on with.
        Extend = "extend",
    }
}

/// The lengths of films that the description knows; each model takes some of them.
#[cfg(feature = "schema")]
const DURATIONS: &[&str] = &[
    "1s", "2s", "3s", "4s", "5s", "6s", "7s", "8s", "9s", "10s", "11s", "12s", "13s", "14s", "15s", "16s",
    "17s", "18s", "19s", "20s", "21s", "22s", "23s", "24s", "25s", "26s", "27s", "28s", "29s", "30s", "-1",
    "1 gen", "auto", "Auto",
];

/// The shapes of films that the description knows; each model takes some of them.
#[cfg(feature = "schema")]
const ASPECT_RATIOS: &[&str] =
    &["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "9:21", "16:9", "21:9", "adaptive", "auto"];

/// The tiers of size that the description knows; each model takes some of them.
#[cfg(feature = "schema")]
const RESOLUTIONS: &[&str] = &[
    "256p",
    "360p",
    "480p",
    "540p",
    "580p",
    "720p",
    "1080p",
    "1440p",
    "2160p",
    "4k",
    "2x",
    "4x",
    "2K",
    "768P",
    "true_1080p",
];

/// The factors by which a film can be enlarged.
const UPSCALE_FACTORS: [u8; 3] = [1, 2, 4];

fn check_factor(factor: Option<u8>, operation: &Operation) -> Result<()> {
    match factor {
        Some(factor) if !UPSCALE_FACTORS.contains(&factor) => {
            Err(Error::invalid_input("upscale_factor", "is neither 1, 2 nor 4").of(operation))
        }
        _ => Ok(()),
    }
}
