use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use tempfile::TempPath;

use super::disk::{Disk, Step};
use crate::Store;
use crate::error::{Error, Result};

/// Bytes on their way into the library: a file beside it, hashed as it is written. Dropped, it is gone.
pub struct Incoming {
    file: File,
    path: TempPath,
    hasher: Box<blake3::Hasher>,
    bytes: u64,
    disk: Disk,
}

/// All bytes are on the disk.
pub(super) struct Arrived {
    pub(super) path: TempPath,
    pub(super) blake3: String,
    pub(super) bytes: u64,
}

impl Store {
    /// A place for bytes on their way in, on the library's own disk. Write to it, then [`Store::keep`] it.
    pub fn incoming(&self) -> Result<Incoming> {
        let disk = self.disk().clone();
        let (file, path) = disk.create(&self.incoming_folder())?;
        Ok(Incoming { file, path, hasher: Box::default(), bytes: 0, disk })
    }
}

impl Incoming {
    /// How many bytes came so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Where they are for now.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn arrive(self) -> Result<Arrived> {
        self.disk.before(Step::Sync, &self.path)?;
        self.file.sync_all().map_err(|error| Error::file(&self.path, error))?;
        let blake3 = self.hasher.finalize().to_hex().to_string();
        Ok(Arrived { path: self.path, blake3, bytes: self.bytes })
    }
}

impl Write for Incoming {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.disk.allows(Step::Write, &self.path)?;
        let written = self.file.write(bytes)?;
        self.hasher.update(bytes.get(..written).unwrap_or(bytes));
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
