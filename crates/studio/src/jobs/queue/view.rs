//! The Queue as the front end sees it.

use serde::{Deserialize, Serialize};
use store::JobState;

use crate::{
    AppError,
    jobs::view::{JobKind, JobView},
    money::Money,
};

/// Which jobs are asked for, and from where on. What is empty or `None` doesn't narrow the list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct QueueQuery {
    /// In one of these states.
    pub states: Vec<JobState>,
    /// Of one of these kinds.
    pub kinds: Vec<JobKind>,
    /// Paid by this account.
    pub account: Option<String>,
    /// With these words in title or model.
    pub text: Option<String>,
    /// Where the page before ended; `None` = from the top.
    pub cursor: Option<String>,
    /// How many at most, 1 to 500.
    pub limit: u32,
}

/// Some rows of the Queue: what is under way first, then what waits in the order it will be sent, then what has ended,
/// newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct QueuePage {
    /// The jobs.
    pub jobs: Vec<JobView>,
    /// Where the next page starts; `None` after the last.
    pub next: Option<String>,
    /// How many match in all.
    pub total: u32,
}

/// How many jobs stand in each state, and whether any is sent just now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct QueueCounts {
    /// Written down, not sent.
    pub planned: u32,
    /// On their way.
    pub sent: u32,
    /// At work at the provider.
    pub accepted: u32,
    /// On disk, not kept yet.
    pub ready: u32,
    /// Kept.
    pub saved: u32,
    /// Come to nothing.
    pub failed: u32,
    /// Called off.
    pub cancelled: u32,
    /// Perhaps charged, perhaps not.
    pub unknown: u32,
    /// Nothing is sent until it goes on.
    pub paused: bool,
}

/// What of the history is to be forgotten.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Prune {
    /// Only what ended at least this many days ago; `None` = whenever that was.
    pub older_than_days: Option<u32>,
    /// Only count, forget nothing.
    pub only_count: bool,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Pruned {
    /// Jobs that are forgotten, or would be.
    pub forgotten: u32,
    /// Ended jobs of that age that stay all the same: unknown, or paid for and not kept.
    pub stay: u32,
}

/// What it costs to send a job's request once more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PriceAgain {
    /// The account that will pay: the one that paid before.
    pub account: String,
    /// Paid with the sandbox's pretend money.
    pub pretend: bool,
    /// The price as of now; `None` = not known.
    pub amount: Option<Money>,
    /// What was expected the last time.
    pub before: Option<Money>,
    /// Why it can't be sent as it is.
    pub problem: Option<AppError>,
}
