//! What an MP4 film says of when its sound begins and ends: edit lists, and the gapless tag.
//!
//! A coder puts some samples before the first and after the last. Containers tell how many; the reader of containers
//! doesn't look at this.

use std::{
    fs::File,
    io::{Read as _, Seek as _, SeekFrom},
};

/// Index of a long film with many tracks; more is no index.
const LARGEST_INDEX: u64 = 256 * 1024 * 1024;

/// Where the sound of a track begins and ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Edit {
    /// What of the track comes before the clock's zero, in the track's ticks; less than nothing where the sound begins later.
    pub(super) skip: i64,
    /// Its length, as a number of ticks and how many of them are a second.
    pub(super) length: Option<(u64, u32)>,
    /// The length is right to the sample.
    pub(super) is_exact: bool,
}

/// What a file says of one of its tracks. What can't be read says nothing.
pub(super) fn of_track(file: &mut File, track: u32) -> Option<Edit> {
    let index = index_of(file)?;
    let movie_scale = find(&index, *b"mvhd").and_then(time_scale)?;
    let gapless = gapless(&index);
    children(&index).filter(|(name, _)| name == b"trak").find_map(|(_, trak)| {
        if id(find(trak, *b"tkhd")?)? != track {
            return None;
        }
        let scale = find(find(trak, *b"mdia")?, *b"mdhd").and_then(time_scale)?;
        let listed = find(trak, *b"edts")
            .and_then(|edts| find(edts, *b"elst"))
            .and_then(|list| listed(list, scale, movie_scale));
        Some(match (listed, gapless) {
            (Some(listed), Some((priming, valid))) if listed.skip == i64::from(priming) => {
                Edit { length: Some((valid, scale)), is_exact: true, ..listed }
            }
            (Some(listed), _) => listed,
            (None, Some((priming, valid))) => {
                Edit { skip: i64::from(priming), length: Some((valid, scale)), is_exact: true }
            }
            (None, None) => Edit::default(),
        })
    })
}

/// What the pictures of a track are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Shots {
    /// How many there are, where the index counts them.
    pub(super) frames: Option<u32>,
    /// They are shown turned by a quarter, as telephones write them.
    pub(super) is_on_its_side: bool,
}

/// What a file says of the pictures of one of its tracks.
pub(super) fn shots_of(file: &mut File, track: u32) -> Option<Shots> {
    let index = index_of(file)?;
    children(&index).filter(|(name, _)| name == b"trak").find_map(|(_, trak)| {
        let header = find(trak, *b"tkhd")?;
        if id(header)? != track {
            return None;
        }
        let table = ["mdia", "minf", "stbl"];
        let table =
            table.iter().try_fold(trak, |inside, name| find(inside, name.as_bytes().try_into().ok()?));
        let sizes = table.and_then(|table| find(table, *b"stsz").or_else(|| find(table, *b"stz2")));
        let frames = sizes.and_then(|sizes| number(sizes, 8)).filter(|&frames| frames > 0);
        // The first and the fourth entry of the matrix are the cosine of the turn.
        let matrix = if header.first()? == &1 { 52 } else { 40 };
        let is_on_its_side = number(header, matrix) == Some(0) && number(header, matrix + 16) == Some(0);
        Some(Shots { frames, is_on_its_side })
    })
}

/// The `moov` box.
fn index_of(file: &mut File) -> Option<Vec<u8>> {
    let mut at = 0;
    loop {
        file.seek(SeekFrom::Start(at)).ok()?;
        let mut head = [0; 16];
        let mut read = 0;
        while read < 16 {
            match file.read(&mut head[read..]).ok()? {
                0 => break,
                more => read += more,
            }
        }
        let short = u64::from(u32::from_be_bytes(head.get(..4)?.try_into().ok()?));
        let (size, begins) = match short {
            1 if read == 16 => (u64::from_be_bytes(head[8..].try_into().ok()?), 16),
            size if size >= 8 && read >= 8 => (size, 8),
            _ => return None,
        };
        if &head[4..8] == b"moov" {
            let mut index = Vec::new();
            file.seek(SeekFrom::Start(at + begins)).ok()?;
            let length = size.checked_sub(begins).filter(|&length| length <= LARGEST_INDEX)?;
            file.take(length).read_to_end(&mut index).ok()?;
            return Some(index);
        }
        at = at.checked_add(size)?;
    }
}

