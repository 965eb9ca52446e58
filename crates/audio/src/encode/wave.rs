//! WAV, and RF64 where it grows beyond 4 GB.

use std::{
    io::{Seek as _, SeekFrom, Write as _},
    path::Path,
};

use super::{Chapter, Out, Tags, whole};
use crate::{Error, Layout, Result, decode::frames_in};

/// Of a length that stands in the `ds64` chunk.
const LONG: u32 = u32::MAX;
/// The body of the `ds64` chunk.
const LONG_LENGTHS: u32 = 28;

/// How a sample is written.
#[derive(Clone, Copy)]
pub(super) enum Samples {
    /// As a whole number of so many bits.
    Whole(u8),
    /// As it is: 32 bits, which reach beyond full scale too.
    Float,
}

impl Samples {
    fn bytes(self) -> u8 {
        match self {
            Self::Whole(bits) => bits / 8,
            Self::Float => 4,
        }
    }

    /// What formats call it.
    fn code(self) -> u16 {
        match self {
            Self::Whole(_) => 1,
            Self::Float => 3,
        }
    }
}

pub(super) struct Wave {
    out: Out,
    layout: Layout,
    samples: Samples,
    tags: Tags,
    frames: u64,
    /// Where the samples begin.
    start: u64,
    bytes: Vec<u8>,
}

impl Wave {
    pub(super) fn begin(
        mut out: Out,
        path: &Path,
        layout: Layout,
        samples: Samples,
        tags: &Tags,
    ) -> Result<Self> {
        let head = head(layout, samples, 0, 0)?;
        out.write_all(&head).map_err(|error| Error::file(path, error))?;
        Ok(Self {
            out,
            layout,
            samples,
            tags: tags.clone(),
            frames: 0,
            start: head.len() as u64,
            bytes: Vec::new(),
        })
    }

    pub(super) fn write(&mut self, frames: &[f32], path: &Path) -> Result<()> {
        self.bytes.clear();
        match self.samples {
            Samples::Whole(bits) => {
                for &sample in frames {
                    let bytes = whole(sample, bits).to_le_bytes();
                    self.bytes.extend_from_slice(&bytes[..usize::from(bits / 8)]);
                }
            }
            Samples::Float => self.bytes.extend(frames.iter().flat_map(|sample| sample.to_le_bytes())),
        }
        self.out.write_all(&self.bytes).map_err(|error| Error::file(path, error))?;
        self.frames += (frames.len() / usize::from(self.layout.channels)) as u64;
        Ok(())
    }

    pub(super) fn finish(mut self, path: &Path) -> Result<Out> {
        let failed = |error| Error::file(path, error);
        let samples = self.frames * u64::from(self.layout.channels) * u64::from(self.samples.bytes());
        let mut tail = Vec::new();
        if samples % 2 == 1 {
            tail.push(0);
        }
        tail.extend(information(&self.tags));
        tail.extend(cues(&self.tags.chapters, self.layout.rate));
        self.out.write_all(&tail).map_err(failed)?;
        let whole = self.start + samples + tail.len() as u64;
        let head = head(self.layout, self.samples, whole, samples)?;
        self.out.seek(SeekFrom::Start(0)).map_err(failed)?;
        self.out.write_all(&head).map_err(failed)?;
        Ok(self.out)
    }
}

