//! Several sounds into one, without a gap or a click.

mod sounding;

use std::{
    f32::consts::FRAC_PI_2,
    path::{Path, PathBuf},
    time::Duration,
};

use sounding::Sounding;

use crate::{
    Error, Layout, Result,
    decode::{Reader, frames_in, time_of},
    encode::{self, Chapter, Coding, Tags, Writer},
    resample::Converter,
};

/// A part of what is joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its file.
    pub path: PathBuf,
    /// The pause before it, in place of what silence its file begins with.
    pub pause: Duration,
    /// A chapter begins with it.
    pub chapter: Option<String>,
}

/// What was joined.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Joined {
    /// Its length.
    pub length: Duration,
    /// Where its chapters begin.
    pub chapters: Vec<Chapter>,
    /// Where each part begins.
    pub starts: Vec<Duration>,
}

/// What stays of the silence at the ends of a part: a consonant fades out below what counts as sound.
const KEPT: Duration = Duration::from_millis(20);
/// The fades at both ends of a part.
const FADE: Duration = Duration::from_millis(8);

/// Where a part lies in its file and in what is joined, in frames of the latter.
struct Place {
    /// What of its file is taken.
    begins: u64,
    ends: u64,
    /// Silence before it.
    pause: u64,
    /// Where it begins.
    at: u64,
}

/// Joins parts of any coding and rate into one file. Silence at their ends is trimmed, and short fades keep the seams quiet.
/// What is at `to` already is replaced once the new file is whole.
pub fn join(parts: &[Part], title: &str, to: &Path, coding: Coding) -> Result<Joined> {
    let layout = common(parts, coding)?;
    let places = places(parts, layout)?;
    let end = places.last().map_or(0, |place| place.at + place.ends - place.begins);
    if end == 0 {
        return Err(Error::Empty);
    }
    let starts: Vec<Duration> = places.iter().map(|place| time_of(place.at, layout.rate)).collect();
    let chapters: Vec<Chapter> = parts
        .iter()
        .zip(&starts)
        .filter_map(|(part, &start)| part.chapter.clone().map(|title| Chapter { start, title }))
        .collect();
    let title = Some(title.to_owned()).filter(|title| !title.is_empty());
    let tags = Tags { title, chapters: chapters.clone() };
    let (file_part, file) = encode::Part::beside(to)?;
    let mut writer = Writer::begin(file, file_part.path(), coding, layout, &tags)?;
    for (part, place) in parts.iter().zip(&places) {
        silence(place.pause, layout, &mut writer)?;
        copy(&part.path, place, layout, &mut writer)?;
    }
    writer.finish()?;
    file_part.keep()?;
    Ok(Joined { length: time_of(end, layout.rate), chapters, starts })
}

/// A layout that loses nothing of any part.
fn common(parts: &[Part], coding: Coding) -> Result<Layout> {
    let mut common = Layout { rate: 0, channels: 0 };
    for part in parts {
        let Layout { rate, channels } = Reader::open(&part.path)?.probe().layout;
        common = Layout { rate: common.rate.max(rate), channels: common.channels.max(channels) };
    }
    if common.rate == 0 {
        Err(Error::Invalid("there is nothing to join"))
    } else {
        Ok(encode::fitting(common, coding))
    }
}

/// Listens to all parts, and finds out where each of them goes.
fn places(parts: &[Part], layout: Layout) -> Result<Vec<Place>> {
    let kept = frames_in(KEPT, layout.rate);
    let mut places: Vec<Place> = Vec::with_capacity(parts.len());
    let mut at = 0;
    // Silence at the end of what is there so far.
    let mut trailing = 0;
    for part in parts {
        let mut sounding = Sounding::new(usize::from(layout.channels));
        converted(&part.path, layout, |frames| {
            sounding.hear(frames);
            Ok(true)
        })?;
        let mut pause = frames_in(part.pause, layout.rate);
        let place = if let Some((first, last)) = sounding.ends() {
            let (begins, ends) = (first.saturating_sub(kept), (last + kept).min(sounding.frames()));
            // What is kept is a part of the pause.
            pause = pause.saturating_sub(trailing + first - begins);
            trailing = ends - last;
            Place { begins, ends, pause, at: at + pause }
        } else {
            trailing += pause;
            Place { begins: 0, ends: 0, pause, at: at + pause }
        };
        at = place.at + place.ends - place.begins;
        places.push(place);
    }
    Ok(places)
}

/// Writes what is taken of a part, faded in and out.
fn copy(path: &Path, place: &Place, layout: Layout, writer: &mut Writer) -> Result<()> {
    let channels = usize::from(layout.channels);
    let fade = frames_in(FADE, layout.rate).min((place.ends - place.begins) / 2).max(1);
    let mut now = 0;
    let mut taken = Vec::new();
    converted(path, layout, |frames| {
        let count = (frames.len() / channels) as u64;
        let within =
            |frame: u64| usize::try_from(frame.clamp(now, now + count) - now).unwrap_or_default() * channels;
        taken.clear();
        taken.extend_from_slice(&frames[within(place.begins)..within(place.ends)]);
        let first = now.max(place.begins);
        for (frame, samples) in (first..).zip(taken.chunks_exact_mut(channels)) {
            let near = (frame - place.begins).min(place.ends - 1 - frame);
            if near < fade {
                let gain = ((near as f32 + 0.5) / fade as f32 * FRAC_PI_2).sin();
                for sample in samples {
                    *sample *= gain;
                }
            }
        }
        writer.write(&taken)?;
        now += count;
        Ok(now < place.ends)
    })
}

/// Hands over a file's frames in a layout, until it is told to stop.
fn converted(path: &Path, to: Layout, mut take: impl FnMut(&[f32]) -> Result<bool>) -> Result<()> {
    let mut reader = Reader::open(path)?;
    let mut converter = Converter::new(to);
    let (mut frames, mut converted) = (Vec::new(), Vec::new());
    while let Some(layout) = reader.next(&mut frames)? {
        converted.clear();
        converter.push(layout, &frames, &mut converted)?;
        if !take(&converted)? {
            return Ok(());
        }
    }
    converted.clear();
    converter.finish(&mut converted)?;
    take(&converted).map(|_| ())
}

fn silence(frames: u64, layout: Layout, writer: &mut Writer) -> Result<()> {
    let second = vec![0.0; layout.rate as usize * usize::from(layout.channels)];
    let mut left = frames;
    while left > 0 {
        let count = left.min(u64::from(layout.rate));
        writer.write(&second[..count as usize * usize::from(layout.channels)])?;
        left -= count;
    }
    Ok(())
}
