//! Moving the library to another folder or disk: copy, read again, switch, and only then delete.
//!
//! Until the switch the old place is in force, whatever happens; after it the new one is. What a crash leaves of the
//! other is cleared up at the next start, by a note in the home.

mod tree;

use std::collections::{BTreeMap, HashMap};
use std::fs::{File, FileTimes};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use self::tree::Listed;
use super::disk::Step;
use super::hash;
use crate::Store;
use crate::check::{Onlooker, Progress};
use crate::error::{Error, NoPlace, Result};
use crate::tables::files;

/// Room that must stay free on the new disk.
const SPARE: u64 = 64 << 20;
const NOTE: &str = "library-move.json";

/// What moving came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Moved {
    /// Files that were copied, read again and found equal.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Stopped; the library is where it was.
    pub cancelled: bool,
    /// What stays at the old place: it couldn't be deleted, or is no plain file. Relative to that.
    pub left: Vec<String>,
    /// Files that were copied as they are, but aren't what was once kept.
    pub changed: Vec<String>,
}

/// A move that is under way.
#[derive(Serialize, Deserialize)]
struct MoveNote {
    from: PathBuf,
    to: PathBuf,
}

/// What undoing needs to know, and what is told.
#[derive(Default)]
struct Work {
    /// By their paths, relative to the library.
    copied: BTreeMap<PathBuf, Listed>,
    /// Folders that were made; those above come first.
    made: Vec<PathBuf>,
    moved: Moved,
    progress: Progress,
}

enum Outcome {
    Done,
    Cancelled,
}

/// Whether a move is still to be cleared up.
pub(crate) fn is_noted(home: &Path) -> bool {
    home.join(NOTE).exists()
}

impl Store {
    /// Moves the library into a folder that is empty or new. A library that was moved there by hand is only found
    /// again. Nothing can be kept meanwhile; reading goes on.
    ///
    /// # Errors
    /// [`Error::NoPlace`] where the folder won't do, [`Error::CopyDiffers`], and those of the file system. The library
    /// is where it was then, and what was copied is gone again.
    pub fn move_library(&self, to: &Path, onlooker: Onlooker<'_>) -> Result<Moved> {
        let to = std::path::absolute(to).map_err(|error| Error::file(to, error))?;
        let place = self.library_place();
        let moving = place.begin_move().ok_or(Error::LibraryMoving { kept: None })?;
        if !place.is_there() && place.is_here(&to) {
            place.switch(self.disk(), &to)?;
            return Ok(Moved::default());
        }
        self.ensure_library()?;
        let from = self.library_path();
        check_target(&from, &to)?;
        // Rows and files are to tell the same when they are copied.
        self.flush()?;
        let _placing = self.placing();
        let mut work = Work::default();
        match self.copy_all(&from, &to, &mut work, onlooker).and_then(|outcome| match outcome {
            Outcome::Done => self.switch(&to).map(|()| true),
            Outcome::Cancelled => Ok(false),
        }) {
            Ok(true) => {}
            failed => {
                work.undo(&to);
                self.forget_move();
                return failed.map(|_| Moved { cancelled: true, ..Moved::default() });
            }
        }
        work.delete_old(&from);
        self.forget_move();
        drop(moving);
        *self.written_boards().lock().unwrap_or_else(std::sync::PoisonError::into_inner) = None;
        self.boards_changed();
        Ok(work.moved)
    }

    fn copy_all(&self, from: &Path, to: &Path, work: &mut Work, onlooker: Onlooker<'_>) -> Result<Outcome> {
        let listed = tree::list(from)?;
        let needed: u64 = listed.files.iter().map(|file| file.bytes).sum();
        work.progress.total = needed;
        self.note_move(from, to)?;
        self.make_folder(to, work)?;
        let free = fs4::available_space(to).map_err(|error| Error::file(to, error))?;
        if free < needed.saturating_add(SPARE) {
            let why = NoPlace::TooSmall { needed: needed.saturating_add(SPARE), free };
            return Err(Error::NoPlace { folder: to.to_path_buf(), why });
        }
        let rows = self.database().read(files::all)?;
        let kept: HashMap<String, String> =
            rows.into_iter().map(|row| (row.file.path, row.file.blake3)).collect();
        let mut listed = listed;
        // What came or changed while the rest was copied is copied too, until nothing did.
        loop {
            for folder in &listed.folders {
                self.make_folder(&to.join(folder), work)?;
            }
            listed.files.retain(|file| work.copied.get(&file.path) != Some(file));
            let todo = listed.files;
            if todo.is_empty() {
                break;
            }
            for file in todo {
                if !self.copy(from, to, file, &kept, work, onlooker)? {
                    return Ok(Outcome::Cancelled);
                }
            }
            listed = tree::list(from)?;
        }
        work.moved.left = listed.others;
        for folder in work.made.iter().map(PathBuf::as_path).chain([to]).chain(to.parent()) {
            self.disk().sync_folder(folder)?;
        }
        Ok(Outcome::Done)
    }

    fn make_folder(&self, folder: &Path, work: &mut Work) -> Result<()> {
        if folder.is_dir() {
            return Ok(());
        }
        self.disk().before(Step::MakeFolder, folder)?;
        std::fs::create_dir(folder).map_err(|error| Error::file(folder, error))?;
        work.made.push(folder.to_path_buf());
        Ok(())
    }

