use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::error::{Error, Result};
use crate::media::sidecar::Sidecar;
use crate::media::transcript_file;

/// What lies in the library. Paths are relative, with `/`.
#[derive(Default)]
pub(crate) struct Seen {
    /// All files but sidecars, with their sizes.
    pub(super) files: BTreeMap<String, u64>,
    pub(super) sidecars: BTreeSet<String>,
    /// Sidecars that have a file of their name beside them.
    pub(super) beside_media: BTreeSet<String>,
    /// Folders and files that couldn't be looked at.
    pub(super) unreadable: Vec<String>,
    /// Media known to be there, as the check goes on.
    pub(super) present: BTreeSet<String>,
    /// Sidecars without a file by the hash they tell; read when first asked for.
    pub(super) alone: Option<BTreeMap<String, Box<Sidecar>>>,
}

/// The sidecar's path of a file.
pub(super) fn json_of(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    if folder.is_empty() { format!("{stem}.json") } else { format!("{folder}/{stem}.json") }
}

/// Lists all files. Hidden ones and links are not ours.
pub(super) fn walk(library: &Path) -> Result<Seen> {
    let mut seen = Seen::default();
    std::fs::read_dir(library).map_err(|error| Error::file(library, error))?;
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(library.join(&folder)) else {
            seen.unreadable.push(folder);
            continue;
        };
        for entry in entries.flatten() {
            let Ok(name) = entry.file_name().into_string() else { continue };
            if name.starts_with('.') {
                continue;
            }
            let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(path),
                Ok(kind) if kind.is_file() => {
                    let is_json = Path::new(&path).extension().is_some_and(|extension| extension == "json");
                    match entry.metadata() {
                        // They lie beside nothing.
                        _ if transcript_file::id_of(&path).is_some() => {}
                        _ if is_json => drop(seen.sidecars.insert(path)),
                        Ok(metadata) => drop(seen.files.insert(path, metadata.len())),
                        Err(_) => seen.unreadable.push(path),
                    }
                }
                Ok(_) => {}
                Err(_) => seen.unreadable.push(path),
            }
        }
    }
    seen.beside_media = seen.files.keys().map(|path| json_of(path)).collect();
    Ok(seen)
}
