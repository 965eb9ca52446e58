//! Music as its job keeps it.

use serde::{Deserialize, Serialize};
use store::Job;

use super::request::MusicRequest;
use crate::{AppError, Result};

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// The request.
    pub music: MusicRequest,
}

impl Asked {
    pub(crate) fn of(job: &Job) -> Result<Self> {
        serde_json::from_value(job.request.clone()).map_err(|_| AppError::not_found("request"))
    }
}
