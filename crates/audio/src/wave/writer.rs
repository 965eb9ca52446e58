//! Writing a file of which nothing more than the last moment can be lost.

use std::{
    fs::{self, File},
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    head::{HEAD, Head, frame, is_possible},
    length,
    mending::close,
};
use crate::{Error, Layout, Result};

/// Samples that are converted at once.
const AT_ONCE: usize = 16 * 1024;

/// A file that grows. What was appended is in the system's hands when [`append`](Self::append) returns, so that it outlives
/// this program; it outlives the system after [`sync`](Self::sync).
#[derive(Debug)]
pub struct Writer {
    path: PathBuf,
    file: File,
    layout: Layout,
    /// Bytes of samples in the file; after a failure, the last frame may not be whole.
    data: u64,
    /// Those of which the head tells.
    told: u64,
    coded: Vec<u8>,
}

impl Writer {
    /// Makes a new file; nothing is overwritten.
    pub fn create(path: &Path, layout: Layout) -> Result<Self> {
        if !is_possible(layout) {
            return Err(Error::Invalid("sound needs a rate, and one channel or more"));
        }
        let mut file = File::create_new(path).map_err(|error| Error::file(path, error))?;
        if let Err(error) = file.write_all(&Head { layout, data: 0, open: true }.to_bytes()) {
            drop(file);
            let _ = fs::remove_file(path);
            return Err(Error::file(path, error));
        }
        let coded = Vec::with_capacity(AT_ONCE * 3);
        Ok(Self { path: path.to_owned(), file, layout, data: 0, told: 0, coded })
    }

    /// How its samples are laid out.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// Frames in the file.
    pub fn frames(&self) -> u64 {
        self.data / frame(self.layout)
    }

    /// Bytes of the file that are surely on disk: none before it was synced.
    pub fn synced(&self) -> u64 {
        if self.told == 0 { 0 } else { HEAD + self.told }
    }

    /// Adds whole frames.
    pub fn append(&mut self, samples: &[f32]) -> Result<()> {
        for samples in samples.chunks(AT_ONCE) {
            self.coded.clear();
            for sample in samples {
                self.coded.extend_from_slice(&code(*sample));
            }
            self.write()?;
        }
        Ok(())
    }

    /// Adds frames of silence.
    pub fn append_silence(&mut self, frames: u64) -> Result<()> {
        let mut bytes = frames * frame(self.layout);
        while bytes > 0 {
            let now = bytes.min(AT_ONCE as u64 * 3);
            self.coded.clear();
            self.coded.resize(now as usize, 0);
            self.write()?;
            bytes -= now;
        }
        Ok(())
    }

    /// Writes what is coded. What got there before a failure is counted, so that the file can be ended behind it.
    fn write(&mut self) -> Result<()> {
        let mut rest = self.coded.as_slice();
        while !rest.is_empty() {
            match self.file.write(rest) {
                Ok(0) => return Err(Error::file(&self.path, io::ErrorKind::WriteZero.into())),
                Ok(count) => {
                    self.data += count as u64;
                    rest = &rest[count..];
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::file(&self.path, error)),
            }
        }
        Ok(())
    }

    /// Puts what was appended on disk: the samples, then the head that tells of them.
    pub fn sync(&mut self) -> Result<()> {
        if self.data == self.told {
            return Ok(());
        }
        self.put_on_disk().map_err(|error| Error::file(&self.path, error))
    }

    fn put_on_disk(&mut self) -> io::Result<()> {
        let is_new = self.told == 0;
        self.file.sync_data()?;
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&Head { layout: self.layout, data: self.whole(), open: true }.to_bytes())?;
        self.file.seek(SeekFrom::Start(HEAD + self.data))?;
        self.file.sync_data()?;
        if is_new {
            sync_folder(&self.path)?;
        }
        self.told = self.data;
        Ok(())
    }

    /// Ends the file after its last whole frame; it is on disk then. Also to be called after a failure, for what there is.
    pub fn finish(self) -> Result<Duration> {
        let head = Head { layout: self.layout, data: self.whole(), open: false };
        let length = length(self.layout, self.frames());
        close(self.file, head)
            .and_then(|()| sync_folder(&self.path))
            .map_err(|error| Error::file(&self.path, error))?;
        Ok(length)
    }

    /// Bytes of whole frames.
    fn whole(&self) -> u64 {
        self.frames() * frame(self.layout)
    }
}

/// A sample in 24 bits, little-endian. What is beyond the scale is at its end; what is no number is silence.
fn code(sample: f32) -> [u8; 3] {
    // Exact: samples of 16 and 24 bits come through unchanged.
    let scaled = (sample * 8_388_608.0).round().clamp(-8_388_608.0, 8_388_607.0) as i32;
    let [low, middle, high, _] = scaled.to_le_bytes();
    [low, middle, high]
}

/// A new file's name is on disk once its folder is.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
