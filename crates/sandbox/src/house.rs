//! What every request shares: the keys, the ledger, the limits, the armed faults and the seeded generator.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    catalogue::Catalogue,
    chance::{Chance, mix},
    cloned_voices::ClonedVoices,
    config::{Balance, Config, WorkTime},
    faults::Faults,
    home::Home,
    keys::Keys,
    ledger::Ledger,
    queue::Queue,
    rate::Failures,
    rates::Rates,
    voice::Memory,
};

/// The state behind every route.
pub(crate) struct House {
    pub(crate) home: Home,
    pub(crate) keys: Keys,
    pub(crate) ledger: Ledger,
    pub(crate) catalogue: Catalogue,
    pub(crate) rates: Rates,
    pub(crate) failures: Failures,
    pub(crate) faults: Faults,
    pub(crate) opening: Balance,
    pub(crate) work_time: WorkTime,
    pub(crate) chance: Mutex<Chance>,
    pub(crate) seen: Seen,
    pub(crate) memory: Memory,
    pub(crate) cloned_voices: ClonedVoices,
    pub(crate) queue: Queue,
}

impl House {
    /// Opens what is kept, or begins anew.
    pub(crate) fn open(config: &Config) -> std::io::Result<Self> {
        let folder = config.state_dir.as_deref();
        let home = Home::open(folder, config.seed)?;
        Ok(Self {
            keys: Keys::open(folder, &home, Timestamp::now())?,
            ledger: Ledger::open(folder, config.opening_balance)?,
            catalogue: Catalogue::new(),
            rates: Rates::new(config.limits),
            failures: Failures::more_than(config.block_after_failures),
            faults: Faults::armed(config.faults.clone()),
            opening: config.opening_balance,
            work_time: config.work_time,
            // What goes on must not meet an id that it already has.
            chance: Mutex::new(Chance::new(mix(config.seed, &format!("start {}", home.starts)))),
            seen: Seen::default(),
            memory: Memory::open(folder)?,
            cloned_voices: ClonedVoices::open(folder)?,
            queue: Queue::open(folder)?,
            home,
        })
    }

    /// Where a path on this sandbox is found, such as `/files/…`.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.home.port)
    }

    /// Draws from the seeded generator.
    pub(crate) fn draw<T>(&self, draw: impl FnOnce(&mut Chance) -> T) -> T {
        draw(&mut self.chance.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How long the next paid work takes, which naturally takes so many seconds.
    pub(crate) fn next_work_time(&self, natural: (f32, f32)) -> Duration {
        match self.work_time {
            WorkTime::Natural => {
                Duration::from_secs_f32(self.draw(|chance| chance.between(natural.0, natural.1)))
            }
            WorkTime::Fixed(time) => time,
        }
    }
}

/// How often each operation was asked for, and how it was answered. Never what was in it.
#[derive(Debug, Default)]
pub(crate) struct Seen(Mutex<BTreeMap<(&'static str, u16), u32>>);

impl Seen {
    pub(crate) fn count(&self, operation: &'static str, status: u16) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry((operation, status)).or_default() += 1;
    }

    pub(crate) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(crate) fn to_json(&self) -> Value {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter().map(|((operation, status), count)| json!({"operation": operation, "status": status, "count": count})).collect()
    }
}
