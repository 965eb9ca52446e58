use jiff::Timestamp;
use rusqlite::{Connection, Row, Transaction, params};
use serde_json::Value;

use super::holds::{Limit, Reserved};
use super::{from_amount, from_json, to_json, to_money, to_time};
use crate::Store;
use crate::error::{Error, Result};
use crate::ids::{ItemId, JobId, ReadingId};
use crate::money::Money;
use crate::tables::jobs::Job;
use crate::tables::jobs::batch::Together;

/// A text that is spoken, or was. `Debug` leaves out what the user wrote.
#[derive(Clone, PartialEq)]
pub struct Reading {
    /// Its id.
    pub id: ReadingId,
    /// The account that pays.
    pub account: String,
    /// Paid with pretend money.
    pub pretend: bool,
    /// What was asked for; opaque here.
    pub request: Value,
    /// What it is called.
    pub title: String,
    /// What all of it was to cost.
    pub estimate: Option<Money>,
    /// What it has in common with those that were asked for together to be compared.
    pub audition: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// Its chapters, once it is whole; opaque here.
    pub chapters: Option<Value>,
    /// The item it became.
    pub item: Option<ItemId>,
    /// Why it isn't whole although all its pieces are here; opaque here.
    pub error: Option<Value>,
    /// Whether the user took it off the list.
    pub dismissed: bool,
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading").field("id", &self.id).field("item", &self.item).finish_non_exhaustive()
    }
}

/// A piece of a text that is spoken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadingPiece {
    /// How long it is silent before it, in milliseconds.
    pub pause_ms: u32,
    /// The chapter that begins with it.
    pub chapter: Option<String>,
    /// The last job that was to speak it.
    pub job: JobId,
    /// The name of its sound's file, once it is here; the file goes when the whole is made.
    pub file: Option<String>,
}

/// A reading that is to be written down, with its pieces in order.
#[derive(Debug, Clone)]
pub struct NewReading {
    /// What is known of it.
    pub reading: Reading,
    /// Its pieces.
    pub pieces: Vec<ReadingPiece>,
}

/// Texts that are spoken.
pub struct Readings<'a> {
    store: &'a Store,
}

impl Store {
    /// Texts that are spoken.
    pub fn readings(&self) -> Readings<'_> {
        Readings { store: self }
    }
}

