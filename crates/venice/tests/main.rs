//! The client against servers that answer well, badly, late and not at all.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

mod access;
mod audio;
mod augment;
mod billing;
mod bodies;
mod characters;
mod chat;
mod contract;
mod crypto_rpc;
mod downloads;
mod errors;
mod keys;
#[cfg(feature = "schema")]
mod media_forms;
mod operations;
mod pacing;
mod responses;
mod secrecy;
mod servers;
mod tee;
mod top_ups;
mod video;
mod wallet;
