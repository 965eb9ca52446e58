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

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::*;
    use crate::tee::keys;
    use proptest::prelude::*;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Vectors {
        client_key: String,
        model_public_key: String,
        messages: Vec<Message>,
        chunks: Vec<Chunk>,
    }

    #[derive(Deserialize)]
    struct Message {
        text: String,
        sender_key: String,
        nonce: String,
        sealed: String,
    }

    #[derive(Deserialize)]
    struct Chunk {
        text: String,
        sealed: String,
    }

    fn vectors() -> Vectors {
        serde_json::from_str(include_str!("../../tests/data/encrypted_chat.json")).unwrap()
    }

    /// Chance that was written down before.
    fn written(bytes: impl IntoIterator<Item = Vec<u8>>) -> Chance {
        let mut bytes: VecDeque<Vec<u8>> = bytes.into_iter().collect();
        Box::new(move |buffer| {
            buffer.copy_from_slice(&bytes.pop_front().unwrap());
            Ok(())
        })
    }

    fn key(hex: &str) -> SecretKey {
        SecretKey::from_slice(&hex::decode(hex).unwrap()).unwrap()
    }

    #[test]
    fn messages_are_what_another_implementation_makes() {
        let vectors = vectors();
        let model = keys::public_key(&vectors.model_public_key).unwrap();
        for message in vectors.messages {
            let chance = [&message.sender_key, &message.nonce].map(|bytes| hex::decode(bytes).unwrap());
            assert_eq!(seal(&message.text, &model, &mut written(chance)).unwrap(), message.sealed);
        }
    }

    #[test]
    fn answers_of_another_implementation_are_read() {
        let vectors = vectors();
        let client = key(&vectors.client_key);
        for chunk in vectors.chunks {
            assert_eq!(open(&chunk.sealed, &client).unwrap(), chunk.text);
            assert_eq!(open(&chunk.sealed.to_uppercase(), &client).unwrap(), chunk.text);
        }
    }

    #[test]
    fn what_was_changed_is_not_read() {
        let vectors = vectors();
        let (client, sealed) = (key(&vectors.client_key), &vectors.chunks[0].sealed);
        let other = key(&vectors.messages[0].sender_key);
        for (place, _) in sealed.char_indices().step_by(7) {
            let digit = if &sealed[place..=place] == "a" { "b" } else { "a" };
            let changed = format!("{}{digit}{}", &sealed[..place], &sealed[place + 1..]);
            assert_eq!(open(&changed, &client).unwrap_err().code(), "NOT_DECRYPTED", "{place}");
        }
        assert!(open(sealed, &other).is_err());
    }

    #[test]
    fn a_number_that_is_no_key_is_not_used() {
        let order = hex::decode("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141").unwrap();
        let one = [vec![0; 31], vec![1]].concat();
        let key = new_key(&mut written([vec![0; 32], order, one.clone()])).unwrap();
        assert_eq!(key.to_bytes().as_slice(), one);
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in "[0-9a-f]{180,220}|\\PC{0,200}") {
            prop_assert!(open(&text, &key(&vectors().client_key)).is_err());
        }

        #[test]
        fn what_was_sealed_is_opened(text in "\\PC{0,60}", seed in 1_u8..255) {
            let recipient = key(&vectors().client_key);
            let chance = [vec![seed; 32], vec![seed; NONCE]];
            let sealed = seal(&text, &recipient.public_key(), &mut written(chance)).unwrap();
            prop_assert_eq!(open(&sealed, &recipient).unwrap(), text);
        }
    }
}
