//! Addresses of wallets: an account on an EVM chain, or a key of Solana.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::ethereum::{hex, keccak, unhex};

/// A wallet that can pay.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Wallet {
    /// The last 20 bytes of the hash of a secp256k1 key.
    Ethereum([u8; 20]),
    /// An ed25519 key.
    Solana([u8; 32]),
}

impl Wallet {
    /// Reads `0x` and 40 hex digits in any case, or 32 bytes in base58.
    pub(crate) fn read(text: &str) -> Option<Self> {
        if text.starts_with("0x") {
            return unhex(text).map(Self::Ethereum);
        }
        let key = bs58::decode(text).into_vec().ok()?;
        <[u8; 32]>::try_from(key).ok().map(Self::Solana)
    }

    /// The address as EIP-55 writes it, its checksum in the case of its letters; Solana's is itself.
    pub(crate) fn checksummed(&self) -> String {
        let Self::Ethereum(_) = self else { return self.to_string() };
        let plain = self.to_string();
        let digits = &plain[2..];
        let hash = keccak(digits.as_bytes());
        let cased = digits.chars().enumerate().map(|(place, digit)| {
            let nibble = hash[place / 2] >> (4 * (1 - place % 2)) & 0xf;
            if nibble >= 8 { digit.to_ascii_uppercase() } else { digit }
        });
        std::iter::once("0x".to_owned()).chain(cased.map(String::from)).collect()
    }
}

/// The normalized address: lower-case hex, or base58.
impl fmt::Display for Wallet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ethereum(address) => formatter.write_str(&hex(address)),
            Self::Solana(key) => formatter.write_str(&bs58::encode(key).into_string()),
        }
    }
}

impl fmt::Debug for Wallet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl Serialize for Wallet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Wallet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::read(&text).ok_or_else(|| serde::de::Error::custom("not a wallet's address"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wallets::vectors::{text, vectors};

    #[test]
    fn checksums_are_those_of_eip_55() {
        for known in vectors()["ethereum"]["checksums"].as_array().unwrap() {
            let wallet = Wallet::read(&text(known).to_lowercase()).unwrap();
            assert_eq!(wallet.checksummed(), text(known));
            assert_eq!(wallet.to_string(), text(known).to_lowercase());
        }
    }

    #[test]
    fn addresses_of_both_kinds_are_read_and_others_are_not() {
        let known = vectors();
        let solana = text(&known["solana"]["address"]);
        assert_eq!(Wallet::read(solana).unwrap().to_string(), solana);
        for wrong in ["", "0x", "0x12", "0xzz905C90708596d8dEACc21E4b9147154a626f45", "0OIl", &solana[1..]] {
            assert_eq!(Wallet::read(wrong), None, "{wrong}");
        }
    }
}
