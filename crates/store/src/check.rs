//! The look at the start: whether rows and files agree. It lists folders and compares sizes; only files the database
//! doesn't know are read. Building the database again from the files is the same work with no rows to begin with.

mod adopt;
mod walk;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use self::adopt::{Adopted, Adoption};
use self::walk::{Seen, SeenFile};
use crate::Store;
use crate::error::{Error, Result};
use crate::finding::Finding;
use crate::media::sidecar::{self, Reading, Sidecar};
use crate::media::{hash, moving};
use crate::place::Place;
use crate::tables::files::{self, Known};
use crate::tables::{boards, items, jobs};

/// How far long work on the library is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Bytes done.
    pub done: u64,
    /// Bytes in all.
    pub total: u64,
    /// Files done.
    pub files: u64,
}

/// Is told how far it is, and answers whether to go on.
pub type Onlooker<'a> = &'a dyn Fn(Progress) -> bool;

/// What a look at the files came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked {
    /// Files the library has.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Every file was read.
    pub hashed: bool,
    /// Stopped before its end.
    pub cancelled: bool,
    /// What wasn't as it should be, mended or not.
    pub findings: Vec<Finding>,
}

/// Looks, mends what can be mended, and tells. After damage `reread` also takes what all sidecars say over the rows.
/// `seen` is what lies in the library, where that is known already.
pub(crate) fn start(store: &Store, reread: bool, seen: Option<Seen>) -> Result<Vec<Finding>> {
    look(store, reread, HashMap::new(), seen)
}

/// A look at the library's folder that goes on by itself.
pub(crate) struct Walking(Option<(PathBuf, JoinHandle<Result<Seen>>)>);

/// Begins to list the files of the library where the home says it is. Not where a move is still to be cleared up: that
/// deletes some.
pub(crate) fn walk_ahead(home: &Path, default: &Path) -> Walking {
    if moving::is_noted(home) {
        return Walking(None);
    }
    let folder = Place::expected(home, default);
    let walked = folder.clone();
    let thread = std::thread::Builder::new().name("store-walk".into()).spawn(move || walk::walk(&walked));
    Walking(thread.ok().map(|thread| (folder, thread)))
}

impl Walking {
    /// What lies in this folder, if that was looked at and could be.
    pub(crate) fn end(self, library: &Path) -> Option<Seen> {
        let (folder, thread) = self.0?;
        let seen = thread.join().ok()?.ok()?;
        (folder == library).then_some(seen)
    }
}

/// Nothing may be kept meanwhile. `hashed` are files whose hash is known with their size, so that reading them needn't
/// hold anyone up.
fn look(store: &Store, reread: bool, hashed: Hashed, seen: Option<Seen>) -> Result<Vec<Finding>> {
    store.read_transcripts(reread)?;
    let seen = match seen {
        Some(seen) => seen,
        None => walk::walk(&store.library_path())?,
    };
    let rows = store.database().read(files::known)?;
    let mut check = Check {
        seen,
        store,
        there: vec![false; rows.len()],
        rows,
        hashed,
        adopted: Adopted::default(),
        told: Told::default(),
    };
    // The file may be a little behind the rows: a board that was just deleted isn't to come back.
    if reread || store.database().read(boards::all)?.is_empty() {
        store.read_boards()?;
    }
    check.compare_known()?;
    check.unknown_files()?;
    if reread {
        check.known_sidecars()?;
    }
    check.mark_missing()?;
    check.sidecars_alone()?;
    check.work_files()?;
    store.sidecars_are_behind();
    Ok(check.told.findings(&check.adopted))
}

/// Hashes by path, each with the size the file had.
type Hashed = HashMap<String, (u64, String)>;

