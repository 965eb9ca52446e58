use std::cmp::Ordering;

use jiff::civil::Date;
use rusqlite::Row;
use rust_decimal::Decimal;

use super::Models;
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::money::{Certainty, Currency};
use crate::tables::items::{MediaKind, Origin};
use crate::tables::{from_sql_count, to_amount};

/// An item as queries see it.
pub(in crate::library) struct Entry {
    pub(in crate::library) id: ItemId,
    pub(in crate::library) kind: MediaKind,
    pub(in crate::library) origin: Origin,
    /// Its number.
    pub(in crate::library) model: Option<u32>,
    pub(in crate::library) bytes: u64,
    /// As shown, across and down; 0 where it isn't known.
    pub(in crate::library) width: u32,
    pub(in crate::library) height: u32,
    pub(in crate::library) made_at: i64,
    pub(in crate::library) day: Date,
    pub(in crate::library) cost: Option<(Decimal, Currency)>,
    pub(in crate::library) certainty: Certainty,
    pub(in crate::library) pretend: bool,
    /// A job was paid for it, or may have been.
    pub(in crate::library) of_job: bool,
    pub(in crate::library) rating: u8,
    pub(in crate::library) favourite: bool,
    pub(in crate::library) trashed: bool,
    title: Box<str>,
}

/// What items are walked by; ties go by id.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::library) enum Order {
    /// By the local day and the moment on it: a day is never torn apart, wherever the user's clock was.
    Time = 0,
    Title,
    Size,
    Rating,
}

impl Order {
    pub(in crate::library) const ALL: [Self; 4] = [Self::Time, Self::Title, Self::Size, Self::Rating];
}

/// What an entry is ordered by.
pub(in crate::library) enum Key {
    Time(Date, i64),
    Title(String),
    Size(u64),
    Rating(u8),
}

pub(super) const SELECT: &str = "SELECT i.row, i.id, i.kind, i.origin, i.title_key, i.model, i.bytes, i.made_at, i.day, i.cost, \
     i.currency, i.certainty, i.pretend, i.job IS NOT NULL, i.rating, i.favourite, i.trashed, f.width, f.height \
     FROM items i JOIN files f ON f.id = i.file";

/// A row of [`SELECT`].
pub(super) fn read(row: &Row<'_>, models: &mut Models) -> Result<(u32, Entry)> {
    let text = |column: usize| row.get_ref(column)?.as_str().map_err(|_| Error::Unreadable { what: "item" });
    let model = row.get_ref(5)?.as_str_or_null().map_err(|_| Error::Unreadable { what: "model" })?;
    let cost = row.get_ref(9)?.as_str_or_null().map_err(|_| Error::Unreadable { what: "amount" })?;
    let currency: Option<Currency> = row.get(10)?;
    let entry = Entry {
        id: row.get(1)?,
        kind: row.get(2)?,
        origin: row.get(3)?,
        title: text(4)?.into(),
        model: model.map(|name| models.number(name)),
        bytes: from_sql_count(row.get(6)?),
        made_at: row.get(7)?,
        day: text(8)?.parse().map_err(|_| Error::Unreadable { what: "day" })?,
        cost: cost.map(to_amount).transpose()?.zip(currency),
        certainty: row.get(11)?,
        pretend: row.get(12)?,
        of_job: row.get(13)?,
        rating: row.get(14)?,
        favourite: row.get(15)?,
        trashed: row.get(16)?,
        width: row.get::<_, Option<u32>>(17)?.unwrap_or(0),
        height: row.get::<_, Option<u32>>(18)?.unwrap_or(0),
    };
    Ok((row.get(0)?, entry))
}

impl Entry {
    /// Width by height in hundredths, 100 where it isn't known.
    pub(in crate::library) fn ratio(&self) -> u16 {
        if self.width == 0 || self.height == 0 {
            return 100;
        }
        let hundredths = (u64::from(self.width) * 100 + u64::from(self.height) / 2) / u64::from(self.height);
        u16::try_from(hundredths.max(1)).unwrap_or(u16::MAX)
    }

    pub(in crate::library) fn pixels(&self) -> Option<u64> {
        Some(u64::from(self.width) * u64::from(self.height)).filter(|pixels| *pixels > 0)
    }

    pub(in crate::library) fn key(&self, order: Order) -> Key {
        match order {
            Order::Time => Key::Time(self.day, self.made_at),
            Order::Title => Key::Title(self.title.to_string()),
            Order::Size => Key::Size(self.bytes),
            Order::Rating => Key::Rating(self.rating),
        }
    }

    fn compare_keys(&self, order: Order, other: &Self) -> Ordering {
        match order {
            Order::Time => (self.day, self.made_at).cmp(&(other.day, other.made_at)),
            Order::Title => self.title.cmp(&other.title),
            Order::Size => self.bytes.cmp(&other.bytes),
            Order::Rating => self.rating.cmp(&other.rating),
        }
    }

    pub(super) fn compare(&self, order: Order, other: &Self) -> Ordering {
        self.compare_keys(order, other).then_with(|| self.id.cmp(&other.id))
    }

    pub(super) fn same_place(&self, order: Order, other: &Self) -> bool {
        self.compare(order, other).is_eq()
    }

    /// A key of another order compares as equal: only the id counts then.
    pub(super) fn compare_to(&self, order: Order, key: &Key, id: ItemId) -> Ordering {
        let keys = match (order, key) {
            (Order::Time, Key::Time(day, made_at)) => (self.day, self.made_at).cmp(&(*day, *made_at)),
            (Order::Title, Key::Title(title)) => (*self.title).cmp(title),
            (Order::Size, Key::Size(bytes)) => self.bytes.cmp(bytes),
            (Order::Rating, Key::Rating(rating)) => self.rating.cmp(rating),
            _ => Ordering::Equal,
        };
        keys.then_with(|| self.id.cmp(&id))
    }
}