/// The boxes in a box.
fn children(mut bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let size = u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?) as usize;
        let name = bytes.get(4..8)?.try_into().ok()?;
        let body = bytes.get(8..size)?;
        bytes = &bytes[size..];
        Some((name, body))
    })
}

fn find(bytes: &[u8], name: [u8; 4]) -> Option<&[u8]> {
    children(bytes).find(|(found, _)| *found == name).map(|(_, body)| body)
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

/// Ticks a second, of `mvhd` and `mdhd`.
fn time_scale(header: &[u8]) -> Option<u32> {
    number(header, if header.first()? == &1 { 20 } else { 12 }).filter(|&scale| scale > 0)
}

/// A track's number, of `tkhd`.
fn id(header: &[u8]) -> Option<u32> {
    number(header, if header.first()? == &1 { 20 } else { 12 })
}

/// What an edit list says: an empty edit is a wait, and the first other one tells where to begin. Of lists with more edits
/// than that, only the beginning is followed.
fn listed(list: &[u8], scale: u32, movie_scale: u32) -> Option<Edit> {
    let is_long = list.first()? == &1;
    let count = number(list, 4)?.min(1024) as usize;
    let entry = |index: usize| -> Option<(u64, i64)> {
        if is_long {
            let at = 8 + index * 20;
            Some((long(list, at)?, long(list, at + 8)?.cast_signed()))
        } else {
            let at = 8 + index * 12;
            Some((u64::from(number(list, at)?), i64::from(number(list, at + 4)?.cast_signed())))
        }
    };
    let mut wait = 0_i64;
    for index in 0..count {
        let (length, begins) = entry(index)?;
        if begins < 0 {
            let ticks = u128::from(length) * u128::from(scale) / u128::from(movie_scale);
            wait = wait.checked_add(i64::try_from(ticks).ok()?)?;
            continue;
        }
        let is_last = index + 1 == count;
        return Some(Edit {
            skip: begins - wait,
            // A film that is written as it is recorded says nothing here.
            length: (is_last && wait == 0 && length > 0).then_some((length, movie_scale)),
            is_exact: false,
        });
    }
    None
}

/// Samples before the first, and how many there are, by the `iTunSMPB` tag.
fn gapless(index: &[u8]) -> Option<(u32, u64)> {
    let tags = find(find(index, *b"udta")?, *b"meta")?;
    let list = find(tags.get(4..)?, *b"ilst")?;
    children(list).filter(|(name, _)| name == b"----").find_map(|(_, tag)| {
        if !find(tag, *b"name")?.ends_with(b"iTunSMPB") {
            return None;
        }
        let text = std::str::from_utf8(find(tag, *b"data")?.get(8..)?).ok()?;
        let numbers: Vec<u64> =
            text.split_ascii_whitespace().map_while(|word| u64::from_str_radix(word, 16).ok()).collect();
        let (priming, valid) = (u32::try_from(*numbers.get(1)?).ok()?, *numbers.get(3)?);
        (valid > 0).then_some((priming, valid))
    })
}

#[cfg(test)]
mod tests {
    use super::{Edit, listed};

    fn list(entries: &[(u32, i32)]) -> Vec<u8> {
        let mut bytes = vec![0; 4];
        bytes.extend((entries.len() as u32).to_be_bytes());
        for (length, begins) in entries {
            bytes.extend(length.to_be_bytes());
            bytes.extend(begins.to_be_bytes());
            bytes.extend([0, 1, 0, 0]);
        }
        bytes
    }

    #[test]
    fn one_edit_tells_both_ends() {
        let edit = listed(&list(&[(2_000, 1_024)]), 48_000, 1_000);
        assert_eq!(edit, Some(Edit { skip: 1_024, length: Some((2_000, 1_000)), is_exact: false }));
    }

    #[test]
    fn an_empty_edit_is_a_wait() {
        let edit = listed(&list(&[(500, -1), (2_000, 1_024)]), 48_000, 1_000);
        assert_eq!(edit, Some(Edit { skip: 1_024 - 24_000, length: None, is_exact: false }));
    }

    #[test]
    fn a_list_that_is_cut_off_says_nothing() {
        assert_eq!(listed(&list(&[(2_000, 1_024)])[..14], 48_000, 1_000), None);
    }
}
