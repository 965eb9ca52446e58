use bytes::Bytes;
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::account::data;
use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::lenient;
use crate::money;
use crate::open_enum::open_enum;
use crate::operation::{GET_X402_TRANSACTIONS, Operation};
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, setters};
use crate::wallet::Wallet;

open_enum! {
    /// What changed a balance.
    pub enum TransactionType {
        /// Money came in.
        TopUp = "TOP_UP",
        /// A call was paid.
        Charge = "CHARGE",
        /// What was paid came back.
        Refund = "REFUND",
    }
}

/// Asks what changed the balance of a wallet, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GetX402Transactions {
    /// The wallet's address, on Base or Solana. It has to be the wallet that asks.
    pub wallet_address: String,
    /// How many: 1 to 100. Venice's default is 50.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 100)))]
    pub limit: Option<u32>,
    /// How many to pass over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u32>,
}

/// What changed the balance of a wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct X402Transactions {
    /// The wallet's address; on Base in lower case.
    pub wallet_address: String,
    /// US dollars that are left.
    #[serde(default, with = "money::option")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub current_balance: Option<Decimal>,
    /// The changes of this page that could be read.
    #[serde(deserialize_with = "lenient::list")]
    #[cfg_attr(feature = "specta", specta(type = Vec<X402Transaction>))]
    pub transactions: Vec<X402Transaction>,
    /// Where this page stands.
    #[serde(default, deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = TransactionPage))]
    pub pagination: TransactionPage,
}

/// A change of a balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct X402Transaction {
    /// Its id.
    pub id: String,
    /// US dollars by which the balance changed: less than nothing for a charge.
    #[serde(with = "money::required")]
    #[cfg_attr(feature = "specta", specta(type = f64))]
    pub amount: Decimal,
    /// US dollars that were left.
    #[serde(default, with = "money::option")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub balance_after: Option<Decimal>,
    /// What it was.
    #[serde(rename = "type")]
    pub kind: TransactionType,
    /// When.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub created_at: Option<Timestamp>,
    /// The call that was paid.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub request_id: Option<String>,
    /// The model that was asked.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub model_id: Option<String>,
}

/// Where a page of changes stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default, rename_all = "camelCase")]
pub struct TransactionPage {
    /// The most changes on a page.
    #[serde(deserialize_with = "lenient::count")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub limit: Option<u32>,
    /// Changes that were passed over.
    #[serde(deserialize_with = "lenient::count")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub offset: Option<u32>,
    /// Whether there are more.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = bool))]
    pub has_more: bool,
}

impl GetX402Transactions {
    /// Asks about the wallet with this address.
    pub fn new(wallet_address: impl Into<String>) -> Self {
        Self { wallet_address: wallet_address.into(), limit: None, offset: None }
    }

    /// Asks about a wallet.
    pub fn of(wallet: &Wallet) -> Self {
        Self::new(wallet.address())
    }

    setters! {
        /// How many.
        limit: u32;
        /// How many to pass over.
        offset: u32;
    }
}

impl Request for GetX402Transactions {
    type Answer = X402Transactions;

    const OPERATION: Operation = GET_X402_TRANSACTIONS;

    fn call(&self) -> Result<Call> {
        if self.limit.is_some_and(|limit| !(1..=100).contains(&limit)) {
            return Err(Error::invalid_input("limit", "is not between 1 and 100").of(&GET_X402_TRANSACTIONS));
        }
        let call = Call::empty(GET_X402_TRANSACTIONS).path("walletAddress", &self.wallet_address)?;
        Ok(call.query("limit", self.limit).query("offset", self.offset))
    }

    fn read(_: &Receipt, _: Option<&str>, body: Bytes) -> Result<X402Transactions> {
        data(&body, "no transactions")
    }
}

impl Client {
    /// What changed the balance of a wallet. Needs the wallet itself.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/x402/transactions>.
    pub async fn get_x402_transactions(
        &self,
        request: &GetX402Transactions,
    ) -> Result<Answer<X402Transactions>> {
        self.send(request).await
    }
}
