//! The client against servers that answer well, badly, late and not at all.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

mod account;
mod audio;
mod augment;
mod bodies;
mod chat;
mod contract;
mod downloads;
mod errors;
#[cfg(feature = "schema")]
mod media_forms;
mod operations;
mod pacing;
mod responses;
mod secrecy;
mod servers;
mod tee;
mod video;
mod wallet;
