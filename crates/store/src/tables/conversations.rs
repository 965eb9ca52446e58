mod change;
mod page;
mod trash;

use std::fmt;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;

pub use self::change::ConversationPatch;
pub use self::page::{ConversationPage, ConversationQuery};
use super::messages::{self, Message};
use super::{folders, from_json, from_time_if, to_json, to_money, to_time, to_time_if};
use crate::Store;
use crate::error::{Error, Result};
use crate::ids::{ConversationId, FolderId, JobId, MessageId};
use crate::money::Money;

/// A conversation, without its messages. `Debug` leaves out what the user wrote.
#[derive(Clone, PartialEq)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// The user's name for it.
    pub title: Option<String>,
    /// The first words that were said in it, at most 200 characters; empty while there are none.
    pub first_words: String,
    /// The folder it is in.
    pub folder: Option<FolderId>,
    /// Stays above the others.
    pub pinned: bool,
    /// Put away.
    pub archived: bool,
    /// When it was put into the trash; none when it isn't there.
    pub trashed_at: Option<Timestamp>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When its last message was.
    pub touched_at: Timestamp,
    /// The message at the end of the shown branch; none while there are none.
    pub head: Option<MessageId>,
    /// How its messages are asked for; opaque here.
    pub settings: Value,
    /// The character that answers; opaque here.
    pub character: Option<Value>,
    /// What was typed and not sent; opaque here.
    pub draft: Option<Value>,
    /// Messages on all branches. Counted, not kept.
    pub messages: u32,
    /// The job of the answer that is being written. Looked up, not kept.
    pub writing: Option<JobId>,
}

impl Conversation {
    /// An empty one.
    pub fn new(id: ConversationId, settings: Value, created_at: Timestamp) -> Self {
        let created_at = crate::clock::to_millisecond(created_at);
        Self {
            id,
            title: None,
            first_words: String::new(),
            folder: None,
            pinned: false,
            archived: false,
            trashed_at: None,
            created_at,
            touched_at: created_at,
            head: None,
            settings,
            character: None,
            draft: None,
            messages: 0,
            writing: None,
        }
    }
}

impl fmt::Debug for Conversation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conversation")
            .field("id", &self.id)
            .field("messages", &self.messages)
            .finish_non_exhaustive()
    }
}

/// One amount that was paid in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConversationCharge {
    /// How much; none when that isn't known.
    pub cost: Option<Money>,
    /// Computed by us, not reported.
    pub is_estimate: bool,
    /// The sandbox's money.
    pub pretend: bool,
}

/// The conversations.
pub struct Conversations<'a> {
    store: &'a Store,
}

impl Store {
    /// The conversations.
    pub fn conversations(&self) -> Conversations<'_> {
        Conversations { store: self }
    }
}

impl Conversations<'_> {
    /// Writes a new one down. Its messages come by [`Messages::insert`](crate::Messages::insert).
    pub fn insert(&self, conversation: Conversation) -> Result<()> {
        self.store.database().write(move |db, changes| {
            insert(db, &conversation)?;
            changes.conversation(conversation.id);
            Ok(())
        })
    }

    /// Writes down a conversation that was brought in, with its messages: each after the one it answers. All of it is
    /// kept, or nothing. `head` must be one of them; without one the last is shown.
    pub fn insert_whole(&self, conversation: Conversation, messages: Vec<Message>) -> Result<Conversation> {
        self.store.database().write(move |db, changes| {
            insert(db, &conversation)?;
            for message in &messages {
                messages::insert(db, message, changes)?;
            }
            if let Some(head) = conversation.head {
                let place = messages::place(db, head)?;
                if place.conversation != row_of(db, conversation.id)? {
                    return Err(Error::NotFound { what: "message", id: head.to_string() });
                }
                change::show(db, place)?;
            }
            changes.conversation(conversation.id);
            get(db, conversation.id)
        })
    }

    /// One conversation, in the trash or not.
    pub fn get(&self, id: ConversationId) -> Result<Conversation> {
        self.store.database().read(|db| get(db, id))
    }

    /// Those of these conversations that there are, in the order asked for.
    pub fn get_many(&self, ids: &[ConversationId]) -> Result<Vec<Conversation>> {
        self.store.database().read(|db| ids.iter().filter_map(|id| find(db, *id).transpose()).collect())
    }

    /// Some conversations: pinned ones first, then by their last message, newest first. `limit` is 1 to 200.
    pub fn page(
        &self,
        query: &ConversationQuery,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<ConversationPage> {
        self.store.database().read(|db| page::page(db, query, cursor, limit))
    }

    /// What was paid for its messages on all branches, and for what goes with them (each attachment once).
    pub fn charges(&self, id: ConversationId) -> Result<Vec<ConversationCharge>> {
        self.store.database().read(|db| {
            // An answer that is still being written isn't paid yet; one without a job was never.
            let mut statement = db.prepare_cached(
                "SELECT m.cost, m.currency, m.cost_is_estimate, m.pretend
                 FROM messages m JOIN conversations c ON c.row = m.conversation
                 WHERE c.id = ?1 AND m.state <> 'writing' AND (m.cost IS NOT NULL OR m.job IS NOT NULL)
                 UNION ALL
                 SELECT a.cost, a.currency, 0, a.pretend FROM attachments a
                 WHERE a.cost IS NOT NULL AND a.row IN (
                    SELECT ma.attachment FROM conversations c JOIN messages m ON m.conversation = c.row
                    JOIN message_attachments ma ON ma.message = m.row WHERE c.id = ?1)",
            )?;
            let mut rows = statement.query([id])?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                all.push(ConversationCharge {
                    cost: to_money(row.get(0)?, row.get(1)?)?,
                    is_estimate: row.get(2)?,
                    pretend: row.get(3)?,
                });
            }
            Ok(all)
        })
    }
}

