use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;

use super::files::{self, MediaFile};
use super::{from_amount, from_json, from_time_if, text_enum, to_json, to_money, to_time, to_time_if};
use crate::error::{Error, Result};
use crate::ids::{ItemId, JobId};
use crate::library::words;
use crate::money::{Certainty, Cost, Currency};

text_enum! {
    /// What an item is.
    MediaKind {
        /// A picture.
        Picture = "picture",
        /// Music, speech or another sound.
        Sound = "sound",
        /// A film, with or without sound.
        Film = "film",
    }
}

text_enum! {
    /// How an item came to be.
    Origin {
        /// Made from words.
        Made = "made",
        /// Another item, changed by words.
        Edited = "edited",
        /// Another item, larger.
        Upscaled = "upscaled",
        /// Another item without its background.
        CutOut = "cut_out",
        /// Another item, cropped, turned or resized here.
        Adjusted = "adjusted",
        /// A cut-out put before another background here.
        Composed = "composed",
        /// Heard by the microphone.
        Recorded = "recorded",
        /// Brought in from outside.
        Imported = "imported",
    }
}

/// A kept making of a picture, sound or film: a row of the library. `Debug` leaves out what the user wrote.
#[derive(Clone, PartialEq)]
pub struct Item {
    /// Its id.
    pub id: ItemId,
    /// What it is.
    pub kind: MediaKind,
    /// How it came to be.
    pub origin: Origin,
    /// What it is called.
    pub title: String,
    /// The words it was made from.
    pub prompt: Option<String>,
    /// The words to stay away from.
    pub negative_prompt: Option<String>,
    /// The model's id.
    pub model: Option<String>,
    /// Its file; shared by all items of the same bytes.
    pub file: MediaFile,
    /// When it was made, to the millisecond.
    pub made_at: Timestamp,
    /// The local day it was made on, in the time zone of then and there.
    pub day: Date,
    /// What it cost.
    pub cost: Cost,
    /// The account that paid.
    pub account: Option<String>,
    /// The job it came from.
    pub job: Option<JobId>,
    /// Which of the job's results it is, from 0.
    pub job_index: u32,
    /// The seed.
    pub seed: Option<i64>,
    /// 0 (none) to 5.
    pub rating: u8,
    /// Whether it is a favourite.
    pub favourite: bool,
    /// The user's tags, in the user's order.
    pub tags: Vec<String>,
    /// The user's notes.
    pub notes: String,
    /// When it was put into the trash; none when it isn't there.
    pub trashed_at: Option<Timestamp>,
    /// All it took to make it; opaque here.
    pub recipe: Option<Value>,
    /// What the answer said of itself; opaque here.
    pub receipt: Option<Value>,
}

impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Item")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("blake3", &self.file.blake3)
            .finish_non_exhaustive()
    }
}

/// What [`read`] takes, in its order. `i`, `m` and `f` are items, makings and files.
pub(crate) fn columns() -> String {
    format!(
        "i.id, i.kind, i.origin, i.title, m.prompt, m.negative_prompt, i.model, i.made_at, i.day, i.cost, i.currency, \
         i.certainty, i.pretend, i.account, i.job, i.job_index, i.seed, i.rating, i.favourite, m.tags, m.notes, \
         i.trashed_at, m.recipe, m.receipt, {}",
        files::COLUMNS
    )
}
const FILE_FROM: usize = 24;

pub(crate) const JOINED: &str = "JOIN makings m ON m.row = i.row JOIN files f ON f.id = i.file";

pub(crate) fn read(row: &Row<'_>) -> Result<Item> {
    let day: String = row.get(8)?;
    let tags: String = row.get(19)?;
    Ok(Item {
        id: row.get(0)?,
        kind: row.get(1)?,
        origin: row.get(2)?,
        title: row.get(3)?,
        prompt: row.get(4)?,
        negative_prompt: row.get(5)?,
        model: row.get(6)?,
        made_at: to_time(row.get(7)?)?,
        day: day.parse().map_err(|_| Error::Unreadable { what: "day" })?,
        cost: Cost {
            money: to_money(row.get(9)?, row.get::<_, Option<Currency>>(10)?)?,
            certainty: row.get::<_, Certainty>(11)?,
            pretend: row.get(12)?,
        },
        account: row.get(13)?,
        job: row.get(14)?,
        job_index: row.get::<_, Option<u32>>(15)?.unwrap_or(0),
        seed: row.get(16)?,
        rating: row.get(17)?,
        favourite: row.get(18)?,
        tags: serde_json::from_str(&tags).map_err(|_| Error::Unreadable { what: "list of tags" })?,
        notes: row.get(20)?,
        trashed_at: to_time_if(row.get(21)?)?,
        recipe: to_json(row.get(22)?, "recipe")?,
        receipt: to_json(row.get(23)?, "receipt")?,
        file: files::read(row, FILE_FROM)?,
    })
}

