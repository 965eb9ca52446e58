//! Where the library lies, and whether it is there.
//!
//! The home notes the folder and the library's id; the library bears its id in a hidden file. A folder without it, such
//! as the empty place where a disk was mounted, is never taken for the library, and never filled.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::media::disk::Disk;

/// What the library keeps of itself, within it.
pub(crate) const OWN_FOLDER: &str = ".canaletto";
/// Where bytes on their way in lie.
pub(crate) const INCOMING: &str = ".incoming";
const MARK: &str = "library.json";
const NOTE: &str = "library.json";

/// The home's note.
#[derive(Clone, Serialize, Deserialize)]
struct Note {
    /// Written relative to the home where it lies in it: both may be moved together.
    folder: PathBuf,
    id: Uuid,
}

/// The library's own mark.
#[derive(Serialize, Deserialize)]
struct Mark {
    format: u32,
    id: Uuid,
}

/// Where the library lies.
pub(crate) struct Place {
    home: PathBuf,
    now: RwLock<Note>,
    /// It is being moved: nothing new is taken.
    moving: AtomicBool,
}

impl Place {
    /// Finds the library: where the home says, or else at `default`. `known` are some of the files it should have; with
    /// none of them it is made.
    pub(crate) fn settle(disk: &Disk, home: &Path, default: &Path, known: &[String]) -> Result<Self> {
        let noted = noted(home);
        let folder = noted.as_ref().map_or(default, |note| &note.folder).to_path_buf();
        let mark = mark_of(&folder);
        let note = match (&noted, mark) {
            // The home's own, or one whose home is gone.
            (Some(note), _) => note.clone(),
            (None, Some(id)) => Note { folder, id },
            (None, None) => Note { folder, id: Uuid::new_v4() },
        };
        // Earlier versions marked nothing: what they kept may all lie elsewhere in the folder by now.
        let seems_ours = || {
            known.iter().any(|path| note.folder.join(path).exists())
                || (noted.is_none() && holds_anything(&note.folder))
        };
        // One that was empty may be on a disk that was taken out.
        let may_begin =
            || known.is_empty() && (noted.is_none() || note.folder.parent().is_some_and(Path::is_dir));
        let fresh = mark.is_none() && (may_begin() || seems_ours());
        if fresh {
            make(disk, &note)?;
        }
        if noted.is_none() && (fresh || mark.is_some()) {
            write(disk, home, &note)?;
        }
        Ok(Self { home: home.to_path_buf(), now: RwLock::new(note), moving: AtomicBool::new(false) })
    }

    /// Where the library should be, as far as is known before it is settled.
    pub(crate) fn expected(home: &Path, default: &Path) -> PathBuf {
        noted(home).map_or_else(|| default.to_path_buf(), |note| note.folder)
    }

    fn note(&self) -> Note {
        self.now.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.note().folder
    }

    pub(crate) fn is_there(&self) -> bool {
        let note = self.note();
        mark_of(&note.folder) == Some(note.id)
    }

    /// An error unless the library is there.
    pub(crate) fn ensure(&self) -> Result<()> {
        if self.is_there() { Ok(()) } else { Err(Error::LibraryGone { folder: self.folder(), kept: None }) }
    }

    /// An error unless the library is there and takes new files.
    pub(crate) fn ensure_open(&self) -> Result<()> {
        if self.moving.load(Ordering::SeqCst) {
            return Err(Error::LibraryMoving { kept: None });
        }
        self.ensure()
    }

    /// From now on nothing new is taken, until the answer is dropped; none while somebody else moves it.
    pub(crate) fn begin_move(&self) -> Option<Moving<'_>> {
        let was = self.moving.swap(true, Ordering::SeqCst);
        (!was).then_some(Moving(self))
    }

    /// Whether a folder is this very library, moved by hand.
    pub(crate) fn is_here(&self, folder: &Path) -> bool {
        mark_of(folder) == Some(self.note().id)
    }

    /// The library lies here from now on, also after a power cut. On an error it lies where it did.
    pub(crate) fn switch(&self, disk: &Disk, folder: &Path) -> Result<()> {
        self.note_down(disk, Note { folder: folder.to_path_buf(), id: self.note().id })
    }

    /// Another library begins here, empty. On an error the old one is in force, wherever it is.
    pub(crate) fn begin(&self, disk: &Disk, folder: &Path) -> Result<()> {
        let note = Note { folder: folder.to_path_buf(), id: Uuid::new_v4() };
        make(disk, &note)?;
        self.note_down(disk, note)
    }

    fn note_down(&self, disk: &Disk, note: Note) -> Result<()> {
        let before = self.note();
        if let Err(error) = write(disk, &self.home, &note) {
            // It may be written, and only not be safe: that must not outlive the copy that is taken back now.
            if noted(&self.home).is_some_and(|note| note.folder != before.folder || note.id != before.id) {
                write(&Disk::default(), &self.home, &before)?;
            }
            return Err(error);
        }
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = note;
        Ok(())
    }
}

/// While the library is moved.
pub(crate) struct Moving<'a>(&'a Place);

impl Drop for Moving<'_> {
    fn drop(&mut self) {
        self.0.moving.store(false, Ordering::SeqCst);
    }
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

fn noted(home: &Path) -> Option<Note> {
    let note: Note = read(&home.join(NOTE))?;
    Some(Note { folder: home.join(note.folder), ..note })
}

/// Whether there is anything in a folder that isn't hidden.
fn holds_anything(folder: &Path) -> bool {
    let mut entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.any(|entry| !entry.file_name().to_string_lossy().starts_with('.'))
}

fn mark_of(library: &Path) -> Option<Uuid> {
    read::<Mark>(&library.join(OWN_FOLDER).join(MARK)).map(|mark| mark.id)
}

/// Makes the folder, if need be, and marks it.
fn make(disk: &Disk, note: &Note) -> Result<()> {
    let own = note.folder.join(OWN_FOLDER);
    std::fs::create_dir_all(&own).map_err(|error| Error::file(&own, error))?;
    let mark = serde_json::to_vec_pretty(&Mark { format: 1, id: note.id });
    let mark = mark.map_err(|_| Error::Fault("the library's mark can't be written"))?;
    disk.write_whole(&own, &own.join(MARK), &mark, false)?;
    disk.sync_folder(&own)?;
    disk.sync_folder(&note.folder)
}

fn write(disk: &Disk, home: &Path, note: &Note) -> Result<()> {
    let folder = note.folder.strip_prefix(home).unwrap_or(&note.folder).to_path_buf();
    let bytes = serde_json::to_vec_pretty(&Note { folder, id: note.id });
    let bytes = bytes.map_err(|_| Error::Fault("the library's place can't be written down"))?;
    disk.write_whole(home, &home.join(NOTE), &bytes, false)?;
    disk.sync_folder(home)
}

#[cfg(test)]
mod tests;
