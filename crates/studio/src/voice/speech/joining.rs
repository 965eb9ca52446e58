//! From pieces to one sound with chapters. Free, and done again at any time until it is an item.

use std::{
    collections::{HashMap, HashSet},
    fs::File,
    io,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use audio::{
    encode::Coding,
    join::{Joined, Part},
};
use store::{Certainty, Cost, Job, NewItem, ReadingId, Store};

use super::{
    ReadingState,
    job::{KIND, Spoken},
    keep::new_item,
    view::Whole,
};
use crate::{
    AppError, Result, Studio,
    events::AppEvent,
    jobs::view::Billing,
    library::KeptReceipt,
    pricing::{self, Price},
    voice::recorder::Marker,
};

/// Nothing is lost in it, and speech has no more than this in it.
const CODING: Coding = Coding::Flac { bits: 16 };
const FORMAT: (&str, &str) = ("audio/flac", "flac");

/// The readings that are being joined, and where the pieces of those that were begin: whoever hears a text piece by piece goes on in
/// the whole.
#[derive(Default)]
pub(crate) struct Joining {
    under_way: Mutex<HashSet<ReadingId>>,
    starts: Mutex<HashMap<ReadingId, Vec<u64>>>,
}

impl Joining {
    pub(super) fn has(&self, id: ReadingId) -> bool {
        self.all().contains(&id)
    }

    /// In milliseconds; empty of one that wasn't joined in this run.
    pub(super) fn starts_of(&self, id: ReadingId) -> Vec<u64> {
        self.starts().get(&id).cloned().unwrap_or_default()
    }

    fn all(&self) -> MutexGuard<'_, HashSet<ReadingId>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn starts(&self) -> MutexGuard<'_, HashMap<ReadingId, Vec<u64>>> {
        self.starts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a reading off the list, also when its task panics.
struct Listed(Studio, ReadingId);

impl Drop for Listed {
    fn drop(&mut self) {
        self.0.inner.joining.all().remove(&self.1);
    }
}

impl Studio {
    /// A job is done; if it was the last of its reading, that is joined.
    pub(crate) async fn after_piece(&self, job: &Job) {
        if job.kind != KIND {
            return;
        }
        let Ok(spoken) = Spoken::of(job) else { return };
        if let Err(error) = self.go_on_reading(spoken.reading).await {
            // The next opening looks again.
            tracing::error!(code = error.code, "a reading did not go on");
        }
    }

    /// Joins a reading whose pieces are all here; keeps what is here of one that was taken off the list and won't be whole.
    async fn go_on_reading(&self, id: ReadingId) -> Result<()> {
        let whole = self.whole(id).await?;
        if whole.reading.item.is_none() && whole.are_all_here() {
            self.spawn_joining(id);
        } else if whole.reading.dismissed && whole.state() == ReadingState::Incomplete {
            self.give_up(whole).await?;
        }
        Ok(())
    }

    /// Goes on with what an earlier run, or the lack of a library, left unjoined, and lets go of pieces whose whole is kept.
    pub(crate) async fn resume_readings(&self) -> Result<()> {
        for reading in self.store(|store| store.readings().unfinished()).await? {
            if let Err(error) = self.go_on_reading(reading.id).await {
                // One that can't be kept now doesn't hold the others up, nor the opening.
                tracing::warn!(code = error.code, "a reading did not go on");
            }
        }
        let folder = self.inner.home.join("readings");
        self.store(move |store| {
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                // What nobody knows of stays: it was paid for.
                let Ok(id) = entry.file_name().to_string_lossy().parse() else { continue };
                if store.readings().get(id).is_ok_and(|reading| reading.item.is_some()) {
                    remove(&entry.path());
                }
            }
            Ok(())
        })
        .await
    }

    /// Joins a reading whose pieces are all here. Asked twice, it is done once.
    pub(super) fn spawn_joining(&self, id: ReadingId) {
        if !self.inner.joining.all().insert(id) {
            return;
        }
        let listed = Listed(self.clone(), id);
        let studio = self.clone();
        self.inner.tasks.spawn(async move {
            if let Err(error) = studio.join(id).await {
                tracing::warn!(%id, code = error.code, "a reading could not be joined");
                let told = serde_json::to_value(&error).ok();
                let noted = studio.store(move |store| store.readings().fail(id, told)).await;
                studio.tell(AppEvent::Notice { error: noted.err().unwrap_or(error) });
            }
            drop(listed);
            studio.tell(AppEvent::Readings { ids: vec![id.to_string()] });
        });
    }

    async fn join(&self, id: ReadingId) -> Result<()> {
        self.store(move |store| store.readings().fail(id, None)).await?;
        let whole = self.whole(id).await?;
        if whole.reading.item.is_some() || !whole.are_all_here() {
            return Ok(());
        }
        self.ensure_library().await?;
        // Also those that were asked for in vain.
        let jobs = self.store(move |store| store.jobs().of_batch(&id.to_string())).await?;
        let folder = self.reading_folder(id);
        let studio = self.clone();
        let joining = tokio::task::spawn_blocking(move || studio.join_here(&whole, &jobs, &folder));
        joining.await.map_err(AppError::internal)?
    }

    fn join_here(&self, whole: &Whole, jobs: &[Job], folder: &Path) -> Result<()> {
        let parts: Vec<Part> = whole
            .pieces
            .iter()
            .filter_map(|piece| {
                Some(Part {
                    path: folder.join(piece.file.as_ref()?),
                    pause: Duration::from_millis(piece.pause_ms.into()),
                    chapter: piece.chapter.clone(),
                })
            })
            .collect();
        let target = folder.join("whole.flac");
        remove_file(&target)?;
        let joined = audio::join::join(&parts, &whole.reading.title, &target, CODING)?;
        self.keep_joined(whole, jobs, &joined, &target)?;
        remove(folder);
        Ok(())
    }

    fn keep_joined(&self, whole: &Whole, jobs: &[Job], joined: &Joined, file: &Path) -> Result<()> {
        let Some(first) = whole.jobs.first() else { return Err(AppError::not_found("reading")) };
        let store: &Store = &self.inner.store;
        let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let chapters: Vec<Marker> = joined
            .chapters
            .iter()
            .map(|chapter| Marker { at_ms: milliseconds(chapter.start), label: chapter.title.clone() })
            .collect();
        let receipt = KeptReceipt {
            model: first.model.clone(),
            took_ms: whole.jobs.iter().map(|job| job.took_ms).sum(),
            estimate: whole.reading.estimate,
            ..KeptReceipt::default()
        };
        let new = NewItem {
            format: Some((FORMAT.0.to_owned(), FORMAT.1.to_owned())),
            // With the first piece's job it is known again, if the end comes before its row.
            ..new_item(&whole.reading, first, joined.length, cost_of(jobs), &receipt, &chapters)
        };
        let mut incoming = store.incoming()?;
        let mut read = File::open(file).map_err(|error| store::Error::file(file, error))?;
        io::copy(&mut read, &mut incoming).map_err(|error| store::Error::file(file, error))?;
        let item = store.keep(incoming, new)?;
        let told = (!chapters.is_empty()).then(|| serde_json::to_value(&chapters).ok()).flatten();
        // Before anyone learns that the whole is here.
        let starts = joined.starts.iter().copied().map(milliseconds).collect();
        self.inner.joining.starts().insert(whole.reading.id, starts);
        store.readings().finish(whole.reading.id, item.id, told)?;
        Ok(())
    }
}

/// What all pieces cost together, with what was asked for in vain and may have been charged: a charge where all of it was confirmed.
fn cost_of(jobs: &[Job]) -> Cost {
    let paid: Vec<&Job> = jobs.iter().filter(|job| Billing::of(job) != Billing::Nothing).collect();
    let total = pricing::total(paid.iter().map(|job| Price::known(job.charged.or(job.estimate))));
    let certainty = match total.amount {
        None => Certainty::Unknown,
        Some(_) if paid.iter().all(|job| job.charged.is_some()) => Certainty::Charge,
        Some(_) => Certainty::Estimate,
    };
    Cost { money: total.amount, certainty, pretend: jobs.iter().any(|job| job.pretend) }
}

fn remove_file(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(store::Error::file(path, error).into()),
        _ => Ok(()),
    }
}

/// Lets go of pieces whose whole is kept. What can't be removed takes up room, no more.
pub(super) fn remove(folder: &Path) {
    if let Err(error) = std::fs::remove_dir_all(folder)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "the pieces of a reading were not removed");
    }
}
