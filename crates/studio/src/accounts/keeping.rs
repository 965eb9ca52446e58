//! Where secrets are kept, and keys that were just made: told once, kept at once, copied by Rust alone.

use secrecy::{ExposeSecret, SecretString};

use super::{
    ends_with,
    view::{VaultPlace, VaultStatus},
};
use crate::{AppError, Result, Studio, error::Code};

/// What the names of keys that were made here begin with, in the vault.
const MADE_KEY: &str = "made-key-";

/// By what a key that was made here is kept.
pub(super) fn made_name(id: &str) -> String {
    format!("{MADE_KEY}{}", id.chars().filter(char::is_ascii_graphic).take(64).collect::<String>())
}

impl Studio {
    /// Keeps a key that was made by hand: by what it can be copied, its last characters, and where it is. It is told
    /// once, so where it can't be kept it is at least in memory.
    pub(crate) async fn keep_made_key(
        &self,
        id: &str,
        key: SecretString,
    ) -> (String, Option<String>, VaultPlace) {
        let last6 = ends_with(key.expose_secret());
        let name = made_name(id);
        let place = match self.inner.vault.set(&name, key.clone()).await {
            Ok(place) => place_of(place),
            Err(error) => {
                tracing::warn!(%error, "a key that was just made is only in memory");
                self.inner.accounts.state().made_keys.insert(name.clone(), key);
                VaultPlace::Memory
            }
        };
        (name, last6, place)
    }

    /// A key that was made by hand, for the clipboard. An account's key is never handed out.
    pub async fn made_key(&self, stored_as: &str) -> Result<SecretString> {
        let known = stored_as.starts_with(MADE_KEY);
        let in_memory = self.inner.accounts.state().made_keys.get(stored_as).cloned();
        let key = match in_memory {
            Some(key) => Some(key),
            None if known => self.inner.vault.get(stored_as).await?,
            None => None,
        };
        key.ok_or_else(|| AppError::not_found("key"))
    }

    /// Forgets a key that was made here.
    pub(super) async fn forget_made_key(&self, id: &str) -> Result<()> {
        let name = made_name(id);
        self.inner.accounts.state().made_keys.remove(&name);
        self.inner.vault.forget(name).await?;
        Ok(())
    }

    /// Whether a key that was made here is still known, without the key.
    pub(super) async fn has_made_key(&self, id: &str) -> Result<bool> {
        match self.made_key(&made_name(id)).await {
            Ok(_) => Ok(true),
            Err(error) if error.is(Code::NotFound) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Secrets outlive the program where they are kept now. Waits for the first look at the keychain.
    pub(crate) async fn keeps_for_good(&self) -> Result<bool> {
        let place = self.inner.vault.status().await?.place;
        Ok(matches!(place, vault::Place::Keychain | vault::Place::File))
    }

    /// Where secrets are kept.
    pub fn vault_status(&self) -> VaultStatus {
        let status = self.inner.vault.changes().borrow().clone();
        VaultStatus {
            place: place_of(status.place),
            reason: status.reason.map(|reason| reason_name(reason).to_owned()),
            place_name: status.where_,
        }
    }

    /// Tries the keychain once more; what is only in memory moves into it.
    pub async fn retry_keychain(&self) -> Result<VaultStatus> {
        self.inner.vault.retry().await?;
        Ok(self.vault_status())
    }

    /// Keeps secrets in an encrypted file, or opens the one there is.
    pub async fn use_vault_file(&self, passphrase: SecretString) -> Result<VaultStatus> {
        self.inner.vault.use_file(passphrase).await?;
        Ok(self.vault_status())
    }
}

fn reason_name(reason: vault::Reason) -> &'static str {
    match reason {
        vault::Reason::NoBus => "no_bus",
        vault::Reason::NoService => "no_service",
        vault::Reason::NoCollection => "no_collection",
        vault::Reason::Locked => "locked",
        vault::Reason::TimedOut => "timeout",
        vault::Reason::Failed => "failed",
    }
}

fn place_of(place: vault::Place) -> VaultPlace {
    match place {
        vault::Place::Keychain => VaultPlace::Keychain,
        vault::Place::Memory => VaultPlace::Memory,
        vault::Place::File => VaultPlace::File,
        vault::Place::LockedFile => VaultPlace::LockedFile,
    }
}
