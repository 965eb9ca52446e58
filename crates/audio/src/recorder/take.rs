//! A take that is being written.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{Finished, ring::Piece};
use crate::{
    Layout, Result,
    wave::{self, Writer},
};

pub(super) struct Take {
    path: PathBuf,
    writer: Writer,
    is_paused: bool,
    /// When it began, or went on after a pause.
    since: Instant,
    /// Frames with silence in their place.
    lost: u64,
}

impl Take {
    /// A new file, with what was heard before it. Where that can't be written, there is no file.
    pub fn begin(path: &Path, layout: Layout, before: [&[f32]; 2], now: Instant) -> Result<Self> {
        let mut writer = Writer::create(path, layout)?;
        for samples in before {
            if let Err(error) = writer.append(samples) {
                drop(writer);
                let _ = fs::remove_file(path);
                return Err(error);
            }
        }
        Ok(Self { path: path.to_owned(), writer, is_paused: false, since: now, lost: 0 })
    }

    /// Holds it, or goes on with it.
    pub fn pause(&mut self, pause: bool, now: Instant) {
        if self.is_paused && !pause {
            self.since = now;
        }
        self.is_paused = pause;
    }

    /// Adds what came until now.
    pub fn add(&mut self, piece: Piece<'_>, now: Instant) -> Result<()> {
        if self.is_paused {
            return Ok(());
        }
        match piece {
            Piece::Samples(samples) => self.writer.append(samples),
            Piece::Missing(frames) => {
                // Known only when sound comes again: what of it lies before the beginning or in a pause isn't of this take.
                let heard = wave::frames(self.writer.layout(), now.saturating_duration_since(self.since));
                let frames = frames.min(heard);
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
