//! The keychain of each system. The only module that knows which one this is.

#[cfg(all(unix, not(target_os = "macos")))]
mod secret_service;
#[cfg(all(unix, not(target_os = "macos")))]
use secret_service as native;

#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "macos")]
use macos as native;

#[cfg(target_os = "windows")]
mod windows;
#[cfg(target_os = "windows")]
use windows as native;

use std::{collections::HashMap, sync::Arc};

use keyring_core::{CredentialStore, Error as StoreError, api::CredentialPersistence};

use crate::Reason;

pub(crate) use native::NAME;

/// Opens a new store object, and refuses one that isn't the system's own or that forgets.
pub(super) fn open() -> Result<Arc<CredentialStore>, StoreError> {
    lasting(native::open()?)
}

/// What an entry is made with, beside service and name.
pub(super) fn modifiers(label: &str) -> HashMap<&str, &str> {
    native::modifiers(label)
}

/// Why the keychain can't be used, from what the store said.
pub(super) fn reason(error: &StoreError) -> Reason {
    native::reason(error)
}

fn lasting(store: Arc<CredentialStore>) -> Result<Arc<CredentialStore>, StoreError> {
    if store.vendor().contains(native::VENDOR)
        && matches!(store.persistence(), CredentialPersistence::UntilDelete)
    {
        Ok(store)
    } else {
        Err(StoreError::NotSupportedByStore(format!("{} is not the system's keychain", store.vendor())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_forgets_is_refused() {
        let store = keyring_core::mock::Store::new().unwrap();
        assert!(matches!(lasting(store), Err(StoreError::NotSupportedByStore(_))));
    }
}