impl Store {
    /// Looks whether files and rows agree, as each start does, and mends what can be mended. With `hashes` every file
    /// is read. It can run beside other work.
    pub fn check(&self, hashes: bool, onlooker: Onlooker<'_>) -> Result<Checked> {
        self.library_place().ensure_open()?;
        let mut checked = Checked::default();
        let Some(hashed) = self.hash_unknown(onlooker)? else {
            return Ok(Checked { cancelled: true, ..checked });
        };
        {
            let _placing = self.placing();
            self.library_place().ensure_open()?;
            checked.findings = look(self, false, hashed, None)?;
        }
        if hashes {
            let damaged = self.hash_known(onlooker)?;
            checked.hashed = damaged.is_some();
            checked.cancelled = damaged.is_none();
            if let Some(paths) = damaged.filter(|paths| !paths.is_empty()) {
                checked.findings.push(Finding::FilesDamaged { paths });
            }
        }
        self.count(&mut checked)?;
        Ok(checked)
    }

    /// Makes the rows of the library again from its files and their sidecars; a copy of the database is made before.
    /// Rows that can't be made again stay: where the file is gone or has another size, and where the sidecar is gone or of
    /// a newer version.
    pub fn rebuild(&self) -> Result<Checked> {
        self.library_place().ensure_open()?;
        self.flush()?;
        self.back_up()?;
        let _placing = self.placing();
        let mut told = Vec::new();
        for row in self.database().read(files::all)? {
            if !self.is_there(&row.file) {
                continue;
            }
            let note = sidecar::read(&sidecar::beside(&self.media_path(&row.file.path)))?;
            if matches!(note, Reading::Whole(sidecar) if sidecar.file.blake3 == row.file.blake3) {
                told.push(row);
            }
        }
        let hashes: Vec<_> = told
            .iter()
            .filter_map(|row| Some((row.file.blake3.clone(), row.file.thumbhash.clone()?)))
            .collect();
        self.database().write(move |db, changes| {
            for row in &told {
                for (id, number) in items::rows_of_file(db, row.id)? {
                    items::delete(db, number)?;
                    changes.item(id);
                }
                files::delete(db, row.id)?;
            }
            Ok(())
        })?;
        let mut checked = Checked { findings: look(self, true, Hashed::new(), None)?, ..Checked::default() };
        self.database().write(move |db, _| {
            hashes.iter().try_for_each(|(blake3, hash)| files::set_thumbhash(db, blake3, hash))
        })?;
        self.count(&mut checked)?;
        Ok(checked)
    }

    fn count(&self, checked: &mut Checked) -> Result<()> {
        let rows = self.database().read(files::all)?;
        let there = rows.iter().filter(|row| !row.file.missing);
        (checked.files, checked.bytes) =
            there.fold((0, 0), |(n, bytes), row| (n + 1, bytes + row.file.bytes));
        Ok(())
    }

    /// Reads the files no row knows and no sidecar tells of; none when it was stopped.
    fn hash_unknown(&self, onlooker: Onlooker<'_>) -> Result<Option<Hashed>> {
        let seen = walk::walk(&self.library_path())?;
        let known: HashSet<String> =
            self.database().read(files::known)?.into_iter().map(|row| row.path).collect();
        let unknown = seen.files.iter().filter(|(path, file)| {
            !known.contains(*path) && adopt::kind_of(path).is_some() && !file.has_sidecar
        });
        let unknown: Vec<_> = unknown.collect();
        let mut progress =
            Progress { total: unknown.iter().map(|(_, file)| file.bytes).sum(), ..Progress::default() };
        let mut hashed = Hashed::new();
        for (path, file) in unknown {
            match hash::file(&self.media_path(path), |more| onlooker(progress.more(more))) {
                Ok(Some(blake3)) => drop(hashed.insert(path.clone(), (file.bytes, blake3))),
                Ok(None) => return Ok(None),
                // The look itself tells of it.
                Err(_) => {}
            }
            progress.files += 1;
        }
        Ok(Some(hashed))
    }

