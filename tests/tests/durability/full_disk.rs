//! A disk that is really full.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// A file system of 16 KiB, which is less than any result, over a folder, for as long as this lives.
pub struct FullDisk(PathBuf);

impl FullDisk {
    /// `None` where nobody may mount.
    pub fn over(folder: &Path) -> Option<Self> {
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=16k", "tmpfs"]).arg(folder).output();
        mounted.is_ok_and(|output| output.status.success()).then(|| Self(folder.to_owned()))
    }

    /// Whether this system lets one be made.
    pub fn is_possible() -> bool {
        let folder = tempfile::tempdir().expect("a folder");
        Self::over(folder.path()).is_some()
    }
}

impl Drop for FullDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}
