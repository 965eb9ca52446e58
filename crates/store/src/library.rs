//! Reading and changing what is kept.

mod cursor;
pub(crate) mod excerpt;
mod query;
mod summary;
mod trash;
pub(crate) mod words;

use std::path::PathBuf;

use rusqlite::Transaction;

pub use self::query::{Page, Query, Sort};
pub use self::summary::{Day, DayCost, Facets, Status};
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

impl Store {
    /// What is kept.
    pub fn library(&self) -> Library<'_> {
        Library { store: self }
    }
}

impl Library<'_> {
    /// One page of a query.
    pub fn page(&self, query: &Query) -> Result<Page> {
        self.store.database().read(|db| query::page(db, query))
    }

    /// The days of a query, newest first, with counts and costs. Cursor, limit and sort are left aside.
    pub fn days(&self, query: &Query) -> Result<Vec<Day>> {
        self.store.database().read(|db| summary::days(db, query))
    }

    /// The models and tags there are outside the trash.
    pub fn facets(&self) -> Result<Facets> {
        self.store.database().read(summary::facets)
    }

    /// How much there is, and how much more fits.
    pub fn status(&self) -> Result<Status> {
        let (items, trashed, bytes) = self.store.database().read(summary::counts)?;
        let folder = self.store.library_path();
        let free_bytes = fs4::available_space(folder).map_err(|error| Error::file(folder, error))?;
        Ok(Status { items, trashed, bytes, free_bytes })
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

    /// Notes that an item was made from another. What would make something its own ancestor is refused.
    pub fn link(&self, child: ItemId, parent: Parent) -> Result<()> {
        self.store.change_items([child], move |db, _, _| lineage::link(db, child, parent))
    }

    /// Changes what the user may change. The sidecar follows within 5 seconds.
    pub fn change(&self, id: ItemId, patch: Patch) -> Result<Item> {
        if patch.rating.is_some_and(|rating| rating > 5) {
            return Err(Error::OutOfRange { what: "rating" });
        }
        let tags = patch.tags.map(clean_tags);
        if tags.iter().flatten().any(|tag| tag.chars().count() > LONGEST_TAG) {
            return Err(Error::OutOfRange { what: "tag" });
        }
        self.store.change_items([id], move |db, id, row| {
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
}

impl Store {
    /// Runs `work` for each item in one transaction, tells of the change and has the sidecars written.
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
