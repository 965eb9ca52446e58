//! All items as queries see them, in memory: some 200 bytes each. It is read from the database once and follows every
//! commit, so that the first page of any filter, order or search is found in a few milliseconds however many items there
//! are; only what the page shows is then read from the database.

mod entry;
mod rows;

use std::collections::{BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use rusqlite::Connection;

pub(super) use self::entry::{Entry, Key, Order};
pub(super) use self::rows::Rows;
use crate::database::Database;
use crate::error::{Error, Result};
use crate::ids::ItemId;

/// The items by their rows, and the orders they can be walked in.
#[derive(Default)]
pub(super) struct Entries {
    by_row: Vec<Option<Entry>>,
    rows: HashMap<ItemId, u32>,
    models: Models,
    /// One for each [`Order`], each ascending.
    orders: [Vec<u32>; Order::ALL.len()],
}

/// Models by number: an entry holds no text for its model.
#[derive(Default)]
pub(super) struct Models {
    names: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Models {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }
}

/// The index, empty until it is first asked for.
#[derive(Default)]
pub(crate) struct Index {
    entries: RwLock<Option<Entries>>,
}

/// The index while it is looked at. Never held while a connection is lent: one that loads needs one.
pub(super) struct Looking<'a>(RwLockReadGuard<'a, Option<Entries>>);

impl Looking<'_> {
    pub(super) fn entries(&self) -> Result<&Entries> {
        self.0.as_ref().ok_or(Error::Fault("the index of the items is gone"))
    }
}

impl Index {
    /// The index as of the last commit or a later one.
    pub(super) fn look(&self, database: &Database) -> Result<Looking<'_>> {
        loop {
            let looking = self.entries.read().unwrap_or_else(PoisonError::into_inner);
            if looking.is_some() {
                return Ok(Looking(looking));
            }
            drop(looking);
            let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
            if entries.is_none() {
                // A commit that comes meanwhile waits for the lock, and is then followed once more.
                *entries = Some(database.read(Entries::read)?);
            }
        }
    }

    /// Follows a commit, on the thread that made it. What fails here only costs reading all again.
    pub(crate) fn follow(&self, db: &Connection, changed: &BTreeSet<ItemId>) {
        if changed.is_empty() {
            return;
        }
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        let Some(there) = entries.as_mut() else { return };
        let followed = catch_unwind(AssertUnwindSafe(|| there.follow(db, changed)));
        if !matches!(followed, Ok(Ok(()))) {
            tracing::warn!("the index of the items is read anew");
            *entries = None;
        }
    }
}

impl Entries {
    fn read(db: &Connection) -> Result<Self> {
        let mut all = Self::default();
        let mut statement = db.prepare(&format!("{} ORDER BY i.row", entry::SELECT))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (number, entry) = entry::read(row, &mut all.models)?;
            all.insert(number, entry);
        }
        drop(rows);
        let numbers: Vec<u32> = all.rows.values().copied().collect();
        for order in Order::ALL {
            all.orders[order as usize].clone_from(&numbers);
            all.sort(order);
        }
        Ok(all)
    }

    fn insert(&mut self, row: u32, entry: Entry) {
        let place = row as usize;
        if self.by_row.len() <= place {
            self.by_row.resize_with(place + 1, || None);
        }
        self.rows.insert(entry.id, row);
        self.by_row[place] = Some(entry);
    }

    fn follow(&mut self, db: &Connection, changed: &BTreeSet<ItemId>) -> Result<()> {
        let mut statement = db.prepare_cached(&format!("{} WHERE i.id = ?", entry::SELECT))?;
        let mut before: HashMap<ItemId, (u32, Entry)> = HashMap::new();
        for id in changed {
            if let Some(row) = self.rows.remove(id)
                && let Some(entry) = self.by_row.get_mut(row as usize).and_then(Option::take)
            {
                before.insert(*id, (row, entry));
            }
        }
        let mut gone: [Rows; Order::ALL.len()] = Default::default();
        let mut come: [Vec<u32>; Order::ALL.len()] = Default::default();
        for id in changed {
            let mut rows = statement.query([id])?;
            let now = rows.next()?.map(|row| entry::read(row, &mut self.models)).transpose()?;
            drop(rows);
            let then = before.remove(id);
            for order in Order::ALL {
                let stays = match (&then, &now) {
                    (Some((old, then)), Some((new, now))) => old == new && then.same_place(order, now),
                    _ => false,
                };
                if !stays {
                    gone[order as usize].extend(then.iter().map(|(row, _)| *row));
                    come[order as usize].extend(now.iter().map(|(row, _)| *row));
                }
            }
            if let Some((row, entry)) = now {
                self.insert(row, entry);
            }
        }
        for (order, (gone, come)) in Order::ALL.into_iter().zip(gone.into_iter().zip(come)) {
            if !gone.is_empty() {
                self.orders[order as usize].retain(|row| !gone.contains(*row));
            }
            if !come.is_empty() {
                self.orders[order as usize].extend(come);
                self.sort(order);
            }
        }
        Ok(())
    }

    /// Stable, so that what is in order already costs little.
    fn sort(&mut self, order: Order) {
        let mut rows = std::mem::take(&mut self.orders[order as usize]);
        let by_row = &self.by_row;
        let entry = |row: &u32| by_row.get(*row as usize).and_then(Option::as_ref);
        rows.sort_by(|a, b| match (entry(a), entry(b)) {
            (Some(a), Some(b)) => a.compare(order, b),
            (a, b) => a.is_some().cmp(&b.is_some()),
        });
        self.orders[order as usize] = rows;
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn get(&self, row: u32) -> Option<&Entry> {
        self.by_row.get(row as usize).and_then(Option::as_ref)
    }

    pub(super) fn model(&self, name: &str) -> Option<u32> {
        self.models.numbers.get(name).copied()
    }

    pub(super) fn models(&self) -> &[String] {
        &self.models.names
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Entry> {
        self.by_row.iter().flatten()
    }

    /// In this order, from the one after `start` on, or from the first.
    pub(super) fn walk(
        &self,
        order: Order,
        descending: bool,
        after: Option<&(Key, ItemId)>,
    ) -> impl Iterator<Item = (u32, &Entry)> {
        let rows = &self.orders[order as usize];
        let is_before = |row: &u32, or_at: bool| {
            let found = self.get(*row).zip(after).map(|(entry, (key, id))| entry.compare_to(order, key, *id));
            found.is_some_and(|found| found.is_lt() || (or_at && found.is_eq()))
        };
        let (ascending, backwards) = match (after, descending) {
            (None, false) => (&rows[..], &rows[..0]),
            (None, true) => (&rows[..0], &rows[..]),
            (Some(_), false) => (&rows[rows.partition_point(|row| is_before(row, true))..], &rows[..0]),
            (Some(_), true) => (&rows[..0], &rows[..rows.partition_point(|row| is_before(row, false))]),
        };
        ascending
            .iter()
            .chain(backwards.iter().rev())
            .filter_map(|row| self.get(*row).map(|entry| (*row, entry)))
    }
}
