//! Sends calls: one attempt after the other, within the limits.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use tokio::time::{Instant, timeout};

use crate::body::Body;
use crate::call::Call;
use crate::client::{Client, Shared};
use crate::errors::{ApiError, Error, ErrorKind, Result, TimeLimit};
use crate::headers::{self, Row};
use crate::operation::Operation;
use crate::pacing::{Retries, Ticket, WINDOW};
use crate::receipt::{Answer, RateLimitState, Receipt, milliseconds, request_id};

/// Bytes of a request's body for which a second is added to the limit of the first byte.
const UPLOADED_IN_A_SECOND: u64 = 64 * 1024;
/// The most that is read of an error's body.
const LONGEST_ERROR: usize = 256 * 1024;

impl Client {
    /// Sends a call until it is answered with a 2xx or may not be sent again. The body is left to the caller.
    pub(crate) async fn answered(&self, call: &Call) -> Result<Body> {
        let mut repetitions = self.0.repetitions(call);
        loop {
            match self.0.attempt(call).await {
                Ok(body) => return Ok(body),
                Err(error) => repetitions.after(error).await?,
            }
        }
    }

    /// The same, until it is called off: nothing is sent after that, but what is on its way is heard out. `None` where it was
    /// called off before anything was sent, else what the last attempt came to.
    pub(crate) async fn answered_unless(
        &self,
        call: &Call,
        called_off: impl Future<Output = ()>,
    ) -> Result<Option<Body>> {
        let mut called_off = pin!(called_off);
        let mut repetitions = self.0.repetitions(call);
        let mut last: Option<Error> = None;
        loop {
            let ticket = tokio::select! {
                biased;
                () = &mut called_off => return last.map_or(Ok(None), Err),
                ticket = self.0.admitted(call) => ticket,
            };
            let error = match self.0.sent(call, ticket?).await {
                Ok(body) => return Ok(Some(body)),
                Err(error) => error,
            };
            let Some(pause) = repetitions.pause_after(&error) else { return Err(error) };
            tokio::select! {
                biased;
                () = &mut called_off => return Err(error),
                () = tokio::time::sleep(pause) => {}
            }
            last = Some(error);
        }
    }

    /// Sends a call at most once, but for a wallet's sign-in that the server wants otherwise.
    pub(crate) async fn answered_once(&self, call: &Call) -> Result<Body> {
        let mut repetitions = self.0.repetitions(call);
        repetitions.only_signs_in = true;
        loop {
            match self.0.attempt(call).await {
                Ok(body) => return Ok(body),
                Err(error) => repetitions.after(error).await?,
            }
        }
    }

    /// Waits until a call of this operation would be let through: until its rate limit has room, and nothing is held back
    /// after failures. No place is taken, so a call may still have to wait where others are quicker.
    pub async fn room_for(&self, operation: &Operation) {
        loop {
            let now = Instant::now();
            let held_back = self.0.breaker.closed_for(now);
            match held_back.max(self.0.gates.closed_for(operation.lane(), now)) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return,
            }
        }
    }

    /// Sends a call and reads its answer into memory. A call that only reads is also repeated where its answer was cut.
    pub(crate) async fn fetch<T>(
        &self,
        call: &Call,
        decode: impl Fn(&Receipt, Option<&str>, Bytes) -> Result<T>,
    ) -> Result<Answer<T>> {
        let mut repetitions = self.0.repetitions(call);
        loop {
            match self.fetch_once(call, &decode).await {
                Ok(answer) => return Ok(answer),
                Err(error) => repetitions.after(error).await?,
            }
        }
    }

    async fn fetch_once<T>(
        &self,
        call: &Call,
        decode: &impl Fn(&Receipt, Option<&str>, Bytes) -> Result<T>,
    ) -> Result<Answer<T>> {
        let mut body = self.0.attempt(call).await?;
        let bytes = body.read_to_end(self.0.largest_answer).await?;
        let (receipt, content_type) = body.into_parts();
        let value = decode(&receipt, content_type.as_deref(), bytes)
            .map_err(|error| error.of(&call.operation).with_request_id(receipt.cf_ray.as_deref()))?;
        Ok(Answer { value, receipt })
    }
}

/// The repetitions of one call.
struct Repetitions<'a> {
    shared: &'a Shared,
    retries: Retries<'a>,
    answered_a_challenge: bool,
    only_signs_in: bool,
}

