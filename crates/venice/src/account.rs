//! What an account has, and how much of what it may ask for.

use std::collections::BTreeMap;

use bytes::Bytes;
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::lenient;
use crate::money;
use crate::open_enum::open_enum;
use crate::operation::{GET_API_KEY_RATE_LIMITS, GET_BILLING_BALANCE, Operation};
use crate::receipt::{Answer, Receipt};
use crate::request::Request;

open_enum! {
    /// What is used up by a call. Amounts of different currencies are never to be added up.
    pub enum Currency {
        /// US dollars.
        Usd = "USD",
        /// DIEM.
        Diem = "DIEM",
        /// Venice Compute Units, the older name of DIEM.
        Vcu = "VCU",
        /// Credits of a subscription.
        BundledCredits = "BUNDLED_CREDITS",
    }
}

/// The balance of an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BillingBalance {
    /// Whether a call would be let through.
    pub can_consume: bool,
    /// What calls use up.
    #[serde(default, deserialize_with = "lenient::field")]
    pub consumption_currency: Option<Currency>,
    /// What is left.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub balances: Balances,
    /// All DIEM of this epoch.
    #[serde(default, with = "money::option")]
    pub diem_epoch_allocation: Option<Decimal>,
}

/// What is left; `None` where there is no such balance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Balances {
    /// US dollars.
    #[serde(with = "money::option")]
    pub usd: Option<Decimal>,
    /// DIEM of this epoch.
    #[serde(with = "money::option")]
    pub diem: Option<Decimal>,
}

/// What a key may do, and how often.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ApiKeyRateLimits {
    /// Whether the key may be used for inference.
    pub access_permitted: bool,
    /// The account's tier.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub api_tier: ApiTier,
    /// What is left, by currency.
    #[serde(default, deserialize_with = "currencies")]
    pub balances: BTreeMap<Currency, Decimal>,
    /// When the key expires; `None` for never.
    #[serde(default, deserialize_with = "lenient::field")]
    pub key_expiration: Option<Timestamp>,
    /// When DIEM is renewed.
    #[serde(default, deserialize_with = "lenient::field")]
    pub next_epoch_begins: Option<Timestamp>,
    /// The limits, by model.
    #[serde(default, deserialize_with = "lenient::list")]
    pub rate_limits: Vec<ModelRateLimits>,
}

/// An account's tier.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ApiTier {
    /// Its id.
    #[serde(deserialize_with = "lenient::field")]
    pub id: Option<String>,
    /// Whether calls are charged one by one.
    #[serde(deserialize_with = "lenient::field")]
    pub is_charged: Option<bool>,
}

/// The limits of one model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelRateLimits {
    /// The model's id.
    #[serde(default, deserialize_with = "lenient::field")]
    pub api_model_id: Option<String>,
    /// Its limits.
    #[serde(default, deserialize_with = "lenient::list")]
    pub rate_limits: Vec<LimitAmount>,
}

/// One limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    }
}

fn currencies<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<Currency, Decimal>, D::Error> {
    let amounts: BTreeMap<String, f64> = lenient::map(deserializer)?;
    Ok(amounts
        .into_iter()
        .filter_map(|(currency, amount)| Some((Currency::from(currency), money::from_f64(amount)?)))
        .collect())
}

impl BillingBalance {
    /// Reads the body of an answer of `GET /billing/balance`.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::UnexpectedBody`] where it isn't such an answer.
    pub fn from_json(json: &[u8]) -> Result<Self> {
        serde_json::from_slice(json)
            .map_err(|_| Error::unexpected("no balance", None).of(&GET_BILLING_BALANCE))
    }
}

impl ApiKeyRateLimits {
    /// Reads the body of an answer of `GET /api_keys/rate_limits`.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::UnexpectedBody`] where it isn't such an answer.
    pub fn from_json(json: &[u8]) -> Result<Self> {
        let unexpected = || Error::unexpected("no rate limits", None).of(&GET_API_KEY_RATE_LIMITS);
        let mut answer: Value = serde_json::from_slice(json).map_err(|_| unexpected())?;
        let data = answer.get_mut("data").map(Value::take).ok_or_else(unexpected)?;
        serde_json::from_value(data).map_err(|_| unexpected())
    }
}

/// Asks for the balance of the account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetBillingBalance {}

/// Asks what the key may do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetApiKeyRateLimits {}

impl Request for GetBillingBalance {
    type Answer = BillingBalance;

    const OPERATION: Operation = GET_BILLING_BALANCE;

    fn call(&self) -> Result<Call> {
        Ok(Call::empty(GET_BILLING_BALANCE))
    }

    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<BillingBalance> {
        BillingBalance::from_json(&body)
    }
}

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

impl Client {
    /// The balance of the account. Needs an admin key.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/billing/balance>.
    pub async fn get_billing_balance(&self) -> Result<Answer<BillingBalance>> {
        self.send(&GetBillingBalance {}).await
    }

    /// What the key may do, how often, and what is left.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/api_keys/rate_limits>.
    pub async fn get_api_key_rate_limits(&self) -> Result<Answer<ApiKeyRateLimits>> {
        self.send(&GetApiKeyRateLimits {}).await
    }
}
