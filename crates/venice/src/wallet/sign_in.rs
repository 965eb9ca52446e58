use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use super::chain::{BASE_CHAIN_ID, SOLANA_REFERENCE};
use super::{Chain, Wallet};
use crate::lenient;

/// Where Venice itself is, which is what a sign-in names on this machine too.
const VENICE: &str = "api.venice.ai";
/// How long a sign-in holds.
const HOLDS_FOR: SignedDuration = SignedDuration::from_mins(10);
/// The longest line of a challenge.
const LONGEST_LINE: usize = 2_048;
/// The most resources of a challenge.
const MOST_RESOURCES: usize = 20;

/// What a sign-in says, beside who signs in. Times are ISO 8601, as they were written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SignIn {
    /// The server.
    pub domain: String,
    /// What is signed in to.
    pub uri: String,
    /// What is said to the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
    /// The version of the text.
    pub version: String,
    /// What is used once.
    pub nonce: String,
    /// Since when it holds.
    pub issued_at: String,
    /// Until when it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration_time: Option<String>,
    /// Before when it doesn't hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<String>,
    /// The server's name for the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
}

/// What a server wants to be signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SignInChallenge {
    /// What the sign-in has to say.
    pub info: SignIn,
    /// The chains whose wallets may sign.
    #[serde(default, deserialize_with = "lenient::list")]
    #[cfg_attr(feature = "specta", specta(type = Vec<SignInChain>))]
    pub supported_chains: Vec<SignInChain>,
}

/// A chain whose wallets may sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct SignInChain {
    /// The chain, as CAIP-2 writes it.
    pub chain_id: String,
    /// The kind of signature: `eip191`, `ed25519`.
    #[serde(rename = "type", default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub kind: Option<String>,
}

/// A header that was made, and what of it must not be shown.
pub(crate) struct SignedIn {
    pub(crate) value: SecretString,
    pub(crate) signature: SecretString,
}

/// The server as a sign-in names it. For this machine and for Venice that is Venice, else the server itself: what is
/// signed for one server is of no use to another.
fn server(base_url: &Url, is_this_machine: bool) -> (String, String) {
    match base_url.host_str() {
        Some(host) if !is_this_machine && host != VENICE => {
            let domain = base_url.port().map_or(host.to_owned(), |port| format!("{host}:{port}"));
            (domain, base_url.origin().ascii_serialization())
        }
        _ => (VENICE.to_owned(), format!("https://{VENICE}")),
    }
}

