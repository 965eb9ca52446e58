//! macOS: the login keychain.

use std::{collections::HashMap, sync::Arc};

use apple_native_keyring_store::keychain::Store;
use keyring_core::{CredentialStore, Error as StoreError};

use crate::Reason;

pub(crate) const NAME: &str = "macOS Keychain";
pub(super) const VENDOR: &str = "apple-native-keyring-store";

pub(super) fn open() -> Result<Arc<CredentialStore>, StoreError> {
    Ok(Store::new()?)
}

pub(super) fn modifiers(_label: &str) -> HashMap<&str, &str> {
    HashMap::new()
}

pub(super) fn reason(error: &StoreError) -> Reason {
    match error {
        StoreError::NoStorageAccess(_) => Reason::Locked,
        _ => Reason::Failed,
    }
}
