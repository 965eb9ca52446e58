//! The table of all charges: filtered, searched, sorted, put together.

use std::{cmp::Reverse, collections::HashMap};

use store::ChargeColumns;

use super::{
    super::view::{ChargeGroup, ChargeGrouping, ChargePage, ChargeQuery, ChargeSort, LedgerMoney},
    Sums, rank,
    scope::Scope,
    series::{kind_word, values_of_skus},
    sorted,
    words::{Found, Words},
};
use crate::{Result, Studio};

/// The most that are answered at once.
const MOST: usize = 500;

/// What is answered before the rows themselves are read.
struct Answer {
    rows: Vec<i64>,
    groups: Vec<ChargeGroup>,
    total: usize,
    spent: Vec<LedgerMoney>,
    notes: Vec<super::super::view::SpendNote>,
}

impl Studio {
    /// Some charges, or groups of them.
    pub async fn spend_charges(&self, query: ChargeQuery) -> Result<ChargePage> {
        let desk = self.desk().await?;
        let answer = self
            .store(move |store| {
                let words = Words::new(&store.charges(), query.text.as_deref())?;
                store.charges().look(|columns| {
                    let scope = Scope::new(columns, &desk, &query.filter);
                    let found = words.find(&scope);
                    answer(&scope, found.as_ref(), &query)
                })
            })
            .await?;
        let groups = self.named_groups(answer.groups).await?;
        Ok(ChargePage {
            charges: self.charge_views(answer.rows).await?,
            groups,
            total: u32::try_from(answer.total).unwrap_or(u32::MAX),
            spent: answer.spent,
            notes: answer.notes,
        })
    }

    /// The numbers of all charges of a query in its order, whatever its page; of its groups, those that are in them.
    pub(in crate::spend) async fn rows_of(&self, query: ChargeQuery) -> Result<Vec<i64>> {
        let desk = self.desk().await?;
        self.store(move |store| {
            let words = Words::new(&store.charges(), query.text.as_deref())?;
            store.charges().look(|columns| {
                let scope = Scope::new(columns, &desk, &query.filter);
                let found = words.find(&scope);
                let grouper = query.grouping.map(|grouping| Grouper::new(&scope, grouping));
                let places = places(&scope, found.as_ref(), grouper.as_ref(), &query);
                let count = places.len();
                rows(&scope, page(&scope, places, query.sort, 0, count))
            })
        })
        .await
    }

    /// Groups by work bear the title of it.
    async fn named_groups(&self, mut groups: Vec<ChargeGroup>) -> Result<Vec<ChargeGroup>> {
        let jobs: Vec<store::JobId> = groups.iter().filter_map(|group| group.id.parse().ok()).collect();
        if jobs.is_empty() {
            return Ok(groups);
        }
        let jobs = self.store(move |store| store.charges().jobs(&jobs)).await?;
        for group in &mut groups {
            if let Some(job) = jobs.iter().find(|job| job.id.to_string() == group.id) {
                group.name.clone_from(&job.title);
            }
        }
        Ok(groups)
    }
}

fn answer(scope: &Scope<'_>, found: Option<&Found>, query: &ChargeQuery) -> Answer {
    let columns = scope.columns;
    let grouper = query.grouping.map(|grouping| Grouper::new(scope, grouping));
    let (offset, limit) = (query.offset as usize, (query.limit.max(1) as usize).min(MOST));
    if let (Some(grouper), None) = (&grouper, &query.group) {
        let (groups, spent) = grouper.groups(scope, found);
        return Answer {
            total: groups.len(),
            groups: groups.into_iter().skip(offset).take(limit).collect(),
            rows: Vec::new(),
            spent,
            notes: sorted(scope.notes_of_work()),
        };
    }
    let places = places(scope, found, grouper.as_ref(), query);
    let mut spent = Sums::default();
    for place in &places {
        spent.add(columns.currency[*place], columns.amount[*place]);
    }
    let total = places.len();
    let page = page(scope, places, query.sort, offset, limit);
    Answer {
        rows: rows(scope, page),
        groups: Vec::new(),
        total,
        spent: spent.moneys(columns),
        notes: sorted(scope.notes_of_work()),
    }
}

