//! The sandbox as its callers see it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bodies;
mod characters;
mod client;
mod faults;
mod keys;
mod listings;
mod money;
mod pictures;
mod process;
mod queue;
mod sound;
mod usage;
