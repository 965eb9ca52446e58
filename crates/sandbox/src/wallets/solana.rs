//! Solana's keys: signatures, and the accounts that hold a wallet's tokens.

use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

/// The program that keeps USDC.
pub(crate) const TOKEN_PROGRAM: &str = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA";
const ASSOCIATED: &str = "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL";

/// A key, or an address that looks like one.
pub(crate) type Key = [u8; 32];

/// A key in base58.
pub(crate) fn key(text: &str) -> Option<Key> {
    bs58::decode(text).into_vec().ok()?.try_into().ok()
}

/// A signature of 64 bytes, in base58 or base64.
pub(crate) fn signature(text: &str) -> Option<[u8; 64]> {
    let base58 = bs58::decode(text).into_vec().ok().and_then(|bytes| bytes.try_into().ok());
    base58.or_else(|| STANDARD.decode(text).ok()?.try_into().ok())
}

pub(crate) fn signed(by: &Key, message: &[u8], signature: &[u8; 64]) -> bool {
    VerifyingKey::from_bytes(by)
        .is_ok_and(|key| key.verify_strict(message, &Signature::from_bytes(signature)).is_ok())
}

/// The account in which `owner` holds tokens of a mint: the first address off the curve that the three give.
pub(crate) fn token_account(owner: &Key, mint: &Key, program: &Key) -> Option<Key> {
    let associated = key(ASSOCIATED)?;
    (0..=u8::MAX).rev().find_map(|bump| {
        let hash = Sha256::new()
            .chain_update(owner)
            .chain_update(program)
            .chain_update(mint)
            .chain_update([bump])
            .chain_update(associated)
            .chain_update(b"ProgramDerivedAddress")
            .finalize();
        let address: Key = hash.into();
        VerifyingKey::from_bytes(&address).is_err().then_some(address)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wallets::{
        rails::USDC_ON_SOLANA,
        vectors::{text, vectors},
    };

    #[test]
    fn signatures_are_read_in_both_forms_and_hold_for_one_text_only() {
        let known = &vectors()["solana"];
        let owner = key(text(&known["address"])).unwrap();
        let message = text(&known["sign_in"]["message"]);
        for form in ["base58", "base64"] {
            let signature = signature(text(&known["sign_in"][form])).unwrap();
            assert!(signed(&owner, message.as_bytes(), &signature), "{form}");
            assert!(!signed(&owner, &message.as_bytes()[1..], &signature), "{form}");
            assert!(!signed(&[7; 32], message.as_bytes(), &signature), "{form}");
        }
        assert_eq!(signature("abc"), None);
    }

    #[test]
    fn token_accounts_are_where_others_look_for_them() {
        let mint = key(USDC_ON_SOLANA).unwrap();
        let program = key(TOKEN_PROGRAM).unwrap();
        for known in vectors()["solana"]["token_accounts"].as_array().unwrap() {
            let owner = key(text(&known["owner"])).unwrap();
            assert_eq!(token_account(&owner, &mint, &program), key(text(&known["account"])));
        }
    }
}
