//! From a sound to the pieces it is sent in.

use std::{
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use audio::cut::{Cutter, Lengths, Span};

use crate::Result;

/// What pieces are sent in, and looked for silence in.
pub(super) const RATE: u32 = audio::cut::RATE;
/// From here on a silence ends a piece. A piece that fails is a small loss, and three at once are soon through.
const WANTED: Duration = Duration::from_mins(5);
/// Even noise, which FLAC can't make smaller, is 19 MB of the 25 that Venice takes then.
const MOST: Duration = Duration::from_mins(10);

/// Silence between two stretches of speech that may go with them: it costs less than another request would take.
const SHORT: Duration = Duration::from_secs(10);

/// How a sound is cut.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Cut {
    pub spans: Vec<Span>,
    /// What could be read of it.
    pub length: Duration,
}

/// About how many pieces a sound of this length becomes.
pub(super) fn pieces_about(length: Duration) -> u32 {
    u32::try_from(length.as_millis().div_ceil(WANTED.as_millis())).unwrap_or(u32::MAX)
}

/// Reads a sound and cuts it at silences.
pub(super) fn cut(path: &Path, stop: &AtomicBool) -> Result<Cut> {
    let mut cutter = Cutter::new(Lengths { wanted: WANTED, most: MOST });
    let mut spans = Vec::new();
    let mut samples = 0_u64;
    let outcome = audio::decode::decode_mono(path, RATE, |heard| {
        spans.extend(cutter.hear(heard));
        samples += heard.len() as u64;
        !stop.load(Ordering::Relaxed)
    })?;
    if stop.load(Ordering::Relaxed) {
        return Err(audio::Error::Stopped.into());
    }
    if outcome.damaged > 0 || outcome.is_cut_off {
        tracing::info!(
            damaged = outcome.damaged,
            cut_off = outcome.is_cut_off,
            "parts of a sound can't be read"
        );
    }
    spans.extend(cutter.finish());
    Ok(Cut { spans: joined(spans), length: Duration::from_secs_f64(samples as f64 / f64::from(RATE)) })
}

/// What is dictated with long pauses would be a request for each sentence: neighbours go together, with the silence between
/// them, as long as that is short.
fn joined(spans: Vec<Span>) -> Vec<Span> {
    let mut joined: Vec<Span> = Vec::new();
    for span in spans {
        let goes_with = |last: &&mut Span| {
            span.start.saturating_sub(last.end) <= SHORT && span.end.saturating_sub(last.start) <= WANTED
        };
        if let Some(last) = joined.last_mut().filter(goes_with) {
            last.end = span.end;
        } else {
            joined.push(span);
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: u64, end: u64) -> Span {
        Span { start: Duration::from_secs(start), end: Duration::from_secs(end) }
    }

    #[test]
    fn short_pauses_make_no_pieces_and_long_ones_are_not_paid() {
        let dictated: Vec<Span> = (0..120).map(|n| span(n * 15, n * 15 + 9)).collect();
        let pieces = joined(dictated);
        assert_eq!(pieces.len(), 6);
        assert!(pieces.iter().all(|piece| piece.end.saturating_sub(piece.start) <= WANTED));
        assert_eq!(joined(vec![span(0, 10), span(300, 310)]), [span(0, 10), span(300, 310)]);
        assert_eq!(joined(vec![span(0, 400), span(405, 410)]).len(), 2);
    }
}
