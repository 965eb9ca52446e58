//! A sound server that lives and doesn't answer.

use std::time::{Duration, Instant};

use audio::{
    Error, devices,
    recorder::{Options, Recorder},
};

use crate::{
    server::{play_whole, signal as send},
    signal::{self, RATE},
    taking::Taking,
};

#[test]
fn nothing_waits_for_it_without_end_and_a_take_survives_it() {
    let folder = tempfile::tempdir().unwrap();
    let [played, taken] = ["played.wav", "taken.wav"].map(|name| folder.path().join(name));
    let places = 0..RATE;
    signal::write(&played, &places);
    let taking = Taking::arm(None);
    taking.recorder.start(taken.clone()).unwrap();
    play_whole(&played);
    taking.listen_to_the_end();
    send("STOP", "pipewire-pulse");
    let asked = Instant::now();
    let listed = devices::inputs();
    let armed =
        Recorder::arm(Options { device: None, pre_roll: Duration::ZERO, tell: std::sync::Arc::new(|_| ()) });
    let answered = asked.elapsed();
    taking.expect_stalled();
    send("CONT", "pipewire-pulse");
    assert!(matches!(listed, Err(Error::System(_))), "{listed:?}");
    assert!(matches!(armed, Err(Error::System(_))), "{armed:?}");
    assert!(answered < Duration::from_secs(9), "{answered:?}");
    taking.expect_recovered();
    play_whole(&played);
    taking.listen_to_the_end();
    taking.recorder.stop().unwrap();
    let (runs, _) = signal::read(&taken, &places);
    let whole = |run: &&signal::Run| (run.from..run.to) == places;
    assert_eq!(runs.iter().filter(whole).count(), 2, "{runs:?}");
}
