//! Sound for tests: real speech, made on the spot, and what is in a file that came out.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::app::Home;

/// Four sentences with pauses between them, some ten seconds.
pub const SENTENCES: &str = "The first boat leaves at six. [[slnc 700]] It carries bread, and two bicycles. \
    [[slnc 700]] Nobody speaks before the second bridge. [[slnc 700]] Then somebody laughs.";

/// Has the system's own voice say something into a WAV, 48 kHz, as the virtual microphone hears it.
pub fn say(home: &Home, name: &str, words: &str) -> PathBuf {
    let (spoken, wav) = (home.path(&format!("{name}-spoken.wav")), home.path(name));
    run(Command::new("espeak-ng").args(["-v", "en", "-s", "150", "-w"]).arg(&spoken).arg(words));
    run(Command::new("sox").arg(&spoken).args(["-r", "48000", "-c", "2"]).arg(&wav));
    wav
}

/// The length of a sound or film in seconds, as another program reads it.
pub fn seconds(path: &Path) -> f64 {
    let mut ffprobe = Command::new("ffprobe");
    ffprobe.args(["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0"]).arg(path);
    let output = ffprobe.output().expect("ffprobe starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number")
}

/// The loudest sample of a sound, 0 to 1.
pub fn loudest(path: &Path) -> f64 {
    let output = Command::new("sox").arg(path).args(["-n", "stat"]).output().expect("sox starts");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = told.lines().find(|line| line.starts_with("Maximum amplitude")).expect("what sox tells");
    line.rsplit(' ').next().and_then(|number| number.parse().ok()).expect("a number")
}

/// Runs a program to its end.
pub fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
