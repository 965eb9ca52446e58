//! What a sandbox is started with.

use std::{path::PathBuf, time::Duration};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::faults::Fault;

/// How long paid work takes, beside the drawing, encoding or writing itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkTime {
    /// Drawn from the seeded generator, such as 1.5 to 4 seconds for a picture: long enough for progress to be seen.
    Natural,
    /// Always this long; zero answers as soon as the work is done.
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

/// How many requests are accepted in a minute. The defaults are what Venice documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Chat and whatever else is answered by text models: 50, as for one of middling size.
    pub text: u32,
    /// Tokens of text, in and out: a million.
    pub text_tokens: u32,
    /// Pictures, made or changed: 20.
    pub image: u32,
    /// Speech, and writing down of speech: 60.
    pub audio: u32,
    /// Embeddings: 500.
    pub embeddings: u32,
    /// Films and music put into the queue: 40.
    pub video_queue: u32,
    /// Questions after films and music in the queue: 120.
    pub video_retrieve: u32,
    /// Keys made: 20.
    pub keys: u32,
    /// Questions to blockchains, for each caller: 100.
    pub crypto_rpc: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            text: 50,
            text_tokens: 1_000_000,
            image: 20,
            audio: 60,
            embeddings: 500,
            video_queue: 40,
            video_retrieve: 120,
            keys: 20,
            crypto_rpc: 100,
        }
    }
}

impl Limits {
    /// Limits that are out of the way.
    pub const WIDE: Self = Self {
        text: 10_000,
        text_tokens: 1_000_000_000,
        image: 10_000,
        audio: 10_000,
        embeddings: 10_000,
        video_queue: 10_000,
        video_retrieve: 10_000,
        keys: 10_000,
        crypto_rpc: 10_000,
    };
}

/// A past that is made up: charges over several keys and models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// How many days it covers, today included.
    pub days: u32,
    /// How many charges there are.
    pub charges: u32,
}

impl Default for Usage {
    /// 90 days and 56,000 charges.
    fn default() -> Self {
        Self { days: 90, charges: 56_000 }
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
    /// How many tokens of text are written in a second; zero: as many as can be.
    pub tokens_per_second: u32,
    /// How many requests are accepted in a minute.
    pub limits: Limits,
    /// Refuse everything for 30 seconds after more than this many failures in 30 seconds. Off by default.
    pub block_after_failures: Option<u32>,
    /// The money a new ledger opens with; a ledger that exists goes on from where it was.
    pub opening_balance: Balance,
    /// A past to begin with; a ledger that has one goes on with that. None by default. The balance is what is left after it.
    pub usage: Option<Usage>,
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
            tokens_per_second: 90,
            limits: Limits::default(),
            block_after_failures: None,
            opening_balance: Balance::default(),
            usage: None,
            faults: Vec::new(),
        }
    }
}

impl Config {
    /// The defaults for tests: no simulated work time, text at once, and rate limits that are out of the way.
    pub fn instant() -> Self {
        Self {
            work_time: WorkTime::Fixed(Duration::ZERO),
            tokens_per_second: 0,
            limits: Limits::WIDE,
            ..Self::default()
        }
    }
}
