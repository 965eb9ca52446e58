//! What is done behind the user's back: sidecars within 5 seconds of a change, a backup once a day.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::sidecar::{self, Sidecar};
use crate::Store;
use crate::database::backup;
use crate::error::{Error, Result};
use crate::tables::files;

/// How long a change may wait for its sidecar.
const BEHIND: Duration = Duration::from_secs(5);
/// How long until a sidecar that couldn't be written is tried again.
const AGAIN: Duration = Duration::from_mins(1);
/// How often it is looked whether a backup is due.
const BACKUP: Duration = Duration::from_hours(1);

/// What the thread waits for.
#[derive(Default)]
struct Wanted {
    sidecars_at: Option<Instant>,
    stop: bool,
}

#[derive(Default)]
pub(crate) struct Bell {
    wanted: Mutex<Wanted>,
    rung: Condvar,
}

impl Bell {
    /// Sidecars are to be written, if that isn't known yet.
    pub(crate) fn sidecars(&self) {
        let mut wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        if wanted.sidecars_at.is_none() {
            wanted.sidecars_at = Some(Instant::now() + BEHIND);
            self.rung.notify_all();
        }
    }

    fn stop(&self) {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner).stop = true;
        self.rung.notify_all();
    }

    /// Waits until something is to be done: true for sidecars, false for a look at the backups; none to end.
    fn wait(&self) -> Option<bool> {
        let until_backup = Instant::now() + BACKUP;
        let mut wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let now = Instant::now();
            if wanted.stop {
                return None;
            }
            if wanted.sidecars_at.is_some_and(|at| at <= now) {
                wanted.sidecars_at = None;
                return Some(true);
            }
            if until_backup <= now {
                return Some(false);
            }
            let until = wanted.sidecars_at.map_or(until_backup, |at| at.min(until_backup));
            let (next, _) =
                self.rung.wait_timeout(wanted, until - now).unwrap_or_else(PoisonError::into_inner);
            wanted = next;
        }
    }

    fn again(&self) {
        let mut wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        wanted.sidecars_at = Some(wanted.sidecars_at.unwrap_or_else(|| Instant::now() + AGAIN));
    }
}

/// The thread; it ends, with all sidecars written, when this is dropped.
pub(crate) struct Upkeep {
    bell: Arc<Bell>,
    thread: Option<JoinHandle<()>>,
}

impl Upkeep {
    /// `store` is a handle that doesn't own this thread.
    pub(crate) fn start(store: Store, bell: Arc<Bell>) -> Result<Self> {
        let heard = bell.clone();
        let work = move || {
            back_up_if_due(&store);
            while let Some(sidecars) = heard.wait() {
                if !sidecars {
                    back_up_if_due(&store);
                } else if let Err(error) = store.flush() {
                    tracing::warn!(%error, "sidecars couldn't be written; they are tried again");
                    heard.again();
                }
            }
            if let Err(error) = store.flush() {
                tracing::warn!(%error, "sidecars couldn't be written; the next start does it");
            }
        };
        let thread = std::thread::Builder::new().name("store-upkeep".into()).spawn(work);
        let thread = thread.map_err(|_| Error::Fault("the upkeep thread can't be started"))?;
        Ok(Self { bell, thread: Some(thread) })
    }
}

impl Drop for Upkeep {
    fn drop(&mut self) {
        self.bell.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn back_up_if_due(store: &Store) {
    if let Err(error) = backup::daily(store.database().path(), &store.backup_folder(), store.clock().now()) {
        tracing::warn!(%error, "the daily backup of the database failed");
    }
}

impl Store {
    /// Writes all sidecars that are behind, now. All are tried; the first error is told.
    pub fn flush(&self) -> Result<()> {
        let mut outcome = Ok(());
        for (id, revision) in self.database().read(files::behind)? {
            let written = self.flush_one(id, revision);
            outcome = outcome.and(written);
        }
        outcome
    }

    fn flush_one(&self, id: i64, revision: i64) -> Result<()> {
        let _placing = self.placing();
        let Some(row) = self.database().read(|db| files::by_id(db, id))? else { return Ok(()) };
        let target = sidecar::beside(&self.media_path(&row.file.path));
        if !matches!(sidecar::read(&target)?, sidecar::Reading::Newer) {
            self.write_sidecar(&target, &Sidecar::new(&row.file, self.notes_of(id)?), false)?;
        }
        self.database().write(move |db, _| files::mark_written(db, id, revision))
    }
}
