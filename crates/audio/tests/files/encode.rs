//! Encoding, read back by us and by others.

use std::{path::Path, process::Command, time::Duration};

use audio::{
    Error, Layout,
    decode::probe,
    encode::{Chapter, Coding, Tags, Writer, piece, transcode},
};

use super::made::{Folder, difference, heard, reference, run};

fn noise(count: usize) -> Vec<f32> {
    let mut state = 7_u32;
    (0..count)
        .map(|index| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let hiss = (state >> 16) as i16;
            // Whole numbers of 16 bits, so that nothing is rounded.
            f32::from((hiss / 8).saturating_add((8000.0 * (index as f32 * 0.03).sin()) as i16)) / 32_768.0
        })
        .collect()
}

fn write(path: &Path, coding: Coding, layout: Layout, samples: &[f32], tags: &Tags) {
    let mut writer = Writer::create(path, coding, layout, tags).unwrap();
    for part in samples.chunks(usize::from(layout.channels) * 1_013) {
        writer.write(part).unwrap();
    }
    writer.finish().unwrap();
}

fn tags() -> Tags {
    let chapter = |millis, title: &str| Chapter { start: Duration::from_millis(millis), title: title.into() };
    Tags { title: Some("Grüße".into()), chapters: vec![chapter(0, "One"), chapter(450, "Zwei, 二")] }
}

#[test]
fn what_is_lossless_comes_back_as_it_was_whoever_reads_it() {
    let folder = Folder::new();
    let shapes = [(48_000, 1), (44_100, 2), (8_000, 1), (192_000, 2), (48_000, 6), (11_025, 3)];
    for (index, (rate, channels)) in shapes.into_iter().enumerate() {
        let layout = Layout { rate, channels };
        for (name, coding) in [
            ("wav", Coding::Wave { bits: 16 }),
            ("wav", Coding::Wave { bits: 24 }),
            ("wav", Coding::WaveFloat),
            ("flac", Coding::Flac { bits: 16 }),
            ("flac", Coding::Flac { bits: 24 }),
        ] {
            // Lengths with a last block of one frame, of a few, and of many.
            for frames in [1, 4_096, 4_097, 4_100, 20_011] {
                let samples = noise(frames * usize::from(channels));
                let path = folder.path(&format!("{index}-{coding:?}-{frames}.{name}"));
                write(&path, coding, layout, &samples, &Tags::default());
                let (found, back, outcome) = heard(&path, Duration::ZERO);
                assert_eq!(
                    (found, outcome.is_cut_off, outcome.damaged),
                    (layout, false, 0),
                    "{}",
                    path.display()
                );
                assert!(back == samples, "{} comes back as something else", path.display());
                assert!(reference(&path) == samples, "{} is something else to others", path.display());
            }
        }
    }
}

#[test]
fn flac_tells_its_length_and_its_sum() {
    let folder = Folder::new();
    let path = folder.path("a.flac");
    let samples = noise(30_001);
    write(&path, Coding::Flac { bits: 16 }, Layout { rate: 16_000, channels: 1 }, &samples, &Tags::default());
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(u64::from_be_bytes(bytes[18..26].try_into().unwrap()) & 0xF_FFFF_FFFF, 30_001);
    // The sum of the samples as ffmpeg makes it.
    let sum = run(Command::new("ffmpeg").args(["-v", "error", "-i"]).arg(&path).args([
        "-f",
        "md5",
        "-c:a",
        "pcm_s16le",
        "-",
    ]));
    let sum = String::from_utf8(sum).unwrap().trim().replace("MD5=", "");
    let ours = u128::from_be_bytes(bytes[26..42].try_into().unwrap());
    assert_eq!(format!("{ours:032x}"), sum);
}

