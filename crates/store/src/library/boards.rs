use std::collections::HashMap;

use crate::Store;
use crate::clock::to_millisecond;
use crate::error::{Error, Result};
use crate::ids::{BoardId, ItemId};
use crate::tables::boards;

/// The longest a board's name may be, in characters.
const LONGEST_NAME: usize = 100;

/// A named set of items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// Its id.
    pub id: BoardId,
    /// What the user calls it.
    pub name: String,
    /// How many items are on it, those in the trash left out. Counted, not kept.
    pub items: u64,
    /// The item that was put on it last.
    pub cover: Option<ItemId>,
}

/// The boards. Each change is also written into the library, so that boards outlive the database.
pub struct Boards<'a> {
    store: &'a Store,
}

impl Store {
    /// The boards.
    pub fn boards(&self) -> Boards<'_> {
        Boards { store: self }
    }
}

impl Boards<'_> {
    /// All boards, by name.
    pub fn list(&self) -> Result<Vec<Board>> {
        let (rows, placements) =
            self.store.database().read(|db| Ok((boards::all(db)?, boards::placements(db)?)))?;
        let looking = self.store.index().look(self.store.database())?;
        let entries = looking.entries()?;
        let mut counted: HashMap<BoardId, (u64, Option<(i64, ItemId)>)> = HashMap::new();
        for (board, item, put_at) in placements {
            let Some(entry) = entries.get(item).filter(|entry| !entry.trashed) else { continue };
            let (items, last) = counted.entry(board).or_default();
            *items += 1;
            *last = (*last).max(Some((put_at, entry.id)));
        }
        let to_board = |row: boards::BoardRow| {
            let (items, last) = counted.remove(&row.id).unwrap_or_default();
            Board { id: row.id, name: row.name, items, cover: last.map(|(_, item)| item) }
        };
        Ok(rows.into_iter().map(to_board).collect())
    }

    /// Makes a board.
    pub fn insert(&self, name: &str) -> Result<Board> {
        let id = BoardId::new(self.store.clock().now());
        let name = clean(name)?;
        self.store.database().write(move |db, changes| {
            changes.boards();
            boards::save(db, id, &name)
        })?;
        self.changed(id)
    }

    /// Names a board anew.
    pub fn rename(&self, id: BoardId, name: &str) -> Result<Board> {
        let name = clean(name)?;
        self.store.database().write(move |db, changes| {
            let row = boards::get_row(db, id)?;
            changes.boards();
            boards::mark_behind(db, row)?;
            boards::save(db, id, &name)
        })?;
        self.changed(id)
    }

    /// Takes a board away. The items stay.
    pub fn delete(&self, id: BoardId) -> Result<()> {
        self.store.database().write(move |db, changes| {
            let row = boards::get_row(db, id)?;
            changes.boards();
            changes.items(boards::items(db, row)?);
            boards::mark_behind(db, row)?;
            boards::delete(db, row)
        })?;
        self.store.boards_changed();
        Ok(())
    }

    /// Puts items on a board, or takes them off it, in one transaction. Items that are gone are passed over.
    pub fn put(&self, id: BoardId, items: &[ItemId], on: bool) -> Result<()> {
        let now = to_millisecond(self.store.clock().now());
        // One read first: a board that isn't there is told, whether or not the items are.
        self.store.database().read(|db| boards::get_row(db, id))?;
        self.store.change_many(items, move |db, _, row, changes| {
            let board = boards::get_row(db, id)?;
            changes.boards();
            if on { boards::put(db, board, row, now) } else { boards::take_off(db, board, row) }
        })
    }

    /// The boards an item is on, by name.
    pub fn of_item(&self, item: ItemId) -> Result<Vec<BoardId>> {
        let notes = self.store.database().read(|db| boards::of_item(db, item))?;
        Ok(notes.into_iter().map(|note| note.id).collect())
    }

    fn changed(&self, id: BoardId) -> Result<Board> {
        self.store.boards_changed();
        let found = self.list()?.into_iter().find(|board| board.id == id);
        found.ok_or_else(|| Error::NotFound { what: "board", id: id.to_string() })
    }
}

fn clean(name: &str) -> Result<String> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(Error::OutOfRange { what: "board name" });
    }
    Ok(name)
}

#[cfg(test)]
mod tests;
