//! A file that is not there before it is whole.

use std::{
    fs::{self, File, OpenOptions},
    path::{Path, PathBuf},
};

use crate::{Error, Result};

/// Stands beside the wanted file while it is written; taken away again unless it is kept.
pub(crate) struct Part {
    wanted: PathBuf,
    path: PathBuf,
    is_kept: bool,
}

impl Part {
    /// A new file beside the wanted one; what a killed program left there is written over.
    pub(crate) fn beside(wanted: &Path) -> Result<(Self, File)> {
        let mut name = wanted.file_name().ok_or(Error::Invalid("a file needs a name"))?.to_owned();
        name.push(".part");
        let path = wanted.with_file_name(name);
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&path);
        let file = file.map_err(|error| Error::file(&path, error))?;
        Ok((Self { wanted: wanted.to_owned(), path, is_kept: false }, file))
    }

    /// Where it is meanwhile.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Puts it in place of what is there, for good.
    pub(crate) fn keep(mut self) -> Result<()> {
        fs::rename(&self.path, &self.wanted).map_err(|error| Error::file(&self.wanted, error))?;
        self.is_kept = true;
        #[cfg(unix)]
        if let Some(folder) = self.wanted.parent() {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            File::open(folder)
                .and_then(|folder| folder.sync_all())
                .map_err(|error| Error::file(folder, error))?;
        }
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.is_kept {
            let _ = fs::remove_file(&self.path);
        }
    }
}
