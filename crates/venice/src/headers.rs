//! Reading headers, any of which may be missing or hold anything.

use std::borrow::Cow;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp, fmt::rfc2822};
use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};
use rust_decimal::Decimal;

use crate::money;
use crate::x402::{PaymentRequirements, Settlement, header_json};

/// Longest value that is kept of an ordinary header, in bytes.
const LONGEST: usize = 512;
/// Longest value that is read of a header about a payment, in bytes.
const LONGEST_PAYMENT: usize = 64 * 1024;

/// Seconds above this are no span of time but a moment, counted from 1970.
const SMALLEST_UNIX_TIME: f64 = 1e9;
/// Moments above this are counted in milliseconds.
const SMALLEST_UNIX_MILLISECONDS: f64 = 1e11;

/// Where headers are looked up.
pub(crate) trait Headers {
    /// The first value of a header, whose name is written in small letters.
    fn first(&self, name: &str) -> Option<&[u8]>;
}

impl Headers for HeaderMap {
    fn first(&self, name: &str) -> Option<&[u8]> {
        self.get(name).map(HeaderValue::as_bytes)
    }
}

/// The headers of an answer in a row. An answer has few, and a receipt asks for many: going through the row takes less
/// than a hash for each question.
pub(crate) struct Row<'a> {
    headers: Vec<(&'a str, &'a [u8])>,
    /// A bit for each length that a name has, so that most questions end before the row is looked at.
    lengths: u64,
}

/// The bit of a name's length.
fn length(name: &str) -> u64 {
    1 << name.len().min(63)
}

impl<'a> Row<'a> {
    pub(crate) fn of(headers: &'a HeaderMap) -> Self {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        let lengths = headers.iter().fold(0, |lengths, (name, _)| lengths | length(name));
        Self { headers, lengths }
    }
}

impl Headers for Row<'_> {
    fn first(&self, name: &str) -> Option<&[u8]> {
        if self.lengths & length(name) == 0 {
            return None;
        }
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }
}

/// The value as text: no control characters, trimmed, at most `longest` bytes; `None` for an empty one. Most are taken
/// as they came, without a copy.
fn bounded<'a>(headers: &'a impl Headers, name: &str, longest: usize) -> Option<Cow<'a, str>> {
    let bytes = headers.first(name)?;
    let text = match String::from_utf8_lossy(bytes.get(..longest).unwrap_or(bytes)) {
        Cow::Borrowed(text) if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) => {
            Cow::Borrowed(text.trim())
        }
        text => {
            let text: String = text.chars().filter(|c| !c.is_control()).collect();
            Cow::Owned(text.trim().to_owned())
        }
    };
    (!text.is_empty()).then_some(text)
}

fn short<'a>(headers: &'a impl Headers, name: &str) -> Option<Cow<'a, str>> {
    bounded(headers, name, LONGEST)
}

pub(crate) fn text(headers: &impl Headers, name: &str) -> Option<String> {
    short(headers, name).map(Cow::into_owned)
}

/// A text written with percent escapes, such as a prompt.
pub(crate) fn escaped_text(headers: &impl Headers, name: &str) -> Option<String> {
    const LONGEST_ESCAPED: usize = 128 * 1024;
    let text = bounded(headers, name, LONGEST_ESCAPED)?;
    Some(percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned())
}

pub(crate) fn flag(headers: &impl Headers, name: &str) -> Option<bool> {
    match short(headers, name)?.to_ascii_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

pub(crate) fn amount(headers: &impl Headers, name: &str) -> Option<Decimal> {
    money::from_text(&short(headers, name)?)
}

fn number(headers: &impl Headers, name: &str) -> Option<f64> {
    short(headers, name)?.parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0)
}

pub(crate) fn count(headers: &impl Headers, name: &str) -> Option<u32> {
    number(headers, name).map(|number| number as u32)
}

/// A moment written as ISO 8601.
pub(crate) fn moment(headers: &impl Headers, name: &str) -> Option<Timestamp> {
    short(headers, name)?.parse().ok()
}

/// The moment of a reset: Unix time in seconds or milliseconds, or seconds from now.
pub(crate) fn reset(headers: &impl Headers, name: &str, now: Timestamp) -> Option<Timestamp> {
    let number = number(headers, name)?;
    if number >= SMALLEST_UNIX_MILLISECONDS {
        Timestamp::from_millisecond(number as i64).ok()
    } else if number >= SMALLEST_UNIX_TIME {
        Timestamp::from_second(number as i64).ok()
    } else {
        now.checked_add(SignedDuration::from_secs_f64(number)).ok()
    }
}

