use std::time::{Duration, Instant};

use audio::{Error, recorder::Event, wave::mend};

use crate::{
    server::{self, make_default, play, play_whole, plug_in, unplug},
    signal::{self, RATE},
    taking::Taking,
};

#[test]
fn a_microphone_that_is_plugged_in_again_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let [before, after, taken] =
        ["before.wav", "after.wav", "taken.wav"].map(|name| folder.path().join(name));
    let places = [0..RATE, 1_000_000..1_000_000 + RATE];
    signal::write(&before, &places[0]);
    signal::write(&after, &places[1]);
    plug_in("second");
    let taking = Taking::arm(Some("pulseaudio:second"));
    taking.recorder.start(taken.clone()).unwrap();
    let began = Instant::now();
    play_whole(&before);
    taking.listen_to_the_end();
    unplug("second");
    taking.expect_stalled();
    plug_in("second");
    taking.expect_recovered();
    play_whole(&after);
    taking.listen_to_the_end();
    let lasted = began.elapsed().as_secs_f64();
    let finished = taking.recorder.stop().unwrap();
    unplug("second");

    for places in places {
        let (runs, _) = signal::read(&taken, &places);
        assert_eq!(runs.iter().map(|run| run.from..run.to).collect::<Vec<_>>(), [places], "{runs:?}");
    }
    let length = finished.length.as_secs_f64();
    assert!(length > lasted - 0.25 && length < lasted + 1.25, "{length} s of {lasted} s");
}

/// Another one, or what an output plays, is not what was asked for.
#[test]
fn a_take_ends_with_its_microphone_and_keeps_what_was_heard() {
    let folder = tempfile::tempdir().unwrap();
    let [played, taken] = ["played.wav", "taken.wav"].map(|name| folder.path().join(name));
    let places = 0..30 * RATE;
    signal::write(&played, &places);
    plug_in("second");
    let taking = Taking::arm(Some("pulseaudio:second"));
    taking.recorder.start(taken.clone()).unwrap();
    let mut player = play(&played);
    taking.listen(|level, _| level.peak > 0.0);
    taking.listen_for(Duration::from_secs(2));
    unplug("second");
    let unplugged = Instant::now();
    taking.expect_stalled();
    assert!(unplugged.elapsed() < Duration::from_secs(2), "{:?}", unplugged.elapsed());
    let told = taking.told();
    assert!(matches!(&told, Event::Lost(why) if matches!(**why, Error::DeviceGone)), "{told:?}");
    assert!(unplugged.elapsed() < Duration::from_secs(15), "{:?}", unplugged.elapsed());
    player.kill().unwrap();
    player.wait().unwrap();

    let mended = mend(&taken).unwrap();
    assert!(!mended.was_open);
    assert!(matches!(taking.recorder.start(folder.path().join("other.wav")), Err(Error::DeviceGone)));
    let finished = taking.recorder.stop().unwrap();
    assert_eq!((finished.path, finished.length), (taken.clone(), mended.length));
    assert!(matches!(taking.recorder.stop(), Err(Error::Invalid(_))));
    let (runs, frames) = signal::read(&taken, &places);
    assert!(runs.len() == 1 && runs[0].from == 0 && runs[0].to > 2 * RATE - RATE / 4, "{runs:?}");
    // Neither ten seconds of waiting, nor of something else.
    assert!(frames < u64::from(RATE) * 7, "{frames}");
}

#[test]
fn the_only_microphone_gone_leaves_none() {
    unplug("vmic");
    let recorder = audio::recorder::Recorder::arm(audio::recorder::Options {
        device: None,
        pre_roll: Duration::ZERO,
        tell: std::sync::Arc::new(|_| ()),
    });
    let there = audio::devices::inputs();
    server::plug_in("vmic");
    make_default("vmic");
    assert!(matches!(recorder, Err(Error::NoDevice)), "{recorder:?}");
    assert_eq!(there.unwrap(), []);
}
