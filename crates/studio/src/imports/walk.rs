//! What is meant by the files and folders that were picked.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
};

use super::{control::Control, look::unreadable, name_of};
use crate::{AppError, error::Code, library::view::Refusal};

/// Endings of files that lie beside pictures and aren't any. A file that was picked itself is always looked at.
const NO_MEDIA: &[&str] = &[
    "aae",
    "bak",
    "bat",
    "bin",
    "c",
    "cfg",
    "ckpt",
    "conf",
    "cpp",
    "css",
    "csv",
    "db",
    "dll",
    "doc",
    "docx",
    "exe",
    "htm",
    "html",
    "ini",
    "ipynb",
    "jpgr",
    "js",
    "json",
    "jsonl",
    "lnk",
    "lock",
    "log",
    "md",
    "msi",
    "odt",
    "pdf",
    "pkl",
    "pp3",
    "ps1",
    "pt",
    "pth",
    "py",
    "pyc",
    "rs",
    "rtf",
    "safetensors",
    "sh",
    "so",
    "sqlite",
    "toml",
    "ts",
    "tsv",
    "txt",
    "url",
    "xls",
    "xlsx",
    "xml",
    "xmp",
    "yaml",
    "yml",
];
/// Files that systems put into folders of pictures.
const OF_SYSTEMS: &[&str] = &["thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"];

/// A file to look at.
pub(super) struct Source {
    pub(super) path: PathBuf,
    /// Its folder, below what was picked.
    pub(super) folder: Option<String>,
    /// The place of what was picked among the handles.
    pub(super) picked: usize,
}

/// All that was found.
#[derive(Default)]
pub(super) struct Found {
    pub(super) files: Vec<Source>,
    pub(super) passed_over: u32,
    pub(super) refused: Vec<Refusal>,
}

/// Walks through what was picked. Links in folders aren't followed, so that no walk goes in circles or out of the folder.
pub(super) fn walk(picked: &[Option<PathBuf>], ours: &[&Path], control: &Control) -> Found {
    let mut found = Found::default();
    let ours: Vec<PathBuf> =
        ours.iter().map(|path| path.canonicalize().unwrap_or_else(|_| path.to_path_buf())).collect();
    for (place, path) in picked.iter().enumerate() {
        let Some(path) = path else {
            found.refuse(String::new(), None, AppError::not_found("file"));
            continue;
        };
        if !path.is_dir() {
            found.files.push(Source { path: path.clone(), folder: None, picked: place });
            continue;
        }
        // A folder may be picked by a link to it.
        let top = path.canonicalize().unwrap_or_else(|_| path.clone());
        if ours.iter().any(|ours| top.starts_with(ours)) {
            found.refuse(name_of(path), None, belongs_to_the_library());
            continue;
        }
        found.folder(&top, &ours, place, control);
    }
    found
}

impl Found {
    fn refuse(&mut self, name: String, folder: Option<String>, error: AppError) {
        self.refused.push(Refusal { error: error.param("name", &name), name, folder });
    }

    fn folder(&mut self, top: &Path, ours: &[PathBuf], picked: usize, control: &Control) {
        let mut folders = vec![top.to_path_buf()];
        while let Some(folder) = folders.pop() {
            if !control.goes_on() {
                return;
            }
            let mut entries =
                match std::fs::read_dir(&folder).and_then(Iterator::collect::<Result<Vec<_>, _>>) {
                    Ok(entries) => entries,
                    Err(error) => {
                        self.refuse(
                            name_of(&folder),
                            folder.parent().and_then(|up| below(top, up)),
                            unreadable(error),
                        );
                        continue;
                    }
                };
            entries.sort_by_key(std::fs::DirEntry::file_name);
            let mut inside = Vec::new();
            for entry in entries {
                let path = entry.path();
                match entry.file_type() {
                    Ok(kind) if kind.is_symlink() || is_hidden(&entry.file_name()) => self.passed_over += 1,
                    // The library itself, or all that is kept, may lie in the folder.
                    Ok(kind) if kind.is_dir() && ours.contains(&path) => {}
                    Ok(kind) if kind.is_dir() => inside.push(path),
                    Ok(kind) if kind.is_file() && is_no_media(&path) => self.passed_over += 1,
                    Ok(_) | Err(_) => {
                        let folder = below(top, &folder);
                        self.files.push(Source { path, folder, picked });
                    }
                }
            }
            folders.extend(inside.into_iter().rev());
            let total = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
            let refused = u32::try_from(self.refused.len()).unwrap_or(u32::MAX);
            control.note(|so_far| (so_far.total, so_far.refused) = (total, refused));
        }
    }
}

/// `a/b` for `top/a/b`; none for the top itself.
fn below(top: &Path, folder: &Path) -> Option<String> {
    let parts: Vec<_> = folder.strip_prefix(top).ok()?.iter().map(OsStr::to_string_lossy).collect();
    (!parts.is_empty()).then(|| parts.join("/"))
}

fn is_hidden(name: &OsStr) -> bool {
    let name = name.to_string_lossy().to_lowercase();
    name.starts_with('.') || name.starts_with("~$") || OF_SYSTEMS.contains(&name.as_str())
}

fn is_no_media(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    ending.is_some_and(|ending| NO_MEDIA.contains(&ending.as_str()))
}

fn belongs_to_the_library() -> AppError {
    AppError::new(
        Code::InputUnsupported,
        "This folder belongs to the library itself.",
        "What lies in it is in the library already, or is taken up at the next start.",
    )
}
