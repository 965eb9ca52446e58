use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::params;

use super::Library;
use crate::clock::to_millisecond;
use crate::error::Result;
use crate::ids::ItemId;
use crate::media::sidecar;
use crate::tables::{files, items};

/// What emptying the trash did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Emptied {
    /// Items deleted for good.
    pub items: usize,
    /// Files deleted with them.
    pub files: usize,
    /// Bytes these files took.
    pub bytes: u64,
    /// Files that couldn't be deleted; the next start takes them in again, as trashed.
    pub left: Vec<String>,
}

impl Library<'_> {
    /// Puts items into the trash. Their files stay where they are.
    pub fn trash(&self, ids: &[ItemId]) -> Result<()> {
        let now = to_millisecond(self.store.clock().now());
        self.store.change_items(ids.iter().copied(), move |db, _, row| items::set_trashed(db, row, Some(now)))
    }

    /// Takes items out of the trash.
    pub fn restore(&self, ids: &[ItemId]) -> Result<()> {
        self.store.change_items(ids.iter().copied(), |db, _, row| items::set_trashed(db, row, None))
    }

    /// Deletes for good what was put into the trash before `older_than`, or all of it. A file goes when no item is
    /// left of it. Rows go first: a crash in between brings the item back into the trash, with its sidecar.
    pub fn empty_trash(&self, older_than: Option<Timestamp>) -> Result<Emptied> {
        let _placing = self.store.placing();
        let (items, gone) = self.store.database().write(move |db, changes| {
            let before = older_than.map_or(i64::MAX, Timestamp::as_millisecond);
            let mut statement =
                db.prepare_cached("SELECT row, id, file FROM items WHERE trashed = 1 AND trashed_at < ?")?;
            let rows =
                statement.query_map(params![before], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            let doomed = rows.collect::<rusqlite::Result<Vec<(i64, ItemId, i64)>>>()?;
            let mut touched = BTreeSet::new();
            for (row, id, file) in &doomed {
                items::delete(db, *row)?;
                changes.item(*id);
                touched.insert(*file);
            }
            let mut gone = Vec::new();
            for file in touched {
                if items::of_file(db, file)?.is_empty() {
                    gone.extend(files::by_id(db, file)?.map(|row| row.file));
                    files::delete(db, file)?;
                } else {
                    files::mark_behind(db, file)?;
                }
            }
            Ok((doomed.len(), gone))
        })?;
        self.store.sidecars_are_behind();

        let mut emptied = Emptied { items, ..Emptied::default() };
        for file in gone {
            let path = self.store.media_path(&file.path);
            self.store.thumbnails().forget(&file.blake3);
            match std::fs::remove_file(&path) {
                Ok(()) => {
                    emptied.files += 1;
                    emptied.bytes += file.bytes;
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(_) => {
                    emptied.left.push(file.path);
                    continue;
                }
            }
            // Without its file a sidecar says nothing; one that stays is reported at the next start.
            let _ = std::fs::remove_file(sidecar::beside(&path));
        }
        Ok(emptied)
    }
}
