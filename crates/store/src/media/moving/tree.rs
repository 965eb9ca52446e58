use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::error::{Error, Result};
use crate::place::{INCOMING, OWN_FOLDER};

/// A file of the library, relative to it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    pub(super) modified: Option<SystemTime>,
}

/// All there is in a library, hidden or not, but what is on its way in.
#[derive(Default)]
pub(super) struct Tree {
    /// Those above come before those below.
    pub(super) folders: Vec<PathBuf>,
    /// The library's own mark comes last: a copy that isn't whole is no library.
    pub(super) files: Vec<Listed>,
    /// Links and the like: they stay where they are.
    pub(super) others: Vec<String>,
}

pub(super) fn list(library: &Path) -> Result<Tree> {
    let mut tree = Tree::default();
    let mut waiting = vec![PathBuf::new()];
    while let Some(folder) = waiting.pop() {
        let absolute = library.join(&folder);
        let failed = |error| Error::file(&absolute, error);
        for entry in std::fs::read_dir(&absolute).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let path = folder.join(entry.file_name());
            if path == Path::new(INCOMING) {
                continue;
            }
            let metadata = entry.metadata().map_err(failed)?;
            if metadata.is_dir() {
                tree.folders.push(path.clone());
                waiting.push(path);
            } else if metadata.is_file() {
                tree.files.push(listed(path, &metadata));
            } else {
                tree.others.push(path.to_string_lossy().into_owned());
            }
        }
    }
    tree.files.sort_by_key(|file| (file.path.starts_with(OWN_FOLDER), file.path.clone()));
    Ok(tree)
}

fn listed(path: PathBuf, metadata: &Metadata) -> Listed {
    Listed { path, bytes: metadata.len(), modified: metadata.modified().ok() }
}

pub(super) fn look_at(library: &Path, path: &Path) -> Option<Listed> {
    let metadata = library.join(path).symlink_metadata().ok().filter(Metadata::is_file)?;
    Some(listed(path.to_path_buf(), &metadata))
}

/// Removes the folders in which nothing is left, and those below them; the library's own last.
pub(super) fn remove_empty(library: &Path) {
    for entry in std::fs::read_dir(library.join(INCOMING)).into_iter().flatten().flatten() {
        let _ = std::fs::remove_file(entry.path());
    }
    let _ = std::fs::remove_dir(library.join(INCOMING));
    let Ok(tree) = list(library) else { return };
    for folder in tree.folders.iter().rev() {
        // One that isn't empty stays.
        let _ = std::fs::remove_dir(library.join(folder));
    }
    let _ = std::fs::remove_dir(library);
}

/// Removes from `other` the files that are in `library` too, of the same size, or longer where `other` is a copy that
/// isn't whole; then what is empty.
pub(super) fn delete_twins(library: &Path, other: &Path, is_copy: bool) {
    let Ok(tree) = list(other) else { return };
    for file in tree.files {
        if look_at(library, &file.path)
            .is_some_and(|twin| twin.bytes == file.bytes || (is_copy && twin.bytes > file.bytes))
        {
            let _ = std::fs::remove_file(other.join(&file.path));
        }
    }
    remove_empty(other);
}
