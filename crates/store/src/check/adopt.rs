use std::path::Path;

use rusqlite::Transaction;

use crate::Store;
use crate::clock::{day_of, to_millisecond};
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::media::sidecar::{ItemNote, Sidecar};
use crate::money::Cost;
use crate::pictures::probe;
use crate::tables::boards::{self, BoardNote};
use crate::tables::files::{self, MediaFile};
use crate::tables::items::{self, Item, MediaKind, Origin};
use crate::tables::lineage::{self, Parent};
use crate::tables::markers::{self, Marker};

impl std::ops::AddAssign for Adopted {
    fn add_assign(&mut self, more: Self) {
        self.items += more.items;
        self.cycles += more.cycles;
    }
}

/// A file to be taken in, with its items.
pub(super) struct Adoption {
    file: MediaFile,
    items: Vec<Told>,
    /// Its sidecar has to be written.
    behind: bool,
}

/// An item with what its own row doesn't hold.
struct Told {
    item: Item,
    parents: Vec<Parent>,
    boards: Vec<BoardNote>,
    markers: Vec<Marker>,
}

/// What came of it.
#[derive(Default)]
pub(super) struct Adopted {
    pub(super) items: usize,
    pub(super) cycles: usize,
}

/// What a file is by its name; none for what isn't ours to take in.
pub(super) fn kind_of(path: &str) -> Option<MediaKind> {
    match extension(path).as_str() {
        "png" | "jpg" | "jpeg" | "webp" | "gif" => Some(MediaKind::Picture),
        "mp3" | "wav" | "flac" | "ogg" | "oga" | "opus" | "m4a" | "m4b" | "aac" | "aiff" | "aif" | "caf"
        | "mka" => Some(MediaKind::Sound),
        "mp4" | "m4v" | "webm" | "mov" | "mkv" => Some(MediaKind::Film),
        _ => None,
    }
}

fn mime_of(extension: &str) -> &'static str {
    match extension {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "gif" => "image/gif",
        "mp3" => "audio/mpeg",
        "wav" => "audio/wav",
        "flac" => "audio/flac",
        "ogg" | "oga" | "opus" => "audio/ogg",
        "m4a" | "m4b" => "audio/mp4",
        "aac" => "audio/aac",
        "aiff" | "aif" => "audio/aiff",
        "caf" => "audio/x-caf",
        "mka" => "audio/x-matroska",
        "mp4" | "m4v" => "video/mp4",
        "webm" => "video/webm",
        "mov" => "video/quicktime",
        "mkv" => "video/x-matroska",
        _ => "application/octet-stream",
    }
}

fn extension(path: &str) -> String {
    Path::new(path)
        .extension()
        .map(|extension| extension.to_string_lossy().to_lowercase())
        .unwrap_or_default()
}

impl Adoption {
    pub(super) fn from_sidecar(path: &str, sidecar: Sidecar) -> Self {
        let file = sidecar.media_file(path, &extension(path));
        let with_file = |mut note: ItemNote| {
            let (parents, boards) = (std::mem::take(&mut note.parents), std::mem::take(&mut note.boards));
            let markers = std::mem::take(&mut note.markers);
            Told { item: note.into_item(file.clone()), parents, boards, markers }
        };
        let items = sidecar.items.into_iter().map(with_file).collect();
        Self { file, items, behind: false }
    }

    /// A file that came without a sidecar: the user put it there, or the sidecar was lost.
    pub(super) fn import(store: &Store, path: &str, kind: MediaKind, blake3: String, bytes: u64) -> Self {
        let absolute = store.media_path(path);
        let seen = if kind == MediaKind::Picture { probe(&absolute).ok() } else { None };
        let extension = extension(path);
        let file = MediaFile {
            path: path.to_owned(),
            blake3,
            bytes,
            mime: seen.map_or_else(|| mime_of(&extension), |seen| seen.format.mime()).to_owned(),
            ext: extension,
            width: seen.map(|seen| seen.width),
            height: seen.map(|seen| seen.height),
            duration_ms: None,
            has_alpha: seen.is_some_and(|seen| seen.has_alpha),
            thumbhash: None,
            missing: false,
        };
        let changed = std::fs::metadata(&absolute).and_then(|metadata| metadata.modified()).ok();
        let made_at = changed.and_then(|time| jiff::Timestamp::try_from(time).ok());
        let made_at = to_millisecond(made_at.unwrap_or_else(|| store.clock().now()));
        let title = absolute.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let item = Item {
            id: ItemId::new(made_at),
            kind,
            origin: Origin::Imported,
            title,
            prompt: None,
            negative_prompt: None,
            model: None,
            file: file.clone(),
            made_at,
            day: day_of(store.clock(), made_at),
            cost: Cost::default(),
            account: None,
            job: None,
            job_index: 0,
            seed: None,
            rating: 0,
            favourite: false,
            tags: Vec::new(),
            notes: String::new(),
            trashed_at: None,
            recipe: None,
            receipt: None,
        };
        let told = Told { item, parents: Vec::new(), boards: Vec::new(), markers: Vec::new() };
        Self { file, items: vec![told], behind: true }
    }
}

/// Writes all of it in one transaction. Items that are there already take on what the user wrote into the sidecar.
pub(super) fn write(store: &Store, adoptions: Vec<Adoption>) -> Result<Adopted> {
    if adoptions.is_empty() {
        return Ok(Adopted::default());
    }
    store.database().write(move |db, changes| {
        let mut adopted = Adopted::default();
        let mut links = Vec::new();
        for Adoption { file, items, behind } in adoptions {
            let id = match files::by_hash(db, &file.blake3)? {
                Some(row) => row.id,
                None => files::insert(db, &file)?,
            };
            if behind {
                files::mark_behind(db, id)?;
            }
            for told in items {
                let Told { item, parents, boards, markers } = told;
                changes.item(item.id);
                changes.boards();
                links.extend(parents.into_iter().map(|parent| (item.id, parent)));
                adopted.items += usize::from(write_item(db, &item, &boards, &markers, id)?);
            }
        }
        // A parent's row may come after its child's.
        for (child, parent) in links {
            match lineage::link(db, child, parent) {
                Err(Error::LineageCycle) => adopted.cycles += 1,
                other => other?,
            }
        }
        Ok(adopted)
    })
}

/// True when it is new.
fn write_item(
    db: &Transaction<'_>,
    item: &Item,
    on: &[BoardNote],
    marked: &[Marker],
    file: i64,
) -> Result<bool> {
    if let Some((row, _)) = items::place(db, item.id)? {
        items::update(db, item, row)?;
        boards::set_of_item(db, row, on)?;
        markers::set_of_item(db, row, marked)?;
        return Ok(false);
    }
    items::insert(db, item, file)?;
    if !on.is_empty() || !marked.is_empty() {
        let row = items::get_row(db, item.id)?;
        boards::set_of_item(db, row, on)?;
        markers::set_of_item(db, row, marked)?;
    }
    Ok(true)
}
