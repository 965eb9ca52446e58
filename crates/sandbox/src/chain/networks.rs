//! The networks, as the description lists them.

/// What a network speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// Ethereum's methods, with the chain's number.
    Ethereum {
        chain: u64,
    },
    Solana,
    /// Starknet's methods, with the chain's name.
    Starknet {
        chain: &'static str,
    },
}

/// A network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network {
    pub(crate) slug: &'static str,
    pub(crate) family: Family,
    /// What a standard call costs.
    pub(crate) credits: u32,
}

const fn ethereum(slug: &'static str, chain: u64) -> Network {
    Network { slug, family: Family::Ethereum { chain }, credits: 20 }
}

const fn zksync(slug: &'static str, chain: u64) -> Network {
    Network { slug, family: Family::Ethereum { chain }, credits: 30 }
}

const fn solana(slug: &'static str) -> Network {
    Network { slug, family: Family::Solana, credits: 30 }
}

const fn starknet(slug: &'static str, chain: &'static str) -> Network {
    Network { slug, family: Family::Starknet { chain }, credits: 20 }
}

/// Every network, sorted.
pub(crate) const NETWORKS: &[Network] = &[
    ethereum("arbitrum-mainnet", 42_161),
    ethereum("arbitrum-sepolia", 421_614),
    ethereum("avalanche-fuji", 43_113),
    ethereum("avalanche-mainnet", 43_114),
    ethereum("base-mainnet", 8_453),
    ethereum("base-sepolia", 84_532),
    ethereum("bsc-mainnet", 56),
    ethereum("bsc-testnet", 97),
    ethereum("ethereum-holesky", 17_000),
    ethereum("ethereum-mainnet", 1),
    ethereum("ethereum-sepolia", 11_155_111),
    ethereum("linea-mainnet", 59_144),
    ethereum("linea-sepolia", 59_141),
    ethereum("optimism-mainnet", 10),
    ethereum("optimism-sepolia", 11_155_420),
    ethereum("polygon-amoy", 80_002),
    ethereum("polygon-mainnet", 137),
    ethereum("robinhood-mainnet", 4_663),
    ethereum("robinhood-testnet", 46_630),
    solana("solana-devnet"),
    solana("solana-mainnet"),
    starknet("starknet-mainnet", "SN_MAIN"),
    starknet("starknet-sepolia", "SN_SEPOLIA"),
    zksync("zksync-mainnet", 324),
    zksync("zksync-sepolia", 300),
];

/// The network of a slug.
pub(crate) fn find(slug: &str) -> Option<&'static Network> {
    NETWORKS.iter().find(|network| network.slug == slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_names_each_once() {
        assert!(NETWORKS.is_sorted_by(|one, next| one.slug < next.slug));
        assert_eq!(find("zksync-mainnet").map(|network| network.credits), Some(30));
        assert_eq!(find("Ethereum-mainnet"), None);
    }
}
