//! How fast Server-Sent Events are parsed, and how that compares with only looking for the ends of their lines.
//!
//! `cargo bench -p venice --bench sse`

#![expect(clippy::print_stdout, reason = "a program for the command line")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use venice::sse::Parser;

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

fn main() {
    for (name, size) in
        [("tokens of 4 bytes", 4), ("pieces of 400 bytes", 400), ("events of 10 MB", 10_000_000)]
    {
        let bytes = stream(size);
        let (parsed, scanned) = (rate(&bytes, parse), rate(&bytes, scan));
        println!("{name}: {parsed:.0} MB/s parsed, {scanned:.0} MB/s scanned, ratio {:.3}", parsed / scanned);
    }
}
