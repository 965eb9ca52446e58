//! Whether a stream without a container ends in the middle of a packet, or of a page.

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom},
};

/// Larger than any packet of an MPEG stream and the tags after it, and than an Ogg page.
const TAIL: u64 = 128 * 1024;

/// The end of a file.
fn tail(file: &mut File) -> io::Result<Vec<u8>> {
    let size = file.metadata()?.len();
    file.seek(SeekFrom::Start(size.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    file.take(TAIL).read_to_end(&mut tail)?;
    Ok(tail)
}

/// Whether a packet begins after the last whole one.
pub(super) fn packet_begins_after(file: &mut File, last: &[u8]) -> io::Result<bool> {
    let tail = tail(file)?;
    // A packet's first bytes are told apart by no search, its end is.
    let needle = &last[last.len().saturating_sub(256)..];
    if needle.is_empty() {
        return Ok(false);
    }
    let Some(at) = tail.windows(needle.len()).rposition(|window| window == needle) else { return Ok(false) };
    let rest = &tail[at + needle.len()..];
    Ok(matches!(rest, [0xFF, second, ..] if second & 0xE0 == 0xE0))
}

/// Whether the last page of an Ogg stream doesn't say that it is the last.
pub(super) fn last_page_is_missing(file: &mut File) -> io::Result<bool> {
    let tail = tail(file)?;
    let last = tail.windows(6).rposition(|window| window.starts_with(b"OggS\0"));
    Ok(last.is_none_or(|at| tail[at + 5] & 0x04 == 0))
}
