//! Cloned voices: made from a sample that is kept, with an end, and made again from it.

mod make;
mod sample;
mod shelf;

use serde::{Deserialize, Serialize};

use crate::AppError;

/// The word for jobs that clone.
pub(crate) const KIND: &str = "clone";

/// A cloned voice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CloneView {
    /// Its id here.
    pub id: String,
    /// What the user calls it.
    pub name: String,
    /// The handle it is asked for by.
    pub handle: String,
    /// The one model that speaks with it.
    pub model: String,
    /// The account it belongs to.
    pub account: String,
    /// In the sandbox only.
    pub pretend: bool,
    /// The item it was made from.
    pub sample: Option<String>,
    /// RFC 3339.
    pub made_at: String,
    /// RFC 3339; the last use, where using it keeps it.
    pub used_at: Option<String>,
    /// RFC 3339; none = for good.
    pub ends_at: Option<String>,
    /// Why it can't be used any more.
    pub problem: Option<AppError>,
}

/// What is wanted for a clone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CloneRequest {
    /// The sample: an item of the library.
    pub sample: String,
    /// Where it begins in the item, in milliseconds; all of it without.
    pub from_ms: Option<u64>,
    /// Where it ends.
    pub to_ms: Option<u64>,
    /// The model that is to speak.
    pub model: String,
    /// What to call it.
    pub name: String,
    /// The user has said that whoever is heard in the sample agrees.
    pub consent: bool,
}
