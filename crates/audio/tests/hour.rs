//! An hour of sound, as fast as the ring, the scribe and the file take it.

#![allow(clippy::unwrap_used, reason = "a test that can't go on says where it stopped")]

use std::{
    fs::{self, File},
    io::{BufReader, Read, Seek, SeekFrom},
    sync::Arc,
    time::Duration,
};

use audio::{
    Layout,
    recorder::{Options, Recorder},
    wave::HEAD,
};

const LAYOUT: Layout = Layout { rate: 48_000, channels: 1 };
const FRAMES: u32 = 3_600 * LAYOUT.rate;
/// A portion, as a sound server sends them.
const PORTION: u32 = 1_920;

/// A sample that says its place, but for what 24 bits don't hold.
fn sample(place: u32) -> i32 {
    place.wrapping_mul(0x9E37_79B1).cast_signed() >> 8
}

/// The memory that this process holds, in kilobytes.
fn memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn an_hour_is_whole_and_memory_stays_flat() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("take.wav");
    let options = Options { device: None, pre_roll: Duration::from_secs(1), tell: Arc::new(|_| ()) };
    let (recorder, mut feed) = Recorder::fed(options, LAYOUT).unwrap();
    recorder.start(path.clone()).unwrap();
    let (mut place, mut most, mut at_first) = (0, 0, 0);
    let mut portion = Vec::with_capacity(PORTION as usize);
    while place < FRAMES {
        portion.clear();
        portion.extend((place..place + PORTION).map(|place| sample(place) as f32 / 8_388_608.0));
        let mut given = 0;
        while given < portion.len() {
            given += feed.give(&portion[given..]);
            if given < portion.len() {
                std::thread::yield_now();
            }
        }
        place += PORTION;
        if place % (60 * LAYOUT.rate) == 0 {
            most = memory();
            // The rings and the pre-roll have been filled once by then.
            if place == 3 * 60 * LAYOUT.rate {
                at_first = most;
            }
            assert!(at_first == 0 || most < at_first + 4_096, "{at_first} kB at first, {most} kB then");
        }
    }
    let finished = recorder.stop().unwrap();
    println!("{at_first} kB at first, {most} kB at the end");
    assert_eq!((finished.length, finished.lost), (Duration::from_hours(1), 0));

    let mut file = BufReader::with_capacity(1 << 20, File::open(&path).unwrap());
    file.seek(SeekFrom::Start(HEAD)).unwrap();
    let mut bytes = vec![0; PORTION as usize * 3];
    for place in (0..FRAMES).step_by(PORTION as usize) {
        file.read_exact(&mut bytes).unwrap();
        for (sampled, place) in bytes.chunks_exact(3).zip(place..) {
            let there = i32::from_le_bytes([0, sampled[0], sampled[1], sampled[2]]) >> 8;
            assert_eq!(there, sample(place), "the sample {place}");
        }
    }
    assert_eq!(file.read(&mut bytes).unwrap(), 0);
}
