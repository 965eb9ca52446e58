//! The sign-in that a 402 offers. Its nonce proves that it was issued here, so none needs to be remembered.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    ethereum::{hex, keccak},
    message::Message,
    rails::{BASE, SOLANA},
};
use crate::moment;

/// The site that wallets sign in to, whatever address the sandbox listens on.
pub(crate) const DOMAIN: &str = "api.venice.ai";
/// The origin of the site.
pub(crate) const ORIGIN: &str = "https://api.venice.ai";
/// What a challenge asks a wallet to say.
pub(crate) const STATEMENT: &str = "Sign in to Venice AI";
const LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// A challenge for a resource, such as `https://api.venice.ai/api/v1/embeddings`; `drawn` makes it unlike any other.
pub(crate) fn issue(secret: &str, drawn: u64, uri: &str, now: Timestamp) -> Value {
    let expires = now.checked_add(LIFETIME).unwrap_or(now);
    let (issued, expires) = (moment::iso(now), moment::iso(expires));
    let drawn = format!("{drawn:016x}");
    let nonce = format!("{drawn}{}", seal(secret, &drawn, uri, &issued, &expires));
    json!({
        "info": {"domain": DOMAIN, "uri": uri, "version": "1", "nonce": nonce, "issuedAt": issued,
            "expirationTime": expires, "statement": STATEMENT},
        "supportedChains": [{"chainId": BASE, "type": "eip191"}, {"chainId": SOLANA, "type": "ed25519"}],
    })
}

/// Whether a message says what a challenge of ours asked for.
pub(crate) fn answers(secret: &str, message: &Message) -> bool {
    let Some((drawn, sealed)) = message.nonce.split_at_checked(16) else { return false };
    let expires = message.expiration_time.as_deref().unwrap_or_default();
    message.statement.as_deref() == Some(STATEMENT)
        && sealed == seal(secret, drawn, &message.uri, &message.issued_at, expires)
}

fn seal(secret: &str, drawn: &str, uri: &str, issued: &str, expires: &str) -> String {
    let hash = keccak(format!("{secret}\n{drawn}\n{uri}\n{issued}\n{expires}").as_bytes());
    hex(&hash[..8]).split_off(2)
}
