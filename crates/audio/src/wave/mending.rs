//! What becomes of a file whose writer was killed.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
    time::Duration,
};

use super::{
    head::{HEAD, Head, frame, padding},
    length,
};
use crate::{Error, Layout, Result};

/// What a file that was never closed holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mended {
    /// How its samples are laid out.
    pub layout: Layout,
    /// How long it is.
    pub length: Duration,
    /// Its head didn't say so before.
    pub was_open: bool,
}

/// Makes the head of a file say what is in it: the end of a recording that was killed, or a file that was cut off. What is
/// whole stays as it is, and so does what is no such file ([`Error::NotSound`]) or ends before its first sample
/// ([`Error::Empty`]).
pub fn mend(path: &Path) -> Result<Mended> {
    let failed = |error: io::Error| Error::file(path, error);
    let file = File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    (&file).take(HEAD).read_to_end(&mut bytes).map_err(failed)?;
    let Ok(bytes) = <&[u8; HEAD as usize]>::try_from(bytes.as_slice()) else {
        return Err(if Head::may_begin(&bytes) { Error::Empty } else { Error::NotSound("it has no head") });
    };
    let head = Head::read(bytes).ok_or(Error::NotSound("its head is not that of a take"))?;
    let layout = head.layout;
    let there = file.metadata().map_err(failed)?.len().saturating_sub(HEAD);
    let there = there - there % frame(layout);
    if there == 0 {
        return Err(Error::Empty);
    }
    let was_open = head.open || head.data > there;
    let data = if was_open { there } else { head.data };
    if was_open {
        let file = OpenOptions::new().write(true).open(path).map_err(failed)?;
        close(file, Head { layout, data, open: false }).map_err(failed)?;
    }
    Ok(Mended { layout, length: length(layout, data / frame(layout)), was_open })
}

/// Ends a file after its last whole frame. Its samples are on disk before its head says so.
pub(super) fn close(mut file: File, head: Head) -> io::Result<()> {
    let end = HEAD + head.data;
    file.set_len(end)?;
    if padding(head.data) > 0 {
        file.seek(SeekFrom::Start(end))?;
        // On a full disk there is no room for it; every reader does without.
        let _ = file.write_all(&[0]);
    }
    file.sync_data()?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&head.to_bytes())?;
    file.sync_all()
}
