//! Reading sound files of any kind that people send.

use std::io::Cursor;

use bytes::Bytes;
use symphonia::core::{
    audio::sample::Sample,
    codecs::{audio::AudioDecoderOptions, registry::CodecRegistry},
    errors::Error,
    formats::{FormatOptions, TrackType, probe::Hint},
    io::{MediaSourceStream, MediaSourceStreamOptions},
    meta::MetadataOptions,
};
use symphonia_adapter_libopus::OpusDecoder;

use super::Sound;

/// Sound that can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Undecodable {
    /// No kind of sound file.
    #[error("not a sound file")]
    NoSound,
    /// A sound file, but there is nothing in it.
    #[error("no sound in the file")]
    Empty,
}

/// The container of a sound file, by its first bytes.
pub(crate) fn container(file: &[u8]) -> Option<&'static str> {
    let at = |place: usize, mark: &[u8]| file.get(place..place + mark.len()) == Some(mark);
    Some(match file {
        _ if at(0, b"RIFF") && at(8, b"WAVE") => "wav",
        _ if at(0, b"fLaC") => "flac",
        _ if at(0, b"OggS") => "ogg",
        _ if at(4, b"ftyp") => "mp4",
        _ if at(0, &[0x1a, 0x45, 0xdf, 0xa3]) => "webm",
        _ if at(0, b"ID3") => "mp3",
        [0xff, second, ..] if second & 0xf6 == 0xf0 => "aac",
        [0xff, second, ..] if second & 0xe0 == 0xe0 => "mp3",
        _ => return None,
    })
}

/// The sound of a file, whatever its format: WAV, FLAC, MP3, Ogg, Opus, MP4, AAC or `WebM`.
pub(crate) fn decode(file: Bytes) -> Result<Sound, Undecodable> {
    let mut sound = Sound::default();
    hear(file, |rate, channels, part| {
        sound.rate = rate;
        sound.channels = channels;
        sound.samples.extend_from_slice(part);
    })?;
    Ok(sound)
}

/// Reads a file packet by packet: `each` gets the rate, the channels and interleaved samples.
pub(crate) fn hear(file: Bytes, mut each: impl FnMut(u32, u16, &[f32])) -> Result<(), Undecodable> {
    container(&file).ok_or(Undecodable::NoSound)?;
    let mut codecs = CodecRegistry::new();
    symphonia::default::register_enabled_codecs(&mut codecs);
    codecs.register_audio_decoder::<OpusDecoder>();
    let source = MediaSourceStream::new(Box::new(Cursor::new(file)), MediaSourceStreamOptions::default());
    let mut format = symphonia::default::get_probe()
        .probe(&Hint::new(), source, FormatOptions::default(), MetadataOptions::default())
        .map_err(|_| Undecodable::NoSound)?;
    let track = format.default_track(TrackType::Audio).ok_or(Undecodable::NoSound)?;
    let id = track.id;
    let parameters =
        track.codec_params.as_ref().and_then(|parameters| parameters.audio()).ok_or(Undecodable::NoSound)?;
    let mut decoder = codecs
        .make_audio_decoder(parameters, &AudioDecoderOptions::default())
        .map_err(|_| Undecodable::NoSound)?;
    let mut part: Vec<f32> = Vec::new();
    let mut heard = false;
    // A file that breaks off is heard up to there.
    while let Ok(Some(packet)) = format.next_packet() {
        if packet.track_id != id {
            continue;
        }
        match decoder.decode(&packet) {
            Ok(decoded) => {
                part.resize(decoded.samples_interleaved(), f32::MID);
                decoded.copy_to_slice_interleaved(&mut part);
                let channels = u16::try_from(decoded.spec().channels().count()).unwrap_or_default();
                if decoded.spec().rate() > 0 && channels > 0 && !part.is_empty() {
                    heard = true;
                    each(decoded.spec().rate(), channels, &part);
                }
            }
            Err(Error::DecodeError(_)) => {}
            Err(_) => break,
        }
    }
    if heard { Ok(()) } else { Err(Undecodable::Empty) }
}
