//! What every request shares: the keys, the ledger, the limits, the armed faults and the seeded generator.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    catalogue::Catalogue,
    chance::Chance,
    config::{Balance, WorkTime},
    faults::Faults,
    home::Home,
    ledger::Ledger,
    rate::{Failures, Rate},
};

/// The state behind every route.
pub(crate) struct House {
    pub(crate) home: Home,
    pub(crate) ledger: Ledger,
    pub(crate) catalogue: Catalogue,
    pub(crate) pictures: Rate,
    pub(crate) failures: Failures,
    pub(crate) faults: Faults,
    pub(crate) opening: Balance,
    pub(crate) work_time: WorkTime,
    pub(crate) chance: Mutex<Chance>,
    pub(crate) seen: Seen,
}

impl House {
    /// Draws from the seeded generator.
    pub(crate) fn draw<T>(&self, draw: impl FnOnce(&mut Chance) -> T) -> T {
        draw(&mut self.chance.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How long the next paid picture job takes.
    pub(crate) fn next_work_time(&self) -> Duration {
        match self.work_time {
            WorkTime::Natural => Duration::from_secs_f32(self.draw(|chance| chance.between(1.5, 4.0))),
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
