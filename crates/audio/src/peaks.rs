//! Waveforms: the loudest and the quietest sample of each stretch.

use std::{path::Path, thread, time::Duration};

use crate::{
    Error, Result,
    decode::{Reader, frames_in},
};

/// Stretches a second of the finest level.
pub const FINEST: u32 = 100;

/// What bytes on disk begin with: a name, and a number that changes with what follows.
const HEAD: &[u8; 8] = b"peaks\0\0\x01";

/// Sound that is worth being read in two places at once.
const LONG: Duration = Duration::from_mins(2);

/// The waveform of a sound: for each stretch the lowest and the highest sample, as -127 to 127.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Peaks {
    /// Pairs of lowest and highest, [`FINEST`] a second, all channels together.
    pub pairs: Vec<[i8; 2]>,
}

impl Peaks {
    /// Reads a whole file; a long one in several places at once.
    pub fn of_file(path: &Path) -> Result<Self> {
        let reader = Reader::open(path)?;
        let parts = thread::available_parallelism().map_or(1, |parts| parts.get().min(4)) as u64;
        let seconds = reader.probe().length.unwrap_or_default().as_secs();
        if parts > 1
            && Duration::from_secs(seconds) >= LONG
            && let Some(pairs) = in_parts(path, reader, seconds, parts)
        {
            return Ok(Self { pairs });
        }
        let mut reader = Reader::open(path)?;
        let (pairs, _) = read(&mut reader, None)?;
        if pairs.is_empty() { Err(Error::Empty) } else { Ok(Self { pairs }) }
    }

    /// A part of it in `count` stretches, from and to in stretches of the finest level. Beyond the end it is silent.
    pub fn between(&self, from: usize, to: usize, count: usize) -> Vec<[i8; 2]> {
        let length = to.saturating_sub(from);
        if length == 0 {
            return vec![[0, 0]; count];
        }
        let place = |index: usize| from + (index as u128 * length as u128 / count as u128) as usize;
        (0..count)
            .map(|index| {
                let begins = place(index);
                let ends = place(index + 1).max(begins + 1);
                let within = self
                    .pairs
                    .get(begins.min(self.pairs.len())..ends.min(self.pairs.len()))
                    .unwrap_or_default();
                within
                    .iter()
                    .copied()
                    .reduce(|[low, high], [lower, higher]| [low.min(lower), high.max(higher)])
                    .unwrap_or_default()
            })
            .collect()
    }

    /// As it is kept on disk.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(16 + self.pairs.len() * 2);
        bytes.extend_from_slice(HEAD);
        bytes.extend((self.pairs.len() as u64).to_le_bytes());
        bytes.extend(self.pairs.iter().flatten().map(|value| value.cast_unsigned()));
        bytes
    }

    /// What was kept on disk; none where it is damaged, or written by another version.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(HEAD)?;
        let (count, pairs) = rest.split_at_checked(8)?;
        let count = u64::from_le_bytes(count.try_into().ok()?);
        if pairs.len() as u64 != count.checked_mul(2)? {
            return None;
        }
        let pairs = pairs
            .as_chunks::<2>()
            .0
            .iter()
            .map(|&[low, high]| [low.cast_signed(), high.cast_signed()])
            .collect();
        Some(Self { pairs })
    }
}

/// Reads parts of a file at the same time. None where its length turns out to be another than it says, or something fails:
/// it has to be read in order then.
fn in_parts(path: &Path, first: Reader, seconds: u64, parts: u64) -> Option<Vec<[i8; 2]>> {
    let starts: Vec<u64> = (0..=parts).map(|part| seconds * part / parts).collect();
    thread::scope(|scope| {
        let mut first = Some(first);
        let read: Vec<_> = starts
            .windows(2)
            .enumerate()
            .map(|(part, ends)| {
                let (from, to) = (ends[0], ends[1]);
                let is_last = part as u64 + 1 == parts;
                let opened = first.take();
                scope.spawn(move || {
                    let mut reader = opened.map_or_else(|| Reader::open(path), Ok)?;
                    reader.seek(Duration::from_secs(from))?;
                    read(&mut reader, (!is_last).then(|| to - from))
                })
            })
            .collect();
        let mut pairs = Vec::new();
        for (part, (thread, ends)) in read.into_iter().zip(starts.windows(2)).enumerate() {
            let (mut found, is_one_rate) = thread.join().ok()?.ok()?;
            let wanted = (ends[1] - ends[0]) * u64::from(FINEST);
            let is_last = part as u64 + 1 == parts;
            if !is_one_rate || (!is_last && found.len() as u64 != wanted) || (is_last && found.is_empty()) {
                return None;
            }
            pairs.append(&mut found);
        }
        Some(pairs)
    })
}

