//! Accounts as the front end sees them: never a key, at most its last six characters.

use serde::{Deserialize, Serialize};

use crate::money::Money;

/// Where requests go and who pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum AccountKind {
    /// Built in, free, offline; its money is pretend.
    Sandbox,
    /// A Venice API key in the keychain.
    Key,
    /// Given by the environment for this run alone.
    Run,
}

/// Whether the key of an account can be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum KeyPresence {
    /// It is where it was put.
    Present,
    /// It isn't there any more.
    Missing,
    /// The place it is kept in doesn't answer or is locked.
    Unreadable,
    /// This account needs none from the keychain.
    NotNeeded,
}

/// An account as the front end sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AccountView {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: AccountKind,
    /// The user's name for it.
    pub name: String,
    /// The last characters of the key, six at most.
    pub ends_with: Option<String>,
    /// The one that pays now.
    pub selected: bool,
    /// Every amount of it is pretend.
    pub pretend: bool,
    /// Whether its key can be had.
    pub key: KeyPresence,
    /// The address of its wallet, where it has one.
    pub wallet: Option<String>,
    /// As Venice last reported, one entry per currency.
    pub balances: Vec<Money>,
    /// When it did, RFC 3339.
    pub balance_at: Option<String>,
}

/// Where secrets are kept now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum VaultPlace {
    /// The system's keychain.
    Keychain,
    /// Only in memory, until the program ends.
    Memory,
    /// An encrypted file the user chose, open.
    File,
    /// The encrypted file, waiting for its passphrase.
    LockedFile,
}

/// Where secrets are kept, and why not in the keychain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct VaultStatus {
    /// The place.
    pub place: VaultPlace,
    /// `no_bus`, `no_service`, `no_collection`, `locked`, `timeout` or `failed`; `None` when the keychain is used.
    pub reason: Option<String>,
    /// The keychain's name, or the file's path.
    #[serde(rename = "where")]
    pub place_name: Option<String>,
}
