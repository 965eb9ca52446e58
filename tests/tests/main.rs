//! What holds across the crates: who may know whom, what the program may talk to, and that no file is forgotten.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on says where it stopped")]

mod architecture;
mod durability;
mod every_operation;
mod files;
mod parity;
mod reachability;
#[expect(dead_code, reason = "the end-to-end tests use more of it")]
#[path = "../e2e/sandbox.rs"]
mod sandbox;
mod trust;
