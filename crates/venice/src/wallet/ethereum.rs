//! Keys, addresses and signatures of Ethereum's kind.

use k256::ecdsa::{SigningKey, VerifyingKey};
use rand::CryptoRng;
use sha3::{Digest as _, Keccak256};
use zeroize::Zeroizing;

use super::secret::invalid;
use crate::errors::Result;

pub(super) fn keccak(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Keccak256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

pub(super) fn generate(random: &mut impl CryptoRng) -> SigningKey {
    let mut bytes = Zeroizing::new([0; 32]);
    loop {
        random.fill_bytes(bytes.as_mut_slice());
        // One of 2^128 is no key.
        if let Ok(key) = SigningKey::from_slice(bytes.as_slice()) {
            return key;
        }
    }
}

pub(super) fn key(bytes: &[u8; 32]) -> Result<SigningKey> {
    SigningKey::from_slice(bytes).map_err(|_| invalid())
}

/// The last 20 bytes of the public key's hash.
fn address_of(key: &VerifyingKey) -> [u8; 20] {
    let point = key.to_sec1_point(false);
    let hash = keccak(&[&point.as_bytes()[1..]]);
    let mut address = [0; 20];
    address.copy_from_slice(&hash[12..]);
    address
}

/// The address in hex, with the capitals of EIP-55.
pub(super) fn address(key: &VerifyingKey) -> String {
    let digits = hex::encode(address_of(key));
    let hash = keccak(&[digits.as_bytes()]);
    let capital = |place: usize| (hash[place / 2] >> (4 * (1 - place % 2))) & 0xf >= 8;
    let digits = digits
        .chars()
        .enumerate()
        .map(|(place, digit)| if capital(place) { digit.to_ascii_uppercase() } else { digit });
    "0x".chars().chain(digits).collect()
}

/// The bytes of an address; its capitals are not looked at.
pub(super) fn address_bytes(address: &str) -> Option<[u8; 20]> {
    let mut bytes = [0; 20];
    hex::decode_to_slice(address.strip_prefix("0x")?, &mut bytes).ok()?;
    Some(bytes)
}

/// What is signed of a text by EIP-191.
pub(super) fn message_digest(text: &str) -> [u8; 32] {
    let prefix = format!("\x19Ethereum Signed Message:\n{}", text.len());
    keccak(&[prefix.as_bytes(), text.as_bytes()])
}

/// The signature in hex: r, s, and 27 or 28.
pub(super) fn sign(key: &SigningKey, digest: &[u8; 32]) -> String {
    let (signature, recovery) = key.sign_prehash_recoverable(digest);
    format!("0x{}{:02x}", hex::encode(signature.to_bytes()), 27 + recovery.to_byte())
}
