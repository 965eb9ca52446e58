use bytes::Bytes;
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::data;
use super::key_settings::{
    ApiKeyType, ConsumptionLimit, ConsumptionLimits, Expiry, LimitPeriod, ModelPrivacy,
};
use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::lenient;
use crate::money;
use crate::operation::{DELETE_API_KEY, GET_API_KEY_BY_ID, GET_API_KEYS, Operation, UPDATE_API_KEY};
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, setters};

/// The most characters of a key's description.
pub(super) const LONGEST_DESCRIPTION: usize = 64;

/// A key of the account. The key itself is told once, when it is made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ApiKey {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub api_key_type: ApiKeyType,
    /// What it is called.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub description: Option<String>,
    /// Its last six characters.
    #[serde(default, rename = "last6Chars", deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub last_6_chars: Option<String>,
    /// What it may use up in a period.
    #[serde(default, deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = ConsumptionLimits))]
    pub consumption_limits: ConsumptionLimits,
    /// The period.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<LimitPeriod>))]
    pub limit_period: Option<LimitPeriod>,
    /// The models it may ask.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<ModelPrivacy>))]
    pub model_privacy: Option<ModelPrivacy>,
    /// When it was made.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub created_at: Option<Timestamp>,
    /// When it ends; `None` for never.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub expires_at: Option<Timestamp>,
    /// When it was used last; `None` for never.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub last_used_at: Option<Timestamp>,
    /// What it used up lately.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<TrailingUsage>))]
    pub usage: Option<TrailingUsage>,
    /// What it used up in this period, where it has a limit.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<KeyUsage>))]
    pub current_period_usage: Option<KeyUsage>,
}

/// What a key used up lately.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default, rename_all = "camelCase")]
pub struct TrailingUsage {
    /// In the last seven days.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = KeyUsage))]
    pub trailing_seven_days: KeyUsage,
}

/// What a key used up. The amounts are never to be added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct KeyUsage {
    /// US dollars, credits of a subscription included.
    #[serde(with = "money::option")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub usd: Option<Decimal>,
    /// DIEM.
    #[serde(with = "money::option")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub diem: Option<Decimal>,
    /// Venice Compute Units, the older name of DIEM.
    #[serde(with = "money::option")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub vcu: Option<Decimal>,
}

/// Asks for the keys of the account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetApiKeys {}

/// Asks for one key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct GetApiKeyById {
    /// The key's id.
    pub id: String,
}

/// Changes a key. What is left out stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UpdateApiKey {
    /// The key's id.
    pub id: String,
    /// What it is called: at most 64 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(max = 64)))]
    pub description: Option<String>,
    /// When it ends: a day, a moment, or empty for never.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "lenient::present")]
    #[cfg_attr(feature = "specta", specta(type = Option<Expiry>))]
    pub expires_at: Option<Expiry>,
    /// What it may use up in a period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consumption_limit: Option<ConsumptionLimit>,
    /// The period of the limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_period: Option<LimitPeriod>,
    /// The models it may ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_privacy: Option<ModelPrivacy>,
}

/// Takes a key away. What uses it stops working.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DeleteApiKey {
    /// The key's id.
    pub id: String,
}

/// Whether a key was taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DeletedApiKey {
    /// Whether it was.
    pub success: bool,
}

impl GetApiKeyById {
    /// Asks for the key with this id.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into() }
    }
}

impl DeleteApiKey {
    /// Takes away the key with this id.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into() }
    }
}

impl UpdateApiKey {
    /// Changes the key with this id.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            description: None,
            expires_at: None,
            consumption_limit: None,
            limit_period: None,
            model_privacy: None,
        }
    }

    setters! {
        /// What it is called.
        description: String;
        /// When it ends.
        expires_at: Expiry;
        /// What it may use up in a period.
        consumption_limit: ConsumptionLimit;
        /// The period of the limit.
        limit_period: LimitPeriod;
        /// The models it may ask.
        model_privacy: ModelPrivacy;
    }
}

/// What Venice would refuse of a key's settings.
pub(super) fn check(
    operation: &Operation,
    description: Option<&String>,
    limit: Option<&ConsumptionLimit>,
) -> Result<()> {
    if description.is_some_and(|description| description.chars().count() > LONGEST_DESCRIPTION) {
        return Err(Error::invalid_input("description", "has more than 64 characters").of(operation));
    }
    if limit.is_some_and(|limit| !limit.is_sound()) {
        return Err(
            Error::invalid_input("consumption_limit", "is not between 0 and 9,999,999,999").of(operation)
        );
    }
    Ok(())
}

impl Request for GetApiKeys {
    type Answer = Vec<ApiKey>;

    const OPERATION: Operation = GET_API_KEYS;

    fn call(&self) -> Result<Call> {
        Ok(Call::empty(GET_API_KEYS))
    }

    /// Keys that can't be read are left out.
    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<Vec<ApiKey>> {
        lenient::entries(&body, "no list of keys")
    }
}

impl Request for GetApiKeyById {
    type Answer = ApiKey;

    const OPERATION: Operation = GET_API_KEY_BY_ID;

    fn call(&self) -> Result<Call> {
        Call::empty(GET_API_KEY_BY_ID).path("id", &self.id)
    }

    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<ApiKey> {
        data(&body, "no key")
    }
}

impl Request for UpdateApiKey {
    type Answer = ApiKey;

    const OPERATION: Operation = UPDATE_API_KEY;

    fn call(&self) -> Result<Call> {
        check(&UPDATE_API_KEY, self.description.as_ref(), self.consumption_limit.as_ref())?;
        Call::json(UPDATE_API_KEY, self)
    }

    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<ApiKey> {
        data(&body, "no key")
    }
}

impl Request for DeleteApiKey {
    type Answer = DeletedApiKey;

    const OPERATION: Operation = DELETE_API_KEY;

    fn call(&self) -> Result<Call> {
        if self.id.is_empty() {
            return Err(Error::invalid_input("id", "is empty").of(&DELETE_API_KEY));
        }
        Ok(Call::empty(DELETE_API_KEY).query("id", Some(&self.id)))
    }

    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<DeletedApiKey> {
        serde_json::from_slice(&body).map_err(|_| Error::unexpected("no word of success", None))
    }
}

impl Client {
    /// The keys of the account. Needs an admin key.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/api_keys/list>.
    pub async fn get_api_keys(&self) -> Result<Answer<Vec<ApiKey>>> {
        self.send(&GetApiKeys {}).await
    }

    /// One key. Needs an admin key.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/api_keys/get>.
    pub async fn get_api_key_by_id(&self, request: &GetApiKeyById) -> Result<Answer<ApiKey>> {
        self.send(request).await
    }

    /// Changes a key. Needs an admin key.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/api_keys/update>.
    pub async fn update_api_key(&self, request: &UpdateApiKey) -> Result<Answer<ApiKey>> {
        self.send(request).await
    }

    /// Takes a key away. Needs an admin key.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/api_keys/delete>.
    pub async fn delete_api_key(&self, request: &DeleteApiKey) -> Result<Answer<DeletedApiKey>> {
        self.send(request).await
    }
}
