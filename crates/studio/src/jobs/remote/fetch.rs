//! A result on its way to disk: never whole in memory, and gone on with where it broke off, if the server lets us.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use bytes::Bytes;
use store::Job;
use tokio::io::{AsyncSeekExt as _, AsyncWriteExt as _, BufWriter};
use venice::{Body, Receipt, Resume};

use super::{
    FILM,
    following::Heard,
    note::{self, Note, Partial},
    visit::Visited,
};
use crate::{
    AppError, Studio,
    accounts::Payer,
    error::from_queue::{self, Denied, Meaning},
};

/// The largest film and the largest sound that are taken. Both are far beyond what any model makes.
const LARGEST_FILM: u64 = 16 << 30;
const LARGEST_SOUND: u64 = 2 << 30;
/// Room that is left on the disk, for the database above all.
const ROOM: u64 = 64 << 20;
/// Where there is no room, it is looked for again after this.
const ROOM_PAUSE: Duration = Duration::from_secs(10);
/// Bytes are on disk for certain this often, and it is noted how many.
const SYNC_EVERY: u64 = 8 << 20;
/// Bytes that are written at once.
const AT_ONCE: usize = 256 << 10;
/// Progress is told no more often than this.
const TELL_EVERY: Duration = Duration::from_millis(250);
/// How many times a download that breaks off is gone on with at once, as long as more of it comes each time.
const MOST_AT_ONCE: u32 = 5;

/// A result, whole and in the work file.
pub(super) struct Fetched {
    pub content_type: Option<String>,
    pub receipt: Receipt,
    pub bytes: u64,
}

/// Why no more of a result comes.
enum Broken {
    /// The connection; there may be more where this came from.
    Off(venice::Error),
    /// The disk is full.
    NoRoom,
    /// The disk fails in another way.
    Disk(AppError),
    /// There is more of it than anything has.
    TooLarge,
}

/// Asks for a place among those that fetch.
pub(super) type BeginFetching<'a> = &'a (dyn Fn() -> bool + Send + Sync);

impl Studio {
    /// Whether there is room for a result of this size, as far as it isn't here already.
    pub(super) async fn find_room(&self, job: &Job, total: u64) -> Result<(), Heard> {
        let part = self.inner.store.jobs().work_file(job.id);
        let free = self.store(move |store| {
            let here = std::fs::metadata(part).map_or(0, |file| file.len());
            Ok((store.free_bytes_at_home()?, here))
        });
        match free.await {
            Ok((free, here)) if free < total.saturating_sub(here).saturating_add(ROOM) => Err(no_room()),
            Ok(_) => Ok(()),
            Err(error) => Err(Heard::Job(Some(error), Some(ROOM_PAUSE))),
        }
    }

    /// Takes in a result that is the answer itself. It can't be gone on with: where it breaks off it is asked for anew.
    pub(super) async fn fetch_body(
        &self,
        job: &Job,
        mut body: Body,
        first: Bytes,
        begin_fetching: BeginFetching<'_>,
    ) -> Visited {
        if !begin_fetching() {
            // It waits for a place.
            self.inner.following.with(job.id, |known| known.is_done = true);
            return Visited::Goes(Heard::Later(Duration::from_secs(1)));
        }
        let part = self.inner.store.jobs().work_file(job.id);
        let total = body.content_length();
        self.inner.following.with(job.id, |known| known.total = total);
        empty(&part).await;
        if let Err(heard) = self.find_room(job, total.unwrap_or_default()).await {
            return Visited::Goes(heard);
        }
        match self.pour(job, &mut body, first, &part, 0, None).await {
            Ok(bytes) => {
                let content_type = body.content_type().map(str::to_owned);
                Visited::Here(Box::new(Fetched { content_type, receipt: body.into_receipt(), bytes }))
            }
            Err(broken) => {
                // Others may need the room.
                empty(&part).await;
                self.broken(job, broken)
            }
        }
    }

