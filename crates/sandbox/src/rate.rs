//! Requests per minute, and the block that follows too many failures. Time is passed in.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

const MINUTE: Duration = Duration::from_mins(1);
const BLOCK: Duration = Duration::from_secs(30);

/// Where a caller stands within the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    /// Until the oldest request no longer counts; zero when none does.
    pub(crate) reset: Duration,
}

/// At most so many requests, or tokens, in any 60 seconds.
#[derive(Debug)]
pub(crate) struct Rate {
    limit: u32,
    /// When something was taken, and how much.
    taken: Mutex<VecDeque<(Instant, u32)>>,
}

impl Rate {
    pub(crate) fn per_minute(limit: u32) -> Self {
        Self { limit, taken: Mutex::new(VecDeque::new()) }
    }

    /// Counts a request, or says how long to wait.
    pub(crate) fn take(&self, now: Instant) -> Result<(), Duration> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let standing = self.standing_of(&mut taken, now);
        if standing.remaining == 0 {
            return Err(standing.reset);
        }
        taken.push_back((now, 1));
        Ok(())
    }

    /// Counts what was used, be it over the limit.
    pub(crate) fn count(&self, amount: u32, now: Instant) {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).push_back((now, amount));
    }

    pub(crate) fn standing(&self, now: Instant) -> Standing {
        self.standing_of(&mut self.taken.lock().unwrap_or_else(PoisonError::into_inner), now)
    }

    fn standing_of(&self, taken: &mut VecDeque<(Instant, u32)>, now: Instant) -> Standing {
        while taken.front().is_some_and(|(at, _)| now.duration_since(*at) >= MINUTE) {
            taken.pop_front();
        }
        let used = taken.iter().fold(0_u32, |used, (_, amount)| used.saturating_add(*amount));
        let oldest = taken.front();
        let reset = oldest.map_or(Duration::ZERO, |(at, _)| MINUTE.saturating_sub(now.duration_since(*at)));
        Standing { limit: self.limit, remaining: self.limit.saturating_sub(used), reset }
    }

    pub(crate) fn forget(&self) {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Blocks every request for 30 seconds after more than `most` failures in 30 seconds.
#[derive(Debug)]
pub(crate) struct Failures {
    most: Option<u32>,
    seen: Mutex<(VecDeque<Instant>, Option<Instant>)>,
}

impl Failures {
    pub(crate) fn more_than(most: Option<u32>) -> Self {
        Self { most, seen: Mutex::new((VecDeque::new(), None)) }
    }

    /// How long the caller is still blocked.
    pub(crate) fn blocked(&self, now: Instant) -> Option<Duration> {
        let until = self.seen.lock().unwrap_or_else(PoisonError::into_inner).1?;
        until.checked_duration_since(now).filter(|left| !left.is_zero())
    }

    pub(crate) fn count(&self, now: Instant) {
        let Some(most) = self.most else { return };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        while seen.0.front().is_some_and(|at| now.duration_since(*at) >= BLOCK) {
            seen.0.pop_front();
        }
        seen.0.push_back(now);
        if seen.0.len() > most as usize {
            seen.0.clear();
            seen.1 = Some(now + BLOCK);
        }
    }

    pub(crate) fn forget(&self) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = (VecDeque::new(), None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_slides() {
        let rate = Rate::per_minute(2);
        let start = Instant::now();
        assert!(rate.take(start).is_ok());
        assert!(rate.take(start + Duration::from_secs(20)).is_ok());
        assert_eq!(rate.take(start + Duration::from_secs(30)), Err(Duration::from_secs(30)));
        assert!(rate.take(start + Duration::from_secs(61)).is_ok());
        assert_eq!(rate.standing(start + Duration::from_secs(61)).remaining, 0);
    }

    #[test]
    fn one_failure_too_many_blocks_for_half_a_minute() {
        let failures = Failures::more_than(Some(2));
        let start = Instant::now();
        failures.count(start);
        failures.count(start);
        assert_eq!(failures.blocked(start), None);
        failures.count(start);
        assert_eq!(failures.blocked(start + Duration::from_secs(10)), Some(Duration::from_secs(20)));
        assert_eq!(failures.blocked(start + Duration::from_secs(31)), None);
    }
}
