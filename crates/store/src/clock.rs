use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// Where the store takes the time from; tests pass one that stands still.
pub trait Clock: Send + Sync {
    /// The time now, in UTC.
    fn now(&self) -> Timestamp;
    /// The zone whose days and hours name files and group items.
    fn time_zone(&self) -> TimeZone;
}

/// The system's clock and time zone.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn time_zone(&self) -> TimeZone {
        TimeZone::system()
    }
}

/// Milliseconds are what rows and sidecars hold: cut here, so that both read back equal.
pub(crate) fn to_millisecond(time: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(time.as_millisecond()).unwrap_or(time)
}

/// The local day of a moment.
pub(crate) fn day_of(clock: &dyn Clock, time: Timestamp) -> Date {
    time.to_zoned(clock.time_zone()).date()
}

/// Whether `then` lies at least a day back (or, after the clock was set back, in the future).
pub(crate) fn is_a_day_old(now: Timestamp, then: Timestamp) -> bool {
    now.checked_sub(24.hours()).is_ok_and(|yesterday| then <= yesterday) || then > now
}
