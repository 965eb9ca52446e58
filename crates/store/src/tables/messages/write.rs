use rusqlite::{Connection, params};
use serde_json::Value;

use super::{
    Message, MessageRole, MessageState, Messages, Tokens, conversation_of, get, place, query, title_of_first,
};
use crate::change::Changes;
use crate::error::{Error, Result};
use crate::ids::{ConversationId, JobId, MessageId};
use crate::library::words;
use crate::money::Money;
use crate::tables::{attachments, conversations, from_amount, from_json, to_sql_count};

/// How much of what was said first names a conversation, in characters.
const FIRST_WORDS: usize = 200;

/// What changes of a message; what is none stays as it is.
#[derive(Clone, Default, PartialEq)]
#[expect(missing_docs, reason = "each field is the one of Message by the same name")]
pub struct MessagePatch {
    pub state: Option<MessageState>,
    pub text: Option<String>,
    pub reasoning: Option<String>,
    pub thought_ms: Option<u64>,
    pub body: Option<Value>,
    pub model: Option<String>,
    pub job: Option<JobId>,
    pub pictures: Option<JobId>,
    pub tokens: Option<Tokens>,
    pub cost: Option<Money>,
    pub cost_is_estimate: Option<bool>,
    pub pretend: Option<bool>,
}

impl MessagePatch {
    fn apply(self, message: &mut Message) {
        fn set<T>(field: &mut Option<T>, value: Option<T>) {
            if value.is_some() {
                *field = value;
            }
        }
        message.state = self.state.unwrap_or(message.state);
        if let Some(text) = self.text {
            message.text = text;
        }
        if let Some(reasoning) = self.reasoning {
            message.reasoning = reasoning;
        }
        set(&mut message.thought_ms, self.thought_ms);
        set(&mut message.body, self.body);
        set(&mut message.model, self.model);
        set(&mut message.job, self.job);
        set(&mut message.pictures, self.pictures);
        set(&mut message.tokens, self.tokens);
        set(&mut message.cost, self.cost);
        message.cost_is_estimate = self.cost_is_estimate.unwrap_or(message.cost_is_estimate);
        message.pretend = self.pretend.unwrap_or(message.pretend);
    }
}

impl Messages<'_> {
    /// Writes down a turn: the messages of one conversation, each after the one it answers. The last is the end of the
    /// shown branch then. All of it is kept, or nothing; once this returns it survives a power cut.
    pub fn insert(&self, messages: Vec<Message>) -> Result<()> {
        self.store.database().write(move |db, changes| {
            for message in &messages {
                insert(db, message, changes)?;
            }
            Ok(())
        })
    }

    /// Adds to a message that is being written, which costs as much as what is added, however long the message is.
    /// False when it has ended: then nothing was added. Nobody is told.
    pub fn append(&self, id: MessageId, text: &str, reasoning: &str) -> Result<bool> {
        let (text, reasoning) = (text.to_owned(), reasoning.to_owned());
        self.store.database().write(move |db, _| {
            let place = place(db, id)?;
            let writing = db
                .prepare_cached(
                    "UPDATE messages SET length = length + ? WHERE row = ? AND state = 'writing'",
                )?
                .execute(params![characters(&text), place.row])?;
            if writing == 0 {
                return Ok(false);
            }
            db.prepare_cached(
                "INSERT INTO message_pieces (message, number, text, reasoning)
                 SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3 FROM message_pieces WHERE message = ?1",
            )?
            .execute(params![place.row, text, reasoning])?;
            Ok(true)
        })
    }

    /// Ends a message that is being written: its state becomes the patch's (or whole), its texts the patch's (or what
    /// was appended), and it can be found by its words. None when it had ended: then nothing was changed.
    pub fn finish(&self, id: MessageId, patch: MessagePatch) -> Result<Option<Message>> {
        self.store.database().write(move |db, changes| {
            let mut message = get(db, id)?;
            if message.state != MessageState::Writing {
                return Ok(None);
            }
            let ended = patch.state.filter(|state| *state != MessageState::Writing);
            MessagePatch { state: Some(ended.unwrap_or(MessageState::Whole)), ..patch }.apply(&mut message);
            update(db, &message, changes)?;
            Ok(Some(message))
        })
    }

    /// Changes a message, whether it is being written or not.
    pub fn change(&self, id: MessageId, patch: MessagePatch) -> Result<Message> {
        self.store.database().write(move |db, changes| {
            let mut message = get(db, id)?;
            patch.apply(&mut message);
            update(db, &message, changes)?;
            Ok(message)
        })
    }
}

