//! Whether a result seems to be all of it. A body without an announced length can end early and look complete, and what
//! is asked for again costs nothing.

use std::{
    fs::File,
    io::{Read as _, Result, Seek as _, SeekFrom},
    path::Path,
};

use venice::{audio::AudioFormat, video::VideoFormat};

/// More boxes than this stand in no film at its top.
const MOST_BOXES: usize = 100_000;

/// False for what is surely no film and no sound, or surely not all of one.
pub(super) fn seems_whole(path: &Path, content_type: Option<&str>) -> Result<bool> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut head = [0; 64];
    let read = read_up_to(&mut file, &mut head)?;
    let head = &head[..read];
    if let [_, _, _, _, b'f', b't', b'y', b'p', ..] = head {
        return are_boxes_whole(&mut file, length);
    }
    if let [b'R', b'I', b'F', b'F', a, b, c, d, ..] = head {
        // A stream that was written to its end without knowing its length says none, or the largest there is.
        let said = u32::from_le_bytes([*a, *b, *c, *d]);
        return Ok(matches!(said, 0 | u32::MAX) || u64::from(said) <= length);
    }
    // Bare samples are told by their content type alone.
    let are_samples = read > 0 && AudioFormat::tell(content_type, head) == Some(AudioFormat::Pcm);
    Ok(VideoFormat::of(head).is_some() || AudioFormat::of(head).is_some() || are_samples)
}

fn read_up_to(file: &mut File, buffer: &mut [u8]) -> Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

/// Whether the boxes of an MP4 or MOV file fill it to its end, and its index is among them.
fn are_boxes_whole(file: &mut File, length: u64) -> Result<bool> {
    let (mut at, mut has_index) = (0_u64, false);
    for _ in 0..MOST_BOXES {
        if at == length {
            return Ok(has_index);
        }
        file.seek(SeekFrom::Start(at))?;
        let mut head = [0; 16];
        let read = read_up_to(file, &mut head)?;
        if read < 8 {
            return Ok(false);
        }
        let [a, b, c, d, kind @ .., _, _, _, _, _, _, _, _] = head;
        let size = match u32::from_be_bytes([a, b, c, d]) {
            // The last one, up to the end.
            0 => length - at,
            1 if read == 16 => u64::from_be_bytes([
                head[8], head[9], head[10], head[11], head[12], head[13], head[14], head[15],
            ]),
            size => u64::from(size),
        };
        let Some(end) = at.checked_add(size).filter(|end| size >= 8 && *end <= length) else {
            return Ok(false);
        };
        has_index |= matches!(&kind, b"moov" | b"moof");
        at = end;
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: &str, content: &[u8]) -> Vec<u8> {
        let size = u32::try_from(content.len() + 8).unwrap();
        [&size.to_be_bytes(), kind.as_bytes(), content].concat()
    }

    fn judged(bytes: &[u8], content_type: Option<&str>) -> bool {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        seems_whole(file.path(), content_type).unwrap()
    }

    #[test]
    fn a_film_ends_where_its_last_box_does() {
        let film = [boxed("ftyp", b"isommp42"), boxed("moov", &[0; 40]), boxed("mdat", &[7; 500])].concat();
        assert!(judged(&film, Some("video/mp4")));
        for cut in [film.len() - 1, film.len() / 2, 20, 30] {
            assert!(!judged(&film[..cut], Some("video/mp4")), "{cut}");
        }
        let followed = [film.as_slice(), b"{\"error\":{}}"].concat();
        assert!(!judged(&followed, None), "an error in the place of the rest");
        assert!(!judged(&[boxed("ftyp", b"isom"), boxed("mdat", &[7; 50])].concat(), None), "no index");
    }

    #[test]
    fn large_and_open_boxes_are_read() {
        let mut large = boxed("ftyp", b"isom");
        large.extend([0, 0, 0, 1]);
        large.extend(b"moov");
        large.extend(40_u64.to_be_bytes());
        large.extend([0; 24]);
        large.extend([0, 0, 0, 0]);
        large.extend(b"mdat");
        large.extend([1; 90]);
        assert!(judged(&large, None));
    }

    #[test]
    fn sounds_are_told_by_their_first_bytes() {
        assert!(judged(b"ID3\x04\0 and so on", Some("audio/mpeg")));
        assert!(judged(b"\x01\0\x02\0", Some("audio/pcm")));
        assert!(judged(&[b"RIFF\x0c\0\0\0WAVEfmt ".as_slice(), &[0; 8]].concat(), None));
        assert!(!judged(b"RIFF\xff\0\0\0WAVEfmt ", Some("audio/wav")), "cut");
        for noise in [b"".as_slice(), b"<!doctype html>", b"{\"status\"", b"\x42\x13\x99\x07noise"] {
            assert!(!judged(noise, Some("audio/mpeg")), "{noise:?}");
        }
    }
}
