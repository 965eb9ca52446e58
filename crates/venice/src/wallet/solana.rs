//! Keys and accounts of Solana.

use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use rand::CryptoRng;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::secret::invalid;
use crate::errors::Result;

/// The public key of an account, or the address of a program.
pub(super) type PublicKey = [u8; 32];

pub(super) fn generate(random: &mut impl CryptoRng) -> SigningKey {
    let mut bytes = Zeroizing::new([0; 32]);
    random.fill_bytes(bytes.as_mut_slice());
    SigningKey::from_bytes(&bytes)
}

/// A key with its public half, which has to belong to it.
pub(super) fn pair(bytes: &[u8; 64]) -> Result<SigningKey> {
    SigningKey::from_keypair_bytes(bytes).map_err(|_| invalid())
}

/// The signature in base58.
pub(super) fn sign(key: &SigningKey, message: &[u8]) -> String {
    bs58::encode(key.sign(message).to_bytes()).into_string()
}

pub(super) fn public_key(text: &str) -> Option<PublicKey> {
    let mut bytes = [0; 32];
    let length = bs58::decode(text).onto(bytes.as_mut_slice()).ok()?;
    (length == 32).then_some(bytes)
}

/// The account that holds an owner's tokens of one kind: the first of 256 addresses that is no public key.
pub(super) fn token_account(
    owner: &PublicKey,
    token_program: &PublicKey,
    mint: &PublicKey,
    account_program: &PublicKey,
) -> Option<PublicKey> {
    (0..=u8::MAX).rev().find_map(|bump| {
        let mut hash = Sha256::new();
        for part in [owner, token_program, mint] {
            hash.update(part);
        }
        hash.update([bump]);
        hash.update(account_program);
        hash.update(b"ProgramDerivedAddress");
        let address: PublicKey = hash.finalize().into();
        VerifyingKey::from_bytes(&address).is_err().then_some(address)
    })
}
