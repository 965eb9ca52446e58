use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::chain::BASE_CHAIN_ID;
use super::solana_transaction::TokenTransfer;
use super::typed_data::{Domain, Transfer};
use super::{Key, Wallet, ethereum, solana};
use crate::errors::{Error, ErrorKind, Result};
use crate::x402::{PaymentOption, PaymentRequirements};

/// The least that is topped up, in US dollars.
const LEAST_USD: Decimal = Decimal::from_parts(5, 0, 0, false, 0);
/// USDC has six decimals.
const UNITS_PER_USD: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);
/// Seconds a payment may take where the server doesn't say.
const USUAL_SECONDS: u32 = 300;
/// The most seconds for which a payment is signed, whatever the server says.
const MOST_SECONDS: u32 = 3_600;
/// The most bytes of a note that a server wants in a payment on Solana.
const LONGEST_NOTE: usize = 256;

/// A signed payment, as the header PAYMENT-SIGNATURE carries it. Never shown by `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
#[cfg_attr(feature = "schema", schemars(inline))]
pub struct PaymentSignature(String);

impl PaymentSignature {
    /// A payment that was signed elsewhere.
    pub fn new(header: impl Into<String>) -> Self {
        Self(header.into())
    }

    /// The value of the header.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The US dollars it pays, where it can be read.
    pub fn usd(&self) -> Option<Decimal> {
        let header: Value = serde_json::from_slice(&STANDARD.decode(&self.0).ok()?).ok()?;
        let units = ["/accepted/amount", "/payload/authorization/value"]
            .iter()
            .find_map(|place| header.pointer(place)?.as_str()?.parse::<u64>().ok())?;
        Some((Decimal::from(units) / UNITS_PER_USD).normalize())
    }
}

impl fmt::Debug for PaymentSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PaymentSignature(..)")
    }
}

/// When a payment is signed, and what makes it different from every other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentMoment {
    /// The time of day.
    pub now: Timestamp,
    /// Bytes that are used once.
    pub nonce: [u8; 32],
    /// On Solana the hash of a recent block, in base58: without it nothing can be signed.
    pub recent_block_hash: Option<String>,
}

fn unsupported(what: &'static str) -> Error {
    Error::new(ErrorKind::Unsupported { what })
}

impl Wallet {
    /// Signs a payment in USDC to the receiver of the option that was confirmed.
    ///
    /// Nothing is signed but an option that equals one of those asked for, on the wallet's own chain, for USDC.
    /// `amount` is in US dollars: at least 5, and at least what the option asks for. Who has the signature can make
    /// the transfer once, to that receiver only, until the option's time has passed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] where the option isn't one of those asked for or is of another chain, or the amount
    /// isn't taken; [`ErrorKind::Unsupported`] for another token or scheme, and on Solana without a recent block hash.
    pub fn sign_payment(
        &self,
        asked: &PaymentRequirements,
        confirmed: &PaymentOption,
        amount: Decimal,
        moment: &PaymentMoment,
    ) -> Result<PaymentSignature> {
        if !asked.accepts.contains(confirmed) {
            return Err(Error::invalid_input("option", "is not one of those the server asks for"));
        }
        if confirmed.scheme != "exact" {
            return Err(unsupported("only the scheme \"exact\" of x402 can be paid"));
        }
        match confirmed.chain() {
            None => return Err(unsupported("only Base and Solana can be paid on")),
            Some(chain) if chain != self.chain() => {
                return Err(Error::invalid_input("network", "is another chain than the wallet's"));
            }
            Some(_) => {}
        }
        if !confirmed.is_usdc() {
            return Err(unsupported("only USDC can be paid with"));
        }
        let units = units(confirmed, amount)?;
        let payload = match &self.0.key {
            Key::Base(key) => on_base(self, key, confirmed, units, moment)?,
            Key::Solana(key) => on_solana(key, confirmed, units, moment)?,
        };
        Ok(PaymentSignature(STANDARD.encode(header(asked, confirmed, units, &payload).to_string())))
    }
}

