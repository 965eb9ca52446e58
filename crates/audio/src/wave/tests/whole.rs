//! What is written is there, whatever ended the writing.

use std::{fs, io::Write, time::Duration};

use proptest::prelude::*;

use super::{MONO, STEREO, read, samples, write};
use crate::{
    Error, Layout,
    wave::{HEAD, Mended, Writer, frames, length, mend},
};

#[test]
fn the_head_is_true_after_each_sync() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("take.wav");
    let heard = samples(999);
    let mut writer = Writer::create(&path, MONO).unwrap();
    assert_eq!((writer.synced(), read(&path)), (0, vec![]));
    for (count, part) in heard.chunks(333).enumerate() {
        writer.append(part).unwrap();
        writer.sync().unwrap();
        assert_eq!(read(&path), heard[..(count + 1) * 333]);
    }
    assert_eq!(writer.synced(), HEAD + 999 * 3);
    assert_eq!(writer.finish().unwrap(), Duration::from_nanos(20_812_500));
    assert_eq!(read(&path), heard);
    assert_eq!(fs::metadata(&path).unwrap().len(), HEAD + 999 * 3 + 1, "a chunk has an even length");
}

#[test]
fn the_ends_of_the_scale_are_kept_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("take.wav");
    let loud = [1.0, -1.0, 7.0, f32::NEG_INFINITY, f32::NAN, 0.5];
    write(&path, MONO, &loud, true);
    let top = 8_388_607.0 / 8_388_608.0;
    assert_eq!(read(&path), [top, -1.0, top, -1.0, 0.0, 0.5]);
}

#[test]
fn nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("take.wav");
    fs::write(&path, "a letter").unwrap();
    assert!(matches!(Writer::create(&path, MONO), Err(Error::File { .. })));
    assert_eq!(fs::read(&path).unwrap(), b"a letter");
}

#[test]
fn a_layout_that_no_head_can_tell_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("take.wav");
    for layout in [
        Layout { rate: 0, channels: 1 },
        Layout { rate: 48_000, channels: 0 },
        Layout { rate: 48_000, channels: u16::MAX },
    ] {
        assert!(matches!(Writer::create(&path, layout), Err(Error::Invalid(_))));
        assert!(!path.exists());
    }
}

#[test]
fn silence_has_its_length() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("take.wav");
    let mut writer = Writer::create(&path, STEREO).unwrap();
    writer.append(&[0.25, -0.25]).unwrap();
    writer.append_silence(44_100).unwrap();
    writer.append(&[0.5, -0.5]).unwrap();
    writer.finish().unwrap();
    let there = read(&path);
    assert_eq!(there.len(), 2 * 44_102);
    assert_eq!((&there[..2], &there[88_202..]), (&[0.25, -0.25][..], &[0.5, -0.5][..]));
    assert!(there[2..88_202].iter().all(|sample| *sample == 0.0));
}

#[test]
fn what_is_no_take_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("take.wav");
    let mut other = b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0".to_vec();
    other.resize(4_000, 7);
    for bytes in [b"a letter".to_vec(), vec![0; 500], other] {
        fs::write(&path, &bytes).unwrap();
        assert!(matches!(mend(&path), Err(Error::NotSound(_))));
        assert_eq!(fs::read(&path).unwrap(), bytes);
    }
    assert!(matches!(mend(&folder.path().join("none.wav")), Err(Error::File { .. })));
}

#[test]
fn what_follows_a_whole_take_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("take.wav");
    write(&path, STEREO, &samples(600), true);
    let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(b"LIST\x04\0\0\0INFO").unwrap();
    let before = fs::read(&path).unwrap();
    let mended = mend(&path).unwrap();
    assert_eq!(mended, Mended { layout: STEREO, length: length(STEREO, 300), was_open: false });
    assert_eq!(fs::read(&path).unwrap(), before);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// A file cut anywhere holds every whole frame up to there, and is mended once.
    #[test]
    fn mending_keeps_all_that_is_there(
        channels in 1u16..8,
        rate in prop::sample::select(vec![8_000u32, 44_100, 48_000, 192_000]),
        count in 0usize..400,
        cut in 0usize..10_000,
        finish: bool,
        synced: bool,
    ) {
        let layout = Layout { rate, channels };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("take.wav");
        let heard = samples(count * usize::from(channels));
        let mut writer = Writer::create(&path, layout).unwrap();
        writer.append(&heard).unwrap();
        if synced {
            writer.sync().unwrap();
        }
        if finish {
            writer.finish().unwrap();
        }
        let bytes = fs::read(&path).unwrap();
        let cut = cut.min(bytes.len());
        fs::write(&path, &bytes[..cut]).unwrap();

        let frame = 3 * usize::from(channels);
        let kept = cut.saturating_sub(HEAD as usize) / frame;
        let kept = kept.min(count);
        if kept == 0 {
            prop_assert!(matches!(mend(&path), Err(Error::Empty)));
            prop_assert_eq!(fs::read(&path).unwrap().len(), cut);
        } else {
            let mended = mend(&path).unwrap();
            prop_assert_eq!(mended.layout, layout);
            prop_assert_eq!(mended.length, length(layout, kept as u64));
            prop_assert_eq!(mended.was_open, !finish || kept < count);
            prop_assert_eq!(read(&path), &heard[..kept * usize::from(channels)]);
            let whole = fs::read(&path).unwrap();
            prop_assert_eq!(whole.len() % 2, 0);
            prop_assert_eq!(u32::from_le_bytes(whole[4..8].try_into().unwrap()) as usize, whole.len() - 8);
            prop_assert_eq!(mend(&path).unwrap(), Mended { was_open: false, ..mended });
            prop_assert_eq!(fs::read(&path).unwrap(), whole);
        }
    }

    /// Whatever lies there, mending neither fails otherwise than by an answer nor touches what isn't ours.
    #[test]
    fn any_bytes_get_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..400), at in 0usize..128, byte: u8) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("take.wav");
        fs::write(&path, &bytes).unwrap();
        let _ = mend(&path);
        prop_assert_eq!(&fs::read(&path).unwrap(), &bytes);

        // A head of ours with one wrong byte is either ours still or not touched.
        fs::remove_file(&path).unwrap();
        write(&path, STEREO, &samples(100), true);
        let mut spoilt = fs::read(&path).unwrap();
        spoilt[at] = byte;
        fs::write(&path, &spoilt).unwrap();
        if mend(&path).is_err() {
            prop_assert_eq!(fs::read(&path).unwrap(), spoilt);
        }
    }

    #[test]
    fn frames_and_lengths_agree(rate in 1u32..400_000, count in 0u64..1 << 40) {
        let layout = Layout { rate, channels: 1 };
        prop_assert_eq!(frames(layout, length(layout, count)), count);
    }
}
