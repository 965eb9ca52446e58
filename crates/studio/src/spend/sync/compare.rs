//! Venice's own sums beside ours: by day, where a difference is shown, and by key, which single charges don't tell.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use rust_decimal::Decimal;
use store::{ChargeColumns, ChargeSource, KeyDay, Ledger, LedgerPatch, from_fixed};
use venice::account::{ApiKey, GetBillingUsageAnalytics, KeyTotals, UsageAnalytics};

use super::super::view::SpendDifference;
use crate::{AppError, Result, Studio, accounts::Payer, accounts::view::AccountView};

/// How many days are compared.
const COMPARED: i64 = 30;
/// How far back Venice adds up.
const KEYS_BACK: i64 = 89;
/// At most so many days are asked for by key at once; the next time goes on.
const KEYS_AT_ONCE: usize = 12;
/// Sums of a day that differ by less are equal: Venice may round its own.
const LEAST: Decimal = Decimal::from_parts(1, 0, 0, false, 5);
/// Venice's sums are up to ten minutes old; a day is compared when it has been over for longer.
const SETTLES_MINUTES: i64 = 30;

impl Studio {
    /// Compares the history with Venice's sums; where they differ it is read again from there, once.
    pub(super) async fn compare(&self, payer: &Payer, ledger: &Ledger) -> Result<()> {
        let last = (Timestamp::now() - SETTLES_MINUTES.minutes()).to_zoned(TimeZone::UTC).date();
        let last = last.yesterday().map_err(AppError::internal)?;
        let first = last.checked_sub((COMPARED - 1).days()).map_err(AppError::internal)?;
        let told = GetBillingUsageAnalytics::between(first, last);
        let told = payer.client.get_billing_usage_analytics(&told).await?.value;
        let known: Vec<SpendDifference> = ledger
            .differences
            .clone()
            .and_then(|known| serde_json::from_value(known).ok())
            .unwrap_or_default();
        let mut found = self.differences(&payer.id, &told, first, last).await?;
        if found != known
            && let Some(day) = found.iter().filter_map(|one| one.day.parse::<Date>().ok()).min()
        {
            // Something came later than charges usually do.
            let from = day.to_zoned(TimeZone::UTC).map_err(AppError::internal)?.timestamp();
            self.walk_from(payer, from).await?;
            self.match_charges(&payer.id, from).await?;
            found = self.differences(&payer.id, &told, first, last).await?;
        }
        let (id, now) = (payer.id.clone(), Timestamp::now());
        let patch = LedgerPatch {
            compared_at: Some(now),
            differences: serde_json::to_value(&found).ok(),
            ..LedgerPatch::default()
        };
        self.store(move |store| store.charges().note(&id, patch)).await?;
        self.read_key_days(payer).await
    }

    async fn differences(
        &self,
        account: &str,
        told: &UsageAnalytics,
        first: Date,
        last: Date,
    ) -> Result<Vec<SpendDifference>> {
        let id = account.to_owned();
        let ours = self.store(move |store| store.charges().look(|all| by_day(all, &id, first, last))).await?;
        let mut theirs: BTreeMap<(Date, &str), Decimal> = BTreeMap::new();
        for day in told.by_date.iter().filter(|day| (first..=last).contains(&day.date)) {
            for (currency, amount) in [("usd", day.usd), ("diem", day.diem)] {
                *theirs.entry((day.date, currency)).or_default() += amount.unwrap_or_default();
            }
        }
        let mut found = Vec::new();
        let keys: std::collections::BTreeSet<_> = ours.keys().chain(theirs.keys()).copied().collect();
        for (day, currency) in keys {
            let ledger = ours.get(&(day, currency)).copied().unwrap_or_default().normalize();
            let analytics = theirs.get(&(day, currency)).copied().unwrap_or_default().normalize();
            if (ledger - analytics).abs() >= LEAST {
                let currency = currency.to_owned();
                found.push(SpendDifference { day: day.to_string(), currency, ledger, analytics });
            }
        }
        Ok(found)
    }