/// The places of the charges of a query in the order of time: those of a group where one is asked for.
fn places(
    scope: &Scope<'_>,
    found: Option<&Found>,
    grouper: Option<&Grouper>,
    query: &ChargeQuery,
) -> Vec<usize> {
    let group = grouper.and_then(|grouper| Some((grouper, grouper.place_of(query.group.as_ref()?))));
    let in_group = |place: &usize| {
        group.is_none_or(|(grouper, wanted)| wanted.is_some_and(|wanted| grouper.of(scope, *place) == wanted))
    };
    taken(scope, found).filter(in_group).collect()
}

/// The charges that the filter and the words let through.
fn taken<'a>(scope: &'a Scope<'_>, found: Option<&'a Found>) -> impl Iterator<Item = usize> + 'a {
    scope.places().filter(move |place| found.is_none_or(|found| found.takes(scope.columns, *place)))
}

fn rows(scope: &Scope<'_>, places: Vec<usize>) -> Vec<i64> {
    places.into_iter().map(|place| i64::from(scope.columns.row[place])).collect()
}

/// The places of a page of places that stand in the order of time.
fn page(
    scope: &Scope<'_>,
    mut places: Vec<usize>,
    sort: ChargeSort,
    offset: usize,
    limit: usize,
) -> Vec<usize> {
    let columns = scope.columns;
    if offset >= places.len() {
        return Vec::new();
    }
    let end = (offset + limit).min(places.len());
    let currencies = ranks(columns.currencies.iter().map(|currency| rank(currency)));
    let models =
        ranks(scope.skus.iter().map(|sku| (sku.model.is_none(), sku.model.as_deref().unwrap_or_default())));
    let kinds = ranks(scope.skus.iter().map(|sku| kind_word(sku.kind)));
    let currency = |place: &usize| currencies[usize::from(columns.currency[*place])];
    let sku = |place: &usize| columns.sku[*place] as usize;
    match sort {
        ChargeSort::Oldest => places[offset..end].to_vec(),
        ChargeSort::Newest => places.into_iter().rev().skip(offset).take(limit).collect(),
        ChargeSort::Dearest => {
            first(&mut places, end, |place| {
                (currency(place), Reverse(columns.amount[*place]), Reverse(*place))
            });
            places[offset..end].to_vec()
        }
        ChargeSort::Cheapest => {
            first(&mut places, end, |place| (currency(place), columns.amount[*place], Reverse(*place)));
            places[offset..end].to_vec()
        }
        ChargeSort::Model => {
            first(&mut places, end, |place| (models[sku(place)], Reverse(*place)));
            places[offset..end].to_vec()
        }
        ChargeSort::Kind => {
            first(&mut places, end, |place| (kinds[sku(place)], Reverse(*place)));
            places[offset..end].to_vec()
        }
    }
}

/// Puts the first so many of an order in front and in order; the others stay as they come.
fn first<K: Ord>(places: &mut [usize], count: usize, key: impl Fn(&usize) -> K) {
    if count < places.len() {
        places.select_nth_unstable_by_key(count, &key);
    }
    places[..count].sort_unstable_by_key(&key);
}

/// The place of each value among all of them in their order.
fn ranks<T: Ord + Clone>(values: impl Iterator<Item = T>) -> Vec<usize> {
    let values: Vec<T> = values.collect();
    let mut ordered = values.clone();
    ordered.sort();
    ordered.dedup();
    values.iter().map(|value| ordered.partition_point(|other| other < value)).collect()
}

/// Tells charges apart by what they have in common.
struct Grouper {
    by: ChargeGrouping,
    /// The groups by number; of days and jobs they are the places themselves.
    ids: Vec<String>,
    names: Vec<String>,
    of_sku: Vec<usize>,
    /// The first moment of each day.
    days: Vec<i64>,
}

