//! Random bytes for keys and nonces.

use rand::TryRng as _;
use rand::rngs::SysRng;

use crate::errors::{Error, ErrorKind, Result};

/// Fills a buffer with random bytes.
pub(crate) type Chance = Box<dyn FnMut(&mut [u8]) -> Result<()> + Send>;

/// Random bytes of the system.
pub(crate) fn of_the_system(buffer: &mut [u8]) -> Result<()> {
    SysRng.try_fill_bytes(buffer).map_err(|_| Error::new(ErrorKind::Setup))
}
