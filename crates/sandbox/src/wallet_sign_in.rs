//! Signing in with a wallet: the `SIGN-IN-WITH-X` header.

use axum::http::{HeaderMap, StatusCode};
use jiff::Timestamp;

use crate::{
    house::House,
    refusal::Refusal,
    wallets::{Wallet, proof},
};

/// The header, under its own name or its older one.
pub(crate) fn header(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get("sign-in-with-x").or_else(|| headers.get("x-sign-in-with-x"))?;
    Some(value.to_str().unwrap_or_default())
}

/// The wallet behind the header. Its nonce is used up, whatever becomes of the request.
pub(crate) fn verify(house: &House, header: &str, now: Timestamp) -> Result<Wallet, Refusal> {
    let proven =
        proof::check(header, &house.home.secret(), now).map_err(|error| refused(&error.to_string()))?;
    let proof::Proven { wallet, nonce, until } = proven;
    match house.ledger.sign_in(wallet.to_string(), nonce, until, now) {
        Ok(true) => Ok(wallet),
        Ok(false) => Err(refused("The sign-in was used before: each nonce is good for one request")),
        Err(error) => {
            tracing::error!(%error, "the ledger can't be written");
            Err(Refusal::broken("UNKNOWN_ERROR", "The sandbox can't write its ledger"))
        }
    }
}

pub(crate) fn refused(message: &str) -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, "X402_INVALID_SIGN_IN", message)
}
