//! A piece that isn't finished yet.

use super::frames::Frame;

/// Moments that are looked at together where the quietest one is looked for.
const AROUND: usize = 5;

/// What has been heard since a piece began.
pub(super) struct Piece {
    start: usize,
    frames: Vec<Frame>,
    /// Pausing moments at the end.
    pause: usize,
    /// Silent moments at the end.
    silence: usize,
}

impl Piece {
    /// A piece that begins with some silence.
    pub(super) fn new(start: usize, silence: usize) -> Self {
        Self { start, frames: vec![Frame::SILENT; silence], pause: silence, silence }
    }

    pub(super) fn push(&mut self, frame: Frame) {
        self.pause = if frame.is_pause { self.pause + 1 } else { 0 };
        self.silence = if frame.is_silent() { self.silence + 1 } else { 0 };
        self.frames.push(frame);
    }

    pub(super) fn start(&self) -> usize {
        self.start
    }

    pub(super) fn length(&self) -> usize {
        self.frames.len()
    }

    /// How long nobody has spoken.
    pub(super) fn pause(&self) -> usize {
        self.pause
    }

    /// How long nothing has been heard.
    pub(super) fn silence(&self) -> usize {
        self.silence
    }

    /// Anything is heard in it.
    pub(super) fn is_heard(&self) -> bool {
        self.silence < self.frames.len()
    }

    /// Where what is heard in it ends, with some silence after it; none where nothing is heard.
    pub(super) fn end_of_sound(&self, margin: usize) -> Option<usize> {
        self.is_heard().then(|| self.start + self.frames.len() - self.silence.saturating_sub(margin))
    }

    /// Cuts off what comes after some moments, as a piece of its own.
    pub(super) fn cut(&mut self, at: usize) -> Self {
        let mut rest = Self {
            start: self.start + at,
            frames: Vec::with_capacity(self.frames.capacity()),
            pause: 0,
            silence: 0,
        };
        for frame in self.frames.drain(at..) {
            rest.push(frame);
        }
        let trailing =
            |is: fn(Frame) -> bool| self.frames.iter().rev().take_while(|frame| is(**frame)).count();
        (self.pause, self.silence) = (trailing(|frame| frame.is_pause), trailing(Frame::is_silent));
        rest
    }

    /// The quietest moment from `wanted` on, but not in the first half, and at least in the last quarter.
    pub(super) fn quietest(&self, wanted: usize) -> usize {
        let length = self.frames.len();
        let from = wanted.clamp(length / 2, length * 3 / 4);
        let loudness = |frames: &[Frame]| frames.iter().map(|frame| frame.energy).sum::<f32>();
        self.frames[from..]
            .windows(AROUND)
            .enumerate()
            // The last of equals: pieces as long as they may be.
            .min_by(|(_, one), (_, other)| loudness(one).total_cmp(&loudness(other)))
            .map_or(self.frames.len(), |(index, _)| from + index + AROUND / 2)
    }
}
