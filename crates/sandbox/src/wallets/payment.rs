//! A payment: what came in the header of a top-up, and all that is checked of it.

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde::Deserialize;

use super::{
    Wallet,
    ethereum::{hex, keccak, recover, unhex},
    rails::{
        BASE, LEAST_USD, MOST_USD, RECEIVER_ON_BASE, RECEIVER_ON_SOLANA, SOLANA, UNITS_PER_USD, USDC_DOMAIN,
        USDC_ON_BASE, USDC_ON_SOLANA,
    },
    transaction::{self, BadTransaction},
    typed_data::{Authorization, decimal, number, word},
};

/// Why a payment is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadPayment {
    #[error("Invalid payment header")]
    Unreadable,
    #[error("Only x402 versions 1 and 2 are known")]
    Version,
    #[error("Only the scheme \"exact\" is taken")]
    Scheme,
    #[error("Only Base and Solana are taken")]
    Network,
    #[error("Only USDC is taken")]
    Asset,
    #[error("The payment goes to another receiver than `payTo`")]
    Recipient,
    #[error("The amount is less than was agreed to")]
    Amount,
    #[error("The smallest top-up is {LEAST_USD} USD")]
    TooLow,
    #[error("The largest top-up is {MOST_USD} USD")]
    TooHigh,
    #[error("The authorization is not valid at this time")]
    Time,
    #[error("The signature is not the payer's")]
    Signature,
    #[error("{0}")]
    Transaction(BadTransaction),
}

impl BadPayment {
    /// What is wrong in one word.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Unreadable => "invalid_format",
            Self::Version => "unsupported_version",
            Self::Scheme => "unsupported_scheme",
            Self::Network => "unsupported_network",
            Self::Asset | Self::Transaction(BadTransaction::Token) => "unsupported_token",
            Self::Recipient | Self::Transaction(BadTransaction::Receiver) => "invalid_recipient",
            Self::Amount => "invalid_amount",
            Self::TooLow => "amount_too_low",
            Self::TooHigh => "amount_too_high",
            Self::Time => "invalid_time",
            Self::Signature | Self::Transaction(BadTransaction::Signature) => "signature_mismatch",
            Self::Transaction(_) => "invalid_transaction",
        }
    }
}

/// A payment that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Payment {
    pub(crate) wallet: Wallet,
    /// In USDC's smallest unit.
    pub(crate) units: u64,
    /// As CAIP-2 writes it.
    pub(crate) network: &'static str,
    /// What a chain would let happen once: the payer with its nonce, or a signature.
    pub(crate) once: String,
    /// All that was signed, in a hash.
    pub(crate) signed: [u8; 32],
}

impl Payment {
    /// The name that the payment goes by.
    pub(crate) fn id(&self) -> String {
        format!("x402-{}", &hex(&keccak(self.once.as_bytes()))[2..34])
    }

    /// The transaction that a chain would have made of it, in the chain's form.
    pub(crate) fn transaction(&self) -> String {
        let first = keccak(self.once.as_bytes());
        match self.wallet {
            Wallet::Ethereum(_) => hex(&first),
            Wallet::Solana(_) => bs58::encode([first, keccak(&first)].as_flattened()).into_string(),
        }
    }
}

/// Version 2 says what was chosen in `accepted`, version 1 in two fields of its own.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Header {
    x402_version: u32,
    accepted: Option<Accepted>,
    scheme: Option<String>,
    network: Option<String>,
    payload: serde_json::Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Accepted {
    scheme: String,
    network: String,
    asset: String,
    pay_to: String,
    amount: String,
}

