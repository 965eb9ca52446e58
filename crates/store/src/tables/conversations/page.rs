use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::{COLUMNS, Conversation, read};
use crate::error::{Error, Result};
use crate::ids::{ConversationId, FolderId};
use crate::tables::folders;

/// Which conversations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ConversationQuery {
    /// Those in this folder; none = wherever they are.
    pub folder: Option<FolderId>,
    /// Those that were put away, else the others.
    pub archived: bool,
    /// Those in the trash, put away or not, else the others.
    pub trashed: bool,
}

/// Some conversations.
#[derive(Debug, Clone, PartialEq)]
pub struct ConversationPage {
    /// The conversations, in order.
    pub conversations: Vec<Conversation>,
    /// Where the next page begins; none after the last.
    pub next: Option<String>,
    /// How many there are in all.
    pub total: u32,
}

pub(super) fn page(
    db: &Connection,
    query: &ConversationQuery,
    cursor: Option<&str>,
    limit: u32,
) -> Result<ConversationPage> {
    let mut filter = "c.trashed = ?".to_owned();
    let mut values = vec![Value::from(query.trashed)];
    if !query.trashed {
        filter.push_str(" AND c.archived = ?");
        values.push(query.archived.into());
    }
    if let Some(folder) = query.folder {
        filter.push_str(" AND c.folder = ?");
        values.push(folders::row_of(db, folder)?.into());
    }
    let total = db
        .prepare_cached(&format!("SELECT count(*) FROM conversations c WHERE {filter}"))?
        .query_row(params_from_iter(&values), |row| row.get(0))?;
    if let Some(cursor) = cursor {
        filter.push_str(" AND (c.pinned, c.touched_at, c.id) < (?, ?, ?)");
        values.extend(position(cursor)?);
    }
    let limit = limit.clamp(1, 200) as usize;
    let sql = format!(
        "SELECT {COLUMNS} FROM conversations c WHERE {filter}
         ORDER BY c.pinned DESC, c.touched_at DESC, c.id DESC LIMIT {}",
        limit + 1
    );
    let mut statement = db.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(&values))?;
    let mut conversations = Vec::with_capacity(limit + 1);
    while let Some(row) = rows.next()? {
        conversations.push(read(row)?);
    }
    let more = conversations.len() > limit;
    conversations.truncate(limit);
    let next = conversations
        .last()
        .filter(|_| more)
        .map(|last| format!("{}.{}.{}", u8::from(last.pinned), last.touched_at.as_millisecond(), last.id));
    Ok(ConversationPage { conversations, next, total })
}

/// A cursor as text is `PINNED.TOUCHED.ID`.
fn position(cursor: &str) -> Result<[Value; 3]> {
    let mut parts = cursor.splitn(3, '.');
    let mut next = || parts.next().ok_or(Error::BadCursor);
    let pinned: i64 = next()?.parse().map_err(|_| Error::BadCursor)?;
    let touched: i64 = next()?.parse().map_err(|_| Error::BadCursor)?;
    let id: ConversationId = next()?.parse().map_err(|_| Error::BadCursor)?;
    Ok([pinned.into(), touched.into(), id.to_string().into()])
}
