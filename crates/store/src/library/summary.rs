use std::collections::BTreeMap;

use jiff::civil::Date;
use rusqlite::{Connection, params_from_iter};
use rust_decimal::Decimal;

use super::Query;
use super::query::Filter;
use crate::error::{Error, Result};
use crate::money::{Certainty, Currency, Money};
use crate::tables::{from_sql_count, to_amount};

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
    /// Bytes free on the library's disk.
    pub free_bytes: u64,
}

/// Amounts that may be added up, by what sets them apart.
type Sums = BTreeMap<(Currency, bool, Certainty), Decimal>;

/// The days of a query, newest first. SQL gathers equal amounts; the sums are made here, in decimals.
pub(super) fn days(db: &Connection, query: &Query) -> Result<Vec<Day>> {
    let Some(filter) = Filter::of(query) else { return Ok(Vec::new()) };
    let sql = format!(
        "SELECT i.day, i.cost, i.currency, i.certainty, i.pretend, count(*) FROM items i WHERE {}
         GROUP BY i.day, i.cost, i.currency, i.certainty, i.pretend ORDER BY i.day DESC",
        filter.sql
    );
    let mut statement = db.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(&filter.values))?;
    let mut all: Vec<(Date, u64, Sums)> = Vec::new();
    while let Some(row) = rows.next()? {
        let day: String = row.get(0)?;
        let day: Date = day.parse().map_err(|_| Error::Unreadable { what: "day" })?;
        let count = row.get::<_, i64>(5).map(from_sql_count)?;
        if all.last().is_none_or(|(last, ..)| *last != day) {
            all.push((day, 0, BTreeMap::new()));
        }
        let Some((_, items, sums)) = all.last_mut() else { continue };
        *items += count;
        let amount: Option<String> = row.get(1)?;
        let currency: Option<Currency> = row.get(2)?;
        if let (Some(amount), Some(currency)) = (amount, currency) {
            let sum = sums.entry((currency, row.get(4)?, row.get(3)?)).or_default();
            *sum += to_amount(&amount)? * Decimal::from(count);
        }
    }
    let to_day = |(day, items, sums): (Date, u64, Sums)| {
        let costs = sums.into_iter().map(|((currency, pretend, certainty), amount)| DayCost {
            money: Money { amount, currency },
            certainty,
            pretend,
        });
        Day { day, items, costs: costs.collect() }
    };
    Ok(all.into_iter().map(to_day).collect())
}

pub(super) fn facets(db: &Connection) -> Result<Facets> {
    let read = |sql: &str| -> Result<Vec<(String, u64)>> {
        let mut statement = db.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, from_sql_count(row.get(1)?))))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    };
    Ok(Facets {
        models: read(
            "SELECT model, count(*) FROM items WHERE trashed = 0 AND model IS NOT NULL
             GROUP BY model ORDER BY count(*) DESC, model",
        )?,
        tags: read(
            "SELECT t.tag, count(*) FROM item_tags t JOIN items i ON i.row = t.item WHERE i.trashed = 0
             GROUP BY t.tag ORDER BY count(*) DESC, t.tag",
        )?,
    })
}

/// Items, trashed items, bytes.
pub(super) fn counts(db: &Connection) -> Result<(u64, u64, u64)> {
    let (all, trashed): (i64, i64) =
        db.query_row("SELECT count(*), coalesce(sum(trashed), 0) FROM items", [], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })?;
    let bytes: i64 =
        db.query_row("SELECT coalesce(sum(bytes), 0) FROM files WHERE missing = 0", [], |r| r.get(0))?;
    Ok((from_sql_count(all - trashed), from_sql_count(trashed), from_sql_count(bytes)))
}
