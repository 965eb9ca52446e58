use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

use crate::error::{Error, Result};
use crate::media::sidecar::Sidecar;
use crate::media::transcript_file;

/// What lies in the library. Paths are relative, with `/`.
#[derive(Default)]
pub(crate) struct Seen {
    /// All files but sidecars.
    pub(super) files: HashMap<String, SeenFile>,
    /// Sidecars that have no file of their name beside them.
    pub(super) alone: BTreeSet<String>,
    /// Folders and files that couldn't be looked at.
    pub(super) unreadable: Vec<String>,
    /// What those alone tell, by the hash they name; read when first asked for.
    pub(super) told_alone: Option<BTreeMap<String, Box<Sidecar>>>,
}

#[derive(Clone, Copy)]
pub(super) struct SeenFile {
    pub(super) bytes: u64,
    pub(super) has_sidecar: bool,
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
        let mut files = Vec::new();
        let mut sidecars = HashSet::new();
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
                    if transcript_file::id_of(&path).is_some() {
                        // They lie beside nothing.
                    } else if is_json {
                        sidecars.insert(path);
                    } else {
                        match entry.metadata() {
                            Ok(metadata) => files.push((path, metadata.len())),
                            Err(_) => seen.unreadable.push(path),
                        }
                    }
                }
                Ok(_) => {}
                Err(_) => seen.unreadable.push(path),
            }
        }
        let mut beside = HashSet::new();
        seen.files.extend(files.into_iter().map(|(path, bytes)| {
            let sidecar = json_of(&path);
            let has_sidecar = sidecars.contains(&sidecar);
            if has_sidecar {
                beside.insert(sidecar);
            }
            (path, SeenFile { bytes, has_sidecar })
        }));
        seen.alone.extend(sidecars.into_iter().filter(|path| !beside.contains(path)));
    }
    Ok(seen)
}
