//! Drives the fuzz targets with a stable compiler: `fuzz [TARGET] [SECONDS] [SEED]`.
//!
//! Bytes are made of what a target understands, cut, repeated, joined and spoilt. It isn't guided by coverage; for that
//! see the README. What breaks a target is kept in `artifacts`.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::panic::catch_unwind;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use venice::fuzzing::{TARGETS, Target};

/// Bytes beyond this are cut.
const LONGEST: usize = 256 * 1024;
/// What takes longer than this hangs.
const PATIENCE: Duration = Duration::from_secs(2);

/// Random numbers that are the same for the same seed (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }

    /// A stretch of bytes, empty at worst.
    fn stretch<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let (from, to) = (self.below(bytes.len() + 1), self.below(bytes.len() + 1));
        &bytes[from.min(to)..from.max(to)]
    }
}

fn made(target: &Target, chance: &mut Chance) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..=chance.below(12) {
        let seed = target.seeds[chance.below(target.seeds.len())].as_bytes();
        match chance.below(7) {
            0 | 1 => bytes.extend_from_slice(seed),
            2 | 3 => bytes.extend_from_slice(chance.stretch(seed)),
            4 => bytes.extend(chance.stretch(seed).repeat(1 + chance.below(300))),
            5 => bytes.extend((0..chance.below(40)).map(|_| chance.below(256) as u8)),
            _ => {
                for _ in 0..chance.below(8) {
                    let place = chance.below(bytes.len());
                    if let Some(byte) = bytes.get_mut(place) {
                        *byte = chance.below(256) as u8;
                    }
                }
            }
        }
    }
    bytes.truncate(LONGEST);
    bytes
}

/// Runs a target; false where something broke it.
pub fn drive(target: &Target, span: Duration, seed: u64) -> bool {
    let mut chance = Chance(seed | 1);
    let (started, mut runs) = (Instant::now(), 0_u64);
    while started.elapsed() < span {
        let bytes = made(target, &mut chance);
        let began = Instant::now();
        let outcome = catch_unwind(|| (target.run)(&bytes));
        if outcome.is_err() || began.elapsed() > PATIENCE {
            let file = format!("artifacts/{}-{seed}-{runs}", target.name);
            let kept = std::fs::create_dir_all("artifacts").and_then(|()| std::fs::write(&file, &bytes));
            println!("{}: broken after {runs} runs; {file} {kept:?}", target.name);
            return false;
        }
        runs += 1;
    }
    println!("{}: {runs} runs, seed {seed}", target.name);
    true
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next();
    let number = |text: Option<String>| text.and_then(|text| text.parse().ok());
    let seconds = number(arguments.next()).unwrap_or(10);
    let seed = number(arguments.next()).unwrap_or_else(|| RandomState::new().build_hasher().finish());
    let chosen: Vec<_> =
        TARGETS.iter().filter(|target| name.as_deref().is_none_or(|name| name == target.name)).collect();
    if chosen.is_empty() {
        let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
        eprintln!("no such target; there are {}", names.join(", "));
        return ExitCode::from(2);
    }
    let broken =
        chosen.into_iter().filter(|target| !drive(target, Duration::from_secs(seconds), seed)).count();
    ExitCode::from(u8::from(broken > 0))
}
