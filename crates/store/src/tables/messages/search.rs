use rusqlite::{Connection, params};

use super::{MessageRole, Messages, title_of_first};
use crate::error::{Error, Result};
use crate::ids::{ConversationId, MessageId};
pub use crate::library::excerpt::ExcerptPiece;
use crate::library::{excerpt, words};
use crate::tables::{attachments, to_time};

/// A message that was found. `Debug` is not derived: the words are the user's.
#[derive(Clone, PartialEq)]
pub struct MessageHit {
    /// The message.
    pub message: MessageId,
    /// The conversation it is of.
    pub conversation: ConversationId,
    /// Who says it.
    pub role: MessageRole,
    /// When it was begun.
    pub created_at: jiff::Timestamp,
    /// The words around the first place.
    pub excerpt: Vec<ExcerptPiece>,
}

/// Messages that were found, newest first.
#[derive(Clone, PartialEq)]
pub struct MessageHits {
    /// The messages.
    pub hits: Vec<MessageHit>,
    /// Where the next page begins; none after the last.
    pub next: Option<String>,
}

impl Messages<'_> {
    /// The messages that have all these words in their text or in the names of what goes with them; by the user's name
    /// for a conversation its first message is found. Those of trashed conversations and those still being written are
    /// left out. Newest first, `limit` is 1 to 200.
    pub fn search(&self, typed: &str, cursor: Option<&str>, limit: u32) -> Result<MessageHits> {
        let before = cursor.map_or(Ok((i64::MAX, i64::MAX)), position)?;
        let Some(expression) = words::expression(typed) else {
            return Ok(MessageHits { hits: Vec::new(), next: None });
        };
        self.store.database().read(|db| search(db, typed, &expression, before, limit.clamp(1, 200)))
    }
}

/// A cursor as text is `CREATED.ROW`.
fn position(cursor: &str) -> Result<(i64, i64)> {
    let (created, row) = cursor.split_once('.').ok_or(Error::BadCursor)?;
    Ok((created.parse().map_err(|_| Error::BadCursor)?, row.parse().map_err(|_| Error::BadCursor)?))
}

fn search(
    db: &Connection,
    typed: &str,
    expression: &str,
    before: (i64, i64),
    limit: u32,
) -> Result<MessageHits> {
    // The rows are found and sorted without their texts; only those of the page are read.
    let mut statement = db.prepare_cached(
        "WITH page AS MATERIALIZED (
            SELECT m.row, m.created_at, c.id AS conversation
            FROM message_words w JOIN messages m ON m.row = w.rowid JOIN conversations c ON c.row = m.conversation
            WHERE message_words MATCH ?1 AND c.trashed = 0 AND (m.created_at, m.row) < (?2, ?3)
            ORDER BY m.created_at DESC, m.row DESC LIMIT ?4
         )
         SELECT m.row, m.id, page.conversation, m.role, m.created_at, t.text
         FROM page CROSS JOIN messages m ON m.row = page.row JOIN message_texts t ON t.row = m.row
         ORDER BY m.created_at DESC, m.row DESC",
    )?;
    let mut rows = statement.query(params![expression, before.0, before.1, limit + 1])?;
    let mut hits: Vec<MessageHit> = Vec::new();
    let mut last = (0, 0);
    while let Some(row) = rows.next()? {
        if hits.len() == limit as usize {
            return Ok(MessageHits { hits, next: Some(format!("{}.{}", last.0, last.1)) });
        }
        last = (row.get(4)?, row.get(0)?);
        let text = row.get_ref(5)?.as_str().map_err(rusqlite::Error::from)?;
        let excerpt = match excerpt::around_hits(text, typed) {
            Some(excerpt) => Some(excerpt),
            None => excerpt::around_hits(&beside(db, last.1)?, typed),
        };
        hits.push(MessageHit {
            message: row.get(1)?,
            conversation: row.get(2)?,
            role: row.get(3)?,
            created_at: to_time(last.0)?,
            excerpt: excerpt.unwrap_or_else(|| excerpt::beginning(text)),
        });
    }
    Ok(MessageHits { hits, next: None })
}

/// The words beside its text that a message is found by.
fn beside(db: &Connection, row: i64) -> Result<String> {
    let mut words = attachments::names(db, row)?;
    words.extend(title_of_first(db, row)?);
    Ok(words.join(" · "))
}
