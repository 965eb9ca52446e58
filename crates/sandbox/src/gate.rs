//! Who may call what: the account's keys, wallets, and what is said to anybody else.

use std::sync::Arc;

use axum::http::{HeaderMap, header};
use jiff::Timestamp;

use crate::{
    house::House,
    keys::{ApiKey, KeyKind},
    ledger::{Cap, Payer},
    payment_required,
    refusal::Refusal,
    wallet_sign_in,
    wallets::Wallet,
};

/// What an operation asks of its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Nothing at all: no header is looked at.
    Ignored,
    /// No key is needed; one that is sent must be right.
    Open,
    /// A key of either kind.
    Key,
    /// A key of either kind, or a wallet.
    KeyOrWallet,
    /// A wallet.
    Wallet,
    /// An admin key.
    Admin,
}

/// Who is calling.
#[derive(Debug, Clone)]
pub(crate) enum Caller {
    Nobody,
    Key(Arc<ApiKey>),
    Wallet(Wallet),
}

impl Caller {
    /// Who pays for what this caller asks for.
    pub(crate) fn payer(&self) -> Payer {
        match self {
            Self::Nobody => Payer::WebApp,
            Self::Key(key) => Payer::Key { id: key.id.clone() },
            Self::Wallet(wallet) => Payer::Wallet { address: wallet.to_string() },
        }
    }

    /// How much may be spent.
    pub(crate) fn cap(&self, now: Timestamp) -> Option<Cap> {
        match self {
            Self::Key(key) => key.cap(now),
            Self::Nobody | Self::Wallet(_) => None,
        }
    }

    /// The address of the wallet; none where the account is calling.
    pub(crate) fn wallet(&self) -> Option<String> {
        match self {
            Self::Wallet(wallet) => Some(wallet.to_string()),
            Self::Nobody | Self::Key(_) => None,
        }
    }

    pub(crate) fn key(&self) -> Option<&ApiKey> {
        match self {
            Self::Key(key) => Some(key),
            Self::Nobody | Self::Wallet(_) => None,
        }
    }
}

/// Admits a request for `path`, or says what it would take.
pub(crate) fn admit(
    house: &House,
    access: Access,
    path: &str,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<Caller, Refusal> {
    if access == Access::Ignored {
        return Ok(Caller::Nobody);
    }
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let secret = value.to_str().ok().and_then(bearer);
        let key = secret.and_then(|secret| house.keys.admit(secret, now));
        let key = key.ok_or_else(|| Refusal::unauthenticated("Authentication failed"))?;
        return match access {
            Access::Admin if key.kind != KeyKind::Admin => {
                Err(Refusal::unauthenticated("Authentication failed: this operation needs an admin key"))
            }
            Access::Wallet => {
                Err(Refusal::unauthenticated("Authentication failed: this operation needs a wallet"))
            }
            _ => Ok(Caller::Key(key)),
        };
    }
    match (wallet_sign_in::header(headers), access) {
        (None, Access::Open) => Ok(Caller::Nobody),
        (None, Access::KeyOrWallet) => Err(payment_required::to_a_stranger(house, path)),
        (None, Access::Wallet) => {
            Err(wallet_sign_in::refused("This operation wants a SIGN-IN-WITH-X header"))
        }
        (Some(header), Access::Open | Access::KeyOrWallet | Access::Wallet) => {
            wallet_sign_in::verify(house, header, now).map(Caller::Wallet)
        }
        _ => Err(Refusal::unauthenticated("Authentication failed")),
    }
}

/// The key within an Authorization header.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, key) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn with(value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, value.parse().unwrap());
        headers
    }

    #[test]
    fn each_key_opens_what_it_should() {
        let now = Timestamp::now();
        let house = House::open(&Config::instant()).unwrap();
        let (inference, admin) = (house.home.api_key.clone(), house.home.admin_key.clone());
        for (access, header, admitted) in [
            (Access::Ignored, "Bearer wrong".to_owned(), true),
            (Access::Open, format!("Bearer {inference}"), true),
            (Access::Open, "Bearer wrong".to_owned(), false),
            (Access::Key, format!("Bearer {inference}"), true),
            (Access::Key, format!("bearer {admin}"), true),
            (Access::Key, inference.clone(), false),
            (Access::Key, format!("Basic {inference}"), false),
            (Access::KeyOrWallet, format!("Bearer {inference}"), true),
            (Access::Wallet, format!("Bearer {admin}"), false),
            (Access::Admin, format!("Bearer {inference}"), false),
            (Access::Admin, format!("Bearer {admin}"), true),
        ] {
            let outcome = admit(&house, access, "/", &with(&header), now);
            assert_eq!(outcome.is_ok(), admitted, "{access:?} {header}");
        }
        let bare = |access| admit(&house, access, "/", &HeaderMap::new(), now);
        assert!(bare(Access::Open).is_ok() && bare(Access::Ignored).is_ok());
        for access in [Access::Key, Access::KeyOrWallet, Access::Wallet, Access::Admin] {
            assert!(bare(access).is_err(), "{access:?}");
        }
    }
}
