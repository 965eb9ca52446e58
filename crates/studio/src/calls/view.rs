//! Calls as the front end sees them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use venice::{AuthNeed, Receipt};

use crate::{AppError, jobs::view::Billing, money::Money, pictures::estimate::Expected};

/// An operation of the API, with the schema its form is made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct OperationView {
    /// Its id in Venice's description; the command that calls it has the same name.
    pub id: String,
    /// GET, POST, PATCH or DELETE.
    pub method: String,
    /// The path below the server's address.
    pub path: String,
    /// What it is about.
    pub group: String,
    /// Who may call it.
    pub auth: Auth,
    /// A call may be charged.
    pub paid: bool,
    /// The answer may come as a stream.
    pub streams: bool,
    /// The JSON Schema of its parameters.
    pub schema: Value,
}

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Auth {
    /// Anyone.
    Optional,
    /// A key or a wallet.
    Key,
    /// A key, no wallet.
    ApiKey,
    /// An admin key.
    Admin,
    /// The wallet that is asked about.
    Wallet,
}

impl From<AuthNeed> for Auth {
    fn from(need: AuthNeed) -> Self {
        match need {
            AuthNeed::Optional => Self::Optional,
            AuthNeed::Key => Self::Key,
            AuthNeed::ApiKey => Self::ApiKey,
            AuthNeed::Admin => Self::Admin,
            AuthNeed::Wallet => Self::Wallet,
        }
    }
}

/// A file of a request, by what the window knows it as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum FileRef {
    /// An item of the library.
    Item(String),
    /// The handle of a file that was picked, dropped or pasted.
    Picked(String),
}

/// A model to choose in a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ModelChoice {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its kind, as Venice calls it.
    pub kind: String,
    /// It doesn't answer now.
    pub offline: bool,
    /// The user chose it as the one to use where a form has none.
    pub is_default: bool,
    /// Its lowest price; `None` = unknown.
    pub price: Option<Money>,
    /// What the price is for.
    pub per: Option<PricedBy>,
    /// What Venice says of it: capabilities, constraints, voices.
    pub spec: Value,
}

/// What a price is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum PricedBy {
    /// One picture.
    Picture,
    /// A million tokens read.
    MillionTokens,
    /// A million characters spoken.
    MillionCharacters,
    /// A second of sound.
    Second,
    /// One piece of music.
    Piece,
}

/// What goes with a request.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct With {
    /// Files by their place in the request, as a JSON pointer: `/image`, `/images/0`.
    pub files: BTreeMap<String, FileRef>,
    /// What the button said; `None` for what costs nothing.
    pub expected: Option<Expected>,
    /// Send it although its price isn't known and a limit is set.
    pub accept_unpriced: bool,
}

/// What is told while a call is under way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CallEvent {
    /// It is written down and on its way.
    Sent {
        /// Its job, where it may be charged.
        job: Option<String>,
    },
    /// So much of the answer is here.
    Received {
        /// Bytes.
        bytes: u64,
    },
    /// An event of a stream, as it came.
    Event {
        /// Its name, where it has one.
        name: Option<String>,
        /// Its data: most often JSON.
        data: String,
    },
    /// The next words of an answer.
    Text {
        /// The words.
        text: String,
        /// Whether they are thought rather than said.
        reasoning: bool,
    },
}

/// An answer, and what was made of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Answered<T> {
    /// The call's id in the history.
    pub call: String,
    /// Its job, where it may be charged.
    pub job: Option<String>,
    /// The answer.
    pub answer: T,
    /// The items that were made of it, in order.
    pub items: Vec<String>,
    /// What the answer said of itself.
    pub receipt: Receipt,
}

/// An answer that is a file: it is in the library now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Made {
    /// Its media type.
    pub content_type: String,
    /// Its size.
    pub bytes: u64,
}

/// What a call would cost and whether it can be sent: all that can be said before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CallPrice {
    /// By the price list; `None` = unknown, or nothing for what is free.
    pub amount: Option<Money>,
    /// `amount` is the most it can come to.
    pub up_to: bool,
    /// More may come on top that the list doesn't name.
    pub surcharge: bool,
    /// The account that will pay.
    pub account: String,
    /// Paid with the sandbox's pretend money.
    pub pretend: bool,
    /// Why it can't be sent as it is.
    pub problem: Option<AppError>,
}

/// A line of the history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CallRow {
    /// Its id.
    pub id: String,
    /// RFC 3339.
    pub at: String,
    /// The operation.
    pub operation: String,
    /// The account it was made with.
    pub account: String,
    /// With the sandbox's pretend money.
    pub pretend: bool,
    /// The answer's HTTP status; `None` while there is no answer.
    pub status: Option<u16>,
    /// In milliseconds.
    pub took_ms: Option<u64>,
    /// What it was expected to cost.
    pub estimate: Option<Money>,
    /// What the ledger says it was charged; `None` while it hasn't said.
    pub charged: Option<Money>,
    /// What can be said of its money.
    pub billing: Billing,
    /// Its job, where it may be charged.
    pub job: Option<String>,
    /// The items that were made of its answer.
    pub items: Vec<String>,
    /// What went wrong.
    pub error: Option<AppError>,
}

/// Some of the history, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CallsPage {
    /// The calls.
    pub calls: Vec<CallRow>,
    /// Where the next page starts.
    pub next: Option<String>,
}

/// A file that went with a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SentFile {
    /// Its name.
    pub name: String,
    /// How to send it again; `None` where it is gone.
    pub file: Option<FileRef>,
}

/// All that is known of a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CallRecord {
    /// Its line of the history.
    pub row: CallRow,
    /// What was asked for.
    pub request: Value,
    /// The files that went with it, by their place.
    pub files: BTreeMap<String, SentFile>,
    /// The answer: JSON or text.
    pub answer: Option<String>,
    /// Whether the answer was longer than is kept.
    pub answer_cut: bool,
    /// What the answer said of itself.
    pub receipt: Option<Receipt>,
}
