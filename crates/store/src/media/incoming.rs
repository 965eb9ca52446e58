use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use tempfile::TempPath;

use super::disk::{Disk, Step};
use super::hash::PIECE;
use crate::Store;
use crate::error::{Error, Result};
use crate::pictures::Seen;

/// Bytes on their way into the library: a file beside it, hashed as it is written. Dropped, it is gone.
pub struct Incoming {
    file: File,
    path: TempPath,
    hasher: Box<blake3::Hasher>,
    bytes: u64,
    seen: Option<Seen>,
    disk: Disk,
}

/// All bytes are on the disk.
pub(super) struct Arrived {
    pub(super) path: TempPath,
    pub(super) blake3: String,
    pub(super) bytes: u64,
    pub(super) seen: Option<Seen>,
}

impl Store {
    /// A place for bytes on their way in, on the library's own disk. Write to it, then [`Store::keep`] it.
    pub fn incoming(&self) -> Result<Incoming> {
        self.library_place().ensure_open()?;
        let disk = self.disk().clone();
        let (file, path) = disk.create(&self.incoming_folder())?;
        Ok(Incoming { file, path, hasher: Box::default(), bytes: 0, seen: None, disk })
    }

    /// A copy of somebody's file on its way in, hashed as it is copied and never all in memory; none when `go_on`, which is
    /// told of each piece's length, said no.
    pub fn incoming_copy(&self, path: &Path, mut go_on: impl FnMut(u64) -> bool) -> Result<Option<Incoming>> {
        let mut from = File::open(path).map_err(|error| Error::file(path, error))?;
        let mut incoming = self.incoming()?;
        let to = incoming.path().to_path_buf();
        let mut piece = vec![0; PIECE];
        loop {
            let length = from.read(&mut piece).map_err(|error| Error::file(path, error))?;
            if length == 0 {
                return Ok(Some(incoming));
            }
            incoming.write_all(&piece[..length]).map_err(|error| Error::file(&to, error))?;
            if !go_on(length as u64) {
                return Ok(None);
            }
        }
    }

    /// The same for a file of ours that nobody will change any more: where it lies on the library's disk it takes no second
    /// room. It stays where it is, whatever becomes of its keeping; who is done with it removes it.
    pub fn incoming_own(&self, path: &Path, mut go_on: impl FnMut(u64) -> bool) -> Result<Option<Incoming>> {
        self.library_place().ensure_open()?;
        let link = self.incoming_folder().join(format!("{}.part", uuid::Uuid::new_v4().simple()));
        let linked = std::fs::hard_link(path, &link).or_else(|error| {
            // Nothing came in before, or the folder was deleted under us.
            if error.kind() != io::ErrorKind::NotFound {
                return Err(error);
            }
            let _ = std::fs::create_dir(self.incoming_folder());
            std::fs::hard_link(path, &link)
        });
        // Another disk, or a file system without links.
        if linked.is_err() {
            return self.incoming_copy(path, go_on);
        }
        let failed = |error| Error::file(path, error);
        let link = TempPath::try_from_path(&link).map_err(failed)?;
        let mut file = File::options().read(true).write(true).open(&link).map_err(failed)?;
        let (mut hasher, mut bytes) = (Box::new(blake3::Hasher::new()), 0);
        let mut piece = vec![0; PIECE];
        loop {
            let length = file.read(&mut piece).map_err(failed)?;
            if length == 0 {
                break;
            }
            hasher.update(&piece[..length]);
            bytes += length as u64;
            if !go_on(length as u64) {
                return Ok(None);
            }
        }
        let disk = self.disk().clone();
        Ok(Some(Incoming { file, path: link, hasher, bytes, seen: None, disk }))
    }

    /// Bytes that were on their way when the program ended: whoever sent them sends them again.
    pub(crate) fn clear_incoming(&self) {
        for entry in std::fs::read_dir(self.incoming_folder()).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|extension| extension == "part") {
                // One that can't be removed takes up space, no more.
                let _ = std::fs::remove_file(path);
            }
        }
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

    /// The hash of what came so far.
    pub fn blake3(&self) -> String {
        self.hasher.finalize().to_hex().to_string()
    }

    /// All of it is there, and this is what it is.
    pub(crate) fn with(self, seen: Seen) -> Self {
        Self { seen: Some(seen), ..self }
    }

    pub(super) fn arrive(self) -> Result<Arrived> {
        self.disk.before(Step::Sync, &self.path)?;
        self.file.sync_all().map_err(|error| Error::file(&self.path, error))?;
        let blake3 = self.blake3();
        Ok(Arrived { path: self.path, blake3, bytes: self.bytes, seen: self.seen })
    }
}

impl Write for Incoming {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.disk.allows(Step::Write, &self.path)?;
        let written = self.file.write(bytes)?;
        self.hasher.update(bytes.get(..written).unwrap_or(bytes));
        self.bytes += written as u64;
        self.seen = None;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
