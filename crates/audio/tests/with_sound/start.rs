use std::time::{Duration, Instant};

use crate::{
    server::play,
    signal::{self, RATE},
    taking::Taking,
};

#[test]
fn a_take_starts_at_once_and_a_second_before() {
    let folder = tempfile::tempdir().unwrap();
    let played = folder.path().join("played.wav");
    let places = 0..30 * RATE;
    signal::write(&played, &places);
    let taking = Taking::arm(None);
    let mut player = play(&played);
    // The pre-roll is full of it.
    let mut heard = None;
    taking.listen(|level, _| {
        level.peak > 0.0 && heard.get_or_insert_with(Instant::now).elapsed() > Duration::from_millis(1_500)
    });
    let mut slowest = Duration::ZERO;
    for number in 0..10 {
        let taken = folder.path().join(format!("{number}.wav"));
        let asked = Instant::now();
        taking.recorder.start(taken.clone()).unwrap();
        slowest = slowest.max(asked.elapsed());
        taking.listen_for(Duration::from_millis(200));
        taking.recorder.stop().unwrap();
        let (runs, frames) = signal::read(&taken, &places);
        assert_eq!(runs.len(), 1, "what was before and what came after follow each other: {runs:?}");
        assert_eq!((runs[0].at, runs[0].end), (0, frames));
        assert!(frames >= u64::from(RATE + RATE / 5), "{frames}");
    }
    player.kill().unwrap();
    player.wait().unwrap();
    println!("the slowest of 10 starts took {slowest:?}");
    assert!(slowest < Duration::from_millis(150), "{slowest:?}");
}
