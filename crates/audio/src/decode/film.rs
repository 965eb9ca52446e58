//! What a film is: how its pictures and its sound are coded, how large and how long it is. Nothing of it is decoded.

use std::{
    fs::File,
    io::{Read as _, Seek as _, SeekFrom},
    path::Path,
    time::Duration,
};

use symphonia::core::{
    codecs::{
        CodecParameters,
        video::{
            VideoCodecId,
            well_known::{
                CODEC_ID_AV1, CODEC_ID_H263, CODEC_ID_H264, CODEC_ID_HEVC, CODEC_ID_MJPEG, CODEC_ID_MPEG4,
                CODEC_ID_THEORA, CODEC_ID_VP8, CODEC_ID_VP9, CODEC_ID_VVC,
            },
        },
    },
    formats::{FormatReader, Track, TrackType, well_known::FORMAT_ID_ISOMP4},
};

use super::{edits, formats, guess, packets};
use crate::{Error, Result};

/// What a file with tracks says of itself; also one that holds sound alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Film {
    /// There are moving pictures in it.
    pub is_film: bool,
    /// How its pictures are coded, by the common name; none where that is unknown.
    pub codec: Option<&'static str>,
    /// How its sound is coded; none where it is silent.
    pub sound: Option<&'static str>,
    /// Pixels across and down, as it is shown.
    pub size: Option<(u32, u32)>,
    /// Its length.
    pub length: Option<Duration>,
    /// Its pictures, where the container counts them.
    pub frames: Option<u32>,
    /// Its own account of its length says that something is missing.
    pub is_cut_off: bool,
}

/// What a film says of itself.
///
/// # Errors
///
/// [`Error::NotSound`] where it is no container that can be read, [`Error::Empty`] where nothing is in it.
pub fn film(path: &Path) -> Result<Film> {
    let failed = |error| Error::file(path, error);
    let mut file = File::open(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.len() == 0 {
        return Err(Error::Empty);
    }
    let mut head = Vec::with_capacity(guess::HEAD);
    (&mut file).take(guess::HEAD as u64).read_to_end(&mut head).map_err(failed)?;
    if let Some(what) = guess::no_sound(&head) {
        return Err(Error::NotSound(what));
    }
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    let (reader, is_cut_off) = packets::opened(path, file)?;
    let tracks = reader.tracks();
    let moving = tracks.iter().find(|track| track.track_type() == Some(TrackType::Video));
    let sounding = tracks.iter().find(|track| track.track_type() == Some(TrackType::Audio));
    let mut film = Film {
        is_film: moving.is_some(),
        sound: sounding.map(sound_of),
        length: moving.and_then(length_of).or_else(|| longest(reader.as_ref())),
        is_cut_off,
        ..Film::default()
    };
    let Some(track) = moving else { return Ok(film) };
    if let Some(CodecParameters::Video(parameters)) = &track.codec_params {
        film.codec = name(parameters.codec);
        film.size =
            parameters.width.zip(parameters.height).map(|(width, height)| (width.into(), height.into()));
    }
    if reader.format_info().format == FORMAT_ID_ISOMP4 {
        let mut again = File::open(path).map_err(failed)?;
        let shots = edits::shots_of(&mut again, track.id).unwrap_or_default();
        film.frames = shots.frames;
        if shots.is_on_its_side {
            film.size = film.size.map(|(width, height)| (height, width));
        }
    }
    film.size = film.size.filter(|(width, height)| *width > 0 && *height > 0);
    Ok(film)
}

fn length_of(track: &Track) -> Option<Duration> {
    let time = track.time_base?.calc_duration(track.duration?)?;
    let length = Duration::from_nanos(u64::try_from(time.as_nanos()).ok()?);
    Some(length).filter(|length| !length.is_zero())
}

fn longest(reader: &dyn FormatReader) -> Option<Duration> {
    let whole = || {
        let told = reader.media_info();
        let time = told.time_base?.calc_duration(told.duration?)?;
        Some(Duration::from_nanos(u64::try_from(time.as_nanos()).ok()?))
    };
    let tracks = reader.tracks().iter().filter_map(length_of).max();
    tracks.or_else(whole).filter(|length| !length.is_zero())
}

fn sound_of(track: &Track) -> &'static str {
    match &track.codec_params {
        Some(CodecParameters::Audio(parameters)) => formats::told_name(parameters.codec),
        _ => "?",
    }
}

fn name(codec: VideoCodecId) -> Option<&'static str> {
    Some(match codec {
        CODEC_ID_AV1 => "AV1",
        CODEC_ID_H263 => "H.263",
        CODEC_ID_H264 => "H.264",
        CODEC_ID_HEVC => "H.265",
        CODEC_ID_MJPEG => "Motion JPEG",
        CODEC_ID_MPEG4 => "MPEG-4",
        CODEC_ID_THEORA => "Theora",
        CODEC_ID_VP8 => "VP8",
        CODEC_ID_VP9 => "VP9",
        CODEC_ID_VVC => "H.266",
        _ => return None,
    })
}
