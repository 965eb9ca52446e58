//! An answer on its way to disk, and what is written beside it so that a restart can go on.

use std::{
    collections::HashSet,
    io::Write,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use store::{Job, JobId, JobState};
use tokio::io::AsyncWriteExt;
use venice::{Body, Receipt};

use crate::{AppError, Result, Studio, conversations, error::Code};

/// At most this many bytes of an answer are taken; four pictures in base64 stay far below.
const MOST_BYTES: u64 = 512 << 20;
/// Progress is told no more often than this.
const TELL_EVERY: Duration = Duration::from_millis(200);
/// Room that must be free before anything is sent: for the database and for each picture, twice.
const ROOM: u64 = 32 << 20;
const ROOM_PER_RESULT: u64 = 16 << 20;

/// What files that are being written begin with.
const ASIDE: &str = ".aside-";

/// What is written beside the bytes of an answer once they are whole.
#[derive(Serialize, Deserialize)]
pub(crate) struct Arrived {
    /// What the answer claims to be.
    pub content_type: Option<String>,
    /// What it says of itself.
    pub receipt: Receipt,
    /// From sending the request to the last byte.
    pub took_ms: u64,
    /// How many there are.
    pub bytes: u64,
}

/// Beside `JOB.part`.
pub(super) fn note_path(part: &Path) -> PathBuf {
    part.with_extension("answer.json")
}

/// What is written beside an answer that is whole and on disk.
pub(super) fn read_note(part: &Path) -> std::io::Result<Arrived> {
    let arrived: Arrived =
        serde_json::from_slice(&std::fs::read(note_path(part))?).map_err(std::io::Error::other)?;
    if std::fs::metadata(part)?.len() != arrived.bytes {
        return Err(std::io::Error::other("the answer isn't whole"));
    }
    Ok(arrived)
}

/// The whole answer of a job and its note, if both are on disk.
pub(super) fn read(part: &Path) -> std::io::Result<(Bytes, Arrived)> {
    let arrived = read_note(part)?;
    Ok((std::fs::read(part)?.into(), arrived))
}

/// Writes a file aside, syncs it, and puts it in its place: it is there whole or not at all.
pub(super) fn put(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(ASIDE).tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync_folder(folder)
}

/// Removes what was being written aside when the program ended.
pub(super) fn clear_asides(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let is_aside = entry.file_name().to_string_lossy().starts_with(ASIDE);
        if is_aside && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            // What can't be removed takes up space, no more.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// What was put into a folder or taken out of it survives a power cut once this returns.
pub(super) fn sync_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}

/// Whether all of an answer is kept; else its bytes stay, which were paid for.
fn is_kept(job: &Job) -> bool {
    job.state == JobState::Saved && (job.error.is_none() || job.kind == conversations::KIND)
}

/// Lets go of an answer that is kept.
pub(super) fn remove(part: &Path) {
    for path in [note_path(part), part.to_owned()] {
        if let Err(error) = std::fs::remove_file(&path)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "a work file was not removed");
        }
    }
}

impl Studio {
    /// Makes sure that an answer will find a place, before it is asked for.
    pub(super) async fn prepare_place(&self, job: &Job, part: PathBuf) -> Result<()> {
        let needed = ROOM + ROOM_PER_RESULT * u64::from(job.wanted);
        // Conversations are kept at home; all else is of no use without the library.
        let for_library = job.kind != conversations::KIND;
        let free = self.store(move |store| {
            let at_home = store.free_bytes_at_home()?;
            if !for_library {
                return Ok(at_home);
            }
            store.ensure_library()?;
            Ok(store.library().free_bytes()?.min(at_home))
        });
        let free = free.await?;
        if free < needed {
            return Err(AppError::new(
                Code::DiskFull,
                "There isn't enough room on the disk for what would come.",
                "Nothing was sent or charged. Make room, then try again.",
            )
            .param("path", part.display()));
        }
        let made = tokio::task::spawn_blocking(move || {
            let at = |error| store::Error::file(&part, error);
            if let Some(folder) = part.parent() {
                std::fs::create_dir_all(folder).map_err(at)?;
            }
            std::fs::File::create(&part).map(drop).map_err(at)
        });
        Ok(made.await.map_err(AppError::internal)??)
    }

    /// Streams a body to disk and answers how many bytes it had. They are synced when this returns.
    pub(super) async fn receive(&self, id: JobId, body: &mut Body, part: &Path) -> Result<u64> {
        let at = |error| store::Error::file(part, error);
        let mut file = tokio::fs::File::create(part).await.map_err(at)?;
        let (mut received, mut told) = (0_u64, Instant::now());
        while let Some(chunk) = body.chunk().await? {
            received += chunk.len() as u64;
            if received > MOST_BYTES {
                return Err(AppError::new(
                    Code::UnexpectedAnswer,
                    "The answer is larger than any picture should be.",
                    "It may have been charged: look at your usage on venice.ai.",
                ));
            }
            file.write_all(&chunk).await.map_err(at)?;
            self.inner.running.hear(id, &chunk, received);
            if told.elapsed() >= TELL_EVERY {
                told = Instant::now();
                self.tell_job(id).await;
            }
        }
        file.flush().await.map_err(at)?;
        file.sync_all().await.map_err(at)?;
        Ok(received)
    }

    /// Lets go of the bytes of answers that an earlier run kept, and ended before it let go of them.
    pub(super) async fn tidy_work(&self) -> Result<()> {
        let folder = self.home().join("work");
        self.store(move |store| {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            let ids: HashSet<JobId> = entries
                .filter_map(|entry| entry.file_name().to_str()?.split('.').next()?.parse().ok())
                .collect();
            for id in ids {
                match store.jobs().get(id) {
                    Ok(job) if is_kept(&job) => remove(&store.jobs().work_file(id)),
                    Ok(_) => {}
                    Err(error) if error.is_not_found() => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        })
        .await
    }

    /// Writes what is noted of an answer.
    pub(super) async fn write_note(&self, part: PathBuf, arrived: &Arrived) -> Result<()> {
        let note = serde_json::to_vec(arrived).map_err(AppError::internal)?;
        let written = tokio::task::spawn_blocking(move || {
            put(&note_path(&part), &note).map_err(|error| store::Error::file(&part, error))
        });
        Ok(written.await.map_err(AppError::internal)??)
    }
}
