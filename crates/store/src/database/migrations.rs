//! The steps from an empty file to today's tables. Append-only: a released step is never edited.

use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::backup;
use crate::error::{Error, Result};
use crate::tables::items;

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
    &[include_str!("../tables/boards.1.sql"), include_str!("../tables/items.2.sql")],
    &[include_str!("../tables/jobs.2.sql")],
    &[
        include_str!("../tables/markers.1.sql"),
        include_str!("../tables/transcripts.1.sql"),
        include_str!("../tables/readings.1.sql"),
        include_str!("../tables/clones.1.sql"),
    ],
    &[include_str!("../tables/jobs.3.sql"), include_str!("../tables/jobs.4.sql")],
    &[include_str!("../tables/model_versions.1.sql")],
    &[
        include_str!("../tables/accounts.2.sql"),
        include_str!("../tables/rotations.1.sql"),
        include_str!("../tables/top_ups.1.sql"),
    ],
    &[
        include_str!("../tables/charges.1.sql"),
        include_str!("../tables/charge_matches.1.sql"),
        include_str!("../tables/balances.1.sql"),
    ],
    &[include_str!("../tables/charges.2.sql")],
];

/// The schema whose search is empty until it is filled again.
const WORDS_ANEW: u32 = 4;

/// The schema of a database, 0 for an empty one; an error for one from the future.
pub(crate) fn version(connection: &Connection) -> Result<u32> {
    let found = connection.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0))?;
    let known = MIGRATIONS.len() as u32;
    if found > known { Err(Error::NewerDatabase { found, known }) } else { Ok(found) }
}

/// Brings the tables up to date: all missing steps in one transaction, after a copy was put into `backups`.
pub(crate) fn migrate(connection: &mut Connection, backups: &Path, now: Timestamp) -> Result<()> {
    apply(connection, MIGRATIONS, backups, now, |transaction, found| {
        if (1..WORDS_ANEW).contains(&found) { items::fill_words(transaction) } else { Ok(()) }
    })
}

