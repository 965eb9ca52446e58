//! The few steps by which a file appears whole or not at all.

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
            std::fs::create_dir_all(folder)?;
            open()
        });
        let file = file.map_err(|error| Error::file(&path, error))?;
        let path = TempPath::try_from_path(&path).map_err(|error| Error::file(&path, error))?;
        Ok((file, path))
    }

    /// Writes a whole file aside and puts it into its place in one step; `fresh` refuses to take another's.
    pub(crate) fn write_whole(&self, aside: &Path, target: &Path, bytes: &[u8], fresh: bool) -> Result<()> {
        let (mut file, path) = self.create(aside)?;
        self.before(Step::Write, target)?;
        file.write_all(bytes).map_err(|error| Error::file(target, error))?;
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

/// Makes a folder and those above it down from `root`; those whose entries changed are added to `unsynced`.
pub(crate) fn make_folder(
    root: &Path,
    folder: &Path,
    unsynced: &mut std::collections::BTreeSet<PathBuf>,
) -> Result<()> {
    if !folder.is_dir() {
        std::fs::create_dir_all(folder).map_err(|error| Error::file(folder, error))?;
        let above = folder.ancestors().skip(1).take_while(|above| above.starts_with(root));
        unsynced.extend(above.map(Path::to_path_buf));
    }
    unsynced.insert(folder.to_path_buf());
    Ok(())
}
