//! The containers and codings that are read.

use std::sync::LazyLock;

use symphonia::{
    core::{
        audio::Channels,
        codecs::{
            CodecParameters,
            audio::{
                AudioCodecId, AudioCodecParameters, AudioDecoder, AudioDecoderOptions,
                well_known::{
                    CODEC_ID_AAC, CODEC_ID_AC3, CODEC_ID_ALAC, CODEC_ID_DCA, CODEC_ID_EAC3, CODEC_ID_FLAC,
                    CODEC_ID_MP1, CODEC_ID_MP2, CODEC_ID_MP3, CODEC_ID_OPUS, CODEC_ID_SPEEX, CODEC_ID_VORBIS,
                    CODEC_ID_WMA,
                },
            },
            registry::CodecRegistry,
        },
        formats::{
            Track,
            probe::{Probe, ProbeOptions},
        },
    },
    default::{self, formats, meta},
};
use symphonia_adapter_libopus::OpusDecoder;

use crate::{Error, Result};

/// Bytes that may stand before the sound, tags not counted. Further on, anything looks like a packet at some place.
const JUNK: u32 = 64 * 1024;

static CODECS: LazyLock<CodecRegistry> = LazyLock::new(|| {
    let mut codecs = CodecRegistry::new();
    default::register_enabled_codecs(&mut codecs);
    codecs.register_audio_decoder::<OpusDecoder>();
    codecs
});

/// Finds out which container a file is.
pub(super) static PROBE: LazyLock<Probe> = LazyLock::new(|| {
    let mut probe =
        Probe::new_with_options(&ProbeOptions { max_probe_depth: JUNK, ..ProbeOptions::default() });
    probe.register_format::<formats::AdtsReader<'_>>();
    probe.register_format::<formats::AiffReader<'_>>();
    probe.register_format::<formats::CafReader<'_>>();
    probe.register_format::<formats::FlacReader<'_>>();
    probe.register_format::<formats::IsoMp4Reader<'_>>();
    probe.register_format::<formats::MkvReader<'_>>();
    probe.register_format::<formats::MpaReader<'_>>();
    probe.register_format::<formats::OggReader<'_>>();
    probe.register_metadata::<meta::ApeReader<'_>>();
    probe.register_metadata::<meta::Id3v1Reader<'_>>();
    probe.register_metadata::<meta::Id3v2Reader<'_>>();
    probe
});

/// A coding's common name.
pub(super) fn name(codec: AudioCodecId) -> &'static str {
    match codec {
        CODEC_ID_AAC => "AAC",
        CODEC_ID_ALAC => "ALAC",
        CODEC_ID_FLAC => "FLAC",
        CODEC_ID_MP1 => "MP1",
        CODEC_ID_MP2 => "MP2",
        CODEC_ID_MP3 => "MP3",
        CODEC_ID_OPUS => "Opus",
        CODEC_ID_VORBIS => "Vorbis",
        _ => "PCM",
    }
}

/// The same also for codings that are told of and not read.
pub(super) fn told_name(codec: AudioCodecId) -> &'static str {
    match codec {
        CODEC_ID_AC3 | CODEC_ID_EAC3 => "AC-3",
        CODEC_ID_DCA => "DTS",
        CODEC_ID_SPEEX => "Speex",
        CODEC_ID_WMA => "WMA",
        other => name(other),
    }
}

/// Whether each packet stands for itself, so that a decoder can begin with any.
pub(super) fn stands_alone(codec: AudioCodecId) -> bool {
    !matches!(
        codec,
        CODEC_ID_AAC | CODEC_ID_MP1 | CODEC_ID_MP2 | CODEC_ID_MP3 | CODEC_ID_OPUS | CODEC_ID_VORBIS
    )
}

/// Whether it comes in a stream without a container, whose length nothing tells for sure.
pub(super) fn is_mpeg(codec: AudioCodecId) -> bool {
    matches!(codec, CODEC_ID_MP1 | CODEC_ID_MP2 | CODEC_ID_MP3)
}

/// A decoder, and what it is made with.
pub(super) fn decoder(parameters: &AudioCodecParameters) -> Result<Box<dyn AudioDecoder>> {
    // It takes the couplings of channels in the wrong order, which shows from the second on.
    if parameters.codec == CODEC_ID_VORBIS && channels(parameters) > 2 {
        return Err(Error::NotSound("Vorbis with more than two channels can't be read"));
    }
    CODECS
        .make_audio_decoder(parameters, &AudioDecoderOptions::default())
        .map_err(|_| Error::NotSound(why_not(parameters)))
}

/// Parameters a decoder can take: of a coding in layers, its lowest one; and without what it would trim by itself.
pub(super) fn within_reach(parameters: &AudioCodecParameters) -> AudioCodecParameters {
    let mut parameters = parameters.clone();
    match parameters.codec {
        CODEC_ID_OPUS => parameters.extra_data = None,
        CODEC_ID_AAC => {
            if let Some(core) = parameters.extra_data.as_deref().and_then(core_of) {
                parameters.extra_data = Some(Box::new(core));
            }
        }
        _ => {}
    }
    parameters
}

/// Frames that an Opus coder put before the first, by the head of the stream.
pub(super) fn skipped_by_opus(track: &Track) -> Option<i64> {
    let Some(CodecParameters::Audio(parameters)) = &track.codec_params else { return None };
    let head = parameters.extra_data.as_deref().filter(|head| head.starts_with(b"OpusHead"))?;
    Some(i64::from(u16::from_le_bytes([*head.get(10)?, *head.get(11)?])))
}

/// The core of an HE-AAC stream, as its `AudioSpecificConfig`: half the rate, and complete up to there.
fn core_of(config: &[u8]) -> Option<[u8; 2]> {
    let bits = u16::from_be_bytes([*config.first()?, *config.get(1)?]);
    let (object, rate, channels) = (bits >> 11, (bits >> 7) & 0x0F, (bits >> 3) & 0x0F);
    // 5 says spectral band replication, 29 parametric stereo beside it; a rate written out in full is beyond two bytes.
    let is_layered = matches!(object, 5 | 29) || (object == 2 && config.len() > 2);
    (is_layered && rate != 15 && channels != 0)
        .then(|| ((2 << 11) | (rate << 7) | (channels << 3)).to_be_bytes())
}

fn channels(parameters: &AudioCodecParameters) -> usize {
    parameters.channels.as_ref().map_or(0, Channels::count)
}

fn why_not(parameters: &AudioCodecParameters) -> &'static str {
    let channels = channels(parameters);
    match parameters.codec {
        CODEC_ID_AAC if channels > 2 => "AAC with more than two channels can't be read",
        CODEC_ID_AAC => "this kind of AAC can't be read",
        CODEC_ID_OPUS => "Opus with more than two channels can't be read",
        CODEC_ID_AC3 | CODEC_ID_EAC3 => "Dolby Digital (AC-3) can't be read",
        CODEC_ID_DCA => "DTS can't be read",
        CODEC_ID_WMA => "Windows Media Audio can't be read",
        CODEC_ID_SPEEX => "Speex can't be read",
        _ => "its coding is unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::core_of;

    #[test]
    fn he_aac_is_read_by_its_core() {
        // SBR over AAC-LC, 22,050 Hz (7), mono; extended to 44,100 Hz.
        assert_eq!(core_of(&[0x2B, 0x8A, 0x08, 0x00]), Some([0x13, 0x88]));
        assert_eq!(core_of(&[0x12, 0x10]), None);
    }
}
