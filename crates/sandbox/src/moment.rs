//! How times are written and read: ISO 8601 in UTC, to the millisecond.

use jiff::{
    Timestamp,
    civil::{Date, date},
    tz::TimeZone,
};

/// The last day that timestamps reach the end of.
const LAST_WHOLE: Date = date(9999, 12, 29);

/// Such as `2026-06-15T19:05:10.504Z`.
pub(crate) fn iso(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// The day that a moment is in.
pub(crate) fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// When a day begins. A timestamp ends some hours before the calendar does: what is later is the largest one.
pub(crate) fn start(day: Date) -> Timestamp {
    let beyond = if day > LAST_WHOLE { Timestamp::MAX } else { Timestamp::MIN };
    day.to_zoned(TimeZone::UTC).map_or(beyond, |zoned| zoned.timestamp())
}

/// When a day begins, in milliseconds since 1970, for every day of the calendar.
pub(crate) fn midnight(day: Date) -> i64 {
    day.duration_since(date(1970, 1, 1)).as_millis() as i64
}

/// A moment without what is finer than a millisecond.
pub(crate) fn to_millisecond(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

/// Reads `YYYY-MM-DD`, and nothing shorter or longer.
pub(crate) fn read_day(text: &str) -> Option<Date> {
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}

/// Reads a moment in UTC, with its `Z`. One after the largest timestamp is that.
pub(crate) fn read(text: &str) -> Option<Timestamp> {
    let shaped = text.len() >= 20 && text.as_bytes()[10] == b'T' && text.ends_with('Z');
    if !shaped {
        return None;
    }
    let (day, time) = text.split_at_checked(10)?;
    let is_late = read_day(day).is_some_and(|day| day > LAST_WHOLE);
    text.parse().ok().or_else(|| {
        // The time of day must be one all the same.
        let moment: Option<Timestamp> = format!("{LAST_WHOLE}{time}").parse().ok();
        moment.filter(|_| is_late).map(|_| Timestamp::MAX)
    })
}

/// Reads when a key ends: a day, or a moment to the second or the millisecond.
pub(crate) fn read_end(text: &str) -> Option<Timestamp> {
    match text.len() {
        10 => read_day(text).map(start),
        20 | 24 => read(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_to_the_millisecond() {
        let at: Timestamp = "2026-06-15T19:05:10.5041Z".parse().unwrap();
        assert_eq!(iso(at), "2026-06-15T19:05:10.504Z");
        assert_eq!(iso("2026-06-15T00:00:00Z".parse().unwrap()), "2026-06-15T00:00:00.000Z");
        assert_eq!(to_millisecond(at).to_string(), "2026-06-15T19:05:10.504Z");
    }

    #[test]
    fn the_end_of_the_calendar_is_the_largest_timestamp() {
        for late in ["9999-12-31", "9999-12-31T23:59:59Z", "9999-12-30T23:00:00.000Z"] {
            assert_eq!(read_end(late), Some(Timestamp::MAX), "{late}");
        }
        for wrong in ["9999-12-32", "9999-12-31T25:00:00Z", "9999-12-31T23:59:59+", "2027-02-30T00:00:00Z"] {
            assert_eq!(read_end(wrong), None, "{wrong}");
        }
        let last: Timestamp = "9999-12-30T21:59:59Z".parse().unwrap();
        assert_eq!(read("9999-12-30T21:59:59Z"), Some(last));
        let first: Timestamp = "0000-01-01T00:00:00Z".parse().unwrap();
        assert_eq!(start(date(0, 1, 1)), first);
        assert_eq!(start(Date::MIN), Timestamp::MIN);
        assert_eq!(midnight(date(9999, 12, 31)), 253_402_214_400_000);
        assert_eq!(midnight(date(2026, 6, 15)), start(date(2026, 6, 15)).as_millisecond());
    }

    #[test]
    fn only_the_shapes_of_the_description_are_read() {
        let end = |text| read_end(text).map(iso);
        assert_eq!(end("2027-01-02").as_deref(), Some("2027-01-02T00:00:00.000Z"));
        assert_eq!(end("2027-01-02T03:04:05Z").as_deref(), Some("2027-01-02T03:04:05.000Z"));
        assert_eq!(end("2027-01-02T03:04:05.678Z").as_deref(), Some("2027-01-02T03:04:05.678Z"));
        for wrong in
            ["", "tomorrow", "2027-13-02", "2027-01-02T03:04:05", "2027-01-02T03:04:05+01:00", "2027-1-2"]
        {
            assert_eq!(end(wrong), None, "{wrong}");
        }
    }
}
