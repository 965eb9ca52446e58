//! Reading sound files of any kind that people send.

use std::io::Cursor;

use symphonia::core::{
    audio::sample::Sample,
    codecs::{audio::AudioDecoderOptions, registry::CodecRegistry},
    errors::Error,
    formats::{FormatOptions, TrackType, probe::Hint},
    io::MediaSourceStream,
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

/// The sound of a file, whatever its format: WAV, FLAC, MP3, Ogg, Opus, MP4, AAC or WebM.
pub(crate) fn decode(file: &[u8]) -> Result<Sound, Undecodable> {
    let mut codecs = CodecRegistry::new();
    symphonia::default::register_enabled_codecs(&mut codecs);
    codecs.register_audio_decoder::<OpusDecoder>();
    let source = MediaSourceStream::new(Box::new(Cursor::new(file.to_vec())), Default::default());
    let mut format = symphonia::default::get_probe()
        .probe(&Hint::new(), source, FormatOptions::default(), MetadataOptions::default())
        .map_err(|_| Undecodable::NoSound)?;
    let track = format.default_track(TrackType::Audio).ok_or(Undecodable::NoSound)?;
    let id = track.id;
    let parameters = track
        .codec_params
        .as_ref()
        .and_then(|parameters| parameters.audio())
        .ok_or(Undecodable::NoSound)?;
    let mut decoder = codecs
        .make_audio_decoder(parameters, &AudioDecoderOptions::default())
        .map_err(|_| Undecodable::NoSound)?;
    let mut sound = Sound::default();
    let mut part: Vec<f32> = Vec::new();
    // A file that breaks off is heard up to there.
    while let Ok(Some(packet)) = format.next_packet() {
        if packet.track_id != id {
            continue;
        }
        match decoder.decode(&packet) {
            Ok(decoded) => {
                part.resize(decoded.samples_interleaved(), f32::MID);
                decoded.copy_to_slice_interleaved(&mut part);
                sound.rate = decoded.spec().rate();
                sound.channels = u16::try_from(decoded.spec().channels().count()).unwrap_or(1);
                sound.samples.extend_from_slice(&part);
            }
            Err(Error::DecodeError(_)) => {}
            Err(_) => break,
        }
    }
    if sound.samples.is_empty() || sound.rate == 0 || sound.channels == 0 {
        return Err(Undecodable::Empty);
    }
    Ok(sound)
}