fn written(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

impl SignIn {
    /// A sign-in as Venice wants it where it says nothing else, for ten minutes.
    pub(crate) fn new(base_url: &Url, is_this_machine: bool, now: Timestamp, nonce: [u8; 8]) -> Self {
        let (domain, uri) = server(base_url, is_this_machine);
        Self {
            domain,
            uri,
            statement: Some("Sign in to Venice API".to_owned()),
            version: "1".to_owned(),
            nonce: hex::encode(nonce),
            issued_at: written(now),
            expiration_time: now.checked_add(HOLDS_FOR).ok().map(written),
            not_before: None,
            request_id: None,
            resources: Vec::new(),
        }
    }

    /// Whether a server may ask for this to be signed: it names that server, still holds, and is one line each.
    pub(crate) fn is_fit(&self, base_url: &Url, is_this_machine: bool, now: Timestamp) -> bool {
        let (domain, _) = server(base_url, is_this_machine);
        let own = base_url
            .host_str()
            .map(|host| base_url.port().map_or(host.to_owned(), |port| format!("{host}:{port}")));
        let is_domain = self.domain == domain || Some(&self.domain) == own.as_ref();
        let names_domain = Url::parse(&self.uri).is_ok_and(|uri| {
            let host = uri.host_str().unwrap_or_default();
            uri.port().map_or(host.to_owned(), |port| format!("{host}:{port}")) == self.domain
        });
        let ends = self.expiration_time.as_deref().map(str::parse::<Timestamp>);
        let holds = !matches!(ends, Some(Err(_))) && !matches!(ends, Some(Ok(end)) if end <= now);
        is_domain
            && names_domain
            && holds
            && self.resources.len() <= MOST_RESOURCES
            && self.lines().all(is_line)
    }

    fn lines(&self) -> impl Iterator<Item = &str> {
        [&self.domain, &self.uri, &self.version, &self.nonce, &self.issued_at]
            .into_iter()
            .chain(
                [&self.statement, &self.expiration_time, &self.not_before, &self.request_id]
                    .into_iter()
                    .flatten(),
            )
            .chain(&self.resources)
            .map(String::as_str)
    }

    /// The text that is signed: EIP-4361 for Base, CAIP-122 for Solana.
    pub fn text(&self, chain: Chain, address: &str) -> String {
        let (account, chain_id) = match chain {
            Chain::Base => ("Ethereum", BASE_CHAIN_ID.to_string()),
            Chain::Solana => ("Solana", SOLANA_REFERENCE.to_owned()),
        };
        let mut text =
            format!("{} wants you to sign in with your {account} account:\n{address}\n\n", self.domain);
        match (&self.statement, chain) {
            (Some(statement), _) => {
                text.push_str(statement);
                text.push_str("\n\n");
            }
            // EIP-4361 leaves the line of the statement empty, CAIP-122 leaves it out.
            (None, Chain::Base) => text.push('\n'),
            (None, Chain::Solana) => {}
        }
        let mut line = |name: &str, value: &str| {
            text.push_str(name);
            text.push_str(": ");
            text.push_str(value);
            text.push('\n');
        };
        line("URI", &self.uri);
        line("Version", &self.version);
        line("Chain ID", &chain_id);
        line("Nonce", &self.nonce);
        line("Issued At", &self.issued_at);
        for (name, value) in [
            ("Expiration Time", &self.expiration_time),
            ("Not Before", &self.not_before),
            ("Request ID", &self.request_id),
        ] {
            if let Some(value) = value {
                line(name, value);
            }
        }
        if !self.resources.is_empty() {
            text.push_str("Resources:\n");
            for resource in &self.resources {
                text.push_str("- ");
                text.push_str(resource);
                text.push('\n');
            }
        }
        text.pop();
        text
    }
}

/// A line break would let a challenge write lines of its own.
fn is_line(text: &str) -> bool {
    text.len() <= LONGEST_LINE && !text.chars().any(char::is_control)
}

pub(crate) fn header(wallet: &Wallet, sign_in: &SignIn, now: Timestamp) -> SignedIn {
    let message = sign_in.text(wallet.chain(), wallet.address());
    let signature = wallet.sign_message(&message);
    let mut json = json!({
        "address": wallet.address(),
        "message": message,
        "signature": signature,
        "timestamp": now.as_millisecond(),
    });
    match wallet.chain() {
        Chain::Base => json["chainId"] = BASE_CHAIN_ID.into(),
        Chain::Solana => {
            json["chainId"] = Chain::Solana.network().into();
            json["type"] = "ed25519".into();
        }
    }
    SignedIn { value: STANDARD.encode(json.to_string()).into(), signature: signature.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const NOW: &str = "2026-11-21T12:00:00Z";

    fn at(base_url: &str, is_this_machine: bool) -> SignIn {
        SignIn::new(&Url::parse(base_url).unwrap(), is_this_machine, NOW.parse().unwrap(), [0xab; 8])
    }

    #[test]
    fn a_sign_in_names_venice_here_and_there_and_every_other_server_itself() {
        for (base_url, here) in
            [("https://api.venice.ai/api/v1", false), ("http://127.0.0.1:8080/api/v1", true)]
        {
            let sign_in = at(base_url, here);
            assert_eq!(
                (sign_in.domain.as_str(), sign_in.uri.as_str()),
                ("api.venice.ai", "https://api.venice.ai")
            );
        }
        let sign_in = at("https://other.example:8443/api/v1", false);
        assert_eq!(
            (sign_in.domain.as_str(), sign_in.uri.as_str()),
            ("other.example:8443", "https://other.example:8443")
        );
        assert_eq!(
            (sign_in.nonce.as_str(), sign_in.issued_at.as_str()),
            ("abababababababab", "2026-11-21T12:00:00.000Z")
        );
        assert_eq!(sign_in.expiration_time.as_deref(), Some("2026-11-21T12:10:00.000Z"));
    }

    #[rstest]
    #[case(|_: &mut SignIn| {}, true)]
    #[case(|challenge: &mut SignIn| challenge.uri = "https://api.venice.ai/api/v1/chat/completions".into(), true)]
    #[case(|challenge: &mut SignIn| challenge.expiration_time = None, true)]
    #[case(|challenge: &mut SignIn| challenge.statement = None, true)]
    #[case(|challenge: &mut SignIn| challenge.domain = "bank.example".into(), false)]
    #[case(|challenge: &mut SignIn| challenge.uri = "https://bank.example".into(), false)]
    #[case(|challenge: &mut SignIn| challenge.uri = "https://api.venice.ai.bank.example".into(), false)]
    #[case(|challenge: &mut SignIn| challenge.expiration_time = Some(NOW.into()), false)]
    #[case(|challenge: &mut SignIn| challenge.expiration_time = Some("soon".into()), false)]
    #[case(|challenge: &mut SignIn| challenge.statement = Some("a\nURI: https://bank.example".into()), false)]
    #[case(|challenge: &mut SignIn| challenge.resources = vec!["r".into(); 21], false)]
    #[case(|challenge: &mut SignIn| challenge.nonce = "n".repeat(3_000), false)]
    fn a_server_may_not_ask_for_anything_to_be_signed(#[case] change: fn(&mut SignIn), #[case] fit: bool) {
        let base_url = Url::parse("https://api.venice.ai/api/v1").unwrap();
        let mut challenge = at(base_url.as_str(), false);
        change(&mut challenge);
        assert_eq!(challenge.is_fit(&base_url, false, NOW.parse().unwrap()), fit);
    }
}
