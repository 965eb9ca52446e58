//! Reading and changing what is kept.

mod boards;
mod cursor;
pub(crate) mod excerpt;
mod family;
mod filter;
pub(crate) mod index;
pub(crate) mod markers;
mod query;
mod summary;
mod trash;
pub(crate) mod words;

use std::path::PathBuf;

use rusqlite::Transaction;

pub use self::boards::{Board, Boards};
pub use self::family::Family;
pub use self::query::{CostFilter, Page, Query, Sort};
pub use self::summary::{Day, DayCost, Facets, Shape, Status};
pub use self::trash::Emptied;
use crate::Store;
use crate::change::Changes;
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::tables::files;
use crate::tables::items::{self, Item};
use crate::tables::lineage::{self, Parent, Role};

/// The longest a tag may be, in characters.
const LONGEST_TAG: usize = 100;

/// What is kept.
pub struct Library<'a> {
    store: &'a Store,
}

/// What an item was made from, and what was made from it. Those deleted for good are left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Lineage {
    /// What it was made from.
    pub parents: Vec<(Item, Role)>,
    /// What was made from it.
    pub children: Vec<(Item, Role)>,
}

/// What the user changes of an item; what is none stays as it is.
#[derive(Clone, Default, PartialEq)]
pub struct Patch {
    /// What it is called.
    pub title: Option<String>,
    /// 0 (none) to 5.
    pub rating: Option<u8>,
    /// Whether it is a favourite.
    pub favourite: Option<bool>,
    /// All its tags. They are trimmed; empty and repeated ones are left out.
    pub tags: Option<Vec<String>>,
    /// The notes.
    pub notes: Option<String>,
}

/// The same change to many items; what is none or empty stays as it is.
#[derive(Clone, Default, PartialEq)]
pub struct PatchMany {
    /// 0 (none) to 5.
    pub rating: Option<u8>,
    /// Whether they are favourites.
    pub favourite: Option<bool>,
    /// Tags they get where they don't have them.
    pub add_tags: Vec<String>,
    /// Tags that are taken away.
    pub remove_tags: Vec<String>,
}

impl Store {
    /// What is kept.
    pub fn library(&self) -> Library<'_> {
        Library { store: self }
    }
}

impl Library<'_> {
    /// One page of a query.
    pub fn page(&self, query: &Query) -> Result<Page> {
        query::page(self.store, query)
    }

    /// The days of a query, newest first, with counts and costs. Cursor, limit and sort are left aside.
    pub fn days(&self, query: &Query) -> Result<Vec<Day>> {
        summary::days(self.store, query)
    }

    /// The whole of a query, packed: what a wall is laid out by. Cursor and limit are left aside.
    pub fn shape(&self, query: &Query) -> Result<Shape> {
        summary::shape(self.store, query)
    }

    /// The models and tags there are outside the trash.
    pub fn facets(&self) -> Result<Facets> {
        summary::facets(self.store)
    }

    /// How much there is, and how much more fits.
    pub fn status(&self) -> Result<Status> {
        let (items, trashed) = summary::counts(self.store)?;
        let (bytes, missing) = self.store.database().read(summary::files)?;
        let reachable = self.store.is_library_there();
        let free_bytes = if reachable { self.free_bytes()? } else { 0 };
        Ok(Status { items, trashed, bytes, free_bytes, reachable, missing })
    }

    /// Bytes free on the library's disk.
    pub fn free_bytes(&self) -> Result<u64> {
        let folder = self.store.library_path();
        fs4::available_space(&folder).map_err(|error| Error::file(&folder, error))
    }

    /// One item, in the trash or not.
    pub fn get(&self, id: ItemId) -> Result<Item> {
        self.store.database().read(|db| items::get(db, id))
    }

    /// Those of these items that there are, in the order asked for.
    pub fn get_many(&self, ids: &[ItemId]) -> Result<Vec<Item>> {
        self.store.database().read(|db| {
            let found = ids.iter().filter_map(|id| items::find(db, *id).transpose());
            found.collect()
        })
    }

    /// Where an item's file is. Whether it is there now is for the reader to see.
    pub fn path(&self, id: ItemId) -> Result<PathBuf> {
        Ok(self.store.media_path(&self.get(id)?.file.path))
    }

    /// The items made of the same bytes, if any, oldest first.
    pub fn of_hash(&self, blake3: &str) -> Result<Vec<Item>> {
        self.store.database().read(|db| match files::by_hash(db, blake3)? {
            Some(row) => items::of_file(db, row.id),
            None => Ok(Vec::new()),
        })
    }

    /// What an item was made from, and what was made from it.
    pub fn lineage(&self, id: ItemId) -> Result<Lineage> {
        self.store.database().read(|db| {
            items::get(db, id)?;
            let with_item = |(id, role)| Ok(items::find(db, id)?.map(|item| (item, role)));
            let parents = lineage::parents(db, id)?.into_iter().map(|parent| (parent.item, parent.role));
            let parents = parents.map(with_item).filter_map(Result::transpose).collect::<Result<_>>()?;
            let children = lineage::children(db, id)?.into_iter();
            let children = children.map(with_item).filter_map(Result::transpose).collect::<Result<_>>()?;
            Ok(Lineage { parents, children })
        })
    }

    /// All that hangs together with an item: the nearest so many, near and far, up and down.
    pub fn family(&self, id: ItemId, most: usize) -> Result<Family> {
        self.store.database().read(|db| family::of(db, id, most))
    }

    /// Notes that an item was made from another. What would make something its own ancestor is refused.
    pub fn link(&self, child: ItemId, parent: Parent) -> Result<()> {
        self.store.change_items([child], move |db, _, _| lineage::link(db, child, parent))
    }

    /// Changes what the user may change. The sidecar follows within 5 seconds.
    pub fn change(&self, id: ItemId, patch: Patch) -> Result<Item> {
        in_range(patch.rating, patch.tags.iter().flatten())?;
        let tags = patch.tags.map(clean_tags);
        self.store.change_items([id], move |db, id, row| {
            if patch.title.is_none() && tags.is_none() && patch.notes.is_none() {
                return items::set_marks(db, row, patch.rating, patch.favourite);
            }
            let mut item = items::get(db, id)?;
            item.title = patch.title.as_deref().map_or(item.title, |title| title.trim().to_owned());
            item.rating = patch.rating.unwrap_or(item.rating);
            item.favourite = patch.favourite.unwrap_or(item.favourite);
            item.tags = tags.clone().unwrap_or(item.tags);
            item.notes = patch.notes.clone().unwrap_or(item.notes);
            items::update(db, &item, row)
        })?;
        self.get(id)
    }

    /// Changes many items alike, in one transaction. Those that are gone are passed over.
    pub fn change_many(&self, ids: &[ItemId], patch: PatchMany) -> Result<()> {
        in_range(patch.rating, &patch.add_tags)?;
        let add = clean_tags(patch.add_tags);
        let remove = clean_tags(patch.remove_tags);
        self.store.change_many(ids, move |db, id, row, _| {
            items::set_marks(db, row, patch.rating, patch.favourite)?;
            if add.is_empty() && remove.is_empty() {
                return Ok(());
            }
            let before = items::tags(db, row)?;
            let kept = before.iter().filter(|tag| !remove.contains(tag)).cloned();
            let tags = clean_tags(kept.chain(add.iter().cloned()).collect());
            if tags == before {
                return Ok(());
            }
            items::update(db, &Item { tags, ..items::get(db, id)? }, row)
        })
    }
}

