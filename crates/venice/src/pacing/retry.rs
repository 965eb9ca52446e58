use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

use crate::errors::{Error, ErrorKind, TimeLimit};
use crate::operation::Operation;

/// When a failed call is sent again.
///
/// Calls that only read are repeated after every failure that passes by itself. A call that may be charged for is
/// repeated only where it surely wasn't begun: no connection, a 429, or a 503 with an error of Venice's. Everything
/// else is the caller's decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How often a call that only reads is sent again.
    pub reads: usize,
    /// How often a call that may be charged for is sent again.
    pub paid: usize,
    /// The pause before the first repetition; it doubles with each.
    pub first_pause: Duration,
    /// The longest pause of one's own choosing.
    pub longest_pause: Duration,
    /// The longest wait the server may ask for (Retry-After, a rate limit's reset). Beyond it the error is returned.
    pub longest_wait: Duration,
    /// Whether pauses are spread at random, so that many clients don't come back at once.
    pub jitter: bool,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            reads: 3,
            paid: 2,
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(20),
            longest_wait: Duration::from_secs(70),
            jitter: true,
        }
    }
}

impl RetryPolicy {
    /// No call is ever sent twice, and none waits for a rate limit.
    pub fn never() -> Self {
        Self { reads: 0, paid: 0, longest_wait: Duration::ZERO, ..Self::default() }
    }

    pub(crate) fn retries(&self, operation: &Operation) -> Retries<'_> {
        let times = if operation.is_repeatable() { self.reads } else { self.paid };
        let mut builder = ExponentialBuilder::default()
            .with_min_delay(self.first_pause)
            .with_max_delay(self.longest_pause)
            .with_max_times(times);
        if self.jitter {
            builder = builder.with_jitter();
        }
        Retries { policy: self, builder, pauses: None, may_repeat: operation.is_repeatable() }
    }
}

/// The repetitions of one call.
pub(crate) struct Retries<'a> {
    policy: &'a RetryPolicy,
    builder: ExponentialBuilder,
    /// Begun with the first failure: most calls have none.
    pauses: Option<ExponentialBackoff>,
    may_repeat: bool,
}

impl Retries<'_> {
    /// How long to wait before sending the call again; `None` where the error is to be returned.
    pub(crate) fn pause_after(&mut self, error: &Error) -> Option<Duration> {
        if !self.applies_to(error) {
            return None;
        }
        let pause = self.pauses.get_or_insert_with(|| self.builder.build()).next()?;
        match error.api().and_then(|error| error.retry_after) {
            Some(wait) if wait > self.policy.longest_wait => None,
            Some(wait) => Some(pause.max(wait)),
            None => Some(pause),
        }
    }

    fn applies_to(&self, error: &Error) -> bool {
        match error.kind() {
            ErrorKind::Connect | ErrorKind::Timeout(TimeLimit::Connect) => true,
            ErrorKind::Api(error) if error.was_not_begun() => true,
            ErrorKind::Api(error) => self.may_repeat && error.is_passing(),
            ErrorKind::Timeout(_) | ErrorKind::ConnectionLost | ErrorKind::Cut { .. } => self.may_repeat,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::errors::ApiError;
    use crate::operation::{GENERATE_IMAGE, LIST_MODELS};
    use rstest::rstest;

    fn policy() -> RetryPolicy {
        RetryPolicy { jitter: false, ..RetryPolicy::default() }
    }

    fn answered(status: u16, body: &str, retry_after: Option<u64>) -> Error {
        let error = ApiError::read(status, body, retry_after.map(Duration::from_secs));
        Error::new(ErrorKind::Api(Box::new(error)))
    }

    const VENICES: &str = r#"{"error":"m"}"#;

    #[rstest]
    #[case(answered(429, VENICES, None), true, true)]
    #[case(answered(429, "<html>", None), true, true)]
    #[case(answered(503, VENICES, None), true, true)]
    #[case(answered(503, "<html>", None), false, true)]
    #[case(answered(500, VENICES, None), false, true)]
    #[case(answered(502, "<html>", None), false, true)]
    #[case(answered(504, VENICES, None), false, true)]
    #[case(answered(400, VENICES, None), false, false)]
    #[case(answered(401, VENICES, None), false, false)]
    #[case(answered(402, VENICES, None), false, false)]
    #[case(Error::new(ErrorKind::Connect), true, true)]
    #[case(Error::new(ErrorKind::Timeout(TimeLimit::Connect)), true, true)]
    #[case(Error::new(ErrorKind::Timeout(TimeLimit::FirstByte)), false, true)]
    #[case(Error::new(ErrorKind::Timeout(TimeLimit::BetweenBytes)), false, true)]
    #[case(Error::new(ErrorKind::ConnectionLost), false, true)]
    #[case(Error::new(ErrorKind::Cut { received: 1, expected: None }), false, true)]
    #[case(Error::unexpected("a web page", None), false, false)]
    #[case(Error::new(ErrorKind::Redirected { status: 302 }), false, false)]
    fn what_is_sent_again(#[case] error: Error, #[case] paid: bool, #[case] read: bool) {
        assert_eq!(policy().retries(&GENERATE_IMAGE).pause_after(&error).is_some(), paid, "paid, {error:?}");
        assert_eq!(policy().retries(&LIST_MODELS).pause_after(&error).is_some(), read, "read, {error:?}");
    }

    #[test]
    fn pauses_double_up_to_the_longest_and_end() {
        let policy = RetryPolicy { reads: 4, longest_pause: Duration::from_secs(2), ..policy() };
        let mut retries = policy.retries(&LIST_MODELS);
        let error = answered(500, VENICES, None);
        let pauses: Vec<_> =
            std::iter::from_fn(|| retries.pause_after(&error)).map(|pause| pause.as_millis()).collect();
        assert_eq!(pauses, [500, 1_000, 2_000, 2_000]);
    }

    #[test]
    fn the_servers_wait_is_honoured_within_reason() {
        let policy = policy();
        let pause =
            |seconds| policy.retries(&GENERATE_IMAGE).pause_after(&answered(429, VENICES, Some(seconds)));
        assert_eq!(pause(30), Some(Duration::from_secs(30)));
        assert_eq!(pause(0), Some(Duration::from_millis(500)));
        assert_eq!(pause(71), None);
    }

    #[test]
    fn never_is_never() {
        let policy = RetryPolicy::never();
        assert_eq!(policy.retries(&LIST_MODELS).pause_after(&Error::new(ErrorKind::Connect)), None);
        assert_eq!(policy.retries(&GENERATE_IMAGE).pause_after(&Error::new(ErrorKind::Connect)), None);
    }
}
