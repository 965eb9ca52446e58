//! The look at the start: whether rows and files agree. It lists folders and compares sizes; only files the database
//! doesn't know are read. Building the database again from the files is the same work with no rows to begin with.

mod adopt;
mod walk;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

use self::adopt::{Adopted, Adoption};
use self::walk::Seen;
use crate::Store;
use crate::error::{Error, Result};
use crate::finding::Finding;
use crate::media::sidecar::{self, Reading, Sidecar};
use crate::tables::files::{self, FileRow};
use crate::tables::{items, jobs};

/// Looks, mends what can be mended, and tells. After damage `reread` also takes what all sidecars say over the rows.
pub(crate) fn start(store: &Store, reread: bool) -> Result<Vec<Finding>> {
    let mut check = Check {
        seen: walk::walk(store.library_path())?,
        store,
        rows: store.database().read(files::all)?,
        told: Told::default(),
    };
    clear_incoming(store)?;
    check.compare_known()?;
    let mut adoptions = check.unknown_files()?;
    if reread {
        adoptions.extend(check.known_sidecars()?);
    }
    let adopted = adopt::write(store, adoptions)?;
    check.mark_missing()?;
    check.sidecars_alone()?;
    check.work_files()?;
    store.sidecars_are_behind();
    Ok(check.told.findings(&adopted))
}

#[derive(Default)]
struct Told {
    missing: Vec<String>,
    found: Vec<String>,
    adopted: Vec<String>,
    changed: Vec<String>,
    copies: Vec<String>,
    unreadable_sidecars: Vec<String>,
    newer_sidecars: Vec<String>,
    sidecars_alone: Vec<String>,
    unreadable: Vec<String>,
    work_files: Vec<std::path::PathBuf>,
}

impl Told {
    fn findings(self, adopted: &Adopted) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut tell = |paths: Vec<String>, finding: fn(Vec<String>) -> Finding| {
            if !paths.is_empty() {
                findings.push(finding(paths));
            }
        };
        tell(self.missing, |paths| Finding::FilesMissing { paths });
        tell(self.found, |paths| Finding::FilesFound { paths });
        tell(self.changed, |paths| Finding::FilesChanged { paths });
        tell(self.copies, |paths| Finding::Copies { paths });
        tell(self.unreadable_sidecars, |paths| Finding::SidecarsUnreadable { paths });
        tell(self.newer_sidecars, |paths| Finding::SidecarsNewer { paths });
        tell(self.sidecars_alone, |paths| Finding::SidecarsAlone { paths });
        tell(self.unreadable, |paths| Finding::Unreadable { paths });
        if !self.adopted.is_empty() {
            findings.push(Finding::FilesAdopted { paths: self.adopted, items: adopted.items });
        }
        if adopted.cycles > 0 {
            findings.push(Finding::LineageCycles { links: adopted.cycles });
        }
        if !self.work_files.is_empty() {
            findings.push(Finding::WorkFilesAlone { paths: self.work_files });
        }
        findings
    }
}

struct Check<'a> {
    store: &'a Store,
    seen: Seen,
    rows: Vec<FileRow>,
    told: Told,
}

