//! What an answer says of itself, beside what was asked for.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::auth::Redaction;
use crate::headers::{self, Row};
use crate::operation::Operation;
use crate::x402::{PaymentRequirements, Settlement};

/// An answer and its receipt.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer<T> {
    /// What was asked for.
    pub value: T,
    /// What the answer says of itself.
    pub receipt: Receipt,
}

/// What an answer says of itself.
///
/// It is read from headers, each of which may be missing: then its field is `None`. Amounts of money are written as
/// text when a receipt is serialised, moments as ISO 8601.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
#[non_exhaustive]
pub struct Receipt {
    /// The operationId of the call.
    pub operation: String,
    /// The HTTP status.
    pub status: u16,
    /// The `id` of the answer's body, by which the ledger of charges knows it.
    pub answer_id: Option<String>,
    /// CF-RAY, by which support knows the call; where it is missing, X-Request-ID.
    pub cf_ray: Option<String>,
    /// Venice's version.
    pub version: Option<String>,
    /// The model that did the work, which may be another than was asked for.
    pub model: AnsweringModel,
    /// The account's balance before the call.
    pub balance: AccountBalance,
    /// US dollars left in the wallet after the call.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub wallet_balance_usd: Option<Decimal>,
    /// The rate limits the call counts against.
    pub rate_limits: RateLimitState,
    /// Where the answer stands in a longer list.
    pub pagination: Option<Pagination>,
    /// What the caller should know before the next call.
    pub warnings: Vec<Warning>,
    /// What is said of a picture.
    pub picture: PictureFlags,
    /// What calls to a block chain cost.
    pub rpc: RpcCharge,
    /// What a server asks to be paid, where it says so in a header.
    pub payment_required: Option<PaymentRequirements>,
    /// What became of a payment.
    pub settlement: Option<Settlement>,
    /// Seconds the server asks to wait before the next call.
    pub retry_after_seconds: Option<u32>,
    /// The headers that were looked at, as they came and in the order of [`Receipt::KNOWN_HEADERS`]. An enhanced
    /// prompt isn't among them, and nothing that is secret.
    pub raw: Vec<RawHeader>,
    /// Milliseconds from the first byte sent to the last byte received; while a body is unread, to its first byte.
    pub duration_ms: u32,
    /// What was sent in secret, for errors that the body may turn out to hold. Never shown and never written.
    #[serde(skip)]
    #[cfg_attr(feature = "specta", specta(skip))]
    pub(crate) redaction: Redaction,
}

/// A header of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RawHeader {
    /// Its name, in small letters.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub name: Cow<'static, str>,
    /// Its value: at most 512 bytes of it.
    pub value: String,
}

/// What calls to a block chain cost.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RpcCharge {
    /// Credits that were used.
    pub credits: Option<u32>,
    /// US dollars that were charged.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub cost_usd: Option<Decimal>,
    /// Whether the answer came from memory, by its idempotency key, and wasn't charged again.
    pub is_replayed: Option<bool>,
}

/// The model that answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AnsweringModel {
    /// Its id.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
}

/// The balance of an account, as it was before a call. The two are never to be added up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AccountBalance {
    /// US dollars.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub usd: Option<Decimal>,
    /// DIEM.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub diem: Option<Decimal>,
}

/// The rate limits as they were after a call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RateLimitState {
    /// Of requests.
    pub requests: RateLimit,
    /// Of tokens.
    pub tokens: RateLimit,
    /// What Venice calls the limit.
    pub kind: Option<String>,
}

/// One rate limit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RateLimit {
    /// How many there are in a window.
    pub limit: Option<u32>,
    /// How many are left in this one.
    pub remaining: Option<u32>,
    /// When the next window begins.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub reset: Option<Timestamp>,
}

/// A page of a longer list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Pagination {
    /// Entries on a page.
    pub limit: Option<u32>,
    /// This page, counted from 1.
    pub page: Option<u32>,
    /// Entries on all pages.
    pub total: Option<u32>,
    /// Pages.
    pub total_pages: Option<u32>,
    /// What the next page is asked for with.
    pub next_cursor: Option<String>,
}

/// What the caller should know before the next call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Warning {
    /// The model is being retired.
    ModelDeprecated {
        /// What Venice says.
        message: Option<String>,
        /// When it ends.
        #[cfg_attr(feature = "specta", specta(type = Option<String>))]
        date: Option<Timestamp>,
        /// The model to use instead.
        replacement: Option<String>,
    },
    /// The operation is being retired.
    OperationDeprecated {
        /// Since when.
        #[cfg_attr(feature = "specta", specta(type = Option<String>))]
        since: Option<Timestamp>,
        /// When it ends.
        #[cfg_attr(feature = "specta", specta(type = Option<String>))]
        date: Option<Timestamp>,
        /// The path to ask instead.
        replacement: Option<String>,
    },
}

