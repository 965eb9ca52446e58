//! Sound as samples, and the files it comes and goes in.

mod decode;
mod flac;
mod loudness;
mod mp3;
mod opus;
mod wav;

pub(crate) use decode::{Undecodable, container, decode};
pub(crate) use loudness::Loudness;
pub(crate) use opus::packets as opus_packets;

/// Interleaved samples, from -1 to 1.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sound {
    /// In hertz.
    pub(crate) rate: u32,
    /// 1 or 2.
    pub(crate) channels: u16,
    pub(crate) samples: Vec<f32>,
}

impl Sound {
    pub(crate) fn mono(rate: u32, samples: Vec<f32>) -> Self {
        Self { rate, channels: 1, samples }
    }

    /// How long it lasts.
    pub(crate) fn seconds(&self) -> f64 {
        self.samples.len() as f64 / (f64::from(self.rate.max(1)) * f64::from(self.channels.max(1)))
    }

    /// The same sound through one channel.
    pub(crate) fn mixed(&self) -> Vec<f32> {
        let channels = usize::from(self.channels.max(1));
        self.samples.chunks(channels).map(|frame| frame.iter().sum::<f32>() / channels as f32).collect()
    }

    fn integers(&self) -> Vec<i16> {
        self.samples.iter().map(|sample| (sample.clamp(-1.0, 1.0) * 32_767.0).round() as i16).collect()
    }
}

/// A file format that sound is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SoundFormat {
    Mp3,
    Opus,
    Flac,
    Wav,
    /// Bare 16-bit samples, little-endian, at 24,000 a second.
    Pcm,
}

/// A sound that can't be written; the encoder refused its shape.
#[derive(Debug, thiserror::Error)]
#[error("the {0} encoder refused the sound")]
pub(crate) struct Unencodable(&'static str);

impl SoundFormat {
    /// Reads Venice's name of a format.
    pub(crate) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "mp3" => Self::Mp3,
            "opus" => Self::Opus,
            "flac" => Self::Flac,
            "wav" => Self::Wav,
            "pcm" => Self::Pcm,
            _ => return None,
        })
    }

    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Mp3 => "audio/mpeg",
            Self::Opus => "audio/opus",
            Self::Flac => "audio/flac",
            Self::Wav => "audio/wav",
            Self::Pcm => "audio/pcm",
        }
    }

    /// The whole file.
    pub(crate) fn write(self, sound: &Sound) -> Result<Vec<u8>, Unencodable> {
        match self {
            Self::Mp3 => mp3::write(sound).ok_or(Unencodable("MP3")),
            Self::Opus => opus::write(sound).ok_or(Unencodable("Opus")),
            Self::Flac => flac::write(sound).ok_or(Unencodable("FLAC")),
            Self::Wav => Ok(wav::write(sound)),
            Self::Pcm => Ok(sound.integers().into_iter().flat_map(i16::to_le_bytes).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A second and a half of a rising tone with a quieter one above it.
    fn tone(rate: u32, channels: u16) -> Sound {
        let frames = rate * 3 / 2;
        let samples = (0..frames)
            .flat_map(|at| {
                let time = at as f32 / rate as f32;
                let value = 0.5 * (time * (300.0 + 200.0 * time) * std::f32::consts::TAU).sin()
                    + 0.1 * (time * 2500.0 * std::f32::consts::TAU).sin();
                std::iter::repeat_n(value, usize::from(channels))
            })
            .collect();
        Sound { rate, channels, samples }
    }

    /// How far the coded sound is below what it differs by, in decibels, at the best shift.
    fn faithfulness(original: &[f32], coded: &[f32]) -> f64 {
        let middle = &original[original.len() / 3..original.len() * 2 / 3];
        let energy: f64 = middle.iter().map(|sample| f64::from(*sample).powi(2)).sum();
        let from = original.len() / 3;
        let error = |shift: usize| -> f64 {
            middle
                .iter()
                .zip(&coded[(from + shift).min(coded.len())..])
                .map(|(a, b)| f64::from(a - b).powi(2))
                .sum()
        };
        let least = (0..3000)
            .filter(|shift| from + shift + middle.len() <= coded.len())
            .map(error)
            .fold(f64::MAX, f64::min);
        10.0 * (energy / least.max(1e-12)).log10()
    }

    #[test]
    fn every_format_can_be_read_again_and_sounds_the_same() {
        for (rate, channels) in [(24_000, 1), (48_000, 2)] {
            let sound = tone(rate, channels);
            for (name, least, slack) in
                [("wav", 80.0, 0.0), ("flac", 80.0, 0.0), ("mp3", 20.0, 0.08), ("opus", 8.0, 0.05)]
            {
                let file = SoundFormat::of(name).unwrap().write(&sound).unwrap();
                let read = decode(file.into()).unwrap_or_else(|error| panic!("{name}: {error}"));
                assert_eq!(read.channels, channels, "{name}");
                assert!((read.seconds() - sound.seconds()).abs() <= slack, "{name}: {}", read.seconds());
                if read.rate == rate {
                    let like = faithfulness(&sound.mixed(), &read.mixed());
                    assert!(like > least, "{name} at {rate}: {like} dB");
                }
            }
        }
    }

    #[test]
    fn bare_samples_are_two_bytes_each() {
        let file = SoundFormat::Pcm.write(&Sound::mono(24_000, vec![0.0, 1.0, -1.0])).unwrap();
        assert_eq!(file, [0, 0, 0xff, 0x7f, 0x01, 0x80]);
    }
}
