use std::{
    io::Read,
    ops::Range,
    path::Path,
    process::{Command, Stdio},
};

use audio::wave::mend;

use crate::{
    killed::{program, recording},
    server::play,
    signal::{self, RATE},
};

/// Records under `shell`, whose `$RECORD` is the program and `$TAKEN` its file, until it ends by itself; and what it says.
fn record(shell: &mut Command, folder: &Path, places: &Range<u32>) -> String {
    let played = folder.join("played.wav");
    signal::write(&played, places);
    let shell = shell.env("RECORD", program()).env("TAKEN", folder.join("taken.wav")).env("FOLDER", folder);
    let mut child = shell.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut words = recording(&mut child);
    let mut player = play(&played);
    let mut said = String::new();
    words.read_to_string(&mut said).unwrap();
    assert!(child.wait().unwrap().success(), "{said}");
    player.kill().unwrap();
    player.wait().unwrap();
    said
}

/// All that there was room for is there, and whole.
fn assert_whole(taken: &Path, least: f64, places: &Range<u32>) {
    let mended = mend(taken).unwrap();
    assert!(!mended.was_open, "its head is true");
    assert!(mended.length.as_secs_f64() > least, "{:?}", mended.length);
    let (runs, frames) = signal::read(taken, places);
    assert_eq!((runs.len(), runs[0].from, runs[0].end), (1, places.start, frames), "{runs:?}");
}

#[test]
fn a_take_ends_whole_where_its_file_may_not_grow() {
    let folder = tempfile::tempdir().unwrap();
    let places = 0..30 * RATE;
    // 600 kB, in blocks of 1,024 bytes: 2.1 s.
    let limited = r#"trap "" XFSZ; ulimit -f 600; exec "$RECORD" "$TAKEN""#;
    let said = record(Command::new("bash").args(["-c", limited]), folder.path(), &places);
    assert!(said.contains("Full(File"), "{said}");
    assert_whole(&folder.path().join("taken.wav"), 2.0, &places);
}

/// Makes a small disk of memory, which takes a user namespace but no privilege.
const SMALL_DISK: &str =
    r#"mkdir "$FOLDER/disk" && mount -t tmpfs -o size=600k none "$FOLDER/disk" || exit 99"#;

#[test]
fn a_take_ends_whole_where_the_disk_is_full() {
    let folder = tempfile::tempdir().unwrap();
    let places = 2_000_000..2_000_000 + 30 * RATE;
    let small_disk = |then: &str| {
        let mut command = Command::new("unshare");
        command.args([
            "--user",
            "--map-root-user",
            "--mount",
            "bash",
            "-c",
            &format!("{SMALL_DISK}; {then}"),
        ]);
        command
    };
    let probe = tempfile::tempdir().unwrap();
    if !small_disk("true").env("FOLDER", probe.path()).status().is_ok_and(|status| status.success()) {
        println!("skipped: this system lets nobody mount a small disk");
        return;
    }
    let then = r#""$RECORD" "$FOLDER/disk/taken.wav" && cp "$FOLDER/disk/taken.wav" "$TAKEN""#;
    let said = record(&mut small_disk(then), folder.path(), &places);
    assert!(said.contains("Full(DiskFull)"), "{said}");
    assert_whole(&folder.path().join("taken.wav"), 2.0, &places);
}
