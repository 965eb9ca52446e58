//! Ten minutes from a real sound server with both cores busy.
//!
//! `scripts/bench capture`, or `scripts/with-sound cargo bench -p audio --bench capture`; BENCHMARKS.md tells how the figures
//! come about.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement that can't go on says where it stopped"
)]

#[path = "../tests/with_sound/busy.rs"]
mod busy;
#[path = "../../../tests/bench/results.rs"]
#[expect(dead_code, reason = "other programs use the rest")]
mod results;
#[path = "../tests/with_sound/server.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
mod server;
#[path = "../tests/with_sound/signal.rs"]
mod signal;
#[path = "../tests/with_sound/taking.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
mod taking;

use std::{
    fs,
    ops::Range,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use busy::Busy;
use results::Results;
use signal::{RATE, Run};
use taking::Taking;

const MINUTES: u32 = 10;
/// A take is to begin within this time.
const STARTS_WITHIN: f64 = 150.0;
const STARTS: usize = 20;
/// What memory may grow by after the first minute, in megabytes.
const MAY_GROW: f64 = 4.0;

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn main() -> ExitCode {
    let folder = tempfile::tempdir().expect("a folder");
    let mut results = Results::default();
    record(folder.path(), &mut results);
    start(folder.path(), &mut results);
    let path = results.write();
    println!("\n{}\nWritten to {}", results.table(), path.display());
    if results.all_hold() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn record(folder: &Path, results: &mut Results) {
    let [played, taken, other] = ["played.wav", "taken.wav", "other.raw"].map(|name| folder.join(name));
    let places = 0..MINUTES * 60 * RATE;
    signal::write(&played, &places);
    let taking = Taking::arm(None);
    taking.recorder.start(taken.clone()).expect("a take");
    let mut others = server::record(&other);
    let busy = Busy::start(2);
    let mut player = server::play(&played);
    let minute = |taken: Duration| taken.as_secs() / 60;
    let (mut at_first, mut most) = (0.0, 0f64);
    for number in 1..u64::from(MINUTES) {
        taking.listen_within(Duration::from_secs(90), |_, taken| {
            taken.is_some_and(|taken| minute(taken) >= number)
        });
        most = most.max(memory());
        if number == 1 {
            at_first = most;
        }
    }
    assert!(player.wait().expect("paplay ends").success());
    drop(busy);
    taking.listen_to_the_end();
    others.kill().expect("it ends");
    others.wait().expect("it has ended");
    let finished = taking.recorder.stop().expect("the take");

    let (ours, _) = signal::read(&taken, &places);
    let lost = missing(&ours, &places);
    let left_out: u32 = signal::read_raw(&other, &places).iter().map(|run| run.skipped).sum();
    println!("missing: {lost} frames; the sound server left out {left_out} for its own recorder");
    let lost = lost.saturating_sub(u64::from(left_out)) + finished.lost;
    results.add("frames lost in ten minutes, both cores busy", "frames", lost as f64, 1.0, 0.0);
    results.add("memory gained after the first minute", "MB", most - at_first, MAY_GROW, 1.0);
}

fn start(folder: &Path, results: &mut Results) {
    let taking = Taking::arm(None);
    let _busy = Busy::start(2);
    let starts = (0..STARTS).map(|number| {
        let asked = Instant::now();
        taking.recorder.start(folder.join(format!("{number}.wav"))).expect("a take");
        let took = asked.elapsed().as_secs_f64() * 1_000.0;
        taking.listen_for(Duration::from_millis(300));
        taking.recorder.stop().expect("the take");
        took
    });
    results.add("slowest start of 20, both cores busy", "ms", starts.fold(0.0, f64::max), STARTS_WITHIN, 1.0);
}

/// Places that aren't in any run.
fn missing(runs: &[Run], places: &Range<u32>) -> u64 {
    let there: u64 = runs.iter().map(|run| u64::from(run.to - run.from - run.skipped)).sum();
    (places.len() as u64).saturating_sub(there)
}

/// What this process holds, in megabytes.
fn memory() -> f64 {
    let status = fs::read_to_string("/proc/self/status").expect("how it stands");
    let held = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
    held.trim().trim_end_matches(" kB").parse::<f64>().expect("a number") / 1024.0
}
