//! WAV, also beyond 4 GB (RF64), also without its end, also never closed.

use std::{
    fs::File,
    io::{BufReader, Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
    time::Duration,
};

use super::{Probe, RATES, frames_in, samples::Sample, time_of};
use crate::{Error, Layout, Result};

/// Frames that are read at once.
const BLOCK: u64 = 8192;

/// Chunks that may stand before the samples: each is a look at another place of the file.
const MOST_CHUNKS: usize = 4_096;

/// Of a file whose writer couldn't go back to say how long it is.
const UNKNOWN: u32 = u32::MAX;

pub(super) struct Riff {
    path: PathBuf,
    file: BufReader<File>,
    layout: Layout,
    sample: Sample,
    /// Where samples begin, in bytes.
    start: u64,
    /// Whole frames that are there.
    frames: u64,
    /// The next frame.
    next: u64,
    is_cut_off: bool,
    bytes: Vec<u8>,
}

/// What the `fmt ` chunk says.
struct Format {
    layout: Layout,
    sample: Sample,
}

impl Riff {
    /// Whether a file with this head is one.
    pub(super) fn starts_so(head: &[u8]) -> bool {
        matches!(head.get(..4), Some(b"RIFF" | b"RF64" | b"BW64")) && head.get(8..12) == Some(b"WAVE")
    }

    pub(super) fn open(path: &Path, file: File, size: u64) -> Result<Self> {
        let mut file = BufReader::with_capacity(1 << 18, file);
        let (mut format, mut long) = (None, None);
        let mut at = 12;
        for _ in 0..MOST_CHUNKS {
            let Some((id, length)) = chunk_at(&mut file, at).map_err(|error| Error::file(path, error))?
            else {
                return Err(Error::NotSound("there are no samples in it"));
            };
            let body = at + 8;
            match &id {
                b"fmt " => format = Some(Format::of(&body_of(&mut file, length, path)?)?),
                b"ds64" => long = length_of(&body_of(&mut file, length, path)?),
                b"data" => {
                    let Some(Format { layout, sample }) = format else {
                        return Err(Error::NotSound("it doesn't say how its samples are written"));
                    };
                    let there = size.saturating_sub(body);
                    let said = match (length, long) {
                        (UNKNOWN, Some(long)) => Some(long).filter(|&long| long > 0 && long < u64::MAX),
                        (UNKNOWN, None) => None,
                        // Its writer was stopped; an empty sound has its own chunks after it.
                        (0, _) if there > 0 && !other_follows(&mut file, body, path)? => None,
                        (length, _) => Some(u64::from(length)),
                    };
                    let frame = sample.size() as u64 * u64::from(layout.channels);
                    let frames = said.unwrap_or(there).min(there) / frame;
                    file.seek(SeekFrom::Start(body)).map_err(|error| Error::file(path, error))?;
                    let is_cut_off = said.is_some_and(|said| said > there);
                    return Ok(Self {
                        path: path.to_owned(),
                        file,
                        layout,
                        sample,
                        start: body,
                        frames,
                        next: 0,
                        is_cut_off,
                        bytes: Vec::new(),
                    });
                }
                _ => {}
            }
            // Chunks begin at even places.
            at = body + u64::from(length) + u64::from(length & 1);
        }
        Err(Error::NotSound("there are no samples in it"))
    }

    pub(super) fn probe(&self) -> Probe {
        Probe {
            layout: self.layout,
            length: Some(time_of(self.frames, self.layout.rate)),
            codec: self.sample.name(),
            bits: Some(self.sample.size() as u32 * 8),
            is_film: false,
        }
    }

    pub(super) fn is_cut_off(&self) -> bool {
        self.is_cut_off
    }

    pub(super) fn seek(&mut self, from: Duration) -> Result<()> {
        self.next = frames_in(from, self.layout.rate).min(self.frames);
        let to = self.start + self.next * self.frame_size();
        self.file.seek(SeekFrom::Start(to)).map_err(|error| Error::file(&self.path, error))?;
        Ok(())
    }

    pub(super) fn next(&mut self, into: &mut Vec<f32>) -> Result<Option<Layout>> {
        let count = BLOCK.min(self.frames - self.next);
        if count == 0 {
            return Ok(None);
        }
        self.bytes.resize((count * self.frame_size()) as usize, 0);
        self.file.read_exact(&mut self.bytes).map_err(|error| Error::file(&self.path, error))?;
        self.next += count;
        self.sample.read(&self.bytes, into);
        Ok(Some(self.layout))
    }

    fn frame_size(&self) -> u64 {
        self.sample.size() as u64 * u64::from(self.layout.channels)
    }
}

impl Format {
    fn of(body: &[u8]) -> Result<Self> {
        let number = |at: usize| body.get(at..at + 2).map(|bytes| u16::from_le_bytes([bytes[0], bytes[1]]));
        let long = body.get(4..8).map(|bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
        let (Some(mut coding), Some(channels), Some(rate), Some(block), Some(bits)) =
            (number(0), number(2), long, number(12), number(14))
        else {
            return Err(Error::NotSound("it doesn't say how its samples are written"));
        };
        // Extensible: the coding is in the first bytes of an identifier.
        if coding == 0xFFFE {
            coding = number(24).unwrap_or(1);
        }
        if channels == 0 || channels > 256 || !RATES.contains(&rate) {
            return Err(Error::NotSound("what it says of its channels or its rate makes no sense"));
        }
        // Samples may be wider than the bits that are used of them.
        let width = match block / channels {
            0 => bits.div_ceil(8),
            width => width,
        };
        let sample = match (coding, width) {
            (1, 1) => Sample::U8,
            (1, 2) => Sample::I16,
            (1, 3) => Sample::I24,
            (1, 4) => Sample::I32,
            (3, 4) => Sample::F32,
            (3, 8) => Sample::F64,
            (6, 1) => Sample::ALaw,
            (7, 1) => Sample::MuLaw,
            _ => return Err(Error::NotSound("the coding in this WAV file is unknown")),
        };
        Ok(Self { layout: Layout { rate, channels }, sample })
    }
}

/// A chunk's name and length; none at the end of the file.
fn chunk_at(file: &mut BufReader<File>, at: u64) -> std::io::Result<Option<([u8; 4], u32)>> {
    file.seek(SeekFrom::Start(at))?;
    let mut head = [0; 8];
    match file.read_exact(&mut head) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let (&[name, length], _) = head.as_chunks::<4>() else { return Ok(None) };
    Ok(Some((name, u32::from_le_bytes(length))))
}

/// The start of a chunk, as much as is ever needed of it.
fn body_of(file: &mut BufReader<File>, length: u32, path: &Path) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    file.take(u64::from(length.min(64))).read_to_end(&mut body).map_err(|error| Error::file(path, error))?;
    Ok(body)
}

/// The length of the samples that `ds64` tells.
fn length_of(body: &[u8]) -> Option<u64> {
    Some(u64::from_le_bytes(body.get(8..16)?.try_into().ok()?))
}

/// Whether there is the head of another chunk rather than samples.
fn other_follows(file: &mut BufReader<File>, at: u64, path: &Path) -> Result<bool> {
    let chunk = chunk_at(file, at).map_err(|error| Error::file(path, error))?;
    Ok(chunk.is_some_and(|(id, _)| {
        matches!(&id, b"LIST" | b"cue " | b"id3 " | b"ID3 " | b"bext" | b"fact" | b"smpl" | b"JUNK" | b"_PMX")
    }))
}
