use std::time::{Duration, Instant};

use crate::{
    server::{self, play_whole},
    signal::{self, RATE},
    taking::Taking,
};

#[test]
fn a_take_goes_on_when_the_sound_server_was_killed_and_started_again() {
    let folder = tempfile::tempdir().unwrap();
    let [before, after, taken] =
        ["before.wav", "after.wav", "taken.wav"].map(|name| folder.path().join(name));
    let places = [0..2 * RATE, 1_000_000..1_000_000 + 2 * RATE];
    signal::write(&before, &places[0]);
    signal::write(&after, &places[1]);
    let taking = Taking::arm(None);
    taking.listen(|_, _| true);
    taking.recorder.start(taken.clone()).unwrap();
    let began = Instant::now();
    play_whole(&before);
    taking.listen_to_the_end();
    server::kill();
    taking.expect_stalled();
    server::start();
    taking.expect_recovered();
    play_whole(&after);
    taking.listen_to_the_end();
    let lasted = began.elapsed();
    let finished = taking.recorder.stop().unwrap();

    for places in places {
        let (runs, _) = signal::read(&taken, &places);
        assert_eq!(runs.iter().map(|run| run.from..run.to).collect::<Vec<_>>(), [places], "{runs:?}");
    }
    // The clock holds: what was missing is there as silence. A take begins with up to a second from before.
    let length = finished.length;
    assert!(length + Duration::from_millis(250) > lasted, "{length:?} of {lasted:?}");
    assert!(length < lasted + Duration::from_millis(1_250), "{length:?} of {lasted:?}");
    assert!(finished.lost > u64::from(RATE) / 2, "{}", finished.lost);
}
