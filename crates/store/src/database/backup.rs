//! Copies of the database: one a day, verified before it counts, and one before each migration.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::backup::Backup;

use crate::clock::is_a_day_old;
use crate::error::{Error, Result};

/// How many daily copies are kept.
const DAILY: usize = 5;
const PREFIX: &str = "canaletto-";
/// Two that began in the same millisecond would have one name, and write into each other's file.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Makes a verified copy if the newest is a day old.
pub(crate) fn daily(database: &Path, folder: &Path, now: Timestamp) -> Result<Option<PathBuf>> {
    let newest = list(folder).into_iter().next().and_then(|path| made_at(&path));
    if newest.is_some_and(|then| !is_a_day_old(now, then)) {
        return Ok(None);
    }
    make(database, folder, now).map(Some)
}

/// Copies the live database, checks the copy, and drops the oldest beyond the number kept.
pub(crate) fn make(database: &Path, folder: &Path, now: Timestamp) -> Result<PathBuf> {
    std::fs::create_dir_all(folder).map_err(|error| Error::file(folder, error))?;
    let source = Connection::open_with_flags(database, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let target = folder.join(format!("{PREFIX}{}.db", now.as_millisecond()));
    copy(&source, &target)?;
    for old in list(folder).into_iter().skip(DAILY) {
        // One that can't be deleted today is tried again tomorrow.
        let _ = std::fs::remove_file(old);
    }
    Ok(target)
}

pub(crate) fn copy_before_migration(
    source: &Connection,
    folder: &Path,
    version: u32,
    now: Timestamp,
) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(|error| Error::file(folder, error))?;
    copy(source, &folder.join(format!("before-schema-{}-{}.db", version + 1, now.as_millisecond())))
}

/// The daily copies, newest first.
pub(crate) fn list(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut all: Vec<PathBuf> = entries.map(|e| e.path()).filter(|path| made_at(path).is_some()).collect();
    all.sort_by_key(|path| std::cmp::Reverse(made_at(path)));
    all
}

fn made_at(path: &Path) -> Option<Timestamp> {
    let name = path.file_name()?.to_str()?;
    let time = name.strip_prefix(PREFIX)?.strip_suffix(".db")?;
    Timestamp::from_millisecond(time.parse().ok()?).ok()
}

fn copy(source: &Connection, target: &Path) -> Result<()> {
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let partial = target.with_extension("part");
    let failed = |error| Error::file(&partial, error);
    if partial.exists() {
        std::fs::remove_file(&partial).map_err(failed)?;
    }
    let attempt = (|| {
        let mut to = Connection::open(&partial)?;
        Backup::new(source, &mut to)?.run_to_completion(4_096, Duration::ZERO, None)?;
        // The copy must be one file that can be moved about; WAL mode is set again when it is used.
        to.pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(()))?;
        if !is_sound(&to, "integrity_check")? {
            return Err(Error::Unreadable { what: "backup" });
        }
        to.close().map_err(|(_, error)| error)?;
        std::fs::File::open(&partial).and_then(|file| file.sync_all()).map_err(failed)?;
        std::fs::rename(&partial, target).map_err(failed)
    })();
    if attempt.is_err() {
        let _ = std::fs::remove_file(&partial);
    }
    attempt.map_err(|error| error.at_database(target))
}

/// Runs `quick_check` or `integrity_check`.
pub(crate) fn is_sound(connection: &Connection, check: &str) -> Result<bool> {
    let verdict = connection.pragma_query_value(None, check, |row| row.get::<_, String>(0))?;
    Ok(verdict == "ok")
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;
    use crate::database::connect;

    #[test]
    fn one_a_day_and_the_oldest_go() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("a.db");
        let backups = folder.path().join("backups");
        let connection = connect(&database).unwrap();
        connection.execute_batch("CREATE TABLE a (x); INSERT INTO a VALUES (7)").unwrap();

        let mut now = Timestamp::from_second(1_700_000_000).unwrap();
        let first = daily(&database, &backups, now).unwrap().expect("there was none");
        assert_eq!(daily(&database, &backups, now + 23.hours()).unwrap(), None);
        for _ in 0..DAILY {
            now += 24.hours();
            assert!(daily(&database, &backups, now).unwrap().is_some());
        }
        let kept = list(&backups);
        assert_eq!(kept.len(), DAILY);
        assert!(!kept.contains(&first));
        let copy = Connection::open(&kept[0]).unwrap();
        assert_eq!(copy.query_row("SELECT x FROM a", [], |row| row.get::<_, i64>(0)).unwrap(), 7);
    }

    #[test]
    fn those_of_one_moment_take_turns() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("a.db");
        connect(&database).unwrap().execute_batch("CREATE TABLE a (x)").unwrap();
        let backups = folder.path().join("backups");
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| make(&database, &backups, now).unwrap());
            }
        });
        assert_eq!(list(&backups).len(), 1);
    }
}
