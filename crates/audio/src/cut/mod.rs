//! Where long sound is cut into pieces: at silences.

mod frames;
mod piece;

use std::time::Duration;

use frames::{Frame, Frames, LENGTH};
use piece::Piece;

/// The rate that speech is looked for at.
pub const RATE: u32 = 16_000;

/// A sample that reaches this is in a piece, whatever it is a part of.
pub const LOUD: f32 = 0.01;

/// A piece of a sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Where it begins.
    pub start: Duration,
    /// Where it ends.
    pub end: Duration,
}

/// How long pieces should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lengths {
    /// From here on a silence ends a piece.
    pub wanted: Duration,
    /// Without any silence it is cut here, at the quietest moment before.
    pub most: Duration,
}

/// The shortest limit there is: nothing can be cut well below.
const LEAST: Duration = Duration::from_secs(1);
/// A pause this long ends a piece, in its middle.
const PAUSE: usize = frames(400);
/// A silence this long is left out.
const SILENCE: usize = frames(3_000);
/// What stays of a silence on both sides of what is heard.
const MARGIN: usize = frames(250);
/// Speech is listened for from this long before it matters, so that the detector has heard what came before.
const AHEAD: usize = frames(1_000);

const fn frames(millis: usize) -> usize {
    millis * RATE as usize / 1000 / LENGTH
}

/// Listens to mono sound at [`RATE`] as it comes, and tells pieces as they are found. What is long and silent is left out
/// of all of them; pieces are in order, don't overlap, and hold all that is [`LOUD`].
pub struct Cutter {
    frames: Frames,
    piece: Option<Piece>,
    /// Frames so far.
    count: usize,
    /// Where the last piece ended.
    ended: usize,
    wanted: usize,
    most: usize,
}

impl Cutter {
    /// A cutter for pieces of such lengths.
    pub fn new(lengths: Lengths) -> Self {
        let whole = |length: Duration| {
            usize::try_from(length.as_millis())
                .map_or(usize::MAX / 1024, |millis| frames(millis.min(usize::MAX / 32_768)))
        };
        let most = whole(lengths.most.max(LEAST));
        let wanted = whole(lengths.wanted.max(LEAST / 2)).min(most);
        Self { frames: Frames::default(), piece: None, count: 0, ended: 0, wanted, most }
    }

    /// Takes in the next samples; answers the pieces that have ended.
    pub fn hear(&mut self, samples: &[f32]) -> Vec<Span> {
        let mut ended = Vec::new();
        let mut rest = samples;
        while let Some(samples) = self.frames.next(&mut rest) {
            // Whether a loud moment is speech matters only where the piece may be cut.
            let matters = self.piece.as_ref().is_some_and(|piece| piece.length() + AHEAD >= self.wanted);
            let frame = self.frames.frame(&samples, matters);
            self.add(frame, &mut ended);
        }
        ended
    }

    /// The end of the sound: what is left.
    pub fn finish(mut self) -> Vec<Span> {
        let mut ended = Vec::new();
        let samples = self.frames.heard();
        if let Some(last) = self.frames.last() {
            let frame = self.frames.frame(&last, true);
            self.add(frame, &mut ended);
        }
        if let Some(end) =
            self.piece.take().and_then(|piece| piece.end_of_sound(MARGIN).map(|end| (piece.start(), end)))
        {
            ended.push(span(end.0, end.1));
        }
        // The last frame is filled up with silence.
        if let Some(last) = ended.last_mut() {
            last.end = last.end.min(time(samples));
        }
        ended.retain(|span| span.start < span.end);
        ended
    }

    fn add(&mut self, frame: Frame, ended: &mut Vec<Span>) {
        let at = self.count;
        self.count += 1;
        let Some(piece) = &mut self.piece else {
            if !frame.is_silent() {
                // What came just before was silent, or it would have begun a piece itself.
                let start = at.saturating_sub(MARGIN.min(self.most / 4)).max(self.ended);
                let mut piece = Piece::new(start, at - start);
                piece.push(frame);
                self.piece = Some(piece);
            }
            return;
        };
        piece.push(frame);
        if piece.silence() >= SILENCE {
            let (start, end) = (piece.start(), piece.end_of_sound(MARGIN));
            self.piece = None;
            if let Some(end) = end {
                self.ended = end;
                ended.push(span(start, end));
            }
            return;
        }
        let cut = if piece.length() >= self.wanted && piece.pause() >= PAUSE {
            Some(piece.length() - piece.pause() / 2)
        } else if piece.length() >= self.most {
            Some(piece.quietest(self.wanted))
        } else {
            None
        };
        if let Some(cut) = cut {
            let start = piece.start();
            let rest = piece.cut(cut);
            let is_heard = piece.is_heard();
            self.ended = start + cut;
            self.piece = Some(rest);
            if is_heard {
                ended.push(span(start, start + cut));
            }
        }
    }
}

fn span(start: usize, end: usize) -> Span {
    Span { start: time(start as u64 * LENGTH as u64), end: time(end as u64 * LENGTH as u64) }
}

/// Exact, for a sample lasts a whole number of nanoseconds.
fn time(samples: u64) -> Duration {
    Duration::from_nanos(samples * (1_000_000_000 / u64::from(RATE)))
}
