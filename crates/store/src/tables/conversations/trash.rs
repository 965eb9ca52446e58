use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, params};

use super::Conversations;
use crate::error::Result;
use crate::ids::ConversationId;

/// How long the trash keeps what is put into it.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

impl Conversations<'_> {
    /// Deletes those of these conversations that are in the trash, for good; none = all that are in it. What went with
    /// their messages goes with them unless other messages have it; items stay in the library. Answers how many went.
    pub fn delete(&self, ids: Option<Vec<ConversationId>>) -> Result<u32> {
        self.delete_where(move |db| match ids {
            None => trashed_before(db, i64::MAX),
            Some(ids) => {
                let mut statement = db.prepare_cached(
                    "SELECT row, id, trashed_at FROM conversations WHERE trashed = 1 AND id = ?",
                )?;
                let mut all = Vec::with_capacity(ids.len());
                for id in ids {
                    let found =
                        statement.query_map([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
                    for one in found {
                        all.push(one?);
                    }
                }
                Ok(all)
            }
        })
    }

    /// At the start: what was put into the trash 30 days ago goes for good.
    pub(crate) fn expire(&self) -> Result<u32> {
        let before = self.store.clock().now().checked_sub(KEPT).unwrap_or(Timestamp::MIN);
        self.delete_where(move |db| trashed_before(db, before.as_millisecond()))
    }

    fn delete_where<F>(&self, which: F) -> Result<u32>
    where
        F: FnOnce(&Connection) -> Result<Vec<(i64, ConversationId, i64)>> + Send + 'static,
    {
        let (count, freed, before) = self.store.database().write(move |db, changes| {
            let doomed = which(db)?;
            let mut freed = Vec::new();
            let mut before = i64::MIN;
            for (row, id, trashed_at) in &doomed {
                before = before.max(*trashed_at);
                let mut statement = db.prepare_cached(
                    "SELECT DISTINCT a.attachment FROM messages m JOIN message_attachments a ON a.message = m.row
                     WHERE m.conversation = ?1
                     UNION SELECT a.row FROM attachments a JOIN conversations c ON instr(c.draft, a.id) > 0
                     WHERE c.row = ?1",
                )?;
                let rows = statement.query_map([row], |row| row.get(0))?;
                freed.extend(rows.collect::<rusqlite::Result<Vec<i64>>>()?);
                db.prepare_cached(
                    "DELETE FROM message_words WHERE rowid IN (SELECT row FROM messages WHERE conversation = ?)",
                )?
                .execute([row])?;
                db.prepare_cached("DELETE FROM conversations WHERE row = ?")?.execute(params![row])?;
                changes.conversation(*id);
            }
            freed.sort_unstable();
            freed.dedup();
            Ok((doomed.len(), freed, before))
        })?;
        if !freed.is_empty() {
            // What was asked for again since then is for a message that isn't sent yet.
            let before = Timestamp::from_millisecond(before).unwrap_or(Timestamp::MIN);
            self.store.attachments().sweep(Some(freed), before)?;
        }
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }
}

fn trashed_before(db: &Connection, before: i64) -> Result<Vec<(i64, ConversationId, i64)>> {
    let mut statement = db.prepare_cached(
        "SELECT row, id, trashed_at FROM conversations WHERE trashed = 1 AND trashed_at < ?",
    )?;
    let rows = statement.query_map([before], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
