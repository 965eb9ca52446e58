use bytes::Bytes;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::account::data;
use crate::call::Call;
use crate::client::Client;
use crate::errors::Result;
use crate::lenient;
use crate::money;
use crate::operation::{GET_X402_BALANCE, Operation};
use crate::receipt::{Answer, Receipt};
use crate::request::Request;
use crate::wallet::Wallet;

/// Asks what a wallet has with Venice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GetX402Balance {
    /// The wallet's address, on Base or Solana. It has to be the wallet that asks.
    pub wallet_address: String,
}

/// What a wallet has with Venice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct X402Balance {
    /// The wallet's address; on Base in lower case.
    pub wallet_address: String,
    /// US dollars that are left.
    #[serde(with = "money::required")]
    #[cfg_attr(feature = "specta", specta(type = f64))]
    pub balance_usd: Decimal,
    /// Whether a paid call would be let through.
    #[serde(default, deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = bool))]
    pub can_consume: bool,
    /// US dollars that are the least for a top-up.
    #[serde(default, with = "money::option")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub minimum_top_up_usd: Option<Decimal>,
    /// US dollars Venice suggests to top up by.
    #[serde(default, with = "money::option")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub suggested_top_up_usd: Option<Decimal>,
    /// What DIEM of a linked account is worth, in US dollars.
    #[serde(default, with = "money::option")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub diem_balance_usd: Option<Decimal>,
}

impl GetX402Balance {
    /// Asks about the wallet with this address.
    pub fn new(wallet_address: impl Into<String>) -> Self {
        Self { wallet_address: wallet_address.into() }
    }

    /// Asks about a wallet.
    pub fn of(wallet: &Wallet) -> Self {
        Self::new(wallet.address())
    }
}

impl Request for GetX402Balance {
    type Answer = X402Balance;

    const OPERATION: Operation = GET_X402_BALANCE;

    fn call(&self) -> Result<Call> {
        Call::empty(GET_X402_BALANCE).path("walletAddress", &self.wallet_address)
    }

    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<X402Balance> {
        data(&body, "no balance")
    }
}

impl Client {
    /// What a wallet has with Venice. Needs the wallet itself.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/x402/balance>.
    pub async fn get_x402_balance(&self, request: &GetX402Balance) -> Result<Answer<X402Balance>> {
        self.send(request).await
    }
}
