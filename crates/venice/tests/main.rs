//! The client against servers that answer well, badly, late and not at all.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

mod account;
mod bodies;
mod contract;
mod errors;
mod operations;
mod pacing;
mod secrecy;
mod servers;
mod wallet;
