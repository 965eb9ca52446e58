//! Work that goes on at the provider: taken on with an id, asked for until it is there, fetched, and cleared away.
//!
//! The answer to such a request says only that the work was taken on. What is needed to get at the result (the id, for
//! some models a private address) is on disk before anything else is done with it, in the job's row and in a file of
//! its own ([`note`]). From then on the job is *accepted*, and no clock ends it: the provider says when it is over.

mod accept;
mod clear;
mod denials;
mod fetch;
mod follow;
mod following;
mod note;
mod pace;
mod recover;
mod visit;
mod whole;

use std::path::Path;

use jiff::Timestamp;
use store::{Job, JobId, JobState};

pub(in crate::jobs) use accept::Taken;
pub(in crate::jobs) use clear::KEPT_THERE;
pub(crate) use following::Following;

/// The kind of a film's job.
pub(crate) const FILM: &str = "film";
/// The kind of a job of music or of a sound effect.
pub(crate) const MUSIC: &str = "music";

/// Whether the work of such jobs goes on at the provider.
pub(crate) fn is_remote(kind: &str) -> bool {
    matches!(kind, FILM | MUSIC)
}

/// Whether it is worth keeping what is known of a job that ended here, because the provider may still have its result.
pub(in crate::jobs) fn may_turn_up(job: &Job, now: Timestamp) -> bool {
    let is_young = |accepted: Timestamp| now.duration_since(accepted) < recover::NOTE_KEPT;
    can_look_again(job) && job.accepted_at.is_none_or(is_young)
}

/// Nothing brings back a job that the user has forgotten.
pub(in crate::jobs) fn forget(home: &Path, id: JobId) {
    note::remove(home, id);
}

/// Whether the provider may still have the result of a job that ended here.
pub(crate) fn can_look_again(job: &Job) -> bool {
    is_remote(&job.kind)
        && job.remote_id.is_some()
        && matches!(job.state, JobState::Cancelled | JobState::Unknown)
}
