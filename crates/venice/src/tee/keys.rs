use std::fmt;
use std::str::FromStr;

use k256::PublicKey;
use k256::elliptic_curve::sec1::ToSec1Point as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha3::{Digest as _, Keccak256};

/// The bytes of a public key that isn't compressed.
pub(super) const PUBLIC_KEY: usize = 65;

/// The address that Ethereum gives to a public key.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Address([u8; 20]);

impl Address {
    /// The address of a key.
    pub(super) fn of(key: &PublicKey) -> Self {
        let hash = keccak(&uncompressed(key)[1..]);
        let mut address = [0; 20];
        address.copy_from_slice(&hash[12..]);
        Self(address)
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", hex::encode(self.0))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Address {
    type Err = &'static str;

    /// Reads an address in hex, with or without `0x`. The letters' case says nothing.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut address = [0; 20];
        hex::decode_to_slice(without_prefix(text), &mut address).map_err(|_| "is no address")?;
        Ok(Self(address))
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(feature = "specta")]
impl specta::Type for Address {
    fn definition(types: &mut specta::Types) -> specta::datatype::DataType {
        <String as specta::Type>::definition(types)
    }
}

pub(super) fn keccak(bytes: &[u8]) -> [u8; 32] {
    Keccak256::digest(bytes).into()
}

/// Reads a public key in hex, compressed or not, with or without `0x`; some servers leave out its first byte.
pub(super) fn public_key(text: &str) -> Option<PublicKey> {
    let mut bytes = hex::decode(without_prefix(text)).ok()?;
    if bytes.len() == PUBLIC_KEY - 1 {
        bytes.insert(0, 4);
    }
    PublicKey::from_sec1_bytes(&bytes).ok()
}

pub(super) fn uncompressed(key: &PublicKey) -> [u8; PUBLIC_KEY] {
    let point = key.to_sec1_point(false);
    let mut bytes = [0; PUBLIC_KEY];
    bytes.copy_from_slice(point.as_bytes());
    bytes
}

/// Hex without the `0x` before it.
pub(super) fn without_prefix(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text)
}
