use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::ErrorCode;
use crate::wallet::SignInChallenge;
use crate::x402::PaymentRequirements;

/// An error the server answered with.
///
/// What the server wrote (`message`, `fields`, `issues`, `policy`, `consent`) may quote the request, so neither
/// `Display` nor `Debug` show it: it is for the person who asked, not for a log.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// Venice's code, or the one its status stands for.
    pub code: ErrorCode,
    /// What the server said, on one line and at most 500 characters long; `None` where it said nothing fit to read
    /// (a web page, an empty body).
    pub message: Option<String>,
    /// What is wrong with which field of the request.
    pub fields: Vec<FieldError>,
    /// The same in the words of the server's validator, where it lists them.
    pub issues: Vec<Issue>,
    /// The field an `OpenAI`-shaped error complains of.
    pub param: Option<String>,
    /// How long the server asks to wait.
    pub retry_after: Option<Duration>,
    /// A rejection by content policy (422), where the answer says more than that.
    pub policy: Option<PolicyRejection>,
    /// The consent that is missing (409).
    pub consent: Option<Consent>,
    /// What a wallet lacks (402), or what was wrong with its payment.
    pub payment: Option<PaymentRequired>,
    /// What to ask instead of an operation that was retired (410).
    pub retirement: Option<Retirement>,
    /// Whether the body was an error in one of Venice's shapes, and not what a gateway in between wrote.
    pub readable: bool,
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FieldError {
    /// The path of the field, joined with dots (`style_references.0.image`); empty for the request as a whole.
    pub path: String,
    /// One or more sentences.
    pub messages: Vec<String>,
}

/// One finding of the server's validator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Issue {
    /// The path of the field, joined with dots.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// The validator's name for it, such as `too_big`.
    pub code: Option<String>,
}

/// A rejection by content policy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PolicyRejection {
    /// A prompt the provider would take.
    pub suggested_prompt: Option<String>,
    /// A model that may take the request as it is.
    pub recommended_model: Option<String>,
    /// Whether what was charged has been given back.
    pub credits_refunded: Option<bool>,
}

/// A consent to ask the user for before the same request is sent again with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Consent {
    /// Which consent, such as `seedance`.
    pub flow: String,
    /// The inputs of the request in which faces were found, such as `image`.
    pub face_media_roles: Vec<String>,
    /// The version of the text.
    pub version: Option<String>,
    /// The text to show.
    pub policy_text: Option<String>,
    /// Where it is explained.
    pub docs_url: Option<String>,
}

/// What a wallet lacks for a request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PaymentRequired {
    /// Why, such as `insufficient_balance`.
    pub reason: Option<String>,
    /// US dollars the wallet has.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub current_balance_usd: Option<Decimal>,
    /// US dollars the request needs.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub minimum_balance_usd: Option<Decimal>,
    /// US dollars Venice suggests to top up by.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub suggested_top_up_usd: Option<Decimal>,
    /// US dollars that are the least for a top-up.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub minimum_top_up_usd: Option<Decimal>,
    /// The ways to pay, where they are told.
    pub requirements: Option<PaymentRequirements>,
    /// What the next sign-in has to say, where it is told.
    pub sign_in: Option<SignInChallenge>,
}

/// The end of an operation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Retirement {
    /// The path of the operation to ask instead.
    pub successor: Option<String>,
    /// Since when the end was announced.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub deprecated: Option<Timestamp>,
    /// When it ended.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub sunset: Option<Timestamp>,
}

impl ApiError {
    /// The code, or where it isn't one of those that Venice documents, the one that its status stands for.
    pub fn known_code(&self) -> ErrorCode {
        match &self.code {
            ErrorCode::Other(_) => {
                ErrorCode::infer(self.status, self.readable, self.message.as_deref().unwrap_or_default())
            }
            known => known.clone(),
        }
    }

    /// Whether the answer says that the work wasn't done. A gateway's 5xx doesn't, and neither does any 504.
    pub(crate) fn is_refusal(&self) -> bool {
        match self.status {
            400..=499 => true,
            504 => false,
            _ => self.readable,
        }
    }

    /// Whether the cause passes by itself.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(self.status, 408 | 429 | 500..=599)
    }

    /// Whether a paid call may be sent again: the server surely didn't begin it.
    pub(crate) fn was_not_begun(&self) -> bool {
        self.status == 429 || (self.status == 503 && self.readable)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the server answered {} {}", self.status, self.code)?;
        match self.retirement.as_ref().and_then(|retirement| retirement.successor.as_ref()) {
            Some(successor) => write!(f, ": it was retired, ask {successor} instead"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("status", &self.status)
            .field("code", &self.code.as_str())
            .field("fields", &self.fields.len())
            .field("issues", &self.issues.len())
            .field("retry_after", &self.retry_after)
            .field("readable", &self.readable)
            .finish_non_exhaustive()
    }
}
