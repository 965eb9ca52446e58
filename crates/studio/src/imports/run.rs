//! One import from end to end: files are counted, looked at by as many workers as there are cores, and kept in batches that
//! share the fsync of their folder while the workers go on.

use std::{
    collections::HashSet,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc::sync_channel,
    },
    thread,
};

use store::{Incoming, Item, NewItem};

use super::{
    control::Control,
    look::{Seen, known, look},
    name_of,
    refusals::Refusals,
    walk::{Source, walk},
};
use crate::{
    AppError, Result, Studio,
    error::Code,
    library::{
        view::{ImportReport, Refusal},
        view_of,
    },
};

/// Files that are kept together.
const BATCH: usize = 64;
/// The most items a report shows; all are counted.
const SHOWN: usize = 500;

pub(super) fn run(studio: &Studio, handles: &[String], control: &Control) -> ImportReport {
    let imports = &studio.inner.imports;
    let picked: Vec<Option<PathBuf>> = handles.iter().map(|handle| imports.path(handle)).collect();
    control.note(|so_far| so_far.counting = true);
    let found = walk(&picked, &[studio.home(), &studio.library_folder()], control);
    let mut refusals = Refusals::new(studio.home());
    for refusal in found.refused {
        refusals.push(refusal);
    }
    let refused = refusals.count();
    control.note(|so_far| {
        so_far.counting = false;
        so_far.total = count(found.files.len() + refused);
        (so_far.done, so_far.refused) = (count(refused), count(refused));
    });
    let mut left = vec![0_usize; handles.len()];
    for source in &found.files {
        if let Some(left) = left.get_mut(source.picked) {
            *left += 1;
        }
    }
    let looking = Looking {
        studio,
        control,
        files: &found.files,
        next: AtomicUsize::new(0),
        trouble: Mutex::new(None),
    };
    let mut keeping = Keeping {
        looking: &looking,
        report: ImportReport { passed_over: found.passed_over, ..ImportReport::default() },
        refusals,
        left,
        waiting: Vec::new(),
        doubles: Vec::new(),
        hashes: HashSet::new(),
    };
    keeping.all();
    let Keeping { mut report, refusals, left, .. } = keeping;
    let told = refusals.end();
    (report.refused, report.refused_count) = (told.shown, count(told.count));
    report.refused_list = told.list.map(|path| path.display().to_string());
    report.cancelled = control.is_stopped();
    // Of what was stopped, met a full disk or a library that is away, the rest can be imported still.
    for (handle, _) in handles.iter().zip(left).filter(|(_, left)| *left == 0) {
        imports.forget(handle);
    }
    control.tell_now();
    report
}

/// What the workers share.
struct Looking<'a> {
    studio: &'a Studio,
    control: &'a Control,
    files: &'a [Source],
    next: AtomicUsize,
    /// What stands in the way of all files, such as a full disk: those after it are refused without being read.
    trouble: Mutex<Option<AppError>>,
}

impl Looking<'_> {
    fn next(&self) -> Option<(usize, Result<Seen>)> {
        if !self.control.goes_on() {
            return None;
        }
        let at = self.next.fetch_add(1, Ordering::Relaxed);
        let source = self.files.get(at)?;
        if let Some(trouble) = self.trouble() {
            return Some((at, Err(trouble)));
        }
        let imports = &self.studio.inner.imports;
        let looking =
            || look(&self.studio.inner.store, self.control, &source.path, imports.is_pasted(&source.path));
        // A decoder's panic is the end of one file.
        let seen = catch_unwind(AssertUnwindSafe(looking))
            .unwrap_or_else(|_| Err(AppError::internal("a file could not be decoded")));
        match seen {
            Ok(Some(seen)) => Some((at, Ok(seen))),
            // Stopped in the middle of a long one.
            Ok(None) => None,
            Err(error) => {
                self.note_trouble(&error);
                Some((at, Err(error)))
            }
        }
    }

    fn trouble(&self) -> Option<AppError> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note_trouble(&self, error: &AppError) {
        if is_trouble(error) {
            *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.clone());
        }
    }
}

