use std::collections::BTreeMap;

use bytes::Bytes;
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Currency, data};
use crate::call::Call;
use crate::client::Client;
use crate::errors::Result;
use crate::lenient;
use crate::money;
use crate::open_enum::open_enum;
use crate::operation::{GET_API_KEY_RATE_LIMIT_LOGS, GET_API_KEY_RATE_LIMITS, Operation};
use crate::receipt::{Answer, Receipt};
use crate::request::Request;

/// What a key may do, and how often.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ApiKeyRateLimits {
    /// Whether the key may be used for inference.
    pub access_permitted: bool,
    /// The account's tier.
    #[serde(default, deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = ApiTier))]
    pub api_tier: ApiTier,
    /// What is left, by currency.
    #[serde(default, with = "money::by_name")]
    #[cfg_attr(feature = "specta", specta(type = BTreeMap<String, f64>))]
    pub balances: BTreeMap<Currency, Decimal>,
    /// When the key expires; `None` for never.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub key_expiration: Option<Timestamp>,
    /// When DIEM is renewed.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub next_epoch_begins: Option<Timestamp>,
    /// The limits, by model.
    #[serde(default, deserialize_with = "lenient::list")]
    #[cfg_attr(feature = "specta", specta(type = Vec<ModelRateLimits>))]
    pub rate_limits: Vec<ModelRateLimits>,
}

/// An account's tier.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default, rename_all = "camelCase")]
pub struct ApiTier {
    /// Its id.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub id: Option<String>,
    /// Whether calls are charged one by one.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<bool>))]
    pub is_charged: Option<bool>,
}

/// The limits of one model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct ModelRateLimits {
    /// The model's id.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub api_model_id: Option<String>,
    /// Its limits.
    #[serde(default, deserialize_with = "lenient::list")]
    #[cfg_attr(feature = "specta", specta(type = Vec<LimitAmount>))]
    pub rate_limits: Vec<LimitAmount>,
}

/// One limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LimitAmount {
    /// How many.
    pub amount: f64,
    /// Of what, in which time.
    #[serde(rename = "type")]
    pub kind: LimitKind,
}

open_enum! {
    /// What is limited.
    pub enum LimitKind {
        /// Requests a minute.
        RequestsPerMinute = "RPM",
        /// Requests a day.
        RequestsPerDay = "RPD",
        /// Tokens a minute.
        TokensPerMinute = "TPM",
        /// Requests that failed, in half a minute.
        FailedRequests = "FAILED_REQUESTS",
        /// Requests for what a model can't do.
        UnsupportedFeatureRequests = "UNSUPPORTED_FEATURE_REQUESTS",
    }
}

/// A limit that was run into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RateLimitLog {
    /// The key that ran into it.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub api_key_id: Option<String>,
    /// The model that was asked.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub model_id: Option<String>,
    /// The tier of the limit.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub rate_limit_tier: Option<String>,
    /// What was limited.
    pub rate_limit_type: LimitKind,
    /// When.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub timestamp: Timestamp,
}

impl ApiKeyRateLimits {
    /// Reads the body of an answer of `GET /api_keys/rate_limits`.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::UnexpectedBody`] where it isn't such an answer.
    pub fn from_json(json: &[u8]) -> Result<Self> {
        data(json, "no rate limits").map_err(|error| error.of(&GET_API_KEY_RATE_LIMITS))
    }
}

/// Asks what the key may do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetApiKeyRateLimits {}

/// Asks which limits the account ran into lately.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetApiKeyRateLimitLogs {}

impl Request for GetApiKeyRateLimits {
    type Answer = ApiKeyRateLimits;

    const OPERATION: Operation = GET_API_KEY_RATE_LIMITS;

    fn call(&self) -> Result<Call> {
        Ok(Call::empty(GET_API_KEY_RATE_LIMITS))
    }

    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<ApiKeyRateLimits> {
        ApiKeyRateLimits::from_json(&body)
    }
}

impl Request for GetApiKeyRateLimitLogs {
    type Answer = Vec<RateLimitLog>;

    const OPERATION: Operation = GET_API_KEY_RATE_LIMIT_LOGS;

    fn call(&self) -> Result<Call> {
        Ok(Call::empty(GET_API_KEY_RATE_LIMIT_LOGS))
    }

    /// Entries that can't be read are left out.
    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<Vec<RateLimitLog>> {
        lenient::entries(&body, "no list of limits")
    }
}

impl Client {
    /// What the key may do, how often, and what is left.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/api_keys/rate_limits>.
    pub async fn get_api_key_rate_limits(&self) -> Result<Answer<ApiKeyRateLimits>> {
        self.send(&GetApiKeyRateLimits {}).await
    }

    /// The last 50 limits the account ran into, with any of its keys: so it wants an admin key, while an inference key
    /// "is only able to call inference endpoints".
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/api_keys/rate_limit_logs>.
    pub async fn get_api_key_rate_limit_logs(&self) -> Result<Answer<Vec<RateLimitLog>>> {
        self.send(&GetApiKeyRateLimitLogs {}).await
    }
}