fn query(db: &Connection, condition: &str, parameters: impl rusqlite::Params) -> Result<Vec<Item>> {
    let sql = format!("SELECT {} FROM items i {JOINED} WHERE {condition}", columns());
    let mut statement = db.prepare_cached(&sql)?;
    let mut rows = statement.query(parameters)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row)?);
    }
    Ok(all)
}

/// The items of these rows, in this order; a row that became another's is left out.
pub(crate) fn at_rows(db: &Connection, rows: &[(u32, ItemId)]) -> Result<Vec<Item>> {
    let mut statement =
        db.prepare_cached(&format!("SELECT {} FROM items i {JOINED} WHERE i.row = ?", columns()))?;
    let mut all = Vec::with_capacity(rows.len());
    for (number, id) in rows {
        let mut found = statement.query([number])?;
        if let Some(row) = found.next()? {
            all.extend(Some(read(row)?).filter(|item| item.id == *id));
        }
    }
    Ok(all)
}

pub(crate) fn find(db: &Connection, id: ItemId) -> Result<Option<Item>> {
    Ok(query(db, "i.id = ?", [id])?.pop())
}

pub(crate) fn get(db: &Connection, id: ItemId) -> Result<Item> {
    find(db, id)?.ok_or_else(|| Error::NotFound { what: "item", id: id.to_string() })
}

pub(crate) fn of_job(db: &Connection, job: JobId, index: u32) -> Result<Option<Item>> {
    Ok(query(db, "i.job = ? AND i.job_index = ?", params![job, index])?.pop())
}

/// The items of a job, in order.
pub(crate) fn all_of_job(db: &Connection, job: JobId) -> Result<Vec<Item>> {
    query(db, "i.job = ? ORDER BY i.job_index", [job])
}

/// The items made of one file, oldest first.
pub(crate) fn of_file(db: &Connection, file: i64) -> Result<Vec<Item>> {
    query(db, "i.file = ? ORDER BY i.made_at, i.id", [file])
}

