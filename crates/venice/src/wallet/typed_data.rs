//! The digest of an EIP-3009 transfer, by EIP-712.

use super::ethereum::keccak;

const DOMAIN_TYPE: &str =
    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
const TRANSFER_TYPE: &str = "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)";

/// The contract that makes a transfer.
pub(super) struct Domain<'a> {
    pub(super) name: &'a str,
    pub(super) version: &'a str,
    pub(super) chain_id: u64,
    pub(super) contract: [u8; 20],
}

/// A transfer that its owner allows.
pub(super) struct Transfer {
    pub(super) from: [u8; 20],
    pub(super) to: [u8; 20],
    /// In the token's smallest unit.
    pub(super) value: u64,
    /// Unix seconds.
    pub(super) valid_after: u64,
    /// Unix seconds.
    pub(super) valid_before: u64,
    pub(super) nonce: [u8; 32],
}

fn number(number: u64) -> [u8; 32] {
    let mut word = [0; 32];
    word[24..].copy_from_slice(&number.to_be_bytes());
    word
}

fn address(address: &[u8; 20]) -> [u8; 32] {
    let mut word = [0; 32];
    word[12..].copy_from_slice(address);
    word
}

impl Domain<'_> {
    fn separator(&self) -> [u8; 32] {
        keccak(&[
            &keccak(&[DOMAIN_TYPE.as_bytes()]),
            &keccak(&[self.name.as_bytes()]),
            &keccak(&[self.version.as_bytes()]),
            &number(self.chain_id),
            &address(&self.contract),
        ])
    }
}

impl Transfer {
    /// What is signed.
    pub(super) fn digest(&self, domain: &Domain<'_>) -> [u8; 32] {
        let transfer = keccak(&[
            &keccak(&[TRANSFER_TYPE.as_bytes()]),
            &address(&self.from),
            &address(&self.to),
            &number(self.value),
            &number(self.valid_after),
            &number(self.valid_before),
            &self.nonce,
        ]);
        keccak(&[b"\x19\x01", &domain.separator(), &transfer])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wallet::ethereum::address_bytes;
    use crate::wallet::{Chain, chain::BASE_CHAIN_ID};
    use serde_json::Value;

    #[test]
    fn the_digest_is_that_of_another_implementation() {
        let vectors: Value =
            serde_json::from_str(include_str!("../../tests/data/wallet_vectors.json")).unwrap();
        let payments = vectors["base"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|wallet| wallet["payments"].as_array().unwrap());
        let mut seen = 0;
        for payment in payments {
            let text = |name: &str| payment["authorization"][name].as_str().unwrap();
            let mut nonce = [0; 32];
            hex::decode_to_slice(&text("nonce")[2..], &mut nonce).unwrap();
            let transfer = Transfer {
                from: address_bytes(text("from")).unwrap(),
                to: address_bytes(text("to")).unwrap(),
                value: text("value").parse().unwrap(),
                valid_after: text("validAfter").parse().unwrap(),
                valid_before: text("validBefore").parse().unwrap(),
                nonce,
            };
            let contract = address_bytes(Chain::Base.usdc()).unwrap();
            let domain = Domain { name: "USD Coin", version: "2", chain_id: BASE_CHAIN_ID, contract };
            let digest = format!("0x{}", hex::encode(transfer.digest(&domain)));
            assert_eq!(digest, payment["digest"].as_str().unwrap());
            seen += 1;
        }
        assert_eq!(seen, 6);
    }
}
