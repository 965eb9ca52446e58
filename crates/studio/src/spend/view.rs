//! What was spent, as the front end sees it. Amounts are decimal text; those of two currencies are never added up, and pretend
//! money never to real.

mod charges;
mod figures;
mod ledger;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use self::{
    charges::{
        ChargeCandidate, ChargeGroup, ChargeGrouping, ChargeMatch, ChargePage, ChargeQuery, ChargeSort,
        ChargeView, ItemCharges, MatchCertainty,
    },
    figures::{
        BalanceView, MonthDay, MonthPace, PricedUnit, Runway, SeriesBy, SeriesPart, SeriesStep,
        SpendOverview, SpendSeries, SpentIn, TopItem, UnitPrice,
    },
    ledger::{AccountLedger, SpendDifference, SpendStatus},
};

/// An amount of a currency of the ledger, which may be one that we don't know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LedgerMoney {
    /// How much; what was spent is more than nothing, what was given back less.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub amount: Decimal,
    /// `usd`, `diem`, `credits`, or as Venice writes one that we don't know.
    pub currency: String,
}

/// What a charge is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ChargeKind {
    /// Words from a language model.
    Chat,
    /// Pictures made, changed, enlarged or cut out.
    Image,
    /// Films.
    Film,
    /// Music and sound effects.
    Music,
    /// Spoken texts and cloned voices.
    Speech,
    /// The words of sounds.
    Transcription,
    /// Searches and pages of the web, texts of documents.
    Web,
    /// Embeddings.
    Embedding,
    /// Whatever else Venice charges for.
    Other,
}

/// Which charges are looked at. What is empty or `None` doesn't narrow them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SpendFilter {
    /// The sandbox's pretend money, or real money: never both.
    pub pretend: bool,
    /// The first day, as YYYY-MM-DD in the time zone of this machine.
    pub from: Option<String>,
    /// The last day.
    pub to: Option<String>,
    /// Of these accounts.
    pub accounts: Vec<String>,
    /// For these.
    pub kinds: Vec<ChargeKind>,
    /// With these models.
    pub models: Vec<String>,
    /// By these keys, as the facets name them. Single charges don't tell their key: see [`SpendNote::KeysUnknown`].
    pub keys: Vec<String>,
    /// In this currency, as [`LedgerMoney::currency`] writes it.
    pub currency: Option<String>,
}

/// What must be said beside figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum SpendNote {
    /// Venice tells no key of single charges: what isn't matched to a job of ours is left out while a key is chosen.
    KeysUnknown,
    /// By key, Venice adds up by days of UTC, for the last 90 of them.
    KeysByUtcDays,
    /// Of an account here there is no history, for want of an admin key: of it these are the charges that answers told of, and else
    /// what its work was expected to cost.
    AnswersOnly,
    /// A part is what work was expected to cost; no charge has confirmed it.
    Estimates,
    /// A part is matched to its work by a guess.
    Guesses,
}

/// Where the charges of an account come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ChargeSource {
    /// From Venice's own history.
    Ledger,
    /// From what the answers to our own work told: there is no admin key.
    Answers,
}

/// A value a filter may take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SpendFacet {
    /// The value.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// How many charges have it; 0 for keys, which charges don't tell.
    pub charges: u32,
}

/// The values a filter may take, each counted as if nothing else were chosen for its own kind of filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SpendFacets {
    /// Accounts.
    pub accounts: Vec<SpendFacet>,
    /// Kinds, as [`ChargeKind`] writes them.
    pub kinds: Vec<SpendFacet>,
    /// Models.
    pub models: Vec<SpendFacet>,
    /// Keys.
    pub keys: Vec<SpendFacet>,
    /// Currencies.
    pub currencies: Vec<SpendFacet>,
    /// The first local day with a charge.
    pub first_day: Option<String>,
    /// The last.
    pub last_day: Option<String>,
}
