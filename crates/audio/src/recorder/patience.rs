//! When to worry about a silent microphone, when to try again, and when to give up. Time is passed in.

use std::time::{Duration, Instant};

use super::ring::STALLED_AFTER;

const TRIES_EVERY: Duration = Duration::from_millis(300);
/// Counted from the last sound.
const GIVES_UP_AFTER: Duration = Duration::from_secs(10);
/// But nothing is given up that was looked at for less: the program itself may have stood still meanwhile.
const LOOKS_FOR: Duration = GIVES_UP_AFTER.saturating_sub(STALLED_AFTER);

/// How a microphone has been doing.
#[derive(Debug, Default)]
pub(super) struct Patience {
    stalled: Option<Stalled>,
}

#[derive(Debug)]
struct Stalled {
    /// The last sound.
    since: Instant,
    /// When that was noticed.
    noticed: Instant,
    tried: Option<Instant>,
}

/// What is to be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Nothing,
    /// It has stalled just now.
    Stall,
    /// It sends again by itself.
    Revive,
    /// It is to be opened anew.
    Try,
    /// It doesn't come back.
    GiveUp,
}

impl Patience {
    /// What is to be done, when sound came last at that time, when nothing more can come (`broken`), and while it is being
    /// opened (`trying`).
    pub fn step(&mut self, now: Instant, last: Instant, broken: bool, trying: bool) -> Step {
        let Some(stalled) = &mut self.stalled else {
            if !broken && now.saturating_duration_since(last) < STALLED_AFTER {
                return Step::Nothing;
            }
            self.stalled = Some(Stalled { since: last, noticed: now, tried: None });
            return Step::Stall;
        };
        if !broken && last > stalled.since {
            self.stalled = None;
            return Step::Revive;
        }
        let (silent, looked) =
            (now.saturating_duration_since(stalled.since), now.saturating_duration_since(stalled.noticed));
        if silent >= GIVES_UP_AFTER && looked >= LOOKS_FOR {
            return Step::GiveUp;
        }
        let is_time = stalled.tried.is_none_or(|tried| now.saturating_duration_since(tried) >= TRIES_EVERY);
        if trying || !is_time {
            return Step::Nothing;
        }
        stalled.tried = Some(now);
        Step::Try
    }

    /// It has been opened anew.
    pub fn opened(&mut self) {
        self.stalled = None;
    }

    /// How long it has been silent; none while it isn't stalled.
    pub fn silent_for(&self, now: Instant) -> Option<Duration> {
        self.stalled.as_ref().map(|stalled| now.saturating_duration_since(stalled.since))
    }
}
