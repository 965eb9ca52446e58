//! How often is asked: each job every five seconds, all of an account together within its limit, less while it fails.
//!
//! Pauses are spans of the monotonic clock. One that sleep interrupts goes on where it was, and a clock that is set
//! changes nothing.

use std::time::Duration;

use tokio::time::Instant;

/// A job is asked after this often, as Venice advises; sooner while it is new.
const EVERY: Duration = Duration::from_secs(5);
/// What one account asks at once without a pause.
const AT_ONCE: u32 = 10;
/// One more each time this has passed: 100 a minute. Venice takes 120, and the rest is left to whoever clicks.
const ONE_MORE: Duration = Duration::from_millis(600);
/// The same after a failure. Venice blocks a client for 20 failures in 30 seconds, and whoever clicks may meet some too.
const AFTER_FAILURE: Duration = Duration::from_secs(4);
/// The first pause of what fails; it doubles with each failure.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// How long to wait after a job was asked after for the `asked`th time.
pub(super) fn until_next(asked: u32) -> Duration {
    EVERY.min(Duration::from_secs(u64::from(asked)))
}

/// How long to leave alone what has failed `failures` times in a row.
pub(super) fn after_failures(failures: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(1 << failures.saturating_sub(1).min(10)).min(LONGEST_PAUSE)
}

/// What an account may ask just now.
#[derive(Debug)]
pub(super) struct Budget {
    left: u32,
    /// When `left` was counted.
    counted: Instant,
    fails: bool,
}

impl Budget {
    pub(super) fn new(now: Instant) -> Self {
        Self { left: AT_ONCE, counted: now, fails: false }
    }

    fn one_more(&self) -> Duration {
        if self.fails { AFTER_FAILURE } else { ONE_MORE }
    }

    /// When one may be asked after; `now` or earlier where it may be at once.
    pub(super) fn next(&mut self, now: Instant) -> Instant {
        let step = self.one_more();
        let most = if self.fails { 1 } else { AT_ONCE };
        let passed = now.saturating_duration_since(self.counted);
        let more = u32::try_from(passed.as_millis() / step.as_millis()).unwrap_or(u32::MAX);
        self.left = self.left.saturating_add(more);
        if self.left >= most {
            (self.left, self.counted) = (most, now);
        } else {
            self.counted += step * more;
        }
        if self.left > 0 { now } else { self.counted + step }
    }

    pub(super) fn take(&mut self) {
        self.left = self.left.saturating_sub(1);
    }

    /// What became of the last one.
    pub(super) fn heard(&mut self, fails: bool, now: Instant) {
        if fails && !self.fails {
            (self.left, self.counted) = (0, now);
        }
        self.fails = fails;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_is_asked_after_sooner() {
        let seconds: Vec<_> = [0, 1, 2, 5, 6, 1_000].map(|asked| until_next(asked).as_secs()).into();
        assert_eq!(seconds, [0, 1, 2, 5, 5, 5]);
    }

    #[test]
    fn pauses_double_up_to_a_minute() {
        let seconds: Vec<_> = [1, 2, 3, 4, 5, 90].map(|times| after_failures(times).as_secs()).into();
        assert_eq!(seconds, [5, 10, 20, 40, 60, 60]);
    }

    fn asked_in(budget: &mut Budget, start: Instant, span: Duration) -> u32 {
        let (mut now, mut asked) = (start, 0);
        while now < start + span {
            let next = budget.next(now);
            if next <= now {
                budget.take();
                asked += 1;
            } else {
                now = next;
            }
        }
        asked
    }

    #[test]
    fn two_hundred_jobs_stay_within_the_limit() {
        let start = Instant::now();
        let mut budget = Budget::new(start);
        let minute = Duration::from_mins(1);
        assert!((105..=110).contains(&asked_in(&mut budget, start, minute)), "with the first at once");
        assert!((99..=101).contains(&asked_in(&mut budget, start + minute, minute)));
    }

    #[test]
    fn failures_stay_far_from_a_block() {
        let start = Instant::now();
        let mut budget = Budget::new(start);
        budget.heard(true, start);
        assert!(asked_in(&mut budget, start, Duration::from_secs(30)) <= 8);
        let later = start + Duration::from_secs(31);
        budget.heard(false, later);
        assert!(asked_in(&mut budget, later, Duration::from_secs(30)) >= 50);
    }

    #[test]
    fn a_long_sleep_saves_nothing_up() {
        let start = Instant::now();
        let mut budget = Budget::new(start);
        let later = start + Duration::from_hours(9);
        assert!(asked_in(&mut budget, later, Duration::from_secs(1)) <= AT_ONCE + 2);
    }
}
