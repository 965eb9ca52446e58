use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The span in which failures are counted. Venice blocks a client for as long after 20 of them.
const WINDOW: Duration = Duration::from_secs(30);
/// The failures after which nothing more is sent; the rest up to 20 is for what is under way.
const MOST_FAILURES: usize = 15;

/// Stops sending before Venice does it for us: it blocks a client after 20 failures in 30 seconds.
#[derive(Debug, Default)]
pub(crate) struct Breaker {
    failures: Mutex<VecDeque<Instant>>,
}

impl Breaker {
    /// How long nothing may be sent; `None` where a call may go out.
    pub(crate) fn closed_for(&self, now: Instant) -> Option<Duration> {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        forget_old(&mut failures, now);
        let blocking = failures.len().checked_sub(MOST_FAILURES)?;
        // The call may go out once so many have left the window that fewer than the limit are in it.
        failures.get(blocking).map(|failure| (*failure + WINDOW).saturating_duration_since(now))
    }

    /// Counts an answer with a status of 400 or more.
    pub(crate) fn record_failure(&self, now: Instant) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        forget_old(&mut failures, now);
        failures.push_back(now);
    }
}

fn forget_old(failures: &mut VecDeque<Instant>, now: Instant) {
    while failures.front().is_some_and(|failure| now.saturating_duration_since(*failure) >= WINDOW) {
        failures.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_at_fifteen_and_for_the_rest_of_the_window() {
        let breaker = Breaker::default();
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        for second in 0..15 {
            assert_eq!(breaker.closed_for(at(second)), None, "failure {second}");
            breaker.record_failure(at(second));
        }
        assert_eq!(breaker.closed_for(at(20)), Some(Duration::from_secs(10)));
        assert_eq!(breaker.closed_for(at(29)), Some(Duration::from_secs(1)));
        assert_eq!(breaker.closed_for(at(30)), None);
    }

    #[test]
    fn failures_that_were_under_way_prolong_it() {
        let breaker = Breaker::default();
        let start = Instant::now();
        for _ in 0..15 {
            breaker.record_failure(start);
        }
        breaker.record_failure(start + Duration::from_secs(5));
        assert_eq!(breaker.closed_for(start + Duration::from_secs(5)), Some(Duration::from_secs(25)));
        for _ in 0..14 {
            breaker.record_failure(start + Duration::from_secs(10));
        }
        // Fifteen are left when the first fifteen have gone.
        assert_eq!(breaker.closed_for(start + Duration::from_secs(30)), Some(Duration::from_secs(5)));
    }

    #[test]
    fn failures_spread_out_never_open_it() {
        let breaker = Breaker::default();
        let start = Instant::now();
        for step in 0..200_u64 {
            let now = start + Duration::from_millis(step * 2_500);
            assert_eq!(breaker.closed_for(now), None);
            breaker.record_failure(now);
        }
    }
}
