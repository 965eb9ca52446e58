//! The bytes of the encrypted file: a readable first line, how the key is made, the secrets, a checksum.
//!
//! ```text
//! "canaletto secrets\n"  18 bytes
//! format                 1 byte, now 1
//! memory in KiB, passes, lanes of argon2id: three little-endian u32
//! salt                   16 bytes
//! nonce                  24 bytes, new at every write
//! secrets                XChaCha20-Poly1305 under the argon2id key; all of the above is authenticated with them
//! checksum               32 bytes, BLAKE3 of everything above
//! ```
//!
//! The checksum keeps no one out. It tells a damaged file from a wrong passphrase, which the cipher alone can't.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, OsRng, Payload, rand_core::RngCore},
};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

const TITLE: &[u8] = b"canaletto secrets\n";
const FORMAT: u8 = 1;
const SALT: usize = 16;
const NONCE: usize = 24;
const CHECKSUM: usize = blake3::OUT_LEN;
const COST: usize = 12;
const HEADER: usize = TITLE.len() + 1 + COST + SALT;

/// Why bytes could not be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Damaged,
    Newer(u8),
    WrongPassphrase,
    /// No random bytes, or no memory for the key.
    System(&'static str),
}

/// What one guess at the passphrase costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cost {
    /// KiB of memory.
    memory: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    /// RFC 9106's choice for machines that are not servers, in one lane: some 0.2 s on a laptop.
    pub(super) const DESKTOP: Self = Self { memory: 64 * 1024, passes: 3, lanes: 1 };

    #[cfg(test)]
    pub(super) const LIGHT: Self = Self { memory: 8, passes: 1, lanes: 1 };

    /// A crafted file must not make us fill the memory or compute for ever.
    const fn is_sane(self) -> bool {
        self.memory <= 256 * 1024 && self.passes <= 16 && self.lanes <= 16
    }

    fn bytes(self) -> [u8; COST] {
        let mut bytes = [0; COST];
        for (chunk, number) in bytes.chunks_exact_mut(4).zip([self.memory, self.passes, self.lanes]) {
            chunk.copy_from_slice(&number.to_le_bytes());
        }
        bytes
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (memory, rest) = bytes.split_first_chunk()?;
        let (passes, rest) = rest.split_first_chunk()?;
        let (lanes, _) = rest.split_first_chunk()?;
        let [memory, passes, lanes] = [memory, passes, lanes].map(|number| u32::from_le_bytes(*number));
        Some(Self { memory, passes, lanes })
    }
}

/// The key of one file, made from a passphrase. The cipher wipes itself when dropped.
pub(super) struct Key {
    header: [u8; HEADER],
    cipher: XChaCha20Poly1305,
}

impl Key {
    pub(super) fn fresh(passphrase: &SecretString, cost: Cost) -> Result<Self, Fault> {
        let mut header = Vec::with_capacity(HEADER);
        header.extend_from_slice(TITLE);
        header.push(FORMAT);
        header.extend_from_slice(&cost.bytes());
        header.extend_from_slice(&random::<SALT>()?);
        let header = header.try_into().map_err(|_| Fault::System("the header has another length"))?;
        Self::derive(header, cost, passphrase)
    }

