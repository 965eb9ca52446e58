//! The library as a folder of its own: whether it is there and agrees with the database, and moving it elsewhere.

use std::{
    cell::Cell,
    path::PathBuf,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};
use store::{Checked, Finding, Progress};
use tokio::sync::Notify;

use super::{
    count,
    findings::{at_start, in_words},
};
use crate::{AppError, Result, Studio, error::Code, events::AppEvent};

/// Something a look at the library's files found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LibraryFinding {
    /// What, and what was done about it.
    pub notice: AppError,
    /// The files it is about, relative to the library; at most 500.
    pub paths: Vec<String>,
    /// How many files it is about.
    pub count: u32,
}

/// What a look at the library's files came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LibraryCheck {
    /// Files that were looked at.
    pub files: u32,
    /// Their bytes.
    pub bytes: u64,
    /// Every file's hash was reckoned anew.
    pub hashed: bool,
    /// Stopped before its end.
    pub cancelled: bool,
    /// What wasn't as it should be; empty when all is well.
    pub findings: Vec<LibraryFinding>,
}

/// What moving the library came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LibraryMoved {
    /// Where it is now.
    pub folder: String,
    /// Files that were copied, read again and found equal by their hash.
    pub files: u32,
    /// Their bytes.
    pub bytes: u64,
    /// Stopped before its end; the library is where it was.
    pub cancelled: bool,
    /// Files of the old place that couldn't be deleted.
    pub left: Vec<String>,
}

impl From<Checked> for LibraryCheck {
    fn from(checked: Checked) -> Self {
        Self {
            files: count(checked.files),
            bytes: checked.bytes,
            hashed: checked.hashed,
            cancelled: checked.cancelled,
            findings: checked.findings.iter().map(in_words).collect(),
        }
    }
}

/// How often it is looked whether the library is there.
const LOOK_EVERY: Duration = Duration::from_secs(3);
/// Progress is told no more often than this.
const TELL_EVERY: Duration = Duration::from_millis(100);

/// What goes on with the library as a whole.
pub(crate) struct LibraryWork {
    busy: AtomicBool,
    stop: AtomicBool,
    /// Whether the folder was there when it was last looked.
    there: AtomicBool,
    look: Notify,
}

impl LibraryWork {
    pub(crate) fn new(there: bool) -> Self {
        Self {
            busy: AtomicBool::new(false),
            stop: AtomicBool::new(false),
            there: AtomicBool::new(there),
            look: Notify::new(),
        }
    }
}

/// One check or move at a time.
struct Turn(Studio);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.inner.library_work.busy.store(false, Ordering::SeqCst);
    }
}

impl Studio {
    /// Looks whether the files and the database agree, mends what can be mended and tells what was found. With `hashes`
    /// every file is read. Progress is told as [`crate::events::AppEvent::LibraryWork`].
    pub async fn check_library(&self, hashes: bool) -> Result<LibraryCheck> {
        let turn = self.library_turn()?;
        let checked = self.store(move |store| {
            let studio = turn.0.clone();
            store.check(hashes, &studio.onlooker())
        });
        checked.await.map(LibraryCheck::from)
    }

    /// Moves the library into a folder that is empty or new: copies every file, reads each copy again, and only when all
    /// are equal goes on with the new place and deletes the old one's files. A library that was moved there by hand is
    /// found again.
    pub async fn move_library(&self, to: PathBuf) -> Result<LibraryMoved> {
        let turn = self.library_turn()?;
        let moved = self.store(move |store| {
            let studio = turn.0.clone();
            store.move_library(&to, &studio.onlooker())
        });
        let moved = moved.await;
        self.keep_what_waits().await;
        let moved = moved?;
        if !moved.changed.is_empty() {
            let found = in_words(&Finding::FilesDamaged { paths: moved.changed });
            self.tell(AppEvent::Notice { error: found.notice });
        }
        self.look_at_library().await;
        Ok(LibraryMoved {
            folder: self.library_folder().display().to_string(),
            files: count(moved.files),
            bytes: moved.bytes,
            cancelled: moved.cancelled,
            left: moved.left,
        })
    }

