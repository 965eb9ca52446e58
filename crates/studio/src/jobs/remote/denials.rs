//! When the provider is believed that it has nothing for us.
//!
//! What was paid for is lost where a slip of the provider is taken for its last word, and asking costs nothing. So it has to
//! say so again and again, for longer than servers take to be started anew.

use std::time::Duration;

use tokio::time::Instant;

use super::pace;

/// So often in a row at least. Work that no provider keeps any more isn't asked for longer.
const LEAST: u32 = 3;
/// Before it is asked again, as long as it may be a slip.
const PAUSE: Duration = Duration::from_secs(4);
/// What a provider may still have isn't given up before.
const PATIENCE: Duration = Duration::from_mins(10);

/// How many times in a row, and since when, the provider said that it has nothing for us.
#[derive(Debug, Default)]
pub(super) struct Denials {
    times: u32,
    since: Option<Instant>,
}

impl Denials {
    /// Counts one more. Answers how long to wait before it is asked again; `None` where that was its last word.
    pub(super) fn one_more(&mut self, now: Instant, may_be_kept: bool) -> Option<Duration> {
        self.times = self.times.saturating_add(1);
        let lasts = now.saturating_duration_since(*self.since.get_or_insert(now));
        if self.times < LEAST {
            return Some(PAUSE);
        }
        (may_be_kept && lasts < PATIENCE).then(|| pace::after_failures(self.times - LEAST + 1))
    }

    /// Whether it said so too often for a slip.
    pub(super) fn is_lasting(&self) -> bool {
        self.times >= LEAST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How often it was asked until that was its last word, and for how long.
    fn asked(may_be_kept: bool) -> (u32, Duration) {
        let (mut denials, start, mut asked) = (Denials::default(), Instant::now(), 1);
        let mut now = start;
        while let Some(pause) = denials.one_more(now, may_be_kept) {
            (now, asked) = (now + pause, asked + 1);
        }
        (asked, now - start)
    }

    #[test]
    fn what_may_still_be_there_is_asked_for_ten_minutes_and_ever_more_rarely() {
        let (times, lasted) = asked(true);
        assert!(lasted >= PATIENCE && lasted < PATIENCE + Duration::from_mins(1), "{lasted:?}");
        assert!((13..=17).contains(&times), "{times}");
    }

    #[test]
    fn what_nobody_keeps_any_more_is_given_up_soon() {
        assert_eq!(asked(false), (LEAST, 2 * PAUSE));
    }

    #[test]
    fn what_is_said_again_after_hours_is_the_last_word_only_when_it_is_repeated() {
        let (mut denials, now) = (Denials::default(), Instant::now());
        denials.one_more(now, true).unwrap();
        assert!(!denials.is_lasting());
        let later = now + Duration::from_hours(3);
        assert!(denials.one_more(later, true).is_some());
        assert_eq!(denials.one_more(later + PAUSE, true), None);
        assert!(denials.is_lasting());
    }
}