/// Reads on from where a reader is, so many seconds or to the end. Tells too whether all of it had one rate.
fn read(reader: &mut Reader, seconds: Option<u64>) -> Result<(Vec<[i8; 2]>, bool)> {
    let mut pairs = Vec::new();
    let mut frames = Vec::new();
    let mut stretch = Stretch::default();
    let mut is_one_rate = true;
    while let Some(layout) = reader.next(&mut frames)? {
        if layout.rate != stretch.rate {
            is_one_rate &= stretch.rate == 0;
            stretch.change_rate(layout.rate);
        }
        let channels = usize::from(layout.channels);
        let mut rest = frames.as_slice();
        if let Some(seconds) = seconds {
            let left = frames_in(Duration::from_secs(seconds), layout.rate).saturating_sub(stretch.frames);
            rest =
                &rest[..rest.len().min(usize::try_from(left).unwrap_or(usize::MAX).saturating_mul(channels))];
        }
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(stretch.left().saturating_mul(channels)));
            stretch.hear(now, channels);
            rest = later;
            if stretch.left() == 0 {
                pairs.push(stretch.take());
            }
        }
        if seconds.is_some_and(|seconds| pairs.len() as u64 >= seconds * u64::from(FINEST)) {
            return Ok((pairs, is_one_rate));
        }
    }
    if stretch.is_begun {
        pairs.push(stretch.take());
    }
    Ok((pairs, is_one_rate))
}

/// A stretch that isn't full yet.
#[derive(Default)]
struct Stretch {
    rate: u32,
    /// Frames at this rate so far, and stretches that they filled.
    frames: u64,
    count: u64,
    low: f32,
    high: f32,
    is_begun: bool,
}

impl Stretch {
    /// Frames that are missing until it is full. Where the rate is no multiple of the stretches, some are a frame longer.
    fn left(&self) -> usize {
        let end = ((self.count + 1) * u64::from(self.rate)).div_ceil(u64::from(FINEST));
        usize::try_from(end.saturating_sub(self.frames)).unwrap_or(usize::MAX)
    }

    fn hear(&mut self, samples: &[f32], channels: usize) {
        let (low, high) = extremes(samples);
        (self.low, self.high) =
            if self.is_begun { (self.low.min(low), self.high.max(high)) } else { (low, high) };
        self.is_begun = true;
        self.frames += (samples.len() / channels) as u64;
    }

    fn take(&mut self) -> [i8; 2] {
        self.count += 1;
        self.is_begun = false;
        [
            (self.low * 127.0).floor().clamp(-127.0, 127.0) as i8,
            (self.high * 127.0).ceil().clamp(-127.0, 127.0) as i8,
        ]
    }

    fn change_rate(&mut self, rate: u32) {
        (self.rate, self.frames, self.count) = (rate, 0, 0);
    }
}

/// The lowest and the highest, eight at a time.
fn extremes(samples: &[f32]) -> (f32, f32) {
    let (eights, rest) = samples.as_chunks::<8>();
    let (mut lows, mut highs) = ([f32::INFINITY; 8], [f32::NEG_INFINITY; 8]);
    for eight in eights {
        for lane in 0..8 {
            lows[lane] = if eight[lane] < lows[lane] { eight[lane] } else { lows[lane] };
            highs[lane] = if eight[lane] > highs[lane] { eight[lane] } else { highs[lane] };
        }
    }
    let all =
        lows.into_iter().chain(highs.into_iter().filter(|high| high.is_finite())).chain(rest.iter().copied());
    all.filter(|value| value.is_finite())
        .fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peaks(pairs: &[[i8; 2]]) -> Peaks {
        Peaks { pairs: pairs.to_vec() }
    }

    #[test]
    fn the_lowest_and_the_highest_are_found_wherever_they_are() {
        for place in 0..21 {
            let mut samples = vec![0.25; 21];
            samples[place] = -0.5;
            samples[(place + 7) % 21] = 0.75;
            assert_eq!(extremes(&samples), (-0.5, 0.75));
        }
    }

    #[test]
    fn a_part_has_as_many_stretches_as_wanted() {
        let peaks = peaks(&[[-1, 1], [-2, 2], [-3, 3], [-4, 4]]);
        assert_eq!(peaks.between(0, 4, 2), [[-2, 2], [-4, 4]]);
        assert_eq!(peaks.between(1, 3, 4), [[-2, 2], [-2, 2], [-3, 3], [-3, 3]]);
        assert_eq!(peaks.between(3, 7, 4), [[-4, 4], [0, 0], [0, 0], [0, 0]]);
        assert_eq!(peaks.between(2, 2, 1), [[0, 0]]);
        assert!(peaks.between(0, 4, 0).is_empty());
    }

    #[test]
    fn bytes_are_read_back_or_not_at_all() {
        let peaks = peaks(&[[-127, 127], [0, 0], [-3, 99]]);
        let bytes = peaks.to_bytes();
        assert_eq!(Peaks::from_bytes(&bytes), Some(peaks));
        for cut in 0..bytes.len() {
            assert_eq!(Peaks::from_bytes(&bytes[..cut]), None);
        }
        let mut other = bytes.clone();
        other[7] = 2;
        assert_eq!(Peaks::from_bytes(&other), None);
    }
}
