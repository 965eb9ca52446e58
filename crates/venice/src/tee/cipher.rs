//! The encryption of messages: the sender's public key, a nonce, and AES-256-GCM under the key that both sides get to
//! by Diffie-Hellman on secp256k1 and HKDF-SHA256; all of it in hex.

use aes_gcm::aead::Aead as _;
use aes_gcm::{Aes256Gcm, KeyInit as _};
use hkdf::Hkdf;
use k256::{PublicKey, SecretKey};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::chance::Chance;
use super::keys::{PUBLIC_KEY, uncompressed};
use crate::errors::{Error, ErrorKind, Result};

const INFO: &[u8] = b"ecdsa_encryption";
const NONCE: usize = 12;
const TAG: usize = 16;
/// The fewest characters of something encrypted.
const SHORTEST: usize = 2 * (PUBLIC_KEY + NONCE + TAG);

/// A key made by chance. It is wiped from memory when it is dropped.
pub(super) fn new_key(chance: &mut Chance) -> Result<SecretKey> {
    let mut bytes = Zeroizing::new([0; 32]);
    loop {
        chance(bytes.as_mut_slice())?;
        // All but some 2^128 of the 2^256 numbers are keys.
        if let Ok(key) = SecretKey::from_slice(bytes.as_slice()) {
            return Ok(key);
        }
    }
}

/// Encrypts a text to a public key, by a key of its own.
pub(super) fn seal(text: &str, to: &PublicKey, chance: &mut Chance) -> Result<String> {
    let sender = new_key(chance)?;
    let mut nonce = [0; NONCE];
    chance(&mut nonce)?;
    let sealed = cipher(&sender, to).and_then(|cipher| cipher.encrypt(&nonce.into(), text.as_bytes()).ok());
    let sealed = sealed.ok_or_else(|| Error::new(ErrorKind::Setup))?;
    let mut bytes = uncompressed(&sender.public_key()).to_vec();
    bytes.extend_from_slice(&nonce);
    bytes.extend_from_slice(&sealed);
    Ok(hex::encode(bytes))
}

/// Decrypts what was encrypted to a key.
pub(super) fn open(sealed: &str, key: &SecretKey) -> Result<String> {
    let refused = |reason| Error::new(ErrorKind::NotDecrypted { reason });
    if sealed.len() < SHORTEST {
        return Err(refused("isn't encrypted"));
    }
    let bytes = hex::decode(sealed).map_err(|_| refused("isn't encrypted"))?;
    let (sender, rest) = bytes.split_at(PUBLIC_KEY);
    let (nonce, text) = rest.split_at(NONCE);
    let sender = PublicKey::from_sec1_bytes(sender).map_err(|_| refused("isn't encrypted"))?;
    let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| refused("isn't encrypted"))?;
    let opened = cipher(key, &sender).and_then(|cipher| cipher.decrypt(&nonce.into(), text).ok());
    let opened = opened.ok_or_else(|| refused("was encrypted to another key, or changed on its way"))?;
    String::from_utf8(opened).map_err(|_| refused("holds no text"))
}

/// The cipher that two parties share.
fn cipher(own: &SecretKey, other: &PublicKey) -> Option<Aes256Gcm> {
    let shared = own.diffie_hellman(other);
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(None, shared.raw_secret_bytes()).expand(INFO, key.as_mut_slice()).ok()?;
    Aes256Gcm::new_from_slice(key.as_slice()).ok()
}
