use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use super::text_enum;
use crate::error::{Error, Result};
use crate::ids::ItemId;

text_enum! {
    /// What a parent was to its child.
    #[serde(rename = "LineageRole")]
    Role {
        /// The picture that was edited, scaled up or cut out.
        Source = "source",
        /// One more picture the work drew on.
        Reference = "reference",
        /// What was to be left alone.
        Mask = "mask",
        /// The first frame of a film.
        FirstFrame = "first_frame",
        /// The last frame of a film.
        LastFrame = "last_frame",
        /// Sound that was laid under a film or continued.
        Sound = "sound",
    }
}

/// One parent of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Parent {
    /// The item it was made from.
    pub item: ItemId,
    /// As what.
    pub role: Role,
}

/// One making from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Link {
    /// What was made.
    pub child: ItemId,
    /// From what. It may be gone for good.
    pub parent: ItemId,
    /// As what the parent served.
    pub role: Role,
}

/// Adds a link, unless the child already is among the parent's ancestors.
pub(crate) fn link(db: &Connection, child: ItemId, parent: Parent) -> Result<()> {
    if child == parent.item || is_ancestor(db, child, parent.item)? {
        return Err(Error::LineageCycle);
    }
    db.prepare_cached("INSERT OR IGNORE INTO lineage (child, parent, role) VALUES (?, ?, ?)")?
        .execute(params![child, parent.item, parent.role])?;
    Ok(())
}

fn is_ancestor(db: &Connection, ancestor: ItemId, of: ItemId) -> Result<bool> {
    let found = db
        .prepare_cached(
            "WITH RECURSIVE up (id) AS (
                SELECT parent FROM lineage WHERE child = ?1
                UNION SELECT parent FROM lineage JOIN up ON child = up.id
             ) SELECT EXISTS (SELECT 1 FROM up WHERE id = ?2)",
        )?
        .query_row(params![of, ancestor], |row| row.get(0))?;
    Ok(found)
}

pub(crate) fn parents(db: &Connection, child: ItemId) -> Result<Vec<Parent>> {
    let mut statement =
        db.prepare_cached("SELECT parent, role FROM lineage WHERE child = ? ORDER BY role, parent")?;
    let rows = statement.query_map([child], |row| Ok(Parent { item: row.get(0)?, role: row.get(1)? }))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn children(db: &Connection, parent: ItemId) -> Result<Vec<(ItemId, Role)>> {
    let mut statement =
        db.prepare_cached("SELECT child, role FROM lineage WHERE parent = ? ORDER BY child, role")?;
    let rows = statement.query_map([parent], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// All links an item has, up and down.
pub(crate) fn links(db: &Connection, item: ItemId) -> Result<Vec<Link>> {
    let up = parents(db, item)?.into_iter();
    let down = children(db, item)?.into_iter();
    let up = up.map(|parent| Link { child: item, parent: parent.item, role: parent.role });
    let down = down.map(|(child, role)| Link { child, parent: item, role });
    Ok(up.chain(down).collect())
}
