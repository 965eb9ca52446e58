use std::time::{Duration, Instant};

use crate::{
    server::play,
    signal::{self, RATE},
    taking::Taking,
};

#[test]
fn a_pause_leaves_out_what_is_played_in_it_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let [played, taken] = ["played.wav", "taken.wav"].map(|name| folder.path().join(name));
    let places = 0..30 * RATE;
    signal::write(&played, &places);
    let taking = Taking::arm(None);
    let mut player = play(&played);
    let pre_roll_is_full = Instant::now();
    taking.listen(|level, _| level.peak > 0.0 && pre_roll_is_full.elapsed() > Duration::from_secs(2));
    taking.recorder.start(taken.clone()).unwrap();
    taking.listen_for(Duration::from_secs(1));
    taking.recorder.pause().unwrap();
    let paused = Instant::now();
    taking.listen(|_, _| paused.elapsed() > Duration::from_secs(2));
    taking.recorder.resume().unwrap();
    let paused = paused.elapsed();
    taking.listen_for(Duration::from_secs(1));
    let finished = taking.recorder.stop().unwrap();
    player.kill().unwrap();
    player.wait().unwrap();

    let (runs, frames) = signal::read(&taken, &places);
    let [before, after] = runs[..] else { panic!("one cut: {runs:?}") };
    assert_eq!((before.at, before.end, after.end), (0, after.at, frames));
    assert_eq!(finished.length, Duration::from_nanos(frames * 1_000_000_000 / u64::from(RATE)));
    let left_out = f64::from(after.from - before.to) / f64::from(RATE);
    // Sound comes in portions of 40 ms.
    assert!((left_out - paused.as_secs_f64()).abs() < 0.2, "{left_out} s of {paused:?}");
}
