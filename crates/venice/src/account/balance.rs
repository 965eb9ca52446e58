use bytes::Bytes;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Currency;
use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::lenient;
use crate::money;
use crate::operation::{GET_BILLING_BALANCE, Operation};
use crate::receipt::{Answer, Receipt};
use crate::request::Request;

/// The balance of an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BillingBalance {
    /// Whether a call would be let through.
    pub can_consume: bool,
    /// What calls use up.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<Currency>))]
    pub consumption_currency: Option<Currency>,
    /// What is left.
    #[serde(default, deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = Balances))]
    pub balances: Balances,
    /// All DIEM of this epoch.
    #[serde(default, with = "money::option")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub diem_epoch_allocation: Option<Decimal>,
}

/// What is left; `None` where there is no such balance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct Balances {
    /// US dollars.
    #[serde(with = "money::option")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub usd: Option<Decimal>,
    /// DIEM of this epoch.
    #[serde(with = "money::option")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub diem: Option<Decimal>,
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

/// Asks for the balance of the account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetBillingBalance {}

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

impl Client {
    /// The balance of the account. Needs an admin key.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/billing/balance>.
    pub async fn get_billing_balance(&self) -> Result<Answer<BillingBalance>> {
        self.send(&GetBillingBalance {}).await
    }
}
