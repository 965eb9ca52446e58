//! The sandbox as its callers see it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod augment;
mod bodies;
mod chat;
mod chat_money;
mod client;
mod embeddings;
mod enclave;
mod events;
mod faults;
mod listings;
mod money;
mod pictures;
mod process;
mod responses;
