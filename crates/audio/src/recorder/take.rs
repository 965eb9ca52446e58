//! A take that is being written.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{Finished, ring::Piece};
use crate::{
    Layout, Result,
    wave::{self, Writer},
};

pub(super) struct Take {
    path: PathBuf,
    writer: Writer,
    pub is_paused: bool,
    /// Frames with silence in their place.
    lost: u64,
}

impl Take {
    /// A new file, with what was heard before it. Where that can't be written, there is no file.
    pub fn begin(path: &Path, layout: Layout, before: [&[f32]; 2]) -> Result<Self> {
        let mut writer = Writer::create(path, layout)?;
        for samples in before {
            if let Err(error) = writer.append(samples) {
                drop(writer);
                let _ = fs::remove_file(path);
                return Err(error);
            }
        }
        Ok(Self { path: path.to_owned(), writer, is_paused: false, lost: 0 })
    }

    pub fn add(&mut self, piece: Piece<'_>) -> Result<()> {
        if self.is_paused {
            return Ok(());
        }
        match piece {
            Piece::Samples(samples) => self.writer.append(samples),
            Piece::Missing(frames) => {
                self.lost += frames;
                self.writer.append_silence(frames)
            }
        }
    }

    pub fn length(&self) -> Duration {
        wave::length(self.writer.layout(), self.writer.frames())
    }

    /// Bytes that are surely on disk.
    pub fn synced(&self) -> u64 {
        self.writer.synced()
    }

    pub fn sync(&mut self) -> Result<()> {
        self.writer.sync()
    }

    /// What it has become, and whether its file could be closed.
    pub fn finish(self) -> (Finished, Result<()>) {
        let finished = Finished {
            layout: self.writer.layout(),
            length: self.length(),
            path: self.path,
            lost: self.lost,
        };
        (finished, self.writer.finish().map(drop))
    }
}
