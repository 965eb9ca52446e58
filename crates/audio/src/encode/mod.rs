//! Sound into files: WAV, FLAC, Opus.

mod comments;
mod flac;
mod opus;
mod part;
mod transcode;
mod wave;

use std::{
    fs::{File, OpenOptions},
    io::BufWriter,
    path::{Path, PathBuf},
    time::Duration,
};

use flac::Flac;
use opus::Opus;
pub(crate) use part::Part;
pub(crate) use transcode::fitting;
pub use transcode::{piece, transcode};
use wave::{Samples, Wave};

use crate::{Error, Layout, Result};

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// WAV with 16 or 24 bits.
    Wave {
        /// 16 or 24.
        bits: u8,
    },
    /// WAV with samples as they are here: 32-bit floats, of which nothing is lost, not even what is beyond full scale.
    WaveFloat,
    /// FLAC with 16 or 24 bits: nothing is lost.
    Flac {
        /// 16 or 24.
        bits: u8,
    },
    /// Opus in Ogg.
    Opus {
        /// Bits a second of each channel.
        bitrate: u32,
    },
}

/// A named place in a sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    /// Where it begins.
    pub start: Duration,
    /// What it is called.
    pub title: String,
}

/// What is written beside the sound.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags {
    /// The title.
    pub title: Option<String>,
    /// Its chapters, in order.
    pub chapters: Vec<Chapter>,
}

/// Writes a file as samples come. Nothing is whole before [`Writer::finish`].
pub struct Writer {
    path: PathBuf,
    kind: Kind,
    channels: usize,
}

enum Kind {
    Wave(Wave),
    Flac(Box<Flac>),
    Opus(Box<Opus>),
}

/// Where a file's bytes go.
type Out = BufWriter<File>;

impl Writer {
    /// Begins a new file; one that is there already is an error.
    pub fn create(path: &Path, coding: Coding, layout: Layout, tags: &Tags) -> Result<Self> {
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(path);
        Self::begin(file.map_err(|error| Error::file(path, error))?, path, coding, layout, tags)
    }

    /// Begins in a file that is empty.
    pub(crate) fn begin(
        file: File,
        path: &Path,
        coding: Coding,
        layout: Layout,
        tags: &Tags,
    ) -> Result<Self> {
        if layout.rate == 0 || layout.channels == 0 {
            return Err(Error::Invalid("a rate of nothing, or no channels"));
        }
        if let Coding::Wave { bits } | Coding::Flac { bits } = coding
            && !matches!(bits, 16 | 24)
        {
            return Err(Error::Invalid("samples have 16 or 24 bits"));
        }
        let out = BufWriter::with_capacity(1 << 17, file);
        let kind = match coding {
            Coding::Wave { bits } => Kind::Wave(Wave::begin(out, path, layout, Samples::Whole(bits), tags)?),
            Coding::WaveFloat => Kind::Wave(Wave::begin(out, path, layout, Samples::Float, tags)?),
            Coding::Flac { bits } => Kind::Flac(Box::new(Flac::begin(out, path, layout, bits, tags)?)),
            Coding::Opus { bitrate } => Kind::Opus(Box::new(Opus::begin(out, path, layout, bitrate, tags)?)),
        };
        Ok(Self { path: path.to_owned(), kind, channels: usize::from(layout.channels) })
    }

    /// Takes in interleaved frames.
    pub fn write(&mut self, frames: &[f32]) -> Result<()> {
        if !frames.len().is_multiple_of(self.channels) {
            return Err(Error::Invalid("a frame without all of its channels"));
        }
        match &mut self.kind {
            Kind::Wave(wave) => wave.write(frames, &self.path),
            Kind::Flac(flac) => flac.write(frames, &self.path),
            Kind::Opus(opus) => opus.write(frames, &self.path),
        }
    }

    /// Writes what is left, and syncs the file to disk.
    pub fn finish(self) -> Result<()> {
        let out = match self.kind {
            Kind::Wave(wave) => wave.finish(&self.path)?,
            Kind::Flac(flac) => flac.finish(&self.path)?,
            Kind::Opus(opus) => opus.finish(&self.path)?,
        };
        let failed = |error| Error::file(&self.path, error);
        let file = out.into_inner().map_err(|error| failed(error.into_error()))?;
        file.sync_all().map_err(failed)
    }
}

/// Samples as whole numbers of some bits; what is louder than can be written is written as loud as can be.
fn whole(sample: f32, bits: u8) -> i32 {
    let full = 1_i32 << (bits - 1);
    let scaled = f64::from(sample) * f64::from(full);
    (scaled.round() as i32).clamp(-full, full - 1)
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn full_scale_is_not_exceeded() {
        assert_eq!((whole(1.0, 16), whole(-1.0, 16), whole(7.0, 24)), (32_767, -32_768, 8_388_607));
        assert_eq!((whole(0.5, 16), whole(f32::NAN, 16)), (16_384, 0));
    }
}
