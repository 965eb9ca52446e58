//! Days, weeks and months of a time zone: a day has 23 or 25 hours where clocks are changed.

use jiff::{Timestamp, ToSpan, Zoned, civil::Date, tz::TimeZone};

use super::super::view::SeriesStep;

/// Now, in a time zone.
#[derive(Debug, Clone)]
pub(super) struct Calendar {
    pub(super) now: Zoned,
}

/// The longest row of columns.
const MOST: usize = 5_000;
/// Hours are shown of so many days at most.
const DAYS_OF_HOURS: i64 = 31;

impl Calendar {
    pub(super) fn new(now: Timestamp, zone: TimeZone) -> Self {
        Self { now: now.to_zoned(zone) }
    }

    pub(super) fn today(&self) -> Date {
        self.now.date()
    }

    /// When a day begins, in milliseconds since 1970.
    pub(super) fn start(&self, day: Date) -> i64 {
        day.to_zoned(self.now.time_zone().clone())
            .map_or(i64::MAX, |start| start.timestamp().as_millisecond())
    }

    /// When the day after this one begins.
    pub(super) fn end(&self, day: Date) -> i64 {
        day.tomorrow().map_or(i64::MAX, |next| self.start(next))
    }

    /// The day of a moment.
    pub(super) fn day(&self, at: i64) -> Date {
        Timestamp::from_millisecond(at)
            .map_or(Date::MIN, |at| at.to_zoned(self.now.time_zone().clone()).date())
    }

    /// The Monday of a day's week.
    pub(super) fn monday(day: Date) -> Date {
        day.checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days()).unwrap_or(day)
    }

    /// This moment of the clock some days, or months, earlier; the last day of a month that is too short.
    pub(super) fn earlier(&self, days: i64, months: i64) -> i64 {
        let earlier = self.now.checked_sub(days.days().months(months));
        earlier.map_or(i64::MIN, |at| at.timestamp().as_millisecond())
    }

    /// When each column from one day to another begins, and its first day.
    pub(super) fn columns(&self, from: Date, to: Date, step: SeriesStep) -> Vec<(i64, Date)> {
        match step {
            SeriesStep::Hour => self.hours(from, to),
            SeriesStep::Day => self.days(from, to, 1),
            SeriesStep::Week => self.days(Self::monday(from), to, 7),
            SeriesStep::Month => {
                let mut columns = Vec::new();
                let mut first = from.first_of_month();
                while first <= to && columns.len() < MOST {
                    columns.push((self.start(first), first));
                    let Ok(next) = first.checked_add(1.month()) else { break };
                    first = next;
                }
                columns
            }
        }
    }

    fn days(&self, from: Date, to: Date, length: i64) -> Vec<(i64, Date)> {
        // Rather the last ones than the first: nothing is charged in the year 1970.
        let most = i64::try_from(MOST).unwrap_or(i64::MAX);
        let spare = from.until(to).map_or(0, |span| i64::from(span.get_days()) / length + 1 - most);
        let from = from.checked_add((spare.max(0) * length).days()).unwrap_or(from);
        let mut columns = Vec::new();
        let mut day = from;
        while day <= to && columns.len() < MOST {
            columns.push((self.start(day), day));
            let Ok(next) = day.checked_add(length.days()) else { break };
            day = next;
        }
        columns
    }

    /// Hours of the clock; the one that comes twice when clocks are set back is two.
    fn hours(&self, from: Date, to: Date) -> Vec<(i64, Date)> {
        let from = to.checked_sub((DAYS_OF_HOURS - 1).days()).map_or(from, |least| from.max(least));
        let end = self.end(to);
        let mut columns = Vec::new();
        let mut day = from;
        while day <= to && columns.len() < MOST {
            let (mut at, next) = (self.start(day), self.end(day).min(end));
            while at < next {
                columns.push((at, day));
                at += 3_600_000;
            }
            let Ok(tomorrow) = day.tomorrow() else { break };
            day = tomorrow;
        }
        columns
    }
}
