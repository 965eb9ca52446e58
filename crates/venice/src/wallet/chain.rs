use serde::{Deserialize, Serialize};

/// A chain that a wallet is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Chain {
    /// Base, of Ethereum's kind.
    Base,
    /// Solana.
    Solana,
}

/// Base's number among the chains of Ethereum's kind.
pub(super) const BASE_CHAIN_ID: u64 = 8453;
/// Solana's main network, by the hash of its first block.
pub(super) const SOLANA_REFERENCE: &str = "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp";

impl Chain {
    /// Both.
    pub const ALL: &'static [Self] = &[Self::Base, Self::Solana];

    /// The network as CAIP-2 writes it: `eip155:8453` or `solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp`.
    pub fn network(self) -> &'static str {
        match self {
            Self::Base => "eip155:8453",
            Self::Solana => "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp",
        }
    }

    /// Reads a network as CAIP-2 writes it, or by its older name. Test networks are none of these.
    pub fn from_network(network: &str) -> Option<Self> {
        match network {
            "base" => Some(Self::Base),
            "solana" => Some(Self::Solana),
            network => Self::ALL.iter().copied().find(|chain| chain.network() == network),
        }
    }

    /// The address of USDC.
    pub fn usdc(self) -> &'static str {
        match self {
            Self::Base => "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913",
            Self::Solana => "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v",
        }
    }

    /// Whether a token is USDC. On Base capitals don't matter.
    pub(crate) fn is_usdc(self, asset: &str) -> bool {
        match self {
            Self::Base => asset.eq_ignore_ascii_case(self.usdc()),
            Self::Solana => asset == self.usdc(),
        }
    }

    /// Whether a text looks like an address of this chain.
    pub fn has_address(self, address: &str) -> bool {
        match self {
            Self::Base => super::ethereum::address_bytes(address).is_some(),
            Self::Solana => super::solana::public_key(address).is_some(),
        }
    }
}
