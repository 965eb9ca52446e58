//! How fast sound files are made ready for transcription, and how fast waveforms are read.
//!
//! `scripts/bench sound` or `cargo bench -p audio --bench sound`; BENCHMARKS.md tells how the figures come about. It needs
//! ffmpeg and espeak-ng, and 2 GB of disk for the time it runs.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement that can't go on says where it stopped"
)]

#[path = "../../../tests/bench/results.rs"]
mod results;

mod sound {
    pub mod made;
    pub mod peaks;
    pub mod ready;
}

use std::{path::Path, process::ExitCode};

use results::Results;

/// The folder of the whole project.
fn project() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn main() -> ExitCode {
    let mut results = Results::default();
    sound::ready::measure(&mut results);
    sound::peaks::measure(&mut results);
    let path = results.write();
    println!("\n{}\nWritten to {}", results.table(), path.display());
    if results.all_hold() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
