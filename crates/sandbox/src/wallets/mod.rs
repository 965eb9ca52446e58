//! Wallets: who signed what, and what a wallet has paid in.
//!
//! Everything is checked as it would be on chain, as far as that goes without one: signatures, recipients, amounts
//! and times are; whether a payer owns what it signs away is not.

pub(crate) mod address;
pub(crate) mod challenge;
pub(crate) mod ethereum;
pub(crate) mod message;
pub(crate) mod payment;
pub(crate) mod proof;
pub(crate) mod rails;
pub(crate) mod solana;
pub(crate) mod token;
pub(crate) mod transaction;
pub(crate) mod typed_data;

#[cfg(test)]
mod vectors;

pub(crate) use address::Wallet;
