//! How far the charges of the accounts are known.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::ChargeSource;
use crate::AppError;

/// A difference between the history and Venice's own sums, of one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SpendDifference {
    /// The day, by UTC.
    pub day: String,
    /// `usd` or `diem`.
    pub currency: String,
    /// What the charges add up to.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub ledger: Decimal,
    /// What Venice's analytics say.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub analytics: Decimal,
}

/// How far the history of an account is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AccountLedger {
    /// The account.
    pub account: String,
    /// Its name.
    pub name: String,
    /// Its money is pretend.
    pub pretend: bool,
    /// Where its charges come from.
    pub source: ChargeSource,
    /// It is being read now.
    pub syncing: bool,
    /// When it was last read to its end, RFC 3339.
    pub synced_at: Option<String>,
    /// How many charges are known.
    pub charges: u32,
    /// The first of them, RFC 3339.
    pub first_at: Option<String>,
    /// The last of them, RFC 3339.
    pub last_at: Option<String>,
    /// Why it couldn't be read to its end; what was known stays.
    pub problem: Option<AppError>,
    /// Where the charges and Venice's own sums differ, when they were last compared.
    pub differences: Vec<SpendDifference>,
    /// When that was, RFC 3339.
    pub compared_at: Option<String>,
    /// The account whose history has the charges of this one: both are paid by the same at Venice, and counted once.
    pub covered_by: Option<String>,
}

/// How far what was spent is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SpendStatus {
    /// Every account; an account that was forgotten stays as long as charges of it are known.
    pub accounts: Vec<AccountLedger>,
    /// One of them is being read.
    pub syncing: bool,
    /// The name of the time zone that days are counted in.
    pub time_zone: String,
    /// Today, as YYYY-MM-DD in it.
    pub today: String,
}
