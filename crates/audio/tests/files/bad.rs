//! What people have that isn't as it should be.

use std::{path::Path, time::Duration};

use audio::{
    Error, Layout,
    cut::{Cutter, Lengths},
    decode::{decode, decode_mono, probe},
};

use super::made::{Folder, difference, heard, reference};

const MONO: Layout = Layout { rate: 44_100, channels: 1 };

fn bytes(path: &Path) -> Vec<u8> {
    std::fs::read(path).expect("a file")
}

/// The first part of a file, as another one.
fn cut(folder: &Folder, from: &Path, part: f64, name: &str) -> std::path::PathBuf {
    let whole = bytes(from);
    let to = folder.path(name);
    std::fs::write(&to, &whole[..(whole.len() as f64 * part) as usize]).unwrap();
    to
}

#[test]
fn what_is_left_of_a_file_is_heard_and_said_to_be_cut_off() {
    let folder = Folder::new();
    let source = folder.source(8.0, MONO);
    let mut failed = Vec::new();
    for (name, how) in [
        ("a.mp3", "-c:a libmp3lame -b:a 128k"),
        ("plain.mp3", "-c:a libmp3lame -b:a 128k -write_xing 0 -id3v2_version 0"),
        ("a.m4a", "-c:a aac -b:a 96k -movflags +faststart"),
        ("a.wav", "-c:a pcm_s16le"),
        ("a.flac", "-c:a flac"),
        ("a.ogg", "-c:a libvorbis"),
        ("a.opus", "-c:a libopus"),
        ("a.mkv", "-c:a libopus"),
        ("a.aac", "-c:a aac"),
        ("a.aiff", ""),
    ] {
        let whole = folder.ffmpeg(&source, how, name);
        let (_, all, outcome) = heard(&whole, Duration::ZERO);
        assert!(!outcome.is_cut_off, "{name} is whole");
        let part = cut(&folder, &whole, 0.6, &format!("cut-{name}"));
        let (_, left, outcome) = heard(&part, Duration::ZERO);
        println!("{name}: {} of {}, {outcome:?}", left.len(), all.len());
        if !outcome.is_cut_off {
            failed.push(name);
        }
        let share = left.len() as f64 / all.len() as f64;
        assert!((0.4..0.72).contains(&share), "{name}: {share} is left");
        let common = left.len() * 9 / 10;
        assert!(difference(&all[..common], &left[..common]) < 0.05, "{name}");
    }
    assert!(failed.is_empty(), "{failed:?}");
}

#[test]
fn a_film_whose_index_is_missing_says_so() {
    let folder = Folder::new();
    let whole = folder.ffmpeg(&folder.source(8.0, MONO), "-c:a aac", "a.m4a");
    let part = cut(&folder, &whole, 0.6, "cut.m4a");
    let Err(Error::NotSound(why)) = probe(&part) else { panic!("it can't be read") };
    assert!(why.contains("cut off"), "{why}");
}

#[test]
fn a_film_is_heard_and_one_without_sound_says_so() {
    let folder = Folder::new();
    let source = folder.source(3.0, MONO);
    let pictures = "-f lavfi -i testsrc=size=160x120:rate=10:duration=3 -map 1:v";
    for (name, how) in [
        ("a.mp4", "-map 0:a -c:v mpeg4 -c:a aac"),
        ("a.mov", "-map 0:a -c:v mpeg4 -c:a pcm_s16le"),
        ("a.mkv", "-map 0:a -c:v mpeg4 -c:a libvorbis"),
        ("a.webm", "-map 0:a -c:v libvpx -c:a libopus"),
    ] {
        let film = folder.ffmpeg(&source, &format!("{pictures} {how}"), name);
        let told = probe(&film).unwrap();
        assert!(told.is_film, "{name}");
        let (layout, samples, outcome) = heard(&film, Duration::ZERO);
        let seconds = samples.len() as f64 / f64::from(layout.rate) / f64::from(layout.channels);
        assert!((seconds - 3.0).abs() < 0.05, "{name} lasts {seconds} s");
        assert!(!outcome.is_cut_off && outcome.damaged == 0, "{name}: {outcome:?}");
        let later = heard(&film, Duration::from_millis(2_200)).1;
        assert!(
            (later.len() as f64 / f64::from(layout.rate) / f64::from(layout.channels) - 0.8).abs() < 0.05,
            "{name}"
        );
        let silent = folder.ffmpeg(
            &source,
            &format!("{pictures} -an -c:v {}", if name == "a.webm" { "libvpx" } else { "mpeg4" }),
            &format!("silent-{name}"),
        );
        assert!(matches!(probe(&silent), Err(Error::NoTrack)), "{name}");
    }
}

