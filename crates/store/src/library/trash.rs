use std::collections::BTreeSet;
use std::ops::AddAssign;
use std::sync::atomic::Ordering;

use jiff::Timestamp;

use super::Library;
use crate::clock::to_millisecond;
use crate::error::Result;
use crate::ids::ItemId;
use crate::media::sidecar;
use crate::tables::files::{self, MediaFile};
use crate::tables::items;

/// How many items are deleted in one transaction, before others get their turn.
const STEP: u32 = 500;
/// How many delete files at once.
const WORKERS: usize = 8;

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
    /// Puts items into the trash, in one transaction. Their files stay where they are; items that are gone are passed
    /// over.
    pub fn trash(&self, ids: &[ItemId]) -> Result<()> {
        let now = to_millisecond(self.store.clock().now());
        self.set_trashed(ids, Some(now))
    }

    /// Takes items out of the trash.
    pub fn restore(&self, ids: &[ItemId]) -> Result<()> {
        self.set_trashed(ids, None)
    }

    fn set_trashed(&self, ids: &[ItemId], at: Option<Timestamp>) -> Result<()> {
        self.store.change_many(ids, move |db, _, row, changes| {
            // Those in the trash aren't counted on boards.
            changes.boards();
            items::set_trashed(db, row, at)
        })
    }

    /// Deletes for good what was put into the trash before `older_than`, or all of it. A file goes when no item is
    /// left of it. Rows go first: a crash in between brings the item back, with its sidecar. It goes in steps, so that
    /// other work comes in between.
    pub fn empty_trash(&self, older_than: Option<Timestamp>) -> Result<Emptied> {
        let before = older_than.map_or(i64::MAX, Timestamp::as_millisecond);
        let mut emptied = Emptied::default();
        self.store.emptying().store(true, Ordering::SeqCst);
        let outcome = loop {
            match self.empty_step(before, &mut emptied) {
                Ok(true) => {}
                Ok(false) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        self.store.emptying().store(false, Ordering::SeqCst);
        self.store.sidecars_are_behind();
        outcome.map(|()| emptied)
    }

    /// False when there was nothing more to do.
    fn empty_step(&self, before: i64, emptied: &mut Emptied) -> Result<bool> {
        let _placing = self.store.placing();
        // Without its folder no file could be deleted, and every one would be taken in again when it is back.
        self.store.ensure_library()?;
        let (doomed, gone) = self.store.database().write(move |db, changes| {
            let doomed = items::trashed_before(db, before, STEP)?;
            let mut touched = BTreeSet::new();
            for (row, id, file) in &doomed {
                items::delete(db, *row)?;
                changes.item(*id);
                changes.boards();
                touched.insert(*file);
            }
            let mut gone = Vec::new();
            for file in touched {
                if items::has_file(db, file)? {
                    files::mark_behind(db, file)?;
                } else {
                    gone.extend(files::by_id(db, file)?.map(|row| row.file));
                    files::delete(db, file)?;
                }
            }
            Ok((doomed, gone))
        })?;
        emptied.items += doomed.len();
        // Each waits for the disk: side by side they wait together.
        let share = gone.len().div_ceil(WORKERS).max(1);
        std::thread::scope(|scope| {
            let parts = gone.chunks(share).map(|part| scope.spawn(|| self.delete_files(part)));
            let parts: Vec<_> = parts.collect();
            for part in parts {
                // One that panicked left files, which the next start takes in again.
                *emptied += part.join().unwrap_or_default();
            }
        });
        Ok(doomed.len() == STEP as usize)
    }

    fn delete_files(&self, files: &[MediaFile]) -> Emptied {
        let mut emptied = Emptied::default();
        for file in files {
            let path = self.store.media_path(&file.path);
            self.store.thumbnails().forget(&file.blake3);
            match std::fs::remove_file(&path) {
                Ok(()) => {
                    emptied.files += 1;
                    emptied.bytes += file.bytes;
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(_) => {
                    emptied.left.push(file.path.clone());
                    continue;
                }
            }
            // Without its file a sidecar says nothing; one that stays is reported at the next start.
            let _ = std::fs::remove_file(sidecar::beside(&path));
        }
        emptied
    }
}

impl AddAssign for Emptied {
    fn add_assign(&mut self, more: Self) {
        self.items += more.items;
        self.files += more.files;
        self.bytes += more.bytes;
        self.left.extend(more.left);
    }
}
