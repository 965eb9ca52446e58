//! The blocks, made anew from the network's name whenever they are asked for.

use std::collections::BTreeMap;

use crate::wallets::{
    ethereum::{keccak, unhex},
    rails::USDC_ON_BASE,
    typed_data::padded,
};

pub(super) type Address = [u8; 20];
pub(super) type Hash = [u8; 32];

/// The number of the last block.
pub(super) const HEAD: u64 = 99;
/// What a unit of gas costs, in wei.
pub(super) const GAS_PRICE: u128 = 1_000_000_000;
/// Seconds from one block to the next.
const SPACING: u64 = 12;
/// The first block's time: 2026-01-01.
const GENESIS: u64 = 1_767_225_600;
const ACCOUNTS: usize = 6;
/// What each account begins with: 1,000 ether, and 250,000 of the token.
const ETHER: u128 = 1_000_000_000_000_000_000_000;
const TOKENS: u128 = 250_000_000_000;

/// The token that lives on every chain, at the address of USDC on Base.
pub(super) fn token() -> Address {
    unhex(USDC_ON_BASE).unwrap_or_default()
}

/// Millionths of the token that there are.
pub(super) const SUPPLY: u128 = TOKENS * ACCOUNTS as u128;

/// One of the accounts that things happen to.
pub(super) fn account(place: usize) -> Address {
    let hash = keccak(format!("canaletto sandbox account {}", place % ACCOUNTS).as_bytes());
    let mut address = [0; 20];
    address.copy_from_slice(&hash[12..]);
    address
}

/// A transfer of ether, or of the token.
#[derive(Debug, Clone)]
pub(super) struct Transaction {
    pub(super) hash: Hash,
    pub(super) place: usize,
    pub(super) from: Address,
    /// Who receives; for the token, its contract is what is called.
    pub(super) to: Address,
    pub(super) amount: u128,
    pub(super) of_token: bool,
    pub(super) nonce: u64,
}

impl Transaction {
    pub(super) fn gas(&self) -> u128 {
        if self.of_token { 51_000 } else { 21_000 }
    }

    /// The account that is called.
    pub(super) fn called(&self) -> Address {
        if self.of_token { token() } else { self.to }
    }

    /// What the token is called with: `transfer(to, amount)`.
    pub(super) fn input(&self) -> Vec<u8> {
        if !self.of_token {
            return Vec::new();
        }
        let words = [padded(&self.to), padded(&self.amount.to_be_bytes())];
        [&[0xa9, 0x05, 0x9c, 0xbb], words.as_flattened()].concat()
    }
}

#[derive(Debug, Clone)]
pub(super) struct Block {
    pub(super) number: u64,
    pub(super) hash: Hash,
    pub(super) parent: Hash,
    pub(super) time: u64,
    pub(super) transactions: Vec<Transaction>,
}

/// What an account has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Holding {
    pub(super) wei: u128,
    pub(super) tokens: u128,
    pub(super) sent: u64,
}

/// A chain's blocks, from 0 to [`HEAD`].
#[derive(Debug)]
pub(super) struct Blocks(Vec<Block>);

impl Blocks {
    pub(super) fn of(slug: &str) -> Self {
        let mut nonces: BTreeMap<Address, u64> = BTreeMap::new();
        let mut blocks: Vec<Block> = Vec::new();
        for number in 0..=HEAD {
            let parent = blocks.last().map_or([0; 32], |block| block.hash);
            let hash = keccak(format!("canaletto {slug} block {number}").as_bytes());
            let count = if number == 0 { 0 } else { usize::from(hash[0] % 4) };
            let transactions = (0..count)
                .map(|place| {
                    let hash = keccak(format!("canaletto {slug} transaction {number} {place}").as_bytes());
                    let sender = usize::from(hash[0]);
                    // One to five accounts further: never the sender.
                    let (from, to) = (account(sender), account(sender + 1 + usize::from(hash[1] % 5)));
                    let nonce = nonces.entry(from).or_default();
                    *nonce += 1;
                    let of_token = hash[2].is_multiple_of(2);
                    let amount = u128::from(u16::from_be_bytes([hash[3], hash[4]])) + 1;
                    let unit = if of_token { 1_000 } else { 10_000_000_000_000 };
                    Transaction { hash, place, from, to, amount: amount * unit, of_token, nonce: *nonce - 1 }
                })
                .collect();
            blocks.push(Block { number, hash, parent, time: GENESIS + SPACING * number, transactions });
        }
        Self(blocks)
    }

