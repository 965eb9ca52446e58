use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// How much is read at once.
pub(super) const PIECE: usize = 1 << 20;

/// The hash of a file's bytes; none when `go_on`, which is told of each piece's length, said no.
pub(crate) fn file(path: &Path, mut go_on: impl FnMut(u64) -> bool) -> io::Result<Option<String>> {
    let mut file = File::open(path)?;
    let mut hasher = blake3::Hasher::new();
    let mut piece = vec![0; PIECE];
    loop {
        let length = file.read(&mut piece)?;
        if length == 0 {
            return Ok(Some(hasher.finalize().to_hex().to_string()));
        }
        hasher.update(&piece[..length]);
        if !go_on(length as u64) {
            return Ok(None);
        }
    }
}