#[test]
fn opus_is_as_long_as_what_it_is_made_of() {
    let folder = Folder::new();
    for (rate, channels, frames) in
        [(48_000, 2, 48_000), (44_100, 1, 44_100 * 3 + 17), (16_000, 1, 1), (192_000, 6, 200_000)]
    {
        let layout = Layout { rate, channels };
        let samples: Vec<f32> = (0..frames * usize::from(channels))
            .map(|index| {
                0.4 * ((index / usize::from(channels)) as f32 / rate as f32 * 440.0 * std::f32::consts::TAU)
                    .sin()
            })
            .collect();
        let path = folder.path(&format!("{rate}-{channels}.opus"));
        write(&path, Coding::Opus { bitrate: 96_000 }, layout, &samples, &tags());
        let wanted = (frames as f64 * 48_000.0 / f64::from(rate)).round() as usize;
        let (found, back, outcome) = heard(&path, Duration::ZERO);
        assert_eq!(found, Layout { rate: 48_000, channels: channels.min(2) });
        assert!(!outcome.is_cut_off && outcome.damaged == 0, "{outcome:?}");
        assert_eq!(back.len() / usize::from(found.channels), wanted, "{rate}");
        assert_eq!(reference(&path).len(), back.len(), "{rate}");
        if frames > 48_000 {
            let expected: Vec<f32> = (0..wanted)
                .flat_map(|index| {
                    std::iter::repeat_n(
                        0.4 * (index as f32 / 48_000.0 * 440.0 * std::f32::consts::TAU).sin(),
                        usize::from(found.channels),
                    )
                })
                .collect();
            let apart = difference(&expected, &back);
            assert!(apart < 0.1, "{rate} Hz differs by {apart}");
        }
    }
}

#[test]
fn titles_and_chapters_are_read_by_others() {
    let folder = Folder::new();
    let layout = Layout { rate: 48_000, channels: 1 };
    for (name, coding) in [
        ("a.flac", Coding::Flac { bits: 16 }),
        ("a.opus", Coding::Opus { bitrate: 64_000 }),
        ("a.wav", Coding::Wave { bits: 16 }),
    ] {
        let path = folder.path(name);
        write(&path, coding, layout, &noise(48_000), &tags());
        let mut command = Command::new("ffprobe");
        command
            .args([
                "-v",
                "error",
                "-show_chapters",
                "-show_entries",
                "format_tags:stream_tags",
                "-of",
                "flat",
            ])
            .arg(&path);
        let told = String::from_utf8(run(&mut command)).unwrap();
        assert!(told.contains("Grüße"), "{name}: {told}");
        if name == "a.wav" {
            let bytes = std::fs::read(&path).unwrap();
            let at = bytes.windows(4).position(|word| word == b"cue ").expect("cue points");
            assert_eq!(u32::from_le_bytes(bytes[at + 8 + 4 + 24 + 4..][..4].try_into().unwrap()), 21_600);
            let label = "Zwei, 二\0".as_bytes();
            assert!(bytes.windows(label.len()).any(|words| words == label), "labels");
        } else {
            assert!(told.contains("chapters.chapter.1.tags.title=\"Zwei, 二\""), "{name}: {told}");
            assert!(told.contains("chapters.chapter.1.start_time=\"0.450000\""), "{name}: {told}");
        }
    }
}

#[test]
fn a_part_is_cut_to_the_sample() {
    let folder = Folder::new();
    let layout = Layout { rate: 44_100, channels: 2 };
    let source = folder.path("source.wav");
    let samples = noise(44_100 * 2 * 5);
    write(&source, Coding::Wave { bits: 16 }, layout, &samples, &Tags::default());
    let (start, end) = (Duration::from_micros(1_234_567), Duration::from_micros(3_456_789));
    let to = folder.path("part.flac");
    let mut told = Vec::new();
    transcode(&source, Some((start, end)), &to, Coding::Flac { bits: 16 }, &Tags::default(), |done| {
        told.push(done);
        true
    })
    .unwrap();
    let place = |time: Duration| (time.as_secs_f64() * 44_100.0).round() as usize * 2;
    assert!(heard(&to, Duration::ZERO).1 == samples[place(start)..place(end)], "another part");
    assert!(told.is_sorted() && told.last().is_some_and(|last| last.as_millis() == 2_222), "{told:?}");
    assert_eq!(folder.names(), ["part.flac", "source.wav"]);
}

