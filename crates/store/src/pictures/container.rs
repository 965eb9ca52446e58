//! Walks the chunks of a file without decoding them: whether all of it is there, and how many frames it has.

use super::probe::PictureFormat;

/// What the walk found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Container {
    /// Whether the end of the picture is in the file.
    pub(super) whole: bool,
    /// Pictures in it; 1 unless it moves.
    pub(super) frames: u32,
}

pub(super) fn walk(format: PictureFormat, bytes: &[u8]) -> Container {
    let (whole, frames) = match format {
        PictureFormat::Png => png(bytes),
        PictureFormat::Jpeg => (jpeg(bytes).is_some(), 1),
        PictureFormat::Webp => webp(bytes),
        PictureFormat::Gif => gif(bytes),
    };
    Container { whole, frames: frames.max(1) }
}

fn four(bytes: &[u8], at: usize) -> Option<[u8; 4]> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok()
}

fn png(bytes: &[u8]) -> (bool, u32) {
    let (mut at, mut frames) = (8_usize, 1);
    while let (Some(length), Some(kind)) = (four(bytes, at), four(bytes, at + 4)) {
        let end = at.saturating_add(u32::from_be_bytes(length) as usize).saturating_add(12);
        if end > bytes.len() {
            break;
        }
        match &kind {
            b"acTL" => frames = four(bytes, at + 8).map_or(1, u32::from_be_bytes),
            b"IEND" => return (true, frames),
            _ => {}
        }
        at = end;
    }
    (false, frames)
}

/// The end marker comes after the first scan; before it, segments say how long they are.
fn jpeg(bytes: &[u8]) -> Option<()> {
    let mut at = 2;
    loop {
        let marker = *bytes.get(at + 1)?;
        if *bytes.get(at)? != 0xff {
            return None;
        }
        if marker == 0xff {
            at += 1;
            continue;
        }
        if marker == 0xd9 {
            return Some(());
        }
        let length = bytes.get(at + 2..at + 4)?;
        at += 2 + usize::from(u16::from_be_bytes([length[0], length[1]]));
        if marker == 0xda {
            break;
        }
    }
    // Cut-off files end in the middle of the scan; in it 0xff is always followed by 0 or a restart.
    memchr::memmem::find(bytes.get(at..)?, &[0xff, 0xd9]).map(drop)
}

fn webp(bytes: &[u8]) -> (bool, u32) {
    let Some(length) = four(bytes, 4) else { return (false, 1) };
    let end = (u32::from_le_bytes(length) as usize).saturating_add(8);
    let (mut at, mut frames) = (12_usize, 0);
    while let (Some(kind), Some(length)) = (four(bytes, at), four(bytes, at + 4)) {
        if &kind == b"ANMF" {
            frames += 1;
        }
        let length = u32::from_le_bytes(length) as usize;
        at = at.saturating_add(8).saturating_add(length).saturating_add(length % 2);
    }
    (end <= bytes.len(), frames)
}

fn gif(bytes: &[u8]) -> (bool, u32) {
    let mut frames = 0;
    let end = (|| {
        let mut at = 13 + palette(*bytes.get(10)?);
        loop {
            match *bytes.get(at)? {
                0x3b => return Some(()),
                0x21 => at = after_blocks(bytes, at + 2)?,
                0x2c => {
                    frames += 1;
                    at = after_blocks(bytes, at + 11 + palette(*bytes.get(at + 9)?))?;
                }
                _ => return None,
            }
        }
    })();
    (end.is_some(), frames)
}

fn palette(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

fn after_blocks(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1 + length;
        if length == 0 {
            return Some(at);
        }
    }
}
