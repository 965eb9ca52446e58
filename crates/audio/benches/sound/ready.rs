//! An hour of MP3 made ready for transcription: decoded, resampled to 16 kHz and cut at silences, beside ffmpeg, which decodes
//! and resamples the same.

use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use audio::{
    cut::{Cutter, Lengths, RATE},
    decode::decode_mono,
};

use super::made::{minutes, run};
use crate::results::{Results, median};

const MINUTES: u32 = 60;
const ROUNDS: usize = 5;
const LEAST: f64 = 0.8;

pub fn measure(results: &mut Results) {
    let path = minutes(MINUTES, "-c:a libmp3lame -b:a 128k", "hour.mp3");
    println!("\nAn hour of MP3, ready for transcription …");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let pair = (ours_of(&path), ffmpeg_of(&path));
        // The first one reads the file into memory.
        if round > 0 {
            println!("{:.2} s, ffmpeg {:.2} s", pair.0, pair.1);
            ours.push(f64::from(MINUTES) * 60.0 / pair.0);
            theirs.push(f64::from(MINUTES) * 60.0 / pair.1);
        }
    }
    results.add_at_least(
        "decode, resample and cut (times real time)",
        "x",
        median(&ours),
        median(&theirs),
        LEAST,
    );
}

fn ours_of(path: &Path) -> f64 {
    let started = Instant::now();
    let mut cutter = Cutter::new(Lengths { wanted: Duration::from_mins(4), most: Duration::from_mins(5) });
    let mut pieces = Vec::new();
    let outcome = decode_mono(path, RATE, |frames| {
        pieces.extend(cutter.hear(frames));
        true
    })
    .expect("it is decoded");
    pieces.extend(cutter.finish());
    let took = started.elapsed().as_secs_f64();
    let wanted = u64::from(MINUTES) * 60 * u64::from(RATE);
    assert!(outcome.frames.abs_diff(wanted) < u64::from(RATE) / 10, "{outcome:?} is no hour");
    assert!(pieces.len() >= 12 && pieces.len() <= 16, "{} pieces", pieces.len());
    took
}

fn ffmpeg_of(path: &Path) -> f64 {
    let started = Instant::now();
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-v", "error", "-y", "-i"]).arg(path);
    run(command.args(["-ac", "1", "-ar", "16000", "-f", "s16le", "/dev/null"]));
    started.elapsed().as_secs_f64()
}
