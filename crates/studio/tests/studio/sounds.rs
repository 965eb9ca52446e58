//! Sounds and films: brought in, looked at, marked, cut, taken out.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use audio::{
    Layout,
    encode::{Coding, Tags, Writer},
};
use store::{MediaKind, Origin};
use studio::{
    library::{taking_out::ExportOptions, view::LibraryQuery},
    voice::{recorder::Marker, sounds::SoundFormat},
};

use crate::bench::Bench;

const MONO: Layout = Layout { rate: 44_100, channels: 1 };

/// A tone that grows louder: each place sounds like no other.
fn tone(milliseconds: u32) -> Vec<f32> {
    let frames = MONO.rate * milliseconds / 1_000;
    (0..frames)
        .map(|n| {
            let sample = (f64::from(n) * 0.06).sin() * f64::from(n) / f64::from(frames) * 0.9;
            // 16 bits hold it exactly.
            ((sample * 32_000.0).round() / 32_768.0) as f32
        })
        .collect()
}

fn written(bench: &Bench, name: &str, coding: Coding, milliseconds: u32) -> PathBuf {
    let path = bench.folder.path().join(name);
    let mut writer = Writer::create(&path, coding, MONO, &Tags::default()).unwrap();
    writer.write(&tone(milliseconds)).unwrap();
    writer.finish().unwrap();
    path
}

async fn import(bench: &Bench, path: &Path) -> studio::library::view::ImportReport {
    let picked = bench.studio.pick(vec![path.to_owned()]);
    bench.studio.import_picked(picked.into_iter().map(|file| file.handle).collect()).await.unwrap()
}

async fn imported(bench: &Bench, path: &Path) -> String {
    let report = import(bench, path).await;
    assert!(report.refused.is_empty(), "{:?}", report.refused);
    report.items[0].id.clone()
}

fn heard(path: &Path) -> (Layout, Vec<f32>) {
    let (mut layout, mut all) = (MONO, Vec::new());
    audio::decode::decode(path, Duration::ZERO, |now, samples| {
        layout = now;
        all.extend_from_slice(samples);
        true
    })
    .unwrap();
    (layout, all)
}

