use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::lenient;
use crate::operation::{LIST_CRYPTO_RPC_NETWORKS, Operation};
use crate::receipt::{Answer, Receipt};
use crate::request::Request;

/// Asks for the networks that can be asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListCryptoRpcNetworks {}

/// The networks that can be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CryptoRpcNetworks {
    /// Their names, such as `base-mainnet`.
    #[serde(deserialize_with = "lenient::list")]
    #[cfg_attr(feature = "specta", specta(type = Vec<String>))]
    pub networks: Vec<String>,
}

impl Request for ListCryptoRpcNetworks {
    type Answer = CryptoRpcNetworks;

    const OPERATION: Operation = LIST_CRYPTO_RPC_NETWORKS;

    fn call(&self) -> Result<Call> {
        Ok(Call::empty(LIST_CRYPTO_RPC_NETWORKS))
    }

    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<CryptoRpcNetworks> {
        serde_json::from_slice(&body).map_err(|_| Error::unexpected("no list of networks", None))
    }
}

impl Client {
    /// The networks that can be asked. Needs no key.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/crypto/rpc-networks>.
    pub async fn list_crypto_rpc_networks(&self) -> Result<Answer<CryptoRpcNetworks>> {
        self.send(&ListCryptoRpcNetworks {}).await
    }
}
