use crate::{
    busy::Busy,
    server::{play_whole, record},
    signal::{self, RATE},
    taking::Taking,
};

#[test]
fn a_minute_with_both_cores_busy_loses_no_sample() {
    let folder = tempfile::tempdir().unwrap();
    let [played, taken, other] =
        ["played.wav", "taken.wav", "other.raw"].map(|name| folder.path().join(name));
    let places = 0..60 * RATE;
    signal::write(&played, &places);
    let taking = Taking::arm(None);
    taking.recorder.start(taken.clone()).unwrap();
    let mut others = record(&other);
    let busy = Busy::start(2);
    play_whole(&played);
    taking.listen_to_the_end();
    drop(busy);
    others.kill().unwrap();
    others.wait().unwrap();
    let finished = taking.recorder.stop().unwrap();
    let (runs, _) = signal::read(&taken, &places);
    let others = signal::read_raw(&other, &places);
    println!("{runs:?}, and by the server's own recorder {others:?}");
    assert_eq!(runs.len(), 1, "{runs:?}");
    assert_eq!((runs[0].from..runs[0].to, finished.lost), (places, 0));
    // What the server leaves out, its own recorder doesn't have either.
    assert!(runs[0].skipped <= others.iter().map(|run| run.skipped).sum(), "{runs:?} {others:?}");
}
