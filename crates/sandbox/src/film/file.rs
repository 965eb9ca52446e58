//! MP4 files from outside: how long and large they are; and padding that makes one huge.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};

use crate::answer::{Chunk, Streamed};

/// What is told of a film that comes in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Facts {
    pub(crate) seconds: f64,
    /// In pixels.
    pub(crate) width: u32,
    /// In pixels.
    pub(crate) height: u32,
}

/// The boxes that lie side by side in `bytes`: their kinds and contents.
fn boxes(mut bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    std::iter::from_fn(move || {
        let (size, rest) = bytes.split_first_chunk::<4>()?;
        let (kind, rest) = rest.split_at_checked(4)?;
        let (length, rest) = match u32::from_be_bytes(*size) {
            0 => (rest.len(), rest),
            1 => {
                let (large, rest) = rest.split_first_chunk::<8>()?;
                (usize::try_from(u64::from_be_bytes(*large)).ok()?.checked_sub(16)?, rest)
            }
            size => ((size as usize).checked_sub(8)?, rest),
        };
        let (content, after) = rest.split_at(length.min(rest.len()));
        bytes = after;
        Some((kind, content))
    })
}

fn inner<'a>(bytes: &'a [u8], kind: &[u8]) -> Option<&'a [u8]> {
    boxes(bytes).find(|(known, _)| *known == kind).map(|(_, content)| content)
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map(u32::from_be_bytes)
}

/// Reads an MP4 or MOV file's length and size; none where it is something else.
pub(crate) fn facts(file: &[u8]) -> Option<Facts> {
    let movie = inner(file, b"moov")?;
    let header = inner(movie, b"mvhd")?;
    let (scale, duration) = if header.first() == Some(&1) {
        let high = f64::from(number(header, 24)?) * 4_294_967_296.0;
        (number(header, 20)?, high + f64::from(number(header, 28)?))
    } else {
        (number(header, 12)?, f64::from(number(header, 16)?))
    };
    let (width, height) = boxes(movie)
        .filter(|(kind, _)| *kind == b"trak")
        .filter_map(|(_, track)| {
            let header = inner(track, b"tkhd")?;
            let at = if header.first() == Some(&1) { 88 } else { 76 };
            // In 65,536ths of a pixel.
            Some((number(header, at)? >> 16, number(header, at + 4)? >> 16))
        })
        .find(|(width, height)| *width > 0 && *height > 0)
        .unwrap_or_default();
    Some(Facts { seconds: duration / f64::from(scale.max(1)), width, height })
}

/// A file that is made larger by a `free` box, which players pass over. The zeros are made while they are sent.
#[derive(Debug, Clone)]
pub(crate) struct Padding {
    head: Bytes,
    zeros: u64,
}

/// How many zeros go at a time.
const PART: u64 = 256 << 10;

impl Padding {
    /// Adds at least so many bytes; none: the file as it is.
    pub(crate) fn of(file: Bytes, bytes: u64) -> Self {
        if bytes == 0 {
            return Self { head: file, zeros: 0 };
        }
        let mut head = file.to_vec();
        head.extend_from_slice(&1u32.to_be_bytes());
        head.extend_from_slice(b"free");
        head.extend_from_slice(&(bytes + 16).to_be_bytes());
        Self { head: head.into(), zeros: bytes }
    }

    pub(crate) fn length(&self) -> u64 {
        self.head.len() as u64 + self.zeros
    }

    /// What lies from `start` up to `end`.
    pub(crate) fn part(&self, start: u64, end: u64) -> Streamed {
        let head = self.head.len() as u64;
        let within = |at: u64| usize::try_from(at.min(head)).unwrap_or(self.head.len());
        let film = self.head.slice(within(start)..within(end.max(start)));
        let zeros = end.max(start).saturating_sub(start.max(head));
        // In parts, so that a slow line can be told from a broken one.
        let parts: Vec<Bytes> = (0..film.len())
            .step_by(64 << 10)
            .map(|from| film.slice(from..(from + (64 << 10)).min(film.len())))
            .collect();
        let empty = Bytes::from(vec![0; PART as usize]);
        let padding = stream::unfold(zeros, move |left| {
            let part = left.min(PART);
            let bytes = empty.slice(..part as usize);
            std::future::ready((part > 0).then_some((bytes, left - part)))
        });
        let chunk = |bytes| Chunk { wait: Duration::ZERO, bytes };
        let length = film.len() as u64 + zeros;
        Streamed::new(stream::iter(parts).chain(padding).map(chunk)).of_length(length)
    }
}

