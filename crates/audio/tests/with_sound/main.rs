//! Recording from a real sound server. `scripts/with-sound` gives it, without a sound card: what is played to the output
//! `vsink` is heard by the microphone `vmic`.
//!
//! ```text
//! cargo build -p audio --example record
//! scripts/with-sound cargo test -p audio --test with_sound -- --test-threads=1
//! ```
//!
//! A plain `cargo test` leaves these out. What is played is a [`signal`] of which each frame says its place, so that not
//! only a lost sample is found but also where it was.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on says where it stopped")]

mod busy;
mod frozen;
mod full;
mod killed;
mod listed;
mod minute;
mod pause;
mod restarted;
mod server;
mod signal;
mod start;
mod taking;
mod unplugged;
