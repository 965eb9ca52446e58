//! How times are written and read: ISO 8601 in UTC, to the millisecond.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// Such as `2026-06-15T19:05:10.504Z`.
pub(crate) fn iso(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// The day that a moment is in.
pub(crate) fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// When a day begins.
pub(crate) fn start(day: Date) -> Option<Timestamp> {
    day.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// A moment without what is finer than a millisecond.
pub(crate) fn to_millisecond(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

/// Reads `YYYY-MM-DD`, and nothing shorter or longer.
pub(crate) fn read_day(text: &str) -> Option<Date> {
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}

/// Reads a moment in UTC, with its `Z`.
pub(crate) fn read(text: &str) -> Option<Timestamp> {
    let shaped = text.len() >= 20 && text.as_bytes()[10] == b'T' && text.ends_with('Z');
    shaped.then(|| text.parse().ok()).flatten()
}

/// Reads when a key ends: a day, or a moment to the second or the millisecond.
pub(crate) fn read_end(text: &str) -> Option<Timestamp> {
    match text.len() {
        10 => read_day(text).and_then(start),
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
