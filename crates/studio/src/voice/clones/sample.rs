//! The sample a voice is cloned from: looked at, and made into a file its model takes.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use audio::{
    encode::{Coding, Tags},
    resample::to_mono,
};

use super::CloneRequest;
use crate::{AppError, Result, error::Code, voice::models::CloningView};

/// More says nothing more of a voice, and is slow to send.
const LONGEST: Duration = Duration::from_mins(2);
/// Below this nobody speaks: a thousandth of the scale's power.
const SILENCE: f32 = 0.01;
/// A stretch is heard or silent.
const STRETCH: Duration = Duration::from_millis(20);

/// A file that models take, and what it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Format {
    pub coding: Coding,
    pub extension: &'static str,
    pub mime: &'static str,
}

/// Without loss, and taken by nearly all; the other is smaller.
const FORMATS: [Format; 2] = [
    Format { coding: Coding::Wave { bits: 16 }, extension: "wav", mime: "audio/wav" },
    Format { coding: Coding::Flac { bits: 16 }, extension: "flac", mime: "audio/flac" },
];

/// The file that is made for a model.
pub(super) fn format_for(model: &CloningView) -> Result<Format> {
    let takes = |format: &&Format| {
        model.formats.is_empty() || model.formats.iter().any(|taken| taken == format.extension)
    };
    FORMATS.iter().find(takes).copied().ok_or_else(not_offered)
}

/// The format that a sample's file name says.
pub(super) fn format_of(name: &str) -> Format {
    let named = FORMATS.iter().find(|format| name.ends_with(format.extension));
    named.copied().unwrap_or(FORMATS[0])
}

/// The part of an item that was chosen; all of it without a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    pub path: PathBuf,
    pub from: Duration,
    pub to: Option<Duration>,
}

impl Span {
    pub(super) fn of(request: &CloneRequest, path: PathBuf) -> Self {
        Self {
            path,
            from: Duration::from_millis(request.from_ms.unwrap_or_default()),
            to: request.to_ms.map(Duration::from_millis),
        }
    }

    /// Listens to it: whether it is long enough, short enough, and somebody is heard for long enough. Answers its end.
    pub(super) fn check(&self, model: &CloningView) -> Result<Duration> {
        let least = Duration::from_secs_f64(model.least_seconds.clamp(0.0, LONGEST.as_secs_f64()));
        let heard = self.hear()?;
        let length = heard.length;
        if length > LONGEST {
            return Err(AppError::new(
                Code::SampleTooLong,
                format!(
                    "The sample is {} s long; at most {} s are sent.",
                    seconds(length),
                    LONGEST.as_secs()
                ),
                "Choose the part in which the voice is heard best.",
            )
            .param("seconds", seconds(length))
            .param("most", LONGEST.as_secs()));
        }
        if heard.loud.is_zero() {
            return Err(AppError::new(
                Code::SampleSilent,
                "Nothing is heard in this sample.",
                "Choose a sound, or a part of it, in which somebody speaks.",
            ));
        }
        if length < least || heard.loud * 2 < least {
            return Err(AppError::new(
                Code::SampleTooShort,
                format!(
                    "The sample is {} s long, and something is heard for {} s of it; the model wants {} s of speech.",
                    seconds(length),
                    seconds(heard.loud),
                    model.least_seconds
                ),
                "Choose a longer part, or record a longer one.",
            )
            .param("seconds", seconds(length))
            .param("heard", seconds(heard.loud))
            .param("least", model.least_seconds));
        }
        Ok(self.from + length)
    }

    fn hear(&self) -> Result<Heard> {
        if self.to.is_some_and(|to| to <= self.from) {
            return Err(AppError::from(audio::Error::Invalid("the end lies before the beginning")));
        }
        // A stretch beyond what would be too long tells that it is.
        let most = LONGEST + STRETCH;
        let wanted = self.to.map_or(most, |to| to.saturating_sub(self.from).min(most));
        let (mut rate, mut taken, mut loud) = (0_u32, 0_u64, 0_u64);
        let (mut mono, mut stretch) = (Vec::new(), Vec::new());
        audio::decode::decode(&self.path, self.from, |layout, frames| {
            rate = layout.rate;
            let in_stretch = frames_in(STRETCH, rate);
            let left = frames_in(wanted, rate).saturating_sub(taken);
            mono.clear();
            to_mono(frames, layout.channels, &mut mono);
            mono.truncate(usize::try_from(left).unwrap_or(usize::MAX));
            taken += mono.len() as u64;
            for sample in &mono {
                stretch.push(*sample);
                if stretch.len() as u64 >= in_stretch {
                    loud += u64::from(is_loud(&stretch)) * in_stretch;
                    stretch.clear();
                }
            }
            (mono.len() as u64) < left
        })?;
        let time = |frames: u64| Duration::from_secs_f64(frames as f64 / f64::from(rate.max(1)));
        Ok(Heard { length: time(taken), loud: time(loud) })
    }

    /// Writes it as a file of its own, aside first: it is there whole or not at all.
    pub(super) fn write(&self, to: Duration, target: &Path, format: Format) -> Result<()> {
        let folder = target.parent().unwrap_or(Path::new("."));
        let at = |error| AppError::from(store::Error::file(folder, error));
        std::fs::create_dir_all(folder).map_err(at)?;
        let aside = target.with_extension(format!("part.{}", format.extension));
        match std::fs::remove_file(&aside) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(at(error)),
            _ => {}
        }
        let written = audio::encode::transcode(
            &self.path,
            Some((self.from, to)),
            &aside,
            format.coding,
            &Tags::default(),
            |_| true,
        );
        if let Err(error) = written {
            let _ = std::fs::remove_file(&aside);
            return Err(error.into());
        }
        std::fs::rename(&aside, target).map_err(at)?;
        std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(at)
    }
}

/// What there is in a sample.
struct Heard {
    length: Duration,
    /// How long something is heard in it.
    loud: Duration,
}

fn frames_in(time: Duration, rate: u32) -> u64 {
    (time.as_secs_f64() * f64::from(rate)).round() as u64
}

fn is_loud(stretch: &[f32]) -> bool {
    let power = stretch.iter().map(|sample| sample * sample).sum::<f32>() / stretch.len() as f32;
    power.sqrt() >= SILENCE
}

fn seconds(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64())
}

pub(super) fn not_offered() -> AppError {
    AppError::new(
        Code::CloningNotOffered,
        "This model clones no voices from a sample that can be made here.",
        "Choose another model.",
    )
}
