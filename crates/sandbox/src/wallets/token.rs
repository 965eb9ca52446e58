//! The token that a wallet signs to make a key: a JSON Web Token of our own, good for a quarter of an hour.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::Sha256;

const LIFETIME_SECONDS: i64 = 900;

#[derive(Serialize, Deserialize)]
struct Claims {
    iat: i64,
    exp: i64,
    jti: String,
}

fn sealed(secret: &str, text: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(text.as_bytes());
    Some(mac)
}

/// A new token; `drawn` makes it unlike any other.
pub(crate) fn issue(secret: &str, drawn: u64, now: Timestamp) -> Option<String> {
    let iat = now.as_second();
    let claims = json!(Claims { iat, exp: iat + LIFETIME_SECONDS, jti: format!("{drawn:016x}") });
    let header = json!({"alg": "HS256", "typ": "JWT"});
    let encoded = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", encoded(&header), encoded(&claims));
    let seal = URL_SAFE_NO_PAD.encode(sealed(secret, &text)?.finalize().into_bytes());
    Some(format!("{text}.{seal}"))
}

/// Whether a token was issued here and is still good.
pub(crate) fn holds(secret: &str, token: &str, now: Timestamp) -> bool {
    let read = || {
        let (text, seal) = token.rsplit_once('.')?;
        let seal = URL_SAFE_NO_PAD.decode(seal).ok()?;
        sealed(secret, text)?.verify_slice(&seal).ok()?;
        let (_, claims) = text.split_once('.')?;
        let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
        Some((claims.iat..claims.exp).contains(&now.as_second()))
    };
    read().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_holds_for_a_quarter_of_an_hour_where_it_was_issued() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let token = issue("secret", 7, at(1_000)).unwrap();
        assert!(holds("secret", &token, at(1_000)) && holds("secret", &token, at(1_899)));
        assert!(!holds("secret", &token, at(999)) && !holds("secret", &token, at(1_900)));
        assert!(!holds("another", &token, at(1_000)));
        let (text, seal) = token.rsplit_once('.').unwrap();
        let later = URL_SAFE_NO_PAD.encode(json!({"iat": 0, "exp": i64::MAX, "jti": "0"}).to_string());
        let forged = format!("{}.{later}.{seal}", text.split_once('.').unwrap().0);
        for wrong in ["", "a.b.c", text, forged.as_str()] {
            assert!(!holds("secret", wrong, at(1_000)), "{wrong}");
        }
    }

    #[test]
    fn the_seal_is_hmac_sha_256() {
        // RFC 7515, appendix A.1.
        let text = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let key = URL_SAFE_NO_PAD
            .decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")
            .unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(text.as_bytes());
        let seal = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
        assert_eq!(seal, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    }
}
