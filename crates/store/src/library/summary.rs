use std::collections::BTreeMap;

use jiff::civil::Date;
use rusqlite::Connection;
use rust_decimal::Decimal;

use super::filter::{Filter, Sets};
use super::index::Entry;
use super::{Query, Sort, cursor};
use crate::Store;
use crate::error::{Error, Result};
use crate::money::{Certainty, Currency, Money};
use crate::tables::from_sql_count;

/// One day of a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Day {
    /// The local day.
    pub day: Date,
    /// How many items were made on it.
    pub items: u64,
    /// What they cost: one sum for each currency, certainty, and real or pretend.
    pub costs: Vec<DayCost>,
}

/// A sum of like amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayCost {
    /// The sum.
    pub money: Money,
    /// Of estimates, or of charges.
    pub certainty: Certainty,
    /// Of pretend money.
    pub pretend: bool,
}

/// What there is to filter by, most used first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facets {
    /// Models and how many items they made.
    pub models: Vec<(String, u64)>,
    /// Tags and how many items have them.
    pub tags: Vec<(String, u64)>,
    /// The first local day anything was made on.
    pub first_day: Option<Date>,
    /// The last one.
    pub last_day: Option<Date>,
}

/// How much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// Items outside the trash.
    pub items: u64,
    /// Items in the trash.
    pub trashed: u64,
    /// Bytes of all files, in the trash or not.
    pub bytes: u64,
    /// Bytes free on the library's disk; 0 while it isn't there.
    pub free_bytes: u64,
    /// Whether the library's folder is there.
    pub reachable: bool,
    /// Files that weren't there when last looked for.
    pub missing: u64,
}

/// Amounts that may be added up, by what sets them apart.
type Sums = BTreeMap<(Currency, bool, Certainty), Decimal>;

/// The whole of a query in a few bytes an item.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shape {
    /// 16 bytes for each item, in order: its id.
    pub ids: Vec<u8>,
    /// 2 bytes for each item, little end first: width by height in hundredths, 100 where it isn't known.
    pub ratios: Vec<u8>,
    /// The days in the order of the items, where these go by time.
    pub days: Vec<Day>,
}

/// Gathers items that come day by day.
#[derive(Default)]
struct Days {
    all: Vec<(Date, u64, Sums)>,
}

impl Days {
    fn add(&mut self, entry: &Entry) {
        if self.all.last().is_none_or(|(last, ..)| *last != entry.day) {
            self.all.push((entry.day, 0, Sums::new()));
        }
        let Some((_, items, sums)) = self.all.last_mut() else { return };
        *items += 1;
        if let Some((amount, currency)) = entry.cost {
            *sums.entry((currency, entry.pretend, entry.certainty)).or_default() += amount;
        }
    }

    fn finish(self) -> Vec<Day> {
        let to_day = |(day, items, sums): (Date, u64, Sums)| {
            let costs = sums.into_iter().map(|((currency, pretend, certainty), amount)| DayCost {
                money: Money { amount, currency },
                certainty,
                pretend,
            });
            Day { day, items, costs: costs.collect() }
        };
        self.all.into_iter().map(to_day).collect()
    }
}

/// The days of a query, newest first; the sums are made in decimals.
pub(super) fn days(store: &Store, query: &Query) -> Result<Vec<Day>> {
    let mut days = Days::default();
    each(store, &Query { sort: Sort::Newest, ..query.clone() }, |entry| days.add(entry))?;
    Ok(days.finish())
}

pub(super) fn shape(store: &Store, query: &Query) -> Result<Shape> {
    let mut days = Days::default();
    let mut shape = Shape::default();
    let by_time = matches!(query.sort, Sort::Newest | Sort::Oldest);
    each(store, query, |entry| {
        shape.ids.extend_from_slice(entry.id.0.as_bytes());
        shape.ratios.extend_from_slice(&entry.ratio().to_le_bytes());
        if by_time {
            days.add(entry);
        }
    })?;
    shape.days = days.finish();
    Ok(shape)
}

/// Every item of a query, in its order. Cursor and limit are left aside.
fn each(store: &Store, query: &Query, mut work: impl FnMut(&Entry)) -> Result<()> {
    let sets = Sets::of(store.database(), query)?;
    let looking = store.index().look(store.database())?;
    let entries = looking.entries()?;
    let Some(filter) = Filter::of(query, sets, entries)? else { return Ok(()) };
    let (order, descending) = cursor::order_of(query.sort);
    for (row, entry) in entries.walk(order, descending, None) {
        if filter.takes(row, entry) {
            work(entry);
        }
    }
    Ok(())
}

pub(super) fn facets(store: &Store) -> Result<Facets> {
    let mut facets = Facets::default();
    let mut tags: Vec<(String, Vec<u32>)> = Vec::new();
    store.database().read(|db| {
        let mut statement = db.prepare_cached("SELECT tag, item FROM item_tags ORDER BY tag")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let tag = row.get_ref(0)?.as_str().map_err(|_| Error::Unreadable { what: "tag" })?;
            if tags.last().is_none_or(|(last, _)| last != tag) {
                tags.push((tag.to_owned(), Vec::new()));
            }
            if let Some((_, items)) = tags.last_mut() {
                items.push(row.get(1)?);
            }
        }
        Ok(())
    })?;
    let looking = store.index().look(store.database())?;
    let entries = looking.entries()?;
    let mut models: Vec<u64> = vec![0; entries.models().len()];
    for entry in entries.all().filter(|entry| !entry.trashed) {
        if let Some(count) = entry.model.and_then(|model| models.get_mut(model as usize)) {
            *count += 1;
        }
        facets.first_day = Some(facets.first_day.map_or(entry.day, |first| first.min(entry.day)));
        facets.last_day = Some(facets.last_day.map_or(entry.day, |last| last.max(entry.day)));
    }
    let is_shown = |row: &u32| entries.get(*row).is_some_and(|entry| !entry.trashed);
    facets.models = most_used(entries.models().iter().cloned().zip(models));
    facets.tags = most_used(tags.into_iter().map(|(tag, items)| {
        let shown = items.iter().filter(|row| is_shown(row)).count();
        (tag, shown as u64)
    }));
    Ok(facets)
}

fn most_used(all: impl Iterator<Item = (String, u64)>) -> Vec<(String, u64)> {
    let mut used: Vec<_> = all.filter(|(_, count)| *count > 0).collect();
    used.sort_by(|(a, of_a), (b, of_b)| of_b.cmp(of_a).then_with(|| a.cmp(b)));
    used
}

/// Items, trashed items.
pub(super) fn counts(store: &Store) -> Result<(u64, u64)> {
    let looking = store.index().look(store.database())?;
    let entries = looking.entries()?;
    let trashed = entries.all().filter(|entry| entry.trashed).count();
    Ok(((entries.len() - trashed) as u64, trashed as u64))
}

/// Bytes of the files that are there, and how many aren't.
pub(super) fn files(db: &Connection) -> Result<(u64, u64)> {
    let bytes: i64 =
        db.query_row("SELECT coalesce(sum(bytes), 0) FROM files WHERE missing = 0", [], |r| r.get(0))?;
    let missing: i64 = db.query_row("SELECT count(*) FROM files WHERE missing = 1", [], |r| r.get(0))?;
    Ok((from_sql_count(bytes), from_sql_count(missing)))
}