pub(crate) fn ids_of_hash(db: &Connection, blake3: &str) -> Result<Vec<ItemId>> {
    let mut statement =
        db.prepare_cached("SELECT i.id FROM items i JOIN files f ON f.id = i.file WHERE f.blake3 = ?")?;
    let rows = statement.query_map([blake3], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The row and the file of an item.
pub(crate) fn place(db: &Connection, id: ItemId) -> Result<Option<(i64, i64)>> {
    let mut statement = db.prepare_cached("SELECT row, file FROM items WHERE id = ?")?;
    Ok(statement.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

pub(crate) fn get_row(db: &Connection, id: ItemId) -> Result<i64> {
    let place = place(db, id)?.ok_or_else(|| Error::NotFound { what: "item", id: id.to_string() })?;
    Ok(place.0)
}

/// Writes an item and all that hangs on its text; its file's row must be there.
pub(crate) fn insert(db: &Connection, item: &Item, file: i64) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO items (id, file, kind, origin, title, title_key, model, bytes, made_at, day, cost, currency,
            certainty, pretend, account, job, job_index, seed, rating, favourite, trashed, trashed_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        item.id,
        file,
        item.kind,
        item.origin,
        item.title,
        words::sort_key(&item.title),
        item.model,
        super::to_sql_count(item.file.bytes),
        item.made_at.as_millisecond(),
        item.day.to_string(),
        from_amount(item.cost.money),
        item.cost.money.map(|money| money.currency),
        item.cost.certainty,
        item.cost.pretend,
        item.account,
        item.job,
        item.job.map(|_| item.job_index),
        item.seed,
        item.rating,
        item.favourite,
        item.trashed_at.is_some(),
        from_time_if(item.trashed_at),
    ])?;
    write_texts(db, item, db.last_insert_rowid())
}

/// Writes rating and mark alone: the texts, and the words of the search, stay.
pub(crate) fn set_marks(
    db: &Connection,
    row: i64,
    rating: Option<u8>,
    favourite: Option<bool>,
) -> Result<()> {
    db.prepare_cached(
        "UPDATE items SET rating = coalesce(?, rating), favourite = coalesce(?, favourite) WHERE row = ?",
    )?
    .execute(params![rating, favourite, row])?;
    Ok(())
}

/// The tags of an item, in the user's order.
pub(crate) fn tags(db: &Connection, row: i64) -> Result<Vec<String>> {
    let mut statement = db.prepare_cached("SELECT tags FROM makings WHERE row = ?")?;
    let tags: String = statement.query_row([row], |row| row.get(0))?;
    serde_json::from_str(&tags).map_err(|_| Error::Unreadable { what: "list of tags" })
}

/// The ids and rows of the items made of a file.
pub(crate) fn rows_of_file(db: &Connection, file: i64) -> Result<Vec<(ItemId, i64)>> {
    let mut statement = db.prepare_cached("SELECT id, row FROM items WHERE file = ?")?;
    let rows = statement.query_map([file], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Whether anything was made of a file.
pub(crate) fn has_file(db: &Connection, file: i64) -> Result<bool> {
    let mut statement = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM items WHERE file = ?)")?;
    Ok(statement.query_row([file], |row| row.get(0))?)
}

/// Up to so many items that were put into the trash before a moment: row, id and file.
pub(crate) fn trashed_before(db: &Connection, before: i64, most: u32) -> Result<Vec<(i64, ItemId, i64)>> {
    let mut statement = db.prepare_cached(
        "SELECT row, id, file FROM items WHERE trashed = 1 AND trashed_at < ? ORDER BY trashed_at LIMIT ?",
    )?;
    let rows =
        statement.query_map(params![before, most], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Writes what the user may change of an item.
pub(crate) fn update(db: &Connection, item: &Item, row: i64) -> Result<()> {
    db.prepare_cached(
        "UPDATE items SET title = ?, title_key = ?, rating = ?, favourite = ?, trashed = ?, trashed_at = ? WHERE row = ?",
    )?
    .execute(params![
        item.title,
        words::sort_key(&item.title),
        item.rating,
        item.favourite,
        item.trashed_at.is_some(),
        from_time_if(item.trashed_at),
        row
    ])?;
    write_texts(db, item, row)
}

fn write_texts(db: &Connection, item: &Item, row: i64) -> Result<()> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO makings (row, prompt, negative_prompt, notes, tags, recipe, receipt)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        row,
        item.prompt,
        item.negative_prompt,
        item.notes,
        Value::from(item.tags.clone()).to_string(),
        from_json(item.recipe.as_ref()),
        from_json(item.receipt.as_ref()),
    ])?;
    db.prepare_cached("DELETE FROM item_tags WHERE item = ?")?.execute([row])?;
    for tag in &item.tags {
        db.prepare_cached("INSERT OR IGNORE INTO item_tags (tag, item) VALUES (?, ?)")?
            .execute(params![tag, row])?;
    }
    db.prepare_cached("DELETE FROM words WHERE rowid = ?")?.execute([row])?;
    let prompt = item.prompt.as_deref().unwrap_or_default();
    let model = item.model.as_deref().unwrap_or_default();
    write_words(db, row, [&item.title, prompt, model, &item.tags.join(" \n "), &item.notes])
}

/// Title, prompt, model, tags and notes.
fn write_words(db: &Connection, row: i64, texts: [&str; 5]) -> Result<()> {
    let [title, prompt, model, tags, notes] = texts.map(words::split);
    db.prepare_cached(
        "INSERT INTO words (rowid, title, prompt, model, tags, notes) VALUES (?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![row, title, prompt, model, tags, notes])?;
    Ok(())
}

/// Fills the search, which must be empty, from the texts.
pub(crate) fn fill_words(db: &Connection) -> Result<()> {
    let mut statement = db.prepare(
        "SELECT i.row, i.title, coalesce(m.prompt, ''), coalesce(i.model, ''), m.tags, m.notes
         FROM items i JOIN makings m ON m.row = i.row",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let texts = [row.get(1)?, row.get(2)?, row.get(3)?, row.get::<_, String>(5)?];
        let tags: Vec<String> = serde_json::from_str(&row.get::<_, String>(4)?).unwrap_or_default();
        let [title, prompt, model, notes] = &texts;
        write_words(db, row.get(0)?, [title, prompt, model, &tags.join(" \n "), notes])?;
    }
    Ok(())
}

pub(crate) fn set_trashed(db: &Connection, row: i64, at: Option<Timestamp>) -> Result<()> {
    db.prepare_cached("UPDATE items SET trashed = ?, trashed_at = ? WHERE row = ?")?.execute(params![
        at.is_some(),
        from_time_if(at),
        row
    ])?;
    Ok(())
}

pub(crate) fn delete(db: &Connection, row: i64) -> Result<()> {
    db.prepare_cached("DELETE FROM words WHERE rowid = ?")?.execute([row])?;
    db.prepare_cached("DELETE FROM items WHERE row = ?")?.execute([row])?;
    Ok(())
}
