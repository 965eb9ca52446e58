//! Accounts as the front end sees them: never a key, at most its last six characters.

use serde::{Deserialize, Serialize};
use store::RotationStep;
use venice::wallet::Chain;

use crate::{AppError, money::Money};

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
    /// A wallet whose key is in the keychain.
    Wallet,
}

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum KeyKind {
    /// Ask models.
    Inference,
    /// All that, and keys, billing and usage.
    Admin,
}

impl KeyKind {
    pub(crate) fn of(word: &str) -> Option<Self> {
        match word {
            "inference" => Some(Self::Inference),
            "admin" => Some(Self::Admin),
            _ => None,
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Inference => "inference",
            Self::Admin => "admin",
        }
    }
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
    /// The chain that its wallet is on.
    pub chain: Option<Chain>,
    /// A copy of a wallet's key is known to be elsewhere. True for what isn't a wallet.
    pub backed_up: bool,
    /// What its key may do, where that was found out.
    pub key_kind: Option<KeyKind>,
    /// It has a key for billing and keys.
    pub admin: bool,
    /// The last characters of an admin key beside its own, six at most.
    pub admin_ends_with: Option<String>,
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

/// What a key that was typed may do. The key itself waits in the back end until it is added or given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct KeyCheck {
    /// By what it is added.
    pub handle: String,
    /// Its last characters, six at most.
    pub ends_with: Option<String>,
    /// What it may do; `None` where that couldn't be found out.
    pub kind: Option<KeyKind>,
    /// It may be used for inference now.
    pub access: bool,
    /// The account's tier, in Venice's word.
    pub tier: Option<String>,
    /// Calls are charged one by one.
    pub charged: Option<bool>,
    /// When it ends, RFC 3339; `None` for never.
    pub expires_at: Option<String>,
    /// When DIEM is renewed, RFC 3339.
    pub epoch_at: Option<String>,
    /// What is left, one entry per currency.
    pub balances: Vec<Money>,
    /// How many models it may ask.
    pub models: u32,
    /// What it may use up in a period; only an admin key can tell that of itself.
    pub limits: Option<KeyLimits>,
    /// The name of the account that has this very key already.
    pub known_as: Option<String>,
    /// The ids of accounts whose key this admin key looks after.
    pub fits: Vec<String>,
}

/// What a key may use up in a period; `None` for as much as there is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct KeyLimits {
    /// US dollars, decimal text.
    pub usd: Option<String>,
    /// DIEM, decimal text.
    pub diem: Option<String>,
    /// The period in Venice's word: EPOCH, MONTH or LIFETIME.
    pub period: Option<String>,
}

/// What a key is to the account here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum KeyRole {
    /// The key it asks with.
    Own,
    /// The admin key beside that.
    Admin,
}

impl KeyRole {
    pub(crate) fn of(word: &str) -> Option<Self> {
        match word {
            "own" => Some(Self::Own),
            "admin" => Some(Self::Admin),
            _ => None,
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Admin => "admin",
        }
    }
}

/// A key of an account, as Venice lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct KeyView {
    /// Venice's id of it.
    pub id: String,
    /// What it may do, in Venice's word: INFERENCE or ADMIN.
    pub kind: String,
    /// What it is called.
    pub description: String,
    /// Its last six characters.
    pub ends_with: Option<String>,
    /// What it may use up.
    pub limits: KeyLimits,
    /// The models it may ask, in Venice's word: ALL, `PRIVATE_TEXT` or `PRIVATE_ONLY`.
    pub privacy: Option<String>,
    /// When it was made, RFC 3339.
    pub created_at: Option<String>,
    /// When it ends, RFC 3339; `None` for never.
    pub expires_at: Option<String>,
    /// When it was used last, RFC 3339; `None` for never.
    pub used_at: Option<String>,
    /// What it used up in the last seven days, by Venice's own figure.
    pub week: Vec<Money>,
    /// What it used up in this period; only where it has a limit.
    pub period: Vec<Money>,
    /// What it is to the account here; `None` for a key that is used elsewhere.
    pub role: Option<KeyRole>,
    /// By what it can be copied, where it was made here.
    pub stored_as: Option<String>,
    /// It can be replaced and deleted from here.
    pub changeable: bool,
}

/// The keys of an account, and those that are being replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct KeysView {
    /// The account.
    pub account: String,
    /// Its money is pretend.
    pub pretend: bool,
    /// Its keys, as Venice lists them.
    pub keys: Vec<KeyView>,
    /// Keys that are being replaced.
    pub rotations: Vec<RotationView>,
}

/// How a key is made or changed. What is `None` stays as it is, or is Venice's choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct KeyForm {
    /// What it may do. Looked at only when it is made.
    pub kind: KeyKind,
    /// What it is called: at most 64 characters.
    pub description: String,
    /// The day it ends (YYYY-MM-DD, at its beginning by UTC), or empty for never.
    pub expires: Option<String>,
    /// US dollars it may use up in a period, decimal text; empty for as much as there is.
    pub limit_usd: String,
    /// DIEM it may use up in a period, decimal text; empty for as much as there is.
    pub limit_diem: String,
    /// The period: EPOCH, MONTH or LIFETIME.
    pub period: Option<String>,
    /// The models it may ask: ALL, `PRIVATE_TEXT` or `PRIVATE_ONLY`.
    pub privacy: Option<String>,
}

/// A key that was just made. The key itself went to where secrets are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct NewKeyView {
    /// Venice's id of it.
    pub id: String,
    /// What it is called.
    pub description: String,
    /// By what it can be copied.
    pub stored_as: String,
    /// Its last characters, six at most.
    pub ends_with: Option<String>,
    /// Where it is kept: in memory it is gone when the program ends.
    pub place: VaultPlace,
}

/// A key that is being replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RotationView {
    /// Its id.
    pub id: String,
    /// Venice's id of the key that goes.
    pub old_key: String,
    /// Venice's id of the key that comes.
    pub new_key: Option<String>,
    /// What the key is to the account here; `None`: the user switches wherever it is used.
    pub role: Option<KeyRole>,
    /// What it is called.
    pub description: String,
    /// How far it has come.
    pub step: RotationStep,
    /// By what the new key can be copied.
    pub stored_as: Option<String>,
    /// Why it doesn't go on.
    pub problem: Option<AppError>,
    /// When it took its last step, RFC 3339.
    pub at: String,
}

/// What a key may do, and how often.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LimitsView {
    /// It may be used for inference now.
    pub access: bool,
    /// The account's tier, in Venice's word.
    pub tier: Option<String>,
    /// Calls are charged one by one.
    pub charged: Option<bool>,
    /// When the key ends, RFC 3339; `None` for never.
    pub expires_at: Option<String>,
    /// When DIEM is renewed, RFC 3339.
    pub epoch_at: Option<String>,
    /// Models by their limits, those with the fewest requests first.
    pub groups: Vec<LimitGroup>,
}

/// Models with the same limits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LimitGroup {
    /// Their limits.
    pub limits: Vec<LimitView>,
    /// Their ids.
    pub models: Vec<String>,
}

/// One limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LimitView {
    /// What is counted, in Venice's word: RPM, RPD, TPM and others.
    pub kind: String,
    /// How many.
    pub amount: f64,
}

/// A limit that was run into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LimitHit {
    /// When, RFC 3339.
    pub at: String,
    /// What was counted, in Venice's word.
    pub kind: String,
    /// The model that was asked.
    pub model: Option<String>,
    /// The tier of the limit.
    pub tier: Option<String>,
    /// What the key is called that ran into it, or its id where Venice doesn't list it any more.
    pub key: Option<String>,
}
