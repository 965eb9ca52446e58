//! Where sound is cut.

use std::{path::PathBuf, process::Command, time::Duration};

use audio::{
    cut::{Cutter, LOUD, Lengths, RATE, Span},
    decode::decode_mono,
};
use proptest::prelude::*;

use super::made::{Folder, run};

const SHORT: Lengths = Lengths { wanted: Duration::from_secs(4), most: Duration::from_secs(8) };

fn spans(samples: &[f32], lengths: Lengths, step: usize) -> Vec<Span> {
    let mut cutter = Cutter::new(lengths);
    let mut spans: Vec<Span> = samples.chunks(step).flat_map(|samples| cutter.hear(samples)).collect();
    spans.extend(cutter.finish());
    spans
}

fn seconds(count: f64) -> usize {
    (count * f64::from(RATE)) as usize
}

fn sample_of(time: Duration) -> usize {
    seconds(time.as_secs_f64() + 1e-9)
}

/// Loud, and no speech.
fn tone(count: usize) -> impl Iterator<Item = f32> {
    (0..count).map(|index| 0.2 * (index as f32 * 0.05).sin() + 0.05 * (index as f32 * 0.31).sin())
}

fn silence(count: usize) -> impl Iterator<Item = f32> {
    std::iter::repeat_n(0.0, count)
}

/// Sentences with pauses between them, spoken by espeak-ng.
fn speech(folder: &Folder) -> Vec<f32> {
    let path: PathBuf = folder.path("speech.wav");
    let text = "The gondola waits at the steps. ".to_owned()
        + &"She counted nineteen bells before the tide turned. ".repeat(12);
    run(Command::new("espeak-ng").args(["-w"]).arg(&path).args(["-s", "150", &text]));
    let mut samples = Vec::new();
    decode_mono(&path, RATE, |frames| {
        samples.extend_from_slice(frames);
        true
    })
    .unwrap();
    samples
}

/// What holds for any sound.
fn check(samples: &[f32], spans: &[Span], lengths: Lengths) {
    let mut last = Duration::ZERO;
    for span in spans {
        assert!(span.start >= last && span.start < span.end, "{spans:?}");
        assert!(span.end - span.start <= lengths.most.max(Duration::from_secs(1)), "{span:?} is too long");
        last = span.end;
    }
    assert!(sample_of(last) <= samples.len(), "{last:?} is after the end");
    let mut spans = spans.iter().peekable();
    for (index, sample) in samples.iter().enumerate() {
        while spans.peek().is_some_and(|span| sample_of(span.end) <= index) {
            spans.next();
        }
        let is_in = spans.peek().is_some_and(|span| sample_of(span.start) <= index);
        assert!(is_in || sample.abs() < LOUD, "sample {index} is {sample}, and in no piece");
    }
}

#[test]
fn speech_is_cut_in_pauses() {
    let folder = Folder::new();
    let samples = speech(&folder);
    let spans = spans(&samples, SHORT, 4096);
    check(&samples, &spans, SHORT);
    assert!(spans.len() >= 3, "{spans:?}");
    for pair in spans.windows(2) {
        // At a cut, 100 ms on both sides are quiet.
        let cut = sample_of(pair[0].end);
        let around = &samples[cut.saturating_sub(1_600)..(cut + 1_600).min(samples.len())];
        let loud = around.iter().fold(0.0_f32, |loud, sample| loud.max(sample.abs()));
        assert!(loud < 0.05, "at {:?} it is {loud}", pair[0].end);
        assert!(pair[0].end - pair[0].start >= SHORT.wanted - Duration::from_secs(1), "{pair:?}");
    }
}

