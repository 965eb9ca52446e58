//! Sound out of any file that can be read: WAV, AIFF, FLAC, MP3, AAC, ALAC, Vorbis, Opus; and the sound of films in MP4, MOV, MKV
//! and `WebM`.

mod clock;
mod edits;
mod ends;
mod film;
mod formats;
mod guess;
mod mono;
mod packets;
mod riff;
mod samples;

use std::{
    fs::File,
    io::{Read as _, Seek as _, SeekFrom},
    ops::RangeInclusive,
    path::Path,
    time::Duration,
};

pub use film::{Film, film};
pub use mono::decode_mono;

use crate::{Error, Layout, Result};
use packets::Packets;
use riff::Riff;

/// What a file says of itself, without decoding it.
#[derive(Debug, Clone, PartialEq)]
pub struct Probe {
    /// How its samples are laid out.
    pub layout: Layout,
    /// Its length, where the file tells it.
    pub length: Option<Duration>,
    /// The coding by its common name, such as `MP3`.
    pub codec: &'static str,
    /// Bits of a sample, where the coding has such.
    pub bits: Option<u32>,
    /// There are moving pictures beside it.
    pub is_film: bool,
}

/// How a decoding went.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Outcome {
    /// Frames that were decoded.
    pub frames: u64,
    /// Packets that couldn't be read; silence is in their place where their length is known.
    pub damaged: u64,
    /// The file ends in the middle.
    pub is_cut_off: bool,
}

/// What a file says of itself.
pub fn probe(path: &Path) -> Result<Probe> {
    Reader::open(path).map(|reader| reader.probe)
}

/// Decodes from a place on, handing over interleaved frames as they come; `take` answers false to stop early. Damaged packets
/// are passed over and counted.
pub fn decode(path: &Path, from: Duration, mut take: impl FnMut(Layout, &[f32]) -> bool) -> Result<Outcome> {
    let mut reader = Reader::open(path)?;
    reader.seek(from)?;
    let mut frames = Vec::new();
    let mut outcome = Outcome::default();
    let mut is_stopped = false;
    while let Some(layout) = reader.next(&mut frames)? {
        outcome.frames += frames.len() as u64 / u64::from(layout.channels);
        if !frames.is_empty() && !take(layout, &frames) {
            is_stopped = true;
            break;
        }
    }
    (outcome.damaged, outcome.is_cut_off) = (reader.damaged(), reader.is_cut_off());
    if outcome.frames == 0 && from.is_zero() && !is_stopped {
        return Err(Error::Empty);
    }
    Ok(outcome)
}

/// A file that is being read.
pub(crate) struct Reader {
    probe: Probe,
    source: Source,
}

enum Source {
    Riff(Box<Riff>),
    Packets(Box<Packets>),
}

impl Reader {
    /// Opens a file, and finds the sound in it.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let failed = |error| Error::file(path, error);
        let mut file = File::open(path).map_err(failed)?;
        let size = file.metadata().map_err(failed)?.len();
        if size == 0 {
            return Err(Error::Empty);
        }
        let mut head = Vec::with_capacity(guess::HEAD);
        (&mut file).take(guess::HEAD as u64).read_to_end(&mut head).map_err(failed)?;
        if let Some(what) = guess::no_sound(&head) {
            return Err(Error::NotSound(what));
        }
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        if Riff::starts_so(&head) {
            let riff = Riff::open(path, file, size)?;
            return Ok(Self { probe: riff.probe(), source: Source::Riff(Box::new(riff)) });
        }
        let packets = Packets::open(path, file)?;
        Ok(Self { probe: packets.probe(), source: Source::Packets(Box::new(packets)) })
    }

    /// What the file says of itself.
    pub(crate) fn probe(&self) -> &Probe {
        &self.probe
    }

    /// Goes to a place; what [`Reader::next`] answers then begins there, to the frame.
    pub(crate) fn seek(&mut self, from: Duration) -> Result<()> {
        match &mut self.source {
            Source::Riff(riff) => riff.seek(from),
            Source::Packets(packets) => packets.seek(from),
        }
    }

    /// Puts the next frames in place of what is in `into`, and tells how they are laid out; none at the end.
    pub(crate) fn next(&mut self, into: &mut Vec<f32>) -> Result<Option<Layout>> {
        into.clear();
        match &mut self.source {
            Source::Riff(riff) => riff.next(into),
            Source::Packets(packets) => packets.next(into),
        }
    }

    /// Packets so far that couldn't be read.
    pub(crate) fn damaged(&self) -> u64 {
        match &self.source {
            Source::Riff(_) => 0,
            Source::Packets(packets) => packets.damaged(),
        }
    }

    /// It turned out that the file ends in the middle.
    pub(crate) fn is_cut_off(&self) -> bool {
        match &self.source {
            Source::Riff(riff) => riff.is_cut_off(),
            Source::Packets(packets) => packets.is_cut_off(),
        }
    }
}

/// Rates that sound is stored at, with room on both sides. A file may claim any: what is worked out for each second, or with
/// filters as long as a rate, would fill the memory.
const RATES: RangeInclusive<u32> = 1_000..=2_000_000;

/// Frames that a time is from the beginning, to the nearest.
pub(crate) fn frames_in(time: Duration, rate: u32) -> u64 {
    let nanos = time.as_nanos() * u128::from(rate);
    u64::try_from((nanos + 500_000_000) / 1_000_000_000).unwrap_or(u64::MAX)
}

/// The time that frames last.
pub(crate) fn time_of(frames: u64, rate: u32) -> Duration {
    let rate = u64::from(rate.max(1));
    Duration::new(frames / rate, u32::try_from((frames % rate) * 1_000_000_000 / rate).unwrap_or_default())
}