    fn derive(header: [u8; HEADER], cost: Cost, passphrase: &SecretString) -> Result<Self, Fault> {
        let params =
            Params::new(cost.memory, cost.passes, cost.lanes, Some(32)).map_err(|_| Fault::Damaged)?;
        let mut key = Zeroizing::new([0_u8; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(
                passphrase.expose_secret().as_bytes(),
                &header[HEADER - SALT..],
                key.as_mut_slice(),
            )
            .map_err(|_| Fault::System("the key could not be made from the passphrase"))?;
        Ok(Self { header, cipher: XChaCha20Poly1305::new(key.as_slice().into()) })
    }

    pub(super) fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, Fault> {
        let nonce = random::<NONCE>()?;
        let mut bytes = self.header.to_vec();
        bytes.extend_from_slice(&nonce);
        let sealed = self
            .cipher
            .encrypt(XNonce::from_slice(&nonce), Payload { msg: plain, aad: &bytes })
            .map_err(|_| Fault::System("the secrets could not be encrypted"))?;
        bytes.extend_from_slice(&sealed);
        let checksum = blake3::hash(&bytes);
        bytes.extend_from_slice(checksum.as_bytes());
        Ok(bytes)
    }
}

/// The key and what was sealed with it.
pub(super) fn open(bytes: &[u8], passphrase: &SecretString) -> Result<(Key, Zeroizing<Vec<u8>>), Fault> {
    let after_title = bytes.strip_prefix(TITLE).ok_or(Fault::Damaged)?;
    match after_title.first() {
        Some(&FORMAT) => {}
        Some(&version) if version > FORMAT => return Err(Fault::Newer(version)),
        _ => return Err(Fault::Damaged),
    }
    let (body, checksum) = bytes.split_last_chunk::<CHECKSUM>().ok_or(Fault::Damaged)?;
    if blake3::hash(body) != *checksum {
        return Err(Fault::Damaged);
    }
    let (header, _) = body.split_first_chunk::<HEADER>().ok_or(Fault::Damaged)?;
    let (authenticated, sealed) = body.split_at_checked(HEADER + NONCE).ok_or(Fault::Damaged)?;
    let cost = Cost::parse(&header[TITLE.len() + 1..]).filter(|cost| cost.is_sane()).ok_or(Fault::Damaged)?;
    let key = Key::derive(*header, cost, passphrase)?;
    let plain = key
        .cipher
        .decrypt(XNonce::from_slice(&authenticated[HEADER..]), Payload { msg: sealed, aad: authenticated })
        .map_err(|_| Fault::WrongPassphrase)?;
    Ok((key, Zeroizing::new(plain)))
}

fn random<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    OsRng.try_fill_bytes(&mut bytes).map_err(|_| Fault::System("the system gave no random bytes"))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passphrase(text: &str) -> SecretString {
        SecretString::from(text)
    }

    fn sealed() -> Vec<u8> {
        Key::fresh(&passphrase("four words of mine"), Cost::LIGHT).unwrap().seal(b"name\tvalue\n").unwrap()
    }

    fn with_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
        let body = bytes.len() - CHECKSUM;
        let checksum = *blake3::hash(&bytes[..body]).as_bytes();
        bytes[body..].copy_from_slice(&checksum);
        bytes
    }

    fn fault(bytes: &[u8], text: &str) -> Fault {
        open(bytes, &passphrase(text)).map(|_| ()).unwrap_err()
    }

    #[test]
    fn what_is_sealed_can_be_opened() {
        let bytes = sealed();
        let (key, plain) = open(&bytes, &passphrase("four words of mine")).unwrap();
        assert_eq!(plain.as_slice(), b"name\tvalue\n");
        let again = key.seal(&plain).unwrap();
        assert_eq!(open(&again, &passphrase("four words of mine")).unwrap().1, plain);
        assert_ne!(bytes, again, "a nonce is used once");
    }

    #[test]
    fn the_bytes_show_nothing() {
        let bytes = sealed();
        assert!(bytes.starts_with(TITLE));
        assert!(!bytes.windows(5).any(|window| window == b"value" || window == b"words"));
    }

    #[test]
    fn a_wrong_passphrase_is_told_apart_from_damage() {
        let bytes = sealed();
        assert_eq!(fault(&bytes, "four words of min"), Fault::WrongPassphrase);
        for place in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[place] ^= 1;
            assert_eq!(fault(&damaged, "four words of mine"), Fault::Damaged, "byte {place}");
        }
        for length in 0..bytes.len() {
            assert_eq!(fault(&bytes[..length], "four words of mine"), Fault::Damaged, "{length} bytes");
        }
    }

    #[test]
    fn rewriting_on_purpose_is_noticed_by_the_cipher() {
        let bytes = sealed();
        let body = bytes.len() - CHECKSUM;
        for place in [HEADER - 1, HEADER, HEADER + NONCE, body - 1] {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            assert_eq!(
                fault(&with_checksum(changed), "four words of mine"),
                Fault::WrongPassphrase,
                "byte {place}"
            );
        }
    }

    #[test]
    fn a_file_may_not_ask_for_the_whole_machine() {
        for (field, number) in [(0, 256 * 1024 + 1_u32), (1, 17), (2, 17), (0, 0), (1, 0), (2, 0)] {
            let mut bytes = sealed();
            let place = TITLE.len() + 1 + 4 * field;
            bytes[place..place + 4].copy_from_slice(&number.to_le_bytes());
            assert_eq!(
                fault(&with_checksum(bytes), "four words of mine"),
                Fault::Damaged,
                "{field}: {number}"
            );
        }
    }

    #[test]
    fn a_later_format_is_said_to_be_one() {
        let mut bytes = sealed();
        bytes[TITLE.len()] = 9;
        assert_eq!(fault(&bytes, "four words of mine"), Fault::Newer(9));
    }
}