    /// Reads every file; those whose bytes aren't what was kept, or none when it was stopped.
    fn hash_known(&self, onlooker: Onlooker<'_>) -> Result<Option<Vec<String>>> {
        let mut rows = self.database().read(files::all)?;
        rows.retain(|row| !row.file.missing);
        let mut progress =
            Progress { total: rows.iter().map(|row| row.file.bytes).sum(), ..Progress::default() };
        let mut damaged = Vec::new();
        for row in rows {
            let found = hash::file(&self.media_path(&row.file.path), |more| onlooker(progress.more(more)));
            let is_whole = match found {
                Ok(None) => return Ok(None),
                Ok(Some(blake3)) => blake3 == row.file.blake3,
                Err(_) => false,
            };
            progress.files += 1;
            // It may have been deleted, or have found another place, while it was read.
            if !is_whole
                && self
                    .database()
                    .read(|db| files::by_id(db, row.id))?
                    .is_some_and(|now| now.file == row.file)
            {
                damaged.push(row.file.path);
            }
        }
        onlooker(progress);
        Ok(Some(damaged))
    }
}

impl Progress {
    pub(crate) fn more(&mut self, bytes: u64) -> Self {
        self.done += bytes;
        *self
    }
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
    rows: Vec<Known>,
    /// Of each row, whether its file is there.
    there: Vec<bool>,
    hashed: Hashed,
    adopted: Adopted,
    told: Told,
}

/// How many files are taken in with one transaction.
const STEP: usize = 1_000;

