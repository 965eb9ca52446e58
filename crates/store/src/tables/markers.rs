use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use super::{from_sql_count, to_sql_count};
use crate::error::Result;
use crate::ids::ItemId;

/// A place in a sound that somebody marked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Marker {
    /// Where, in milliseconds.
    pub at_ms: u64,
    /// What is there; may be empty.
    pub label: String,
}

/// The marked places of an item, in the order of the sound.
pub(crate) fn of_item(db: &Connection, item: ItemId) -> Result<Vec<Marker>> {
    let mut statement = db.prepare_cached(
        "SELECT m.at_ms, m.label FROM items i JOIN markers m ON m.item = i.row WHERE i.id = ? ORDER BY m.position",
    )?;
    let rows = statement
        .query_map([item], |row| Ok(Marker { at_ms: from_sql_count(row.get(0)?), label: row.get(1)? }))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// These are all the marked places of an item from now on.
pub(crate) fn set_of_item(db: &Connection, item: i64, markers: &[Marker]) -> Result<()> {
    db.prepare_cached("DELETE FROM markers WHERE item = ?")?.execute([item])?;
    let mut insert =
        db.prepare_cached("INSERT INTO markers (item, position, at_ms, label) VALUES (?, ?, ?, ?)")?;
    for (position, marker) in markers.iter().enumerate() {
        insert.execute(params![
            item,
            to_sql_count(position as u64),
            to_sql_count(marker.at_ms),
            marker.label
        ])?;
    }
    Ok(())
}
