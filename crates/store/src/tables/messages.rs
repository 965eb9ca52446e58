mod search;
mod tree;
mod write;

use std::fmt;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;

pub use self::search::{ExcerptPiece, MessageHit, MessageHits};
pub use self::tree::PathStep;
pub use self::write::MessagePatch;
pub(crate) use self::write::{index_first, insert};
use super::{from_sql_count, text_enum, to_json, to_money, to_time};
use crate::Store;
use crate::error::{Error, Result};
use crate::ids::{AttachmentId, ConversationId, JobId, MessageId};
use crate::money::Money;

text_enum! {
    /// Who says something.
    MessageRole {
        /// The person.
        User = "user",
        /// The model.
        Assistant = "assistant",
        /// A summary of what went before; it stands for what it sums up.
        Summary = "summary",
    }
}

text_enum! {
    /// How far a message is.
    MessageState {
        /// It is being written.
        Writing = "writing",
        /// All of it is here.
        Whole = "whole",
        /// The person stopped it; what had arrived is here.
        Stopped = "stopped",
        /// It broke off; what had arrived is here.
        Cut = "cut",
        /// Nothing came.
        Failed = "failed",
    }
}

/// The tokens a message took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Read.
    pub input: u32,
    /// Of these, found in the cache.
    pub cached: u32,
    /// Written, thoughts included.
    pub output: u32,
    /// Of these, thoughts.
    pub thoughts: u32,
}

/// A message. `Debug` leaves out what was said.
#[derive(Clone, PartialEq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The conversation it is of.
    pub conversation: ConversationId,
    /// The one it answers; none for a first one.
    pub parent: Option<MessageId>,
    /// Who says it.
    pub role: MessageRole,
    /// How far it is.
    pub state: MessageState,
    /// When it was begun.
    pub created_at: Timestamp,
    /// What is said.
    pub text: String,
    /// What was thought before.
    pub reasoning: String,
    /// How long that took.
    pub thought_ms: Option<u64>,
    /// All else that came with it; opaque here.
    pub body: Option<Value>,
    /// The model that wrote it.
    pub model: Option<String>,
    /// Its job, where one was paid.
    pub job: Option<JobId>,
    /// The job that makes pictures here.
    pub pictures: Option<JobId>,
    /// What it took.
    pub tokens: Option<Tokens>,
    /// What it cost.
    pub cost: Option<Money>,
    /// Whether `cost` is computed by us, not reported.
    pub cost_is_estimate: bool,
    /// Whether that is the sandbox's money.
    pub pretend: bool,
    /// What goes with it, in order.
    pub attachments: Vec<AttachmentId>,
}

impl Message {
    /// A whole message of which nothing else is known.
    pub fn new(
        id: MessageId,
        conversation: ConversationId,
        parent: Option<MessageId>,
        role: MessageRole,
        text: &str,
        created_at: Timestamp,
    ) -> Self {
        Self {
            id,
            conversation,
            parent,
            role,
            state: MessageState::Whole,
            created_at: crate::clock::to_millisecond(created_at),
            text: text.to_owned(),
            reasoning: String::new(),
            thought_ms: None,
            body: None,
            model: None,
            job: None,
            pictures: None,
            tokens: None,
            cost: None,
            cost_is_estimate: false,
            pretend: false,
            attachments: Vec::new(),
        }
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("id", &self.id)
            .field("role", &self.role)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// The messages of all conversations.
pub struct Messages<'a> {
    store: &'a Store,
}

impl Store {
    /// The messages of all conversations.
    pub fn messages(&self) -> Messages<'_> {
        Messages { store: self }
    }
}

impl Messages<'_> {
    /// One message, with all that was appended so far.
    pub fn get(&self, id: MessageId) -> Result<Message> {
        self.store.database().read(|db| get(db, id))
    }

    /// Those of these messages that there are, in the order asked for.
    pub fn get_many(&self, ids: &[MessageId]) -> Result<Vec<Message>> {
        self.store.database().read(|db| {
            let mut all = Vec::with_capacity(ids.len());
            for id in ids {
                all.extend(query(db, "m.id = ?", [id])?);
            }
            Ok(all)
        })
    }

    /// All messages of a conversation, on all branches: each after the one it answers.
    pub fn of_conversation(&self, id: ConversationId) -> Result<Vec<Message>> {
        self.store.database().read(|db| query(db, "c.id = ? ORDER BY m.row", [id]))
    }

    /// The messages that are being written, or were when the program ended; oldest first.
    pub fn writing(&self) -> Result<Vec<Message>> {
        self.store.database().read(|db| query(db, "m.state = 'writing' ORDER BY m.row", []))
    }

    /// The message that a job writes.
    pub fn of_job(&self, job: JobId) -> Result<Option<Message>> {
        self.store.database().read(|db| Ok(query(db, "m.job = ?", [job])?.pop()))
    }

    /// The message that shows the pictures of a job.
    pub fn of_pictures(&self, job: JobId) -> Result<Option<Message>> {
        self.store.database().read(|db| Ok(query(db, "m.pictures = ?", [job])?.pop()))
    }

    /// How many tokens a model's answers take: the median of its latest 50; none without history.
    pub fn median_output(&self, model: &str) -> Result<Option<u32>> {
        self.store.database().read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT output FROM messages WHERE model = ? AND output IS NOT NULL ORDER BY row DESC LIMIT 50",
            )?;
            let rows = statement.query_map([model], |row| row.get(0))?;
            let mut all = rows.collect::<rusqlite::Result<Vec<u32>>>()?;
            all.sort_unstable();
            Ok(all.get(all.len().saturating_sub(1) / 2).copied())
        })
    }
}

