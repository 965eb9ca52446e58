//! Keeping: bytes aside -> fsync -> sidecar and file into their place -> fsync of the folder -> row.
//!
//! The sidecar goes first, so that a media file that can be seen always has its recipe beside it: a crash in between
//! leaves at worst a sidecar, which the next start takes away or finds the use of.

use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::Transaction;
use serde_json::Value;

use super::disk::{self, Step};
use super::incoming::{Arrived, Incoming};
use super::names;
use super::sidecar::{self, ItemNote, Reading, Sidecar};
use crate::Store;
use crate::clock::{day_of, to_millisecond};
use crate::error::{Error, Result};
use crate::ids::{ItemId, JobId};
use crate::library::markers as marked;
use crate::money::Cost;
use crate::pictures::probe;
use crate::tables::boards;
use crate::tables::files::{self, FileRow, MediaFile};
use crate::tables::items::{self, Item, MediaKind, Origin};
use crate::tables::lineage::{self, Parent};
use crate::tables::markers::{self, Marker};

/// How many files of a batch share one fsync of their folder and one transaction.
const BATCH: usize = 64;

/// Bytes to keep.
pub enum Media {
    /// Already in a file beside the library.
    Incoming(Incoming),
    /// In memory.
    Bytes(Vec<u8>),
}

impl From<Incoming> for Media {
    fn from(incoming: Incoming) -> Self {
        Self::Incoming(incoming)
    }
}

impl From<Vec<u8>> for Media {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

/// What is known of an item before it is kept. `Debug` leaves out what the user wrote.
#[derive(Clone)]
pub struct NewItem {
    /// What it is.
    pub kind: MediaKind,
    /// How it came to be.
    pub origin: Origin,
    /// What to call it; it also names the file.
    pub title: String,
    /// The words it was made from.
    pub prompt: Option<String>,
    /// The words to stay away from.
    pub negative_prompt: Option<String>,
    /// The model's id.
    pub model: Option<String>,
    /// Media type and extension (without the dot), such as `("image/webp", "webp")`. None for a picture: it is looked
    /// at, and refused when it isn't one.
    pub format: Option<(String, String)>,
    /// Pixels as shown, across and down. None for a picture: read from its header.
    pub size: Option<(u32, u32)>,
    /// Length of sound and film.
    pub duration_ms: Option<u64>,
    /// When it was made; now without one.
    pub made_at: Option<Timestamp>,
    /// What it cost.
    pub cost: Cost,
    /// The account that paid.
    pub account: Option<String>,
    /// The job it came from. With one, keeping again what is kept answers with the item that is there.
    pub job: Option<JobId>,
    /// Which of the job's results it is, from 0.
    pub job_index: u32,
    /// The seed.
    pub seed: Option<i64>,
    /// The user's tags.
    pub tags: Vec<String>,
    /// What it was made from.
    pub parents: Vec<Parent>,
    /// Places in a sound that were marked.
    pub markers: Vec<Marker>,
    /// All it took to make it; opaque here.
    pub recipe: Option<Value>,
    /// What the answer said of itself; opaque here.
    pub receipt: Option<Value>,
}

impl NewItem {
    /// A picture of which nothing else is known.
    pub fn new(origin: Origin, title: &str) -> Self {
        Self {
            kind: MediaKind::Picture,
            origin,
            title: title.to_owned(),
            prompt: None,
            negative_prompt: None,
            model: None,
            format: None,
            size: None,
            duration_ms: None,
            made_at: None,
            cost: Cost::default(),
            account: None,
            job: None,
            job_index: 0,
            seed: None,
            tags: Vec::new(),
            parents: Vec::new(),
            markers: Vec::new(),
            recipe: None,
            receipt: None,
        }
    }
}

impl fmt::Debug for NewItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewItem")
            .field("kind", &self.kind)
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

/// An item whose file is in its place, and whose row is still to be written.
struct Placed {
    index: usize,
    item: Item,
    beside: Beside,
    row: Option<FileRow>,
    made: Vec<PathBuf>,
    work_file: Option<PathBuf>,
}

/// What an item has that its own row doesn't hold.
#[derive(Clone)]
struct Beside {
    parents: Vec<Parent>,
    markers: Vec<Marker>,
}

impl Beside {
    fn note(&self, item: &Item) -> ItemNote {
        ItemNote::new(item, self.parents.clone(), Vec::new(), self.markers.clone())
    }
}

enum Step1 {
    Placed(Box<Placed>),
    There(Box<Item>),
}

impl Store {
    /// Keeps one item. Once this returns, file, sidecar and row survive a power cut; on an error nothing of it is
    /// visible, and the error says where the bytes still are if a job's work file has them.
    pub fn keep(&self, media: impl Into<Media>, new: NewItem) -> Result<Item> {
        let mut kept = self.keep_group(vec![(0, media.into(), new)]);
        kept.pop().map_or(Err(Error::Fault("nothing was kept")), |(_, outcome)| outcome)
    }

