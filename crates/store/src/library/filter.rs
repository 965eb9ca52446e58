//! Which items a query means.

use jiff::civil::Date;
use rusqlite::Connection;
use rust_decimal::Decimal;

use super::index::{Entries, Entry, Rows};
use super::query::{CostFilter, Query};
use super::words;
use crate::database::Database;
use crate::error::{Error, Result};
use crate::money::Currency;
use crate::tables::items::{MediaKind, Origin};

/// What a query asks of each item.
pub(super) struct Filter {
    trashed: bool,
    kind: Option<MediaKind>,
    origin: Option<Origin>,
    model: Option<u32>,
    favourite: bool,
    min_rating: u8,
    max_rating: u8,
    days: (Option<Date>, Option<Date>),
    pixels: (Option<u64>, Option<u64>),
    bytes: (Option<u64>, Option<u64>),
    cost: Option<Cost>,
    /// An item must be in all of these.
    sets: Vec<Rows>,
}

enum Cost {
    Free,
    Unknown,
    Between { currency: Currency, pretend: bool, min: Option<Decimal>, max: Option<Decimal> },
}

/// What only the database knows of a query: the rows with its words, its tag and on its board.
pub(super) struct Sets(Option<Vec<Rows>>);

impl Sets {
    pub(super) fn of(database: &Database, query: &Query) -> Result<Self> {
        let text = query.text.as_deref().filter(|text| !text.trim().is_empty());
        if text.is_none() && query.tag.is_none() && query.board.is_none() {
            return Ok(Self(Some(Vec::new())));
        }
        // Text in which there is nothing to look for finds nothing.
        let expression = match text.map(words::expression) {
            Some(None) => return Ok(Self(None)),
            expression => expression.flatten(),
        };
        let labelled = || database.read(|db| with_labels(db, query));
        let Some(expression) = expression else { return labelled().map(Some).map(Self) };
        let with_words =
            || database.read(|db| rows(db, "SELECT rowid FROM words WHERE words MATCH ?", &expression));
        if query.tag.is_none() && query.board.is_none() {
            return Ok(Self(Some(vec![with_words()?])));
        }
        // Each takes some ten milliseconds in a large library: they are read side by side.
        let (words, labels) = std::thread::scope(|scope| {
            let words = scope.spawn(with_words);
            let labels = labelled();
            (words.join(), labels)
        });
        let mut sets = labels?;
        sets.push(words.map_err(|_| Error::Fault("words couldn't be looked for"))??);
        Ok(Self(Some(sets)))
    }
}

fn rows(db: &Connection, sql: &str, value: &str) -> Result<Rows> {
    Rows::of(&mut *db.prepare_cached(sql)?, [value])
}

fn with_labels(db: &Connection, query: &Query) -> Result<Vec<Rows>> {
    let tag = query.tag.as_deref().map(|tag| rows(db, "SELECT item FROM item_tags WHERE tag = ?", tag));
    let board = query.board.as_deref().map(|board| {
        rows(db, "SELECT item FROM board_items WHERE board = (SELECT row FROM boards WHERE id = ?)", board)
    });
    tag.into_iter().chain(board).collect()
}

impl Filter {
    /// None when nothing can be found.
    pub(super) fn of(query: &Query, sets: Sets, entries: &Entries) -> Result<Option<Self>> {
        let Some(sets) = sets.0 else { return Ok(None) };
        let model = query.model.as_deref().map(|name| entries.model(name));
        if model == Some(None) {
            return Ok(None);
        }
        Ok(Some(Self {
            trashed: query.trashed,
            kind: query.kind,
            origin: query.origin,
            model: model.flatten(),
            favourite: query.favourite,
            min_rating: query.min_rating,
            max_rating: query.max_rating.unwrap_or(u8::MAX),
            days: (day(query.from_day.as_deref())?, day(query.to_day.as_deref())?),
            pixels: (query.min_pixels.map(u64::from), query.max_pixels.map(u64::from)),
            bytes: (query.min_bytes, query.max_bytes),
            cost: query.cost.as_ref().map(Cost::of).transpose()?,
            sets,
        }))
    }

    pub(super) fn takes(&self, row: u32, entry: &Entry) -> bool {
        entry.trashed == self.trashed
            && self.kind.is_none_or(|kind| entry.kind == kind)
            && self.origin.is_none_or(|origin| entry.origin == origin)
            && (self.model.is_none() || entry.model == self.model)
            && (!self.favourite || entry.favourite)
            && entry.rating >= self.min_rating
            && entry.rating <= self.max_rating
            && self.sets.iter().all(|set| set.contains(row))
            && within(self.days, Some(entry.day))
            && within(self.bytes, Some(entry.bytes))
            && within(self.pixels, entry.pixels())
            && self.cost.as_ref().is_none_or(|cost| cost.takes(entry))
    }
}

/// What isn't known is within no limits.
fn within<T: PartialOrd>((min, max): (Option<T>, Option<T>), value: Option<T>) -> bool {
    let Some(value) = value else { return min.is_none() && max.is_none() };
    min.is_none_or(|min| value >= min) && max.is_none_or(|max| value <= max)
}

fn day(text: Option<&str>) -> Result<Option<Date>> {
    text.map(|text| text.parse().map_err(|_| Error::OutOfRange { what: "day" })).transpose()
}

impl Cost {
    fn of(filter: &CostFilter) -> Result<Self> {
        let amount = |text: &Option<String>| {
            let parsed = text.as_deref().map(|text| text.trim().parse());
            parsed.transpose().map_err(|_| Error::OutOfRange { what: "cost" })
        };
        Ok(match filter {
            CostFilter::Free => Self::Free,
            CostFilter::Unknown => Self::Unknown,
            CostFilter::Between { currency, pretend, min, max } => {
                Self::Between { currency: *currency, pretend: *pretend, min: amount(min)?, max: amount(max)? }
            }
        })
    }

    /// What no job made was never paid for; a job without an amount may have cost something.
    fn takes(&self, entry: &Entry) -> bool {
        match (self, entry.cost) {
            (Self::Free, Some((amount, _))) => amount.is_zero(),
            (Self::Free, None) => !entry.of_job,
            (Self::Unknown, cost) => cost.is_none() && entry.of_job,
            (Self::Between { currency, pretend, min, max }, Some((amount, of))) => {
                of == *currency && entry.pretend == *pretend && within((*min, *max), Some(amount))
            }
            (Self::Between { .. }, None) => false,
        }
    }
}

#[cfg(test)]
mod tests;
