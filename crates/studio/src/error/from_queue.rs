//! What a failed question after accepted work means for that work, in words.
//!
//! The work was taken on and is charged for, so the words here never say that nothing was sent or charged, unless the
//! provider says that it gave the price back.

use std::time::Duration;

use jiff::Timestamp;
use venice::{ApiError, ErrorKind};

use super::{AppError, Code};

/// The parameter that says whether the price was given back: `yes`, `no`, or `unknown` where nobody said.
pub(crate) const REFUNDED: &str = "refunded";

/// Where nobody says how long to wait.
const PAUSE: Duration = Duration::from_secs(20);
/// The longest of one pause; a server's clock may be wrong.
const LONGEST: Duration = Duration::from_mins(2);

/// The provider has ended accepted work, or says that we may not have its result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Denied {
    pub error: AppError,
    /// Whether it gave the price back; `None` where it didn't say.
    pub refunded: Option<bool>,
    /// It may say something else another time.
    pub may_come: bool,
}

/// What a failed question means.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// It came too soon.
    Wait(Duration),
    /// Nobody answers, or not as they should.
    Network(AppError),
    /// The account isn't let in.
    Account(AppError),
    /// It is about this work alone, and may pass.
    Job(AppError),
    /// There is nothing for us, if that is its last word.
    Denied(Denied),
    /// It has ended, for good.
    Over(Denied),
}

/// What a failed question means.
pub(crate) fn meaning(error: &venice::Error, now: Timestamp) -> Meaning {
    match error.kind() {
        ErrorKind::RateLimited { until } | ErrorKind::BreakerOpen { until } => {
            let wait = Duration::try_from(until.duration_since(now)).unwrap_or_default();
            Meaning::Wait(wait.clamp(Duration::from_millis(200), LONGEST))
        }
        ErrorKind::Api(api) => answered(api, error),
        ErrorKind::Cut { .. } | ErrorKind::BrokenOff(_) | ErrorKind::TooLarge { .. } => {
            Meaning::Job(broke_off(error))
        }
        ErrorKind::Redirected { .. } | ErrorKind::UnexpectedBody { .. } => {
            Meaning::Network(waits_for_server())
        }
        ErrorKind::InvalidInput { .. } | ErrorKind::InputTooLarge { .. } => {
            Meaning::Denied(Denied::unreachable())
        }
        _ => Meaning::Network(waits_for_network()),
    }
}

fn answered(api: &ApiError, error: &venice::Error) -> Meaning {
    let refunded = refunded(api);
    match api.status {
        429 => Meaning::Wait(api.retry_after.unwrap_or(PAUSE).clamp(Duration::from_millis(200), LONGEST)),
        401 | 402 => Meaning::Account(waits_for_account(&AppError::from(error))),
        // A key with fewer rights than it had, a region, an age that isn't confirmed: none is a word on the work itself.
        403 if api.readable => Meaning::Account(waits_for_account(&AppError::from(error))),
        422 => Meaning::Over(Denied::refused(error, refunded)),
        408 | 500.. if refunded == Some(true) => Meaning::Over(Denied::refused(error, refunded)),
        // Venice's own word, not a gateway's.
        408 | 500.. if api.readable => Meaning::Job(waits_for_provider(api)),
        408 | 500.. => Meaning::Network(waits_for_server()),
        // A page of something in between says nothing of the work.
        _ if !api.readable => Meaning::Network(waits_for_server()),
        404 | 410 => Meaning::Denied(Denied::gone(error)),
        _ => Meaning::Denied(Denied { may_come: true, ..Denied::refused(error, refunded) }),
    }
}

/// What a failed download from a private address means.
pub(crate) fn meaning_of_link(error: &venice::Error) -> Meaning {
    match error.kind() {
        ErrorKind::Api(api) => match api.status {
            429 => Meaning::Wait(api.retry_after.unwrap_or(PAUSE).clamp(Duration::from_millis(200), LONGEST)),
            // Storage says so of an address that was valid too long ago, or was asked too often.
            401 | 403 | 404 | 410 => Meaning::Denied(Denied::gone(error)),
            408 | 500.. => Meaning::Job(broke_off(error)),
            _ => Meaning::Denied(Denied::unreachable()),
        },
        ErrorKind::InvalidInput { .. } | ErrorKind::Redirected { .. } => {
            Meaning::Denied(Denied::unreachable())
        }
        _ => Meaning::Job(broke_off(error)),
    }
}

