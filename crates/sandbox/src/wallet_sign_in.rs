//! Signing in with a wallet: the `SIGN-IN-WITH-X` header.

use axum::http::StatusCode;

use crate::{house::House, refusal::Refusal};

/// A wallet that proved itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wallet {
    /// As the ledger knows it.
    pub(crate) address: String,
    /// Where it lives, such as `eip155:8453`.
    pub(crate) network: String,
}

/// The wallet behind a `SIGN-IN-WITH-X` header.
pub(crate) fn verify(_house: &House, _header: &str) -> Result<Wallet, Refusal> {
    Err(Refusal::new(
        StatusCode::UNAUTHORIZED,
        "X402_INVALID_SIGN_IN",
        "The sandbox holds no wallets: use its API key",
    ))
}
