//! What this session was told and the lasting place does not have yet.

use std::collections::BTreeMap;

use secrecy::SecretString;

/// What a name should be, once a lasting place can be told.
#[derive(Clone)]
pub(crate) enum Intent {
    Keep(SecretString),
    Forget,
}

/// Secrets kept for this session, and names to be forgotten as soon as the place that may hold them answers again.
#[derive(Default)]
pub(crate) struct Memory {
    intents: BTreeMap<String, Intent>,
}

impl Memory {
    pub(crate) fn put(&mut self, name: String, intent: Intent) {
        self.intents.insert(name, intent);
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Intent> {
        self.intents.get(name)
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.intents.remove(name);
    }

    pub(crate) fn clear(&mut self) {
        self.intents.clear();
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &Intent)> {
        self.intents.iter()
    }
}
