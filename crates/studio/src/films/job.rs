//! A film as its job keeps it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::Job;

use super::request::FilmRequest;
use crate::{AppError, Result};

/// What was asked for; the same is sent again after the user has agreed to what Venice wants agreed to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// The request. Its files are items, never handles.
    pub film: FilmRequest,
    /// What the user agreed to before it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreed: Option<Agreed>,
    /// A hash of all files that go in, where there are some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<String>,
}

/// What was agreed to, and for which files.
pub(crate) struct Agreement {
    pub agreed: Agreed,
    /// As [`Asked::bytes`].
    pub bytes: Option<String>,
}

/// That the user confirmed what a provider wants confirmed, each of three by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Agreed {
    /// When.
    pub at: Timestamp,
    /// The version of the provider's text, where it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

impl Asked {
    pub(crate) fn of(job: &Job) -> Result<Self> {
        serde_json::from_value(job.request.clone()).map_err(|_| AppError::not_found("request"))
    }
}
