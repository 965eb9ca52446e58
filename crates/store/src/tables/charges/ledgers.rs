//! How far the charges of each account are known.

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, params};
use rust_decimal::Decimal;
use serde_json::Value;

use super::{Charges, OwnKey, own_keys};
use crate::error::{Error, Result};
use crate::tables::{from_json, from_time_if, to_amount, to_json, to_time_if};

/// A walk through the history that isn't at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    /// From this moment on.
    pub from: Timestamp,
    /// Up to this moment, which isn't part of it.
    pub to: Timestamp,
    /// Where the next page begins; none before the first.
    pub cursor: Option<String>,
    /// What was seen of the last moment of the page before; opaque here.
    pub tail: Option<Value>,
}

/// How far the charges of an account are known.
#[derive(Debug, Clone, PartialEq)]
pub struct Ledger {
    /// The account.
    pub account: String,
    /// What the account was called last.
    pub name: String,
    /// Whether its money is pretend.
    pub pretend: bool,
    /// Whether its history can be read; else only what answers told is known.
    pub has_history: bool,
    /// All before this moment is here.
    pub complete_to: Option<Timestamp>,
    /// A walk that isn't at its end.
    pub walk: Option<Walk>,
    /// When it was last read to its end.
    pub synced_at: Option<Timestamp>,
    /// Why it couldn't be read; opaque here.
    pub problem: Option<Value>,
    /// What there is in its history that can't be read; opaque here.
    pub unread: Option<Value>,
    /// When its DIEM is there again.
    pub next_epoch: Option<Timestamp>,
    /// The keys this account worked with, the first first.
    pub own_keys: Vec<OwnKey>,
    /// The last characters of all keys of who pays for this account, where they were told.
    pub key_ends: Vec<String>,
    /// The account whose history has the charges of this one: both are paid by the same.
    pub covered_by: Option<String>,
    /// When it was last compared with Venice's own sums.
    pub compared_at: Option<Timestamp>,
    /// Where the two differ; opaque here.
    pub differences: Option<Value>,
}

/// What changes; what is none stays as it is.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "each field is the one of Ledger by the same name")]
pub struct LedgerPatch {
    pub has_history: Option<bool>,
    pub complete_to: Option<Timestamp>,
    /// `Some(None)` = it is at its end.
    pub walk: Option<Option<Walk>>,
    pub synced_at: Option<Timestamp>,
    /// `null` takes away what was there.
    pub problem: Option<Value>,
    /// `null` takes away what was there.
    pub unread: Option<Value>,
    pub next_epoch: Option<Timestamp>,
    pub key_ends: Option<Vec<String>>,
    /// `Some(None)` = no other has them.
    pub covered_by: Option<Option<String>>,
    pub compared_at: Option<Timestamp>,
    pub differences: Option<Value>,
}

/// What was used with a key on a day of UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyDay {
    /// The day.
    pub day: Date,
    /// Venice's id of the key; empty = by no key.
    pub key: String,
    /// What it is called.
    pub name: String,
    /// Of what.
    pub currency: String,
    /// How much.
    pub amount: Decimal,
}

