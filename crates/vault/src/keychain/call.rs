//! What the keychain is asked, and the asking.

use keyring_core::{CredentialStore, Entry, Error as StoreError};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::{Fault, platform};
use crate::Reason;

/// The entry a probe writes, reads and deletes.
const PROBE: &str = "probe";
const PROBE_VALUE: &str = "may be deleted";

/// One question to the keychain.
#[derive(Clone)]
pub(crate) enum Call {
    Probe,
    Get(String),
    Set(String, SecretString),
    Forget(String),
}

/// What it answered.
#[derive(Debug)]
pub(crate) enum Answer {
    Done,
    Secret(Option<SecretString>),
}

impl Call {
    /// The name of the secret that this call changes.
    pub(super) fn writes(&self) -> Option<&str> {
        match self {
            Self::Set(name, _) | Self::Forget(name) => Some(name),
            Self::Probe | Self::Get(_) => None,
        }
    }

    /// Asks the store; may block without limit.
    pub(super) fn ask(&self, store: &CredentialStore, service: &str) -> Result<Answer, Fault> {
        match self {
            Self::Probe => probe(&entry(store, service, PROBE)?),
            Self::Get(name) => get(&entry(store, service, name)?).map(Answer::Secret),
            Self::Set(name, secret) => set(&entry(store, service, name)?, secret.expose_secret()),
            Self::Forget(name) => forget(&entry(store, service, name)?),
        }
    }
}

fn entry(store: &CredentialStore, service: &str, name: &str) -> Result<Entry, Fault> {
    let label = format!("{service}: {name}");
    store.build(service, name, Some(&platform::modifiers(&label))).map_err(fault)
}

/// Reading says nothing about a keychain without a collection, or about a locked one without entries of ours: only a
/// write does.
fn probe(entry: &Entry) -> Result<Answer, Fault> {
    set(entry, PROBE_VALUE)?;
    // None: another instance of the program probed at the same time, and was the first to delete.
    match get(entry)? {
        Some(value) if value.expose_secret() != PROBE_VALUE => return Err(Fault::Away(Reason::Failed)),
        _ => {}
    }
    forget(entry)
}

fn get(entry: &Entry) -> Result<Option<SecretString>, Fault> {
    match entry.get_secret() {
        Ok(bytes) => {
            let bytes = Zeroizing::new(bytes);
            let text = std::str::from_utf8(&bytes).map_err(|_| Fault::NotText)?;
            Ok(Some(SecretString::from(text)))
        }
        Err(StoreError::NoEntry) => Ok(None),
        Err(error) => Err(fault(error)),
    }
}

fn set(entry: &Entry, secret: &str) -> Result<Answer, Fault> {
    let mut outcome = entry.set_secret(secret.as_bytes());
    if let Err(StoreError::Ambiguous(entries)) = outcome {
        delete_all(&entries)?;
        outcome = entry.set_secret(secret.as_bytes());
    }
    outcome.map(|()| Answer::Done).map_err(fault)
}

fn forget(entry: &Entry) -> Result<Answer, Fault> {
    match entry.delete_credential() {
        Ok(()) | Err(StoreError::NoEntry) => Ok(Answer::Done),
        Err(StoreError::Ambiguous(entries)) => delete_all(&entries).map(|()| Answer::Done),
        Err(error) => Err(fault(error)),
    }
}

fn delete_all(entries: &[Entry]) -> Result<(), Fault> {
    for entry in entries {
        match entry.delete_credential() {
            Ok(()) | Err(StoreError::NoEntry) => {}
            Err(error) => return Err(fault(error)),
        }
    }
    Ok(())
}

pub(super) fn fault(error: StoreError) -> Fault {
    match error {
        StoreError::Ambiguous(_) => Fault::Ambiguous,
        StoreError::BadEncoding(bytes) | StoreError::BadDataFormat(bytes, _) => {
            drop(Zeroizing::new(bytes));
            Fault::NotText
        }
        error => {
            let reason = platform::reason(&error);
            // Errors of this kind tell of the bus and the daemon; those that carry an entry's bytes are handled above.
            tracing::warn!(?reason, %error, "the keychain can't be used");
            Fault::Away(reason)
        }
    }
}