#[derive(Deserialize)]
struct OnBase {
    signature: String,
    authorization: Transfer,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Transfer {
    from: String,
    to: String,
    value: String,
    valid_after: String,
    valid_before: String,
    nonce: String,
}

#[derive(Deserialize)]
struct OnSolana {
    transaction: String,
}

/// Reads and checks a payment. Whether it was made before is for the caller to say.
pub(crate) fn check(header: &str, now: Timestamp) -> Result<Payment, BadPayment> {
    let json = STANDARD.decode(header.trim()).map_err(|_| BadPayment::Unreadable)?;
    let header: Header = serde_json::from_slice(&json).map_err(|_| BadPayment::Unreadable)?;
    if !(1..=2).contains(&header.x402_version) {
        return Err(BadPayment::Version);
    }
    let accepted = header.accepted.as_ref();
    let scheme = accepted.map(|accepted| &accepted.scheme).or(header.scheme.as_ref());
    let network = accepted.map(|accepted| &accepted.network).or(header.network.as_ref());
    if scheme.ok_or(BadPayment::Unreadable)? != "exact" {
        return Err(BadPayment::Scheme);
    }
    let payment = match network.ok_or(BadPayment::Unreadable)?.as_str() {
        BASE | "base" => {
            agreed(
                accepted,
                |asset| asset.eq_ignore_ascii_case(USDC_ON_BASE),
                |to| to.eq_ignore_ascii_case(RECEIVER_ON_BASE),
            )?;
            on_base(serde_json::from_value(header.payload).map_err(|_| BadPayment::Unreadable)?, now)?
        }
        SOLANA | "solana" => {
            agreed(accepted, |asset| asset == USDC_ON_SOLANA, |to| to == RECEIVER_ON_SOLANA)?;
            on_solana(&serde_json::from_value(header.payload).map_err(|_| BadPayment::Unreadable)?)?
        }
        _ => return Err(BadPayment::Network),
    };
    let least = match &header.accepted {
        Some(accepted) => accepted.amount.parse().map_err(|_| BadPayment::Amount)?,
        None => 0,
    };
    if payment.units < least {
        return Err(BadPayment::Amount);
    }
    if payment.units < u64::from(LEAST_USD) * UNITS_PER_USD {
        return Err(BadPayment::TooLow);
    }
    if payment.units > u64::from(MOST_USD) * UNITS_PER_USD {
        return Err(BadPayment::TooHigh);
    }
    Ok(payment)
}

/// That what the payer chose is what was offered.
fn agreed(
    accepted: Option<&Accepted>,
    asset: impl Fn(&str) -> bool,
    receiver: impl Fn(&str) -> bool,
) -> Result<(), BadPayment> {
    let Some(accepted) = accepted else { return Ok(()) };
    if !asset(&accepted.asset) {
        return Err(BadPayment::Asset);
    }
    if !receiver(&accepted.pay_to) {
        return Err(BadPayment::Recipient);
    }
    Ok(())
}

fn on_base(sent: OnBase, now: Timestamp) -> Result<Payment, BadPayment> {
    let transfer = &sent.authorization;
    let authorization = (|| {
        Some(Authorization {
            from: unhex(&transfer.from)?,
            to: unhex(&transfer.to)?,
            value: decimal(&transfer.value)?,
            valid_after: decimal(&transfer.valid_after)?,
            valid_before: decimal(&transfer.valid_before)?,
            nonce: unhex(&transfer.nonce)?,
        })
    })()
    .ok_or(BadPayment::Unreadable)?;
    if Some(authorization.to) != unhex(RECEIVER_ON_BASE) {
        return Err(BadPayment::Recipient);
    }
    // As the contract has it: strictly after the one, strictly before the other.
    let now = word(u64::try_from(now.as_second()).unwrap_or_default());
    if now <= authorization.valid_after || now >= authorization.valid_before {
        return Err(BadPayment::Time);
    }
    let digest = authorization.digest(&USDC_DOMAIN);
    let wallet = Wallet::Ethereum(authorization.from);
    let signature = unhex(&sent.signature).ok_or(BadPayment::Unreadable)?;
    if recover(&digest, &signature, false) != Some(wallet) {
        return Err(BadPayment::Signature);
    }
    let units = number(&authorization.value).ok_or(BadPayment::TooHigh)?;
    let once = format!("{BASE} {wallet} {}", hex(&authorization.nonce));
    Ok(Payment { wallet, units, network: BASE, once, signed: digest })
}

fn on_solana(sent: &OnSolana) -> Result<Payment, BadPayment> {
    let bytes = STANDARD.decode(&sent.transaction).map_err(|_| BadPayment::Unreadable)?;
    let transfer = transaction::transfer(&bytes).map_err(BadPayment::Transaction)?;
    Ok(Payment {
        wallet: Wallet::Solana(transfer.payer),
        units: transfer.units,
        network: SOLANA,
        once: format!("{SOLANA} {}", bs58::encode(transfer.signature).into_string()),
        signed: keccak(&transfer.signature),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::wallets::{
        rails::accepts,
        vectors::{text, vectors},
    };

    fn now() -> Timestamp {
        Timestamp::from_second(1_763_719_300).unwrap()
    }

    fn encoded(header: &Value) -> String {
        STANDARD.encode(header.to_string())
    }

    fn on_base() -> Value {
        let known = &vectors()["ethereum"]["payments"][0];
        json!({"x402Version": 2, "accepted": accepts(LEAST_USD, SOLANA)[0],
            "payload": {"signature": known["signature"], "authorization": known["authorization"]}})
    }

    fn on_solana() -> Value {
        json!({"x402Version": 2, "accepted": accepts(LEAST_USD, SOLANA)[1],
            "payload": {"transaction": vectors()["solana"]["payments"]["version_0"]}})
    }

    fn changed(mut header: Value, pointer: &str, to: Value) -> Result<Payment, BadPayment> {
        *header.pointer_mut(pointer).unwrap() = to;
        check(&encoded(&header), now())
    }

    #[test]
    fn payments_of_other_implementations_are_taken() {
        let known = vectors();
        let paid = check(&encoded(&on_base()), now()).unwrap();
        assert_eq!(
            (paid.wallet.checksummed().as_str(), paid.units),
            (text(&known["ethereum"]["address"]), 10_000_000)
        );
        assert_eq!((paid.network, paid.transaction().len(), paid.id().len()), (BASE, 66, 37));
        let paid = check(&encoded(&on_solana()), now()).unwrap();
        assert_eq!(
            (paid.wallet.to_string().as_str(), paid.units),
            (text(&known["solana"]["address"]), 7_500_000)
        );
        assert_eq!(bs58::decode(paid.transaction()).into_vec().unwrap().len(), 64);
    }

    #[test]
    fn the_older_form_and_short_names_are_taken() {
        for (mut header, name) in [(on_base(), "base"), (on_solana(), "solana")] {
            header["accepted"]["network"] = json!(name);
            assert!(check(&encoded(&header), now()).is_ok(), "{name}");
            let old =
                json!({"x402Version": 1, "scheme": "exact", "network": name, "payload": header["payload"]});
            assert!(check(&encoded(&old), now()).is_ok(), "{name}");
        }
    }

    #[test]
    fn what_was_not_offered_is_not_taken() {
        for (pointer, to, wrong) in [
            ("/x402Version", json!(3), BadPayment::Version),
            ("/accepted/scheme", json!("upto"), BadPayment::Scheme),
            ("/accepted/network", json!("eip155:1"), BadPayment::Network),
            ("/accepted/asset", json!("0x5ACCc0859b3C118596051724f5DBa1ff9e910033"), BadPayment::Asset),
            ("/accepted/payTo", json!("0x5ACCc0859b3C118596051724f5DBa1ff9e910033"), BadPayment::Recipient),
            ("/accepted/amount", json!("10000001"), BadPayment::Amount),
            (
                "/payload/authorization/to",
                json!("0x5ACCc0859b3C118596051724f5DBa1ff9e910033"),
                BadPayment::Recipient,
            ),
            ("/payload/authorization/value", json!("10000001"), BadPayment::Signature),
            ("/payload/authorization/value", json!("ten"), BadPayment::Unreadable),
            ("/payload/authorization/validAfter", json!("1763719300"), BadPayment::Time),
            ("/payload/authorization/validBefore", json!("1763719300"), BadPayment::Time),
            ("/payload/authorization/nonce", json!("0x00"), BadPayment::Unreadable),
            ("/payload/signature", json!("0x00"), BadPayment::Unreadable),
            ("/payload", json!("0x00"), BadPayment::Unreadable),
        ] {
            assert_eq!(changed(on_base(), pointer, to), Err(wrong), "{pointer}");
        }
        let two = vectors()["solana"]["payments"]["two_transfers"].clone();
        let wrong = changed(on_solana(), "/payload/transaction", two).unwrap_err();
        assert_eq!(wrong.reason(), "invalid_transaction");
        assert_eq!(check("not base64!", now()), Err(BadPayment::Unreadable));
    }

    #[test]
    fn a_fortune_is_too_much() {
        let known = &vectors()["ethereum"]["payments"][1];
        let header = json!({"x402Version": 2, "accepted": accepts(LEAST_USD, SOLANA)[0],
            "payload": {"signature": known["signature"], "authorization": known["authorization"]}});
        assert_eq!(check(&encoded(&header), now()), Err(BadPayment::TooHigh));
    }
}
