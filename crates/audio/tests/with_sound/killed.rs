use std::{
    env,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use audio::wave::mend;

use crate::{
    server::{play, until},
    signal::{self, RATE},
};

/// The example `record`, which is built beside this test.
pub fn program() -> PathBuf {
    let own = env::current_exe().expect("this program");
    let path = own.parent().and_then(Path::parent).expect("its folder").join("examples/record");
    assert!(path.exists(), "build it first: cargo build -p audio --example record");
    path
}

/// Waits until a program says that it records.
pub fn recording(child: &mut Child) -> BufReader<impl std::io::Read + use<>> {
    let mut said = BufReader::new(child.stdout.take().expect("its words"));
    let mut line = String::new();
    said.read_line(&mut line).expect("a line");
    assert!(line.starts_with("recording"), "{line}");
    said
}

#[test]
fn a_killed_recording_loses_a_second_at_most() {
    let folder = tempfile::tempdir().unwrap();
    let [played, taken] = ["played.wav", "taken.wav"].map(|name| folder.path().join(name));
    for (number, span) in (1..).zip([1_800, 3_210, 5_000]) {
        let places = number * 1_000_000..number * 1_000_000 + 20 * RATE;
        signal::write(&played, &places);
        let _ = std::fs::remove_file(&taken);
        let mut child =
            Command::new(program()).arg(&taken).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let _said = recording(&mut child);
        let began = Instant::now();
        let mut player = play(&played);
        until("it is to be killed", || began.elapsed() > Duration::from_millis(span));
        child.kill().unwrap();
        let recorded = began.elapsed().as_secs_f64();
        child.wait().unwrap();
        player.kill().unwrap();
        player.wait().unwrap();

        // What the head told was true already, and a second old at most.
        let (runs, told) = signal::read(&taken, &places);
        assert!(
            runs.len() == 1 && told as f64 / f64::from(RATE) > recorded - 1.0,
            "{runs:?} of {recorded} s"
        );
        let mended = mend(&taken).unwrap();
        assert!(mended.was_open);
        assert!(mended.length.as_secs_f64() > recorded - 0.5, "{:?} of {recorded} s", mended.length);
        let (runs, frames) = signal::read(&taken, &places);
        assert_eq!(runs.len(), 1, "{runs:?}");
        assert!(
            frames >= told && (runs[0].from, runs[0].end) == (places.start, frames),
            "{runs:?} of {frames}"
        );
        println!("killed after {recorded:.2} s: {:?} are there", mended.length);
    }
}
