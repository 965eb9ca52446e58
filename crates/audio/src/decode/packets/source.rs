//! A file as containers are read from.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};

use symphonia::core::io::MediaSource;

/// A file that seems to be as long as it should be: the reader of MP4 refuses all of a film whose end is missing.
pub(super) struct Source {
    file: File,
    size: u64,
    is_cut_off: bool,
    is_seekable: bool,
}

impl Source {
    pub(super) fn new(mut file: File) -> io::Result<Self> {
        let there = file.metadata()?.len();
        let wanted = end_of_boxes(&mut file, there)?.unwrap_or(there);
        file.seek(SeekFrom::Start(0))?;
        Ok(Self { file, size: wanted.max(there), is_cut_off: wanted > there, is_seekable: true })
    }

    /// The same, to be read from the beginning to the end: what a Matroska file without its end has to be.
    pub(super) fn in_order(file: File) -> io::Result<Self> {
        Ok(Self { is_seekable: false, ..Self::new(file)? })
    }

    /// Its own account of its length says that something is missing.
    pub(super) fn is_cut_off(&self) -> bool {
        self.is_cut_off
    }
}

/// Where the last box of an MP4 file should end; none where it is no such file.
fn end_of_boxes(file: &mut File, size: u64) -> io::Result<Option<u64>> {
    let mut at = 0;
    while at < size {
        file.seek(SeekFrom::Start(at))?;
        let mut head = Vec::new();
        (&mut *file).take(16).read_to_end(&mut head)?;
        if at == 0 && head.get(4..8) != Some(b"ftyp") {
            return Ok(None);
        }
        let Some(&[a, b, c, d, ..]) = head.first_chunk::<8>() else { return Ok(Some(size)) };
        let length = match (u64::from(u32::from_be_bytes([a, b, c, d])), head.last_chunk::<8>()) {
            // It reaches to the end, however far that is.
            (0, _) => return Ok(Some(size)),
            (1, Some(long)) if head.len() == 16 => u64::from_be_bytes(*long),
            (short, _) => short,
        };
        match at.checked_add(length) {
            Some(next) if length >= 8 => at = next,
            _ => return Ok(Some(size)),
        }
    }
    // Lengths that are no lengths don't count.
    Ok(Some(at).filter(|&at| at < 1 << 48))
}

impl Read for Source {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.file.read(into)
    }
}

impl Seek for Source {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match to {
            SeekFrom::End(back) => {
                let place = self.size.checked_add_signed(back).ok_or(io::ErrorKind::InvalidInput)?;
                self.file.seek(SeekFrom::Start(place))
            }
            other => self.file.seek(other),
        }
    }
}

impl MediaSource for Source {
    fn is_seekable(&self) -> bool {
        self.is_seekable
    }

    fn byte_len(&self) -> Option<u64> {
        // Tags are looked for at the end that is there.
        self.file.metadata().ok().map(|file| file.len()).filter(|_| self.is_seekable)
    }
}
