//! The header by which a wallet signs in, and all that is checked of it.

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::{
    Wallet, challenge,
    ethereum::{personal_digest, recover, unhex},
    message::{Kind, Message},
    rails::{BASE, SOLANA, SOLANA_REFERENCE},
    solana,
};

/// What a wallet says when it signs in unasked.
const STATEMENT: &str = "Sign in to Venice API";
/// How long a sign-in may live.
const LIFETIME: SignedDuration = SignedDuration::from_mins(10);
/// How far clocks may be apart.
const SKEW: SignedDuration = SignedDuration::from_secs(30);

/// Why a sign-in is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadProof {
    #[error("The sign-in is not base64 of a JSON object")]
    Unreadable,
    #[error("The sign-in has no `{0}`")]
    Missing(&'static str),
    #[error(
        "`chainId` must be 8453, \"8453\", \"eip155:8453\" or Solana's \"solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp\""
    )]
    UnknownChain,
    #[error("`type` must be left out or \"eip191\" on Base, and \"ed25519\" on Solana")]
    WrongType,
    #[error("A contract's signature can't be verified without its chain")]
    Contract,
    #[error("The message is not EIP-4361 or its Solana form")]
    NoMessage,
    #[error("The message is for another chain than `chainId`")]
    OtherChain,
    #[error("The message's domain must be api.venice.ai")]
    Domain,
    #[error("The message's URI must be https://api.venice.ai")]
    Uri,
    #[error("The message's statement must be \"Sign in to Venice API\"")]
    Statement,
    #[error("The message's version must be 1")]
    Version,
    #[error("The message's address must be the wallet's, with its checksum")]
    Address,
    #[error(
        "The message's nonce must be 16 random hex characters, or that of a challenge with all that it says"
    )]
    Nonce,
    #[error("The message's times must be in the form of 2026-04-09T12:00:00.000Z")]
    Times,
    #[error("The message was issued in the future")]
    Future,
    #[error("The message is too old, or past its expiration time")]
    Expired,
    #[error("The message's expiration time must be within 10 minutes of its issue")]
    TooLong,
    #[error("The message does not hold yet")]
    NotYet,
    #[error("`timestamp` is not the time of the message's issue")]
    Timestamp,
    #[error("The signature is not the wallet's")]
    Signature,
}

/// A wallet that proved itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proven {
    pub(crate) wallet: Wallet,
    /// Good for one request.
    pub(crate) nonce: String,
    /// When the nonce can be forgotten, since no message with it holds any more.
    pub(crate) until: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Header {
    address: Option<String>,
    message: Option<String>,
    signature: Option<String>,
    timestamp: Option<i64>,
    chain_id: Option<Value>,
    r#type: Option<String>,
    // Without a message, what it would say.
    domain: Option<String>,
    uri: Option<String>,
    version: Option<String>,
    statement: Option<String>,
    nonce: Option<String>,
    issued_at: Option<String>,
    expiration_time: Option<String>,
    not_before: Option<String>,
    request_id: Option<String>,
    #[serde(default)]
    resources: Vec<String>,
}

impl Header {
    fn kind(&self) -> Result<Kind, BadProof> {
        let kind = match self.chain_id.as_ref().ok_or(BadProof::Missing("chainId"))? {
            Value::Number(number) if number.as_u64() == Some(8453) => Kind::Ethereum,
            Value::String(text) if text == "8453" || text == BASE => Kind::Ethereum,
            Value::String(text) if text == SOLANA => Kind::Solana,
            _ => return Err(BadProof::UnknownChain),
        };
        match (kind, self.r#type.as_deref()) {
            (Kind::Ethereum, None | Some("eip191")) | (Kind::Solana, Some("ed25519")) => Ok(kind),
            (Kind::Ethereum, Some("eip1271")) => Err(BadProof::Contract),
            _ => Err(BadProof::WrongType),
        }
    }

    /// The message of a header that only says what would be in it.
    fn composed(&self, kind: Kind) -> Result<Message, BadProof> {
        let need = |value: &Option<String>, name| value.clone().ok_or(BadProof::Missing(name));
        Ok(Message {
            kind,
            domain: need(&self.domain, "message")?,
            address: need(&self.address, "address")?,
            statement: self.statement.clone(),
            uri: need(&self.uri, "uri")?,
            version: need(&self.version, "version")?,
            chain: match kind {
                Kind::Ethereum => "8453".to_owned(),
                Kind::Solana => SOLANA_REFERENCE.to_owned(),
            },
            nonce: need(&self.nonce, "nonce")?,
            issued_at: need(&self.issued_at, "issuedAt")?,
            expiration_time: self.expiration_time.clone(),
            not_before: self.not_before.clone(),
            request_id: self.request_id.clone(),
            resources: self.resources.clone(),
        })
    }
}

