//! Windows: the Credential Manager.

use std::{collections::HashMap, sync::Arc};

use keyring_core::{CredentialStore, Error as StoreError};
use windows_native_keyring_store::Store;

use crate::Reason;

pub(crate) const NAME: &str = "Windows Credential Manager";
pub(super) const VENDOR: &str = "windows-native-keyring-store";

pub(super) fn open() -> Result<Arc<CredentialStore>, StoreError> {
    Ok(Store::new()?)
}

/// The default, `Enterprise`, would carry keys to every machine of a domain.
pub(super) fn modifiers(_label: &str) -> HashMap<&str, &str> {
    HashMap::from([("persistence", "Local")])
}

pub(super) fn reason(error: &StoreError) -> Reason {
    match error {
        StoreError::NoStorageAccess(_) => Reason::Locked,
        _ => Reason::Failed,
    }
}
