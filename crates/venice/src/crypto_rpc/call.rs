use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::RpcReplies;
use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::operation::{CRYPTO_RPC_PROXY, Operation};
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, debug_without_words, setters};

/// The most calls that are sent together.
const MOST_CALLS: usize = 100;
/// The most characters of an idempotency key.
const LONGEST_KEY: usize = 255;

/// Asks a node of a block chain.
///
/// An answer with an error of the node is an answer too, and costs a little. What was charged is in the receipt.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CryptoRpcProxy {
    /// The network, such as base-mainnet.
    pub network: String,
    /// One call, or up to 100.
    pub calls: RpcCalls,
    /// A name for this request: letters, digits, - and _, at most 255. Sent again with it within 24 hours, it is answered from memory and not charged again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(length(min = 1, max = 255), regex(pattern = "^[A-Za-z0-9_-]{1,255}$"))
    )]
    pub idempotency_key: Option<String>,
}

debug_without_words!(CryptoRpcProxy { network, calls });

/// One call, or several that are sent together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum RpcCalls {
    /// One call.
    Single(RpcCall),
    /// Up to 100 calls, each with an id of its own.
    Batch(#[cfg_attr(feature = "schema", schemars(length(max = 100)))] Vec<RpcCall>),
}

/// A call by JSON-RPC 2.0.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RpcCall {
    /// The version of JSON-RPC: 2.0.
    #[serde(default)]
    pub jsonrpc: RpcVersion,
    /// What is asked, such as `eth_blockNumber`.
    pub method: String,
    /// With which values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<Vec<crate::json::Json>>))]
    pub params: Option<Vec<Value>>,
    /// What the reply is known by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<RpcId>,
}

/// The version of JSON-RPC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum RpcVersion {
    /// 2.0.
    #[default]
    #[serde(rename = "2.0")]
    V2,
}

/// What a call and its reply are known by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum RpcId {
    /// A number.
    Number(#[cfg_attr(feature = "specta", specta(type = f64))] i64),
    /// A text.
    Text(String),
}

impl From<i64> for RpcId {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for RpcId {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// The values may hold a signed transaction.
impl fmt::Debug for RpcCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RpcCall").field("method", &self.method).field("id", &self.id).finish_non_exhaustive()
    }
}

impl RpcCall {
    /// Asks something with these values.
    pub fn new(method: impl Into<String>, params: impl IntoIterator<Item = Value>) -> Self {
        Self {
            jsonrpc: RpcVersion::V2,
            method: method.into(),
            params: Some(params.into_iter().collect()),
            id: Some(RpcId::Number(1)),
        }
    }

    setters! {
        /// What the reply is known by. A call that is made by `new` has 1.
        id: RpcId;
    }
}

impl CryptoRpcProxy {
    /// One call to a network.
    pub fn new(network: impl Into<String>, call: RpcCall) -> Self {
        Self { network: network.into(), calls: RpcCalls::Single(call), idempotency_key: None }
    }

    /// Several calls to a network. They get the ids 1, 2, 3 … in their order.
    pub fn batch(network: impl Into<String>, calls: impl IntoIterator<Item = RpcCall>) -> Self {
        let calls = calls.into_iter().zip(1_i64..).map(|(call, id)| call.id(id)).collect();
        Self { network: network.into(), calls: RpcCalls::Batch(calls), idempotency_key: None }
    }

    setters! {
        /// A name for this request.
        idempotency_key: String;
    }

    fn check(&self) -> Result<()> {
        let calls = match &self.calls {
            RpcCalls::Single(call) => std::slice::from_ref(call),
            RpcCalls::Batch(calls) => calls,
        };
        if calls.is_empty() {
            return Err(Error::invalid_input("calls", "has no call"));
        }
        if calls.len() > MOST_CALLS {
            return Err(Error::invalid_input("calls", "has more than 100 calls"));
        }
        if calls.iter().any(|call| call.method.is_empty()) {
            return Err(Error::invalid_input("method", "is empty"));
        }
        let is_name = |key: &String| {
            (1..=LONGEST_KEY).contains(&key.len())
                && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        };
        if self.idempotency_key.as_ref().is_some_and(|key| !is_name(key)) {
            return Err(Error::invalid_input("idempotency_key", "is not 1 to 255 letters, digits, - and _"));
        }
        Ok(())
    }
}

impl Request for CryptoRpcProxy {
    type Answer = RpcReplies;

    const OPERATION: Operation = CRYPTO_RPC_PROXY;

    fn call(&self) -> Result<Call> {
        self.check().map_err(|error| error.of(&CRYPTO_RPC_PROXY))?;
        let call = Call::json(CRYPTO_RPC_PROXY, &self.calls)?.path("network", &self.network)?;
        match &self.idempotency_key {
            Some(key) => call.header("idempotency-key", key),
            None => Ok(call),
        }
    }

    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<RpcReplies> {
        RpcReplies::from_json(&body)
    }
}

impl Client {
    /// Asks a node of a block chain. Each call costs credits, by its method and its network.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/crypto/rpc>.
    pub async fn crypto_rpc_proxy(&self, request: &CryptoRpcProxy) -> Result<Answer<RpcReplies>> {
        self.send(request).await
    }
}
