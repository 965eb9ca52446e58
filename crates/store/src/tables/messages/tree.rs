use rusqlite::{Connection, params};

use super::{MessageRole, MessageState, Messages, place};
use crate::error::Result;
use crate::ids::MessageId;

/// A message's place in a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathStep {
    /// The message.
    pub id: MessageId,
    /// Who says it.
    pub role: MessageRole,
    /// How far it is.
    pub state: MessageState,
    /// How long its text is, in characters.
    pub length: u32,
    /// Its place among the messages that answer the same one: 0 is the first.
    pub branch: u32,
    /// How many there are of these.
    pub branches: u32,
}

impl Messages<'_> {
    /// The branch that ends with this message, from its first message on.
    pub fn path(&self, leaf: MessageId) -> Result<Vec<PathStep>> {
        self.store.database().read(|db| path(db, leaf))
    }

    /// The messages that answer the same one as this, itself included, oldest first.
    pub fn siblings(&self, id: MessageId) -> Result<Vec<MessageId>> {
        self.store.database().read(|db| {
            let place = place(db, id)?;
            let mut statement = db.prepare_cached(
                "SELECT id FROM messages
                 WHERE conversation = ?1 AND parent IS (SELECT parent FROM messages WHERE row = ?2) ORDER BY row",
            )?;
            let rows = statement.query_map(params![place.conversation, place.row], |row| row.get(0))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Where the branch goes on to that a message is on: the latest of all that follow it, or itself.
    pub fn latest_leaf(&self, id: MessageId) -> Result<MessageId> {
        self.store.database().read(|db| {
            let place = place(db, id)?;
            // A message's row is above its parent's: the highest of all is the end of a branch.
            let mut statement = db.prepare_cached(
                "WITH RECURSIVE below (row) AS (
                    VALUES (?1)
                    UNION ALL
                    SELECT m.row FROM below CROSS JOIN messages m ON m.conversation = ?2 AND m.parent = below.row
                 )
                 SELECT id FROM messages WHERE row = (SELECT max(row) FROM below)",
            )?;
            Ok(statement.query_row(params![place.row, place.conversation], |row| row.get(0))?)
        })
    }
}

fn path(db: &Connection, leaf: MessageId) -> Result<Vec<PathStep>> {
    let place = place(db, leaf)?;
    let mut statement = db.prepare_cached(
        "WITH RECURSIVE path (row, parent, depth) AS (
            SELECT row, parent, 0 FROM messages WHERE row = ?1
            UNION ALL
            SELECT m.row, m.parent, path.depth + 1 FROM path CROSS JOIN messages m ON m.row = path.parent
         )
         SELECT m.id, m.role, m.state, m.length,
            (SELECT count(*) FROM messages s
                WHERE s.conversation = ?2 AND s.parent IS m.parent AND s.row < m.row),
            (SELECT count(*) FROM messages s WHERE s.conversation = ?2 AND s.parent IS m.parent)
         FROM path CROSS JOIN messages m ON m.row = path.row ORDER BY path.depth DESC",
    )?;
    let rows = statement.query_map(params![place.row, place.conversation], |row| {
        Ok(PathStep {
            id: row.get(0)?,
            role: row.get(1)?,
            state: row.get(2)?,
            length: row.get(3)?,
            branch: row.get(4)?,
            branches: row.get(5)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
