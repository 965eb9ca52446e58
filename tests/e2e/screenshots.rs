//! The folder that pictures of the app go to.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::desktop::project;

/// `CANALETTO_SCREENSHOTS`, else `target/screenshots`.
fn folder() -> PathBuf {
    env::var_os("CANALETTO_SCREENSHOTS").map_or_else(|| project().join("target/screenshots"), PathBuf::from)
}

/// Keeps a PNG under a name that may have folders in it.
pub fn keep(name: &str, png: &[u8]) -> PathBuf {
    let path = folder().join(name).with_added_extension("png");
    fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).expect("a folder for screenshots");
    fs::write(&path, png).expect("a screenshot is written");
    path
}