fn is_trouble(error: &AppError) -> bool {
    [Code::DiskFull, Code::ReadOnly, Code::LibraryGone, Code::LibraryBusy].iter().any(|code| error.is(*code))
}

/// A file that was looked at and is to be kept.
struct Waiting {
    at: usize,
    hash: String,
    incoming: Incoming,
    new: NewItem,
}

struct Keeping<'a> {
    looking: &'a Looking<'a>,
    report: ImportReport,
    refusals: Refusals,
    /// By what was picked: the files that are not done with.
    left: Vec<usize>,
    waiting: Vec<Waiting>,
    /// Files with the same bytes as one before them, until that one is kept.
    doubles: Vec<Waiting>,
    hashes: HashSet<String>,
}

impl Keeping<'_> {
    fn all(&mut self) {
        let looking = self.looking;
        let workers = thread::available_parallelism().map_or(2, usize::from).clamp(1, 8);
        let (sender, receiver) = sync_channel(BATCH);
        thread::scope(|scope| {
            for _ in 0..workers.min(looking.files.len()) {
                let sender = sender.clone();
                scope.spawn(move || while looking.next().is_some_and(|seen| sender.send(seen).is_ok()) {});
            }
            drop(sender);
            for (at, seen) in receiver {
                self.take(at, seen);
            }
            self.keep();
        });
    }

    fn take(&mut self, at: usize, seen: Result<Seen>) {
        match seen {
            Ok(Seen::Known(item)) => self.known(at, &item),
            Ok(Seen::New(hash, incoming, new)) => {
                let new = Waiting { at, incoming: *incoming, new: *new, hash };
                let first = self.hashes.insert(new.hash.clone());
                if first { self.waiting.push(new) } else { self.doubles.push(new) }
            }
            Err(error) => self.refused(at, error),
        }
        if self.waiting.len() + self.doubles.len() >= BATCH {
            self.keep();
        }
    }

    fn keep(&mut self) {
        while !self.waiting.is_empty() || !self.doubles.is_empty() {
            let (places, files): (Vec<_>, Vec<_>) = std::mem::take(&mut self.waiting)
                .into_iter()
                .map(|one| (one.at, (one.incoming.into(), one.new)))
                .unzip();
            for (at, kept) in places.into_iter().zip(self.looking.studio.inner.store.keep_many(files)) {
                match kept {
                    Ok(item) => {
                        self.report.taken += 1;
                        if self.report.items.len() < SHOWN {
                            self.report.items.push(view_of(&item));
                        }
                        self.done(at);
                    }
                    Err(error) => self.refused(at, error.into()),
                }
            }
            let mut hashes = HashSet::new();
            for double in std::mem::take(&mut self.doubles) {
                match known(&self.looking.studio.inner.store, &double.hash) {
                    Ok(Some(item)) => self.known(double.at, &item),
                    // The one before it could not be kept.
                    Ok(None) if hashes.insert(double.hash.clone()) => self.waiting.push(double),
                    Ok(None) => self.doubles.push(double),
                    Err(error) => self.refused(double.at, error),
                }
            }
        }
    }

    fn known(&mut self, at: usize, item: &Item) {
        self.report.known += 1;
        if self.report.already_there.len() < SHOWN {
            self.report.already_there.push(view_of(item));
        }
        self.done(at);
    }

    fn refused(&mut self, at: usize, error: AppError) {
        let Some(source) = self.looking.files.get(at) else { return };
        self.looking.note_trouble(&error);
        let trouble = is_trouble(&error);
        let name = name_of(&source.path);
        let error = error.param("name", &name);
        self.refusals.push(Refusal { error, name, folder: source.folder.clone() });
        let refused = count(self.refusals.count());
        self.looking.control.note(|so_far| so_far.refused = refused);
        if trouble {
            self.looking.control.note(|so_far| so_far.done += 1);
        } else {
            self.done(at);
        }
    }

    fn done(&mut self, at: usize) {
        let picked = self.looking.files.get(at).map_or(usize::MAX, |source| source.picked);
        if let Some(left) = self.left.get_mut(picked) {
            *left -= 1;
        }
        self.looking.control.note(|so_far| so_far.done += 1);
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