/// Where a message is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) row: i64,
    pub(crate) conversation: i64,
}

pub(crate) fn place(db: &Connection, id: MessageId) -> Result<Place> {
    let mut statement = db.prepare_cached("SELECT row, conversation FROM messages WHERE id = ?")?;
    let found = statement
        .query_row([id], |row| Ok(Place { row: row.get(0)?, conversation: row.get(1)? }))
        .optional()?;
    found.ok_or_else(|| Error::NotFound { what: "message", id: id.to_string() })
}

pub(crate) fn conversation_of(db: &Connection, place: Place) -> Result<ConversationId> {
    let mut statement = db.prepare_cached("SELECT id FROM conversations WHERE row = ?")?;
    Ok(statement.query_row([place.conversation], |row| row.get(0))?)
}

/// The user's name for the conversation that this is the first message of.
fn title_of_first(db: &Connection, row: i64) -> Result<Option<String>> {
    let mut statement = db.prepare_cached(
        "SELECT c.title FROM messages m JOIN conversations c ON c.row = m.conversation
         WHERE m.row = ?1 AND m.row = (SELECT f.row FROM messages f
            WHERE f.conversation = m.conversation AND f.parent IS NULL ORDER BY f.row LIMIT 1)",
    )?;
    Ok(statement.query_row([row], |row| row.get(0)).optional()?.flatten())
}

fn get(db: &Connection, id: MessageId) -> Result<Message> {
    query(db, "m.id = ?", [id])?.pop().ok_or_else(|| Error::NotFound { what: "message", id: id.to_string() })
}

fn query(db: &Connection, condition: &str, parameters: impl rusqlite::Params) -> Result<Vec<Message>> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT m.row, m.id, c.id, (SELECT p.id FROM messages p WHERE p.row = m.parent), m.role, m.state,
            m.created_at, t.text, t.reasoning, m.thought_ms, t.body, m.model, m.job, m.pictures,
            m.input, m.cached, m.output, m.thoughts, m.cost, m.currency, m.cost_is_estimate, m.pretend
         FROM messages m JOIN message_texts t ON t.row = m.row JOIN conversations c ON c.row = m.conversation
         WHERE {condition}"
    ))?;
    let mut rows = statement.query(parameters)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let place: i64 = row.get(0)?;
        let mut message = read(row)?;
        if message.state == MessageState::Writing {
            add_pieces(db, place, &mut message.text, &mut message.reasoning)?;
        }
        message.attachments = attachments(db, place)?;
        all.push(message);
    }
    Ok(all)
}

fn read(row: &Row<'_>) -> Result<Message> {
    let tokens = match (row.get(14)?, row.get(15)?, row.get(16)?, row.get(17)?) {
        (Some(input), Some(cached), Some(output), Some(thoughts)) => {
            Some(Tokens { input, cached, output, thoughts })
        }
        _ => None,
    };
    Ok(Message {
        id: row.get(1)?,
        conversation: row.get(2)?,
        parent: row.get(3)?,
        role: row.get(4)?,
        state: row.get(5)?,
        created_at: to_time(row.get(6)?)?,
        text: row.get(7)?,
        reasoning: row.get(8)?,
        thought_ms: row.get::<_, Option<i64>>(9)?.map(from_sql_count),
        body: to_json(row.get(10)?, "message")?,
        model: row.get(11)?,
        job: row.get(12)?,
        pictures: row.get(13)?,
        tokens,
        cost: to_money(row.get(18)?, row.get(19)?)?,
        cost_is_estimate: row.get(20)?,
        pretend: row.get(21)?,
        attachments: Vec::new(),
    })
}

fn add_pieces(db: &Connection, row: i64, text: &mut String, reasoning: &mut String) -> Result<()> {
    let mut statement =
        db.prepare_cached("SELECT text, reasoning FROM message_pieces WHERE message = ? ORDER BY number")?;
    let mut pieces = statement.query([row])?;
    while let Some(piece) = pieces.next()? {
        text.push_str(piece.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?);
        reasoning.push_str(piece.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?);
    }
    Ok(())
}

fn attachments(db: &Connection, row: i64) -> Result<Vec<AttachmentId>> {
    let mut statement = db.prepare_cached(
        "SELECT a.id FROM message_attachments ma JOIN attachments a ON a.row = ma.attachment
         WHERE ma.message = ? ORDER BY ma.position",
    )?;
    let rows = statement.query_map(params![row], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

#[cfg(test)]
mod tests;
