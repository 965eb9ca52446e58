//! Sealing messages between a client and an enclave: hex of an ephemeral public key (65 bytes), a nonce (12) and the
//! AES-256-GCM ciphertext, the key by HKDF-SHA256 from the shared point's x.

use aes_gcm::{
    Aes256Gcm, Key, Nonce,
    aead::{Aead, KeyInit},
};
use k256::{PublicKey, SecretKey};
use sha2::Sha256;

use super::{hex, keys, unhex};
use crate::chance::Chance;

const INFO: &[u8] = b"ecdsa_encryption";
const PUBLIC: usize = 65;
const NONCE: usize = 12;
const TAG: usize = 16;

/// Why a message was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotOpened {
    /// Not hex of the right shape: most likely it was never sealed.
    Shape,
    /// Sealed, but not to this key, or changed since.
    Key,
}

fn cipher(secret: &SecretKey, public: &PublicKey) -> Option<Aes256Gcm> {
    let mut key = [0; 32];
    secret.diffie_hellman(public).extract::<Sha256>(None).expand(INFO, &mut key).ok()?;
    Some(Aes256Gcm::new(&Key::<Aes256Gcm>::from(key)))
}

fn nonce(bytes: &[u8]) -> Option<Nonce<aes_gcm::aead::consts::U12>> {
    Some(<[u8; NONCE]>::try_from(bytes).ok()?.into())
}

pub(super) fn open(secret: &SecretKey, sealed: &str) -> Result<String, NotOpened> {
    let bytes =
        unhex(sealed.trim()).filter(|bytes| bytes.len() >= PUBLIC + NONCE + TAG).ok_or(NotOpened::Shape)?;
    let (public, rest) = bytes.split_at(PUBLIC);
    let public = PublicKey::from_sec1_bytes(public).map_err(|_| NotOpened::Shape)?;
    let (at, ciphertext) = rest.split_at(NONCE);
    let opened = cipher(secret, &public)
        .zip(nonce(at))
        .and_then(|(cipher, nonce)| cipher.decrypt(&nonce, ciphertext).ok())
        .ok_or(NotOpened::Key)?;
    String::from_utf8(opened).map_err(|_| NotOpened::Key)
}

/// The client that answers are sealed to.
#[derive(Debug, Clone)]
pub(crate) struct Reader(PublicKey);

impl Reader {
    /// Reads a public key of 130 hex digits.
    pub(crate) fn read(key: &str) -> Option<Self> {
        let bytes = unhex(key).filter(|bytes| bytes.len() == PUBLIC)?;
        PublicKey::from_sec1_bytes(&bytes).ok().map(Self)
    }

    /// Seals a text, with a key and a nonce drawn anew.
    pub(crate) fn seal(&self, text: &str, chance: &mut Chance) -> String {
        let mut draw = || [chance.next().to_le_bytes(), chance.next().to_le_bytes()].concat();
        let secret = keys::secret_key(&[b"seal", &draw(), &draw()]);
        let at = draw();
        let sealed = cipher(&secret, &self.0)
            .zip(nonce(&at[..NONCE]))
            .and_then(|(cipher, nonce)| cipher.encrypt(&nonce, text.as_bytes()).ok())
            .unwrap_or_default();
        hex(&[&keys::uncompressed(&secret), &at[..NONCE], &sealed].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::enclave::Enclave;

    #[test]
    fn what_is_sealed_is_opened_by_the_right_key_alone() {
        let enclave = Enclave::of("s", "m");
        let reader = Reader::read(&hex(&enclave.public_key())).unwrap();
        let mut chance = Chance::new(1);
        let sealed = reader.seal("an oar, 一支桨", &mut chance);
        assert!(sealed.len() >= 2 * (PUBLIC + NONCE + TAG));
        assert_eq!(enclave.open(&sealed).unwrap(), "an oar, 一支桨");
        assert_ne!(reader.seal("an oar, 一支桨", &mut chance), sealed, "never the same twice");
        assert_eq!(Enclave::of("s", "n").open(&sealed), Err(NotOpened::Key));
        let mut changed = sealed.clone();
        changed.replace_range(sealed.len() - 2.., if sealed.ends_with("00") { "01" } else { "00" });
        assert_eq!(enclave.open(&changed), Err(NotOpened::Key));
        assert_eq!(enclave.open("hello"), Err(NotOpened::Shape));
    }

    /// Made with Python's `cryptography`: the client's key is 2, the message sealed with the ephemeral key 3.
    #[test]
    fn a_message_of_another_maker_is_opened() {
        let mut two = [0; 32];
        two[31] = 2;
        let key = SecretKey::from_slice(&two).unwrap();
        assert_eq!(open(&key, GOLDEN).unwrap(), "golden words");
    }

    const GOLDEN: &str = "04f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9388f7b0f632de8140fe337e62a37f35665\
        00a99934c2231b6cb9fd7584b8e672000102030405060708090a0bc961193cb295a84409c6302ae2a57fce57751e025b4846\
        0f4350ee0c";

    #[test]
    fn only_whole_uncompressed_keys_are_read() {
        let key = hex(&Enclave::of("s", "m").public_key());
        assert!(Reader::read(&key).is_some());
        assert!(Reader::read(&format!("0x{key}")).is_some());
        assert!(Reader::read(&key[..128]).is_none());
        assert!(Reader::read(&format!("04{}", "0".repeat(128))).is_none());
    }
}
