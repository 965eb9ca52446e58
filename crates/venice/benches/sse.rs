//! How fast Server-Sent Events are parsed.
//!
//! `scripts/bench client` or `cargo bench -p venice --bench sse`; BENCHMARKS.md tells how the figure comes about.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement that can't go on says where it stopped"
)]

#[path = "../../../tests/bench/results.rs"]
#[expect(dead_code, reason = "other programs use the rest")]
mod results;

use std::hint::black_box;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use results::Results;
use venice::sse::Parser;

/// How fast it must be, in megabytes a second.
const WANTED: f64 = 200.0;

/// Bytes that are pushed at once, as they come from a socket.
const PIECE: usize = 16 * 1024;
/// How long each side is measured, at least.
const SPAN: Duration = Duration::from_millis(500);
/// Rounds; the best one counts, since others are what else the machine did.
const ROUNDS: usize = 5;

/// A stream of events with `size` bytes of data each, about 16 MB in all.
fn stream(size: usize) -> Vec<u8> {
    let words = "the water lay still under the bridge and ";
    let text: String = words.chars().cycle().take(size).collect();
    let event = format!("data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n");
    event.repeat((16 * 1024 * 1024 / event.len()).max(1)).into_bytes()
}

/// Megabytes of `bytes` a second that `work` gets through.
fn rate(bytes: &[u8], mut work: impl FnMut(&[u8]) -> usize) -> f64 {
    let round = |work: &mut dyn FnMut(&[u8]) -> usize| {
        let started = Instant::now();
        let mut done = 0_usize;
        while started.elapsed() < SPAN {
            black_box(work(black_box(bytes)));
            done += bytes.len();
        }
        done as f64 / started.elapsed().as_secs_f64() / 1e6
    };
    (0..ROUNDS).map(|_| round(&mut work)).fold(0.0, f64::max)
}

fn parse(bytes: &[u8]) -> usize {
    let mut parser = Parser::default();
    let mut read = 0;
    for piece in bytes.chunks(PIECE) {
        if parser.push(piece, |event| read += event.data.len()).is_err() {
            return 0;
        }
    }
    read
}

fn scan(bytes: &[u8]) -> usize {
    bytes.chunks(PIECE).map(|piece| memchr::memchr_iter(b'\n', piece).count()).sum()
}

/// The folder of the whole project.
fn project() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn main() -> ExitCode {
    println!("\nParsing events, and only looking for the ends of their lines …");
    let mut slowest = f64::INFINITY;
    for (name, size) in
        [("tokens of 4 bytes", 4), ("pieces of 400 bytes", 400), ("events of 10 MB", 10_000_000)]
    {
        let bytes = stream(size);
        let (parsed, scanned) = (rate(&bytes, parse), rate(&bytes, scan));
        println!("{name:<20} {parsed:>6.0} MB/s parsed, {scanned:>6.0} MB/s scanned");
        slowest = slowest.min(parsed);
    }
    let mut results = Results::default();
    results.add_at_least("parsing server-sent events", "MB/s", slowest, WANTED, 1.0);
    let path = results.write();
    println!("\n{}\nWritten to {}", results.table(), path.display());
    if results.all_hold() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
