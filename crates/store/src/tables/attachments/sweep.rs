//! What no message has any more goes, file and row.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, params};

use super::{Attachments, file};
use crate::error::Result;

/// How long something that was attached and not sent is kept for a draft that isn't written yet.
const UNSENT: SignedDuration = SignedDuration::from_hours(24);

/// An attachment nobody needs.
struct Doomed {
    row: i64,
    /// Its file, unless another attachment has the same.
    blake3: Option<String>,
}

impl Attachments<'_> {
    /// Takes away what belongs to no message and no draft: what was last asked for before `before`, and of `rows` where
    /// they are given. Answers how many went.
    ///
    /// It is one write, so that no message can take up what is going. Files go before their rows: a crash in between
    /// leaves rows by which the next start goes on.
    pub(crate) fn sweep(&self, rows: Option<Vec<i64>>, before: Timestamp) -> Result<usize> {
        let _placing = self.store.placing();
        let folder = self.folder();
        self.store.database().write(move |db, _| {
            let mut gone = 0;
            for Doomed { row, blake3 } in doomed(db, rows.as_deref(), before)? {
                let removed = blake3.map_or(Ok(()), |blake3| std::fs::remove_file(file(&folder, &blake3)));
                match removed {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                        tracing::warn!(%error, "an attachment's file can't be deleted; a later start tries again");
                    }
                    _ => gone += db.prepare_cached("DELETE FROM attachments WHERE row = ?")?.execute([row])?,
                }
            }
            Ok(gone)
        })
    }

    /// At the start: takes away half-written files, and what was attached and never sent.
    pub(crate) fn tidy(&self) -> Result<()> {
        let folder = self.folder();
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|extension| extension == "part") {
                // One that can't be removed takes up space, no more.
                let _ = std::fs::remove_file(path);
            }
        }
        let now = self.store.clock().now();
        self.sweep(None, now.checked_sub(UNSENT).unwrap_or(Timestamp::MIN))?;
        Ok(())
    }
}

fn doomed(db: &Connection, rows: Option<&[i64]>, before: Timestamp) -> Result<Vec<Doomed>> {
    // Drafts are opaque, but name what goes with them by its id.
    const FREE: &str =
        "wanted_at <= ? AND NOT EXISTS (SELECT 1 FROM message_attachments ma WHERE ma.attachment = a.row)
        AND NOT EXISTS (SELECT 1 FROM conversations c WHERE instr(c.draft, a.id) > 0)";
    let mut found = Vec::new();
    let mut look = |condition: &str, parameters: &[&dyn rusqlite::ToSql]| -> Result<()> {
        let sql = format!("SELECT a.row, a.blake3 FROM attachments a WHERE {condition} {FREE}");
        let mut statement = db.prepare_cached(&sql)?;
        let rows = statement.query_map(parameters, |row| Ok((row.get(0)?, row.get(1)?)))?;
        for row in rows {
            found.push(row?);
        }
        Ok(())
    };
    let before = before.as_millisecond();
    match rows {
        None => look("", params![before])?,
        Some(rows) => rows.iter().try_for_each(|row| look("a.row = ? AND", params![row, before]))?,
    }
    let going: std::collections::HashSet<i64> = found.iter().map(|(row, _)| *row).collect();
    let mut others = db.prepare_cached("SELECT row FROM attachments WHERE blake3 = ?")?;
    let mut doomed = Vec::with_capacity(found.len());
    for (row, blake3) in found {
        let blake3: Option<String> = blake3;
        let mut shared = false;
        if let Some(blake3) = &blake3 {
            for other in others.query_map([blake3], |row| row.get::<_, i64>(0))? {
                shared |= !going.contains(&other?);
            }
        }
        doomed.push(Doomed { row, blake3: blake3.filter(|_| !shared) });
    }
    Ok(doomed)
}
