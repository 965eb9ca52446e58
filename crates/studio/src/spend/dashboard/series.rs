//! What was spent over time, told apart by kind, model, account or key.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use store::{KeyDay, from_fixed, to_fixed};

use super::{
    super::view::{ChargeKind, SeriesBy, SeriesPart, SeriesStep, SpendFilter, SpendNote, SpendSeries},
    Calendar, rank,
    scope::Scope,
    sorted,
};
use crate::{Result, Studio};

impl Studio {
    /// What was spent over time.
    pub async fn spend_series(
        &self,
        filter: SpendFilter,
        by: SeriesBy,
        step: SeriesStep,
    ) -> Result<SpendSeries> {
        if by == SeriesBy::Key {
            return self.series_of_keys(filter, step).await;
        }
        self.look(filter, move |scope| series(scope, by, step)).await
    }

    /// Single charges don't tell their key, so these are Venice's own sums.
    async fn series_of_keys(&self, filter: SpendFilter, step: SeriesStep) -> Result<SpendSeries> {
        let desk = self.desk().await?;
        self.store(move |store| {
            let (from, to) = store.charges().look(|columns| Scope::new(columns, &desk, &filter).days())?;
            let mut days = Vec::new();
            for ledger in desk.ledgers.iter().filter(|ledger| ledger.pretend == filter.pretend) {
                if filter.accounts.is_empty() || filter.accounts.contains(&ledger.account) {
                    days.extend(store.charges().key_days(&ledger.account, from, to)?);
                }
            }
            let wanted = |day: &KeyDay| {
                (filter.keys.is_empty() || filter.keys.contains(&day.key))
                    && filter.currency.as_ref().is_none_or(|wanted| *wanted == day.currency)
            };
            days.retain(wanted);
            // A day of UTC is a day; hours of it aren't told.
            let step = if step == SeriesStep::Hour { SeriesStep::Day } else { step };
            Ok(of_keys(&desk.calendar, &days, (from, to), step))
        })
        .await
    }
}

/// The word that a kind crosses to the window as.
pub(in crate::spend) fn kind_word(kind: ChargeKind) -> &'static str {
    match kind {
        ChargeKind::Chat => "chat",
        ChargeKind::Image => "image",
        ChargeKind::Film => "film",
        ChargeKind::Music => "music",
        ChargeKind::Speech => "speech",
        ChargeKind::Transcription => "transcription",
        ChargeKind::Web => "web",
        ChargeKind::Embedding => "embedding",
        ChargeKind::Other => "other",
    }
}

/// Numbers for the values that charges are told apart by: one for each SKU.
pub(super) fn values_of_skus<'a>(
    scope: &'a Scope<'_>,
    word: impl Fn(&'a super::super::sku::Sku) -> &'a str,
) -> (Vec<String>, Vec<usize>) {
    let mut names: Vec<String> = Vec::new();
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    let places = scope.skus.iter().map(|sku| {
        let word = word(sku);
        *known.entry(word).or_insert_with(|| {
            names.push(word.to_owned());
            names.len() - 1
        })
    });
    let places = places.collect();
    (names, places)
}

pub(super) fn series(scope: &Scope<'_>, by: SeriesBy, step: SeriesStep) -> SpendSeries {
    let columns = scope.columns;
    let (from, to) = scope.days();
    let starts = scope.desk.calendar.columns(from, to, step);
    let (names, of_sku) = match by {
        SeriesBy::Kind => values_of_skus(scope, |sku| kind_word(sku.kind)),
        SeriesBy::Model => values_of_skus(scope, |sku| sku.model.as_deref().unwrap_or_default()),
        SeriesBy::Account | SeriesBy::Key => {
            (columns.ledgers.iter().map(|(account, _)| account.clone()).collect(), Vec::new())
        }
    };
    let currencies = columns.currencies.len();
    let mut sums: Vec<Option<Vec<i128>>> = vec![None; names.len() * currencies];
    let mut column = 0;
    for place in scope.places() {
        let at = columns.at[place];
        while starts.get(column + 1).is_some_and(|(next, _)| *next <= at) {
            column += 1;
        }
        if starts.get(column).is_none_or(|(start, _)| *start > at) {
            continue;
        }
        let part = match by {
            SeriesBy::Kind | SeriesBy::Model => of_sku[columns.sku[place] as usize],
            SeriesBy::Account | SeriesBy::Key => usize::from(columns.ledger[place]),
        };
        let sums = sums[part * currencies + usize::from(columns.currency[place])]
            .get_or_insert_with(|| vec![0; starts.len()]);
        sums[column] += columns.amount[place];
    }
    let account_name = |id: &str| {
        let ledger = scope.desk.ledgers.iter().find(|ledger| ledger.account == id);
        ledger.map_or_else(|| id.to_owned(), |ledger| ledger.name.clone())
    };
    let parts = sums.into_iter().enumerate().filter_map(|(place, sums)| {
        let (part, currency) = (place / currencies, place % currencies);
        let id = names[part].clone();
        let name = if by == SeriesBy::Account { account_name(&id) } else { id.clone() };
        Some((id, name, columns.currencies[currency].clone(), sums?))
    });
    SpendSeries { parts: ordered(parts.collect()), notes: sorted(scope.notes()), ..titled(&starts) }
}

type Part = (String, String, String, Vec<i128>);

fn ordered(mut parts: Vec<Part>) -> Vec<SeriesPart> {
    let total = |part: &Part| part.3.iter().sum::<i128>();
    parts.sort_by(|one, other| {
        let currency = rank(&one.2).cmp(&rank(&other.2));
        currency.then_with(|| total(other).cmp(&total(one))).then_with(|| one.0.cmp(&other.0))
    });
    parts
        .into_iter()
        .map(|part| SeriesPart {
            total: from_fixed(total(&part)),
            amounts: part.3.iter().map(|sum| from_fixed(*sum)).collect(),
            id: part.0,
            name: part.1,
            currency: part.2,
        })
        .collect()
}

fn titled(starts: &[(i64, Date)]) -> SpendSeries {
    let text = |at: i64| Timestamp::from_millisecond(at).map_or_else(|_| String::new(), |at| at.to_string());
    SpendSeries {
        starts: starts.iter().map(|(at, _)| text(*at)).collect(),
        days: starts.iter().map(|(_, day)| day.to_string()).collect(),
        parts: Vec::new(),
        notes: Vec::new(),
    }
}

fn of_keys(calendar: &Calendar, days: &[KeyDay], (from, to): (Date, Date), step: SeriesStep) -> SpendSeries {
    let starts = calendar.columns(from, to, step);
    let mut parts: BTreeMap<(&str, &str), (String, Vec<i128>)> = BTreeMap::new();
    for day in days {
        let column = starts.partition_point(|(_, first)| *first <= day.day).saturating_sub(1);
        let (name, sums) = parts
            .entry((day.key.as_str(), day.currency.as_str()))
            .or_insert_with(|| (day.name.clone(), vec![0; starts.len()]));
        // A key may have been renamed: the last name counts.
        name.clone_from(&day.name);
        if let Some(sum) = sums.get_mut(column) {
            *sum += to_fixed(day.amount).unwrap_or_default();
        }
    }
    let parts = parts
        .into_iter()
        .map(|((key, currency), (name, sums))| (key.to_owned(), name, currency.to_owned(), sums));
    SpendSeries { parts: ordered(parts.collect()), notes: vec![SpendNote::KeysByUtcDays], ..titled(&starts) }
}