impl Repetitions<'_> {
    /// Waits until the call may be sent again, or gives the error back where it may not.
    async fn after(&mut self, error: Error) -> Result<()> {
        match self.pause_after(&error) {
            Some(pause) => tokio::time::sleep(pause).await,
            None => return Err(error),
        }
        Ok(())
    }

    /// How long to wait before the call may be sent again; `None` where it may not.
    fn pause_after(&mut self, error: &Error) -> Option<Duration> {
        if self.is_challenged(error) && !self.answered_a_challenge {
            self.answered_a_challenge = true;
            return Some(Duration::ZERO);
        }
        if self.only_signs_in {
            return None;
        }
        self.retries.pause_after(error)
    }

    /// Whether the server refused a wallet's sign-in and says what it has to say instead. A wallet without money is
    /// told that too, for when it has some.
    fn is_challenged(&self, error: &Error) -> bool {
        let Some(api) = error.api().filter(|api| matches!(api.status, 401 | 402)) else { return false };
        let Some(payment) = &api.payment else { return false };
        let is_challenged =
            payment.sign_in.as_ref().is_some_and(|challenge| self.shared.challenged(challenge));
        is_challenged && payment.reason.as_deref() != Some("insufficient_balance")
    }
}

impl Shared {
    fn repetitions(&self, call: &Call) -> Repetitions<'_> {
        let retries = self.retries.retries(&call.operation);
        Repetitions { shared: self, retries, answered_a_challenge: false, only_signs_in: false }
    }

    async fn attempt(&self, call: &Call) -> Result<Body> {
        let ticket = self.admitted(call).await?;
        self.sent(call, ticket).await
    }

    /// Sends a call that was let through, once.
    async fn sent(&self, call: &Call, ticket: Ticket) -> Result<Body> {
        let operation = &call.operation;
        let authorization = self.authorization().map_err(|error| error.of(operation))?;
        let request = call.request(self, authorization.as_ref())?;
        let started = Instant::now();
        let upload = Duration::from_secs(call.body_size() / UPLOADED_IN_A_SECOND);
        let sent = timeout(self.time_limits.first_byte.saturating_add(upload), request.send()).await;
        let elapsed = started.elapsed();
        let response = match sent {
            Ok(Ok(response)) => response,
            failed => {
                tracing::debug!(operation = operation.id, ms = milliseconds(elapsed), "not answered");
                let error = match failed {
                    Ok(Err(source)) => transport_error(source),
                    _ => Error::new(ErrorKind::Timeout(TimeLimit::FirstByte)),
                };
                return Err(error.of(operation));
            }
        };
        let status = response.status().as_u16();
        let row = Row::of(response.headers());
        let ray = request_id(&row);
        tracing::debug!(
            operation = operation.id,
            status,
            ms = milliseconds(elapsed),
            cf_ray = ray.as_deref().unwrap_or_default(),
            "answered"
        );
        let now = (self.clock)();
        let rate_limits = RateLimitState::read(&row, now);
        let limits = rate_limits.requests.clone();
        // A limit is renewed within a minute. What is said to be further away is so by a clock that is wrong, ours perhaps.
        let from_now = |moment: Timestamp| Instant::now() + headers::span_until(now, moment).min(WINDOW);
        ticket.observe(limits.limit, limits.remaining, limits.reset.map(from_now));
        let sent = authorization.map(|authorization| authorization.redaction).unwrap_or_default();
        let redaction = sent.with(&call.headers);
        let is_answer = call.answered_by == Some(status);
        if is_answer {
            // The server counts it among the failures all the same.
            self.breaker.record_failure(Instant::now());
        }
        match status {
            status if is_answer || (200..=299).contains(&status) => {
                let mut receipt = Receipt::read(operation, status, &row, rate_limits, now, elapsed);
                receipt.raw.retain(|header| !redaction.finds(&header.value));
                receipt.redaction = redaction;
                Ok(Body::new(response, receipt, *operation, self.time_limits.between_bytes, started))
            }
            400.. => {
                self.breaker.record_failure(Instant::now());
                let retry_after = wait_asked_for(status, response.headers(), limits.reset, now);
                if let (429, Some(wait)) = (status, retry_after) {
                    ticket.shut(Instant::now() + wait);
                }
                let headers = response.headers().clone();
                let body = self.error_body(response).await;
                let mut error = ApiError::read(status, &redaction.apply(&body), retry_after);
                error.read_headers(&headers, operation);
                Err(Error::new(ErrorKind::Api(Box::new(error))).of(operation).with_request_id(ray.as_deref()))
            }
            _ => Err(Error::new(ErrorKind::Redirected { status })
                .of(operation)
                .with_request_id(ray.as_deref())),
        }
    }

    /// Waits for the rate limit, within what the policy allows, and asks the breaker.
    async fn admitted(&self, call: &Call) -> Result<Ticket> {
        let mut waited = Duration::ZERO;
        loop {
            if let Some(closed_for) = self.breaker.closed_for(Instant::now()) {
                let until = self.moment_in(closed_for);
                return Err(Error::new(ErrorKind::BreakerOpen { until }).of(&call.operation));
            }
            let wait = match self.gates.admit(call.operation.lane(), Instant::now()) {
                Ok(ticket) => return Ok(ticket),
                Err(wait) => wait,
            };
            waited = waited.saturating_add(wait);
            if waited > self.retries.longest_wait {
                let until = self.moment_in(wait);
                return Err(Error::new(ErrorKind::RateLimited { until }).of(&call.operation));
            }
            tokio::time::sleep(wait).await;
        }
    }

    fn moment_in(&self, span: Duration) -> Timestamp {
        let now = (self.clock)();
        SignedDuration::try_from(span)
            .ok()
            .and_then(|span| now.checked_add(span).ok())
            .unwrap_or(Timestamp::MAX)
    }

    /// What there is of an error's body. One that was cut is judged by what arrived.
    pub(crate) async fn error_body(&self, mut response: reqwest::Response) -> Vec<u8> {
        let mut body = Vec::new();
        while let Ok(Ok(Some(chunk))) = timeout(self.time_limits.between_bytes, response.chunk()).await {
            body.extend_from_slice(&chunk);
            if body.len() >= LONGEST_ERROR {
                break;
            }
        }
        body
    }
}

