//! What a payer signs to send USDC on Base: EIP-3009's `TransferWithAuthorization`, hashed as EIP-712 says.

use super::ethereum::keccak;

const DOMAIN: &str = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
const TRANSFER: &str = "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,\
                        uint256 validBefore,bytes32 nonce)";

/// A number of 256 bits, big end first.
pub(crate) type Word = [u8; 32];

/// The contract that an authorization is for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Domain {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    pub(crate) chain: u64,
    pub(crate) contract: [u8; 20],
}

/// An order to move `value` of a token, in its smallest unit, at a time between two Unix times.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Authorization {
    pub(crate) from: [u8; 20],
    pub(crate) to: [u8; 20],
    pub(crate) value: Word,
    pub(crate) valid_after: Word,
    pub(crate) valid_before: Word,
    pub(crate) nonce: Word,
}

impl Domain {
    fn separator(&self) -> Word {
        let words = [
            keccak(DOMAIN.as_bytes()),
            keccak(self.name.as_bytes()),
            keccak(self.version.as_bytes()),
            word(self.chain),
            padded(&self.contract),
        ];
        keccak(words.as_flattened())
    }
}

impl Authorization {
    /// The hash that the payer signs.
    pub(crate) fn digest(&self, domain: &Domain) -> Word {
        let words = [
            keccak(TRANSFER.as_bytes()),
            padded(&self.from),
            padded(&self.to),
            self.value,
            self.valid_after,
            self.valid_before,
            self.nonce,
        ];
        let mut text = vec![0x19, 0x01];
        text.extend_from_slice(&domain.separator());
        text.extend_from_slice(&keccak(words.as_flattened()));
        keccak(&text)
    }
}

/// A number as a word.
pub(crate) fn word(number: u64) -> Word {
    padded(&number.to_be_bytes())
}

/// A word as a number, where it is small enough for one.
pub(crate) fn number(word: &Word) -> Option<u64> {
    let (high, low) = word.split_last_chunk::<8>()?;
    high.iter().all(|byte| *byte == 0).then(|| u64::from_be_bytes(*low))
}

/// Reads decimal digits.
pub(crate) fn decimal(text: &str) -> Option<Word> {
    if text.is_empty() || text.len() > 78 {
        return None;
    }
    let mut out = [0; 32];
    for digit in text.bytes() {
        let mut carry = u16::from(digit.checked_sub(b'0').filter(|digit| *digit < 10)?);
        for byte in out.iter_mut().rev() {
            carry += u16::from(*byte) * 10;
            *byte = carry as u8;
            carry >>= 8;
        }
        if carry > 0 {
            return None;
        }
    }
    Some(out)
}

pub(crate) fn padded(bytes: &[u8]) -> Word {
    let mut out = [0; 32];
    let start = out.len().saturating_sub(bytes.len());
    out[start..].copy_from_slice(&bytes[..bytes.len().min(32)]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wallets::{
        Wallet,
        ethereum::{hex, recover, unhex},
        rails::USDC_DOMAIN,
        vectors::{text, vectors},
    };

    #[test]
    fn a_payment_is_hashed_and_signed_as_others_do_it() {
        let known = vectors();
        let payer = Wallet::read(text(&known["ethereum"]["address"])).unwrap();
        for payment in known["ethereum"]["payments"].as_array().unwrap() {
            let field = |name: &str| text(&payment["authorization"][name]);
            let authorization = Authorization {
                from: unhex(field("from")).unwrap(),
                to: unhex(field("to")).unwrap(),
                value: decimal(field("value")).unwrap(),
                valid_after: decimal(field("validAfter")).unwrap(),
                valid_before: decimal(field("validBefore")).unwrap(),
                nonce: unhex(field("nonce")).unwrap(),
            };
            let digest = authorization.digest(&USDC_DOMAIN);
            assert_eq!(hex(&digest), text(&payment["digest"]));
            let signature = unhex(text(&payment["signature"])).unwrap();
            assert_eq!(recover(&digest, &signature, false), Some(payer));
        }
    }

    #[test]
    fn decimals_fill_a_word_and_no_more() {
        let most = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
        assert_eq!(decimal(most), Some([0xff; 32]));
        let over = "115792089237316195423570985008687907853269984665640564039457584007913129639936";
        for wrong in ["", "-1", "1.5", "0x10", "1e6", " 1", over] {
            assert_eq!(decimal(wrong), None, "{wrong}");
        }
        assert_eq!(number(&decimal("5000000").unwrap()), Some(5_000_000));
        assert_eq!(number(&decimal("18446744073709551616").unwrap()), None);
    }
}
