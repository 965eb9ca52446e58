//! The sandbox as its callers see it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bodies;
mod client;
mod crypto_rpc;
mod faults;
mod listings;
mod money;
mod pictures;
mod process;
mod wallet;
mod wallets;
