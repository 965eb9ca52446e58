//! What charges come to: at a glance, over time, by what was made.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{ChargeMatch, LedgerMoney, SpendNote};

/// How long a balance lasts at the pace of the last seven days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Runway {
    /// What a day has cost.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub per_day: Decimal,
    /// The last day it is enough for, as YYYY-MM-DD; `None` = beyond ten years.
    pub until: Option<String>,
}

/// What an account has of a currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct BalanceView {
    /// The account.
    pub account: String,
    /// How much.
    pub money: LedgerMoney,
    /// When Venice said so, RFC 3339.
    pub at: String,
    /// How much DIEM there is in an epoch; `None` for other currencies, or where Venice didn't say.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub allocation: Option<Decimal>,
    /// When the epoch ends and its DIEM is there again, RFC 3339.
    pub resets_at: Option<String>,
    /// How long it lasts; `None` where nothing was spent in the last seven days, and for DIEM, which comes again.
    pub runway: Option<Runway>,
}

/// What was spent in a time, and in as much of the time before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SpentIn {
    /// By currency.
    pub spent: Vec<LedgerMoney>,
    /// In the same part of the time before: yesterday until now, last week until this weekday, last month until this day.
    pub before: Vec<LedgerMoney>,
    /// What the balances of accounts without a history fell by meanwhile, as their answers told; empty where none is known.
    pub by_balance: Vec<LedgerMoney>,
}

/// A day of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MonthDay {
    /// 1 to 31.
    pub day: u8,
    /// Spent from the first of the month to the end of this day; `None` for days to come and days the month doesn't have.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub spent: Option<Decimal>,
    /// The same of the month before.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub before: Option<Decimal>,
}

/// This month against the one before, in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MonthPace {
    /// The currency.
    pub currency: String,
    /// This month, as YYYY-MM.
    pub month: String,
    /// Its days, from the first.
    pub days: Vec<MonthDay>,
}

/// What was spent, at a glance. Days, weeks (from Monday) and months are those of the machine's time zone and of now; `from` and `to`
/// of the filter narrow `total` alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SpendOverview {
    /// What the accounts have.
    pub balances: Vec<BalanceView>,
    /// Today.
    pub today: SpentIn,
    /// This week.
    pub week: SpentIn,
    /// This month.
    pub month: SpentIn,
    /// Between `from` and `to`.
    pub total: Vec<LedgerMoney>,
    /// How many charges that is.
    pub charges: u32,
    /// This month, day by day; one for each currency.
    pub months: Vec<MonthPace>,
    /// What must be said.
    pub notes: Vec<SpendNote>,
}

/// What a series is told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum SeriesBy {
    /// What was asked for.
    Kind,
    /// The model.
    Model,
    /// The key, by Venice's own sums.
    Key,
    /// The account.
    Account,
}

/// The length of a column of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum SeriesStep {
    /// An hour; at most 31 days.
    Hour,
    /// A day.
    Day,
    /// A week, from Monday.
    Week,
    /// A month.
    Month,
}

/// One colour of a series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SeriesPart {
    /// What it is of: a kind, a model, a key, an account. Empty = it isn't known.
    pub id: String,
    /// What that is called.
    pub name: String,
    /// The currency.
    pub currency: String,
    /// One amount for each column, also where it is nothing.
    #[cfg_attr(feature = "specta", specta(type = Vec<String>))]
    pub amounts: Vec<Decimal>,
    /// All of them.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub total: Decimal,
}

/// What was spent over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SpendSeries {
    /// When each column begins, RFC 3339.
    pub starts: Vec<String>,
    /// The first day of each column, as YYYY-MM-DD.
    pub days: Vec<String>,
    /// The parts, the costliest first, one currency after the other.
    pub parts: Vec<SeriesPart>,
    /// What must be said.
    pub notes: Vec<SpendNote>,
}

/// Something that was made, and what it cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TopItem {
    /// The work; its certainty is the weakest of its charges.
    pub work: ChargeMatch,
    /// The model.
    pub model: Option<String>,
    /// When it was charged, RFC 3339.
    pub at: String,
    /// What it cost.
    pub money: LedgerMoney,
    /// How many charges that is.
    pub charges: u32,
}

/// What prices are made comparable by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum PricedUnit {
    /// A picture.
    Picture,
    /// A minute of film.
    FilmMinute,
    /// A minute of music.
    MusicMinute,
    /// A piece of music, where Venice charges by the piece.
    MusicPiece,
    /// A thousand words of chat, read and written together: a word is taken as four thirds of a token.
    ChatThousandWords,
    /// A thousand words spoken: a word is taken as six characters.
    SpokenThousandWords,
    /// A minute of sound that was written down.
    TranscribedMinute,
}

/// What one of something has cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct UnitPrice {
    /// One of what.
    pub unit: PricedUnit,
    /// With which model; `None` = all.
    pub model: Option<String>,
    /// What one has cost, to four significant digits: it is a quotient.
    pub price: LedgerMoney,
    /// How many there were, to three decimals.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub units: Decimal,
    /// What they cost together.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub total: Decimal,
}
