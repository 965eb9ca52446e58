//! What happens when the database can't be read: it is set aside, never deleted, and replaced.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode};

use super::{backup, closed, connect, migrations};
use crate::error::{Error, Result};
use crate::finding::Finding;

/// Opens and migrates the database of a home. A damaged one is replaced by the newest sound backup or a fresh one,
/// and the finding says so.
pub(crate) fn open(path: &Path, backups: &Path, now: Timestamp) -> Result<(Connection, Option<Finding>)> {
    let mut finding = None;
    let mut connection = match open_sound(path) {
        Ok(connection) => connection,
        Err(error) if is_damage(&error) => {
            let set_aside = set_aside(path, now)?;
            let restored_from = restore(path, backups)?;
            finding = Some(Finding::DatabaseDamaged { set_aside, restored_from });
            open_sound(path)?
        }
        Err(error) => return Err(error.at_database(path)),
    };
    migrations::migrate(&mut connection, backups, now).map_err(|error| error.at_database(path))?;
    Ok((connection, finding))
}

fn open_sound(path: &Path) -> Result<Connection> {
    // Asked before it is opened, which may write to it.
    let is_as_left = closed::is_as_left(path);
    let connection = connect(path)?;
    // An unknown schema is no damage: it is refused before anything else is made of it.
    migrations::version(&connection)?;
    if is_as_left || backup::is_sound(&connection, "quick_check")? {
        Ok(connection)
    } else {
        Err(Error::Unreadable { what: "page" })
    }
}

pub(super) fn is_damage(error: &Error) -> bool {
    match error {
        Error::Unreadable { .. } => true,
        Error::Database(rusqlite::Error::SqliteFailure(failure, _)) => {
            matches!(failure.code, ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)
        }
        _ => false,
    }
}

/// Renames the file and what SQLite keeps beside it, so that an expert can still try to read it.
fn set_aside(path: &Path, now: Timestamp) -> Result<PathBuf> {
    let stamp = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let mut name = path.file_name().map(OsString::from).unwrap_or_default();
    name.push(format!(".damaged-{stamp}"));
    let mut target = path.with_file_name(&name);
    let mut count = 1;
    while target.exists() {
        count += 1;
        let mut counted = name.clone();
        counted.push(format!("-{count}"));
        target = path.with_file_name(counted);
    }
    for suffix in ["", "-wal", "-shm"] {
        let (from, to) = (with_suffix(path, suffix), with_suffix(&target, suffix));
        if from.exists() {
            std::fs::rename(&from, &to).map_err(|error| Error::file(&from, error))?;
        }
    }
    Ok(target)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut whole = path.as_os_str().to_os_string();
    whole.push(suffix);
    PathBuf::from(whole)
}

fn restore(path: &Path, backups: &Path) -> Result<Option<PathBuf>> {
    for copy in backup::list(backups) {
        let sound = Connection::open(&copy)
            .map_err(Error::from)
            .and_then(|c| Ok(migrations::version(&c).is_ok() && backup::is_sound(&c, "integrity_check")?))
            .unwrap_or(false);
        if sound {
            let partial = with_suffix(path, ".restoring");
            std::fs::copy(&copy, &partial)
                .and_then(|_| std::fs::File::open(&partial)?.sync_all())
                .and_then(|()| std::fs::rename(&partial, path))
                .map_err(|error| Error::file(path, error))?;
            return Ok(Some(copy));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    #[test]
    fn what_is_no_database_is_set_aside_with_all_its_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("canaletto.db");
        std::fs::write(&path, b"this was never a database, only some text that is long enough").unwrap();
        let (_, finding) = open(&path, &folder.path().join("backups"), NOW).unwrap();
        let Some(Finding::DatabaseDamaged { set_aside, restored_from: None }) = finding else {
            panic!("{finding:?}")
        };
        assert_eq!(set_aside.file_name().unwrap(), "canaletto.db.damaged-19700101T000000Z");
        assert!(std::fs::read(&set_aside).unwrap().starts_with(b"this was never"));
        assert!(open(&path, folder.path(), NOW).unwrap().1.is_none());
    }

    #[test]
    fn the_newest_sound_backup_takes_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let (path, backups) = (folder.path().join("canaletto.db"), folder.path().join("backups"));
        let (connection, _) = open(&path, &backups, NOW).unwrap();
        connection.execute("INSERT INTO settings (key, value) VALUES ('a', '1')", []).unwrap();
        let good = backup::make(&path, &backups, NOW).unwrap();
        let newer = backups.join("canaletto-99000.db");
        std::fs::write(&newer, b"rubbish").unwrap();
        drop(connection);

        // Pages in the middle are overwritten, the header stays: only the check can tell.
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = 4_096..bytes.len();
        bytes[middle].fill(0xA5);
        std::fs::write(&path, bytes).unwrap();

        let (connection, finding) = open(&path, &backups, NOW).unwrap();
        assert!(
            matches!(finding, Some(Finding::DatabaseDamaged { restored_from: Some(from), .. }) if from == good)
        );
        let kept: i64 = connection.query_row("SELECT count(*) FROM settings", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, 1);
    }

    #[test]
    fn a_newer_database_is_no_damage() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("canaletto.db");
        connect(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
        assert!(matches!(open(&path, folder.path(), NOW), Err(Error::NewerDatabase { .. })));
        assert!(path.exists());
    }
}