/// How long the server asks to wait: Retry-After in seconds or as a date.
pub(crate) fn retry_after(headers: &impl Headers, now: Timestamp) -> Option<Duration> {
    let name = RETRY_AFTER.as_str();
    if let Some(seconds) = number(headers, name) {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    Some(span_until(now, date(headers, name)?))
}

/// A moment written as a date of HTTP.
pub(crate) fn date(headers: &impl Headers, name: &str) -> Option<Timestamp> {
    Some(rfc2822::parse(&short(headers, name)?).ok()?.timestamp())
}

/// A moment written as `@` and Unix time in seconds.
pub(crate) fn unix_moment(headers: &impl Headers, name: &str) -> Option<Timestamp> {
    Timestamp::from_second(short(headers, name)?.strip_prefix('@')?.parse().ok()?).ok()
}

/// The address that takes the place of the one that was asked.
pub(crate) fn successor(headers: &impl Headers) -> Option<String> {
    let links = short(headers, "link")?;
    let link = links.split(',').find(|link| link.contains("successor-version"))?;
    let (_, address) = link.split_once('<')?;
    let (address, _) = address.split_once('>')?;
    (!address.is_empty()).then(|| address.to_owned())
}

/// What a server asks to be paid.
pub(crate) fn payment_required(headers: &impl Headers) -> Option<PaymentRequirements> {
    PaymentRequirements::from_header(&bounded(headers, "payment-required", LONGEST_PAYMENT)?)
}

/// What became of a payment.
pub(crate) fn settlement(headers: &impl Headers) -> Option<Settlement> {
    serde_json::from_value(header_json(&bounded(headers, "payment-response", LONGEST_PAYMENT)?)?).ok()
}

/// From `now` to `then`; nothing where `then` has passed.
pub(crate) fn span_until(now: Timestamp, then: Timestamp) -> Duration {
    then.duration_since(now).try_into().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use reqwest::header::{HeaderName, LINK};
    use rstest::rstest;

    const NOW: &str = "2026-11-21T12:00:00Z";

    fn one(name: &'static str, value: &[u8]) -> HeaderMap {
        HeaderMap::from_iter([(HeaderName::from_static(name), HeaderValue::from_bytes(value).unwrap())])
    }

    #[rstest]
    #[case("1795262460", "2026-11-21T12:01:00Z")]
    #[case("1795262460000", "2026-11-21T12:01:00Z")]
    #[case("60", "2026-11-21T12:01:00Z")]
    #[case("0.5", "2026-11-21T12:00:00.5Z")]
    fn resets_are_moments_or_spans(#[case] value: &str, #[case] moment: &str) {
        let headers = one("x-reset", value.as_bytes());
        assert_eq!(reset(&headers, "x-reset", NOW.parse().unwrap()), Some(moment.parse().unwrap()));
    }

    #[rstest]
    #[case("7", Some(7))]
    #[case("Sat, 21 Nov 2026 12:00:30 GMT", Some(30))]
    #[case("Sat, 21 Nov 2026 11:00:00 GMT", Some(0))]
    #[case("soon", None)]
    #[case("-5", None)]
    #[case("1e300", None)]
    fn retry_after_is_a_span_or_a_date(#[case] value: &str, #[case] seconds: Option<u64>) {
        let headers = one("retry-after", value.as_bytes());
        assert_eq!(retry_after(&headers, NOW.parse().unwrap()), seconds.map(Duration::from_secs));
    }

    #[rstest]
    #[case(
        "</api/v1/billing/usage-history>; rel=\"successor-version\"",
        Some("/api/v1/billing/usage-history")
    )]
    #[case("</a>; rel=next, </b>; rel=successor-version", Some("/b"))]
    #[case("</a>; rel=next", None)]
    #[case("successor-version", None)]
    fn a_successor_is_a_link(#[case] value: &str, #[case] address: Option<&str>) {
        assert_eq!(successor(&one("link", value.as_bytes())).as_deref(), address);
    }

    #[test]
    fn a_row_finds_what_a_map_does() {
        let mut map = one("x-a", b"1");
        map.append("x-a", HeaderValue::from_static("2"));
        map.append("X-B", HeaderValue::from_static("3"));
        let row = Row::of(&map);
        for name in ["x-a", "x-b", "x", "x-a-b", ""] {
            assert_eq!(row.first(name), map.first(name), "{name}");
        }
        assert_eq!(text(&row, "x-a").as_deref(), Some("1"));
    }

    #[rstest]
    #[case(b" plain ", Some("plain"))]
    #[case(b"tab\tand caf\xc3\xa9", Some("taband caf\u{e9}"))]
    #[case(b"c1 \xc2\x85control", Some("c1 control"))]
    #[case(b"broken \xff", Some("broken \u{fffd}"))]
    #[case(b" \t ", None)]
    fn values_are_text_without_controls(#[case] value: &[u8], #[case] expected: Option<&str>) {
        assert_eq!(text(&one("x-any", value), "x-any").as_deref(), expected);
    }

    #[test]
    fn escaped_text_is_decoded() {
        let headers = one("x-prompt", b"caf%C3%A9%20%2B%20100%25 + rest%");
        assert_eq!(escaped_text(&headers, "x-prompt").as_deref(), Some("café + 100% + rest%"));
    }

    proptest! {
        #[test]
        fn no_value_breaks_a_reader(bytes in proptest::collection::vec(any::<u8>(), 0..700)) {
            let Ok(value) = HeaderValue::from_bytes(&bytes) else { return Ok(()) };
            let mut headers = HeaderMap::new();
            headers.insert("x-any", value.clone());
            headers.insert(RETRY_AFTER, value);
            let now = NOW.parse().unwrap();
            prop_assert!(text(&headers, "x-any").is_none_or(|text| !text.is_empty() && text.len() <= 3 * LONGEST));
            escaped_text(&headers, "x-any");
            flag(&headers, "x-any");
            amount(&headers, "x-any");
            count(&headers, "x-any");
            moment(&headers, "x-any");
            reset(&headers, "x-any", now);
            retry_after(&headers, now);
            date(&headers, "x-any");
            unix_moment(&headers, "x-any");
            successor(&HeaderMap::from_iter([(LINK, headers["x-any"].clone())]));
        }

        #[test]
        fn no_number_breaks_a_reader(number in any::<f64>()) {
            let headers = one("x-any", number.to_string().as_bytes());
            reset(&headers, "x-any", Timestamp::MAX);
            reset(&headers, "x-any", Timestamp::MIN);
            count(&headers, "x-any");
        }
    }
}