impl Store {
    /// Runs `work` for each item in one transaction, tells of the change and has the sidecars written. One that is gone
    /// undoes all.
    pub(crate) fn change_items<F>(&self, ids: impl IntoIterator<Item = ItemId>, work: F) -> Result<()>
    where
        F: Fn(&Transaction<'_>, ItemId, i64) -> Result<()> + Send + 'static,
    {
        let ids: Vec<ItemId> = ids.into_iter().collect();
        self.database().write(move |db, changes: &mut Changes| {
            for id in &ids {
                let (row, file) = items::place(db, *id)?
                    .ok_or_else(|| Error::NotFound { what: "item", id: id.to_string() })?;
                work(db, *id, row)?;
                files::mark_behind(db, file)?;
            }
            changes.items(ids);
            Ok(())
        })?;
        self.sidecars_are_behind();
        Ok(())
    }

    /// Runs `work` for each item that is there in one transaction, tells of the change and has the sidecars written.
    pub(crate) fn change_many<F>(&self, ids: &[ItemId], work: F) -> Result<()>
    where
        F: Fn(&Transaction<'_>, ItemId, i64, &mut Changes) -> Result<()> + Send + 'static,
    {
        let ids = ids.to_vec();
        self.database().write(move |db, changes| {
            for id in ids {
                let Some((row, file)) = items::place(db, id)? else { continue };
                work(db, id, row, changes)?;
                files::mark_behind(db, file)?;
                changes.item(id);
            }
            Ok(())
        })?;
        self.sidecars_are_behind();
        Ok(())
    }
}

fn in_range<'a>(rating: Option<u8>, tags: impl IntoIterator<Item = &'a String>) -> Result<()> {
    if rating.is_some_and(|rating| rating > 5) {
        return Err(Error::OutOfRange { what: "rating" });
    }
    if tags.into_iter().any(|tag| tag.chars().count() > LONGEST_TAG) {
        return Err(Error::OutOfRange { what: "tag" });
    }
    Ok(())
}

fn clean_tags(tags: Vec<String>) -> Vec<String> {
    let mut clean: Vec<String> = Vec::with_capacity(tags.len());
    for tag in tags {
        let tag = tag.split_whitespace().collect::<Vec<_>>().join(" ");
        if !tag.is_empty() && !clean.contains(&tag) {
            clean.push(tag);
        }
    }
    clean
}

#[cfg(test)]
mod tests;
