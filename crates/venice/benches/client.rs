//! What the client costs beside the HTTP below it, and how fast a list of models is read.
//!
//! `scripts/bench client` or `cargo bench -p venice --bench client`; BENCHMARKS.md tells how the figures come about. The
//! models are those of `models.json` in the folder `VENICE_REFERENCE` names, else in `shared/venice` beside the checkout,
//! else 328 made up ones.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement that can't go on says where it stopped"
)]

#[path = "../../../tests/bench/results.rs"]
mod results;

mod client {
    pub mod calls;
    pub mod models;
    pub mod request;
}

use std::path::Path;
use std::process::ExitCode;

use results::Results;

/// The folder of the whole project.
fn project() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn main() -> ExitCode {
    let mut results = Results::default();
    client::models::measure(&mut results);
    client::calls::measure(&mut results);
    let path = results.write();
    println!("\n{}\nWritten to {}", results.table(), path.display());
    if results.all_hold() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
