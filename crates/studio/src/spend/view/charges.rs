//! Charges one by one, and put together.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{ChargeKind, ChargeSource, LedgerMoney, SpendFilter, SpendNote};
use crate::{jobs::view::JobKind, money::Money};

/// How a charge was brought together with its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum MatchCertainty {
    /// Both bear the same id.
    Id,
    /// Model, time and amount fit, and fit no other; it may be wrong all the same.
    Guess,
    /// The user said so.
    User,
}

/// The work a charge is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ChargeMatch {
    /// The job.
    pub job: String,
    /// What it does; `None` where the job isn't kept any more.
    pub kind: Option<JobKind>,
    /// What it is called.
    pub title: String,
    /// What it made that is still there.
    pub items: Vec<String>,
    /// The conversation, where it is an answer in one.
    pub conversation: Option<String>,
    /// What it was expected to cost.
    pub estimate: Option<Money>,
    /// How the two were brought together.
    pub certainty: MatchCertainty,
}

/// A charge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ChargeView {
    /// Its id here.
    pub id: String,
    /// The account.
    pub account: String,
    /// When, RFC 3339.
    pub at: String,
    /// Where it comes from.
    pub source: ChargeSource,
    /// No charge: what the work was expected to cost.
    pub estimated: bool,
    /// What Venice calls the thing that was bought.
    pub sku: String,
    /// What it is for.
    pub kind: ChargeKind,
    /// The model, as far as the name tells.
    pub model: Option<String>,
    /// The key that asked, where it is known.
    pub key: Option<String>,
    /// What it cost; less than nothing = given back.
    pub money: LedgerMoney,
    /// How much was used.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub units: Option<Decimal>,
    /// What of: `mtoken`, `mchar`, `second`, `unit`, or the last word of the SKU.
    pub unit: String,
    /// US dollars for one.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub price_per_unit_usd: Option<Decimal>,
    /// The id of the answer, where Venice tells it.
    pub request_id: Option<String>,
    /// What Venice notes.
    pub notes: Option<String>,
    /// The work it is for.
    pub matched: Option<ChargeMatch>,
}

/// What charges are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ChargeSort {
    /// The last first.
    Newest,
    /// The first first.
    Oldest,
    /// The dearest first, one currency after the other.
    Dearest,
    /// The cheapest first, one currency after the other.
    Cheapest,
    /// By the name of the model.
    Model,
    /// By kind.
    Kind,
}

/// What charges are put together by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ChargeGrouping {
    /// The day.
    Day,
    /// What they are for.
    Kind,
    /// The model.
    Model,
    /// The account.
    Account,
    /// The work they are for.
    Work,
}

/// Which charges are asked for, and from where on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ChargeQuery {
    /// Of these.
    pub filter: SpendFilter,
    /// With these words in SKU, model, notes, request id or the title of the work.
    pub text: Option<String>,
    /// In this order.
    pub sort: ChargeSort,
    /// Put together so; with `group`, the charges of one group are asked for.
    pub grouping: Option<ChargeGrouping>,
    /// The group whose charges are asked for; `None` with a grouping = its groups.
    pub group: Option<String>,
    /// How many come before the page.
    pub offset: u32,
    /// How many at most, 1 to 500.
    pub limit: u32,
}

/// Charges that have something in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ChargeGroup {
    /// What: a day as YYYY-MM-DD, a kind, a model, an account, a job; empty = none.
    pub id: String,
    /// What that is called.
    pub name: String,
    /// What they cost.
    pub spent: Vec<LedgerMoney>,
    /// How many they are.
    pub charges: u32,
}

/// Some charges, or groups of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ChargePage {
    /// The charges; none where groups were asked for.
    pub charges: Vec<ChargeView>,
    /// The groups, where they were asked for.
    pub groups: Vec<ChargeGroup>,
    /// How many charges, or groups, match in all.
    pub total: u32,
    /// What all charges that match cost.
    pub spent: Vec<LedgerMoney>,
    /// What must be said.
    pub notes: Vec<SpendNote>,
}

/// Work that a charge may be for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ChargeCandidate {
    /// The job.
    pub job: String,
    /// What it does.
    pub kind: JobKind,
    /// What it is called.
    pub title: String,
    /// The model it asked for.
    pub model: Option<String>,
    /// When it was sent, RFC 3339.
    pub sent_at: String,
    /// What it was expected to cost.
    pub estimate: Option<Money>,
    /// Other charges are matched to it already.
    pub has_charges: bool,
}

/// What an item, a message or a transcript has cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ItemCharges {
    /// Its charges, the first first.
    pub charges: Vec<ChargeView>,
    /// What they cost together.
    pub spent: Vec<LedgerMoney>,
    /// Its money is pretend.
    pub pretend: bool,
    /// How many others were made by the same work and share this price.
    pub shared_with: u32,
    /// Its charges are known from the history; otherwise only what its answer told, if anything.
    pub from_ledger: bool,
}
