//! Secrets of wallets as text. Every copy that is made on the way is overwritten.

use ed25519_dalek::SigningKey as SolanaKey;
use k256::ecdsa::SigningKey as BaseKey;
use secrecy::{ExposeSecret, SecretString};
use zeroize::{Zeroize, Zeroizing};

use crate::errors::{Error, Result};

/// The longest text that may be a secret: a JSON list of 64 numbers with some spaces.
const LONGEST: usize = 512;

pub(super) enum Secret {
    Base(Zeroizing<[u8; 32]>),
    Solana(Zeroizing<[u8; 32]>),
    SolanaPair(Zeroizing<[u8; 64]>),
}

pub(super) fn invalid() -> Error {
    Error::invalid_input("secret", "is no secret of a wallet")
}

pub(super) fn read(secret: &SecretString) -> Result<Secret> {
    let text = secret.expose_secret().trim();
    if text.len() > LONGEST {
        return Err(invalid());
    }
    if text.starts_with('[') {
        let numbers = serde_json::from_str::<Vec<u8>>(text).map(Zeroizing::new).map_err(|_| invalid())?;
        return fixed(&numbers).map(Secret::SolanaPair).ok_or_else(invalid);
    }
    let digits = text.strip_prefix("0x").unwrap_or(text);
    if digits.len() == 64 || digits.len() == 128 {
        let mut bytes = Zeroizing::new([0; 64]);
        let bytes = &mut bytes[..digits.len() / 2];
        if hex::decode_to_slice(digits, bytes).is_ok() {
            let pair = || fixed(bytes).map(Secret::SolanaPair);
            return fixed(bytes).map(Secret::Base).or_else(pair).ok_or_else(invalid);
        }
    }
    let mut bytes = Zeroizing::new([0; 64]);
    let length = bs58::decode(text).onto(bytes.as_mut_slice()).map_err(|_| invalid())?;
    let bytes = &bytes[..length];
    let pair = || fixed(bytes).map(Secret::SolanaPair);
    fixed(bytes).map(Secret::Solana).or_else(pair).ok_or_else(invalid)
}

fn fixed<const N: usize>(bytes: &[u8]) -> Option<Zeroizing<[u8; N]>> {
    let mut copy = Zeroizing::new([0; N]);
    (bytes.len() == N).then(|| {
        copy.copy_from_slice(bytes);
        copy
    })
}

pub(super) fn hexadecimal(key: &BaseKey) -> SecretString {
    let mut bytes = key.to_bytes();
    let mut text = String::with_capacity(66);
    text.push_str("0x");
    for byte in &bytes {
        for digit in [byte >> 4, byte & 0xf] {
            text.extend(char::from_digit(digit.into(), 16));
        }
    }
    bytes.zeroize();
    SecretString::from(text)
}

pub(super) fn base58(key: &SolanaKey) -> SecretString {
    let bytes = Zeroizing::new(key.to_keypair_bytes());
    // 64 bytes are 88 digits at most, so the text isn't moved while it grows.
    let mut text = String::with_capacity(96);
    // Writing to a text that is long enough can't fail.
    let _ = bs58::encode(bytes.as_slice()).onto(&mut text);
    SecretString::from(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wallet::{Chain, Wallet};
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("")]
    #[case("0x")]
    #[case("sk-venice-key")]
    #[case("0x00000000000000000000000000000000000000000000000000000000000000")]
    // Nothing, and the order of the curve, are no keys.
    #[case("0x0000000000000000000000000000000000000000000000000000000000000000")]
    #[case("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    #[case("[1,2,3]")]
    #[case("[1,2,300]")]
    fn what_is_no_secret_is_refused(#[case] text: &str) {
        let error = Wallet::from_secret(&text.into()).unwrap_err();
        assert_eq!((error.code(), error.fate()), ("INVALID_INPUT", crate::Fate::NotSent));
        assert!(text.len() < 10 || !format!("{error:?} {error}").contains(text));
    }

    #[test]
    fn a_pair_whose_halves_differ_is_refused() {
        let one = Wallet::from_secret(&bs58::encode([7; 32]).into_string().into()).unwrap();
        let mut pair = bs58::decode(one.secret().expose_secret()).into_vec().unwrap();
        assert!(Wallet::from_secret(&hex::encode(&pair).into()).is_ok());
        assert_eq!(Wallet::from_secret(&format!(" {pair:?}\n").into()).unwrap().address(), one.address());
        pair[40] ^= 1;
        assert!(Wallet::from_secret(&hex::encode(&pair).into()).is_err());
    }

    proptest! {
        #[test]
        fn every_spelling_is_the_same_wallet(seed in any::<[u8; 32]>()) {
            let wallet = Wallet::from_secret(&hex::encode_upper(seed).into());
            if let Ok(wallet) = wallet {
                prop_assert_eq!(wallet.chain(), Chain::Base);
                let again = Wallet::from_secret(&wallet.secret()).unwrap();
                prop_assert_eq!(again.address(), wallet.address());
            }
            let wallet = Wallet::from_secret(&bs58::encode(seed).into_string().into()).unwrap();
            prop_assert_eq!(wallet.chain(), Chain::Solana);
            let again = Wallet::from_secret(&wallet.secret()).unwrap();
            prop_assert_eq!(again.address(), wallet.address());
        }

        #[test]
        fn no_text_breaks_the_reader(text in "\\PC{0,140}") {
            let _ = Wallet::from_secret(&text.into());
        }
    }
}
