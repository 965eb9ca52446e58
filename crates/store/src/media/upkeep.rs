//! What is done behind the user's back: sidecars within 5 seconds of a change, a backup once a day, the emptying of what
//! was in the trash for a month.

use std::fs::File;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tempfile::TempPath;

use super::sidecar::{self, Sidecar};
use crate::Store;
use crate::database::backup;
use crate::error::{Error, Result};
use crate::tables::files;

/// How long a change may wait for its sidecar.
const BEHIND: Duration = Duration::from_secs(5);
/// How long until a sidecar that couldn't be written is tried again.
const AGAIN: Duration = Duration::from_mins(1);
/// How often it is looked whether a backup is due, or something in the trash.
const BACKUP: Duration = Duration::from_hours(1);
/// How long the end may wait for sidecars; the next start goes on with them.
const AT_END: Duration = Duration::from_secs(3);
/// How many sidecars are written together: they share a transaction, and hold up the keeping of files for as long.
const BATCH: usize = 16;
/// How long things stay in the trash.
const IN_TRASH: jiff::SignedDuration = jiff::SignedDuration::from_hours(30 * 24);

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

    fn is_stopped(&self) -> bool {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner).stop
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
            // What is deleted just now needs no sidecar; emptying the trash ends with ringing for the others.
            let goes_on = || !heard.is_stopped() && !store.emptying().load(Ordering::SeqCst);
            back_up_if_due(&store);
            expire(&store);
            while let Some(sidecars) = heard.wait() {
                if !sidecars {
                    back_up_if_due(&store);
                    expire(&store);
                } else if let Err(error) = store.flush_while(&goes_on) {
                    tracing::warn!(%error, "sidecars couldn't be written; they are tried again");
                    heard.again();
                }
            }
            if let Err(error) = store.flush_for(AT_END) {
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
        if matches!(error, Error::Unreadable { .. }) {
            store.database().doubt();
        }
    }
}

/// What was in the trash for a month goes.
fn expire(store: &Store) {
    if let Err(error) = store.transcripts().expire() {
        tracing::warn!(%error, "the trash of the transcripts could not be emptied of what is old");
    }
    let Ok(month_ago) = store.clock().now().checked_sub(IN_TRASH) else { return };
    match store.library().empty_trash(Some(month_ago)) {
        Ok(emptied) if emptied.items > 0 => {
            tracing::info!(items = emptied.items, "what was in the trash for 30 days was deleted");
        }
        Ok(_) => {}
        Err(error) => tracing::warn!(%error, "the trash couldn't be emptied; it is tried again"),
    }
}

impl Store {
    /// Reads what the first page is found in, before it is asked for.
    pub(crate) fn warm_up(&self) {
        if let Err(error) = self.library().facets() {
            tracing::warn!(%error, "the items couldn't be read ahead");
        }
    }

    /// Writes all sidecars that are behind, now. All are tried; the first error is told.
    pub fn flush(&self) -> Result<()> {
        self.flush_while(&|| true)
    }

    /// Writes sidecars that are behind for so long; the others stay behind, and are written after the next start.
    pub fn flush_for(&self, time: Duration) -> Result<()> {
        let end = Instant::now() + time;
        self.flush_while(&|| Instant::now() < end)
    }

    fn flush_while(&self, goes_on: &dyn Fn() -> bool) -> Result<()> {
        let behind = self.database().read(files::behind)?;
        if !behind.is_empty() {
            self.ensure_library()?;
        }
        let mut outcome = self.write_boards();
        for batch in behind.chunks(BATCH) {
            if !goes_on() {
                break;
            }
            let written = self.flush_batch(batch);
            outcome = outcome.and(written);
        }
        outcome
    }

    /// Bytes first, then their fsyncs: one after the other would each wait for the disk.
    fn flush_batch(&self, batch: &[(i64, i64)]) -> Result<()> {
        let _placing = self.placing();
        let mut outcome = Ok(());
        let mut written = Vec::with_capacity(batch.len());
        let mut aside = Vec::with_capacity(batch.len());
        for (id, revision) in batch {
            match self.sidecar_aside(*id) {
                Ok(Sidecarred::Aside(target, file)) => aside.push((*id, *revision, (target, file))),
                Ok(Sidecarred::Needless) => written.push((*id, *revision)),
                Ok(Sidecarred::Later) => {}
                Err(error) => outcome = outcome.and(Err(error)),
            }
        }
        for (id, revision, (target, file)) in aside {
            match self.disk().settle(file, &target, false) {
                Ok(()) => written.push((id, revision)),
                Err(error) => outcome = outcome.and(Err(error)),
            }
        }
        self.database().write(move |db, _| {
            written.iter().try_for_each(|(id, revision)| files::mark_written(db, *id, *revision))
        })?;
        outcome
    }

    fn sidecar_aside(&self, id: i64) -> Result<Sidecarred> {
        let Some(row) = self.database().read(|db| files::by_id(db, id))? else {
            return Ok(Sidecarred::Needless);
        };
        let target = sidecar::beside(&self.media_path(&row.file.path));
        if target.parent().is_some_and(|folder| !folder.is_dir()) {
            return Ok(Sidecarred::Later);
        }
        if matches!(sidecar::read(&target)?, sidecar::Reading::Newer) {
            return Ok(Sidecarred::Needless);
        }
        let bytes = Sidecar::new(&row.file, self.notes_of(id)?).to_bytes()?;
        let file = self.disk().write_aside(&self.incoming_folder(), &target, &bytes)?;
        Ok(Sidecarred::Aside(target, file))
    }
}

/// What becomes of a sidecar that is behind.
enum Sidecarred {
    /// Written, and still to be put into its place.
    Aside(PathBuf, (File, TempPath)),
    /// There is nothing to write: the file has no row any more, or a newer version wrote its sidecar.
    Needless,
    /// Its folder was deleted by hand: it is written when the file is back.
    Later,
}
