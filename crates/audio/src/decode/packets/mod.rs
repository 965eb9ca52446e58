//! Sound in packets, out of any container: opened, decoded and put where its frames belong.

mod source;
mod stream;

use std::{
    fs::File,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    time::Duration,
};

use symphonia::core::{
    codecs::{
        CodecParameters,
        audio::{AudioCodecParameters, AudioDecoder, well_known::CODEC_ID_OPUS},
    },
    errors::Error as Symphonia,
    formats::{
        FormatOptions, FormatReader, SeekMode, SeekTo, Track, TrackType,
        probe::Hint,
        well_known::{FORMAT_ID_ADTS, FORMAT_ID_ISOMP4, FORMAT_ID_MKV, FORMAT_ID_OGG},
    },
    io::{MediaSourceStream, MediaSourceStreamOptions},
    meta::MetadataOptions,
    packet::Packet,
    units::{TimeBase, Timestamp},
};

use source::Source;

use super::{
    Probe, RATES,
    clock::Clock,
    edits::{self, Edit},
    formats, frames_in, time_of,
};
use crate::{Error, Layout, Result};

/// What a decoder hears before a place to be right when it gets there.
const WARM_UP: Duration = Duration::from_secs(1);
/// Frames that a coder may put after the last.
const MOST_PADDING: u32 = 1 << 20;

pub(super) struct Packets {
    path: PathBuf,
    reader: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    parameters: AudioCodecParameters,
    track: u32,
    base: TimeBase,
    edit: Edit,
    /// Frames before the first that Opus tells in its own head, where the container's times are too coarse to.
    skip: Option<i64>,
    layout: Layout,
    clock: Clock,
    trim: Trim,
    /// Frames that a coder put before the first, of a stream that follows another.
    lead: i64,
    /// Frames before this are left out.
    from: i64,
    /// Frames from here on are a coder's filling.
    until: Option<i64>,
    /// The length that the container tells for sure, in frames.
    announced: Option<u64>,
    /// The last packet of a stream without a container.
    last: Option<Box<[u8]>>,
    samples: Vec<f32>,
    gap: Gap,
    /// A packet that was read and not yet decoded.
    pending: Option<Packet>,
    errors: u32,
    damaged: u64,
    is_cut_off: bool,
    has_ended: bool,
}

/// What packets say has to be left out at their ends. It is held back until it is sure that nothing follows: a file may be
/// several that were put together, each with such an end.
#[derive(Default)]
struct Trim {
    held: Vec<f32>,
    /// Samples that may be held back at most.
    most: usize,
    is_off: bool,
}

/// Silence where frames are missing, and what comes after it. It may be long, and is handed over in pieces.
#[derive(Default)]
struct Gap {
    /// Frames of silence that are still to be handed over.
    left: u64,
    after: Vec<f32>,
}

/// What came of asking for a packet.
enum Next {
    Packet(Packet),
    Again,
    End,
}

impl Packets {
    pub(super) fn open(path: &Path, file: File) -> Result<Self> {
        let (reader, is_cut_off) = opened(path, file)?;
        let format = reader.format_info().format;
        let (id, parameters, track) = sound_of(reader.as_ref())?;
        let mut skip = None;
        let decoder = guarded(|| formats::decoder(&parameters))
            .unwrap_or(Err(Error::NotSound("its head is damaged")))?;
        let told = decoder.codec_params();
        let rate = told.sample_rate.or(parameters.sample_rate).filter(|&rate| rate > 0);
        let rate = rate.ok_or(Error::NotSound("it doesn't tell its rate"))?;
        if !RATES.contains(&rate) {
            return Err(Error::NotSound("what it says of its channels or its rate makes no sense"));
        }
        let channels = told
            .channels
            .as_ref()
            .or(parameters.channels.as_ref())
            .map_or(1, |channels| channels.count().max(1)) as u16;
        let base = track
            .time_base
            .or_else(|| TimeBase::try_from_recip(rate))
            .ok_or(Error::NotSound("it doesn't tell its rate"))?;
        let mut edit = Edit::default();
        if format == FORMAT_ID_ISOMP4 {
            let mut again = File::open(path).map_err(|error| Error::file(path, error))?;
            edit = edits::of_track(&mut again, id).unwrap_or_default();
        } else if format == FORMAT_ID_OGG && parameters.codec == CODEC_ID_OPUS {
            // Times in Ogg count what is skipped at the beginning.
            edit.skip = i64::from(track.delay.unwrap_or_default());
        } else if format == FORMAT_ID_MKV && parameters.codec == CODEC_ID_OPUS {
            skip = formats::skipped_by_opus(&track);
        }
        let layout = Layout { rate, channels };
        let mut packets = Self {
            path: path.to_owned(),
            reader,
            decoder,
            track: id,
            base,
            edit,
            skip,
            layout,
            clock: Clock::new(rate),
            trim: Trim::default(),
            lead: 0,
            from: 0,
            until: None,
            announced: None,
            last: None,
            samples: Vec::new(),
            gap: Gap::default(),
            pending: None,
            errors: 0,
            damaged: 0,
            is_cut_off,
            has_ended: false,
            parameters,
        };
        packets.limit(&track);
        Ok(packets)
    }

