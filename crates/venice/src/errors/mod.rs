//! What can go wrong, and what that means for the work that was asked for.

mod api;
mod code;
mod read;

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use api::{ApiError, Consent, FieldError, Issue, PaymentRequired, PolicyRejection, Retirement};
pub use code::ErrorCode;

use crate::operation::Operation;

/// The result of everything here that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failed call.
///
/// `Display` and `Debug` say what happened and to which operation. They never contain a key, an address, a prompt or
/// a body, so an error may be logged as it is.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    operation: Option<Operation>,
    request_id: Option<String>,
    source: Option<reqwest::Error>,
}

/// Which of the time limits ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimeLimit {
    /// Reaching the server, TLS included. Nothing was sent.
    Connect,
    /// Waiting for the answer to begin. The work may have been done.
    FirstByte,
    /// Waiting for the next part of an answer that had begun.
    BetweenBytes,
}

impl fmt::Display for TimeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "connecting",
            Self::FirstByte => "waiting for the answer",
            Self::BetweenBytes => "waiting for the rest of the answer",
        })
    }
}

/// What went wrong; one case for each that a caller would treat differently.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The base URL can't be used.
    #[error("the base URL {0}")]
    InvalidUrl(&'static str),
    /// The key contains characters that no key has, or is empty.
    #[error("the key contains characters that no key has, or is empty")]
    InvalidKey,
    /// The request can't be sent as it is.
    #[error("{field} {reason}")]
    InvalidInput {
        /// The field of the request.
        field: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A file of the request is larger than Venice takes.
    #[error("{field} is larger than {limit} bytes")]
    InputTooLarge {
        /// The field of the request.
        field: &'static str,
        /// The most it may have, in bytes.
        limit: u64,
    },
    /// Something that a server may ask for and this crate can't do.
    #[error("{what}")]
    Unsupported {
        /// What, as a sentence.
        what: &'static str,
    },
    /// TLS or the HTTP client couldn't be set up.
    #[error("TLS or the HTTP client couldn't be set up")]
    Setup,
    /// The server couldn't be reached.
    #[error("the server couldn't be reached")]
    Connect,
    /// A time limit ran out.
    #[error("timed out {0}")]
    Timeout(TimeLimit),
    /// The connection broke after the request was sent and before the answer began.
    #[error("the connection broke before the answer began")]
    ConnectionLost,
    /// The answer ended before its end.
    #[error("the answer was cut after {received} bytes")]
    Cut {
        /// The bytes that arrived, as they came out of decompression.
        received: u64,
        /// The bytes that were announced.
        expected: Option<u64>,
    },
    /// A good status, but not what the operation answers with: a web page, damaged JSON, no picture.
    #[error("an unexpected answer: {what}")]
    UnexpectedBody {
        /// What was found wrong.
        what: &'static str,
        /// The content type the answer claimed.
        content_type: Option<String>,
    },
    /// The server pointed elsewhere. Keys are sent to one origin only, so it isn't followed.
    #[error("the server redirects elsewhere ({status})")]
    Redirected {
        /// The HTTP status.
        status: u16,
    },
    /// The answer has more bytes than the caller allows.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The most that was allowed, in bytes.
        limit: u64,
    },
    /// The server answered with an error.
    #[error("{0}")]
    Api(Box<ApiError>),
    /// The server sent an error in the middle of an answer. What arrived before it is good.
    #[error("the answer broke off: {0}")]
    BrokenOff(Box<ApiError>),
    /// A part of an encrypted answer can't be trusted or can't be read.
    #[error("a part of the encrypted answer {reason}")]
    NotDecrypted {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Too many calls failed lately; nothing is sent until then, so that Venice doesn't block this client.
    #[error("too many calls failed, nothing is sent for a while")]
    BreakerOpen {
        /// When calls are sent again.
        until: Timestamp,
    },
    /// The rate limit is used up for longer than the retry policy waits; nothing was sent.
    #[error("the rate limit is used up")]
    RateLimited {
        /// When the limit is renewed.
        until: Timestamp,
    },
}

/// What became of the work a failed call asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It surely never reached the server.
    NotSent,
    /// The server said that it didn't do it.
    Refused,
    /// It may have been done, and charged for.
    Unknown,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner { kind, operation: None, request_id: None, source: None }))
    }

    pub(crate) fn invalid_input(field: &'static str, reason: &'static str) -> Self {
        Self::new(ErrorKind::InvalidInput { field, reason })
    }

    pub(crate) fn unexpected(what: &'static str, content_type: Option<&str>) -> Self {
        Self::new(ErrorKind::UnexpectedBody { what, content_type: content_type.map(str::to_owned) })
    }

    /// Names the operation that failed.
    pub(crate) fn of(mut self, operation: &Operation) -> Self {
        self.0.operation = Some(*operation);
        self
    }

    pub(crate) fn with_request_id(mut self, request_id: Option<&str>) -> Self {
        self.0.request_id = self.0.request_id.or_else(|| request_id.map(str::to_owned));
        self
    }

    /// Keeps the transport's own account, without the address.
    pub(crate) fn caused_by(mut self, source: reqwest::Error) -> Self {
        self.0.source = Some(source.without_url());
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The error the server answered with, or broke its answer off with, where it did.
    pub fn api(&self) -> Option<&ApiError> {
        match &self.0.kind {
            ErrorKind::Api(error) | ErrorKind::BrokenOff(error) => Some(error.as_ref()),
            _ => None,
        }
    }

    /// The operationId of the call that failed.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation.map(|operation| operation.id)
    }

    /// What support wants to know: the CF-RAY of the answer.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// A stable upper-case name: Venice's own code where the server answered with an error, else one of
    /// `INVALID_URL`, `INVALID_KEY`, `INVALID_INPUT`, `INPUT_TOO_LARGE`, `UNSUPPORTED`, `SETUP_FAILED`, `CONNECT_FAILED`,
    /// `TIMED_OUT`, `CONNECTION_LOST`, `ANSWER_CUT`, `UNEXPECTED_ANSWER`, `REDIRECTED`, `ANSWER_TOO_LARGE`,
    /// `NOT_DECRYPTED`, `TOO_MANY_FAILURES`, `RATE_LIMIT_EXCEEDED`.
    pub fn code(&self) -> &str {
        match &self.0.kind {
            ErrorKind::InvalidUrl(_) => "INVALID_URL",
            ErrorKind::InvalidKey => "INVALID_KEY",
            ErrorKind::InvalidInput { .. } => "INVALID_INPUT",
            ErrorKind::InputTooLarge { .. } => "INPUT_TOO_LARGE",
            ErrorKind::Unsupported { .. } => "UNSUPPORTED",
            ErrorKind::Setup => "SETUP_FAILED",
            ErrorKind::Connect | ErrorKind::Timeout(TimeLimit::Connect) => "CONNECT_FAILED",
            ErrorKind::Timeout(_) => "TIMED_OUT",
            ErrorKind::ConnectionLost => "CONNECTION_LOST",
            ErrorKind::Cut { .. } => "ANSWER_CUT",
            ErrorKind::UnexpectedBody { .. } => "UNEXPECTED_ANSWER",
            ErrorKind::Redirected { .. } => "REDIRECTED",
            ErrorKind::TooLarge { .. } => "ANSWER_TOO_LARGE",
            ErrorKind::Api(error) | ErrorKind::BrokenOff(error) => error.code.as_str(),
            ErrorKind::NotDecrypted { .. } => "NOT_DECRYPTED",
            ErrorKind::BreakerOpen { .. } => "TOO_MANY_FAILURES",
            ErrorKind::RateLimited { .. } => ErrorCode::RateLimitExceeded.static_str(),
        }
    }

    /// What became of the work. Where nobody can know, it is [`Fate::Unknown`]: never assume that it wasn't charged.
    pub fn fate(&self) -> Fate {
        match &self.0.kind {
            ErrorKind::InvalidUrl(_)
            | ErrorKind::InvalidKey
            | ErrorKind::InvalidInput { .. }
            | ErrorKind::InputTooLarge { .. }
            | ErrorKind::Unsupported { .. }
            | ErrorKind::Setup
            | ErrorKind::Connect
            | ErrorKind::Timeout(TimeLimit::Connect)
            | ErrorKind::BreakerOpen { .. }
            | ErrorKind::RateLimited { .. } => Fate::NotSent,
            ErrorKind::Api(error) if error.is_refusal() => Fate::Refused,
            // "See other" is what a server says after it did what was asked.
            ErrorKind::Redirected { status } if *status != 303 => Fate::Refused,
            _ => Fate::Unknown,
        }
    }

    /// Whether asking again, unchanged, may well succeed and can't be charged twice.
    pub fn is_retryable(&self) -> bool {
        match &self.0.kind {
            ErrorKind::Connect
            | ErrorKind::Timeout(TimeLimit::Connect)
            | ErrorKind::BreakerOpen { .. }
            | ErrorKind::RateLimited { .. } => true,
            ErrorKind::Api(error) if error.is_refusal() => error.is_passing(),
            ErrorKind::Api(error) => error.is_passing() && self.is_free(),
            ErrorKind::Timeout(_) | ErrorKind::ConnectionLost | ErrorKind::Cut { .. } => self.is_free(),
            _ => false,
        }
    }

    /// Whether the caller used up the rate limit, by the server's word or by its headers.
    pub fn is_rate_limited(&self) -> bool {
        matches!(self.0.kind, ErrorKind::RateLimited { .. })
            || self.api().is_some_and(|error| error.status == 429)
    }

    fn is_free(&self) -> bool {
        self.0.operation.is_some_and(|operation| operation.is_repeatable())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.operation() {
            write!(f, "{operation}: ")?;
        }
        self.0.kind.fmt(f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("operation", &self.operation())
            .field("request_id", &self.0.request_id)
            .field("source", &self.0.source)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| source as _)
    }
}