/// What is said of a picture.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PictureFlags {
    /// Whether safe mode blurred it.
    pub is_blurred: Option<bool>,
    /// Whether it is against Venice's terms.
    pub is_content_violation: Option<bool>,
    /// The prompt it was made from, where the prompt was enhanced. Never shown by `Debug`.
    pub enhanced_prompt: Option<String>,
}

impl fmt::Debug for PictureFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PictureFlags")
            .field("is_blurred", &self.is_blurred)
            .field("is_content_violation", &self.is_content_violation)
            .finish_non_exhaustive()
    }
}

/// The id of a call for support.
pub(crate) fn request_id(headers: &Row<'_>) -> Option<String> {
    headers::text(headers, "cf-ray").or_else(|| headers::text(headers, "x-request-id"))
}

impl Receipt {
    /// The headers that a receipt keeps as they came.
    pub const KNOWN_HEADERS: &'static [&'static str] = &[
        "cf-ray",
        "x-request-id",
        "x-venice-version",
        "x-venice-model-id",
        "x-venice-model-name",
        "x-venice-model-deprecation-warning",
        "x-venice-model-deprecation-date",
        "x-venice-deprecated",
        "x-venice-deprecated-replacement",
        "deprecation",
        "sunset",
        "link",
        "x-venice-balance-usd",
        "x-venice-balance-diem",
        "x-balance-remaining",
        "x-ratelimit-limit-requests",
        "x-ratelimit-remaining-requests",
        "x-ratelimit-reset-requests",
        "x-ratelimit-limit-tokens",
        "x-ratelimit-remaining-tokens",
        "x-ratelimit-reset-tokens",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "x-ratelimit-type",
        "retry-after",
        "x-pagination-limit",
        "x-pagination-page",
        "x-pagination-total",
        "x-pagination-total-pages",
        "x-next-cursor",
        "x-venice-is-blurred",
        "x-venice-is-content-violation",
        "x-venice-rpc-credits",
        "x-venice-rpc-cost-usd",
        "idempotent-replayed",
        "content-disposition",
        "payment-response",
    ];

    pub(crate) fn read(
        operation: &Operation,
        status: u16,
        headers: &Row<'_>,
        rate_limits: RateLimitState,
        now: Timestamp,
        elapsed: Duration,
    ) -> Self {
        let text = |name| headers::text(headers, name);
        Self {
            operation: operation.id.to_owned(),
            status,
            answer_id: None,
            cf_ray: request_id(headers),
            version: text("x-venice-version"),
            model: AnsweringModel { id: text("x-venice-model-id"), name: text("x-venice-model-name") },
            balance: AccountBalance {
                usd: headers::amount(headers, "x-venice-balance-usd"),
                diem: headers::amount(headers, "x-venice-balance-diem"),
            },
            wallet_balance_usd: headers::amount(headers, "x-balance-remaining"),
            rate_limits,
            pagination: Pagination::read(headers),
            warnings: deprecation(headers).into_iter().chain(retirement(headers)).collect(),
            picture: PictureFlags {
                is_blurred: headers::flag(headers, "x-venice-is-blurred"),
                is_content_violation: headers::flag(headers, "x-venice-is-content-violation"),
                enhanced_prompt: headers::escaped_text(headers, "x-venice-enhanced-prompt"),
            },
            rpc: RpcCharge {
                credits: headers::count(headers, "x-venice-rpc-credits"),
                cost_usd: headers::amount(headers, "x-venice-rpc-cost-usd"),
                is_replayed: headers::flag(headers, "idempotent-replayed"),
            },
            payment_required: headers::payment_required(headers),
            settlement: headers::settlement(headers),
            retry_after_seconds: headers::retry_after(headers, now)
                .map(|wait| wait.as_secs().try_into().unwrap_or(u32::MAX)),
            raw: raw(headers),
            duration_ms: milliseconds(elapsed),
            redaction: Redaction::default(),
        }
    }
}

pub(crate) fn milliseconds(elapsed: Duration) -> u32 {
    elapsed.as_millis().try_into().unwrap_or(u32::MAX)
}