    /// Copies one file, and reads the copy again. False when it is to stop.
    fn copy(
        &self,
        from: &Path,
        to: &Path,
        file: Listed,
        kept: &HashMap<String, String>,
        work: &mut Work,
        onlooker: Onlooker<'_>,
    ) -> Result<bool> {
        let (source, target) = (from.join(&file.path), to.join(&file.path));
        // A second copy of what changed meanwhile takes the place of the first.
        if work.copied.remove(&file.path).is_some() {
            std::fs::remove_file(&target).map_err(|error| Error::file(&target, error))?;
        }
        let reading = |error| Error::file(&source, error);
        let writing = |error| Error::file(&target, error);
        let mut input = File::open(&source).map_err(reading)?;
        self.disk().before(Step::Create, &target)?;
        let mut output = File::create_new(&target).map_err(writing)?;
        let path = file.path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
        work.copied.insert(file.path.clone(), file.clone());
        let mut hasher = blake3::Hasher::new();
        let mut piece = vec![0; hash::PIECE];
        loop {
            let length = input.read(&mut piece).map_err(reading)?;
            if length == 0 {
                break;
            }
            hasher.update(&piece[..length]);
            self.disk().before(Step::Copy, &target)?;
            output.write_all(&piece[..length]).map_err(writing)?;
            if !onlooker(work.progress.more(length as u64)) {
                return Ok(false);
            }
        }
        if let Some(modified) = file.modified {
            // The time is a courtesy.
            let _ = output.set_times(FileTimes::new().set_modified(modified));
        }
        self.disk().before(Step::Sync, &target)?;
        output.sync_all().map_err(writing)?;
        drop(output);
        let blake3 = hasher.finalize().to_hex().to_string();
        self.disk().before(Step::ReadAgain, &target)?;
        let again = hash::file(&target, |_| onlooker(work.progress)).map_err(writing)?;
        match again {
            None => return Ok(false),
            Some(again) if again != blake3 => return Err(Error::CopyDiffers { path: target }),
            Some(_) => {}
        }
        if kept.get(&path).is_some_and(|kept| *kept != blake3) {
            work.moved.changed.push(path);
        }
        work.progress.files += 1;
        work.moved.files += 1;
        work.moved.bytes += file.bytes;
        Ok(true)
    }

    fn switch(&self, to: &Path) -> Result<()> {
        self.disk().before(Step::Switch, to)?;
        self.library_place().switch(self.disk(), to)
    }

    fn note_move(&self, from: &Path, to: &Path) -> Result<()> {
        let note = serde_json::to_vec(&MoveNote { from: from.to_path_buf(), to: to.to_path_buf() });
        let note = note.map_err(|_| Error::Fault("a move can't be noted"))?;
        let home = self.home_path();
        self.disk().write_whole(home, &home.join(NOTE), &note, false)?;
        self.disk().sync_folder(home)
    }

    fn forget_move(&self) {
        // A note that stays is looked at by the next start, which finds nothing to do.
        let _ = std::fs::remove_file(self.home_path().join(NOTE));
    }

    /// Clears up after a move that a crash broke off: what there is twice goes from the place that isn't in force.
    pub(crate) fn finish_move(&self) {
        let path = self.home_path().join(NOTE);
        let note = std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let Some(MoveNote { from, to }) = note else { return };
        let here = self.library_path();
        // A copy that was broken off may be shorter than what it is of; what was moved is as long as its copy.
        let (other, is_copy) = if here == to { (from, false) } else { (to, true) };
        if here != other && check_apart(&here, &other) {
            tree::delete_twins(&here, &other, is_copy);
        }
        self.forget_move();
    }
}

impl Work {
    /// Takes away what was copied, and nothing else.
    fn undo(&self, to: &Path) {
        for path in self.copied.keys() {
            let _ = std::fs::remove_file(to.join(path));
        }
        for folder in self.made.iter().rev() {
            let _ = std::fs::remove_dir(folder);
        }
    }

    fn delete_old(&mut self, from: &Path) {
        for (path, copied) in &self.copied {
            // What changed at the last moment is left, and told.
            let is_same = tree::look_at(from, path).as_ref() == Some(copied);
            if !is_same || std::fs::remove_file(from.join(path)).is_err() {
                self.moved.left.push(path.to_string_lossy().into_owned());
            }
        }
        tree::remove_empty(from);
    }
}

pub(super) fn check_target(from: &Path, to: &Path) -> Result<()> {
    let no = |why| Err(Error::NoPlace { folder: to.to_path_buf(), why });
    if !check_apart(from, to) {
        return no(NoPlace::Overlaps);
    }
    match std::fs::read_dir(to) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                no(NoPlace::NotEmpty)
            } else {
                Ok(())
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            if to.parent().is_some_and(Path::is_dir) { Ok(()) } else { no(NoPlace::NoFolder) }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => no(NoPlace::NoFolder),
        Err(error) => Err(Error::file(to, error)),
    }
}

/// Whether neither lies in the other, whatever links lead there.
fn check_apart(from: &Path, to: &Path) -> bool {
    let real = |path: &Path| match (path.canonicalize(), path.parent(), path.file_name()) {
        (Ok(real), ..) => real,
        (Err(_), Some(above), Some(name)) => {
            above.canonicalize().unwrap_or_else(|_| above.to_path_buf()).join(name)
        }
        _ => path.to_path_buf(),
    };
    let (from, to) = (real(from), real(to));
    !from.starts_with(&to) && !to.starts_with(&from)
}

#[cfg(test)]
mod tests;
