//! How the database file was left when it was closed. One that nobody has touched since isn't read through at the next
//! opening; what a disk alone may do to it meanwhile, the daily copy finds, which is.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

fn note_of(database: &Path) -> PathBuf {
    database.with_extension("db.closed")
}

/// Its length and when it was last written; none where that can't be told, or its log wasn't merged into it.
fn state_of(database: &Path) -> Option<String> {
    if database.with_extension("db-wal").exists() {
        return None;
    }
    let metadata = fs::metadata(database).ok()?;
    let written = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(format!("{} {}", metadata.len(), written.as_nanos()))
}

/// Notes how it is left, after its last connection was closed.
pub(crate) fn note(database: &Path) {
    if let Some(state) = state_of(database)
        && let Err(error) = fs::write(note_of(database), state)
    {
        tracing::debug!(%error, "the next opening reads the database through");
    }
}

/// Whether it is as it was left. Asked once: the note goes, so that a program that is killed leaves none.
pub(crate) fn is_as_left(database: &Path) -> bool {
    let note = note_of(database);
    let noted = fs::read_to_string(&note).ok();
    if fs::remove_file(&note).is_err() {
        return false;
    }
    noted.is_some() && noted == state_of(database)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_closed_and_not_touched_is_as_it_was_left() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("a.db");
        fs::write(&database, b"pages").unwrap();
        assert!(!is_as_left(&database), "nobody noted anything");
        note(&database);
        assert!(is_as_left(&database));
        assert!(!is_as_left(&database), "the note holds once");

        note(&database);
        let later =
            fs::metadata(&database).unwrap().modified().unwrap() + std::time::Duration::from_millis(1);
        fs::write(&database, b"PAGES").unwrap();
        fs::File::options().write(true).open(&database).unwrap().set_modified(later).unwrap();
        assert!(!is_as_left(&database), "as long, but written since");

        fs::write(database.with_extension("db-wal"), b"").unwrap();
        note(&database);
        assert!(!is_as_left(&database), "a log is still to be merged");
    }
}
