//! Beyond 4 GB, without writing them: the files have holes.

use std::{
    fs::{File, OpenOptions},
    io::Read,
};

use super::{STEREO, samples, write};
use crate::wave::{HEAD, head::Head, length, mend};

/// Frames of a take of 5 GB.
const MANY: u64 = 5_000_000_000 / 6;

#[test]
fn it_becomes_rf64_where_32_bits_do_not_hold_its_size() {
    let most = u64::from(u32::MAX) - 120;
    for (data, is_large) in [(most - most % 6, false), (most - most % 6 + 6, true), (MANY * 6, true)] {
        for open in [false, true] {
            let head = Head { layout: STEREO, data, open };
            let bytes = head.to_bytes();
            assert_eq!(&bytes[..4], if is_large { b"RF64" } else { b"RIFF" });
            assert_eq!(&bytes[12..16], if is_large { b"ds64" } else { b"JUNK" });
            assert_eq!(Head::read(&bytes), Some(head));
        }
    }
    let large = Head { layout: STEREO, data: MANY * 6, open: false }.to_bytes();
    let number = |at: usize| u64::from_le_bytes(large[at..at + 8].try_into().unwrap());
    assert_eq!((number(20), number(28), number(36)), (MANY * 6 + 120, MANY * 6, MANY));
    assert_eq!((&large[4..8], &large[124..128]), (&[255; 4][..], &[255; 4][..]));
}

#[test]
fn a_killed_take_of_five_gigabytes_is_mended() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("take.wav");
    write(&path, STEREO, &samples(200), false);
    // Four bytes of a frame that never came.
    OpenOptions::new().write(true).open(&path).unwrap().set_len(HEAD + MANY * 6 + 4).unwrap();
    let mended = mend(&path).unwrap();
    assert_eq!((mended.length, mended.was_open), (length(STEREO, MANY), true));

    let mut head = [0; HEAD as usize];
    File::open(&path).unwrap().read_exact(&mut head).unwrap();
    assert_eq!(Head::read(&head), Some(Head { layout: STEREO, data: MANY * 6, open: false }));
    assert_eq!(path.metadata().unwrap().len(), HEAD + MANY * 6);
    assert!(!mend(&path).unwrap().was_open);
}