    /// Keeps many, 64 at a time sharing the fsync of their folder and the transaction. One that fails doesn't stop the
    /// others; the answers are in the order asked.
    pub fn keep_many(&self, all: impl IntoIterator<Item = (Media, NewItem)>) -> Vec<Result<Item>> {
        let mut outcomes = Vec::new();
        let mut all = all.into_iter().enumerate().map(|(index, (media, new))| (index, media, new));
        loop {
            let group: Vec<_> = all.by_ref().take(BATCH).collect();
            if group.is_empty() {
                break;
            }
            outcomes.extend(self.keep_group(group));
        }
        outcomes.sort_by_key(|(index, _)| *index);
        outcomes.into_iter().map(|(_, outcome)| outcome).collect()
    }

    fn keep_group(&self, group: Vec<(usize, Media, NewItem)>) -> Vec<(usize, Result<Item>)> {
        let mut outcomes = Vec::new();
        let mut arrived = Vec::new();
        for (index, media, new) in group {
            let work_file = new.job.map(|job| self.work_file(job));
            match self.arrive(media).and_then(|bytes| Ok((measure(&bytes, &new)?, bytes))) {
                Ok((file, bytes)) => arrived.push((index, bytes, file, new, work_file)),
                Err(error) => outcomes.push((index, Err(error.with_kept(still_there(work_file))))),
            }
        }
        // From here on, equal bytes must not be placed twice.
        let _placing = self.placing();
        let mut unsynced = BTreeSet::new();
        let mut placed: Vec<Placed> = Vec::new();
        let mut hashes = HashSet::new();
        for (index, bytes, file, new, work_file) in arrived {
            if !hashes.insert(file.blake3.clone()) {
                outcomes.extend(self.write_rows(std::mem::take(&mut placed), &mut unsynced));
            }
            match self.place(index, bytes, file, new, &mut unsynced) {
                Ok(Step1::Placed(next)) => placed.push(Placed { work_file, ..*next }),
                Ok(Step1::There(item)) => outcomes.push((index, Ok(*item))),
                Err(error) => outcomes.push((index, Err(error.with_kept(still_there(work_file))))),
            }
        }
        outcomes.extend(self.write_rows(placed, &mut unsynced));
        outcomes
    }

    fn arrive(&self, media: Media) -> Result<Arrived> {
        match media {
            Media::Incoming(incoming) => incoming.arrive(),
            Media::Bytes(bytes) => {
                let mut incoming = self.incoming()?;
                let path = incoming.path().to_path_buf();
                incoming.write_all(&bytes).map_err(|error| Error::file(&path, error))?;
                incoming.arrive()
            }
        }
    }