fn at(at_ms: u64, label: &str) -> Marker {
    Marker { at_ms, label: label.to_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn sounds_are_taken_in_as_they_are_with_what_is_known_of_them() {
    let bench = Bench::new().await;
    for (name, coding, mime, codec) in [
        ("a tone.wav", Coding::Wave { bits: 16 }, "audio/wav", "PCM"),
        ("b.flac", Coding::Flac { bits: 16 }, "audio/flac", "FLAC"),
        ("c.opus", Coding::Opus { bitrate: 64_000 }, "audio/ogg", "Opus"),
    ] {
        let path = written(&bench, name, coding, 2_500);
        let report = import(&bench, &path).await;
        let [item] = &report.items[..] else { panic!("{:?}", report.refused) };
        assert_eq!((item.kind, item.origin, item.mime.as_str()), (MediaKind::Sound, Origin::Imported, mime));
        assert!(item.duration_ms.is_some_and(|length| length.abs_diff(2_500) < 10), "{:?}", item.duration_ms);
        assert_eq!(format!("{}.{}", item.title, name.rsplit('.').next().unwrap()), name);
        let (kept, _) = bench.studio.item_file(&item.id).await.unwrap();
        assert_eq!(fs::read(kept).unwrap(), fs::read(&path).unwrap(), "as it was");
        assert!(path.exists(), "the source stays");
        let sound = bench.studio.sound(item.id.clone()).await.unwrap();
        assert_eq!((sound.codec.as_str(), sound.channels, sound.is_damaged), (codec, 1, false));
        assert!(sound.length_ms.abs_diff(2_500) < 10);
        let again = import(&bench, &path).await;
        assert_eq!((again.taken, again.known), (0, 1), "nothing is taken twice");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_called_a_sound_and_is_none_is_refused_in_words() {
    let bench = Bench::new().await;
    let whole = fs::read(written(&bench, "whole.flac", Coding::Flac { bits: 16 }, 500)).unwrap();
    for (name, bytes, code) in [
        ("letter.wav", b"Dear Sir or Madam, this is no sound.".to_vec(), "input_not_sound"),
        ("page.mp3", b"<!doctype html><title>404</title>".to_vec(), "input_not_sound"),
        ("noise.mp4", vec![7; 3_000], "input_not_sound"),
        ("film.avi", b"RIFF\0\0\0\0AVI LIST".to_vec(), "format_unsupported"),
        ("head.flac", whole[..30].to_vec(), "input_not_sound"),
        ("empty.ogg", Vec::new(), "input_empty"),
    ] {
        let report = import(&bench, &bench.file(name, &bytes)).await;
        let [refusal] = &report.refused[..] else { panic!("{name} was taken") };
        assert_eq!(refusal.error.code, code, "{name}: {}", refusal.error.message);
        assert_eq!(refusal.error.params["name"], name);
    }
    let report = import(&bench, &bench.file("again.wav", b"only words")).await;
    assert!(report.refused[0].error.message.contains("text"), "{}", report.refused[0].error.message);
    let left = fs::read_dir(bench.home().join("library/.incoming")).into_iter().flatten().count();
    assert_eq!(left, 0, "nothing is left lying about");
}

/// None where ffmpeg isn't installed.
fn film(bench: &Bench, name: &str, how: &str) -> Option<PathBuf> {
    let path = bench.folder.path().join(name);
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-f", "lavfi", "-i", "testsrc=size=160x120:rate=10:duration=2"])
        .args(["-f", "lavfi", "-i", "sine=frequency=440:duration=2"])
        .args(how.split(' '))
        .arg(&path)
        .status();
    made.is_ok_and(|status| status.success()).then_some(path)
}

#[tokio::test(flavor = "multi_thread")]
async fn films_are_taken_in_with_sound_or_without() {
    let bench = Bench::new().await;
    for (name, how, mime, sounds) in [
        ("a.mp4", "-map 0:v -map 1:a -c:v mpeg4 -c:a aac", "video/mp4", true),
        ("b.mkv", "-map 0:v -map 1:a -c:v mpeg4 -c:a flac", "video/x-matroska", true),
        ("silent.mp4", "-map 0:v -c:v mpeg4", "video/mp4", false),
        ("only sound.mp4", "-map 1:a -c:a aac", "audio/mp4", true),
    ] {
        let Some(path) = film(&bench, name, how) else {
            return println!("skipped: without ffmpeg there are no films");
        };
        let id = imported(&bench, &path).await;
        let item = bench.studio.item(id.clone()).await.unwrap();
        let kind = if mime.starts_with("video") { MediaKind::Film } else { MediaKind::Sound };
        assert_eq!((item.item.kind, item.item.mime.as_str()), (kind, mime), "{name}");
        let sound = bench.studio.sound(id.clone()).await;
        if sounds {
            assert!(sound.unwrap().length_ms.abs_diff(2_000) < 100, "{name}");
        } else {
            assert_eq!(sound.unwrap_err().code, "input_no_track");
        }
        // Taken out as it is, whatever is asked of pictures.
        let to = bench.folder.path().join(format!("out {name}"));
        fs::create_dir(&to).unwrap();
        let options = ExportOptions {
            format: studio::library::taking_out::ExportFormat::Jpeg,
            quality: 80,
            longest_side: Some(64),
            name_pattern: "{title}".into(),
            with_recipe: true,
            zip: false,
        };
        let report = bench.studio.export_items(vec![id], options, to.clone()).await.unwrap();
        assert_eq!(report.written, 1, "{:?}", report.refused);
        let written = fs::read_dir(&to).unwrap().next().unwrap().unwrap().path();
        assert_eq!(fs::read(&written).unwrap(), fs::read(&path).unwrap());
        assert!(!written.extension().unwrap().eq("bin"), "{}", written.display());
    }
    let all = bench.studio.library_page(LibraryQuery::default()).await.unwrap();
    assert_eq!(all.total, 4);
    let check = bench.studio.check_library(true).await.unwrap();
    assert_eq!((check.files, check.findings.len()), (4, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waveform_is_worked_out_once_and_kept() {
    let bench = Bench::new().await;
    let id = imported(&bench, &written(&bench, "tone.flac", Coding::Flac { bits: 16 }, 4_000)).await;
    let pairs = bench.studio.sound_peaks(&id, 0, 4_000, 8).await.unwrap();
    assert_eq!(pairs.len(), 16);
    let high: Vec<i8> = pairs.chunks(2).map(|pair| pair[1].cast_signed()).collect();
    assert!(high.is_sorted() && high[0] > 0 && high[7] > 100, "it grows louder: {high:?}");
    assert!(pairs.chunks(2).all(|pair| pair[0].cast_signed() < 0));
    let part = bench.studio.sound_peaks(&id, 3_500, 4_000, 1).await.unwrap();
    assert_eq!(part[1], pairs[15], "a part is what the whole says of it");
    let told = |event: &studio::events::AppEvent| match event {
        studio::events::AppEvent::Items { ids: Some(ids) } if ids.contains(&id) => Some(()),
        _ => None,
    };
    bench.hear(told).await;
    // With the cache the sound's file isn't needed.
    let (file, _) = bench.studio.item_file(&id).await.unwrap();
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, vec![0; bytes.len()]).unwrap();
    assert_eq!(bench.studio.sound_peaks(&id, 0, 4_000, 8).await.unwrap(), pairs);
    fs::write(&file, bytes).unwrap();
    fs::remove_dir_all(bench.home().join("thumbs")).unwrap();
    assert_eq!(bench.studio.sound_peaks(&id, 0, 4_000, 8).await.unwrap(), pairs, "made again");
    assert_eq!(bench.studio.sound_peaks("nobody", 0, 1, 1).await.unwrap_err().code, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_is_exact_and_takes_its_marks_along() {
    let bench = Bench::new().await;
    let studio = &bench.studio;
    for (name, coding, mime) in [
        ("a.wav", Coding::Wave { bits: 16 }, "audio/wav"),
        ("b.flac", Coding::Flac { bits: 24 }, "audio/flac"),
        ("c.opus", Coding::Opus { bitrate: 96_000 }, "audio/flac"),
    ] {
        let id = imported(&bench, &written(&bench, name, coding, 3_000)).await;
        let marks = vec![at(2_500, "behind"), at(900, "first"), at(1_000, "at the cut"), at(1_999, "last")];
        let sound = studio.set_markers(id.clone(), marks).await.unwrap();
        assert_eq!(sound.markers[0], at(900, "first"));
        let part = studio.trim_sound(id.clone(), 1_000, 2_000).await.unwrap();
        assert_eq!(
            (part.origin, part.mime.as_str(), part.duration_ms),
            (Origin::Adjusted, mime, Some(1_000))
        );
        let (whole, _) = studio.item_file(&id).await.unwrap();
        let (file, _) = studio.item_file(&part.id).await.unwrap();
        let ((layout, all), (_, cut)) = (heard(&whole), heard(&file));
        let (from, to) = (layout.rate as usize, layout.rate as usize * 2);
        assert_eq!(cut.len(), to - from, "{name}");
        let off = all[from..to].iter().zip(&cut).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(off < 1e-6, "{name}: sample for sample, {off}");
        let sound = studio.sound(part.id.clone()).await.unwrap();
        assert_eq!(sound.markers, [at(0, "at the cut"), at(999, "last")]);
        let details = studio.item(part.id.clone()).await.unwrap();
        assert_eq!(details.parents[0].id, id);
        let told = details.recipe.iter().find(|field| field.name == "Cut").unwrap();
        assert_eq!(told.value, "0:01.000 – 0:02.000");
        for (from_ms, to_ms) in [(2_000, 1_000), (0, 3_000), (5_000, 6_000)] {
            let refused = studio.trim_sound(id.clone(), from_ms, to_ms).await.unwrap_err();
            assert_eq!(refused.code, "field_invalid", "{from_ms} {to_ms}");
        }
    }
    let left = fs::read_dir(bench.home().join("work/sounds")).unwrap().count();
    assert_eq!(left, 0, "nothing is left lying about");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_floats_is_the_same_bit_for_bit() {
    let bench = Bench::new().await;
    let path = bench.folder.path().join("floats.wav");
    let layout = Layout { rate: 44_100, channels: 2 };
    let samples: Vec<f32> = (0..2 * 44_100 * 3)
        .map(|n| match n % 5 {
            // Beyond full scale, and finer than 24 bits.
            0 => 1.75 + n as f32 / 1e6,
            1 => -3.0e-9 * n as f32,
            _ => (n as f32 * 0.01).sin() / 3.0,
        })
        .collect();
    let mut writer = Writer::create(&path, Coding::WaveFloat, layout, &Tags::default()).unwrap();
    writer.write(&samples).unwrap();
    writer.finish().unwrap();
    let id = imported(&bench, &path).await;
    let part = bench.studio.trim_sound(id, 1_000, 2_000).await.unwrap();
    assert_eq!(part.mime, "audio/wav");
    let (file, _) = bench.studio.item_file(&part.id).await.unwrap();
    let probe = audio::decode::probe(&file).unwrap();
    assert_eq!((probe.layout, probe.codec, probe.bits), (layout, "PCM (float)", Some(32)));
    let bits = |samples: &[f32]| samples.iter().map(|sample| sample.to_bits()).collect::<Vec<_>>();
    let expected = &samples[2 * 44_100..4 * 44_100];
    assert!(bits(&heard(&file).1) == bits(expected), "something was lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn sounds_are_taken_out_in_any_coding() {
    let bench = Bench::new().await;
    let studio = &bench.studio;
    let source = written(&bench, "a: tone?.wav", Coding::Wave { bits: 16 }, 2_000);
    let id = imported(&bench, &source).await;
    let to = bench.folder.path().join("out");
    fs::create_dir(&to).unwrap();
    for (format, name, codec) in [
        (SoundFormat::Wav, "a- tone_.wav", "PCM"),
        (SoundFormat::Flac, "a- tone_.flac", "FLAC"),
        (SoundFormat::Opus, "a- tone_.opus", "Opus"),
    ] {
        assert_eq!(studio.sound_name(id.clone(), format).await.unwrap(), name);
        let target = to.join(name);
        fs::write(&target, b"what the dialog asked about").unwrap();
        studio.export_sound(id.clone(), format, target.clone()).await.unwrap();
        let probe = audio::decode::probe(&target).unwrap();
        assert_eq!(probe.codec, codec);
        let length = heard(&target).1.len() as f64 / f64::from(probe.layout.rate);
        assert!((length - 2.0).abs() < 0.02, "{name}: {length}");
    }
    assert_eq!(fs::read(to.join("a- tone_.wav")).unwrap(), fs::read(&source).unwrap(), "copied as it is");
    assert_eq!(heard(&to.join("a- tone_.flac")).1, tone(2_000), "nothing is lost");
    assert_eq!(fs::read_dir(&to).unwrap().count(), 3, "nothing is left lying about");
    let inside = bench.home().join("library/a.flac");
    assert_eq!(studio.export_sound(id, SoundFormat::Flac, inside).await.unwrap_err().code, "read_only");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_nobody_waits_for_leaves_nothing() {
    let bench = Bench::new().await;
    let id = imported(&bench, &written(&bench, "long.wav", Coding::Wave { bits: 16 }, 60_000)).await;
    let to = bench.folder.path().join("out");
    fs::create_dir(&to).unwrap();
    let (studio, target) = (bench.studio.clone(), to.join("long.opus"));
    let export = tokio::spawn(async move { studio.export_sound(id, SoundFormat::Opus, target).await });
    let until = std::time::Instant::now() + Duration::from_mins(1);
    let count = || fs::read_dir(&to).unwrap().count();
    while count() == 0 && std::time::Instant::now() < until {
        tokio::task::yield_now().await;
    }
    export.abort();
    while count() > 0 && std::time::Instant::now() < until {
        tokio::task::yield_now().await;
    }
    assert_eq!(count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn marks_outlive_the_database() {
    let bench = Bench::new().await;
    let id = imported(&bench, &written(&bench, "a.wav", Coding::Wave { bits: 16 }, 1_000)).await;
    bench.studio.set_markers(id.clone(), vec![at(10, "桥"), at(500, "")]).await.unwrap();
    let long = vec![at(0, &"x".repeat(201))];
    assert_eq!(bench.studio.set_markers(id.clone(), long).await.unwrap_err().code, "field_invalid");
    let home = bench.home().to_path_buf();
    let (folder, sandbox) = (bench.folder.clone(), bench.sandbox.clone());
    bench.studio.close().await;
    drop(bench);
    let until = std::time::Instant::now() + Duration::from_mins(1);
    loop {
        match studio::library::offline::rebuild(home.clone()) {
            Ok(_) => break,
            Err(error) if error.code == "in_use" && std::time::Instant::now() < until => {
                std::thread::yield_now();
            }
            Err(error) => panic!("{error:?}"),
        }
    }
    let bench = Bench::open(folder, sandbox).await;
    let sound = bench.studio.sound(id).await.unwrap();
    assert_eq!(sound.markers, [at(10, "桥"), at(500, "")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_no_sound() {
    let bench = Bench::new().await;
    let id = bench.imported("a.png", &crate::bench::picture(40, 40, image::ImageFormat::Png)).await;
    assert_eq!(bench.studio.sound(id.clone()).await.unwrap_err().code, "input_not_sound");
    assert_eq!(bench.studio.sound_peaks(&id, 0, 1, 1).await.unwrap_err().code, "input_not_sound");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_up_to_the_end_has_the_last_frames_and_marks() {
    let bench = Bench::new().await;
    let studio = &bench.studio;
    // 37 frames more than two seconds: less than a millisecond.
    let path = bench.folder.path().join("odd.wav");
    let mut writer = Writer::create(&path, Coding::Wave { bits: 16 }, MONO, &Tags::default()).unwrap();
    let said: Vec<f32> = tone(3_000)[..2 * MONO.rate as usize + 37].to_vec();
    writer.write(&said).unwrap();
    writer.finish().unwrap();
    let id = imported(&bench, &path).await;
    assert_eq!(studio.set_markers(id.clone(), vec![at(2_000, "the end")]).await.unwrap().length_ms, 2_000);
    let part = studio.trim_sound(id, 1_500, 2_000).await.unwrap();
    assert_eq!(part.duration_ms, Some(500));
    let (file, _) = studio.item_file(&part.id).await.unwrap();
    assert_eq!(heard(&file).1, said[MONO.rate as usize * 3 / 2..]);
    assert_eq!(studio.sound(part.id).await.unwrap().markers, [at(500, "the end")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shortest_sound_has_a_waveform() {
    let bench = Bench::new().await;
    let path = bench.folder.path().join("click.wav");
    let mut writer = Writer::create(&path, Coding::Wave { bits: 16 }, MONO, &Tags::default()).unwrap();
    writer.write(&[0.5; 100]).unwrap();
    writer.finish().unwrap();
    let id = imported(&bench, &path).await;
    let length = bench.studio.sound(id.clone()).await.unwrap().length_ms;
    assert_eq!(length, 2);
    let pairs = bench.studio.sound_peaks(&id, 0, length, 2).await.unwrap();
    assert!(pairs.chunks(2).all(|pair| pair[1].cast_signed() > 60), "{pairs:?}");
}
