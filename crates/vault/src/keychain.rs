//! The keychain of the system, asked with a time limit.
//!
//! A keychain may hang for ever: its daemon is frozen, or a prompt is open on the screen. So each call runs on a worker
//! thread that can be left behind. A worker left behind tells when its call ends after all, which is how the vault learns
//! that the keychain is back. At most [`MAX_STUCK`] are left behind at any time.

mod call;
mod platform;
mod worker;

use std::{sync::Arc, sync::mpsc::Sender, time::Duration};

use keyring_core::{CredentialStore, Error as StoreError};

pub(crate) use self::call::{Answer, Call};
use self::worker::{Outcome, Worker};
use crate::{Reason, keeper::Command};

/// Workers that may hang in a call at the same time.
const MAX_STUCK: usize = 4;

/// The name of this system's keychain, as users know it.
pub(crate) use self::platform::NAME;

/// How a new store object is made.
pub(crate) type Open = Arc<dyn Fn() -> Result<Arc<CredentialStore>, StoreError> + Send + Sync>;

/// The keychain of this system, and never another store.
pub(crate) fn system() -> Open {
    Arc::new(platform::open)
}

/// Why a call had no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The keychain can't be used now.
    Away(Reason),
    /// It can, but what it holds under this name is not text.
    NotText,
    /// It can, but it holds several entries under this name.
    Ambiguous,
}

/// A call that outlived its time limit has ended.
pub(crate) struct Late {
    worker: u64,
    /// What was wrong, if the call had no answer.
    pub(crate) fault: Option<Fault>,
}

struct Stuck {
    worker: u64,
    writes: Option<String>,
}

pub(crate) struct Keychain {
    service: String,
    open: Open,
    limit: Duration,
    late: Sender<Command>,
    worker: Option<Worker>,
    started: u64,
    stuck: Vec<Stuck>,
}

impl Keychain {
    pub(crate) fn new(service: String, open: Open, limit: Duration, late: Sender<Command>) -> Self {
        Self { service, open, limit, late, worker: None, started: 0, stuck: Vec::new() }
    }

    /// Asks the keychain. After an error of a store that had worked before, a new one is asked once more: a daemon that
    /// was restarted fails every call of the old one.
    pub(crate) fn ask(&mut self, call: &Call) -> Result<Answer, Fault> {
        loop {
            let (worker, is_new) = match self.worker.take() {
                Some(worker) => (worker, false),
                None => (self.start()?, true),
            };
            match worker.ask(call.clone(), self.limit) {
                Outcome::Answered(Ok(answer)) => {
                    self.worker = Some(worker);
                    return Ok(answer);
                }
                Outcome::Answered(Err(Fault::Away(reason))) if is_new || reason == Reason::Locked => {
                    return Err(Fault::Away(reason));
                }
                Outcome::Answered(Err(Fault::Away(_))) => {}
                Outcome::Answered(Err(fault)) => {
                    self.worker = Some(worker);
                    return Err(fault);
                }
                Outcome::TimedOut => {
                    self.stuck
                        .push(Stuck { worker: worker.number(), writes: call.writes().map(str::to_owned) });
                    tracing::warn!(hanging = self.stuck.len(), "the keychain did not answer in time");
                    return Err(Fault::Away(Reason::TimedOut));
                }
            }
        }
    }

    fn start(&mut self) -> Result<Worker, Fault> {
        if self.stuck.len() >= MAX_STUCK {
            return Err(Fault::Away(Reason::TimedOut));
        }
        self.started += 1;
        Worker::start(self.started, self.service.clone(), Arc::clone(&self.open), self.late.clone()).map_err(
            |error| {
                tracing::error!(%error, "no thread for the keychain");
                Fault::Away(Reason::Failed)
            },
        )
    }

    /// The next call makes a new store.
    pub(crate) fn renew(&mut self) {
        self.worker = None;
    }

    /// A call left behind has ended.
    pub(crate) fn ended(&mut self, late: &Late) {
        self.stuck.retain(|stuck| stuck.worker != late.worker);
    }

    /// A call still hangs, so that another one most likely would.
    pub(crate) fn hangs(&self) -> bool {
        !self.stuck.is_empty()
    }

    /// A write to this name was given up on, yet may still happen.
    pub(crate) fn may_still_write(&self, name: &str) -> bool {
        self.stuck.iter().any(|stuck| stuck.writes.as_deref() == Some(name))
    }
}

#[cfg(test)]
pub(crate) mod fake;
