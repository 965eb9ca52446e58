//! Waveforms.

use std::time::Duration;

use audio::{
    Layout,
    peaks::{FINEST, Peaks},
};

use super::made::{Folder, heard};

#[test]
fn a_long_file_gives_the_same_in_parts_as_in_order() {
    let folder = Folder::new();
    let source = folder.source(130.4, Layout { rate: 22_050, channels: 2 });
    for (how, name) in [
        ("-c:a copy", "a.wav"),
        ("-c:a libmp3lame -q:a 5", "a.mp3"),
        ("-c:a flac", "a.flac"),
        ("-c:a libvorbis", "a.ogg"),
    ] {
        let path = folder.ffmpeg(&source, how, name);
        let peaks = Peaks::of_file(&path).unwrap();
        let (layout, samples, _) = heard(&path, Duration::ZERO);
        let frames = samples.len() / 2;
        assert_eq!(
            peaks.pairs.len() as u64,
            (frames as u64 * u64::from(FINEST)).div_ceil(u64::from(layout.rate)),
            "{name}"
        );
        for (index, pair) in peaks.pairs.iter().enumerate() {
            let place =
                |stretch: usize| (stretch * layout.rate as usize).div_ceil(FINEST as usize).min(frames) * 2;
            let within = &samples[place(index)..place(index + 1)];
            let low = within.iter().copied().fold(f32::INFINITY, f32::min) * 127.0;
            let high = within.iter().copied().fold(f32::NEG_INFINITY, f32::max) * 127.0;
            assert_eq!(*pair, [low.floor() as i8, high.ceil() as i8], "{name}, stretch {index}");
        }
    }
}
