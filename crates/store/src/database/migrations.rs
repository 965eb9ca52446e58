//! The steps from an empty file to today's tables. Append-only: a released step is never edited.

use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, TransactionBehavior};

use super::backup;
use crate::error::{Error, Result};

/// Each entry is one schema version, made of the SQL that lies beside the tables it concerns.
const MIGRATIONS: &[&[&str]] = &[
    &[
        include_str!("../tables/files.1.sql"),
        include_str!("../tables/items.1.sql"),
        include_str!("../tables/lineage.1.sql"),
        include_str!("../tables/jobs.1.sql"),
        include_str!("../tables/holds.1.sql"),
        include_str!("../tables/settings.1.sql"),
        include_str!("../tables/accounts.1.sql"),
        include_str!("../tables/snapshots.1.sql"),
    ],
    &[include_str!("../tables/calls.1.sql")],
    &[
        include_str!("../tables/folders.1.sql"),
        include_str!("../tables/conversations.1.sql"),
        include_str!("../tables/messages.1.sql"),
        include_str!("../tables/attachments.1.sql"),
        include_str!("../tables/presets.1.sql"),
        include_str!("../tables/prompts.1.sql"),
    ],
];

/// The schema of a database, 0 for an empty one; an error for one from the future.
pub(crate) fn version(connection: &Connection) -> Result<u32> {
    let found = connection.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0))?;
    let known = MIGRATIONS.len() as u32;
    if found > known { Err(Error::NewerDatabase { found, known }) } else { Ok(found) }
}

/// Brings the tables up to date: all missing steps in one transaction, after a copy was put into `backups`.
pub(crate) fn migrate(connection: &mut Connection, backups: &Path, now: Timestamp) -> Result<()> {
    apply(connection, MIGRATIONS, backups, now)
}

fn apply(connection: &mut Connection, all: &[&[&str]], backups: &Path, now: Timestamp) -> Result<()> {
    let found = connection.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0))?;
    let known = all.len() as u32;
    if found > known {
        return Err(Error::NewerDatabase { found, known });
    }
    if found == known {
        return Ok(());
    }
    if found > 0 {
        backup::copy_before_migration(connection, backups, found, now)?;
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    for step in all.iter().skip(found as usize) {
        for sql in *step {
            transaction.execute_batch(sql)?;
        }
    }
    transaction.pragma_update(None, "user_version", known)?;
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::connect;

    #[test]
    fn missing_steps_run_together_after_a_copy() {
        let folder = tempfile::tempdir().unwrap();
        let backups = folder.path().join("backups");
        let mut connection = connect(&folder.path().join("a.db")).unwrap();
        let now = Timestamp::UNIX_EPOCH;
        let first: &[&str] = &["CREATE TABLE a (x)", "INSERT INTO a VALUES (1)"];
        apply(&mut connection, &[first], &backups, now).unwrap();
        assert!(!backups.exists(), "there was nothing to copy");

        let broken = apply(&mut connection, &[first, &["CREATE TABLE b (x)"], &["nonsense"]], &backups, now);
        assert!(broken.is_err());
        let tables: i64 =
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap();
        assert_eq!(tables, 1, "half a migration must not stay");

        apply(&mut connection, &[first, &["CREATE TABLE b (x)"]], &backups, now).unwrap();
        let copy = std::fs::read_dir(&backups).unwrap().next().unwrap().unwrap().path();
        let copy = Connection::open(copy).unwrap();
        assert_eq!(copy.query_row("SELECT x FROM a", [], |row| row.get::<_, i64>(0)).unwrap(), 1);
    }

    #[test]
    fn a_newer_schema_is_refused_and_untouched() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = connect(&folder.path().join("a.db")).unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        let refused = migrate(&mut connection, folder.path(), Timestamp::UNIX_EPOCH);
        assert!(matches!(refused, Err(Error::NewerDatabase { found: 99, .. })));
    }
}
