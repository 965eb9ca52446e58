//! Who may call what: inference and admin keys, and what is said to anybody else.

use axum::http::{HeaderMap, StatusCode, header};

use crate::{home::Home, refusal::Refusal};

/// What an operation asks of its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// No key is needed; one that is sent must be right.
    Open,
    /// Either key.
    Key,
    /// The admin key.
    Admin,
}

/// Whether a request carried a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    Nobody,
    Known,
}

pub(crate) fn admit(home: &Home, access: Access, headers: &HeaderMap) -> Result<Caller, Refusal> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        if headers.contains_key("sign-in-with-x") || headers.contains_key("x-sign-in-with-x") {
            return Err(Refusal::new(
                StatusCode::UNAUTHORIZED,
                "X402_INVALID_SIGN_IN",
                "The sandbox holds no wallets: use its API key",
            ));
        }
        return match access {
            Access::Open => Ok(Caller::Nobody),
            Access::Key | Access::Admin => Err(Refusal::unauthenticated("Authentication failed")),
        };
    };
    let key = value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, key)| key.trim());
    match key {
        Some(key) if key == home.admin_key => Ok(Caller::Known),
        Some(key) if key == home.api_key && access != Access::Admin => Ok(Caller::Known),
        Some(key) if key == home.api_key => {
            Err(Refusal::unauthenticated("Authentication failed: this operation needs an admin key"))
        }
        _ => Err(Refusal::unauthenticated("Authentication failed")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, value.parse().unwrap());
        headers
    }

    #[test]
    fn each_key_opens_what_it_should() {
        let home = Home { port: 0, api_key: "in".into(), admin_key: "ad".into() };
        for (access, header, admitted) in [
            (Access::Open, "Bearer in", true),
            (Access::Open, "Bearer wrong", false),
            (Access::Key, "Bearer in", true),
            (Access::Key, "bearer ad", true),
            (Access::Key, "in", false),
            (Access::Key, "Basic in", false),
            (Access::Admin, "Bearer in", false),
            (Access::Admin, "Bearer ad", true),
        ] {
            assert_eq!(admit(&home, access, &with(header)).is_ok(), admitted, "{access:?} {header}");
        }
        assert!(admit(&home, Access::Open, &HeaderMap::new()).is_ok());
        assert!(admit(&home, Access::Key, &HeaderMap::new()).is_err());
    }
}
