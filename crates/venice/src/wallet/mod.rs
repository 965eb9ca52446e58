//! Wallets: they sign in instead of a key, and pay from what they hold.
//!
//! ```
//! use venice::wallet::{Chain, Wallet};
//!
//! let wallet = Wallet::generate(Chain::Base, &mut rand::rng());
//! let again = Wallet::from_secret(&wallet.secret())?;
//! assert_eq!(again.address(), wallet.address());
//! # Ok::<(), venice::Error>(())
//! ```

mod chain;
mod ethereum;
mod payment;
mod secret;
mod sign_in;
mod solana;
mod solana_transaction;
mod typed_data;

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use rand::CryptoRng;
use secrecy::SecretString;

pub use chain::Chain;
pub use payment::{PaymentMoment, PaymentSignature};
pub(crate) use sign_in::header;
pub use sign_in::{SignIn, SignInChain, SignInChallenge};

use crate::errors::Result;
use secret::Secret;

/// A wallet on Base or on Solana.
///
/// Its secret is kept in memory once, however often the wallet is cloned, is overwritten when the last clone is
/// dropped, and is never sent: a server sees signatures only.
#[derive(Clone)]
pub struct Wallet(Arc<Inner>);

struct Inner {
    key: Key,
    address: String,
}

enum Key {
    Base(k256::ecdsa::SigningKey),
    Solana(ed25519_dalek::SigningKey),
}

/// The chain only: an address tells who somebody is.
impl fmt::Debug for Wallet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wallet").field("chain", &self.chain()).finish_non_exhaustive()
    }
}

impl Wallet {
    /// Makes a new wallet. Keep its [`Wallet::secret`]: what the wallet holds is lost with it.
    pub fn generate(chain: Chain, random: &mut impl CryptoRng) -> Self {
        match chain {
            Chain::Base => Self::of(Key::Base(ethereum::generate(random))),
            Chain::Solana => Self::of(Key::Solana(solana::generate(random))),
        }
    }

    /// Reads a secret as wallets export it: for Base 32 bytes in hex, for Solana 32 or 64 bytes in base58, or 64
    /// bytes in hex or as a JSON list of numbers.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::InvalidInput`] where it is none of these, or where its two halves don't belong together.
    pub fn from_secret(secret: &SecretString) -> Result<Self> {
        Ok(Self::of(match secret::read(secret)? {
            Secret::Base(bytes) => Key::Base(ethereum::key(&bytes)?),
            Secret::Solana(bytes) => Key::Solana(ed25519_dalek::SigningKey::from_bytes(&bytes)),
            Secret::SolanaPair(bytes) => Key::Solana(solana::pair(&bytes)?),
        }))
    }

    fn of(key: Key) -> Self {
        let address = match &key {
            Key::Base(key) => ethereum::address(key.verifying_key()),
            Key::Solana(key) => bs58::encode(key.verifying_key().as_bytes()).into_string(),
        };
        Self(Arc::new(Inner { key, address }))
    }

    /// The secret, as wallets take it: for Base 32 bytes in hex, for Solana 64 bytes in base58.
    pub fn secret(&self) -> SecretString {
        match &self.0.key {
            Key::Base(key) => secret::hexadecimal(key),
            Key::Solana(key) => secret::base58(key),
        }
    }

    /// The chain.
    pub fn chain(&self) -> Chain {
        match self.0.key {
            Key::Base(_) => Chain::Base,
            Key::Solana(_) => Chain::Solana,
        }
    }

    /// The address: in hex with the capitals of EIP-55, or in base58.
    pub fn address(&self) -> &str {
        &self.0.address
    }

    /// Signs a text: on Base by EIP-191 (`personal_sign`), in hex; on Solana by Ed25519, in base58.
    pub fn sign_message(&self, text: &str) -> String {
        match &self.0.key {
            Key::Base(key) => ethereum::sign(key, &ethereum::message_digest(text)),
            Key::Solana(key) => solana::sign(key, text.as_bytes()),
        }
    }

    /// The value of the header SIGN-IN-WITH-X: base64 of JSON with the text that was signed. A server takes it once
    /// at most.
    pub fn sign_in(&self, sign_in: &SignIn, now: Timestamp) -> SecretString {
        sign_in::header(self, sign_in, now).value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use secrecy::ExposeSecret;

    #[rstest]
    #[case(Chain::Base)]
    #[case(Chain::Solana)]
    fn a_new_wallet_can_be_kept_and_read_again(#[case] chain: Chain) {
        let wallet = Wallet::generate(chain, &mut rand::rng());
        let other = Wallet::generate(chain, &mut rand::rng());
        assert_ne!(wallet.address(), other.address());
        let again = Wallet::from_secret(&wallet.secret()).unwrap();
        assert_eq!((again.chain(), again.address()), (chain, wallet.address()));
        assert_eq!(again.sign_message("Venezia"), wallet.sign_message("Venezia"));
        let shown = format!("{wallet:?} {:?}", wallet.secret());
        assert!(
            !shown.contains(wallet.secret().expose_secret()) && !shown.contains(wallet.address()),
            "{shown}"
        );
    }
}
