//! The sounds that are measured with.

use std::{fs, path::PathBuf, process::Command};

use crate::results::folder;

/// Four paragraphs or so, read aloud.
const TEXT: &str = "The water lay still under the bridge, and the last boat of the evening had gone. She counted the \
bells of the three churches, one after the other, and wrote the hour down. Nobody had asked her to. In the morning the \
market would fill the square again, with its baskets and its noise, and by noon the stones would be warm. He had said \
that he would come back before the tide turned; she believed him, and put the lamp into the window. ";

/// Speech of some minutes in stereo, as a recording of a talk would be: once made, it is kept.
fn speech() -> PathBuf {
    let path = folder().join("speech.wav");
    if !path.exists() {
        let plain = folder().join("speech-plain.wav");
        run(Command::new("espeak-ng").arg("-w").arg(&plain).args(["-s", "150", &TEXT.repeat(8)]));
        // A room's hiss on both sides, and pauses between the sentences as the speaker makes them.
        let mix = "[0:a]aresample=44100,apad=pad_dur=2[a];[a][1:a]amix=inputs=2:duration=first:normalize=0,pan=stereo|c0=c0|c1=0.8*c0";
        let mut command = Command::new("ffmpeg");
        command.args(["-nostdin", "-v", "error", "-y", "-i"]).arg(&plain);
        command
            .args(["-f", "lavfi", "-i", "anoisesrc=r=44100:a=0.002:seed=7", "-filter_complex", mix])
            .arg(&path);
        run(&mut command);
    }
    path
}

/// So many minutes of it in some coding; kept too, but for what is large.
pub fn minutes(count: u32, arguments: &str, name: &str) -> PathBuf {
    let path = folder().join(name);
    if !path.exists() {
        println!("Making {name} …");
        let part = folder().join(format!("part-{name}"));
        let mut command = Command::new("ffmpeg");
        command.args(["-nostdin", "-v", "error", "-y", "-stream_loop", "-1", "-i"]).arg(speech());
        command.args(["-t", &(count * 60).to_string()]).args(arguments.split_whitespace()).arg(&part);
        run(&mut command);
        fs::rename(&part, &path).expect("a file is put in place");
    }
    path
}

/// Runs a program to its end.
pub fn run(command: &mut Command) {
    let status = command
        .status()
        .unwrap_or_else(|error| panic!("{command:?}: {error}; scripts/setup test installs it"));
    assert!(status.success(), "{command:?}");
}