/// The coded frames of a film that was made here, each with start codes.
#[cfg(test)]
pub(super) fn video_units(film: &[u8]) -> Vec<Vec<u8>> {
    let track = boxes(inner(film, b"moov").unwrap())
        .filter(|(kind, _)| *kind == b"trak")
        .map(|(_, track)| inner(inner(track, b"mdia").unwrap(), b"minf").unwrap())
        .find(|media| inner(media, b"vmhd").is_some())
        .unwrap();
    let table = inner(track, b"stbl").unwrap();
    let entry = &inner(table, b"stsd").unwrap()[16..];
    let config = inner(&entry[78..], b"avcC").unwrap();
    let sets = usize::from(config[6]) << 8 | usize::from(config[7]);
    let mut start = [&[0, 0, 0, 1], &config[8..8 + sets]].concat();
    let rest = &config[8 + sets + 1..];
    let second = usize::from(rest[0]) << 8 | usize::from(rest[1]);
    start.extend([&[0, 0, 0, 1], &rest[2..2 + second]].concat());
    let sizes = inner(table, b"stsz").unwrap();
    let offsets = inner(table, b"stco").unwrap();
    let chunks = inner(table, b"stsc").unwrap();
    let count = number(sizes, 8).unwrap() as usize;
    let runs: Vec<(u32, u32)> = (0..number(chunks, 4).unwrap() as usize)
        .map(|run| (number(chunks, 8 + run * 12).unwrap(), number(chunks, 12 + run * 12).unwrap()))
        .collect();
    let mut units = Vec::new();
    let mut sample = 0;
    for chunk in 0..number(offsets, 4).unwrap() {
        let mut at = number(offsets, 8 + chunk as usize * 4).unwrap() as usize;
        let (_, per) = runs.iter().rev().find(|(first, _)| *first <= chunk + 1).unwrap();
        for _ in 0..*per {
            if sample == count {
                break;
            }
            let size = match number(sizes, 4).unwrap() {
                0 => number(sizes, 12 + sample * 4).unwrap() as usize,
                size => size as usize,
            };
            let mut frame = &film[at..at + size];
            let mut unit = if sample == 0 { start.clone() } else { Vec::new() };
            while frame.len() > 4 {
                let length = number(frame, 0).unwrap() as usize;
                unit.extend([&[0, 0, 0, 1], &frame[4..4 + length]].concat());
                frame = &frame[4 + length..];
            }
            units.push(unit);
            at += size;
            sample += 1;
        }
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn bytes(streamed: Streamed) -> Vec<u8> {
        streamed.chunks.map(|chunk| chunk.bytes.to_vec()).collect::<Vec<_>>().await.concat()
    }

    #[tokio::test]
    async fn padding_is_one_box_and_every_part_fits_the_whole() {
        let film = Padding::of(Bytes::from_static(b"\0\0\0\x08ftyp"), 600_000);
        let whole = bytes(film.part(0, film.length())).await;
        assert_eq!(whole.len() as u64, film.length());
        let found: Vec<_> = boxes(&whole).map(|(kind, content)| (kind.to_vec(), content.len())).collect();
        assert_eq!(found, [(b"ftyp".to_vec(), 0), (b"free".to_vec(), 600_000)]);
        for (start, end) in [(0, 5), (3, 30), (20, 300_000), (599_999, film.length()), (9, 9)] {
            let part = bytes(film.part(start, end)).await;
            assert_eq!(part, whole[start as usize..end as usize], "{start} to {end}");
        }
    }

    #[test]
    fn what_is_no_film_has_no_facts() {
        for junk in [&b""[..], b"not a film", &[0xff; 64], b"\0\0\0\x01moov\0\0\0\0\0\0\0\x03"] {
            assert_eq!(facts(junk), None);
        }
    }
}