    pub(super) fn all(&self) -> &[Block] {
        &self.0
    }

    pub(super) fn at(&self, number: u64) -> Option<&Block> {
        self.0.get(usize::try_from(number).ok()?)
    }

    pub(super) fn by_hash(&self, hash: &Hash) -> Option<&Block> {
        self.0.iter().find(|block| block.hash == *hash)
    }

    pub(super) fn transaction(&self, hash: &Hash) -> Option<(&Block, &Transaction)> {
        self.0.iter().find_map(|block| {
            block
                .transactions
                .iter()
                .find(|transaction| transaction.hash == *hash)
                .map(|found| (block, found))
        })
    }

    /// What an account has after a block.
    pub(super) fn holding(&self, address: &Address, after: u64) -> Holding {
        let mut holding = Holding::default();
        if (0..ACCOUNTS).any(|place| account(place) == *address) {
            holding = Holding { wei: ETHER, tokens: TOKENS, sent: 0 };
        }
        let blocks = self.0.iter().take_while(|block| block.number <= after);
        for transaction in blocks.flat_map(|block| &block.transactions) {
            if transaction.from == *address {
                holding.sent += 1;
                holding.wei -= transaction.gas() * GAS_PRICE;
                *holding.balance(transaction.of_token) -= transaction.amount;
            }
            if transaction.to == *address {
                *holding.balance(transaction.of_token) += transaction.amount;
            }
        }
        holding
    }
}

impl Holding {
    fn balance(&mut self, of_token: bool) -> &mut u128 {
        if of_token { &mut self.tokens } else { &mut self.wei }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_is_the_same_each_time_and_unlike_the_others() {
        let (one, again, other) =
            (Blocks::of("base-mainnet"), Blocks::of("base-mainnet"), Blocks::of("bsc-mainnet"));
        let hashes = |blocks: &Blocks| blocks.all().iter().map(|block| block.hash).collect::<Vec<_>>();
        assert_eq!(hashes(&one), hashes(&again));
        assert!(hashes(&one).iter().all(|hash| !hashes(&other).contains(hash)));
        for pair in one.all().windows(2) {
            assert_eq!((pair[1].parent, pair[1].time), (pair[0].hash, pair[0].time + SPACING));
        }
    }

    #[test]
    fn transfers_move_money_and_make_none() {
        let blocks = Blocks::of("ethereum-mainnet");
        let all = |after: u64| (0..ACCOUNTS).map(move |place| (place, after));
        let tokens = |after| {
            all(after).map(|(place, after)| blocks.holding(&account(place), after).tokens).sum::<u128>()
        };
        assert_eq!((tokens(0), tokens(HEAD)), (SUPPLY, SUPPLY));
        let wei =
            |after| all(after).map(|(place, after)| blocks.holding(&account(place), after).wei).sum::<u128>();
        let gas: u128 = blocks.all().iter().flat_map(|block| &block.transactions).map(Transaction::gas).sum();
        assert!(gas > 0);
        assert_eq!(wei(0) - wei(HEAD), gas * GAS_PRICE);
    }

    #[test]
    fn nonces_count_what_an_account_sent() {
        let blocks = Blocks::of("linea-mainnet");
        let mut seen: BTreeMap<Address, u64> = BTreeMap::new();
        for transaction in blocks.all().iter().flat_map(|block| &block.transactions) {
            let next = seen.entry(transaction.from).or_default();
            assert_eq!(transaction.nonce, *next);
            assert_ne!(transaction.from, transaction.to);
            *next += 1;
        }
        for (address, sent) in seen {
            assert_eq!(blocks.holding(&address, HEAD).sent, sent);
        }
    }
}