impl Grouper {
    fn new(scope: &Scope<'_>, by: ChargeGrouping) -> Self {
        let columns = scope.columns;
        let (mut of_sku, mut days) = (Vec::new(), Vec::new());
        let ids: Vec<String> = match by {
            ChargeGrouping::Kind => {
                let (names, places) = values_of_skus(scope, |sku| kind_word(sku.kind));
                of_sku = places;
                names
            }
            ChargeGrouping::Model => {
                let (names, places) = values_of_skus(scope, |sku| sku.model.as_deref().unwrap_or_default());
                of_sku = places;
                names
            }
            ChargeGrouping::Account => columns.ledgers.iter().map(|(account, _)| account.clone()).collect(),
            ChargeGrouping::Work => (0_usize..)
                .zip(&columns.jobs)
                .map(|(place, job)| if place == 0 { String::new() } else { job.to_string() })
                .collect(),
            ChargeGrouping::Day => {
                let (from, to) = scope.days();
                let step = super::super::view::SeriesStep::Day;
                let starts = scope.desk.calendar.columns(from, to, step);
                days = starts.iter().map(|(start, _)| *start).collect();
                starts.into_iter().map(|(_, day)| day.to_string()).collect()
            }
        };
        let names = match by {
            ChargeGrouping::Account => ids
                .iter()
                .map(|id| {
                    let ledger = scope.desk.ledgers.iter().find(|ledger| ledger.account == *id);
                    ledger.map_or_else(|| id.clone(), |ledger| ledger.name.clone())
                })
                .collect(),
            ChargeGrouping::Work => vec![String::new(); ids.len()],
            _ => ids.clone(),
        };
        Self { by, ids, names, of_sku, days }
    }

    fn place_of(&self, id: &str) -> Option<usize> {
        self.ids.iter().position(|known| known == id)
    }

    fn of(&self, scope: &Scope<'_>, place: usize) -> usize {
        let columns: &ChargeColumns = scope.columns;
        match self.by {
            ChargeGrouping::Kind | ChargeGrouping::Model => self.of_sku[columns.sku[place] as usize],
            ChargeGrouping::Account => usize::from(columns.ledger[place]),
            ChargeGrouping::Work => columns.job[place] as usize,
            ChargeGrouping::Day => {
                self.days.partition_point(|start| *start <= columns.at[place]).saturating_sub(1)
            }
        }
    }

    /// The groups: days from the last on, others from the dearest on; and what all of them cost.
    fn groups(&self, scope: &Scope<'_>, found: Option<&Found>) -> (Vec<ChargeGroup>, Vec<LedgerMoney>) {
        let columns = scope.columns;
        let mut groups: HashMap<usize, (Sums, u32)> = HashMap::new();
        let mut spent = Sums::default();
        for place in taken(scope, found) {
            let (currency, amount) = (columns.currency[place], columns.amount[place]);
            spent.add(currency, amount);
            let (sums, count) = groups.entry(self.of(scope, place)).or_default();
            sums.add(currency, amount);
            *count += 1;
        }
        let mut order: Vec<u16> = (0..).take(columns.currencies.len()).collect();
        order.sort_by_key(|currency| rank(&columns.currencies[usize::from(*currency)]));
        let mut groups: Vec<(usize, Sums, u32)> =
            groups.into_iter().map(|(group, (sums, count))| (group, sums, count)).collect();
        groups.sort_by(|one, other| {
            if self.by == ChargeGrouping::Day {
                return other.0.cmp(&one.0);
            }
            let sums = |sums: &Sums| order.iter().map(|currency| sums.of(*currency)).collect::<Vec<_>>();
            sums(&other.1).cmp(&sums(&one.1)).then_with(|| self.ids[one.0].cmp(&self.ids[other.0]))
        });
        let groups = groups.into_iter().map(|(group, sums, charges)| ChargeGroup {
            id: self.ids[group].clone(),
            name: self.names[group].clone(),
            spent: sums.moneys(columns),
            charges,
        });
        (groups.collect(), spent.moneys(columns))
    }
}
