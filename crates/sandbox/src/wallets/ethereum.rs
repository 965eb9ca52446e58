//! Keccak, hex, and who made a secp256k1 signature.

use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};
use sha3::{Digest, Keccak256};

use super::Wallet;

pub(crate) fn keccak(bytes: &[u8]) -> [u8; 32] {
    Keccak256::digest(bytes).into()
}

/// `0x` and two lower-case digits for each byte.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(2 + 2 * bytes.len());
    out.push_str("0x");
    for byte in bytes {
        // Writing to a text can't fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// The bytes behind `0x` and an even number of digits.
pub(crate) fn unhex_any(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("0x")?;
    if !digits.len().is_multiple_of(2) || !digits.is_ascii() {
        return None;
    }
    digits
        .as_bytes()
        .chunks(2)
        .map(|pair| {
            let high = char::from(pair[0]).to_digit(16)?;
            let low = char::from(pair[1]).to_digit(16)?;
            Some((high * 16 + low) as u8)
        })
        .collect()
}

/// Exactly `N` bytes behind `0x`.
pub(crate) fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    unhex_any(text)?.try_into().ok()
}

/// The hash that `personal_sign` signs (EIP-191).
pub(crate) fn personal_digest(message: &[u8]) -> [u8; 32] {
    let mut text = format!("\x19Ethereum Signed Message:\n{}", message.len()).into_bytes();
    text.extend_from_slice(message);
    keccak(&text)
}

/// The account whose signature this is: r, s and v of 27 or 28, or of 0 or 1 where `bare_parity` is taken too.
///
/// A signature whose s lies in the upper half is refused: contracts refuse it, since it is another one's twin.
pub(crate) fn recover(digest: &[u8; 32], signature: &[u8; 65], bare_parity: bool) -> Option<Wallet> {
    let parity = match signature[64] {
        parity @ (27 | 28) => parity - 27,
        parity @ (0 | 1) if bare_parity => parity,
        _ => return None,
    };
    let parsed = Signature::from_slice(&signature[..64]).ok()?;
    if parsed.normalize_s() != parsed {
        return None;
    }
    let key = VerifyingKey::recover_from_prehash(digest, &parsed, RecoveryId::from_byte(parity)?).ok()?;
    let point = key.to_sec1_point(false);
    let hash = keccak(point.as_bytes().get(1..)?);
    hash[12..].try_into().ok().map(Wallet::Ethereum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wallets::vectors::{text, vectors};

    #[test]
    fn keccak_is_ethereums() {
        for known in vectors()["keccak"].as_array().unwrap() {
            assert_eq!(hex(&keccak(text(&known["text"]).as_bytes())), text(&known["hash"]));
        }
    }

    #[test]
    fn a_personal_signature_names_its_account() {
        let known = vectors();
        let account = Wallet::read(text(&known["ethereum"]["address"])).unwrap();
        for signed in known["ethereum"]["personal"].as_array().unwrap() {
            let digest = personal_digest(text(&signed["message"]).as_bytes());
            assert_eq!(hex(&digest), text(&signed["digest"]));
            let mut signature: [u8; 65] = unhex(text(&signed["signature"])).unwrap();
            assert_eq!(recover(&digest, &signature, false), Some(account));
            signature[64] -= 27;
            assert_eq!(recover(&digest, &signature, true), Some(account));
            assert_eq!(recover(&digest, &signature, false), None);
            signature[3] ^= 1;
            assert_ne!(recover(&digest, &signature, true), Some(account));
        }
    }

    #[test]
    fn the_twin_of_a_signature_is_refused() {
        const ORDER: [u8; 32] = [
            0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
            0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
        ];
        let known = vectors();
        let signed = &known["ethereum"]["personal"][1];
        let mut twin: [u8; 65] = unhex(text(&signed["signature"])).unwrap();
        let mut borrow = 0;
        for place in (0..32).rev() {
            let left = i16::from(ORDER[place]) - i16::from(twin[32 + place]) - borrow;
            borrow = i16::from(left < 0);
            twin[32 + place] = left.rem_euclid(256) as u8;
        }
        twin[64] = 55 - twin[64];
        assert_eq!(recover(&personal_digest(text(&signed["message"]).as_bytes()), &twin, true), None);
    }

    #[test]
    fn hex_is_read_strictly() {
        assert_eq!(unhex_any("0x00fF"), Some(vec![0, 255]));
        for wrong in ["00ff", "0x0", "0xgg", "0xé0"] {
            assert_eq!(unhex_any(wrong), None, "{wrong}");
        }
    }
}