impl Check<'_> {
    /// Takes the files that are where they should be off the list; what stays on it is unknown.
    fn compare_known(&mut self) -> Result<()> {
        self.told.unreadable.append(&mut self.seen.unreadable);
        let mut back = Vec::new();
        for row in &mut self.rows {
            let Some(bytes) = self.seen.files.remove(&row.file.path) else { continue };
            if bytes != row.file.bytes {
                self.told.changed.push(row.file.path.clone());
            }
            if row.file.missing {
                back.push(row.id);
                self.told.found.push(row.file.path.clone());
                row.file.missing = false;
            }
            self.seen.present.insert(row.file.path.clone());
        }
        if back.is_empty() {
            return Ok(());
        }
        self.store
            .database()
            .write(move |db, _| back.iter().try_for_each(|id| files::set_missing(db, *id, false)))
    }

    fn unknown_files(&mut self) -> Result<Vec<Adoption>> {
        let by_hash: HashMap<String, usize> =
            self.rows.iter().enumerate().map(|(index, row)| (row.file.blake3.clone(), index)).collect();
        let mut adopted: HashSet<String> = HashSet::new();
        let mut adoptions = Vec::new();
        let mut moved = Vec::new();
        for (path, bytes) in std::mem::take(&mut self.seen.files) {
            let Some(kind) = adopt::kind_of(&path) else { continue };
            let media = self.store.media_path(&path);
            let sidecar = self.read_sidecar(&path)?.filter(|sidecar| sidecar.file.bytes == bytes);
            // The note of its own hash is believed if the size agrees: building all anew reads no media.
            let told = sidecar.as_ref().map(|sidecar| sidecar.file.blake3.clone());
            let Some(blake3) = told.or_else(|| hash(&media).ok()) else {
                self.told.unreadable.push(path);
                continue;
            };
            self.seen.present.insert(path.clone());
            if let Some(index) = by_hash.get(&blake3) {
                let row = &mut self.rows[*index];
                if self.seen.present.contains(&row.file.path) {
                    self.told.copies.push(path);
                } else {
                    row.file.path.clone_from(&path);
                    moved.push((row.id, path.clone()));
                    self.told.found.push(path);
                }
                continue;
            }
            if !adopted.insert(blake3.clone()) {
                self.told.copies.push(path);
                continue;
            }
            let sidecar = match sidecar {
                Some(sidecar) => Some(sidecar),
                // The file was moved without its sidecar.
                None => self.left_behind(&blake3),
            };
            let adoption = match sidecar {
                Some(sidecar) => Adoption::from_sidecar(&path, *sidecar),
                None => Adoption::import(self.store, &path, kind, blake3, bytes),
            };
            adoptions.push(adoption);
            self.told.adopted.push(path);
        }
        self.store.database().write(move |db, changes| {
            for (id, path) in moved {
                files::set_path(db, id, &path)?;
                files::mark_behind(db, id)?;
                changes.items(items::of_file(db, id)?.into_iter().map(|item| item.id));
            }
            Ok(())
        })?;
        Ok(adoptions)
    }

    /// The sidecar beside a file. One that can't be read gives up its name, for the one that will be written.
    fn read_sidecar(&mut self, path: &str) -> Result<Option<Box<Sidecar>>> {
        let note = sidecar::beside(&self.store.media_path(path));
        match sidecar::read(&note) {
            Ok(Reading::Whole(sidecar)) => Ok(Some(sidecar)),
            Ok(Reading::None) => Ok(None),
            Ok(Reading::Newer) => {
                self.told.newer_sidecars.push(walk::json_of(path));
                Ok(None)
            }
            Ok(Reading::Damaged) => {
                let aside = note.with_extension("json.damaged");
                std::fs::rename(&note, &aside).map_err(|error| Error::file(&note, error))?;
                self.seen.sidecars.remove(&walk::json_of(path));
                self.told.unreadable_sidecars.push(walk::json_of(path));
                Ok(None)
            }
            Err(_) => {
                self.told.unreadable.push(walk::json_of(path));
                Ok(None)
            }
        }
    }

    /// A sidecar without its file that tells of these bytes.
    fn left_behind(&mut self, blake3: &str) -> Option<Box<Sidecar>> {
        if self.seen.alone.is_none() {
            let mut alone = BTreeMap::new();
            for path in self.seen.sidecars.iter().filter(|path| !self.seen.beside_media.contains(*path)) {
                if let Ok(Reading::Whole(sidecar)) = sidecar::read(&self.store.media_path(path)) {
                    alone.insert(sidecar.file.blake3.clone(), sidecar);
                }
            }
            self.seen.alone = Some(alone);
        }
        self.seen.alone.as_mut().and_then(|alone| alone.remove(blake3))
    }

    /// After damage the rows may be older than the sidecars.
    fn known_sidecars(&mut self) -> Result<Vec<Adoption>> {
        let mut adoptions = Vec::new();
        let known: Vec<_> =
            self.rows.iter().map(|row| (row.file.path.clone(), row.file.blake3.clone())).collect();
        for (path, blake3) in known {
            let told = self.read_sidecar(&path)?.filter(|sidecar| sidecar.file.blake3 == blake3);
            adoptions.extend(told.map(|sidecar| Adoption::from_sidecar(&path, *sidecar)));
        }
        Ok(adoptions)
    }

    fn mark_missing(&mut self) -> Result<()> {
        let gone: Vec<&FileRow> =
            self.rows.iter().filter(|row| !self.seen.present.contains(&row.file.path)).collect();
        self.told.missing.extend(gone.iter().map(|row| row.file.path.clone()));
        let new: Vec<i64> = gone.iter().filter(|row| !row.file.missing).map(|row| row.id).collect();
        if new.is_empty() {
            return Ok(());
        }
        self.store
            .database()
            .write(move |db, _| new.iter().try_for_each(|id| files::set_missing(db, *id, true)))
    }

    /// A sidecar without its file: taken away if the database knows all it tells, otherwise told of.
    fn sidecars_alone(&mut self) -> Result<()> {
        let missing: HashSet<String> = self.told.missing.iter().map(|path| walk::json_of(path)).collect();
        let media: BTreeSet<String> = self.seen.present.iter().map(|path| walk::json_of(path)).collect();
        for path in
            self.seen.sidecars.iter().filter(|path| !media.contains(*path) && !missing.contains(*path))
        {
            let absolute = self.store.media_path(path);
            let Ok(Reading::Whole(sidecar)) = sidecar::read(&absolute) else { continue };
            let known = self.store.database().read(|db| {
                for note in &sidecar.items {
                    let by_job = match note.job {
                        Some(job) => items::of_job(db, job, note.job_index)?.is_some(),
                        None => false,
                    };
                    if !by_job && items::place(db, note.id)?.is_none() {
                        return Ok(false);
                    }
                }
                Ok(true)
            })?;
            if !known || std::fs::remove_file(&absolute).is_err() {
                self.told.sidecars_alone.push(path.clone());
            }
        }
        Ok(())
    }

    fn work_files(&mut self) -> Result<()> {
        let known = self.store.database().read(jobs::ids)?;
        let folder = self.store.work_folder();
        for entry in std::fs::read_dir(&folder).map_err(|error| Error::file(&folder, error))?.flatten() {
            let path = entry.path();
            let job = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse().ok());
            if !job.is_some_and(|job| known.contains(&job)) {
                self.told.work_files.push(path);
            }
        }
        self.told.work_files.sort();
        Ok(())
    }
}

/// Bytes that were on their way when the program ended: whoever sent them sends them again.
fn clear_incoming(store: &Store) -> Result<()> {
    let folder = store.incoming_folder();
    for entry in std::fs::read_dir(&folder).map_err(|error| Error::file(&folder, error))?.flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "part") {
            // One that can't be removed takes up space, no more.
            let _ = std::fs::remove_file(path);
        }
    }
    Ok(())
}

fn hash(path: &Path) -> std::io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(std::fs::File::open(path)?)?;
    Ok(hasher.finalize().to_hex().to_string())
}

#[cfg(test)]
mod tests;