#[test]
fn damaged_packets_are_passed_over_in_their_time() {
    let folder = Folder::new();
    let source = folder.source(10.0, MONO);
    for (name, how) in [
        ("a.mp3", "-c:a libmp3lame -b:a 128k"),
        ("a.flac", "-c:a flac"),
        ("a.opus", "-c:a libopus"),
        ("a.ogg", "-c:a libvorbis"),
        ("a.m4a", "-c:a aac -movflags +faststart"),
    ] {
        let whole = folder.ffmpeg(&source, how, name);
        let (_, all, _) = heard(&whole, Duration::ZERO);
        let mut damaged = bytes(&whole);
        let middle = damaged.len() / 2;
        let mut state = 99_u32;
        for byte in &mut damaged[middle..middle + 3_000] {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *byte = (state >> 24) as u8;
        }
        let path = folder.path(&format!("damaged-{name}"));
        std::fs::write(&path, damaged).unwrap();
        let (_, left, outcome) = heard(&path, Duration::ZERO);
        println!("{name}: {} of {}, {outcome:?}", left.len(), all.len());
        // What comes after is where it was, but for what a stream without times loses.
        let slack = if name == "a.mp3" { 16 * 1152 } else { 0 };
        assert!(left.len().abs_diff(all.len()) <= slack, "{name}: {} of {}", left.len(), all.len());
        let early = all.len() * 4 / 10;
        assert!(difference(&all[..early], &left[..early]) < 1e-4, "{name} before");
        if slack == 0 {
            // Pages of Ogg are a second long, and the one after a lost one doesn't tell where it begins.
            let late = all.len() * 3 / 4;
            assert!(difference(&all[late..], &left[late..]) < 0.02, "{name} after");
        }
    }
}

#[test]
fn several_files_in_one_are_all_heard() {
    let folder = Folder::new();
    let one = folder.ffmpeg(&folder.source(3.0, MONO), "-c:a libmp3lame -b:a 64k", "one.mp3");
    let other = folder.ffmpeg(
        &folder.source(2.0, Layout { rate: 22_050, channels: 2 }),
        "-c:a libmp3lame -b:a 64k -id3v2_version 0",
        "other.mp3",
    );
    let both = folder.path("both.mp3");
    std::fs::write(&both, [bytes(&one), bytes(&other)].concat()).unwrap();
    let mut seconds = 0.0;
    let mut layouts = Vec::new();
    decode(&both, Duration::ZERO, |layout, frames| {
        seconds += frames.len() as f64 / f64::from(layout.channels) / f64::from(layout.rate);
        if layouts.last() != Some(&layout) {
            layouts.push(layout);
        }
        true
    })
    .unwrap();
    assert!((5.0..5.3).contains(&seconds), "{seconds}");
    assert_eq!(layouts, [MONO, Layout { rate: 22_050, channels: 2 }]);
    let outcome = decode_mono(&both, 16_000, |_| true).unwrap();
    assert!((outcome.frames as f64 / 16_000.0 - seconds).abs() < 0.001, "{outcome:?}");

    let one = folder.ffmpeg(&folder.source(3.0, MONO), "-c:a libopus", "one.opus");
    let other = folder.ffmpeg(&folder.source(2.0, MONO), "-c:a libopus", "other.opus");
    let both = folder.path("both.opus");
    std::fs::write(&both, [bytes(&one), bytes(&other)].concat()).unwrap();
    let (layout, samples, _) = heard(&both, Duration::ZERO);
    assert_eq!(samples.len(), 5 * layout.rate as usize);
}

#[test]
fn surround_is_heard_whole_and_mixed() {
    let folder = Folder::new();
    let source = folder.source(2.0, Layout { rate: 48_000, channels: 6 });
    for (name, how) in [("a.wav", "-c:a pcm_s24le"), ("a.flac", "-c:a flac")] {
        let path = folder.ffmpeg(&source, how, name);
        assert_eq!(probe(&path).unwrap().layout.channels, 6, "{name}");
        let wanted = reference(&path);
        let found = heard(&path, Duration::ZERO).1;
        for channel in 0..6 {
            let one = |all: &[f32]| -> Vec<f32> { all.iter().skip(channel).step_by(6).copied().collect() };
            let apart = difference(&one(&wanted), &one(&found));
            println!("{name}: channel {channel} differs by {apart}");
            assert!(apart < 2e-3, "{name}, channel {channel}: {apart}");
        }
        assert_eq!(decode_mono(&path, 16_000, |_| true).unwrap().frames, 32_000, "{name}");
    }
    for (name, how) in [("a.m4a", "-c:a aac"), ("a.ogg", "-c:a libvorbis"), ("a.opus", "-c:a libopus")] {
        let film = folder.ffmpeg(&source, how, name);
        let Err(Error::NotSound(why)) = probe(&film) else { panic!("{name} can't be read") };
        assert!(why.contains("two channels"), "{name}: {why}");
    }
}

