//! Decoding, held against ffmpeg's.

use std::time::Duration;

use audio::{Error, Layout, decode};

use super::made::{Folder, difference, heard, reference};

const STEREO: Layout = Layout { rate: 44_100, channels: 2 };

/// Name, how it is made, how much may differ from ffmpeg.
const KINDS: [(&str, &str, f64); 24] = [
    ("8.wav", "-c:a pcm_u8", 1e-6),
    ("16.wav", "-c:a pcm_s16le", 1e-6),
    ("24.wav", "-c:a pcm_s24le", 1e-6),
    ("32.wav", "-c:a pcm_s32le", 1e-6),
    ("float.wav", "-c:a pcm_f32le", 1e-6),
    ("double.wav", "-c:a pcm_f64le", 1e-6),
    ("mulaw.wav", "-ar 8000 -ac 1 -c:a pcm_mulaw", 1e-6),
    ("alaw.wav", "-ar 8000 -ac 1 -c:a pcm_alaw", 1e-6),
    ("192.wav", "-ar 192000 -c:a pcm_s24le", 1e-6),
    ("rf64.wav", "-c:a pcm_s16le -rf64 always", 1e-6),
    ("a.aiff", "-c:a pcm_s16be", 1e-6),
    ("16.flac", "-c:a flac -sample_fmt s16", 1e-6),
    ("24.flac", "-c:a flac -sample_fmt s32", 1e-6),
    ("constant.mp3", "-c:a libmp3lame -b:a 128k", 2e-3),
    ("variable.mp3", "-c:a libmp3lame -q:a 4", 2e-3),
    ("mono.mp3", "-ac 1 -ar 22050 -c:a libmp3lame -b:a 48k", 2e-3),
    ("a.m4a", "-c:a aac -b:a 128k", 2e-3),
    ("a.mov", "-c:a aac -b:a 128k", 2e-3),
    ("alac.m4a", "-c:a alac", 1e-6),
    ("a.aac", "-c:a aac -b:a 128k", 2e-3),
    ("vorbis.ogg", "-c:a libvorbis -q:a 4", 2e-3),
    ("opus.ogg", "-c:a libopus -b:a 96k", 2e-3),
    ("opus.webm", "-c:a libopus -b:a 96k", 2e-3),
    ("vorbis.mkv", "-c:a libvorbis -q:a 4", 2e-3),
];

#[test]
fn every_kind_is_heard_as_ffmpeg_hears_it() {
    let folder = Folder::new();
    let source = folder.source(5.313_37, STEREO);
    let frames = 5.313_37_f64 * 44_100.0;
    let mut wrong = Vec::new();
    for (name, how, most) in KINDS {
        let path = folder.ffmpeg(&source, how, name);
        let wanted = reference(&path);
        let probe = decode::probe(&path).unwrap();
        let (layout, found, outcome) = heard(&path, Duration::ZERO);
        let channels = usize::from(layout.channels);
        let apart = difference(&wanted, &found);
        let told = probe.length.map_or(0.0, |length| length.as_secs_f64());
        println!(
            "{name:<14} {:?} {} of {} frames, differs {apart:.6}, {outcome:?}, told {told:.3} {} {:?}",
            layout,
            found.len() / channels,
            wanted.len() / channels,
            probe.codec,
            probe.bits
        );
        // What a coder fills its last packet up with, ffmpeg leaves in some kinds; of two, nothing in the file tells it.
        let length = found.len() / channels;
        let whole = (frames * f64::from(layout.rate) / 44_100.0).round() as usize;
        let slack = match name {
            "a.aac" => 4096,
            "opus.webm" => 960,
            "vorbis.mkv" => 1024,
            _ => 1,
        };
        let is_whole =
            found.len() == wanted.len() || (whole.saturating_sub(1)..=whole + slack).contains(&length);
        if !is_whole
            || apart > most
            || outcome.damaged > 0
            || outcome.is_cut_off
            || probe.layout != layout
            || probe.is_film
        {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn what_begins_later_begins_there_to_the_sample() {
    let folder = Folder::new();
    let source = folder.source(12.0, STEREO);
    let mut wrong = Vec::new();
    for (name, how, _) in KINDS {
        let path = folder.ffmpeg(&source, how, name);
        let (layout, whole, _) = heard(&path, Duration::ZERO);
        for from in [Duration::from_millis(1_500), Duration::from_micros(7_654_321)] {
            let (_, rest, outcome) = heard(&path, from);
            let skipped =
                (from.as_secs_f64() * f64::from(layout.rate)).round() as usize * usize::from(layout.channels);
            let wanted = &whole[skipped..];
            let apart = difference(wanted, &rest);
            println!(
                "{name:<14} from {from:?}: {} of {} samples, differs {apart:.8}, {outcome:?}",
                rest.len(),
                wanted.len()
            );
            // AAC fills in noise by a generator that has run longer; Matroska tells times to the millisecond.
            let (length, most) = match name {
                "a.m4a" | "a.mov" | "a.aac" => (0, 1e-3),
                "vorbis.mkv" => (400, f64::INFINITY),
                _ => (0, 1e-5),
            };
            if rest.len().abs_diff(wanted.len()) > length || apart > most || outcome.damaged > 0 {
                wrong.push((name, from));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn what_is_no_sound_is_said_to_be_none() {
    let folder = Folder::new();
    let text = folder.path("notes.wav");
    std::fs::write(&text, "no sound at all\n".repeat(500)).unwrap();
    assert!(matches!(decode::probe(&text), Err(Error::NotSound(_))));
    let empty = folder.path("empty.mp3");
    std::fs::write(&empty, "").unwrap();
    assert!(matches!(decode::probe(&empty), Err(Error::Empty)));
    assert!(matches!(decode::probe(&folder.path("nothing.wav")), Err(Error::File { .. })));
}
