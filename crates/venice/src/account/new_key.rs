use bytes::Bytes;
use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Deserializer, Serialize};

use super::api_keys::check;
use super::data;
use super::key_settings::{
    ApiKeyType, ConsumptionLimit, ConsumptionLimits, Expiry, LimitPeriod, ModelPrivacy,
};
use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::lenient;
use crate::operation::{CREATE_API_KEY, Operation};
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, setters};

/// Makes a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CreateApiKey {
    /// What it is for: INFERENCE or ADMIN.
    pub api_key_type: ApiKeyType,
    /// What it is called: at most 64 characters.
    #[cfg_attr(feature = "schema", schemars(length(max = 64)))]
    pub description: String,
    /// When it ends: a day, a moment, or empty for never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
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

/// A key that was just made.
///
/// The key itself is told this once. It is neither shown by `Debug` nor written when this is serialised: take it and
/// put it in a safe place.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewApiKey {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub api_key_type: ApiKeyType,
    /// What it is called.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub description: Option<String>,
    /// What it may use up in a period.
    #[serde(default, deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = ConsumptionLimits))]
    pub consumption_limit: ConsumptionLimits,
    /// The period.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<LimitPeriod>))]
    pub limit_period: Option<LimitPeriod>,
    /// The models it may ask.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<ModelPrivacy>))]
    pub model_privacy: Option<ModelPrivacy>,
    /// When it ends; `None` for never.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub expires_at: Option<Timestamp>,
    #[serde(default, rename = "apiKey", skip_serializing, deserialize_with = "secret")]
    #[cfg_attr(feature = "specta", specta(skip))]
    api_key: Option<SecretString>,
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    let text = <Option<String>>::deserialize(deserializer)?;
    Ok(text.filter(|text| !text.is_empty()).map(SecretString::from))
}

impl NewApiKey {
    /// The key itself. It is there once: afterwards there is none.
    #[must_use = "the key is told only once"]
    pub fn take_api_key(&mut self) -> Option<SecretString> {
        self.api_key.take()
    }

    /// Reads the answer of an operation that makes a key.
    pub(super) fn from_json(json: &[u8]) -> Result<Self> {
        let key: Self = data(json, "no key")?;
        if key.api_key.is_none() { Err(Error::unexpected("a key without its secret", None)) } else { Ok(key) }
    }
}

impl CreateApiKey {
    /// Makes a key of a kind, under a name.
    pub fn new(api_key_type: ApiKeyType, description: impl Into<String>) -> Self {
        Self {
            api_key_type,
            description: description.into(),
            expires_at: None,
            consumption_limit: None,
            limit_period: None,
            model_privacy: None,
        }
    }

    setters! {
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

impl Request for CreateApiKey {
    type Answer = NewApiKey;

    const OPERATION: Operation = CREATE_API_KEY;

    fn call(&self) -> Result<Call> {
        check(&CREATE_API_KEY, Some(&self.description), self.consumption_limit.as_ref())?;
        Call::json(CREATE_API_KEY, self)
    }

    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<NewApiKey> {
        NewApiKey::from_json(&body)
    }
}

impl Client {
    /// Makes a key. Needs an admin key. At most 20 a minute are made, and an account has at most 500.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/api_keys/create>.
    pub async fn create_api_key(&self, request: &CreateApiKey) -> Result<Answer<NewApiKey>> {
        self.send(request).await
    }
}