/// Reads and checks a sign-in. Whether its nonce was used before is for the caller to say; `secret` tells the
/// challenges that were issued here.
pub(crate) fn check(header: &str, secret: &str, now: Timestamp) -> Result<Proven, BadProof> {
    let json = STANDARD.decode(header.trim()).map_err(|_| BadProof::Unreadable)?;
    let header: Header = serde_json::from_slice(&json).map_err(|_| BadProof::Unreadable)?;
    let kind = header.kind()?;
    let (message, signed) = if let Some(text) = &header.message {
        (Message::read(text).ok_or(BadProof::NoMessage)?, text.clone())
    } else {
        let message = header.composed(kind)?;
        let text = message.to_string();
        (message, text)
    };
    let wallet = of_wallet(&header, kind, &message)?;
    of_venice(&message, secret)?;
    let until = of_time(&message, header.timestamp, now)?;
    let signature = header.signature.as_deref().ok_or(BadProof::Missing("signature"))?;
    if !by(wallet, &signed, signature) {
        return Err(BadProof::Signature);
    }
    Ok(Proven { wallet, nonce: message.nonce, until })
}

/// The wallet, which header and message must agree on.
fn of_wallet(header: &Header, kind: Kind, message: &Message) -> Result<Wallet, BadProof> {
    let same_chain = match kind {
        Kind::Ethereum => message.chain == "8453",
        Kind::Solana => message.chain == SOLANA_REFERENCE || message.chain == SOLANA,
    };
    if message.kind != kind || !same_chain {
        return Err(BadProof::OtherChain);
    }
    let address = header.address.as_deref().ok_or(BadProof::Missing("address"))?;
    let wallet = Wallet::read(address).ok_or(BadProof::Address)?;
    let matches = match wallet {
        Wallet::Ethereum(_) => kind == Kind::Ethereum && message.address == wallet.checksummed(),
        Wallet::Solana(_) => kind == Kind::Solana && message.address == address,
    };
    if matches { Ok(wallet) } else { Err(BadProof::Address) }
}

/// That the message is meant for Venice.
fn of_venice(message: &Message, secret: &str) -> Result<(), BadProof> {
    if message.domain.strip_prefix("https://").unwrap_or(&message.domain) != challenge::DOMAIN {
        return Err(BadProof::Domain);
    }
    let origin = Url::parse(&message.uri).map_err(|_| BadProof::Uri)?.origin();
    if origin.ascii_serialization() != challenge::ORIGIN {
        return Err(BadProof::Uri);
    }
    if message.version != "1" {
        return Err(BadProof::Version);
    }
    if challenge::answers(secret, message) {
        return Ok(());
    }
    if message.nonce.len() != 16 || !message.nonce.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(BadProof::Nonce);
    }
    match (message.statement.as_deref(), message.kind) {
        (Some(STATEMENT | challenge::STATEMENT), _) | (None, Kind::Solana) => Ok(()),
        _ => Err(BadProof::Statement),
    }
}

/// That the message holds now; answers until when it can.
fn of_time(message: &Message, stamp: Option<i64>, now: Timestamp) -> Result<Timestamp, BadProof> {
    let read = |text: &str| text.parse::<Timestamp>().map_err(|_| BadProof::Times);
    let issued = read(&message.issued_at)?;
    if issued > now + SKEW {
        return Err(BadProof::Future);
    }
    let latest = issued + LIFETIME;
    let expires = match &message.expiration_time {
        Some(text) => read(text)?,
        None if message.kind == Kind::Solana => latest,
        None => return Err(BadProof::Times),
    };
    if expires > latest || expires <= issued {
        return Err(BadProof::TooLong);
    }
    if now >= expires {
        return Err(BadProof::Expired);
    }
    if let Some(text) = &message.not_before
        && now < read(text)?
    {
        return Err(BadProof::NotYet);
    }
    let near = |at: Timestamp| at.duration_since(issued).abs() <= SKEW;
    if stamp.is_some_and(|stamp| !Timestamp::from_millisecond(stamp).is_ok_and(near)) {
        return Err(BadProof::Timestamp);
    }
    Ok(expires)
}

/// Whether a wallet made a signature over a text.
pub(crate) fn by(wallet: Wallet, text: &str, signature: &str) -> bool {
    match wallet {
        Wallet::Ethereum(_) => unhex(signature)
            .and_then(|signature| recover(&personal_digest(text.as_bytes()), &signature, true))
            .is_some_and(|signer| signer == wallet),
        Wallet::Solana(key) => solana::signature(signature)
            .is_some_and(|signature| solana::signed(&key, text.as_bytes(), &signature)),
    }
}

#[cfg(test)]
mod tests;
