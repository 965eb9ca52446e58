use bytes::Bytes;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{PaymentOption, PaymentRequirements};
use crate::account::data;
use crate::auth::Auth;
use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::lenient;
use crate::money;
use crate::operation::{Operation, TOP_UP_X402_BALANCE};
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, debug_without_words};
use crate::wallet::{PaymentMoment, PaymentSignature};

/// Tops up a wallet's balance, in two steps: without a payment it asks what may be paid, with one it pays.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TopUpX402Balance {
    /// A signed payment; without it Venice tells what it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("x-secret" = true)))]
    pub payment_signature: Option<PaymentSignature>,
}

debug_without_words!(TopUpX402Balance { payment_signature });

/// What became of a top-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
pub enum TopUp {
    /// This has to be paid first: the answer to a top-up without a payment.
    PaymentRequired(PaymentRequirements),
    /// It was paid.
    Credited(CreditedTopUp),
}

/// A top-up that was paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CreditedTopUp {
    /// The wallet that paid; on Base in lower case.
    pub wallet_address: String,
    /// US dollars that came in.
    #[serde(with = "money::required")]
    #[cfg_attr(feature = "specta", specta(type = f64))]
    pub amount_credited: Decimal,
    /// US dollars there are now.
    #[serde(with = "money::required")]
    #[cfg_attr(feature = "specta", specta(type = f64))]
    pub new_balance: Decimal,
    /// What the payment is known by.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub payment_id: Option<String>,
}

/// What a block chain made of a payment, as the header PAYMENT-RESPONSE tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Settlement {
    /// Whether it went through.
    #[serde(deserialize_with = "lenient::or_default")]
    #[cfg_attr(feature = "specta", specta(type = bool))]
    pub success: bool,
    /// The network.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub network: Option<String>,
    /// Who paid.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub payer: Option<String>,
    /// The transaction.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub transaction: Option<String>,
    /// Why it didn't go through.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub error_reason: Option<String>,
}

impl TopUpX402Balance {
    /// Asks what may be paid.
    pub fn ask() -> Self {
        Self::default()
    }

    /// Pays.
    pub fn pay(payment: PaymentSignature) -> Self {
        Self { payment_signature: Some(payment) }
    }
}

impl Request for TopUpX402Balance {
    type Answer = TopUp;

    const OPERATION: Operation = TOP_UP_X402_BALANCE;

    fn call(&self) -> Result<Call> {
        match &self.payment_signature {
            // That payment is required is the answer that was asked for.
            None => Ok(Call::empty(TOP_UP_X402_BALANCE).answered_by(402)),
            Some(payment) => Call::empty(TOP_UP_X402_BALANCE).header("payment-signature", payment.as_str()),
        }
    }

    fn read(receipt: &Receipt, _: Option<&str>, body: Bytes) -> Result<TopUp> {
        if receipt.status == 402 {
            let asked = serde_json::from_slice(&body).ok().as_ref().and_then(PaymentRequirements::from_body);
            let asked = asked.or_else(|| receipt.payment_required.clone());
            return asked.map(TopUp::PaymentRequired).ok_or_else(|| Error::unexpected("no way to pay", None));
        }
        data(&body, "no word of what was credited").map(TopUp::Credited)
    }
}

impl Client {
    /// Tops up a wallet's balance, in two steps: see [`TopUpX402Balance`]. Needs no key.
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/x402/top-up>.
    ///
    /// # Errors
    ///
    /// Those of [`Client::send`]. A payment that is refused is [`crate::ErrorKind::Api`]; after an error whose fate is
    /// unknown, the balance tells whether it was paid: sending the same payment again can't pay twice.
    pub async fn top_up_x402_balance(&self, request: &TopUpX402Balance) -> Result<Answer<TopUp>> {
        self.send(request).await
    }

    /// Signs a payment with the wallet of this client: see [`crate::wallet::Wallet::sign_payment`].
    ///
    /// On Solana a recent block hash is needed, in base58; on Base none.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::InvalidInput`] where the client has no wallet, the option isn't one of those asked for, is
    /// of another chain, or the amount isn't taken; [`crate::ErrorKind::Unsupported`] for what the wallet can't pay.
    pub fn sign_payment(
        &self,
        asked: &PaymentRequirements,
        confirmed: &PaymentOption,
        amount: Decimal,
        recent_block_hash: Option<&str>,
    ) -> Result<PaymentSignature> {
        let Auth::Wallet(wallet) = &self.0.auth else {
            return Err(Error::invalid_input("auth", "is no wallet").of(&TOP_UP_X402_BALANCE));
        };
        let moment = PaymentMoment {
            now: self.0.now(),
            nonce: self.0.chance(),
            recent_block_hash: recent_block_hash.map(str::to_owned),
        };
        wallet.sign_payment(asked, confirmed, amount, &moment).map_err(|error| error.of(&TOP_UP_X402_BALANCE))
    }
}
