//! A chain of Ethereum's kind: a hundred blocks, a handful of accounts, one token.

mod blocks;
mod logs;
mod methods;
mod params;

pub(super) use methods::call;
