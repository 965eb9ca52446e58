//! The boards as a file of the library: those with nothing on them, and their names, outlive the database too.

use std::path::PathBuf;
use std::sync::PoisonError;

use serde::{Deserialize, Serialize};

use crate::Store;
use crate::error::{Error, Result};
use crate::place::OWN_FOLDER;
use crate::tables::boards::{self, BoardRow};

/// Goes up when an older version could misread what is written.
const FORMAT: u32 = 1;

#[derive(Serialize, Deserialize)]
struct BoardsFile {
    format: u32,
    boards: Vec<BoardRow>,
}

impl Store {
    fn boards_file(&self) -> PathBuf {
        self.library_path().join(OWN_FOLDER).join("boards.json")
    }

    /// The boards changed: their file is written at once; where that fails, with the sidecars.
    pub(crate) fn boards_changed(&self) {
        if let Err(error) = self.write_boards() {
            tracing::warn!(%error, "the boards couldn't be written into the library; they are tried again");
        }
        self.sidecars_are_behind();
    }

    /// Writes the file unless it tells all boards already.
    pub(crate) fn write_boards(&self) -> Result<()> {
        let mut written = self.written_boards().lock().unwrap_or_else(PoisonError::into_inner);
        let boards = self.database().read(boards::all)?;
        if written.as_ref() == Some(&boards) {
            return Ok(());
        }
        self.ensure_library()?;
        let path = self.boards_file();
        let there = std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        // One that a newer version wrote is left as it is.
        let is_newer = there.as_ref().is_some_and(|file: &BoardsFile| file.format > FORMAT);
        let told = there.map_or_else(Vec::new, |file| file.boards);
        if !is_newer && told != boards {
            let file = BoardsFile { format: FORMAT, boards: boards.clone() };
            let bytes = serde_json::to_vec_pretty(&file);
            let bytes = bytes.map_err(|_| Error::Fault("the boards can't be written"))?;
            let own = self.library_path().join(OWN_FOLDER);
            self.disk().write_whole(&own, &path, &bytes, false)?;
            self.disk().sync_folder(&own)?;
        }
        *written = Some(boards);
        Ok(())
    }

    /// Takes in the boards that the file tells of; one that can't be read tells of none, and is set aside.
    pub(crate) fn read_boards(&self) -> Result<()> {
        let path = self.boards_file();
        let Ok(bytes) = std::fs::read(&path) else { return Ok(()) };
        let Ok(file) = serde_json::from_slice::<BoardsFile>(&bytes) else {
            let aside = path.with_extension("json.damaged");
            return std::fs::rename(&path, aside).map_err(|error| Error::file(&path, error));
        };
        if file.boards.is_empty() {
            return Ok(());
        }
        self.database().write(move |db, changes| {
            changes.boards();
            file.boards.iter().try_for_each(|board| boards::save(db, board.id, &board.name))
        })
    }
}