#[test]
fn what_is_stopped_or_fails_leaves_nothing_behind() {
    let folder = Folder::new();
    let source = folder.source(3.0, Layout { rate: 48_000, channels: 1 });
    let name = source.file_name().unwrap().to_string_lossy().into_owned();
    let to = folder.path("out.opus");
    let coding = Coding::Opus { bitrate: 64_000 };
    let stopped =
        transcode(&source, None, &to, coding, &Tags::default(), |done| done < Duration::from_secs(1));
    assert!(matches!(stopped, Err(Error::Stopped)));
    let backwards = Some((Duration::from_secs(2), Duration::from_secs(1)));
    assert!(matches!(
        transcode(&source, backwards, &to, coding, &Tags::default(), |_| true),
        Err(Error::Invalid(_))
    ));
    let beyond = Some((Duration::from_secs(9), Duration::from_secs(10)));
    assert!(matches!(transcode(&source, beyond, &to, coding, &Tags::default(), |_| true), Err(Error::Empty)));
    assert!(matches!(
        transcode(&source, None, &to, Coding::Flac { bits: 13 }, &Tags::default(), |_| true),
        Err(Error::Invalid(_))
    ));
    assert_eq!(folder.names(), [name]);
    // A new file never takes the place of another.
    assert!(matches!(
        Writer::create(&source, coding, Layout { rate: 48_000, channels: 1 }, &Tags::default()),
        Err(Error::File { .. })
    ));
}

#[test]
fn a_full_disk_is_told_and_leaves_nothing_behind() {
    let coding = Coding::Wave { bits: 24 };
    let full = Path::new("/dev/full");
    let file = std::fs::OpenOptions::new().write(true).open(full);
    assert!(file.is_ok(), "a disk that is always full");
    let folder = Folder::new();
    let source = folder.source(3.0, Layout { rate: 48_000, channels: 1 });
    std::os::unix::fs::symlink(full, folder.path("out.wav.part")).unwrap();
    let told = transcode(&source, None, &folder.path("out.wav"), coding, &Tags::default(), |_| true);
    assert!(matches!(told, Err(Error::DiskFull)), "{told:?}");
    assert_eq!(folder.names().len(), 1);
}

#[test]
fn a_piece_to_send_is_mono_at_the_wanted_rate_and_as_long_as_asked_for() {
    let folder = Folder::new();
    let source = folder.source(9.0, Layout { rate: 44_100, channels: 2 });
    let film = folder.ffmpeg(&source, "-c:a aac -b:a 96k", "a.m4a");
    for from in [&source, &film] {
        let to = folder.path("piece.flac");
        piece(from, Duration::from_millis(2_500), Duration::from_millis(6_125), 16_000, &to).unwrap();
        let told = probe(&to).unwrap();
        assert_eq!(
            (told.layout, told.bits, told.codec),
            (Layout { rate: 16_000, channels: 1 }, Some(16), "FLAC")
        );
        assert_eq!(told.length, Some(Duration::from_millis(3_625)));
        // Beside what ffmpeg makes of the same stretch.
        let mut command = Command::new("ffmpeg");
        command.args(["-v", "error", "-i"]).arg(&source).args([
            "-af",
            "pan=mono|c0=0.5*c0+0.5*c1,atrim=2.5:6.125,aresample=16000",
            "-f",
            "f32le",
            "-",
        ]);
        let wanted: Vec<f32> = run(&mut command)
            .chunks_exact(4)
            .map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()))
            .collect();
        let found = heard(&to, Duration::ZERO).1;
        let apart = difference(&wanted[100..57_900], &found[100..57_900]);
        assert!(apart < 0.05, "{}: {apart}", from.display());
    }
    // The end of a piece may lie beyond that of the sound.
    let to = folder.path("last.flac");
    piece(&source, Duration::from_secs(8), Duration::from_secs(20), 16_000, &to).unwrap();
    assert_eq!(probe(&to).unwrap().length, Some(Duration::from_secs(1)));
}