pub(crate) fn insert(db: &Connection, message: &Message, changes: &mut Changes) -> Result<()> {
    let conversation = conversations::row_of(db, message.conversation)?;
    let parent = message.parent.map(|id| place(db, id)).transpose()?;
    if let (Some(parent), Some(id)) = (parent, message.parent)
        && parent.conversation != conversation
    {
        return Err(Error::NotFound { what: "message", id: id.to_string() });
    }
    let added = db
        .prepare_cached(
            "INSERT OR IGNORE INTO messages (id, conversation, parent, role, state, created_at, length, thought_ms, model,
                job, pictures, input, cached, output, thoughts, cost, currency, cost_is_estimate, pretend)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            message.id,
            conversation,
            parent.map(|parent| parent.row),
            message.role,
            message.state,
            message.created_at.as_millisecond(),
            characters(&message.text),
            message.thought_ms.map(to_sql_count),
            message.model,
            message.job,
            message.pictures,
            message.tokens.map(|tokens| tokens.input),
            message.tokens.map(|tokens| tokens.cached),
            message.tokens.map(|tokens| tokens.output),
            message.tokens.map(|tokens| tokens.thoughts),
            from_amount(message.cost),
            message.cost.map(|cost| cost.currency),
            message.cost_is_estimate,
            message.pretend,
        ])?;
    if added == 0 {
        return Err(Error::Exists { what: "message", id: message.id.to_string() });
    }
    let row = db.last_insert_rowid();
    db.prepare_cached("INSERT INTO message_texts (row, text, reasoning, body) VALUES (?, ?, ?, ?)")?
        .execute(params![row, message.text, message.reasoning, from_json(message.body.as_ref())])?;
    for (position, id) in message.attachments.iter().enumerate() {
        let attachment = attachments::row_of(db, *id)?;
        db.prepare_cached(
            "INSERT INTO message_attachments (message, position, attachment) VALUES (?, ?, ?)",
        )?
        .execute(params![row, to_sql_count(position as u64), attachment])?;
    }
    index(db, row, message)?;
    touch(db, conversation, row, message)?;
    changes.conversation(message.conversation);
    Ok(())
}

/// What a new message changes of its conversation.
fn touch(db: &Connection, conversation: i64, row: i64, message: &Message) -> Result<()> {
    db.prepare_cached("UPDATE conversations SET head = ?, touched_at = max(touched_at, ?) WHERE row = ?")?
        .execute(params![row, message.created_at.as_millisecond(), conversation])?;
    if message.role == MessageRole::User && !message.text.trim().is_empty() {
        let words: String = message.text.trim().chars().take(FIRST_WORDS).collect();
        db.prepare_cached("UPDATE conversations SET first_words = ? WHERE row = ? AND first_words = ''")?
            .execute(params![words, conversation])?;
    }
    Ok(())
}

/// Writes what can change of a message. Its texts are whole, so its pieces go.
fn update(db: &Connection, message: &Message, changes: &mut Changes) -> Result<()> {
    let place = place(db, message.id)?;
    db.prepare_cached(
        "UPDATE messages SET state = ?, length = ?, thought_ms = ?, model = ?, job = ?, pictures = ?, input = ?,
            cached = ?, output = ?, thoughts = ?, cost = ?, currency = ?, cost_is_estimate = ?, pretend = ? WHERE row = ?",
    )?
    .execute(params![
        message.state,
        characters(&message.text),
        message.thought_ms.map(to_sql_count),
        message.model,
        message.job,
        message.pictures,
        message.tokens.map(|tokens| tokens.input),
        message.tokens.map(|tokens| tokens.cached),
        message.tokens.map(|tokens| tokens.output),
        message.tokens.map(|tokens| tokens.thoughts),
        from_amount(message.cost),
        message.cost.map(|cost| cost.currency),
        message.cost_is_estimate,
        message.pretend,
        place.row,
    ])?;
    db.prepare_cached("DELETE FROM message_pieces WHERE message = ?")?.execute([place.row])?;
    db.prepare_cached("UPDATE message_texts SET text = ?, reasoning = ?, body = ? WHERE row = ?")?
        .execute(params![message.text, message.reasoning, from_json(message.body.as_ref()), place.row])?;
    index(db, place.row, message)?;
    changes.conversation(conversation_of(db, place)?);
    Ok(())
}

/// Makes a message that has ended findable by its words.
fn index(db: &Connection, row: i64, message: &Message) -> Result<()> {
    if message.state == MessageState::Writing {
        return Ok(());
    }
    let names = attachments::names(db, row)?.join(" \n ");
    let title = title_of_first(db, row)?.unwrap_or_default();
    db.prepare_cached("DELETE FROM message_words WHERE rowid = ?")?.execute([row])?;
    db.prepare_cached("INSERT INTO message_words (rowid, text, attachments, title) VALUES (?, ?, ?, ?)")?
        .execute(params![row, words::split(&message.text), words::split(&names), words::split(&title)])?;
    Ok(())
}

/// Makes a conversation's first message findable by the conversation's name, after that was changed.
pub(crate) fn index_first(db: &Connection, conversation: ConversationId) -> Result<()> {
    let first = "m.conversation = (SELECT row FROM conversations WHERE id = ?) AND m.parent IS NULL
        ORDER BY m.row LIMIT 1";
    match query(db, first, [conversation])?.pop() {
        Some(message) => index(db, place(db, message.id)?.row, &message),
        None => Ok(()),
    }
}

fn characters(text: &str) -> i64 {
    to_sql_count(text.chars().count() as u64)
}
