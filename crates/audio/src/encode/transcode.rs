//! From one file into another.

use std::{path::Path, time::Duration};

use super::{Coding, Part, Tags, Writer};
use crate::{
    Error, Layout, Result,
    decode::{Reader, frames_in, time_of},
    resample::Converter,
};

/// Writes a part of a file, or all of it, in another coding. `go_on` is told how far it is, and answers false to stop: then
/// nothing is left behind. What is at `to` already is replaced once the new file is whole.
pub fn transcode(
    from: &Path,
    span: Option<(Duration, Duration)>,
    to: &Path,
    coding: Coding,
    tags: &Tags,
    go_on: impl FnMut(Duration) -> bool,
) -> Result<()> {
    write(from, span, to, coding, tags, None, go_on)
}

/// A part of a file as mono sound at a rate, for sending: FLAC with 16 bits.
pub fn piece(from: &Path, start: Duration, end: Duration, rate: u32, to: &Path) -> Result<()> {
    let layout = Some(Layout { rate, channels: 1 });
    write(from, Some((start, end)), to, Coding::Flac { bits: 16 }, &Tags::default(), layout, |_| true)
}

/// In its own layout, or in another one.
fn write(
    from: &Path,
    span: Option<(Duration, Duration)>,
    to: &Path,
    coding: Coding,
    tags: &Tags,
    layout: Option<Layout>,
    mut go_on: impl FnMut(Duration) -> bool,
) -> Result<()> {
    let (start, end) = span.unwrap_or((Duration::ZERO, Duration::MAX));
    if start >= end {
        return Err(Error::Invalid("the end is before the beginning"));
    }
    let mut reader = Reader::open(from)?;
    reader.seek(start)?;
    let mut frames = Vec::new();
    let mut first = reader.next(&mut frames)?.ok_or(Error::Empty)?;
    let (part, file) = Part::beside(to)?;
    let target = layout.unwrap_or_else(|| fitting(first, coding));
    let mut writer = Writer::begin(file, part.path(), coding, target, tags)?;
    let mut converter = Converter::new(target);
    let mut converted = Vec::new();
    // Of a file whose rate changes, the end is counted in time; of others to the frame.
    let mut left = frames_in(end, first.rate).saturating_sub(frames_in(start, first.rate));
    let mut done = Duration::ZERO;
    loop {
        let channels = usize::from(first.channels);
        let count = (frames.len() / channels).min(usize::try_from(left).unwrap_or(usize::MAX));
        converted.clear();
        converter.push(first, &frames[..count * channels], &mut converted)?;
        writer.write(&converted)?;
        left -= count as u64;
        done += time_of(count as u64, first.rate);
        if !go_on(done) {
            return Err(Error::Stopped);
        }
        if left == 0 {
            break;
        }
        let Some(layout) = reader.next(&mut frames)? else { break };
        if layout.rate != first.rate {
            left = u64::try_from(u128::from(left) * u128::from(layout.rate) / u128::from(first.rate))
                .unwrap_or(u64::MAX);
        }
        first = layout;
    }
    converted.clear();
    converter.finish(&mut converted)?;
    writer.write(&converted)?;
    writer.finish()?;
    part.keep()
}

/// A layout that a coding can hold.
pub(crate) fn fitting(layout: Layout, coding: Coding) -> Layout {
    match coding {
        Coding::Flac { .. } if layout.channels > 8 => Layout { channels: 2, ..layout },
        _ => layout,
    }
}
