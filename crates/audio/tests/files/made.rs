//! Sounds to test with, and what others make of them.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use audio::{Layout, decode};
use tempfile::TempDir;

/// A folder of its own for each test.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Names of the files in it.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).expect("the folder");
        let mut names: Vec<_> =
            entries.map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// Ten seconds or so of something that is nowhere like itself: tones that glide, noise, and a short silence in it. Each
    /// channel is another.
    pub fn source(&self, seconds: f64, layout: Layout) -> PathBuf {
        let path = self.path(&format!("source-{}-{}-{seconds}.wav", layout.rate, layout.channels));
        let frames = (seconds * f64::from(layout.rate)) as usize;
        let mut noise = 1_u32;
        let mut samples = Vec::with_capacity(frames * usize::from(layout.channels));
        for frame in 0..frames {
            let time = frame as f64 / f64::from(layout.rate);
            for channel in 0..layout.channels {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let hiss = f64::from(noise >> 8) / f64::from(1 << 24) - 0.5;
                let pitch = 200.0 + 60.0 * f64::from(channel) + 150.0 * (time * 0.7).sin();
                let loudness = 0.3 + 0.2 * (time * 3.1 + f64::from(channel)).sin();
                samples.push((loudness * (std::f64::consts::TAU * pitch * time).sin() + 0.02 * hiss) as f32);
            }
        }
        write_wave(&path, layout, &samples);
        path
    }

    /// Runs ffmpeg over a file: `arguments` stand between the input and the output.
    pub fn ffmpeg(&self, from: &Path, arguments: &str, to: &str) -> PathBuf {
        let to = self.path(to);
        let mut command = Command::new("ffmpeg");
        command
            .args(["-nostdin", "-v", "error", "-y", "-i"])
            .arg(from)
            .args(arguments.split_whitespace())
            .arg(&to);
        run(&mut command);
        to
    }
}

/// A WAV file with samples of 32 bits.
pub fn write_wave(path: &Path, layout: Layout, samples: &[f32]) {
    let mut bytes = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x03\0".to_vec();
    bytes.extend(layout.channels.to_le_bytes());
    bytes.extend(layout.rate.to_le_bytes());
    bytes.extend((layout.rate * u32::from(layout.channels) * 4).to_le_bytes());
    bytes.extend((layout.channels * 4).to_le_bytes());
    bytes.extend(32_u16.to_le_bytes());
    bytes.extend(b"data");
    bytes.extend((samples.len() as u32 * 4).to_le_bytes());
    bytes.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    let length = (bytes.len() as u32 - 8).to_le_bytes();
    bytes[4..8].copy_from_slice(&length);
    std::fs::write(path, bytes).expect("a file is written");
}

/// Runs a program, and answers what it printed.
pub fn run(command: &mut Command) -> Vec<u8> {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}; scripts/setup test installs it"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// What ffmpeg hears in a file, in the file's own layout.
pub fn reference(path: &Path) -> Vec<f32> {
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-v", "error", "-i"]).arg(path).args([
        "-map",
        "0:a:0",
        "-f",
        "f32le",
        "-c:a",
        "pcm_f32le",
        "-",
    ]);
    run(&mut command)
        .chunks_exact(4)
        .map(|bytes| f32::from_le_bytes(bytes.try_into().expect("four bytes")))
        .collect()
}

/// What we hear in it.
pub fn heard(path: &Path, from: Duration) -> (Layout, Vec<f32>, decode::Outcome) {
    let mut all = Vec::new();
    let mut layout = Layout { rate: 0, channels: 0 };
    let outcome = decode::decode(path, from, |now, frames| {
        layout = now;
        all.extend_from_slice(frames);
        true
    });
    let outcome = outcome.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    (layout, all, outcome)
}

/// How much two sounds differ, as a part of their loudness.
pub fn difference(one: &[f32], other: &[f32]) -> f64 {
    let square = |sum: f64, value: f32| sum + f64::from(value) * f64::from(value);
    let loud = one.iter().copied().fold(0.0, square).max(1e-12);
    let apart = one.iter().zip(other).map(|(one, other)| one - other).fold(0.0, square);
    (apart / loud).sqrt()
}
