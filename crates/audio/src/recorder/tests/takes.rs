//! Takes of what the program itself gives.

use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        mpsc::{self, Receiver},
    },
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{
    Error, Layout,
    recorder::{Event, Feed, Options, Recorder, ring::Piece, take::Take},
    wave::{HEAD, mend},
};

const LAYOUT: Layout = Layout { rate: 8_000, channels: 2 };
/// Samples of a second.
const SECOND: usize = 16_000;

fn fed(pre_roll: Duration) -> (Recorder, Feed, Receiver<Event>) {
    let (sender, events) = mpsc::channel();
    let tell = Arc::new(move |event| drop(sender.send(event)));
    let (recorder, feed) = Recorder::fed(Options { device: None, pre_roll, tell }, LAYOUT).unwrap();
    (recorder, feed, events)
}

/// Samples of which each says where it is.
fn samples(from: usize, count: usize) -> Vec<f32> {
    (from + 1..=from + count).map(|at| at as f32 / 8_388_608.0).collect()
}

fn read(path: &Path) -> Vec<f32> {
    let bytes = fs::read(path).unwrap();
    let data = u32::from_le_bytes(bytes[124..128].try_into().unwrap()) as usize;
    let sample = |bytes: &[u8]| i32::from_le_bytes([0, bytes[0], bytes[1], bytes[2]]) >> 8;
    bytes[HEAD as usize..][..data].chunks_exact(3).map(|bytes| sample(bytes) as f32 / 8_388_608.0).collect()
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn a_take_begins_with_what_was_heard_before_it() {
    let (recorder, mut feed, _events) = fed(Duration::from_secs(1));
    let folder = folder();
    let path = folder.path().join("take.wav");
    assert_eq!(feed.give(&samples(0, 3 * SECOND)), 3 * SECOND);
    recorder.start(path.clone()).unwrap();
    feed.give(&samples(3 * SECOND, 100));
    let finished = recorder.stop().unwrap();
    assert_eq!(read(&path), samples(2 * SECOND, SECOND + 100));
    assert_eq!((finished.path, finished.layout, finished.lost), (path, LAYOUT, 0));
    assert_eq!(finished.length, Duration::from_micros(1_006_250));
}

#[test]
fn without_a_pre_roll_it_begins_at_once() {
    let (recorder, mut feed, _events) = fed(Duration::ZERO);
    let folder = folder();
    let path = folder.path().join("take.wav");
    feed.give(&samples(0, 500));
    recorder.start(path.clone()).unwrap();
    feed.give(&samples(500, 500));
    recorder.stop().unwrap();
    assert_eq!(read(&path), samples(500, 500));
}

#[test]
fn a_pause_leaves_out_exactly_what_is_heard_in_it() {
    let (recorder, mut feed, _events) = fed(Duration::ZERO);
    let folder = folder();
    let path = folder.path().join("take.wav");
    recorder.start(path.clone()).unwrap();
    feed.give(&samples(0, 1_000));
    recorder.pause().unwrap();
    recorder.pause().unwrap();
    feed.give(&samples(1_000, 1_000));
    recorder.resume().unwrap();
    recorder.resume().unwrap();
    feed.give(&samples(2_000, 1_000));
    recorder.pause().unwrap();
    feed.give(&samples(3_000, 1_000));
    let finished = recorder.stop().unwrap();
    assert_eq!(read(&path), [samples(0, 1_000), samples(2_000, 1_000)].concat());
    assert_eq!(finished.length, Duration::from_millis(125));
}

#[test]
fn takes_follow_each_other() {
    let (recorder, mut feed, _events) = fed(Duration::from_secs(1));
    let folder = folder();
    for take in 0..3 {
        let path = folder.path().join(format!("{take}.wav"));
        recorder.start(path.clone()).unwrap();
        feed.give(&samples(take * SECOND, SECOND));
        recorder.stop().unwrap();
        let from = take.saturating_sub(1) * SECOND;
        assert_eq!(read(&path), samples(from, (take + 1) * SECOND - from));
    }
}

#[test]
fn what_makes_no_sense_is_refused_and_costs_nothing() {
    let (recorder, mut feed, _events) = fed(Duration::ZERO);
    let folder = folder();
    let [path, other, kept] = ["take.wav", "other.wav", "kept.wav"].map(|name| folder.path().join(name));
    assert!(matches!(recorder.stop(), Err(Error::Invalid(_))));
    assert!(matches!(recorder.pause(), Err(Error::Invalid(_))));
    assert!(matches!(recorder.resume(), Err(Error::Invalid(_))));
    fs::write(&kept, "kept").unwrap();
    assert!(matches!(recorder.start(kept.clone()), Err(Error::File { .. })));
    assert!(matches!(recorder.start(folder.path().join("none/take.wav")), Err(Error::File { .. })));
    recorder.start(path.clone()).unwrap();
    assert!(matches!(recorder.start(other.clone()), Err(Error::Invalid(_))));
    feed.give(&samples(0, 100));
    recorder.stop().unwrap();
    assert!(matches!(recorder.stop(), Err(Error::Invalid(_))));
    assert_eq!((read(&path), fs::read(&kept).unwrap()), (samples(0, 100), b"kept".to_vec()));
    assert!(!other.exists());
}

#[test]
fn a_recorder_that_goes_ends_its_take() {
    let (recorder, mut feed, _events) = fed(Duration::ZERO);
    let folder = folder();
    let path = folder.path().join("take.wav");
    recorder.start(path.clone()).unwrap();
    feed.give(&samples(0, 100));
    drop(recorder);
    assert_eq!(read(&path), samples(0, 100));
    assert!(!mend(&path).unwrap().was_open);
    // Nobody takes it any more, and nothing waits.
    assert!(feed.give(&samples(0, 13 * SECOND)) < 13 * SECOND);
}

#[test]
fn a_feed_loses_nothing_of_what_does_not_fit() {
    let (recorder, mut feed, _events) = fed(Duration::ZERO);
    let folder = folder();
    let path = folder.path().join("take.wav");
    recorder.start(path.clone()).unwrap();
    let all = samples(0, 50 * SECOND);
    // Pieces that aren't whole frames, of a rate that nothing can follow.
    let mut given = 0;
    while given < all.len() {
        given += feed.give(&all[given..all.len().min(given + 99_999)]);
    }
    recorder.stop().unwrap();
    assert!(read(&path) == all);
}

#[test]
fn it_is_told_how_loud_it_is_and_how_far_the_take_is() {
    let (recorder, mut feed, events) = fed(Duration::from_secs(1));
    let folder = folder();
    let next = || events.recv_timeout(Duration::from_secs(10)).unwrap();
    feed.give(&[0.5; 1_000]);
    let Event::Heard { level, taken, written } = next() else { panic!("a level") };
    assert_eq!((level.peak, level.rms, level.held, level.clipped), (0.5, 0.5, 0.5, 0));
    assert_eq!((taken, written), (None, 0));

    recorder.start(folder.path().join("take.wav")).unwrap();
    loop {
        feed.give(&[1.0; 800]);
        let Event::Heard { level, taken: Some(taken), written } = next() else { continue };
        if taken > Duration::from_millis(100) && written > HEAD + 3_000 {
            assert!(level.clipped >= 800);
            break;
        }
    }
}

#[test]
fn what_was_missing_before_a_take_or_in_its_pause_is_not_of_it() {
    let folder = folder();
    let path = folder.path().join("take.wav");
    let began = Instant::now();
    let at = |milliseconds| began + Duration::from_millis(milliseconds);
    let mut take = Take::begin(&path, LAYOUT, [&[], &[]], began).unwrap();
    // The microphone had been silent for five seconds when it began, and sends again a second later.
    take.add(Piece::Missing(6 * 8_000), at(1_000)).unwrap();
    take.add(Piece::Samples(&samples(0, SECOND)), at(2_000)).unwrap();
    // All of this is of it.
    take.add(Piece::Missing(8_000), at(4_000)).unwrap();
    // Silent again, held, and gone on with: three seconds in all, of which the last half.
    take.pause(true, at(5_000));
    take.pause(false, at(6_500));
    take.add(Piece::Missing(3 * 8_000), at(7_000)).unwrap();
    let (finished, closed) = take.finish();
    closed.unwrap();
    assert_eq!(finished.length, Duration::from_millis(1_000 + 1_000 + 1_000 + 500));
    assert_eq!(finished.lost, 2 * 8_000 + 4_000);
}