    /// Reads off what the container tells of the end.
    fn limit(&mut self, track: &Track) {
        let rate = self.layout.rate;
        let channels = usize::from(self.layout.channels);
        self.trim.most = (track.padding.unwrap_or_default().min(MOST_PADDING) as usize + 12_288) * channels;
        // Without the coder's own tag the length of an MPEG stream is an estimate.
        self.trim.is_off = formats::is_mpeg(self.parameters.codec) && track.delay.is_none();
        if !self.trim.is_off && self.reader.format_info().format != FORMAT_ID_ADTS {
            let told = track
                .duration
                .map(|ticks| self.frames_of(i128::from(ticks.get())))
                .or(track.num_frames.map(|frames| i64::try_from(frames).unwrap_or(i64::MAX)));
            self.announced = told
                .map(|frames| frames.saturating_sub(self.frames_of(i128::from(self.edit.skip))))
                .and_then(|frames| u64::try_from(frames).ok());
        }
        // Lengths in edit lists are right to one of their ticks.
        self.until = self.edit.length.and_then(|(ticks, scale)| {
            let ticks = ticks + u64::from(!self.edit.is_exact);
            i64::try_from(u128::from(ticks) * u128::from(rate) / u128::from(scale.max(1))).ok()
        });
    }

    pub(super) fn probe(&self) -> Probe {
        let mut frames = self.announced;
        if let Some((ticks, scale)) = self.edit.length {
            let told = u128::from(ticks) * u128::from(self.layout.rate) / u128::from(scale.max(1));
            frames = u64::try_from(told).ok().map(|told| frames.map_or(told, |frames| frames.min(told)));
        }
        let about = || {
            let length = self.reader.media_info();
            let time = length.time_base?.calc_duration(length.duration?)?;
            Some(Duration::from_nanos(u64::try_from(time.as_nanos()).ok()?))
        };
        let length = frames.map(|frames| time_of(frames, self.layout.rate)).or_else(about);
        Probe {
            layout: self.layout,
            length: length.filter(|length| !length.is_zero()),
            codec: formats::name(self.parameters.codec),
            bits: self.parameters.bits_per_sample.filter(|_| formats::stands_alone(self.parameters.codec)),
            is_film: self.reader.tracks().iter().any(is_moving),
        }
    }

    pub(super) fn damaged(&self) -> u64 {
        self.damaged
    }

    pub(super) fn is_cut_off(&self) -> bool {
        self.is_cut_off
    }

    pub(super) fn seek(&mut self, from: Duration) -> Result<()> {
        let wanted = i64::try_from(frames_in(from, self.layout.rate)).unwrap_or(i64::MAX);
        let warm = if formats::stands_alone(self.parameters.codec) { Duration::ZERO } else { WARM_UP };
        let target = self.ticks_of(from.saturating_sub(warm));
        if from > warm * 2 && !self.go_to(target) {
            // The reader may stand anywhere now. From the beginning, every place can be reached, if not as fast.
            let file = File::open(&self.path).map_err(|error| Error::file(&self.path, error))?;
            *self = Self::open(&self.path.clone(), file)?;
            // The packet that a place lies in begins before it.
            self.pass_by(self.ticks_of(from.saturating_sub(WARM_UP)))?;
        }
        self.from = wanted;
        self.has_ended = false;
        self.gap = Gap::default();
        Ok(())
    }

