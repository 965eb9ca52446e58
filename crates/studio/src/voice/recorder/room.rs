//! How much more fits on the disk.

use std::time::Duration;

use audio::Layout;

use crate::{AppError, error::Code};

/// What a take leaves free: the database and the answers of paid work need room as well.
pub(super) const RESERVE: u64 = 128 << 20;
/// From here on the user is told that the room comes to an end.
pub(super) const LOW: Duration = Duration::from_mins(10);
/// A take is 24 bits.
const BYTES: u64 = 3;
/// What is reckoned with while no microphone is open.
const USUAL: Layout = Layout { rate: 48_000, channels: 1 };

/// How long a take can become with so many bytes free.
pub(super) fn room(free: u64, layout: Option<Layout>) -> Duration {
    let layout = layout.unwrap_or(USUAL);
    let each_second = (u64::from(layout.rate) * u64::from(layout.channels) * BYTES).max(1);
    let room = free.saturating_sub(RESERVE);
    let (seconds, rest) = (room / each_second, room % each_second);
    Duration::from_secs(seconds) + Duration::from_millis(rest * 1_000 / each_second)
}

/// There are a few minutes left.
pub(super) fn low(room: Duration) -> AppError {
    let minutes = room.as_secs() / 60;
    AppError::new(
        Code::RecordingRoomLow,
        format!("The disk takes about {minutes} minutes more of this take."),
        "Make room. Before the disk is full the take ends by itself, and is kept.",
    )
    .param("minutes", minutes)
}

/// There isn't enough room to begin.
pub(super) fn none(free: u64) -> AppError {
    AppError::new(
        Code::DiskFull,
        "There is too little room on the disk for a take.",
        "Make room, then try again. Nothing that was kept is affected.",
    )
    .param("free", free)
}

/// A take ended for it.
pub(super) fn ended() -> AppError {
    AppError::new(
        Code::TakeEndedFull,
        "The take was ended: the disk is nearly full.",
        "All of it is kept. Make room before you record again.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_reckoned_to_the_millisecond() {
        let stereo = Layout { rate: 48_000, channels: 2 };
        let ten_hours = 36_000 * 48_000 * 2 * 3;
        assert!(ten_hours > u64::from(u32::MAX), "more than the sizes of a WAV file can tell");
        assert_eq!(room(ten_hours + RESERVE, Some(stereo)), Duration::from_hours(10));
        assert_eq!(room(ten_hours + RESERVE + 144, Some(stereo)).subsec_millis(), 0);
        assert_eq!(room(ten_hours + RESERVE + 288, Some(stereo)).subsec_millis(), 1);
        assert_eq!(room(RESERVE - 1, None), Duration::ZERO);
        assert_eq!(room(RESERVE + 144_000, None), Duration::from_secs(1));
        let many = Layout { rate: 192_000, channels: 8 };
        assert!(room(u64::MAX, Some(many)) > Duration::from_hours(1_000_000));
    }
}
