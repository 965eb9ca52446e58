use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::to_time;
use crate::error::{Error, Result};
use crate::ids::{BoardId, ItemId};
use crate::library::words;

/// A board's own row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BoardRow {
    pub(crate) id: BoardId,
    pub(crate) name: String,
}

/// A board an item is on, as sidecars tell it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BoardNote {
    pub(crate) id: BoardId,
    pub(crate) name: String,
    pub(crate) put_at: Timestamp,
}

/// All boards, by name.
pub(crate) fn all(db: &Connection) -> Result<Vec<BoardRow>> {
    let mut statement = db.prepare_cached("SELECT id, name FROM boards ORDER BY name_key, id")?;
    let rows = statement.query_map([], |row| Ok(BoardRow { id: row.get(0)?, name: row.get(1)? }))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A new board, or another name for one that is there.
pub(crate) fn save(db: &Connection, id: BoardId, name: &str) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO boards (id, name, name_key) VALUES (?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key",
    )?
    .execute(params![id, name, words::sort_key(name)])?;
    Ok(())
}

pub(crate) fn row_of(db: &Connection, id: BoardId) -> Result<Option<i64>> {
    let mut statement = db.prepare_cached("SELECT row FROM boards WHERE id = ?")?;
    Ok(statement.query_row([id], |row| row.get(0)).optional()?)
}

pub(crate) fn get_row(db: &Connection, id: BoardId) -> Result<i64> {
    row_of(db, id)?.ok_or_else(|| Error::NotFound { what: "board", id: id.to_string() })
}

pub(crate) fn delete(db: &Connection, row: i64) -> Result<()> {
    db.prepare_cached("DELETE FROM boards WHERE row = ?")?.execute([row])?;
    Ok(())
}

/// Puts an item on a board. One that is there already stays where it is.
pub(crate) fn put(db: &Connection, board: i64, item: i64, at: Timestamp) -> Result<()> {
    db.prepare_cached("INSERT OR IGNORE INTO board_items (board, item, put_at) VALUES (?, ?, ?)")?
        .execute(params![board, item, at.as_millisecond()])?;
    Ok(())
}

pub(crate) fn take_off(db: &Connection, board: i64, item: i64) -> Result<()> {
    db.prepare_cached("DELETE FROM board_items WHERE board = ? AND item = ?")?.execute([board, item])?;
    Ok(())
}

/// The ids of all that is on a board.
pub(crate) fn items(db: &Connection, board: i64) -> Result<Vec<ItemId>> {
    let mut statement =
        db.prepare_cached("SELECT i.id FROM board_items b JOIN items i ON i.row = b.item WHERE b.board = ?")?;
    let rows = statement.query_map([board], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The sidecars of all that is on a board have something new to tell.
pub(crate) fn mark_behind(db: &Connection, board: i64) -> Result<()> {
    db.prepare_cached(
        "UPDATE files SET revision = revision + 1 WHERE id IN
            (SELECT i.file FROM board_items b JOIN items i ON i.row = b.item WHERE b.board = ?)",
    )?
    .execute([board])?;
    Ok(())
}

/// The boards an item is on, by name.
pub(crate) fn of_item(db: &Connection, item: ItemId) -> Result<Vec<BoardNote>> {
    let mut statement = db.prepare_cached(
        "SELECT b.id, b.name, o.put_at FROM items i JOIN board_items o ON o.item = i.row
         JOIN boards b ON b.row = o.board WHERE i.id = ? ORDER BY b.name_key, b.id",
    )?;
    let mut rows = statement.query([item])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(BoardNote { id: row.get(0)?, name: row.get(1)?, put_at: to_time(row.get(2)?)? });
    }
    Ok(all)
}

/// Takes an item off all boards but these, and puts it on these; a board that isn't there is made.
pub(crate) fn set_of_item(db: &Connection, item: i64, boards: &[BoardNote]) -> Result<()> {
    db.prepare_cached("DELETE FROM board_items WHERE item = ?")?.execute([item])?;
    for note in boards {
        let row = if let Some(row) = row_of(db, note.id)? {
            row
        } else {
            save(db, note.id, &note.name)?;
            get_row(db, note.id)?
        };
        put(db, row, item, note.put_at)?;
    }
    Ok(())
}

/// What is on boards: board, item's row, when it was put there; board by board.
pub(crate) fn placements(db: &Connection) -> Result<Vec<(BoardId, u32, i64)>> {
    let mut statement = db.prepare_cached(
        "SELECT b.id, o.item, o.put_at FROM boards b CROSS JOIN board_items o ON o.board = b.row",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