/// Whether the provider gave the price back, by its field or by its words.
fn refunded(api: &ApiError) -> Option<bool> {
    let said = api.policy.as_ref().and_then(|policy| policy.credits_refunded);
    said.or_else(|| {
        let message = api.message.as_deref()?.to_ascii_lowercase();
        (message.contains("been refunded") || message.contains("were refunded")).then_some(true)
    })
}

impl Denied {
    fn refused(error: &venice::Error, refunded: Option<bool>) -> Self {
        let mut app = AppError::from(error);
        if let Some(model) = error
            .api()
            .and_then(|api| api.policy.as_ref())
            .and_then(|policy| policy.recommended_model.as_ref())
        {
            app = app.param("recommended_model", model);
        }
        Self { error: app, refunded, may_come: false }
    }

    fn gone(said: &venice::Error) -> Self {
        let mut error = AppError::new(
            Code::ResultGone,
            "Venice doesn't have the result, or not any more.",
            "It was most likely charged. Look for it again: results are kept for about a day.",
        );
        error.operation = said.operation().map(str::to_owned);
        error.request_id = said.request_id().map(str::to_owned);
        Self { error, refunded: None, may_come: true }
    }

    fn unreachable() -> Self {
        let error = AppError::new(
            Code::ResultUnreachable,
            "The result is done, but can't be fetched from where it is.",
            "It was charged. Look for it again, or ask Venice's support.",
        );
        Self { error, refunded: None, may_come: true }
    }

    /// It is done, and nobody knows the address that was told once.
    pub(crate) fn address_lost() -> Self {
        Self::unreachable()
    }

    /// There is more of it than any model makes.
    pub(crate) fn too_large() -> Self {
        Self::unreachable()
    }

    /// The error that is shown, with what was given back.
    pub(crate) fn in_words(self) -> AppError {
        let (word, hint) = match self.refunded {
            Some(true) => ("yes", "What it cost was given back."),
            Some(false) => ("no", "It was charged, and not given back."),
            // It may still be had.
            None if self.may_come => return self.error,
            None => (
                "unknown",
                "It was charged. Venice didn't say whether it gave that back: your usage on venice.ai will tell.",
            ),
        };
        let mut error = self.error.param(REFUNDED, word);
        error.hint = Some(hint.to_owned());
        error
    }
}

/// The server can't be reached.
pub(crate) fn waits_for_network() -> AppError {
    AppError::new(
        Code::WaitsForNetwork,
        "Venice can't be reached just now.",
        "It goes on there, and nothing is lost. It is asked for again by itself.",
    )
    .retryable()
}

/// The server, or something in between, doesn't answer as it should.
pub(crate) fn waits_for_server() -> AppError {
    AppError::new(
        Code::WaitsForServer,
        "Venice doesn't answer properly just now.",
        "It goes on there, and nothing is lost. It is asked for again by itself.",
    )
    .retryable()
}

/// A download broke off.
pub(crate) fn broke_off(error: &venice::Error) -> AppError {
    let mut app = waits_for_network();
    app.request_id = error.request_id().map(str::to_owned);
    app
}

/// The account isn't let in.
pub(crate) fn waits_for_account(error: &AppError) -> AppError {
    let mut app = AppError::new(
        Code::WaitsForAccount,
        format!("The account isn't let in just now. {}", error.message),
        "It goes on at Venice, and nothing is lost. It is asked for again by itself once the account is in order.",
    )
    .param("reason", &error.message)
    .retryable();
    (app.operation, app.request_id) = (error.operation.clone(), error.request_id.clone());
    app
}

/// Venice says that it failed, and not that it has ended.
fn waits_for_provider(api: &ApiError) -> AppError {
    let said = api.message.as_deref().unwrap_or_default();
    AppError::new(
        Code::WaitsForProvider,
        format!("Venice says that this failed, but not that it has ended. {said}").trim_end().to_owned(),
        "It is asked for again by itself. It may have been charged.",
    )
    .param("said", said)
    .retryable()
}

/// The provider says that there is nothing for us, or that it is done and not where, and may say otherwise in a while.
pub(crate) fn waits_for_result() -> AppError {
    AppError::new(
        Code::WaitsForResult,
        "Venice doesn't give the result out just now.",
        "It is asked again by itself for some minutes. It was most likely charged.",
    )
    .retryable()
}

/// There is no room for the result.
pub(crate) fn waits_for_room() -> AppError {
    AppError::new(
        Code::WaitsForRoom,
        "The result is done, and there isn't enough room on the disk for it.",
        "Make room: it is fetched by itself then. Venice keeps it for about a day.",
    )
    .retryable()
}
