//! The key of a model's enclave: it opens what is sealed to it, and signs what it answered.

use std::fmt;

use k256::{SecretKey, ecdsa::SigningKey, elliptic_curve::sec1::ToSec1Point};
use sha2::{Digest, Sha256};
use sha3::Keccak256;

use super::{hex, sealing};

/// A model's enclave.
#[derive(Clone)]
pub(crate) struct Enclave(SecretKey);

impl fmt::Debug for Enclave {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Enclave")
    }
}

impl Enclave {
    /// The enclave of a model, the same as long as `secret` is.
    pub(crate) fn of(secret: &str, model: &str) -> Self {
        Self(secret_key(&[b"enclave", secret.as_bytes(), model.as_bytes()]))
    }

    /// 65 bytes, uncompressed.
    pub(crate) fn public_key(&self) -> Vec<u8> {
        uncompressed(&self.0)
    }

    /// The Ethereum address of the key.
    pub(crate) fn address(&self) -> [u8; 20] {
        let digest = Keccak256::digest(&self.public_key()[1..]);
        let mut address = [0; 20];
        address.copy_from_slice(&digest[12..]);
        address
    }

    /// The address as it is written, with the checksum in its capitals (EIP-55).
    pub(crate) fn written_address(&self) -> String {
        let plain = hex(&self.address());
        let check = Keccak256::digest(plain.as_bytes());
        let letters = plain.chars().enumerate().map(|(place, letter)| {
            let nibble = check[place / 2] >> (4 * (1 - place % 2)) & 0xf;
            if nibble >= 8 { letter.to_ascii_uppercase() } else { letter }
        });
        format!("0x{}", letters.collect::<String>())
    }

    /// Signs a text as a wallet does (EIP-191): 65 bytes, the last 27 or 28.
    pub(crate) fn sign(&self, text: &str) -> Vec<u8> {
        let digest = Keccak256::new_with_prefix(format!("\x19Ethereum Signed Message:\n{}", text.len()))
            .chain_update(text)
            .finalize();
        let (signature, recovery) = SigningKey::from(&self.0).sign_prehash_recoverable(&digest);
        let mut bytes = signature.to_bytes().to_vec();
        bytes.push(27 + recovery.to_byte());
        bytes
    }

    /// Opens what was sealed to this enclave.
    pub(crate) fn open(&self, sealed: &str) -> Result<String, sealing::NotOpened> {
        sealing::open(&self.0, sealed)
    }
}

/// A secret key from hashed parts; one hash in 2^128 is none, and then the next one is taken.
pub(super) fn secret_key(parts: &[&[u8]]) -> SecretKey {
    let mut digest =
        parts.iter().fold(Sha256::new(), |hash, part| hash.chain_update(part).chain_update([0])).finalize();
    loop {
        if let Ok(key) = SecretKey::from_slice(&digest) {
            return key;
        }
        digest = Sha256::digest(digest);
    }
}

pub(super) fn uncompressed(key: &SecretKey) -> Vec<u8> {
    key.public_key().to_sec1_point(false).as_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};

    use super::*;

    #[test]
    fn the_address_is_that_of_the_key() {
        // The key 1, whose address is known everywhere.
        let mut one = [0; 32];
        one[31] = 1;
        let enclave = Enclave(SecretKey::from_slice(&one).unwrap());
        assert_eq!(enclave.written_address(), "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf");
        assert_eq!(enclave.public_key().len(), 65);
    }

    #[test]
    fn a_signature_leads_back_to_the_key() {
        let enclave = Enclave::of("s", "m");
        let text = "a:b";
        let signed = enclave.sign(text);
        let digest = Keccak256::digest(format!("\x19Ethereum Signed Message:\n{}{text}", text.len()));
        let signature = Signature::from_slice(&signed[..64]).unwrap();
        let recovery = RecoveryId::from_byte(signed[64] - 27).unwrap();
        let found = VerifyingKey::recover_from_prehash(&digest, &signature, recovery).unwrap();
        assert_eq!(found.to_sec1_point(false).as_bytes(), enclave.public_key());
        assert_ne!(Enclave::of("s", "n").address(), enclave.address());
    }
}
