//! What a sandbox is started with.

use std::{path::PathBuf, time::Duration};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::faults::Fault;

/// How long a paid picture job takes, beside the drawing itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkTime {
    /// 1.5 to 4 seconds, drawn from the seeded generator: long enough for progress to be seen.
    Natural,
    /// Always this long; zero answers as soon as the picture is drawn.
    Fixed(Duration),
}

/// Which balance pays first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    /// Dollars.
    Usd,
    /// Venice's own unit, at par with the dollar here.
    Diem,
}

impl Currency {
    /// The name Venice writes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Usd => "USD",
            Self::Diem => "DIEM",
        }
    }
}

/// The pretend money of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// Dollars left.
    #[serde(with = "rust_decimal::serde::str")]
    pub usd: Decimal,
    /// DIEM left.
    #[serde(with = "rust_decimal::serde::str")]
    pub diem: Decimal,
    /// The balance that is charged first; the other one pays where this one cannot.
    pub first: Currency,
}

impl Default for Balance {
    fn default() -> Self {
        Self { usd: Decimal::from(25), diem: Decimal::from(10), first: Currency::Usd }
    }
}

/// What a sandbox is started with.
#[derive(Debug, Clone)]
pub struct Config {
    /// Drives ids, work times and the seeds of pictures that ask for none.
    pub seed: u64,
    /// The port on 127.0.0.1. Zero takes the port kept in `state_dir` where it is free, else any.
    pub port: u16,
    /// Where the ledger, the keys and the port are kept; without it they live in memory.
    pub state_dir: Option<PathBuf>,
    /// How long paid work takes.
    pub work_time: WorkTime,
    /// Picture requests accepted in a minute, as Venice documents: 20.
    pub pictures_per_minute: u32,
    /// Refuse everything for 30 seconds after more than this many failures in 30 seconds. Off by default.
    pub block_after_failures: Option<u32>,
    /// The money a new ledger opens with; a ledger that exists goes on from where it was.
    pub opening_balance: Balance,
    /// Faults that are armed from the start.
    pub faults: Vec<Fault>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            seed: 0,
            port: 0,
            state_dir: None,
            work_time: WorkTime::Natural,
            pictures_per_minute: 20,
            block_after_failures: None,
            opening_balance: Balance::default(),
            faults: Vec::new(),
        }
    }
}

impl Config {
    /// The defaults for tests: no simulated work time, and a rate limit that is out of the way.
    pub fn instant() -> Self {
        Self { work_time: WorkTime::Fixed(Duration::ZERO), pictures_per_minute: 10_000, ..Self::default() }
    }
}
