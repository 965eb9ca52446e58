//! Reading what a method is called with.

use serde_json::Value;

use super::blocks::{Address, Block, Blocks, HEAD, Hash};
use crate::{chain::json_rpc::RpcError, wallets::ethereum::unhex};

/// The parameters of a call, by their places.
pub(super) struct Params<'a>(pub(super) &'a [Value]);

impl Params<'_> {
    pub(super) fn text(&self, place: usize) -> Result<&str, RpcError> {
        let missing = || RpcError::params(&format!("missing value for required argument {place}"));
        self.0.get(place).and_then(Value::as_str).ok_or_else(missing)
    }

    pub(super) fn address(&self, place: usize) -> Result<Address, RpcError> {
        address(self.text(place)?)
    }

    pub(super) fn hash(&self, place: usize) -> Result<Hash, RpcError> {
        hash(self.text(place)?)
    }

    pub(super) fn quantity(&self, place: usize) -> Result<u64, RpcError> {
        quantity(self.text(place)?)
    }

    pub(super) fn flag(&self, place: usize) -> Result<bool, RpcError> {
        match self.0.get(place) {
            None => Ok(false),
            Some(value) => value.as_bool().ok_or_else(|| RpcError::params("expected a boolean")),
        }
    }

    /// The number of the block that is meant, which may not exist.
    pub(super) fn number(&self, place: usize) -> Result<u64, RpcError> {
        number(self.text(place)?)
    }

    /// The block whose state is meant: a tag, a number, or EIP-1898's object; the last one where nothing is said.
    pub(super) fn state<'b>(&self, place: usize, blocks: &'b Blocks) -> Result<&'b Block, RpcError> {
        let unknown = || RpcError::new(-32_000, "header not found");
        let found = match self.0.get(place) {
            None | Some(Value::Null) => blocks.at(HEAD),
            Some(Value::String(text)) => blocks.at(number(text)?),
            Some(Value::Object(by)) => match (by.get("blockNumber"), by.get("blockHash")) {
                (Some(Value::String(text)), None) => blocks.at(number(text)?),
                (None, Some(Value::String(text))) => blocks.by_hash(&hash(text)?),
                _ => return Err(RpcError::params("expected blockNumber or blockHash")),
            },
            Some(_) => return Err(RpcError::params("expected a block")),
        };
        found.ok_or_else(unknown)
    }
}

pub(super) fn address(text: &str) -> Result<Address, RpcError> {
    unhex(text).ok_or_else(|| RpcError::params("expected an address of 20 bytes"))
}

pub(super) fn hash(text: &str) -> Result<Hash, RpcError> {
    unhex(text).ok_or_else(|| RpcError::params("expected a hash of 32 bytes"))
}

/// A number in hex without leading zeros.
pub(super) fn quantity(text: &str) -> Result<u64, RpcError> {
    let wrong = || RpcError::params("expected a quantity in hex");
    let digits = text.strip_prefix("0x").ok_or_else(wrong)?;
    if digits.starts_with('+') || digits.len() > 1 && digits.starts_with('0') {
        return Err(RpcError::params("hex number with leading zero digits"));
    }
    u64::from_str_radix(digits, 16).map_err(|_| wrong())
}

/// A block by its number or a name for it.
pub(super) fn number(text: &str) -> Result<u64, RpcError> {
    match text {
        "latest" | "safe" | "finalized" | "pending" => Ok(HEAD),
        "earliest" => Ok(0),
        text => quantity(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_as_nodes_read_them() {
        assert_eq!(quantity("0x0"), Ok(0));
        assert_eq!(quantity("0xFf"), Ok(255));
        for wrong in ["", "0x", "12", "0x01", "0xg", "0x+1", "0x10000000000000000"] {
            assert!(quantity(wrong).is_err(), "{wrong}");
        }
        assert_eq!([number("latest"), number("earliest"), number("0x5")], [Ok(HEAD), Ok(0), Ok(5)]);
    }
}