impl Check<'_> {
    /// Takes the files that are where they should be off the list; what stays on it is unknown.
    fn compare_known(&mut self) -> Result<()> {
        self.told.unreadable.append(&mut self.seen.unreadable);
        let mut back = Vec::new();
        for (row, there) in self.rows.iter_mut().zip(&mut self.there) {
            let Some(file) = self.seen.files.remove(&row.path) else { continue };
            if file.bytes != row.bytes {
                self.told.changed.push(row.path.clone());
            }
            if row.missing {
                back.push(row.id);
                self.told.found.push(row.path.clone());
                row.missing = false;
            }
            *there = true;
        }
        if back.is_empty() {
            return Ok(());
        }
        self.store
            .database()
            .write(move |db, _| back.iter().try_for_each(|id| files::set_missing(db, *id, false)))
    }

    fn unknown_files(&mut self) -> Result<()> {
        let mut unknown: Vec<_> = std::mem::take(&mut self.seen.files).into_iter().collect();
        if unknown.is_empty() {
            return Ok(());
        }
        unknown.sort_by(|(a, _), (b, _)| a.cmp(b));
        let rows: HashMap<i64, usize> = self.rows.iter().map(|row| row.id).zip(0..).collect();
        let mut adopted: HashSet<String> = HashSet::new();
        let mut adoptions = Vec::new();
        let mut moved = Vec::new();
        for (path, SeenFile { bytes, has_sidecar }) in unknown {
            let kind = adopt::kind_of(&path);
            let media = self.store.media_path(&path);
            let sidecar = match kind {
                Some(_) => self.read_sidecar(&path)?,
                None => has_sidecar.then(|| self.whole_sidecar(&path)).flatten(),
            };
            let sidecar = sidecar.filter(|sidecar| sidecar.file.bytes == bytes);
            if kind.is_none() && sidecar.is_none() {
                self.leave(&path, has_sidecar);
                continue;
            }
            // The note of its own hash is believed if the size agrees: building all anew reads no media.
            let told = sidecar.as_ref().map(|sidecar| sidecar.file.blake3.clone());
            let hashed = self.hashed.remove(&path).filter(|(size, _)| *size == bytes).map(|(_, hash)| hash);
            let read = || hash::file(&media, |_| true).ok().flatten();
            let Some(blake3) = told.or(hashed).or_else(read) else {
                self.leave(&path, has_sidecar);
                self.told.unreadable.push(path);
                continue;
            };
            let known = self.store.database().read(|db| files::by_hash(db, &blake3))?;
            if let Some(index) = known.and_then(|row| rows.get(&row.id)).copied() {
                let row = &mut self.rows[index];
                if std::mem::replace(&mut self.there[index], true) {
                    self.told.copies.push(path);
                } else {
                    row.path.clone_from(&path);
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
            let adoption = match (sidecar, kind) {
                (Some(sidecar), _) => Adoption::from_sidecar(&path, *sidecar),
                (None, Some(kind)) => Adoption::import(self.store, &path, kind, blake3, bytes),
                (None, None) => continue,
            };
            adoptions.push(adoption);
            self.told.adopted.push(path);
            if adoptions.len() == STEP {
                self.adopted += adopt::write(self.store, std::mem::take(&mut adoptions))?;
            }
        }
        self.adopted += adopt::write(self.store, adoptions)?;
        self.store.database().write(move |db, changes| {
            for (id, path) in moved {
                files::set_path(db, id, &path)?;
                files::mark_behind(db, id)?;
                changes.items(items::of_file(db, id)?.into_iter().map(|item| item.id));
            }
            Ok(())
        })
    }

    /// A file that isn't taken in: what is noted beside it tells of another.
    fn leave(&mut self, path: &str, has_sidecar: bool) {
        if has_sidecar {
            self.seen.alone.insert(walk::json_of(path));
        }
    }

    /// The sidecar of a file that is of no kind we know by its name: what a sidecar tells of is ours whatever it ends with.
    fn whole_sidecar(&self, path: &str) -> Option<Box<Sidecar>> {
        match sidecar::read(&sidecar::beside(&self.store.media_path(path))) {
            Ok(Reading::Whole(sidecar)) => Some(sidecar),
            _ => None,
        }
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
        let told = self.seen.told_alone.get_or_insert_with(|| {
            let mut told = BTreeMap::new();
            for path in &self.seen.alone {
                if let Ok(Reading::Whole(sidecar)) = sidecar::read(&self.store.media_path(path)) {
                    told.insert(sidecar.file.blake3.clone(), sidecar);
                }
            }
            told
        });
        told.remove(blake3)
    }

    /// After damage the rows may be older than the sidecars.
    fn known_sidecars(&mut self) -> Result<()> {
        let moved: HashMap<i64, &str> = self.rows.iter().map(|row| (row.id, row.path.as_str())).collect();
        let rows = self.store.database().read(files::all)?.into_iter();
        let known = rows.filter_map(|row| Some(((*moved.get(&row.id)?).to_owned(), row.file.blake3)));
        let known: Vec<_> = known.collect();
        for step in known.chunks(STEP) {
            let mut adoptions = Vec::new();
            for (path, blake3) in step {
                let told = self.read_sidecar(path)?.filter(|sidecar| sidecar.file.blake3 == *blake3);
                adoptions.extend(told.map(|sidecar| Adoption::from_sidecar(path, *sidecar)));
            }
            self.adopted += adopt::write(self.store, adoptions)?;
        }
        Ok(())
    }

    fn mark_missing(&mut self) -> Result<()> {
        let gone = self.rows.iter().zip(&self.there).filter(|(_, there)| !**there).map(|(row, _)| row);
        let gone: Vec<&Known> = gone.collect();
        self.told.missing.extend(gone.iter().map(|row| row.path.clone()));
        let new: Vec<i64> = gone.iter().filter(|row| !row.missing).map(|row| row.id).collect();
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
        for path in self.seen.alone.iter().filter(|path| !missing.contains(*path)) {
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
            // What was pasted lies in a folder of its own, and goes by itself.
            if path.is_dir() {
                continue;
            }
            // An answer is `JOB.part`, what is noted of it `JOB.answer.json`.
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let job = name.split('.').next().and_then(|stem| stem.parse().ok());
            if !job.is_some_and(|job| known.contains(&job)) {
                self.told.work_files.push(path);
            }
        }
        self.told.work_files.sort();
        Ok(())
    }
}

#[cfg(test)]
mod rebuild_tests;
#[cfg(test)]
mod tests;
