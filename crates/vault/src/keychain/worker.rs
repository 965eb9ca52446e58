//! A thread that owns a store object and can be left behind in a call.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::Duration,
};

use keyring_core::CredentialStore;

use super::{Answer, Call, Fault, Late, Open, call::fault};
use crate::{Reason, keeper::Command};

/// What became of a call.
pub(super) enum Outcome {
    Answered(Result<Answer, Fault>),
    TimedOut,
}

pub(super) struct Worker {
    number: u64,
    calls: Sender<(Call, Arc<Desk>)>,
}

impl Worker {
    pub(super) fn start(number: u64, service: String, open: Open, late: Sender<Command>) -> io::Result<Self> {
        let (calls, queue) = channel();
        thread::Builder::new()
            .name(format!("keychain-{number}"))
            .spawn(move || work(number, &service, &open, &queue, &late))?;
        Ok(Self { number, calls })
    }

    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// After [`Outcome::TimedOut`] this worker must not be asked again: it ends after the call, should that ever end.
    pub(super) fn ask(&self, call: Call, limit: Duration) -> Outcome {
        let desk = Arc::new(Desk::default());
        if self.calls.send((call, Arc::clone(&desk))).is_err() {
            return Outcome::Answered(Err(Fault::Away(Reason::Failed)));
        }
        desk.wait(limit)
    }
}

fn work(
    number: u64,
    service: &str,
    open: &Open,
    calls: &Receiver<(Call, Arc<Desk>)>,
    late: &Sender<Command>,
) {
    let mut store = None;
    while let Ok((call, desk)) = calls.recv() {
        // The libraries below panic on a poisoned lock, for one; that is a failed call, not the end of the vault.
        let answer = catch_unwind(AssertUnwindSafe(|| answer(&mut store, open, service, &call)))
            .unwrap_or(Err(Fault::Away(Reason::Failed)));
        // Wiped before anybody can be told that the call has ended.
        drop(call);
        if let Some(answer) = desk.put(answer) {
            // Nobody listens when the vault was dropped in the meantime.
            let _ = late.send(Command::Late(Late { worker: number, fault: answer.err() }));
            return;
        }
    }
}

fn answer(
    store: &mut Option<Arc<CredentialStore>>,
    open: &Open,
    service: &str,
    call: &Call,
) -> Result<Answer, Fault> {
    let store = match store {
        Some(store) => store,
        None => store.insert(open().map_err(fault)?),
    };
    call.ask(store.as_ref(), service)
}

/// Where a worker puts its answer, if somebody still waits for it.
#[derive(Default)]
struct Desk {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
enum State {
    #[default]
    Waiting,
    Answered(Result<Answer, Fault>),
    LeftBehind,
}

impl Desk {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, limit: Duration) -> Outcome {
        let (mut state, _) = self
            .changed
            .wait_timeout_while(self.lock(), limit, |state| matches!(state, State::Waiting))
            .unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *state, State::LeftBehind) {
            State::Answered(answer) => Outcome::Answered(answer),
            State::Waiting | State::LeftBehind => Outcome::TimedOut,
        }
    }

    /// Gives the answer back when nobody waits any more.
    fn put(&self, answer: Result<Answer, Fault>) -> Option<Result<Answer, Fault>> {
        let mut state = self.lock();
        if matches!(*state, State::LeftBehind) {
            return Some(answer);
        }
        *state = State::Answered(answer);
        self.changed.notify_one();
        None
    }
}