impl RateLimitState {
    pub(crate) fn read(headers: &Row<'_>, now: Timestamp) -> Self {
        let read = |[limit, remaining, reset]: [&str; 3]| RateLimit {
            limit: headers::count(headers, limit),
            remaining: headers::count(headers, remaining),
            reset: headers::reset(headers, reset, now),
        };
        let requests = read([
            "x-ratelimit-limit-requests",
            "x-ratelimit-remaining-requests",
            "x-ratelimit-reset-requests",
        ]);
        // Some operations have one limit only and name it without "-requests".
        let requests = if requests == RateLimit::default() {
            read(["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"])
        } else {
            requests
        };
        let tokens =
            read(["x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"]);
        Self { requests, tokens, kind: headers::text(headers, "x-ratelimit-type") }
    }
}

impl Pagination {
    fn read(headers: &Row<'_>) -> Option<Self> {
        let page = Self {
            limit: headers::count(headers, "x-pagination-limit"),
            page: headers::count(headers, "x-pagination-page"),
            total: headers::count(headers, "x-pagination-total"),
            total_pages: headers::count(headers, "x-pagination-total-pages"),
            next_cursor: headers::text(headers, "x-next-cursor"),
        };
        (page != Self::default()).then_some(page)
    }
}

fn raw(headers: &Row<'_>) -> Vec<RawHeader> {
    let known = Receipt::KNOWN_HEADERS.iter();
    known
        .filter_map(|name| {
            Some(RawHeader { name: Cow::Borrowed(*name), value: headers::text(headers, name)? })
        })
        .collect()
}

fn retirement(headers: &Row<'_>) -> Option<Warning> {
    let since = headers::unix_moment(headers, "deprecation");
    let date = headers::date(headers, "sunset");
    let replacement = headers::successor(headers);
    (since.is_some() || date.is_some()).then_some(Warning::OperationDeprecated { since, date, replacement })
}