/// How long the server asks to wait: by Retry-After, or by the renewal of a limit that is used up.
fn wait_asked_for(
    status: u16,
    headers: &HeaderMap,
    renewal: Option<Timestamp>,
    now: Timestamp,
) -> Option<Duration> {
    let renewal = renewal.filter(|_| status == 429);
    headers::retry_after(headers, now).or_else(|| renewal.map(|renewal| headers::span_until(now, renewal)))
}

pub(crate) fn transport_error(source: reqwest::Error) -> Error {
    let kind = if source.is_connect() {
        if source.is_timeout() { ErrorKind::Timeout(TimeLimit::Connect) } else { ErrorKind::Connect }
    } else if source.is_builder() {
        ErrorKind::Setup
    } else if source.is_timeout() {
        ErrorKind::Timeout(TimeLimit::FirstByte)
    } else {
        ErrorKind::ConnectionLost
    };
    Error::new(kind).caused_by(source)
}

/// The content type an answer claims, without its parameters, in lower case.
pub(crate) fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let essence = value.split(';').next()?.trim().to_ascii_lowercase();
    (!essence.is_empty()).then_some(essence)
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::task::Poll;

    use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

    use crate::images::GenerateImage;
    use crate::{Client, Fate, RetryPolicy};

    #[tokio::test]
    async fn what_was_refused_before_it_was_called_off_is_not_said_to_have_stayed_here() {
        let server = MockServer::start().await;
        let refusal = ResponseTemplate::new(429).set_body_string(r#"{"error":"m"}"#);
        Mock::given(any()).respond_with(refusal).mount(&server).await;
        let first_pause = std::time::Duration::from_millis(1);
        let retries = RetryPolicy { first_pause, jitter: false, ..RetryPolicy::default() };
        let client = Client::builder(&server.uri()).retries(retries).build().unwrap();
        // It is looked at before each attempt and twice in a pause: this is after the first pause.
        let mut looks = 0;
        let called_off = poll_fn(|_| {
            looks += 1;
            if looks > 3 { Poll::Ready(()) } else { Poll::Pending }
        });
        let answer = client.open_unless(&GenerateImage::new("m", "p"), called_off).await;
        assert_eq!(answer.map(|body| body.is_some()).unwrap_err().fate(), Fate::Refused);
        assert_eq!(server.received_requests().await.unwrap().len(), 1);
    }
}