    /// Puts sidecar and file into their place.
    fn place(
        &self,
        index: usize,
        bytes: Arrived,
        file: MediaFile,
        new: NewItem,
        unsynced: &mut BTreeSet<PathBuf>,
    ) -> Result<Step1> {
        // It may have been moved or taken out since the bytes came.
        self.library_place().ensure_open()?;
        if !bytes.path.starts_with(self.incoming_folder()) {
            return Err(Error::LibraryMoving { kept: None });
        }
        if let Some(job) = new.job {
            let there = self.database().read(|db| items::of_job(db, job, new.job_index))?;
            if let Some(item) = there {
                return Ok(Step1::There(Box::new(item)));
            }
        }
        let row = self.database().read(|db| files::by_hash(db, &file.blake3))?;
        let (mut item, beside) = self.to_item(new, file)?;
        if let Some(row) = row.as_ref().filter(|row| self.is_there(&row.file)) {
            row.file.clone_into(&mut item.file);
            let mut notes = self.notes_of(row.id)?;
            notes.push(beside.note(&item));
            let target = sidecar::beside(&self.media_path(&row.file.path));
            self.write_sidecar(&target, &Sidecar::new(&item.file, notes), false)?;
            unsynced.extend(target.parent().map(Path::to_path_buf));
            return Ok(Step1::Placed(Box::new(Placed {
                index,
                item,
                beside,
                row: Some(row.clone()),
                made: Vec::new(),
                work_file: None,
            })));
        }
        // A row whose file is gone gets these bytes, at a new place.
        let mut notes = row.as_ref().map_or(Ok(Vec::new()), |row| self.notes_of(row.id))?;
        item.file.path = self.free_path(&item)?;
        notes.push(beside.note(&item));
        let target = self.media_path(&item.file.path);
        if let Some(folder) = target.parent() {
            disk::make_folder(&self.library_path(), folder, unsynced)?;
        }
        let note = sidecar::beside(&target);
        self.write_sidecar(&note, &Sidecar::new(&item.file, notes), !note.exists())?;
        let moved =
            self.disk().before(Step::PlaceMedia, &target).and_then(|()| disk::place(bytes.path, &target));
        if let Err(error) = moved {
            // It only speaks of what isn't there.
            let _ = std::fs::remove_file(&note);
            return Err(error);
        }
        Ok(Step1::Placed(Box::new(Placed {
            index,
            item,
            beside,
            row,
            made: vec![target, note],
            work_file: None,
        })))
    }

    fn to_item(&self, new: NewItem, file: MediaFile) -> Result<(Item, Beside)> {
        let made_at = to_millisecond(new.made_at.unwrap_or_else(|| self.clock().now()));
        let item = Item {
            id: ItemId::new(made_at),
            kind: new.kind,
            origin: new.origin,
            title: new.title.trim().to_owned(),
            prompt: new.prompt,
            negative_prompt: new.negative_prompt,
            model: new.model,
            file,
            made_at,
            day: day_of(self.clock(), made_at),
            cost: new.cost,
            account: new.account,
            job: new.job,
            job_index: new.job_index,
            seed: new.seed,
            rating: 0,
            favourite: false,
            tags: new.tags,
            notes: String::new(),
            trashed_at: None,
            recipe: new.recipe,
            receipt: new.receipt,
        };
        Ok((item, Beside { parents: new.parents, markers: marked::tidy(new.markers)? }))
    }

    pub(crate) fn is_there(&self, file: &MediaFile) -> bool {
        std::fs::metadata(self.media_path(&file.path)).is_ok_and(|seen| seen.len() == file.bytes)
    }

    /// A path that neither a file nor another's sidecar has. A sidecar left over from keeping the same bytes is ours.
    fn free_path(&self, item: &Item) -> Result<String> {
        let made_at = item.made_at.to_zoned(self.clock().time_zone());
        let words =
            if item.title.is_empty() { item.prompt.as_deref().unwrap_or_default() } else { &item.title };
        for again in 0..10_000 {
            let path =
                format!("{}.{}", names::stem(&made_at, words, &item.file.blake3, again), item.file.ext);
            let media = self.media_path(&path);
            let ours = match sidecar::read(&sidecar::beside(&media))? {
                Reading::None => true,
                Reading::Whole(left) => left.file.blake3 == item.file.blake3,
                Reading::Newer | Reading::Damaged => false,
            };
            if ours && !media.exists() {
                return Ok(path);
            }
        }
        Err(Error::Fault("no free name was found"))
    }

    pub(crate) fn write_sidecar(&self, target: &Path, sidecar: &Sidecar, fresh: bool) -> Result<()> {
        self.disk().write_whole(&self.incoming_folder(), target, &sidecar.to_bytes()?, fresh)
    }

    /// What the sidecar of a file has to say of its items.
    pub(crate) fn notes_of(&self, file: i64) -> Result<Vec<ItemNote>> {
        self.database().read(|db| {
            let items = items::of_file(db, file)?.into_iter();
            let note = |item: Item| {
                let (parents, boards) = (lineage::parents(db, item.id)?, boards::of_item(db, item.id)?);
                Ok(ItemNote::new(&item, parents, boards, markers::of_item(db, item.id)?))
            };
            items.map(note).collect()
        })
    }