#[test]
fn a_recording_that_was_never_closed_is_heard() {
    let folder = Folder::new();
    let whole = folder.ffmpeg(&folder.source(3.0, MONO), "-c:a pcm_s16le -bitexact", "a.wav");
    let (_, all, _) = heard(&whole, Duration::ZERO);
    for (name, length) in [("zero.wav", 0_u32), ("unknown.wav", u32::MAX)] {
        let mut open = bytes(&whole);
        open[4..8].copy_from_slice(&length.to_le_bytes());
        open[40..44].copy_from_slice(&length.to_le_bytes());
        let path = folder.path(name);
        std::fs::write(&path, open).unwrap();
        let (_, left, outcome) = heard(&path, Duration::ZERO);
        assert!(left == all && !outcome.is_cut_off, "{name}: {outcome:?}");
    }
}

#[test]
fn nothing_is_heard_in_what_has_no_length() {
    let folder = Folder::new();
    let head = folder.path("head.wav");
    super::made::write_wave(&head, MONO, &[]);
    assert!(matches!(decode(&head, Duration::ZERO, |_, _| true), Err(Error::Empty)));
    assert!(matches!(decode_mono(&head, 16_000, |_| true), Err(Error::Empty)));
    let whole = folder.source(1.0, MONO);
    assert_eq!(decode(&whole, Duration::from_secs(5), |_, _| true).unwrap().frames, 0);
}

#[test]
fn noise_of_any_kind_neither_panics_nor_hangs() {
    let folder = Folder::new();
    let source = folder.source(1.0, MONO);
    let mut state = 5_u32;
    let mut random = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 8
    };
    for name in ["a.wav", "a.mp3", "a.m4a", "a.flac", "a.ogg", "a.opus", "a.mkv", "a.aiff", "a.aac"] {
        let whole = bytes(&folder.ffmpeg(&source, "", name));
        let path = folder.path(&format!("noisy-{name}"));
        for round in 0..20 {
            let mut noisy = whole.clone();
            // Some of it in the head, where lengths are.
            let reach = if round % 2 == 0 { 256.min(noisy.len()) } else { noisy.len() };
            for _ in 0..=round {
                let at = random() as usize % reach;
                noisy[at] = random() as u8;
            }
            noisy.truncate(noisy.len() - random() as usize % 100);
            std::fs::write(&path, noisy).unwrap();
            let mut frames = 0_usize;
            let _ = decode(&path, Duration::ZERO, |_, more| {
                frames += more.len();
                // An hour of silence in place of what a file says is missing is enough.
                frames < 48_000 * 3600
            });
            let _ = decode(&path, Duration::from_millis(700), |_, _| true);
        }
    }
}

#[test]
fn ten_hours_are_cut_where_something_is_heard() {
    use std::{
        fs::OpenOptions,
        io::{Seek as _, SeekFrom, Write as _},
    };

    const RATE: u32 = 8_000;
    let folder = Folder::new();
    let path = folder.path("long.wav");
    let second: Vec<u8> = (0..RATE)
        .flat_map(|frame| (((f64::from(frame) * 0.3).sin() * 9_000.0) as i16).to_le_bytes())
        .collect();
    let samples = RATE * 3600 * 10 * 2;
    let mut head = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
    head[4..8].copy_from_slice(&(samples + 36).to_le_bytes());
    head.extend([RATE.to_le_bytes(), (RATE * 2).to_le_bytes()].concat());
    head.extend(b"\x02\0\x10\0data");
    head.extend(samples.to_le_bytes());
    let mut file = OpenOptions::new().write(true).create_new(true).open(&path).unwrap();
    file.write_all(&head).unwrap();
    // Nearly all of it is a hole in the file.
    file.set_len(u64::from(samples) + 44).unwrap();
    for hour in [3_u32, 9] {
        file.seek(SeekFrom::Start(u64::from(hour * 3600 * RATE * 2) + 44)).unwrap();
        file.write_all(&second).unwrap();
    }
    let lengths = Lengths { wanted: Duration::from_mins(4), most: Duration::from_mins(5) };
    let mut cutter = Cutter::new(lengths);
    let mut spans = Vec::new();
    let outcome = decode_mono(&path, 16_000, |frames| {
        spans.extend(cutter.hear(frames));
        true
    })
    .unwrap();
    spans.extend(cutter.finish());
    assert_eq!(outcome.frames, 16_000 * 3600 * 10);
    let starts: Vec<u64> = spans.iter().map(|span| span.start.as_millis().div_ceil(1_000) as u64).collect();
    assert_eq!(starts, [3 * 3600, 9 * 3600], "{spans:?}");
    let late =
        decode(&path, Duration::from_hours(9), |_, frames| frames.iter().all(|sample| sample.abs() < 0.2))
            .unwrap();
    assert!(late.frames < 100_000, "it is heard at once");
}