/// `finish` is run in the transaction, after the steps, with the schema there was before.
fn apply(
    connection: &mut Connection,
    all: &[&[&str]],
    backups: &Path,
    now: Timestamp,
    finish: impl FnOnce(&Transaction<'_>, u32) -> Result<()>,
) -> Result<()> {
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
    finish(&transaction, found)?;
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
        apply(&mut connection, &[first], &backups, now, |_, _| Ok(())).unwrap();
        assert!(!backups.exists(), "there was nothing to copy");

        let steps: &[&[&str]] = &[first, &["CREATE TABLE b (x)"], &["nonsense"]];
        let broken = apply(&mut connection, steps, &backups, now, |_, _| Ok(()));
        assert!(broken.is_err());
        let tables: i64 =
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap();
        assert_eq!(tables, 1, "half a migration must not stay");

        apply(&mut connection, &steps[..2], &backups, now, |_, _| Ok(())).unwrap();
        let copy = std::fs::read_dir(&backups).unwrap().next().unwrap().unwrap().path();
        let copy = Connection::open(copy).unwrap();
        assert_eq!(copy.query_row("SELECT x FROM a", [], |row| row.get::<_, i64>(0)).unwrap(), 1);
    }

    #[test]
    fn prompts_of_earlier_jobs_are_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = connect(&folder.path().join("a.db")).unwrap();
        let step =
            MIGRATIONS.iter().position(|step| step.iter().any(|sql| sql.contains("past_prompts"))).unwrap();
        let now = Timestamp::UNIX_EPOCH;
        apply(&mut connection, &MIGRATIONS[..step], folder.path(), now, |_, _| Ok(())).unwrap();
        let job = "INSERT INTO jobs (id, kind, state, account, operation, title, request, wanted, pretend, created_at)
            VALUES (?, ?, 'saved', 'a', 'o', '', ?, 1, 0, ?)";
        for (n, (kind, request)) in [
            ("make", r#"{"prompt":"A Canal","negative_prompt":"fog"}"#),
            ("make", r#"{"prompt":"A Canal"}"#),
            ("upscale", r#"{"item":"i"}"#),
            ("call", r#"{"prompt":"by hand"}"#),
        ]
        .into_iter()
        .enumerate()
        {
            connection
                .execute(job, rusqlite::params![n.to_string(), kind, request, i64::try_from(n).unwrap()])
                .unwrap();
        }
        migrate(&mut connection, folder.path(), now).unwrap();
        let all = connection
            .prepare("SELECT prompt, folded, negative_prompt, used_at, times FROM past_prompts")
            .unwrap()
            .query_map([], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get::<_, Option<String>>(2)?, row.get(3)?, row.get(4)?))
            })
            .unwrap()
            .collect::<rusqlite::Result<Vec<(String, String, _, i64, u32)>>>()
            .unwrap();
        assert_eq!(all, [("A Canal".to_owned(), "a canal".to_owned(), None, 1, 2)]);
    }

    #[test]
    fn the_trash_of_an_earlier_version_gets_its_month() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = connect(&folder.path().join("a.db")).unwrap();
        let now = Timestamp::UNIX_EPOCH;
        apply(&mut connection, &MIGRATIONS[..3], folder.path(), now, |_, _| Ok(())).unwrap();
        connection
            .execute_batch(
                "INSERT INTO files (id, blake3, path, bytes, mime, ext) VALUES (1, 'h', 'p', 1, 'm', 'e');
                 INSERT INTO items (id, file, kind, origin, title, title_key, bytes, made_at, day, certainty, pretend,
                     trashed, trashed_at)
                 VALUES ('i', 1, 'picture', 'made', '', '', 1, 1, '2026-11-21', 'unknown', 0, 1, 1)",
            )
            .unwrap();
        migrate(&mut connection, folder.path(), now).unwrap();
        let sql = "SELECT i.trashed_at, f.revision FROM items i JOIN files f ON f.id = i.file";
        let (at, revision): (i64, i64) =
            connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let away = Timestamp::now().as_millisecond() - at;
        assert!((0..60_000).contains(&away) && revision == 1, "{away} {revision}");
    }

    #[test]
    fn the_ledger_of_an_earlier_version_stays() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = connect(&folder.path().join("a.db")).unwrap();
        let step =
            MIGRATIONS.iter().position(|step| step.iter().any(|sql| sql.contains("own_keys"))).unwrap();
        let now = Timestamp::UNIX_EPOCH;
        apply(&mut connection, &MIGRATIONS[..step], folder.path(), now, |_, _| Ok(())).unwrap();
        connection
            .execute_batch(
                "INSERT INTO ledgers (row, account, name, pretend, complete_to, cursor, own_key, key_ends)
                    VALUES (1, 'a', 'A', 0, 5, 'c', 'key', '[\"abc123\"]');
                 INSERT INTO skus (row, sku) VALUES (1, 's');
                 INSERT INTO charges (ledger, at, hash, number, source, sku, amount, currency)
                    VALUES (1, 4, 1, 0, 'history', 1, '0.01', 'usd');",
            )
            .unwrap();
        migrate(&mut connection, folder.path(), now).unwrap();
        let sql = "SELECT l.complete_to, l.cursor, l.key_ends, c.amount FROM ledgers l JOIN charges c ON c.ledger = l.row";
        let kept: (i64, String, String, String) = connection
            .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
            .unwrap();
        assert_eq!(kept, (5, "c".into(), "[\"abc123\"]".into(), "0.01".into()));
        connection.execute("INSERT INTO own_keys (account, since) VALUES ('a', 1)", []).unwrap();
    }

    #[test]
    fn what_was_found_by_its_words_is_found_after_all_steps() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = connect(&folder.path().join("a.db")).unwrap();
        let now = Timestamp::UNIX_EPOCH;
        apply(&mut connection, &MIGRATIONS[..3], folder.path(), now, |_, _| Ok(())).unwrap();
        connection
            .execute_batch(
                "INSERT INTO files (id, blake3, path, bytes, mime, ext) VALUES (1, 'x', 'x', 1, 'x', 'x');
                 INSERT INTO items (row, id, file, kind, origin, title, title_key, model, bytes, made_at, day, certainty, pretend)
                    VALUES (7, 'x', 1, 'picture', 'made', 'Dusk', 'dusk', 'flux', 1, 1, '2026-01-01', 'unknown', 0);
                 INSERT INTO makings (row, prompt, notes, tags) VALUES (7, '黄昏', 'a note', '[\"boats\"]')",
            )
            .unwrap();
        migrate(&mut connection, folder.path(), now).unwrap();
        for typed in ["d", "dusk", "黄", "flux", "note", "boa"] {
            let expression = crate::library::words::expression(typed).unwrap();
            let found: i64 = connection
                .query_row("SELECT rowid FROM words WHERE words MATCH ?", [expression], |row| row.get(0))
                .unwrap();
            assert_eq!(found, 7, "{typed}");
        }
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