/// What [`read`] takes, in its order. `c` is the conversation.
const COLUMNS: &str = "c.id, c.title, c.first_words, (SELECT f.id FROM folders f WHERE f.row = c.folder), c.pinned, \
    c.archived, c.trashed_at, c.created_at, c.touched_at, (SELECT h.id FROM messages h WHERE h.row = c.head), \
    c.settings, c.character, c.draft, (SELECT count(*) FROM messages m WHERE m.conversation = c.row), \
    (SELECT max(w.job) FROM messages w WHERE w.conversation = c.row AND w.state = 'writing')";

fn read(row: &Row<'_>) -> Result<Conversation> {
    Ok(Conversation {
        id: row.get(0)?,
        title: row.get(1)?,
        first_words: row.get(2)?,
        folder: row.get(3)?,
        pinned: row.get(4)?,
        archived: row.get(5)?,
        trashed_at: to_time_if(row.get(6)?)?,
        created_at: to_time(row.get(7)?)?,
        touched_at: to_time(row.get(8)?)?,
        head: row.get(9)?,
        settings: to_json(row.get(10)?, "conversation")?.ok_or(Error::Unreadable { what: "conversation" })?,
        character: to_json(row.get(11)?, "character")?,
        draft: to_json(row.get(12)?, "draft")?,
        messages: row.get(13)?,
        writing: row.get(14)?,
    })
}

pub(crate) fn find(db: &Connection, id: ConversationId) -> Result<Option<Conversation>> {
    let sql = format!("SELECT {COLUMNS} FROM conversations c WHERE c.id = ?");
    let mut statement = db.prepare_cached(&sql)?;
    let mut rows = statement.query([id])?;
    rows.next()?.map(read).transpose()
}

pub(crate) fn get(db: &Connection, id: ConversationId) -> Result<Conversation> {
    find(db, id)?.ok_or_else(|| not_found(id))
}

pub(crate) fn row_of(db: &Connection, id: ConversationId) -> Result<i64> {
    let mut statement = db.prepare_cached("SELECT row FROM conversations WHERE id = ?")?;
    statement.query_row([id], |row| row.get(0)).optional()?.ok_or_else(|| not_found(id))
}

fn not_found(id: ConversationId) -> Error {
    Error::NotFound { what: "conversation", id: id.to_string() }
}

fn insert(db: &Connection, conversation: &Conversation) -> Result<()> {
    let folder = conversation.folder.map(|id| folders::row_of(db, id)).transpose()?;
    db.prepare_cached(
        "INSERT INTO conversations (id, title, first_words, folder, pinned, archived, trashed, trashed_at, created_at,
            touched_at, settings, character, draft)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        conversation.id,
        conversation.title,
        conversation.first_words,
        folder,
        conversation.pinned,
        conversation.archived,
        conversation.trashed_at.is_some(),
        from_time_if(conversation.trashed_at),
        conversation.created_at.as_millisecond(),
        conversation.touched_at.as_millisecond(),
        conversation.settings.to_string(),
        from_json(conversation.character.as_ref()),
        from_json(conversation.draft.as_ref()),
    ])?;
    Ok(())
}

#[cfg(test)]
mod tests;
