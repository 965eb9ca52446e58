//! The sandbox as its callers see it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod augment;
mod bodies;
mod characters;
mod chat;
mod chat_money;
mod client;
mod crypto_rpc;
mod embeddings;
mod enclave;
mod events;
mod faults;
mod keys;
mod listings;
mod money;
mod pictures;
mod process;
mod queue;
mod responses;
mod sound;
mod usage;
mod wallet;
mod wallets;
