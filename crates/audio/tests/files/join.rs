//! Parts joined into one.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use audio::{
    Error, Layout,
    decode::{decode_mono, probe},
    encode::Coding,
    join::{Part, join},
};

use super::made::{Folder, heard, run, write_wave};

/// Words with silence around them, spoken by espeak-ng, as one would get them from different services.
fn spoken(folder: &Folder) -> Vec<PathBuf> {
    let kinds = [
        ("one", "-c:a libmp3lame -b:a 64k", "mp3"),
        ("two", "-ar 48000 -c:a libopus -b:a 48k", "opus"),
        ("three", "-ac 2 -ar 44100 -c:a flac", "flac"),
        ("four", "-ar 16000 -c:a pcm_s16le", "wav"),
        ("five", "-ar 24000 -c:a aac -b:a 64k", "m4a"),
    ];
    kinds
        .into_iter()
        .map(|(word, how, kind)| {
            let plain = folder.path(&format!("{word}-plain.wav"));
            let text = format!("This is part {word}, and it ends here");
            run(Command::new("espeak-ng").arg("-w").arg(&plain).arg(text));
            folder.ffmpeg(
                &plain,
                &format!("-af adelay=300:all=1,apad=pad_dur=0.4 {how}"),
                &format!("{word}.{kind}"),
            )
        })
        .collect()
}

fn part(path: &Path, pause: u64, chapter: Option<&str>) -> Part {
    Part { path: path.to_owned(), pause: Duration::from_millis(pause), chapter: chapter.map(Into::into) }
}

/// The largest step from one sample to the next in a stretch, and the longest silence in it, in samples.
fn steps_and_silence(samples: &[f32]) -> (f32, usize) {
    let step = samples.windows(2).fold(0.0_f32, |most, pair| most.max((pair[0] - pair[1]).abs()));
    let silence = samples.split(|sample| sample.abs() >= 0.003).map(<[f32]>::len).max().unwrap_or_default();
    (step, silence)
}

#[test]
fn parts_of_any_kind_are_joined_without_a_gap_or_a_click() {
    let folder = Folder::new();
    let files = spoken(&folder);
    let pauses = [0, 250, 0, 700, 60];
    let chapters = [Some("First"), None, Some("Second"), None, Some("Third")];
    let parts: Vec<Part> = files
        .iter()
        .zip(pauses)
        .zip(chapters)
        .map(|((file, pause), chapter)| part(file, pause, chapter))
        .collect();
    let to = folder.path("all.flac");
    let joined = join(&parts, "All of it", &to, Coding::Flac { bits: 16 }).unwrap();

    let told = probe(&to).unwrap();
    assert_eq!(told.layout, Layout { rate: 48_000, channels: 2 });
    assert_eq!(told.length, Some(joined.length));
    let titles: Vec<_> =
        joined.chapters.iter().map(|chapter| (chapter.title.as_str(), chapter.start)).collect();
    assert_eq!(
        titles,
        [("First", joined.starts[0]), ("Second", joined.starts[2]), ("Third", joined.starts[4])]
    );
    assert_eq!(joined.starts[0], Duration::ZERO);

    let mut samples = Vec::new();
    decode_mono(&to, 48_000, |frames| {
        samples.extend_from_slice(frames);
        true
    })
    .unwrap();
    let at = |time: Duration| (time.as_secs_f64() * 48_000.0).round() as usize;
    for (index, start) in joined.starts.iter().enumerate().skip(1) {
        // From the last sound of the one before to the first of this one.
        let seam = at(*start);
        let before =
            samples[..seam - 48 * 10].iter().rposition(|sample| sample.abs() >= 0.01).expect("sound");
        let after = seam
            + 48 * 10
            + samples[seam + 48 * 10..].iter().position(|sample| sample.abs() >= 0.01).expect("sound");
        let gap = (after - before) as f64 / 48.0;
        let wanted = pauses[index].max(40) as f64;
        assert!(
            (wanted - 25.0..wanted + 60.0).contains(&gap),
            "before part {index} there are {gap} ms, not {wanted}"
        );
        // Nothing clicks from the last sound to the first.
        let (step, _) = steps_and_silence(&samples[before + 1..after]);
        assert!(step < 0.012, "before part {index} a sample steps by {step}");
    }
    // No part is louder or quieter than it was.
    for (index, file) in files.iter().enumerate() {
        let end = joined.starts.get(index + 1).copied().unwrap_or(joined.length);
        let rms = |samples: &[f32]| samples.iter().map(|sample| f64::from(sample * sample)).sum::<f64>();
        let mut alone = Vec::new();
        decode_mono(file, 48_000, |frames| {
            alone.extend_from_slice(frames);
            true
        })
        .unwrap();
        let ratio = rms(&samples[at(joined.starts[index])..at(end)]) / rms(&alone);
        assert!((ratio - 1.0).abs() < 0.01, "part {index} has {ratio} times its energy");
    }
}

#[test]
fn tones_that_are_cut_anywhere_dont_click() {
    let folder = Folder::new();
    let layout = Layout { rate: 48_000, channels: 1 };
    let parts: Vec<Part> = (0..4)
        .map(|index| {
            let path = folder.path(&format!("{index}.wav"));
            // It begins and ends at full swing.
            let samples: Vec<f32> =
                (0..12_000).map(|frame| 0.8 * (frame as f32 * 0.02 + 1.3).sin()).collect();
            write_wave(&path, layout, &samples);
            part(&path, 0, None)
        })
        .collect();
    let to = folder.path("all.wav");
    let joined = join(&parts, "", &to, Coding::Wave { bits: 24 }).unwrap();
    assert_eq!(joined.length, Duration::from_secs(1));
    let samples = heard(&to, Duration::ZERO).1;
    let (step, silence) = steps_and_silence(&samples);
    // The tone itself steps by 0.016.
    assert!(step < 0.018, "a sample steps by {step}");
    assert!(silence < 48, "{silence} samples are silent");
}

#[test]
fn a_silent_part_is_a_pause_and_nothing_at_all_an_error() {
    let folder = Folder::new();
    let layout = Layout { rate: 8_000, channels: 1 };
    let (silent, loud) = (folder.path("silent.wav"), folder.path("loud.wav"));
    write_wave(&silent, layout, &vec![0.0; 8_000]);
    write_wave(&loud, layout, &(0..8_000).map(|frame| 0.5 * (frame as f32 * 0.3).sin()).collect::<Vec<_>>());
    let to = folder.path("all.wav");
    let joined =
        join(&[part(&silent, 500, None), part(&loud, 500, None)], "", &to, Coding::Wave { bits: 16 })
            .unwrap();
    assert_eq!(joined.length.as_millis(), 1_500);
    assert!(matches!(
        join(&[part(&silent, 0, None)], "", &folder.path("none.wav"), Coding::Wave { bits: 16 }),
        Err(Error::Empty)
    ));
    assert!(matches!(
        join(&[], "", &folder.path("none.wav"), Coding::Wave { bits: 16 }),
        Err(Error::Invalid(_))
    ));
    assert!(
        join(
            &[part(&folder.path("gone.wav"), 0, None)],
            "",
            &folder.path("none.wav"),
            Coding::Wave { bits: 16 }
        )
        .is_err()
    );
    assert_eq!(folder.names(), ["all.wav", "loud.wav", "silent.wav"]);
}
