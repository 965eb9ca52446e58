//! Beginning a library anew, where the old one won't come back.

use std::path::Path;

use super::moving::check_target;
use crate::Store;
use crate::error::{Error, Result};

impl Store {
    /// Begins an empty library in a folder that is empty or new. What the old one held stays known, as missing: brought in
    /// again, it is what it was. The old library itself, in that folder, is only found again. False, and nothing done, when
    /// it is where it should be.
    ///
    /// # Errors
    /// [`Error::NoPlace`] where the folder won't do, and those of the file system. The library is what it was then.
    pub fn begin_library(&self, at: &Path) -> Result<bool> {
        let at = std::path::absolute(at).map_err(|error| Error::file(at, error))?;
        let place = self.library_place();
        let _moving = place.begin_move().ok_or(Error::LibraryMoving { kept: None })?;
        if place.is_there() {
            return Ok(false);
        }
        if place.is_here(&at) {
            place.switch(self.disk(), &at)?;
            return Ok(true);
        }
        // Where the old one lay it may come back any time, on top of a new one.
        check_target(&self.library_path(), &at)?;
        place.begin(self.disk(), &at)?;
        *self.written_boards().lock().unwrap_or_else(std::sync::PoisonError::into_inner) = None;
        self.boards_changed();
        Ok(true)
    }
}
