//! The two ways to pay in: USDC on Base and on Solana.
//!
//! The receivers are the sandbox's own and hold nothing: no chain ever sees what is signed for them.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::typed_data::Domain;

/// Base's name, as CAIP-2 writes it.
pub(crate) const BASE: &str = "eip155:8453";
/// Base's number.
pub(crate) const BASE_CHAIN: u64 = 8453;
/// Solana's main network, as CAIP-2 writes it.
pub(crate) const SOLANA: &str = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp";
/// The part of Solana's name after the colon, which signed messages carry.
pub(crate) const SOLANA_REFERENCE: &str = "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp";

pub(crate) const USDC_ON_BASE: &str = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913";
pub(crate) const USDC_ON_SOLANA: &str = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v";
pub(crate) const RECEIVER_ON_BASE: &str = "0xDFd5ef70127caBFf2Fe02bdE0E7eeBd684a2c2Ce";
pub(crate) const RECEIVER_ON_SOLANA: &str = "FC7dNst9tQbXjyuZk177sKa6FTJu1yjGisnzCJxtguCX";
/// Who pays Solana's fee, so that a payer needs no SOL.
pub(crate) const FEE_PAYER: &str = "8ZWPERuexGA7Czr34BQLuogoG2MXHWHbPgbpjm3KumTW";
/// A block for transactions to start from, for payers that know no Solana node.
pub(crate) const RECENT_BLOCK: &str = "EZ3rST5dvHmbanh75jc4PuLfV96vp9fEYBVeNk4FfM1k";

/// USDC on Base, as payers sign for it.
pub(crate) const USDC_DOMAIN: Domain = Domain {
    name: "USD Coin",
    version: "2",
    chain: BASE_CHAIN,
    contract: [
        0x83, 0x35, 0x89, 0xfc, 0xd6, 0xed, 0xb6, 0xe0, 0x8f, 0x4c, 0x7c, 0x32, 0xd4, 0xf7, 0x1b, 0x54, 0xbd,
        0xa0, 0x29, 0x13,
    ],
};

/// The smallest top-up, in dollars.
pub(crate) const LEAST_USD: u32 = 5;
/// The largest top-up, in dollars.
pub(crate) const MOST_USD: u32 = 10_000;
/// What a top-up is suggested to be, in dollars.
pub(crate) const SUGGESTED_USD: u32 = 10;
/// USDC counts millionths.
pub(crate) const UNITS_PER_USD: u64 = 1_000_000;
/// Seconds in which a payment should be made.
pub(crate) const TIMEOUT: u64 = 300;

/// Dollars of an amount in USDC's smallest unit.
pub(crate) fn dollars(units: u64) -> Decimal {
    Decimal::from(units) / Decimal::from(UNITS_PER_USD)
}

/// The payments that are taken, each of at least `usd` dollars. `solana` is what Solana is called among them.
pub(crate) fn accepts(usd: u32, solana: &str) -> Value {
    let amount = (u64::from(usd) * UNITS_PER_USD).to_string();
    json!([
        {"scheme": "exact", "network": BASE, "amount": amount, "asset": USDC_ON_BASE, "payTo": RECEIVER_ON_BASE,
            "maxTimeoutSeconds": TIMEOUT, "extra": {"name": USDC_DOMAIN.name, "version": USDC_DOMAIN.version}},
        {"scheme": "exact", "network": solana, "amount": amount, "asset": USDC_ON_SOLANA,
            "payTo": RECEIVER_ON_SOLANA, "maxTimeoutSeconds": TIMEOUT,
            "extra": {"name": USDC_DOMAIN.name, "version": USDC_DOMAIN.version, "feePayer": FEE_PAYER,
                "recentBlockhash": RECENT_BLOCK}},
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wallets::{
        ethereum::unhex,
        vectors::{text, vectors},
    };

    #[test]
    fn the_receivers_are_those_that_the_vectors_were_made_for() {
        let known = vectors();
        assert_eq!(text(&known["ethereum"]["receiver"]), RECEIVER_ON_BASE);
        assert_eq!(text(&known["solana"]["receiver"]), RECEIVER_ON_SOLANA);
        assert_eq!(text(&known["solana"]["fee_payer"]), FEE_PAYER);
        assert_eq!(unhex(USDC_ON_BASE), Some(USDC_DOMAIN.contract));
    }
}
