//! What queued work has in common: films and music are quoted, queued, asked for until they are there, and cleared
//! away.

use bytes::Bytes;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::errors::{Error, Result};
use crate::lenient;
use crate::money;
use crate::open_enum::open_enum;

open_enum! {
    /// How far queued work is.
    pub enum QueueStatus {
        /// It waits.
        Queued = "QUEUED",
        /// It is being made.
        Processing = "PROCESSING",
        /// It is done.
        Completed = "COMPLETED",
    }
}

/// A price, good for the moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[non_exhaustive]
pub struct Quote {
    /// US dollars.
    #[serde(rename = "quote", with = "money::required")]
    #[cfg_attr(feature = "specta", specta(type = f64))]
    pub usd: Decimal,
}

/// How far queued work is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[non_exhaustive]
pub struct Progress {
    /// How far it is.
    pub status: QueueStatus,
    /// How long such work takes, in milliseconds: four of five take less.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub average_execution_time: Option<f64>,
    /// How long this has taken so far, in milliseconds.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub execution_duration: Option<f64>,
}

/// Whether the result was cleared away at Venice's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[non_exhaustive]
pub struct Completion {
    /// Whether it was; where not, it can be tried again later.
    pub success: bool,
}

impl Quote {
    pub(crate) fn from_json(json: &Bytes) -> Result<Self> {
        serde_json::from_slice(json).map_err(|_| Error::unexpected("no quote", None))
    }
}

impl Progress {
    /// Whether it is done, and to be fetched from its `download_url`.
    pub fn is_completed(&self) -> bool {
        self.status == QueueStatus::Completed
    }

    /// Whether a body looks like JSON, by what it is told to be or by its first byte.
    pub(crate) fn is_told_by(content_type: Option<&str>, body: &[u8]) -> bool {
        match content_type {
            Some(content_type) if content_type.ends_with("json") => true,
            Some(content_type)
                if content_type.starts_with("audio/") || content_type.starts_with("video/") =>
            {
                false
            }
            _ => body.trim_ascii_start().starts_with(b"{"),
        }
    }

    pub(crate) fn from_json(json: &Bytes) -> Result<Self> {
        serde_json::from_slice(json).map_err(|_| Error::unexpected("no status", None))
    }
}

impl Completion {
    pub(crate) fn from_json(json: &Bytes) -> Result<Self> {
        serde_json::from_slice(json).map_err(|_| Error::unexpected("no word of success", None))
    }
}
