//! The client against servers that answer well, badly, late and not at all.

mod bodies;
mod contract;
mod errors;
mod operations;
mod pacing;
mod secrecy;
mod servers;
