//! Bringing files in: they are named by handles, looked at, and copied into the library. The files themselves stay.

use std::{
    collections::{HashMap, HashSet},
    io::Write,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use store::{Media, NewItem, Origin, PictureFormat};

use crate::{
    AppError, Result, Studio,
    error::{Code, from_picture},
    events::AppEvent,
    library::{
        view::{ImportReport, Picked, Refusal},
        view_of,
    },
    pictures::pixels,
    recipe::{Recipe, read},
};

/// A file larger than this is no photograph.
const MOST_BYTES: u64 = 256 << 20;

/// What was picked and not yet imported.
pub(crate) struct Imports {
    /// Pasted pictures wait here as files.
    work: PathBuf,
    picked: Mutex<HashMap<String, PathBuf>>,
    stop: AtomicBool,
}

impl Imports {
    pub(crate) fn new(work: PathBuf) -> Self {
        Self { work, picked: Mutex::default(), stop: AtomicBool::new(false) }
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
        if let Some(path) = path.filter(|path| path.starts_with(&self.work)) {
            let _ = std::fs::remove_file(path);
        }
    }

    pub(crate) fn path(&self, handle: &str) -> Option<PathBuf> {
        self.picked.lock().unwrap_or_else(PoisonError::into_inner).get(handle).cloned()
    }
}

/// Files that were read and will be kept together: they share the fsync of their folder.
#[derive(Default)]
struct Waiting {
    names: Vec<String>,
    files: Vec<(Media, NewItem)>,
    hashes: HashSet<blake3::Hash>,
    bytes: usize,
}

impl Waiting {
    fn is_full(&self) -> bool {
        self.files.len() >= 64 || self.bytes >= 64 << 20
    }
}

impl Studio {
    /// Names files the user chose or dropped. Folders are looked into, one level of files each.
    pub fn pick(&self, paths: Vec<PathBuf>) -> Vec<Picked> {
        let mut files = Vec::new();
        for path in paths {
            match std::fs::read_dir(&path) {
                Ok(entries) => {
                    let mut inside: Vec<_> =
                        entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file()).collect();
                    inside.sort();
                    files.extend(inside);
                }
                Err(_) => files.push(path),
            }
        }
        files
            .into_iter()
            .map(|path| Picked {
                name: name_of(&path),
                bytes: std::fs::metadata(&path).map_or(0, |file| file.len()),
                handle: self.inner.imports.remember(path),
            })
            .collect()
    }

    /// Names bytes that were pasted.
    pub fn pick_bytes(&self, name: &str, bytes: Vec<u8>) -> Result<Picked> {
        let imports = &self.inner.imports;
        let folder = imports.work.join("pasted");
        let path = folder.join(format!("{}-{name}", uuid::Uuid::new_v4().simple()));
        let written =
            std::fs::create_dir_all(&folder).and_then(|()| std::fs::File::create(&path)?.write_all(&bytes));
        written.map_err(|error| AppError::from(store::Error::file(&path, error)))?;
        Ok(Picked { handle: imports.remember(path), name: name.to_owned(), bytes: bytes.len() as u64 })
    }

    /// Copies picked files into the library and reports on every one of them.
    pub async fn import_picked(&self, handles: Vec<String>) -> Result<ImportReport> {
        let studio = self.clone();
        let importing = tokio::task::spawn_blocking(move || studio.import(&handles));
        importing.await.map_err(AppError::internal)?
    }

    /// Stops the running import; what it took stays.
    pub fn cancel_import(&self) {
        self.inner.imports.stop.store(true, Ordering::Relaxed);
    }

    fn import(&self, handles: &[String]) -> Result<ImportReport> {
        let imports = &self.inner.imports;
        imports.stop.store(false, Ordering::Relaxed);
        let mut report = ImportReport::default();
        let mut waiting = Waiting::default();
        let total = u32::try_from(handles.len()).unwrap_or(u32::MAX);
        for (done, handle) in (1..).zip(handles) {
            if imports.stop.load(Ordering::Relaxed) {
                report.cancelled = true;
                break;
            }
            match imports.path(handle) {
                Some(path) => self.take(&path, &mut waiting, &mut report)?,
                None => {
                    report.refused.push(Refusal { name: String::new(), error: AppError::not_found("file") });
                }
            }
            if waiting.is_full() {
                self.keep_waiting(&mut waiting, &mut report);
            }
            self.tell(AppEvent::ImportProgress { done, total });
        }
        self.keep_waiting(&mut waiting, &mut report);
        for handle in handles {
            imports.forget(handle);
        }
        Ok(report)
    }

    /// Looks at one file. Bytes that are in the library already, from whatever source, are not imported again.
    fn take(&self, path: &Path, waiting: &mut Waiting, report: &mut ImportReport) -> Result<()> {
        let name = name_of(path);
        let (bytes, item) = match self.look_at(path) {
            Ok(found) => found,
            Err(error) => {
                report.refused.push(Refusal { error: error.param("name", &name), name });
                return Ok(());
            }
        };
        let hash = blake3::hash(&bytes);
        let there = self.inner.store.library().of_hash(&hash.to_hex())?;
        if let Some(there) = there.into_iter().find(|item| item.trashed_at.is_none()) {
            report.already_there.push(view_of(&there));
        } else if waiting.hashes.insert(hash) {
            waiting.bytes += bytes.len();
            waiting.names.push(name);
            waiting.files.push((Media::Bytes(bytes), item));
        }
        Ok(())
    }

    fn keep_waiting(&self, waiting: &mut Waiting, report: &mut ImportReport) {
        let Waiting { names, files, .. } = std::mem::take(waiting);
        for (name, kept) in names.into_iter().zip(self.inner.store.keep_many(files)) {
            match kept {
                Ok(item) => report.items.push(view_of(&item)),
                Err(error) => {
                    let error = AppError::from(error).param("name", &name);
                    report.refused.push(Refusal { name, error });
                }
            }
        }
    }

    fn look_at(&self, path: &Path) -> Result<(Vec<u8>, NewItem)> {
        let unreadable = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound => AppError::not_found("file"),
            _ => AppError::new(
                Code::InputUnreadable,
                "This file can't be read.",
                "Check that it is still there and that you have the right to read it.",
            ),
        };
        let file = std::fs::metadata(path).map_err(unreadable)?;
        // Reading a pipe or a device may never end.
        if !file.is_file() {
            return Err(unreadable(std::io::ErrorKind::InvalidInput.into()));
        }
        let size = file.len();
        if size > MOST_BYTES {
            return Err(crate::error::input_too_large(Some(size), MOST_BYTES));
        }
        let mut bytes = std::fs::read(path).map_err(unreadable)?;
        let probe = store::probe_bytes(&bytes).map_err(|problem| from_picture(&problem))?;
        let recipe = read::from_picture(&bytes);
        // A moving GIF is kept as its first frame: that is what is shown, edited and sent.
        let first_frame = probe.format == PictureFormat::Gif;
        // Headers can look well above damaged pixels; what is kept can be shown.
        let picture = pixels::decode(&bytes)?;
        if first_frame {
            let mut png = std::io::Cursor::new(Vec::new());
            picture.write_to(&mut png, image::ImageFormat::Png).map_err(AppError::internal)?;
            bytes = png.into_inner();
        }
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let pasted = path.starts_with(&self.inner.imports.work);
        let title = if pasted { String::new() } else { stem };
        Ok((bytes, imported(title, recipe)))
    }
}

fn imported(title: String, recipe: Option<Recipe>) -> NewItem {
    let told = recipe.clone().unwrap_or_default();
    let title = if title.is_empty() { "Pasted picture".to_owned() } else { title };
    NewItem {
        prompt: told.prompt,
        negative_prompt: told.negative_prompt,
        model: told.model,
        seed: told.seed,
        recipe: recipe.and_then(|recipe| serde_json::to_value(recipe).ok()),
        ..NewItem::new(Origin::Imported, &title)
    }
}

pub(crate) fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