fn deprecation(headers: &Row<'_>) -> Option<Warning> {
    let message = headers::text(headers, "x-venice-model-deprecation-warning");
    let date = headers::moment(headers, "x-venice-model-deprecation-date");
    let replacement = headers::text(headers, "x-venice-deprecated-replacement");
    let marked = headers::flag(headers, "x-venice-deprecated") == Some(true);
    let said = marked || message.is_some() || date.is_some() || replacement.is_some();
    said.then_some(Warning::ModelDeprecated { message, date, replacement })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::GENERATE_IMAGE;
    use proptest::prelude::*;
    use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

    /// Those that are read and not kept as they came.
    const OTHERS: &[&str] = &["x-venice-enhanced-prompt", "payment-required"];

    fn read(pairs: &[(&'static str, &str)]) -> Receipt {
        let headers: HeaderMap = pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()))
            .collect();
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        let limits = RateLimitState::read(&Row::of(&headers), now);
        Receipt::read(&GENERATE_IMAGE, 200, &Row::of(&headers), limits, now, Duration::from_millis(1234))
    }

    #[test]
    fn every_header_has_its_field() {
        let receipt = read(&[
            ("cf-ray", "8f1-AMS"),
            ("x-venice-version", "20261101"),
            ("x-venice-model-id", "z-image-turbo"),
            ("x-venice-model-name", "Z Image"),
            ("x-venice-balance-usd", "12.50"),
            ("x-venice-balance-diem", "0.000001"),
            ("x-balance-remaining", "4.99"),
            ("x-ratelimit-limit-requests", "20"),
            ("x-ratelimit-remaining-requests", "19"),
            ("x-ratelimit-reset-requests", "1795262460"),
            ("x-ratelimit-reset-tokens", "30"),
            ("x-ratelimit-type", "user"),
            ("x-pagination-total", "70"),
            ("x-venice-model-deprecation-date", "2026-12-01T00:00:00.000Z"),
            ("x-venice-deprecated-replacement", "newer"),
            ("x-venice-is-blurred", "true"),
            ("x-venice-is-content-violation", "False"),
            ("x-venice-enhanced-prompt", "a%20gondola"),
        ]);
        assert_eq!(
            (receipt.operation.as_str(), receipt.status, receipt.duration_ms),
            ("generateImage", 200, 1234)
        );
        assert_eq!(receipt.cf_ray.as_deref(), Some("8f1-AMS"));
        assert_eq!(receipt.model.name.as_deref(), Some("Z Image"));
        assert_eq!(receipt.balance.usd.unwrap().to_string(), "12.5");
        assert_eq!(receipt.balance.diem.unwrap().to_string(), "0.000001");
        assert_eq!(receipt.rate_limits.requests.remaining, Some(19));
        assert_eq!(receipt.rate_limits.requests.reset, Some("2026-11-21T12:01:00Z".parse().unwrap()));
        assert_eq!(receipt.rate_limits.tokens.reset, Some("2026-11-21T12:00:30Z".parse().unwrap()));
        assert_eq!(receipt.pagination.as_ref().unwrap().total, Some(70));
        assert_eq!(receipt.picture.is_blurred, Some(true));
        assert_eq!(receipt.picture.is_content_violation, Some(false));
        assert_eq!(receipt.picture.enhanced_prompt.as_deref(), Some("a gondola"));
        let Warning::ModelDeprecated { date, replacement, .. } = &receipt.warnings[0] else {
            panic!("{:?}", receipt.warnings)
        };
        assert_eq!(*date, Some("2026-12-01T00:00:00Z".parse().unwrap()));
        assert_eq!(replacement.as_deref(), Some("newer"));
        assert!(!format!("{receipt:?}").contains("gondola"));
        let json = serde_json::to_string(&receipt).unwrap();
        assert!(json.contains(r#""usd":"12.5""#), "{json}");
        assert_eq!(serde_json::from_str::<Receipt>(&json).unwrap(), receipt);
    }

    #[test]
    fn what_was_read_is_kept_as_it_came() {
        let receipt = read(&[
            ("set-cookie", "session=secret"),
            ("authorization", "Bearer secret"),
            ("x-venice-enhanced-prompt", "a%20secret%20gondola"),
            ("x-venice-rpc-credits", "45"),
            ("x-venice-rpc-cost-usd", "0.00003150"),
            ("idempotent-replayed", "true"),
            ("retry-after", "7"),
            ("deprecation", "@1783555200"),
            ("sunset", "Wed, 16 Sep 2026 00:00:00 GMT"),
            ("link", "</api/v1/billing/usage-history>; rel=\"successor-version\""),
            ("payment-response", "eyJzdWNjZXNzIjp0cnVlLCJwYXllciI6IjB4MSIsIm5ldHdvcmsiOiJlaXAxNTU6ODQ1MyJ9"),
            ("cf-ray", "8f1-AMS"),
        ]);
        assert_eq!(receipt.rpc.credits, Some(45));
        assert_eq!(receipt.rpc.cost_usd.unwrap().to_string(), "0.0000315");
        assert_eq!((receipt.rpc.is_replayed, receipt.retry_after_seconds), (Some(true), Some(7)));
        let settlement = receipt.settlement.as_ref().unwrap();
        assert!(settlement.success && settlement.payer.as_deref() == Some("0x1"));
        let Warning::OperationDeprecated { since, date, replacement } = &receipt.warnings[0] else {
            panic!("{:?}", receipt.warnings)
        };
        assert_eq!(*since, Some("2026-07-09T00:00:00Z".parse().unwrap()));
        assert_eq!(*date, Some("2026-09-16T00:00:00Z".parse().unwrap()));
        assert_eq!(replacement.as_deref(), Some("/api/v1/billing/usage-history"));
        assert_eq!((receipt.raw[0].name.as_ref(), receipt.raw[0].value.as_str()), ("cf-ray", "8f1-AMS"));
        assert_eq!(receipt.raw.len(), 9);
        assert!(!format!("{receipt:?}").contains("secret"));
        assert!(receipt.raw.iter().all(|header| !header.value.contains("secret")));
    }

    #[test]
    fn no_header_is_needed() {
        let receipt = read(&[]);
        let bare = Receipt {
            operation: "generateImage".into(),
            status: 200,
            duration_ms: 1234,
            ..Receipt::default()
        };
        assert_eq!(receipt, bare);
        assert_eq!(serde_json::from_str::<Receipt>("{}").unwrap(), Receipt::default());
    }

    proptest! {
        #[test]
        fn no_headers_break_a_receipt(
            values in proptest::collection::vec(
                proptest::collection::vec(any::<u8>(), 0..40),
                Receipt::KNOWN_HEADERS.len() + OTHERS.len(),
            ),
        ) {
            let pairs = Receipt::KNOWN_HEADERS.iter().chain(OTHERS).zip(&values);
            let headers: HeaderMap = pairs
                .filter_map(|(name, value)| Some((HeaderName::from_static(name), HeaderValue::from_bytes(value).ok()?)))
                .collect();
            let now = Timestamp::UNIX_EPOCH;
            let limits = RateLimitState::read(&Row::of(&headers), now);
            let receipt = Receipt::read(&GENERATE_IMAGE, 200, &Row::of(&headers), limits, now, Duration::MAX);
            let json = serde_json::to_string(&receipt).unwrap();
            prop_assert_eq!(serde_json::from_str::<Receipt>(&json).unwrap(), receipt);
        }
    }
}