    /// Fetches a result from its private address.
    pub(super) async fn fetch_from(
        &self,
        job: &Job,
        payer: &Payer,
        url: &str,
        mut note: Note,
        begin_fetching: BeginFetching<'_>,
    ) -> Visited {
        if !begin_fetching() {
            return Visited::Goes(Heard::Later(Duration::from_secs(1)));
        }
        let part = self.inner.store.jobs().work_file(job.id);
        let mut broken = None;
        for _ in 0..MOST_AT_ONCE {
            let resume = beginning(&part, note.partial.as_ref()).await;
            let mut download = match payer.client.download(url, Some(&resume)).await {
                Ok(download) => download,
                Err(error) => return self.link_failed(job, &error),
            };
            // A part may be told less of than the whole.
            let before = note.partial.take().filter(|_| download.offset > 0);
            let (known, announced) = before.map_or((None, None), |partial| (partial.validator, partial.size));
            if announced.zip(download.size).is_some_and(|(announced, size)| announced != size) {
                // Another file by now: what is here is no beginning of it.
                self.keep_partial(&note).await;
                continue;
            }
            let size = download.size.or(announced);
            self.inner.following.with(job.id, |known| known.total = size);
            let validator = download.validator.clone().or(known);
            note.partial = Some(Partial { validator, size, synced: download.offset });
            self.keep_partial(&note).await;
            if download.offset == 0 {
                empty(&part).await;
            }
            if let Err(heard) = self.find_room(job, size.unwrap_or_default()).await {
                return Visited::Goes(heard);
            }
            let from = download.offset;
            let noted = Some(&mut note);
            let poured = self.pour(job, &mut download.body, Bytes::new(), &part, from, noted).await;
            match poured {
                Ok(bytes) if size.is_none_or(|size| size == bytes) => {
                    let content_type = download.body.content_type().map(str::to_owned);
                    let receipt = download.body.into_receipt();
                    return Visited::Here(Box::new(Fetched { content_type, receipt, bytes }));
                }
                // A server may hand out pieces no larger than it likes.
                Ok(bytes) if bytes > from && size.is_some_and(|size| bytes < size) => broken = None,
                Ok(_) => {
                    // Not the file that was announced: it is begun anew.
                    note.partial = None;
                    broken = None;
                }
                Err(Broken::Off(error)) => {
                    let now = note.partial.as_ref().map(|partial| partial.synced);
                    broken = Some(error);
                    if now.is_none_or(|now| now <= from) {
                        break;
                    }
                }
                Err(other) => return self.broken(job, other),
            }
        }
        let error = broken.map_or_else(from_queue::waits_for_network, |error| from_queue::broke_off(&error));
        Visited::Goes(Heard::Job(Some(error), None))
    }

    /// Streams a body to disk from a place on, and answers how many bytes there are then. They are synced, also where it
    /// breaks off; `note` tells how many.
    async fn pour(
        &self,
        job: &Job,
        body: &mut Body,
        first: Bytes,
        part: &Path,
        from: u64,
        mut note: Option<&mut Note>,
    ) -> Result<u64, Broken> {
        let most = if job.kind == FILM { LARGEST_FILM } else { LARGEST_SOUND };
        let disk = |error: std::io::Error| disk(part, error);
        let mut options = tokio::fs::OpenOptions::new();
        let mut file = options.create(true).write(true).truncate(false).open(part).await.map_err(disk)?;
        file.set_len(from).await.map_err(disk)?;
        file.seek(std::io::SeekFrom::Start(from)).await.map_err(disk)?;
        let mut file = BufWriter::with_capacity(AT_ONCE, file);
        let (mut written, mut synced, mut told) = (from, from, Instant::now());
        self.inner.following.with(job.id, |known| known.receive(written));
        self.tell_job(job.id).await;
        let mut next = Some(first);
        let outcome = loop {
            let chunk = match next.take() {
                Some(chunk) => chunk,
                None => match body.chunk().await {
                    Ok(Some(chunk)) => chunk,
                    Ok(None) => break Ok(()),
                    Err(error) => break Err(Broken::Off(error)),
                },
            };
            written += chunk.len() as u64;
            if written > most {
                return Err(Broken::TooLarge);
            }
            if let Err(error) = file.write_all(&chunk).await {
                break Err(disk(error));
            }
            self.inner.following.with(job.id, |known| known.receive(written));
            if told.elapsed() >= TELL_EVERY {
                told = Instant::now();
                self.tell_job(job.id).await;
            }
            if written - synced >= SYNC_EVERY {
                file.flush().await.map_err(disk)?;
                file.get_ref().sync_data().await.map_err(disk)?;
                synced = written;
                self.keep_synced(&mut note, synced).await;
                if self.store(store::Store::free_bytes_at_home).await.is_ok_and(|free| free < ROOM) {
                    break Err(Broken::NoRoom);
                }
            }
        };
        let flushed = match file.flush().await {
            Ok(()) => file.get_ref().sync_all().await,
            failed => failed,
        };
        match flushed {
            Ok(()) => self.keep_synced(&mut note, written).await,
            Err(error) if outcome.is_ok() => return Err(disk(error)),
            Err(_) => {}
        }
        outcome.map(|()| written)
    }

    async fn keep_synced(&self, note: &mut Option<&mut Note>, synced: u64) {
        let Some(note) = note else { return };
        if let Some(partial) = &mut note.partial {
            partial.synced = synced;
            self.keep_partial(note).await;
        }
    }

