use std::io::Write;

use super::decode::at_least;
use super::probe::{Probe, probe_bytes};
use super::thumbnails::{Size, encode, thumbhash};
use crate::Store;
use crate::error::{Error, Result};
use crate::media::Incoming;

/// A picture that was decoded once, and what its keeping needs of that: so that thousands are taken in at the speed at
/// which they can be decoded.
pub struct Looked {
    seen: Seen,
    thumbnail: Vec<u8>,
}

/// What is known of a file before it is placed.
#[derive(Clone)]
pub(crate) struct Seen {
    pub(crate) probe: Probe,
    pub(crate) thumbhash: Vec<u8>,
}

impl Looked {
    /// What the header says.
    pub fn probe(&self) -> Probe {
        self.seen.probe
    }
}

/// Checks that a picture can be shown, and makes its small thumbnail of the same decoding. A JPEG is decoded at reduced
/// size: that reads all of its data, so that damage is found as well.
pub fn look(bytes: &[u8]) -> Result<Looked> {
    let probe = probe_bytes(bytes)?;
    let small = at_least(bytes, |width, height| Size::Small.fit(width, height))?;
    Ok(Looked { seen: Seen { probe, thumbhash: thumbhash(&small)? }, thumbnail: encode(&small)? })
}

impl Store {
    /// Writes a picture that was looked at beside the library, its small thumbnail into the cache. [`Store::keep`] it, and
    /// it isn't looked at again.
    pub fn incoming_picture(&self, bytes: &[u8], looked: Looked) -> Result<Incoming> {
        let mut incoming = self.incoming()?;
        let path = incoming.path().to_path_buf();
        incoming.write_all(bytes).map_err(|error| Error::file(&path, error))?;
        self.put_small_thumbnail(&incoming.blake3(), &looked.thumbnail)?;
        Ok(incoming.with(looked.seen))
    }
}
