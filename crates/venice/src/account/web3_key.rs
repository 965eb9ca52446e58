use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::key_settings::{ApiKeyType, ConsumptionLimit, Expiry, LimitPeriod, ModelPrivacy};
use super::new_key::NewApiKey;
use super::{api_keys, data};
use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::operation::{GET_API_KEY_GENERATE_WEB3_KEY, Operation, POST_API_KEY_GENERATE_WEB3_KEY};
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, debug_without_words, setters};
use crate::wallet::Wallet;

/// Asks for a token that a wallet signs to get a key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetApiKeyGenerateWeb3Key {}

/// A token that a wallet signs to get a key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Web3Token {
    /// The text to sign. Never shown by `Debug`.
    pub token: String,
}

impl fmt::Debug for Web3Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Web3Token").finish_non_exhaustive()
    }
}

/// Makes a key for a wallet that holds staked VVV.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PostApiKeyGenerateWeb3Key {
    /// What the key is for: INFERENCE or ADMIN.
    pub api_key_type: ApiKeyType,
    /// The wallet's address.
    pub address: String,
    /// The token's signature by the wallet. Left out, the account's own wallet signs, where it has one.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("x-secret" = true)))]
    pub signature: String,
    /// The token.
    #[cfg_attr(feature = "schema", schemars(extend("x-secret" = true)))]
    pub token: String,
    /// What the key is called. Venice's default is Web3 API Key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
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

debug_without_words!(PostApiKeyGenerateWeb3Key {
    api_key_type,
    description,
    expires_at,
    limit_period,
    model_privacy
});

impl PostApiKeyGenerateWeb3Key {
    /// Makes a key, with a token that was signed by the wallet with this address.
    pub fn new(
        api_key_type: ApiKeyType,
        address: impl Into<String>,
        signature: impl Into<String>,
        token: impl Into<String>,
    ) -> Self {
        Self {
            api_key_type,
            address: address.into(),
            signature: signature.into(),
            token: token.into(),
            description: None,
            expires_at: None,
            consumption_limit: None,
            limit_period: None,
            model_privacy: None,
        }
    }

    /// Makes a key, with a token that this wallet signs.
    pub fn signed_by(wallet: &Wallet, api_key_type: ApiKeyType, token: &Web3Token) -> Self {
        Self::new(api_key_type, wallet.address(), wallet.sign_message(&token.token), &token.token)
    }

    setters! {
        /// What the key is called.
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

impl Request for GetApiKeyGenerateWeb3Key {
    type Answer = Web3Token;

    const OPERATION: Operation = GET_API_KEY_GENERATE_WEB3_KEY;

    fn call(&self) -> Result<Call> {
        Ok(Call::empty(GET_API_KEY_GENERATE_WEB3_KEY))
    }

    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<Web3Token> {
        data(&body, "no token")
    }
}

impl Request for PostApiKeyGenerateWeb3Key {
    type Answer = NewApiKey;

    const OPERATION: Operation = POST_API_KEY_GENERATE_WEB3_KEY;

    fn call(&self) -> Result<Call> {
        api_keys::check(&POST_API_KEY_GENERATE_WEB3_KEY, None, self.consumption_limit.as_ref())?;
        if self.signature.is_empty() {
            return Err(Error::invalid_input("signature", "is missing: the wallet has to sign the token")
                .of(&POST_API_KEY_GENERATE_WEB3_KEY));
        }
        Call::json(POST_API_KEY_GENERATE_WEB3_KEY, self)
    }

    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<NewApiKey> {
        NewApiKey::from_json(&body)
    }
}

impl Client {
    /// A token that a wallet signs to get a key. Needs no key.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/api_keys/generate_web3_key/get>.
    pub async fn get_api_key_generate_web3_key(&self) -> Result<Answer<Web3Token>> {
        self.send(&GetApiKeyGenerateWeb3Key {}).await
    }

    /// Makes a key for a wallet that holds staked VVV. Needs no key.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/api_keys/generate_web3_key/post>.
    pub async fn post_api_key_generate_web3_key(
        &self,
        request: &PostApiKeyGenerateWeb3Key,
    ) -> Result<Answer<NewApiKey>> {
        self.send(request).await
    }
}