    /// Where that fails, less is gone on with; nothing is lost.
    async fn keep_partial(&self, note: &Note) {
        let (home, note) = (self.home().to_owned(), note.clone());
        match tokio::task::spawn_blocking(move || note::write(&home, &note)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "how much of a result is here was not noted"),
            Err(error) => tracing::error!(%error, "noting how much of a result is here panicked"),
        }
    }

    fn broken(&self, job: &Job, broken: Broken) -> Visited {
        match broken {
            Broken::Off(error) => match from_queue::meaning(&error, jiff::Timestamp::now()) {
                Meaning::Network(_) | Meaning::Job(_) => {
                    Visited::Goes(Heard::Job(Some(from_queue::broke_off(&error)), None))
                }
                _ => self.not_answered(job, &error),
            },
            Broken::NoRoom => Visited::Goes(no_room()),
            Broken::Disk(error) => Visited::Goes(Heard::Job(Some(error), Some(ROOM_PAUSE))),
            Broken::TooLarge => Visited::Over(Denied::too_large()),
        }
    }

    /// What a failed download means. The link's server is not the API: what it refuses, the API may know better.
    fn link_failed(&self, job: &Job, error: &venice::Error) -> Visited {
        tracing::info!(id = %job.id, code = error.code(), "a result was not fetched from its own address");
        match from_queue::meaning_of_link(error) {
            Meaning::Denied(denied) => self.denied(job, denied),
            Meaning::Wait(pause) => Visited::Goes(Heard::Job(None, Some(pause))),
            _ => Visited::Goes(Heard::Job(Some(from_queue::broke_off(error)), None)),
        }
    }
}

fn no_room() -> Heard {
    Heard::Job(Some(from_queue::waits_for_room()), Some(ROOM_PAUSE))
}

fn disk(part: &Path, error: std::io::Error) -> Broken {
    if error.kind() == std::io::ErrorKind::StorageFull {
        return Broken::NoRoom;
    }
    Broken::Disk(AppError::from(store::Error::file(part, error)))
}

/// Lets go of what is in a work file. The file goes and isn't shortened: an item may be another name of it.
async fn empty(part: &Path) {
    let part = PathBuf::from(part);
    let emptied = tokio::task::spawn_blocking(move || std::fs::remove_file(part));
    if let Ok(Err(error)) = emptied.await
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "a work file was not emptied");
    }
}

/// Where a download goes on: after what is certainly on disk, of the version that it is of.
async fn beginning(part: &Path, partial: Option<&Partial>) -> Resume {
    let from_the_start = Resume { offset: 0, validator: None };
    let Some(partial) = partial.filter(|partial| partial.validator.is_some()) else { return from_the_start };
    let here = tokio::fs::metadata(part).await.map_or(0, |file| file.len());
    // Of what is whole already the last byte is asked for, to hear that it is.
    let most = partial.size.map_or(u64::MAX, |size| size.saturating_sub(1));
    match here.min(partial.synced).min(most) {
        0 => from_the_start,
        offset => Resume { offset, validator: partial.validator.clone() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[tokio::test]
    async fn an_item_that_is_another_name_of_the_file_stays_whole() {
        let folder = tempfile::tempdir().unwrap();
        let (part, item) = (folder.path().join("a.part"), folder.path().join("a.mp4"));
        empty(&part).await;
        std::fs::write(&part, b"a film").unwrap();
        std::fs::hard_link(&part, &item).unwrap();
        empty(&part).await;
        assert!(!part.exists());
        assert_eq!(std::fs::read(&item).unwrap(), b"a film");
    }

    #[tokio::test]
    async fn what_is_on_disk_for_certain_is_gone_on_with() {
        let folder = tempfile::tempdir().unwrap();
        let part = folder.path().join("a.part");
        let partial = |synced, size| Partial { validator: Some("\"v\"".into()), size, synced };
        let offset = async |partial: Option<&Partial>| beginning(&part, partial).await.offset;
        assert_eq!(offset(Some(&partial(10, None))).await, 0, "there is no file");
        std::fs::write(&part, [0; 100]).unwrap();
        assert_eq!(offset(None).await, 0);
        assert_eq!(offset(Some(&partial(60, None))).await, 60, "the rest may be lost in a power cut");
        assert_eq!(offset(Some(&partial(200, Some(400)))).await, 100);
        assert_eq!(offset(Some(&partial(100, Some(100)))).await, 99);
        let unsure = Partial { validator: None, ..partial(60, None) };
        assert_eq!(offset(Some(&unsure)).await, 0, "nobody knows whether it is the same file");
    }
}