/// All that stands before the samples, of a file with so many bytes and so many of them samples.
fn head(layout: Layout, kind: Samples, whole: u64, samples: u64) -> Result<Vec<u8>> {
    let bits = u16::from(kind.bytes()) * 8;
    let frame = u64::from(layout.channels) * u64::from(kind.bytes());
    let rate = u64::from(layout.rate) * frame;
    let (Ok(frame_size), Ok(rate)) = (u16::try_from(frame), u32::try_from(rate)) else {
        return Err(Error::Invalid("WAV can't hold so many channels"));
    };
    let file = whole.saturating_sub(8);
    // Its own chunks after the samples count too.
    let is_long = file >= u64::from(LONG);
    let short = |length: u64| if is_long { LONG } else { length as u32 };
    let mut head = Vec::with_capacity(120);
    head.extend_from_slice(if is_long { b"RF64" } else { b"RIFF" });
    head.extend(short(file).to_le_bytes());
    head.extend_from_slice(b"WAVE");
    // Room for the long lengths, which are known at the end only.
    head.extend_from_slice(if is_long { b"ds64" } else { b"JUNK" });
    head.extend(LONG_LENGTHS.to_le_bytes());
    for length in [file, samples, samples / frame.max(1)] {
        head.extend(if is_long { length } else { 0 }.to_le_bytes());
    }
    head.extend(0_u32.to_le_bytes());
    head.extend_from_slice(b"fmt ");
    let is_plain = layout.channels <= 2;
    head.extend(if is_plain { 16_u32 } else { 40 }.to_le_bytes());
    head.extend(if is_plain { kind.code() } else { 0xFFFE }.to_le_bytes());
    head.extend(layout.channels.to_le_bytes());
    head.extend(layout.rate.to_le_bytes());
    head.extend(rate.to_le_bytes());
    head.extend(frame_size.to_le_bytes());
    head.extend(bits.to_le_bytes());
    if !is_plain {
        head.extend(22_u16.to_le_bytes());
        head.extend(bits.to_le_bytes());
        head.extend(speakers(layout.channels).to_le_bytes());
        head.extend(kind.code().to_le_bytes());
        head.extend_from_slice(b"\0\0\0\0\x10\0\x80\0\0\xAA\0\x38\x9B\x71");
    }
    if matches!(kind, Samples::Float) {
        // What isn't whole numbers tells its length in frames besides.
        head.extend_from_slice(b"fact");
        head.extend(4_u32.to_le_bytes());
        head.extend(u32::try_from(samples / frame.max(1)).unwrap_or(LONG).to_le_bytes());
    }
    head.extend_from_slice(b"data");
    head.extend(short(samples).to_le_bytes());
    Ok(head)
}

/// Which loudspeakers channels are for, in their usual number.
fn speakers(channels: u16) -> u32 {
    match channels {
        3 => 0x7,
        4 => 0x33,
        5 => 0x37,
        6 => 0x3F,
        8 => 0x63F,
        _ => 0,
    }
}

/// The title.
fn information(tags: &Tags) -> Vec<u8> {
    tags.title.as_ref().map_or_else(Vec::new, |title| {
        let mut body = b"INFO".to_vec();
        body.extend(chunk(*b"INAM", &ended(title)));
        chunk(*b"LIST", &body)
    })
}

/// Chapters as cue points with labels.
fn cues(chapters: &[Chapter], rate: u32) -> Vec<u8> {
    if chapters.is_empty() {
        return Vec::new();
    }
    let mut points = (chapters.len() as u32).to_le_bytes().to_vec();
    let mut labels = b"adtl".to_vec();
    for (number, chapter) in (1_u32..).zip(chapters) {
        let at = u32::try_from(frames_in(chapter.start, rate)).unwrap_or(u32::MAX).to_le_bytes();
        points.extend(number.to_le_bytes());
        points.extend(at);
        points.extend_from_slice(b"data");
        points.extend([0; 8]);
        points.extend(at);
        let mut label = number.to_le_bytes().to_vec();
        label.extend(ended(&chapter.title));
        labels.extend(chunk(*b"labl", &label));
    }
    let mut both = chunk(*b"cue ", &points);
    both.extend(chunk(*b"LIST", &labels));
    both
}

/// A text as chunks hold it.
fn ended(text: &str) -> Vec<u8> {
    let mut bytes = text.replace('\0', "").into_bytes();
    bytes.push(0);
    bytes
}

/// A chunk; the next one begins at an even place.
fn chunk(name: [u8; 4], body: &[u8]) -> Vec<u8> {
    let mut chunk = name.to_vec();
    chunk.extend((body.len() as u32).to_le_bytes());
    chunk.extend_from_slice(body);
    if !body.len().is_multiple_of(2) {
        chunk.push(0);
    }
    chunk
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEREO: Layout = Layout { rate: 48_000, channels: 2 };

    #[test]
    fn beyond_4_gb_the_lengths_stand_elsewhere() {
        let short = head(STEREO, Samples::Whole(24), 80 + 6_000, 6_000).unwrap();
        let samples = 6_000_000_000_u64;
        let long = head(STEREO, Samples::Whole(24), short.len() as u64 + samples, samples).unwrap();
        assert_eq!(short.len(), long.len());
        assert_eq!((&short[..4], &short[12..16]), (&b"RIFF"[..], &b"JUNK"[..]));
        assert_eq!((&long[..8], &long[12..16]), (&b"RF64\xFF\xFF\xFF\xFF"[..], &b"ds64"[..]));
        assert_eq!(u64::from_le_bytes(long[28..36].try_into().unwrap()), samples);
        assert_eq!(&long[long.len() - 4..], [0xFF; 4]);
    }

    #[test]
    fn more_channels_than_fit_are_refused() {
        assert!(matches!(
            head(Layout { rate: 48_000, channels: 40_000 }, Samples::Whole(24), 0, 0),
            Err(Error::Invalid(_))
        ));
    }
}