impl Readings<'_> {
    /// Writes readings down with the jobs of their pieces, and sets aside what each job holds, if all of it together exceeds no
    /// limit. All of it is kept, or nothing, and once this returns it survives a power cut.
    pub fn start(&self, all: Vec<NewReading>, jobs: Vec<Job>, limits: &[Limit]) -> Result<Reserved> {
        let together = Together::new(self.store, jobs, limits, Vec::new())?;
        self.store.database().write(move |db, changes| {
            let reserved = together.insert(db, changes)?;
            if reserved == Reserved::Yes {
                for new in &all {
                    insert(db, new)?;
                    changes.reading(new.reading.id);
                }
            }
            Ok(reserved)
        })
    }

    /// Writes new jobs down for pieces of a reading that aren't here, each with its position, as [`Self::start`] does. The
    /// old jobs of these pieces are dismissed.
    pub fn again(&self, id: ReadingId, pieces: Vec<(u32, Job)>, limits: &[Limit]) -> Result<Reserved> {
        let old = self.pieces(id)?;
        let before =
            pieces.iter().filter_map(|(position, _)| Some(old.get(*position as usize)?.job)).collect();
        let (positions, jobs): (Vec<u32>, Vec<Job>) = pieces.into_iter().unzip();
        let ids: Vec<JobId> = jobs.iter().map(|job| job.id).collect();
        let together = Together::new(self.store, jobs, limits, before)?;
        self.store.database().write(move |db, changes| {
            let reserved = together.insert(db, changes)?;
            if reserved != Reserved::Yes {
                return Ok(reserved);
            }
            let row = row_of(db, id)?;
            let sql = "UPDATE reading_pieces SET job = ? WHERE reading = ? AND position = ? AND file IS NULL";
            for (position, job) in positions.iter().zip(&ids) {
                if db.prepare_cached(sql)?.execute(params![job, row, position])? == 0 {
                    return Err(Error::Exists { what: "piece", id: id.to_string() });
                }
            }
            db.execute("UPDATE readings SET error = NULL WHERE row = ?", [row])?;
            changes.reading(id);
            Ok(Reserved::Yes)
        })
    }

    /// Those that nobody took off the list, the last first.
    pub fn shown(&self) -> Result<Vec<Reading>> {
        self.store.database().read(|db| query(db, "dismissed = 0 ORDER BY created_at DESC, id DESC", []))
    }

    /// Those that aren't whole and of which something is here, also when they were taken off the list.
    pub fn unfinished(&self) -> Result<Vec<Reading>> {
        let condition = "item IS NULL AND EXISTS (
            SELECT 1 FROM reading_pieces p WHERE p.reading = readings.row AND p.file IS NOT NULL
        ) ORDER BY created_at, id";
        self.store.database().read(|db| query(db, condition, []))
    }

    /// One of them.
    pub fn get(&self, id: ReadingId) -> Result<Reading> {
        self.store.database().read(|db| get(db, id))
    }

    /// Its pieces in order.
    pub fn pieces(&self, id: ReadingId) -> Result<Vec<ReadingPiece>> {
        self.store.database().read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT pause_ms, chapter, job, file FROM reading_pieces
                 WHERE reading = (SELECT row FROM readings WHERE id = ?) ORDER BY position",
            )?;
            let rows = statement.query_map([id], |row| {
                Ok(ReadingPiece {
                    pause_ms: row.get(0)?,
                    chapter: row.get(1)?,
                    job: row.get(2)?,
                    file: row.get(3)?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Notes that the sound of a piece is here. False where it was here before: then nothing is changed.
    pub fn keep_piece(&self, id: ReadingId, position: u32, file: &str) -> Result<bool> {
        let file = file.to_owned();
        self.store.database().write(move |db, changes| {
            let row = row_of(db, id)?;
            let sql =
                "UPDATE reading_pieces SET file = ? WHERE reading = ? AND position = ? AND file IS NULL";
            let changed = db.prepare_cached(sql)?.execute(params![file, row, position])?;
            changes.reading(id);
            Ok(changed > 0)
        })
    }

    /// The sounds of these pieces aren't here any more: they may be asked for again.
    pub fn lose_pieces(&self, id: ReadingId, positions: Vec<u32>) -> Result<()> {
        self.store.database().write(move |db, changes| {
            let row = row_of(db, id)?;
            let sql = "UPDATE reading_pieces SET file = NULL WHERE reading = ? AND position = ?";
            for position in positions {
                db.prepare_cached(sql)?.execute(params![row, position])?;
            }
            changes.reading(id);
            Ok(())
        })
    }

    /// It is whole. The first item it became stays the one.
    pub fn finish(&self, id: ReadingId, item: ItemId, chapters: Option<Value>) -> Result<()> {
        self.store.database().write(move |db, changes| {
            let sql =
                "UPDATE readings SET item = ?, chapters = ?, error = NULL WHERE id = ? AND item IS NULL";
            db.prepare_cached(sql)?.execute(params![item, from_json(chapters.as_ref()), id])?;
            changes.reading(id);
            Ok(())
        })
    }

    /// Notes why it isn't whole although all its pieces are here; none to forget that.
    pub fn fail(&self, id: ReadingId, error: Option<Value>) -> Result<()> {
        self.store.database().write(move |db, changes| {
            let sql = "UPDATE readings SET error = ? WHERE id = ? AND item IS NULL";
            db.prepare_cached(sql)?.execute(params![from_json(error.as_ref()), id])?;
            changes.reading(id);
            Ok(())
        })
    }

    /// Takes it off the list.
    pub fn dismiss(&self, id: ReadingId) -> Result<()> {
        self.store.database().write(move |db, changes| {
            row_of(db, id)?;
            db.prepare_cached("UPDATE readings SET dismissed = 1 WHERE id = ?")?.execute([id])?;
            changes.reading(id);
            Ok(())
        })
    }
}

fn insert(db: &Transaction<'_>, new: &NewReading) -> Result<()> {
    let reading = &new.reading;
    db.prepare_cached(
        "INSERT INTO readings (id, account, pretend, request, title, estimate, estimate_currency, audition, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        reading.id,
        reading.account,
        reading.pretend,
        reading.request.to_string(),
        reading.title,
        from_amount(reading.estimate),
        reading.estimate.map(|money| money.currency),
        reading.audition,
        reading.created_at.as_millisecond(),
    ])?;
    let row = db.last_insert_rowid();
    let sql = "INSERT INTO reading_pieces (reading, position, pause_ms, chapter, job) VALUES (?, ?, ?, ?, ?)";
    let mut statement = db.prepare_cached(sql)?;
    for (position, piece) in (0_u32..).zip(&new.pieces) {
        statement.execute(params![row, position, piece.pause_ms, piece.chapter, piece.job])?;
    }
    Ok(())
}

fn row_of(db: &Connection, id: ReadingId) -> Result<i64> {
    let found = db.prepare_cached("SELECT row FROM readings WHERE id = ?")?.query_row([id], |row| row.get(0));
    found.map_err(|error| match error {
        rusqlite::Error::QueryReturnedNoRows => Error::NotFound { what: "reading", id: id.to_string() },
        other => other.into(),
    })
}

fn get(db: &Connection, id: ReadingId) -> Result<Reading> {
    query(db, "id = ?", [id])?.pop().ok_or_else(|| Error::NotFound { what: "reading", id: id.to_string() })
}

fn query(db: &Connection, condition: &str, parameters: impl rusqlite::Params) -> Result<Vec<Reading>> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT id, account, pretend, request, title, estimate, estimate_currency, audition, created_at, chapters, item,
            error, dismissed FROM readings WHERE {condition}"
    ))?;
    let mut rows = statement.query(parameters)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row)?);
    }
    Ok(all)
}

fn read(row: &Row<'_>) -> Result<Reading> {
    Ok(Reading {
        id: row.get(0)?,
        account: row.get(1)?,
        pretend: row.get(2)?,
        request: to_json(row.get(3)?, "reading")?.ok_or(Error::Unreadable { what: "reading" })?,
        title: row.get(4)?,
        estimate: to_money(row.get(5)?, row.get(6)?)?,
        audition: row.get(7)?,
        created_at: to_time(row.get(8)?)?,
        chapters: to_json(row.get(9)?, "chapters")?,
        item: row.get(10)?,
        error: to_json(row.get(11)?, "error")?,
        dismissed: row.get(12)?,
    })
}

#[cfg(test)]
mod tests;
