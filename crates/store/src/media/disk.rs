//! The few steps by which a file appears whole or not at all.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempPath;

use crate::error::{Error, Result};

/// Where in the keeping of a file something can go wrong; tests make it go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Create,
    Write,
    Sync,
    PlaceSidecar,
    PlaceMedia,
    SyncFolder,
    WriteRow,
    RowWritten,
    /// A folder of the library's new place is made.
    MakeFolder,
    /// A piece of a file is written there.
    Copy,
    /// A copy there is read again.
    ReadAgain,
    /// The new place is written down.
    Switch,
}

/// Told of each step before it is taken; an error takes its place.
pub(crate) type Watch = Arc<dyn Fn(Step, &Path) -> io::Result<()> + Send + Sync>;

/// The file system, with a place to look on.
#[derive(Clone, Default)]
pub(crate) struct Disk {
    pub(crate) watch: Option<Watch>,
}

impl Disk {
    pub(crate) fn before(&self, step: Step, path: &Path) -> Result<()> {
        self.allows(step, path).map_err(|error| Error::file(path, error))
    }

    pub(crate) fn allows(&self, step: Step, path: &Path) -> io::Result<()> {
        self.watch.as_ref().map_or(Ok(()), |watch| watch(step, path))
    }

    /// A new file in `folder`, removed when it is dropped before it found its place. The system's own rights apply
    /// (tempfile's are for the owner alone, and would stay with the picture).
    pub(crate) fn create(&self, folder: &Path) -> Result<(File, TempPath)> {
        let path = folder.join(format!("{}.part", uuid::Uuid::new_v4().simple()));
        self.before(Step::Create, &path)?;
        let open = || OpenOptions::new().read(true).write(true).create_new(true).open(&path);
        let file = open().or_else(|error| {
            // The folder may have been deleted under us.
            if error.kind() != ErrorKind::NotFound {
                return Err(error);
            }
            // Not those above it: a library that was taken out isn't begun anew.
            // Another thread may have been as quick.
            match std::fs::create_dir(folder) {
                Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
                _ => open(),
            }
        });
        let file = file.map_err(|error| Error::file(&path, error))?;
        let path = TempPath::try_from_path(&path).map_err(|error| Error::file(&path, error))?;
        Ok((file, path))
    }

    /// Writes a whole file aside and puts it into its place in one step; `fresh` refuses to take another's.
    pub(crate) fn write_whole(&self, aside: &Path, target: &Path, bytes: &[u8], fresh: bool) -> Result<()> {
        let aside = self.write_aside(aside, target, bytes)?;
        self.settle(aside, target, fresh)
    }

    /// Writes a whole file aside, for [`Disk::settle`].
    pub(crate) fn write_aside(&self, aside: &Path, target: &Path, bytes: &[u8]) -> Result<(File, TempPath)> {
        let (mut file, path) = self.create(aside)?;
        self.before(Step::Write, target)?;
        file.write_all(bytes).map_err(|error| Error::file(target, error))?;
        Ok((file, path))
    }

    /// Syncs a file and puts it into its place.
    pub(crate) fn settle(&self, (file, path): (File, TempPath), target: &Path, fresh: bool) -> Result<()> {
        self.before(Step::Sync, target)?;
        file.sync_all().map_err(|error| Error::file(target, error))?;
        self.before(Step::PlaceSidecar, target)?;
        if fresh {
            place(path, target)
        } else {
            path.persist(target).map_err(|failed| Error::file(target, failed.error))
        }
    }

    /// Makes sure that what was renamed into a folder stays there after a power cut.
    pub(crate) fn sync_folder(&self, folder: &Path) -> Result<()> {
        self.before(Step::SyncFolder, folder)?;
        // Windows doesn't open folders, and doesn't need this.
        match File::open(folder) {
            Ok(open) => open.sync_all().map_err(|error| Error::file(folder, error)),
            Err(_) => Ok(()),
        }
    }
}

/// Puts a file into its place without ever taking another's.
pub(crate) fn place(path: TempPath, target: &Path) -> Result<()> {
    let failed = match path.persist_noclobber(target) {
        Ok(()) => return Ok(()),
        Err(failed) => failed,
    };
    let plain = matches!(
        failed.error.kind(),
        ErrorKind::Unsupported | ErrorKind::InvalidInput | ErrorKind::PermissionDenied
    );
    if plain && !target.exists() {
        // FAT and some network file systems know neither way; nobody else writes here while we hold the lock.
        return failed.path.persist(target).map_err(|failed| Error::file(target, failed.error));
    }
    Err(Error::file(target, failed.error))
}

/// Makes a folder and those above it down from `root`, which must be there; those whose entries changed are added to
/// `unsynced`.
pub(crate) fn make_folder(root: &Path, folder: &Path, unsynced: &mut BTreeSet<PathBuf>) -> Result<()> {
    let mut missing = Vec::new();
    let mut above = Some(folder);
    while let Some(one) = above.filter(|one| *one != root && !one.is_dir()) {
        missing.push(one);
        above = one.parent();
    }
    for one in missing.into_iter().rev() {
        match std::fs::create_dir(one) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists || !one.is_dir() => {
                return Err(Error::file(one, error));
            }
            _ => unsynced.extend(one.parent().map(Path::to_path_buf)),
        }
    }
    unsynced.insert(folder.to_path_buf());
    Ok(())
}