    fn write_rows(
        &self,
        placed: Vec<Placed>,
        unsynced: &mut BTreeSet<PathBuf>,
    ) -> Vec<(usize, Result<Item>)> {
        if placed.is_empty() {
            return Vec::new();
        }
        let synced = std::mem::take(unsynced).iter().try_for_each(|folder| self.disk().sync_folder(folder));
        let failed_before = match (synced, placed.first()) {
            (Ok(()), Some(first)) => {
                let path = self.media_path(&first.item.file.path);
                self.disk().before(Step::WriteRow, &path).err()
            }
            (synced, _) => synced.err(),
        };
        let rows: Vec<_> =
            placed.iter().map(|one| (one.item.clone(), one.beside.clone(), one.row.clone())).collect();
        let written = match failed_before {
            Some(error) => Err(error),
            None => self.database().write(move |db, changes| {
                for (item, beside, row) in &rows {
                    write_row(db, item, beside, row.as_ref())?;
                    changes.item(item.id);
                }
                Ok(())
            }),
        };
        match written {
            Ok(()) => {
                let told = placed.into_iter().map(|one| {
                    let path = self.media_path(&one.item.file.path);
                    // Nothing is undone any more: what comes after the row changes nothing.
                    let _ = self.disk().allows(Step::RowWritten, &path);
                    (one.index, Ok(one.item))
                });
                told.collect()
            }
            // One bad row must not take the others with it.
            Err(_) if placed.len() > 1 => {
                placed.into_iter().flat_map(|one| self.write_rows(vec![one], unsynced)).collect()
            }
            Err(error) => {
                let failed = placed.into_iter().map(|one| {
                    self.undo(&one);
                    (one.index, one.work_file)
                });
                let mut error = Some(error);
                let answer = |(index, work_file)| {
                    let error = error.take().unwrap_or(Error::Fault("nothing was kept"));
                    (index, Err(error.with_kept(still_there(work_file))))
                };
                failed.map(answer).collect()
            }
        }
    }

    /// Takes back what was placed for a row that couldn't be written.
    fn undo(&self, placed: &Placed) {
        for path in &placed.made {
            let _ = std::fs::remove_file(path);
        }
        if placed.row.is_none() {
            self.thumbnails().forget(&placed.item.file.blake3);
        }
        if let Some(row) = placed.row.as_ref().filter(|_| placed.made.is_empty()) {
            // The sidecar told of an item that didn't come to be; it is written anew from the rows.
            let id = row.id;
            let _ = self.database().write(move |db, _| files::mark_behind(db, id));
            self.sidecars_are_behind();
        }
    }
}

/// What there is to know of the bytes; the path comes later.
fn measure(bytes: &Arrived, new: &NewItem) -> Result<MediaFile> {
    let mut file = MediaFile {
        path: String::new(),
        blake3: bytes.blake3.clone(),
        bytes: bytes.bytes,
        mime: String::new(),
        ext: String::new(),
        width: new.size.map(|(width, _)| width),
        height: new.size.map(|(_, height)| height),
        duration_ms: new.duration_ms,
        has_alpha: false,
        thumbhash: None,
        missing: false,
    };
    if new.kind == MediaKind::Picture {
        let looked = bytes.seen.as_ref().map_or_else(|| probe(&bytes.path), |seen| Ok(seen.probe));
        file.thumbhash = bytes.seen.as_ref().map(|seen| seen.thumbhash.clone());
        match looked {
            Ok(seen) => {
                seen.format.mime().clone_into(&mut file.mime);
                seen.format.extension().clone_into(&mut file.ext);
                file.width = Some(seen.width);
                file.height = Some(seen.height);
                file.has_alpha = seen.has_alpha;
            }
            // What was paid for is kept also if it can't be shown.
            Err(error) if new.format.is_none() => return Err(error),
            Err(_) => {}
        }
    }
    if let Some((mime, ext)) = &new.format {
        mime.clone_into(&mut file.mime);
        file.ext = names::extension(ext);
    }
    Ok(file)
}

fn write_row(db: &Transaction<'_>, item: &Item, beside: &Beside, row: Option<&FileRow>) -> Result<()> {
    let file = match row {
        Some(row) => {
            if row.file.path != item.file.path || row.file.missing {
                files::set_path(db, row.id, &item.file.path)?;
            }
            row.id
        }
        None => files::insert(db, &item.file)?,
    };
    items::insert(db, item, file)?;
    if !beside.markers.is_empty() {
        markers::set_of_item(db, items::get_row(db, item.id)?, &beside.markers)?;
    }
    for parent in &beside.parents {
        lineage::link(db, item.id, *parent)?;
    }
    Ok(())
}

fn still_there(work_file: Option<PathBuf>) -> Option<PathBuf> {
    work_file.filter(|path| path.exists())
}
