//! Files that say of themselves what would fill the memory, or what is no sound.

use std::time::Duration;

use audio::{
    Error, Layout,
    decode::{decode, probe},
    peaks::Peaks,
};

use super::made::{Folder, difference, heard, write_wave};

const MONO: Layout = Layout { rate: 44_100, channels: 1 };

#[test]
fn a_rate_that_no_sound_has_is_refused() {
    let folder = Folder::new();
    let path = folder.path("rate.wav");
    write_wave(&path, MONO, &[0.5; 1_000]);
    let whole = std::fs::read(&path).unwrap();
    for rate in [0_u32, 1, 99, 2_000_001, 4_294_967_291] {
        let mut bytes = whole.clone();
        bytes[24..28].copy_from_slice(&rate.to_le_bytes());
        std::fs::write(&path, bytes).unwrap();
        assert!(matches!(probe(&path), Err(Error::NotSound(_))), "{rate}");
        assert!(matches!(Peaks::of_file(&path), Err(Error::NotSound(_))), "{rate}");
    }
}

#[test]
fn chunks_without_end_are_not_all_looked_at() {
    let folder = Folder::new();
    let path = folder.path("chunks.wav");
    write_wave(&path, MONO, &[0.5; 1_000]);
    let whole = std::fs::read(&path).unwrap();
    let with = |count: usize| [&whole[..12], &b"junk\0\0\0\0".repeat(count), &whole[12..]].concat();
    std::fs::write(&path, with(1_000)).unwrap();
    assert_eq!(heard(&path, Duration::ZERO).1, [0.5; 1_000]);
    std::fs::write(&path, with(100_000)).unwrap();
    assert!(matches!(probe(&path), Err(Error::NotSound(_))));
}

/// Floats in Apple's container.
fn caf(samples: &[f32]) -> Vec<u8> {
    let mut bytes = b"caff\0\x01\0\0desc".to_vec();
    bytes.extend(32_u64.to_be_bytes());
    bytes.extend(44_100_f64.to_be_bytes());
    bytes.extend(b"lpcm");
    // Floats, big-endian; four bytes and one frame in a packet, one channel of 32 bits.
    for number in [1_u32, 4, 1, 1, 32] {
        bytes.extend(number.to_be_bytes());
    }
    bytes.extend(b"data");
    bytes.extend((samples.len() as u64 * 4 + 4).to_be_bytes());
    bytes.extend(0_u32.to_be_bytes());
    bytes.extend(samples.iter().flat_map(|sample| sample.to_be_bytes()));
    bytes
}

#[test]
fn what_is_no_number_is_silence_in_any_container() {
    let folder = Folder::new();
    let path = folder.path("a.caf");
    let mut samples = vec![f32::NAN; 2_000];
    samples[1_000] = 0.25;
    samples[1_001] = f32::INFINITY;
    samples[1_002] = f32::NEG_INFINITY;
    std::fs::write(&path, caf(&samples)).unwrap();
    let (_, found, _) = heard(&path, Duration::ZERO);
    let mut wanted = vec![0.0; 2_000];
    wanted[1_000] = 0.25;
    assert_eq!(found, wanted);
    let peaks = Peaks::of_file(&path).unwrap();
    assert_eq!(peaks.pairs, [[0, 0], [0, 0], [0, 32], [0, 0], [0, 0]]);
}

#[test]
fn minutes_that_are_missing_are_handed_over_in_pieces() {
    let folder = Folder::new();
    let source = folder.source(3.0, MONO);
    let film = folder.ffmpeg(&source, "-af asetpts=PTS+gte(T\\,1)*500/TB -c:a flac", "gap.mkv");
    let (mut total, mut most) = (0, 0);
    let mut sounding = 0;
    let outcome = decode(&film, Duration::ZERO, |_, frames| {
        total += frames.len();
        most = most.max(frames.len());
        sounding += frames.iter().filter(|sample| **sample != 0.0).count();
        true
    })
    .unwrap();
    assert_eq!(outcome.frames, total as u64);
    assert!((502.0..504.5).contains(&(total as f64 / 44_100.0)), "{total}");
    assert!(most <= 16_384, "{most} at once");
    let all = heard(&source, Duration::ZERO).1;
    let wanted = all.iter().filter(|sample| **sample != 0.0).count();
    assert!(wanted.abs_diff(sounding) < 1_000, "{sounding} of {wanted}");
    // From a place in the gap the silence goes on to where it ends.
    let late = decode(&film, Duration::from_secs(400), |_, _| true).unwrap();
    assert!((total as u64 - late.frames).abs_diff(400 * 44_100) < 4_410, "{late:?}");
}

#[test]
fn sound_that_joins_its_film_late_is_where_the_film_has_it() {
    let folder = Folder::new();
    let source = folder.source(6.0, MONO);
    let reference = heard(&source, Duration::ZERO).1;
    for (name, coding) in [("a.mkv", "flac"), ("b.m4a", "alac"), ("c.mkv", "libopus")] {
        let film = folder.ffmpeg(&source, &format!("-af asetpts=PTS+0.5/TB -c:a {coding}"), name);
        let (layout, all, outcome) = heard(&film, Duration::ZERO);
        let seconds = |samples: usize| samples as f64 / f64::from(layout.rate);
        assert!((seconds(all.len()) - 6.5).abs() < 0.02, "{name}: {} s", seconds(all.len()));
        assert!(!outcome.is_cut_off && outcome.damaged == 0, "{name}: {outcome:?}");
        let silent = all.iter().take_while(|sample| **sample == 0.0).count();
        assert!((seconds(silent) - 0.5).abs() < 0.02, "{name}: {} s of silence", seconds(silent));
        if layout == MONO {
            let apart = difference(&all[silent..][..100_000], &reference[..100_000]);
            assert!(apart < 1e-3, "{name}: {apart}");
        }
        for from in [Duration::from_millis(250), Duration::from_millis(2_400), Duration::from_millis(5_200)] {
            let rest = heard(&film, from).1;
            let skipped = (from.as_secs_f64() * f64::from(layout.rate)).round() as usize;
            // Matroska tells times to the millisecond; packets of Opus have a grid of their own.
            let (length, most) = if coding == "flac" { (45, f64::INFINITY) } else { (0, 1e-3) };
            assert!(rest.len().abs_diff(all.len() - skipped) <= length, "{name} from {from:?}");
            let apart = difference(&all[skipped..], &rest);
            assert!(apart < most, "{name} from {from:?}: {apart}");
        }
    }
}