    /// Asks which keys who pays for an account has.
    pub(super) async fn read_keys(
        &self,
        payer: &Payer,
        account: &AccountView,
        ledger: &Ledger,
    ) -> Result<()> {
        let keys = payer.client.get_api_keys().await?.value;
        let ends: Vec<String> = keys.iter().filter_map(|key| key.last_6_chars.clone()).collect();
        let own_of = |ends_with: &Option<String>| {
            let mut own =
                keys.iter().filter(|key| key.last_6_chars.is_some() && key.last_6_chars == *ends_with);
            // Two that end alike can't be told apart.
            if let (Some(key), None) = (own.next(), own.next()) { Some(key) } else { None }
        };
        if ends != ledger.key_ends {
            let id = payer.id.clone();
            let patch = LedgerPatch { key_ends: Some(ends), ..LedgerPatch::default() };
            self.store(move |store| store.charges().note(&id, patch)).await?;
        }
        if let Some(own) = own_of(&account.ends_with) {
            self.note_own_key(ledger, own).await?;
        }
        // Accounts whose charges stand here have keys of their own.
        let ledgers = self.store(|store| store.charges().ledgers()).await?;
        for other in self.accounts().await? {
            let covered = |known: &&Ledger| {
                known.account == other.id && known.covered_by.as_deref() == Some(account.id.as_str())
            };
            let Some(known) = ledgers.iter().find(covered) else { continue };
            if let Some(own) = own_of(&other.ends_with) {
                self.note_own_key(known, own).await?;
            }
        }
        Ok(())
    }

    async fn note_own_key(&self, ledger: &Ledger, own: &ApiKey) -> Result<()> {
        let now = Timestamp::now();
        if ledger.key_at(now) == Some(own.id.as_str()) {
            return Ok(());
        }
        let (account, key, made_at, seen) =
            (ledger.account.clone(), own.id.clone(), own.created_at, ledger.synced_at);
        self.store(move |store| store.charges().note_own_key(&account, &key, made_at, seen, now)).await
    }

    /// Asks what was used with each key on days of which that isn't known, the last first.
    async fn read_key_days(&self, payer: &Payer) -> Result<()> {
        let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
        let id = payer.id.clone();
        let known = self.store(move |store| store.charges().days_of_keys(&id)).await?;
        let days = (0..=KEYS_BACK).filter_map(|back| today.checked_sub(back.days()).ok());
        // Today isn't over, and of yesterday something may have come late.
        let fresh = today.checked_sub(2.days()).unwrap_or(today);
        let missing = days.filter(|day| *day > fresh || known.binary_search(day).is_err());
        for day in missing.take(KEYS_AT_ONCE) {
            let request = GetBillingUsageAnalytics::between(day, day);
            let told = payer.client.get_billing_usage_analytics(&request).await?.value;
            let keys = told.by_key.into_iter().flat_map(|key| of_key(day, key)).collect();
            let id = payer.id.clone();
            self.store(move |store| store.charges().put_key_day(&id, day, keys)).await?;
        }
        Ok(())
    }
}

fn of_key(day: Date, key: KeyTotals) -> impl Iterator<Item = KeyDay> {
    let id = key.api_key_id.unwrap_or_default();
    let name = key.description.unwrap_or_default();
    [("usd", key.total_usd), ("diem", key.total_diem)].into_iter().filter_map(move |(currency, amount)| {
        let amount = amount.filter(|amount| !amount.is_zero())?.normalize();
        Some(KeyDay { day, key: id.clone(), name: name.clone(), currency: currency.to_owned(), amount })
    })
}

/// What the history of an account comes to on each day of UTC.
fn by_day(
    columns: &ChargeColumns,
    account: &str,
    first: Date,
    last: Date,
) -> BTreeMap<(Date, &'static str), Decimal> {
    let start =
        |day: Date| day.to_zoned(TimeZone::UTC).map_or(i64::MAX, |day| day.timestamp().as_millisecond());
    let (from, to) = (start(first), last.tomorrow().map_or(i64::MAX, start));
    let mut sums: BTreeMap<(Date, &'static str), i128> = BTreeMap::new();
    let Some(ledger) = columns.ledgers.iter().position(|(id, _)| id == account) else {
        return BTreeMap::new();
    };
    let range = columns.at.partition_point(|at| *at < from)..columns.at.partition_point(|at| *at < to);
    for place in range {
        if usize::from(columns.ledger[place]) != ledger || columns.source[place] != ChargeSource::History {
            continue;
        }
        let currency = match columns.currencies[usize::from(columns.currency[place])].as_str() {
            "usd" => "usd",
            "diem" => "diem",
            // Venice's sums are of these two.
            _ => continue,
        };
        let Ok(at) = Timestamp::from_millisecond(columns.at[place]) else { continue };
        *sums.entry((at.to_zoned(TimeZone::UTC).date(), currency)).or_default() += columns.amount[place];
    }
    sums.into_iter().map(|(key, sum)| (key, from_fixed(sum))).collect()
}