impl Charges<'_> {
    /// All accounts whose charges are known, or are to be.
    pub fn ledgers(&self) -> Result<Vec<Ledger>> {
        self.store.database().read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT account, pretend, has_history, complete_to, walk_from, walk_to, cursor, tail, synced_at, problem,
                    compared_at, differences, name, next_epoch, key_ends, covered_by, unread FROM ledgers ORDER BY row",
            )?;
            let mut rows = statement.query([])?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                let walk = match (to_time_if(row.get(4)?)?, to_time_if(row.get(5)?)?) {
                    (Some(from), Some(to)) => {
                        Some(Walk { from, to, cursor: row.get(6)?, tail: to_json(row.get(7)?, "walk")? })
                    }
                    _ => None,
                };
                let account: String = row.get(0)?;
                all.push(Ledger {
                    own_keys: own_keys::of(db, &account)?,
                    account,
                    name: row.get(12)?,
                    next_epoch: to_time_if(row.get(13)?)?,
                    pretend: row.get(1)?,
                    has_history: row.get(2)?,
                    complete_to: to_time_if(row.get(3)?)?,
                    walk,
                    synced_at: to_time_if(row.get(8)?)?,
                    problem: to_json(row.get(9)?, "problem")?,
                    key_ends: to_json(row.get(14)?, "keys")?
                        .and_then(|ends| serde_json::from_value(ends).ok())
                        .unwrap_or_default(),
                    covered_by: row.get(15)?,
                    unread: to_json(row.get(16)?, "unread")?,
                    compared_at: to_time_if(row.get(10)?)?,
                    differences: to_json(row.get(11)?, "differences")?,
                });
            }
            Ok(all)
        })
    }

    /// Begins to know an account, or notes what it is called now.
    pub fn begin(&self, account: &str, name: &str, pretend: bool) -> Result<()> {
        let (account, name) = (account.to_owned(), name.to_owned());
        self.store.database().write(move |db, _| {
            db.prepare_cached(
                "INSERT INTO ledgers (account, name, pretend) VALUES (?1, ?2, ?3)
                 ON CONFLICT (account) DO UPDATE SET name = ?2 WHERE name <> ?2",
            )?
            .execute(params![account, name, pretend])?;
            Ok(())
        })
    }

    /// Notes how far an account's charges are known.
    pub fn note(&self, account: &str, patch: LedgerPatch) -> Result<()> {
        let account = account.to_owned();
        self.store.database().write(move |db, _| {
            let row = row_of(db, &account)?;
            change(db, row, &patch)
        })
    }

    /// Replaces what was used with each key on a day.
    pub fn put_key_day(&self, account: &str, day: Date, keys: Vec<KeyDay>) -> Result<()> {
        let account = account.to_owned();
        self.store.database().write(move |db, _| {
            let ledger = row_of(db, &account)?;
            let text = day.to_string();
            db.prepare_cached("DELETE FROM key_days WHERE ledger = ? AND day = ?")?
                .execute(params![ledger, text])?;
            let mut insert = db.prepare_cached(
                "INSERT OR REPLACE INTO key_days (ledger, day, key, currency, name, amount) VALUES (?, ?, ?, ?, ?, ?)",
            )?;
            insert.execute(params![ledger, text, "", "", "", "0"])?;
            for key in keys {
                insert.execute(params![ledger, text, key.key, key.currency, key.name, key.amount.to_string()])?;
            }
            Ok(())
        })
    }

    /// The days whose keys are known.
    pub fn days_of_keys(&self, account: &str) -> Result<Vec<Date>> {
        self.store.database().read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT DISTINCT day FROM key_days JOIN ledgers ON ledgers.row = ledger WHERE account = ? ORDER BY day",
            )?;
            let days = statement.query_map([account], |row| row.get::<_, String>(0))?;
            days.map(|day| day?.parse().map_err(|_| Error::Unreadable { what: "day" })).collect()
        })
    }

    /// What was used with each key of an account between two days, both included.
    pub fn key_days(&self, account: &str, from: Date, to: Date) -> Result<Vec<KeyDay>> {
        self.store.database().read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT day, key, key_days.name, currency, amount FROM key_days JOIN ledgers ON ledgers.row = ledger
                 WHERE account = ? AND day >= ? AND day <= ? AND currency <> '' ORDER BY day, key",
            )?;
            let mut rows = statement.query(params![account, from.to_string(), to.to_string()])?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                let day: String = row.get(0)?;
                all.push(KeyDay {
                    day: day.parse().map_err(|_| Error::Unreadable { what: "day" })?,
                    key: row.get(1)?,
                    name: row.get(2)?,
                    currency: row.get(3)?,
                    amount: to_amount(&row.get::<_, String>(4)?)?,
                });
            }
            Ok(all)
        })
    }
}

pub(super) fn row_of(db: &Connection, account: &str) -> Result<i64> {
    let found = db
        .prepare_cached("SELECT row FROM ledgers WHERE account = ?")?
        .query_row([account], |row| row.get(0))
        .optional()?;
    found.ok_or_else(|| Error::NotFound { what: "ledger", id: account.to_owned() })
}

pub(super) fn change(db: &Connection, row: i64, patch: &LedgerPatch) -> Result<()> {
    let problem = patch.problem.as_ref().filter(|problem| !problem.is_null());
    let unread = patch.unread.as_ref().filter(|unread| !unread.is_null());
    db.prepare_cached(
        "UPDATE ledgers SET has_history = coalesce(?, has_history), complete_to = coalesce(?, complete_to),
            synced_at = coalesce(?, synced_at), problem = CASE WHEN ? THEN ? ELSE problem END,
            next_epoch = coalesce(?, next_epoch), compared_at = coalesce(?, compared_at),
            differences = coalesce(?, differences), key_ends = coalesce(?, key_ends),
            covered_by = CASE WHEN ? THEN ? ELSE covered_by END, unread = CASE WHEN ? THEN ? ELSE unread END
         WHERE row = ?",
    )?
    .execute(params![
        patch.has_history,
        from_time_if(patch.complete_to),
        from_time_if(patch.synced_at),
        patch.problem.is_some(),
        from_json(problem),
        from_time_if(patch.next_epoch),
        from_time_if(patch.compared_at),
        from_json(patch.differences.as_ref()),
        patch.key_ends.as_ref().map(|ends| Value::from(ends.clone()).to_string()),
        patch.covered_by.is_some(),
        patch.covered_by.clone().flatten(),
        patch.unread.is_some(),
        from_json(unread),
        row,
    ])?;
    if let Some(walk) = &patch.walk {
        db.prepare_cached(
            "UPDATE ledgers SET walk_from = ?, walk_to = ?, cursor = ?, tail = ? WHERE row = ?",
        )?
        .execute(params![
            walk.as_ref().map(|walk| walk.from.as_millisecond()),
            walk.as_ref().map(|walk| walk.to.as_millisecond()),
            walk.as_ref().and_then(|walk| walk.cursor.clone()),
            walk.as_ref().and_then(|walk| from_json(walk.tail.as_ref())),
            row,
        ])?;
    }
    Ok(())
}
