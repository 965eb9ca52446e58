//! What was spent, as the front end sees it. Amounts are decimal text; those of two currencies are never added up, and pretend
//! money never to real.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{AppError, jobs::view::JobKind, money::Money};

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