    /// Begins an empty library in a folder that is empty or new, where the old one won't come back. What that held stays
    /// known, as missing: brought in again, it is what it was. Nothing is done when it is there after all. Answers where the
    /// library is now.
    pub async fn begin_library(&self, at: PathBuf) -> Result<String> {
        let turn = self.library_turn()?;
        self.store(move |store| {
            let _turn = turn;
            store.begin_library(&at).map(drop)
        })
        .await?;
        self.look_at_library().await;
        Ok(self.library_folder().display().to_string())
    }

    /// Stops the check or the move that is under way.
    pub fn cancel_library_work(&self) {
        self.inner.library_work.stop.store(true, Ordering::SeqCst);
    }

    fn library_turn(&self) -> Result<Turn> {
        let work = &self.inner.library_work;
        if work.busy.swap(true, Ordering::SeqCst) {
            return Err(AppError::new(
                Code::LibraryBusy,
                "The library is being checked or moved already.",
                "Wait for its end, or stop it.",
            ));
        }
        work.stop.store(false, Ordering::SeqCst);
        Ok(Turn(self.clone()))
    }

    /// Passes on how far it is, a few times a second, and asks whether to go on.
    fn onlooker(&self) -> impl Fn(Progress) -> bool {
        let studio = self.clone();
        let told = Cell::new(None::<Instant>);
        move |progress| {
            let at_end = progress.done == progress.total;
            if at_end || told.get().is_none_or(|told| told.elapsed() >= TELL_EVERY) {
                told.set(Some(Instant::now()));
                let Progress { done, total, files } = progress;
                studio.tell(AppEvent::LibraryWork { done, total, files: count(files) });
            }
            !studio.inner.library_work.stop.load(Ordering::SeqCst)
        }
    }

    /// An error unless the library's folder is there.
    pub(crate) async fn ensure_library(&self) -> Result<()> {
        self.store(store::Store::ensure_library).await
    }

    /// Somebody saw whether the library is there; where that is news, it is looked at.
    pub(crate) fn library_seen(&self, there: bool) {
        let work = &self.inner.library_work;
        if work.there.load(Ordering::SeqCst) != there {
            work.look.notify_one();
        }
    }

    /// Looks every few seconds, and when something failed for it, whether the library is there.
    pub(crate) fn watch_library(&self) {
        let studio = self.clone();
        self.inner.tasks.spawn(async move {
            loop {
                let _ = tokio::time::timeout(LOOK_EVERY, studio.inner.library_work.look.notified()).await;
                studio.look_at_library().await;
            }
        });
    }

    async fn look_at_library(&self) {
        let Ok(there) = self.store(|store| Ok(store.is_library_there())).await else { return };
        if self.inner.library_work.there.swap(there, Ordering::SeqCst) == there {
            return;
        }
        tracing::info!(there, "the library's folder");
        self.tell(AppEvent::Library { reachable: there });
        if there && let Err(error) = self.library_is_back().await {
            self.tell(AppEvent::Notice { error });
        }
    }

    /// Answers and takes that came while the library was away or on its way wait on disk. Neither waits for the other, and
    /// what can't be kept yet is told and stops nothing else.
    async fn keep_what_waits(&self) {
        for kept in [self.keep_waiting_answers().await, self.keep_waiting_takes().await] {
            if let Err(error) = kept {
                self.tell(AppEvent::Notice { error });
            }
        }
    }

    /// What changed in it while it was away is looked for; what waited for it goes on.
    async fn library_is_back(&self) -> Result<()> {
        self.keep_what_waits().await;
        let checked = self.store(|store| store.check(false, &|_| true)).await?;
        for error in checked.findings.iter().filter_map(at_start) {
            self.tell(AppEvent::Notice { error });
        }
        self.tell(AppEvent::Items { ids: None });
        Ok(())
    }
}
