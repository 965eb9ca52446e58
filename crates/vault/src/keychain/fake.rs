//! A keychain that does what a test tells it: works, breaks, hangs, panics, is restarted.

use std::{
    any::Any,
    collections::{BTreeMap, HashMap},
    sync::{Arc, Condvar, Mutex, MutexGuard},
    time::Duration,
};

use keyring_core::{
    CredentialStore, Entry, Error as StoreError, Result,
    api::{Credential, CredentialApi, CredentialStoreApi},
};

use super::Open;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mood {
    Works,
    Breaks,
    Panics,
    /// Calls that arrive now wait until they are released, whatever the mood is by then.
    Hangs,
}

struct State {
    mood: Mood,
    run: usize,
    released: usize,
    opened: usize,
    waiting: usize,
    entries: BTreeMap<String, Vec<u8>>,
    writes: Vec<(String, Vec<u8>)>,
}

/// The other side of the fake stores: what a daemon would be.
pub(crate) struct Daemon {
    state: Mutex<State>,
    changed: Condvar,
}

impl Daemon {
    pub(crate) fn new(mood: Mood) -> Arc<Self> {
        let state = State {
            mood,
            run: 0,
            released: 0,
            opened: 0,
            waiting: 0,
            entries: BTreeMap::new(),
            writes: Vec::new(),
        };
        Arc::new(Self { state: Mutex::new(state), changed: Condvar::new() })
    }

    pub(crate) fn open(self: &Arc<Self>) -> Open {
        let daemon = Arc::clone(self);
        Arc::new(move || {
            let mut state = daemon.lock();
            state.opened += 1;
            let store: Arc<CredentialStore> = Arc::new(Store { daemon: Arc::clone(&daemon), run: state.run });
            Ok(store)
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn is_in(&self, mood: Mood) {
        self.lock().mood = mood;
    }

    /// Stores opened before now fail every call.
    pub(crate) fn restart(&self) {
        self.lock().run += 1;
    }

    /// Calls that hang go on.
    pub(crate) fn release(&self) {
        self.lock().released += 1;
        self.changed.notify_all();
    }

    pub(crate) fn opened(&self) -> usize {
        self.lock().opened
    }

    /// Waits until that many calls hang.
    pub(crate) fn has_waiting(&self, count: usize) {
        let (state, _) = self
            .changed
            .wait_timeout_while(self.lock(), Duration::from_secs(20), |state| state.waiting != count)
            .unwrap();
        assert_eq!(state.waiting, count);
    }

    pub(crate) fn entry(&self, name: &str) -> Option<String> {
        self.lock().entries.get(name).map(|bytes| String::from_utf8(bytes.clone()).unwrap())
    }

    pub(crate) fn put(&self, name: &str, bytes: &[u8]) {
        self.lock().entries.insert(name.to_owned(), bytes.to_vec());
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.lock().entries.keys().cloned().collect()
    }

    /// Waits until these values have been written under the name, in this order.
    pub(crate) fn sees_writes(&self, name: &str, values: &[&str]) {
        let seen = |state: &State| -> Vec<String> {
            let of_name = state.writes.iter().filter(|(written, _)| written == name);
            of_name.map(|(_, bytes)| String::from_utf8(bytes.clone()).unwrap()).collect()
        };
        let (state, _) = self
            .changed
            .wait_timeout_while(self.lock(), Duration::from_secs(20), |state| seen(state) != values)
            .unwrap();
        assert_eq!(seen(&state), values);
    }

    fn enter(&self, run: usize) -> Result<MutexGuard<'_, State>> {
        let mut state = self.lock();
        match state.mood {
            Mood::Works => {}
            Mood::Breaks => return Err(failure("broken")),
            Mood::Panics => {
                drop(state);
                panic!("the fake keychain panics, as it was told to");
            }
            Mood::Hangs => {
                let released = state.released;
                state.waiting += 1;
                self.changed.notify_all();
                state = self.changed.wait_while(state, |state| state.released == released).unwrap();
                state.waiting -= 1;
                self.changed.notify_all();
            }
        }
        if state.run == run { Ok(state) } else { Err(failure("restarted")) }
    }
}

fn failure(words: &str) -> StoreError {
    StoreError::PlatformFailure(words.into())
}

struct Store {
    daemon: Arc<Daemon>,
    run: usize,
}

impl CredentialStoreApi for Store {
    fn vendor(&self) -> String {
        "fake".to_owned()
    }

    fn id(&self) -> String {
        self.run.to_string()
    }

    fn build(&self, _service: &str, user: &str, _modifiers: Option<&HashMap<&str, &str>>) -> Result<Entry> {
        let item = Item { daemon: Arc::clone(&self.daemon), run: self.run, name: user.to_owned() };
        Ok(Entry::new_with_credential(Arc::new(item)))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

struct Item {
    daemon: Arc<Daemon>,
    run: usize,
    name: String,
}

impl CredentialApi for Item {
    fn set_secret(&self, secret: &[u8]) -> Result<()> {
        let mut state = self.daemon.enter(self.run)?;
        state.entries.insert(self.name.clone(), secret.to_vec());
        state.writes.push((self.name.clone(), secret.to_vec()));
        self.daemon.changed.notify_all();
        Ok(())
    }

    fn get_secret(&self) -> Result<Vec<u8>> {
        self.daemon.enter(self.run)?.entries.get(&self.name).cloned().ok_or(StoreError::NoEntry)
    }

    fn delete_credential(&self) -> Result<()> {
        let mut state = self.daemon.enter(self.run)?;
        state.entries.remove(&self.name).map(|_| ()).ok_or(StoreError::NoEntry)
    }

    fn get_credential(&self) -> Result<Option<Arc<Credential>>> {
        Ok(None)
    }

    fn get_specifiers(&self) -> Option<(String, String)> {
        None
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