/// What is paid, in the smallest unit of USDC.
fn units(option: &PaymentOption, amount: Decimal) -> Result<u64> {
    let invalid = |reason| Error::invalid_input("amount", reason);
    let least: u64 = option.amount.parse().map_err(|_| Error::invalid_input("option", "names no amount"))?;
    if amount < LEAST_USD {
        return Err(invalid("is less than 5 US dollars"));
    }
    let units = amount.checked_mul(UNITS_PER_USD).ok_or_else(|| invalid("is too large"))?;
    if !units.fract().is_zero() {
        return Err(invalid("has more than six decimals"));
    }
    let units = units.to_u64().ok_or_else(|| invalid("is too large"))?;
    if units < least { Err(invalid("is less than the option asks for")) } else { Ok(units) }
}

/// The payload of version 2, with the fields that version 1 has instead of `accepted`.
fn header(asked: &PaymentRequirements, option: &PaymentOption, units: u64, payload: &Value) -> Value {
    let mut header = json!({
        "x402Version": asked.x402_version.unwrap_or(2),
        "scheme": option.scheme,
        "network": option.network,
        "payload": payload,
    });
    if asked.x402_version != Some(1) {
        // What is accepted is the option with the amount that is paid: facilitators compare the two.
        header["accepted"] = json!(PaymentOption { amount: units.to_string(), ..option.clone() });
        if let Some(resource) = &asked.resource {
            header["resource"] = json!(resource);
        }
    }
    header
}

fn on_base(
    wallet: &Wallet,
    key: &k256::ecdsa::SigningKey,
    option: &PaymentOption,
    units: u64,
    moment: &PaymentMoment,
) -> Result<Value> {
    let address = |field, text: &str| {
        ethereum::address_bytes(text).ok_or_else(|| Error::invalid_input(field, "is no address on Base"))
    };
    let seconds = option.max_timeout_seconds.unwrap_or(USUAL_SECONDS).clamp(1, MOST_SECONDS);
    let now =
        u64::try_from(moment.now.as_second()).map_err(|_| Error::invalid_input("now", "is before 1970"))?;
    let transfer = Transfer {
        from: address("from", wallet.address())?,
        to: address("pay_to", &option.pay_to)?,
        value: units,
        valid_after: 0,
        valid_before: now + u64::from(seconds),
        nonce: moment.nonce,
    };
    let domain = Domain {
        name: option.extra("name").unwrap_or("USD Coin"),
        version: option.extra("version").unwrap_or("2"),
        chain_id: BASE_CHAIN_ID,
        contract: address("asset", &option.asset)?,
    };
    Ok(json!({
        "signature": ethereum::sign(key, &transfer.digest(&domain)),
        "authorization": {
            "from": wallet.address(),
            "to": option.pay_to,
            "value": units.to_string(),
            "validAfter": transfer.valid_after.to_string(),
            "validBefore": transfer.valid_before.to_string(),
            "nonce": format!("0x{}", hex::encode(moment.nonce)),
        },
    }))
}

fn on_solana(
    key: &ed25519_dalek::SigningKey,
    option: &PaymentOption,
    units: u64,
    moment: &PaymentMoment,
) -> Result<Value> {
    let account = |field, text: &str| {
        solana::public_key(text).ok_or_else(|| Error::invalid_input(field, "is no address on Solana"))
    };
    let block_hash = moment
        .recent_block_hash
        .as_deref()
        .ok_or_else(|| unsupported("a payment on Solana names a recent block, and none is known"))?;
    let fee_payer = option.extra("feePayer").ok_or_else(|| {
        unsupported("a payment on Solana needs somebody who pays the fee, and the option names nobody")
    })?;
    let fee_payer = account("fee_payer", fee_payer)?;
    if fee_payer == key.verifying_key().to_bytes() {
        return Err(Error::invalid_input("fee_payer", "is the wallet itself"));
    }
    let random = hex::encode(&moment.nonce[..16]);
    let note = option.extra("memo").unwrap_or(&random);
    if note.len() > LONGEST_NOTE {
        return Err(unsupported("the note that the option wants is too long"));
    }
    let transfer = TokenTransfer {
        fee_payer,
        mint: account("asset", &option.asset)?,
        receiver: account("pay_to", &option.pay_to)?,
        units,
        note,
        block_hash: account("recent_block_hash", block_hash)?,
    };
    let signed = transfer.signed(key).ok_or_else(|| Error::invalid_input("pay_to", "has no account"))?;
    Ok(json!({"transaction": STANDARD.encode(signed)}))
}