#[test]
fn long_silences_are_left_out_with_a_little_around_what_is_heard() {
    let folder = Folder::new();
    let words = speech(&folder);
    let words = &words[..seconds(3.0)];
    let samples: Vec<f32> = silence(seconds(20.0))
        .chain(words.to_vec())
        .chain(silence(seconds(30.0)))
        .chain(words.to_vec())
        .chain(silence(seconds(60.0)))
        .collect();
    let spans =
        spans(&samples, Lengths { wanted: Duration::from_secs(30), most: Duration::from_mins(1) }, 999);
    assert_eq!(spans.len(), 2, "{spans:?}");
    let near = |time: Duration, wanted: f64| (time.as_secs_f64() - wanted).abs() < 0.6;
    assert!(near(spans[0].start, 20.0) && near(spans[0].end, 23.0), "{spans:?}");
    assert!(near(spans[1].start, 53.0) && near(spans[1].end, 56.0), "{spans:?}");
    assert!(spans[0].start < Duration::from_secs(20) && spans[0].end > Duration::from_millis(22_800));
}

#[test]
fn nothing_at_all_has_no_pieces() {
    assert_eq!(spans(&vec![0.0; seconds(40.0)], SHORT, 4096), []);
    assert_eq!(spans(&[], SHORT, 4096), []);
}

#[test]
fn music_is_all_in_pieces() {
    let samples: Vec<f32> = tone(seconds(45.0)).collect();
    let spans = spans(&samples, SHORT, 4096);
    check(&samples, &spans, SHORT);
    assert_eq!(spans.first().map(|span| span.start), Some(Duration::ZERO));
    assert_eq!(spans.last().map(|span| sample_of(span.end)), Some(samples.len()));
}

#[test]
fn without_a_pause_it_is_cut_at_the_quietest_moment() {
    // Speech of one piece, with a dip at 6.5 s: no pause, for it is loud and short.
    let folder = Folder::new();
    let words = speech(&folder);
    let mut samples: Vec<f32> =
        tone(seconds(20.0)).zip(words.iter().cycle()).map(|(tone, word)| tone + word * 0.5).collect();
    for sample in &mut samples[seconds(6.4)..seconds(6.6)] {
        *sample *= 0.1;
    }
    let lengths = Lengths { wanted: Duration::from_secs(8), most: Duration::from_secs(8) };
    let found = spans(&samples, lengths, 4096);
    check(&samples, &found, lengths);
    assert!((found[0].end.as_secs_f64() - 6.5).abs() < 0.15, "{found:?}");
}

#[test]
fn a_recording_with_its_level_turned_down_is_heard_too() {
    let folder = Folder::new();
    let quiet: Vec<f32> = speech(&folder).iter().map(|sample| sample * 0.006).collect();
    let spans = spans(&quiet, SHORT, 4096);
    let covered: f64 = spans.iter().map(|span| (span.end - span.start).as_secs_f64()).sum();
    assert!(covered > quiet.len() as f64 / f64::from(RATE) * 0.9, "{spans:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_comes_everything_loud_is_in_one_piece(
        parts in prop::collection::vec((0_u8..5, 0.01_f64..9.0), 1..7),
        step in 1_usize..70_000,
        wanted in 0_u64..12,
        most in 0_u64..15,
    ) {
        let mut samples: Vec<f32> = Vec::new();
        for (kind, length) in parts {
            let count = seconds(length);
            match kind {
                0 => samples.extend(silence(count)),
                1 => samples.extend(tone(count)),
                2 => samples.extend(tone(count).map(|sample| sample * 0.02)),
                3 => samples.extend((0..count).map(|index| if index % 40_000 == 0 { 1.5 } else { 0.0 })),
                _ => samples.extend((0..count).map(|index| ((index * 7_919) % 2_003) as f32 / 2_003.0 - 0.5)),
            }
        }
        let lengths = Lengths { wanted: Duration::from_secs(wanted), most: Duration::from_secs(most) };
        let found = spans(&samples, lengths, step);
        check(&samples, &found, lengths);
        // How it comes makes no difference.
        prop_assert_eq!(found, spans(&samples, lengths, 256));
    }
}
