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
    config::{Balance, Config, Usage, WorkTime},
    dialogue::PromptCache,
    enclave::Signed,
    faults::Faults,
    home::Home,
    keys::{ApiKey, KeyKind, Keys, Period, Privacy, Spending},
    ledger::Ledger,
    moment,
    pace::Pace,
    queue::Queue,
    rate::Failures,
    rates::Rates,
    rpc_desk::RpcDesk,
    usage_seed::Past,
    voice::Memory,
};

/// The state behind every route.
pub(crate) struct House {
    pub(crate) home: Home,
    pub(crate) keys: Keys,
    pub(crate) ledger: Ledger,
    pub(crate) catalogue: Catalogue,
    pub(crate) rates: Rates,
    pub(crate) rpc_desk: RpcDesk,
    pub(crate) failures: Failures,
    pub(crate) faults: Faults,
    pub(crate) opening: Balance,
    pub(crate) work_time: WorkTime,
    pub(crate) chance: Mutex<Chance>,
    pub(crate) seen: Seen,
    pub(crate) pace: Pace,
    pub(crate) prompts: PromptCache,
    pub(crate) signed: Signed,
    pub(crate) memory: Memory,
    pub(crate) cloned_voices: ClonedVoices,
    pub(crate) queue: Queue,
}

impl House {
    /// Opens what is kept, or begins anew.
    pub(crate) fn open(config: &Config) -> std::io::Result<Self> {
        let folder = config.state_dir.as_deref();
        let home = Home::open(folder, config.seed)?;
        let now = moment::to_millisecond(Timestamp::now());
        let house = Self {
            keys: Keys::open(folder, &home, now)?,
            ledger: Ledger::open(folder, config.opening_balance)?,
            catalogue: Catalogue::new(),
            rates: Rates::new(config.limits),
            rpc_desk: RpcDesk::open(folder, config.limits.crypto_rpc)?,
            failures: Failures::more_than(config.block_after_failures),
            faults: Faults::armed(config.faults.clone()),
            opening: config.opening_balance,
            work_time: config.work_time,
            // What goes on must not meet an id that it already has.
            chance: Mutex::new(Chance::new(mix(config.seed, &format!("start {}", home.starts)))),
            seen: Seen::default(),
            pace: Pace::per_second(config.tokens_per_second),
            prompts: PromptCache::default(),
            signed: Signed::default(),
            memory: Memory::open(folder)?,
            cloned_voices: ClonedVoices::open(folder)?,
            queue: Queue::open(folder)?,
            home,
        };
        if let Some(Usage { days, charges }) = config.usage {
            house.live_through(Past { seed: config.seed, days, charges, until: now })?;
        }
        Ok(house)
    }

    /// Where a path on this sandbox is found, such as `/files/…`.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.home.port)
    }

    /// Whether a key is one of the two that callers of the sandbox rely on.
    pub(crate) fn is_own(&self, key: &ApiKey) -> bool {
        key.secret == self.home.api_key || key.secret == self.home.admin_key
    }

    /// Makes up a past: the keys that it was spent with, and its charges. False where there is one already.
    pub(crate) fn live_through(&self, past: Past) -> std::io::Result<bool> {
        if !self.ledger.live_through(past)? {
            return Ok(false);
        }
        for (id, name) in past.keys() {
            let secret = format!("sandbox-inference-{:016x}", mix(past.seed, &id));
            self.keys.keep(ApiKey {
                id,
                secret,
                kind: KeyKind::Inference,
                description: name.to_owned(),
                spending: Spending::default(),
                period: Period::default(),
                privacy: Privacy::default(),
                created: past.begin(),
                expires: None,
            })?;
        }
        Ok(true)
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