    /// Asks the container to go to a place before the wanted one.
    fn go_to(&mut self, target: i64) -> bool {
        let to = SeekTo::Timestamp { ts: Timestamp::new(target), track_id: self.track };
        let reader = &mut self.reader;
        let went = guarded(|| reader.seek(SeekMode::Accurate, to));
        self.decoder.reset();
        self.clock.forget();
        self.trim.held.clear();
        matches!(went, Some(Ok(seeked)) if seeked.actual_ts.get() <= target)
    }

    /// Reads packets that lie before a place without decoding them.
    fn pass_by(&mut self, target: i64) -> Result<()> {
        loop {
            match self.packet()? {
                Next::Packet(packet) if packet.pts.get() >= target => {
                    self.pending = Some(packet);
                    return Ok(());
                }
                Next::Packet(_) | Next::Again => {}
                Next::End => return Ok(()),
            }
        }
    }

    /// Ticks of the track, as frames.
    fn frames_of(&self, ticks: i128) -> i64 {
        let frames = ticks * i128::from(self.base.numer.get()) * i128::from(self.layout.rate)
            / i128::from(self.base.denom.get());
        i64::try_from(frames).unwrap_or(if ticks < 0 { i64::MIN } else { i64::MAX })
    }

    /// A time, in ticks of the track.
    fn ticks_of(&self, time: Duration) -> i64 {
        let scale = u128::from(self.base.denom.get());
        let ticks = time.as_nanos() * scale / u128::from(self.base.numer.get()) / 1_000_000_000;
        i64::try_from(ticks).unwrap_or(i64::MAX).saturating_add(self.edit.skip)
    }
}

/// A number of frames that may also lie before the first.
fn signed(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Opens a container, and tells whether its end is missing.
pub(super) fn opened(path: &Path, file: File) -> Result<(Box<dyn FormatReader>, bool)> {
    let failed = |error| Error::file(path, error);
    let source = Source::new(file).map_err(failed)?;
    let is_cut_off = source.is_cut_off();
    let reader = match container(source) {
        Ok(reader) => reader,
        Err(_) if is_cut_off => {
            return Err(Error::NotSound("its index is missing: the file was cut off before it was finished"));
        }
        Err(error) => {
            let again = Source::in_order(File::open(path).map_err(failed)?).map_err(failed)?;
            container(again).map_err(|_| refused(path, error))?
        }
    };
    Ok((reader, is_cut_off))
}

/// Finds out which container it is, and opens it.
fn container(source: Source) -> symphonia::core::errors::Result<Box<dyn FormatReader>> {
    guarded(|| {
        let source = MediaSourceStream::new(Box::new(source), MediaSourceStreamOptions::default());
        formats::PROBE.probe(&Hint::default(), source, FormatOptions::default(), MetadataOptions::default())
    })
    .unwrap_or(Err(Symphonia::DecodeError("the reader failed")))
}

/// The track to listen to: its number, what its decoder needs, and all that is told of it.
fn sound_of(reader: &dyn FormatReader) -> Result<(u32, AudioCodecParameters, Track)> {
    let track = reader.default_track(TrackType::Audio).or_else(|| reader.first_track(TrackType::Audio));
    let Some(track) = track else {
        let is_film =
            reader.tracks().iter().any(is_moving) || reader.format_info().format == FORMAT_ID_ISOMP4;
        return Err(if is_film { Error::NoTrack } else { Error::NotSound("there is no sound in it") });
    };
    match &track.codec_params {
        Some(CodecParameters::Audio(parameters)) => {
            Ok((track.id, formats::within_reach(parameters), track.clone()))
        }
        _ => Err(Error::NotSound("its coding is unknown")),
    }
}

fn is_moving(track: &Track) -> bool {
    track.track_type() == Some(TrackType::Video)
}

/// Runs foreign code on what may be damaged in any way; none where it panicked.
fn guarded<T>(run: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(run)).ok()
}

/// Why a file can't be opened.
fn refused(path: &Path, error: Symphonia) -> Error {
    match error {
        Symphonia::IoError(error)
            if error.kind() != io::ErrorKind::UnexpectedEof && error.kind() != io::ErrorKind::Other =>
        {
            Error::file(path, error)
        }
        Symphonia::Unsupported("isomp4: missing moov atom") => Error::NotSound("there is no index in it"),
        _ => Error::NotSound("it is no sound, or of a kind that is unknown"),
    }
}
