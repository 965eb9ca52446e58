//! Bringing files in: they are named by handles, looked at, and copied into the library. The files themselves stay.

mod control;
mod leftovers;
mod look;
mod media;
mod refusals;
mod run;
mod taken;
mod walk;

use std::{
    collections::HashMap,
    io::Write,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use self::control::Control;
pub(crate) use self::media::{KeptAs, kind_of};
use crate::{
    AppError, Result, Studio,
    library::view::{ImportReport, Picked},
};

/// What was picked and not yet imported, and the imports that run.
pub(crate) struct Imports {
    /// Pasted pictures wait here as files.
    pasted: PathBuf,
    picked: Mutex<HashMap<String, PathBuf>>,
    running: Mutex<Vec<Arc<Control>>>,
}

impl Imports {
    pub(crate) fn new(work: &Path) -> Self {
        Self { pasted: work.join("pasted"), picked: Mutex::default(), running: Mutex::default() }
    }

    pub(crate) fn remember(&self, path: PathBuf) -> String {
        let handle = uuid::Uuid::new_v4().simple().to_string();
        let mut picked = self.picked.lock().unwrap_or_else(PoisonError::into_inner);
        picked.insert(handle.clone(), path);
        handle
    }

    /// What was pasted is in the library now, or was refused; a copy of it is nobody's wish.
    pub(crate) fn forget(&self, handle: &str) {
        let path = self.picked.lock().unwrap_or_else(PoisonError::into_inner).remove(handle);
        if let Some(path) = path.filter(|path| self.is_pasted(path)) {
            let _ = std::fs::remove_file(path);
        }
    }

    pub(crate) fn path(&self, handle: &str) -> Option<PathBuf> {
        self.picked.lock().unwrap_or_else(PoisonError::into_inner).get(handle).cloned()
    }

    pub(crate) fn is_pasted(&self, path: &Path) -> bool {
        path.starts_with(&self.pasted)
    }

    fn begin(&self, control: &Arc<Control>) {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(control));
    }

    fn end(&self, control: &Arc<Control>) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.retain(|other| !Arc::ptr_eq(other, control));
    }

    fn running(&self) -> Vec<Arc<Control>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Studio {
    /// Names files and folders the user chose or dropped. A folder stays one: it is walked when it is imported.
    pub fn pick(&self, paths: Vec<PathBuf>) -> Vec<Picked> {
        let picked = paths.into_iter().map(|path| {
            let seen = std::fs::metadata(&path).ok();
            let is_folder = seen.as_ref().is_some_and(std::fs::Metadata::is_dir);
            Picked {
                name: name_of(&path),
                bytes: seen.filter(|_| !is_folder).map_or(0, |file| file.len()),
                handle: self.inner.imports.remember(path),
                is_folder,
            }
        });
        picked.collect()
    }

    /// Names bytes that were pasted.
    pub fn pick_bytes(&self, name: &str, bytes: Vec<u8>) -> Result<Picked> {
        let imports = &self.inner.imports;
        let path = imports.pasted.join(format!("{}-{name}", uuid::Uuid::new_v4().simple()));
        let written = std::fs::create_dir_all(&imports.pasted)
            .and_then(|()| std::fs::File::create(&path)?.write_all(&bytes));
        if let Err(error) = written {
            let _ = std::fs::remove_file(&path);
            return Err(store::Error::file(&path, error).into());
        }
        Ok(Picked {
            handle: imports.remember(path),
            name: name.to_owned(),
            bytes: bytes.len() as u64,
            is_folder: false,
        })
    }

    /// Copies picked files, and all pictures, sounds and films in picked folders and below them, into the library. Reports on every one.
    pub async fn import_picked(&self, handles: Vec<String>) -> Result<ImportReport> {
        let studio = self.clone();
        let control = Arc::new(Control::new(Some(Arc::clone(&self.inner.events))));
        self.inner.imports.begin(&control);
        let importing = {
            let control = Arc::clone(&control);
            tokio::task::spawn_blocking(move || run::run(&studio, &handles, &control))
        };
        let report = importing.await;
        self.inner.imports.end(&control);
        report.map_err(AppError::internal)
    }

    /// The same for one file that is on its way elsewhere: nobody is told, and it isn't held or stopped with others.
    pub(crate) async fn import_quietly(&self, path: PathBuf) -> Result<ImportReport> {
        let studio = self.clone();
        let handle = self.inner.imports.remember(path);
        let importing =
            tokio::task::spawn_blocking(move || run::run(&studio, &[handle], &Control::new(None)));
        importing.await.map_err(AppError::internal)
    }

    /// Stops the running import; what it took stays.
    pub fn cancel_import(&self) {
        for control in self.inner.imports.running() {
            control.stop();
        }
    }

    /// Holds the running import between two files, or lets it go on.
    pub fn pause_import(&self, paused: bool) {
        for control in self.inner.imports.running() {
            control.pause(paused);
        }
    }
}

pub(crate) fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
