use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde_json::Value;

use super::{Conversation, Conversations, get};
use crate::error::{Error, Result};
use crate::ids::{ConversationId, FolderId, MessageId};
use crate::tables::messages::{self, Place};
use crate::tables::{folders, from_json, from_time_if};

/// What changes of conversations; what is none stays as it is.
#[derive(Clone, Default, PartialEq)]
pub struct ConversationPatch {
    /// The user's name for it.
    pub title: Option<Option<String>>,
    /// The folder it is in.
    pub folder: Option<Option<FolderId>>,
    /// Stays above the others.
    pub pinned: Option<bool>,
    /// Put away.
    pub archived: Option<bool>,
    /// When it was put into the trash.
    pub trashed_at: Option<Option<Timestamp>>,
    /// How messages are asked for.
    pub settings: Option<Value>,
    /// The character that answers.
    pub character: Option<Option<Value>>,
    /// What was typed and not sent.
    pub draft: Option<Option<Value>>,
}

impl Conversations<'_> {
    /// Changes all of these, or none; answers them as they are then. Nobody is told where only drafts change: these
    /// come from whoever would listen, word by word.
    pub fn change(&self, ids: &[ConversationId], patch: ConversationPatch) -> Result<Vec<Conversation>> {
        let ids = ids.to_vec();
        let is_draft_alone =
            patch == ConversationPatch { draft: patch.draft.clone(), ..ConversationPatch::default() };
        self.store.database().write(move |db, changes| {
            let mut all = Vec::with_capacity(ids.len());
            for id in ids {
                let mut conversation = get(db, id)?;
                apply(patch.clone(), &mut conversation);
                update(db, &conversation)?;
                if patch.title.is_some() {
                    messages::index_first(db, id)?;
                }
                if !is_draft_alone {
                    changes.conversation(id);
                }
                all.push(conversation);
            }
            Ok(all)
        })
    }

    /// Shows the branch that ends with this message.
    pub fn show(&self, head: MessageId) -> Result<Conversation> {
        self.store.database().write(move |db, changes| {
            let place = messages::place(db, head)?;
            show(db, place)?;
            let id = messages::conversation_of(db, place)?;
            changes.conversation(id);
            get(db, id)
        })
    }
}

pub(super) fn show(db: &Connection, head: Place) -> Result<()> {
    db.prepare_cached("UPDATE conversations SET head = ? WHERE row = ?")?
        .execute([head.row, head.conversation])?;
    Ok(())
}

fn apply(patch: ConversationPatch, conversation: &mut Conversation) {
    let trimmed = |title: String| Some(title.trim().to_owned()).filter(|title| !title.is_empty());
    let title = patch.title.map(|title| title.and_then(trimmed));
    conversation.title = title.unwrap_or_else(|| conversation.title.take());
    conversation.folder = patch.folder.unwrap_or(conversation.folder);
    conversation.pinned = patch.pinned.unwrap_or(conversation.pinned);
    conversation.archived = patch.archived.unwrap_or(conversation.archived);
    let trashed_at = patch.trashed_at.map(|at| at.map(crate::clock::to_millisecond));
    conversation.trashed_at = trashed_at.unwrap_or(conversation.trashed_at);
    conversation.settings = patch.settings.unwrap_or_else(|| conversation.settings.take());
    conversation.character = patch.character.unwrap_or_else(|| conversation.character.take());
    conversation.draft = patch.draft.unwrap_or_else(|| conversation.draft.take());
}

fn update(db: &Connection, conversation: &Conversation) -> Result<()> {
    let folder = conversation.folder.map(|id| folders::row_of(db, id)).transpose()?;
    let written = db
        .prepare_cached(
            "UPDATE conversations SET title = ?, folder = ?, pinned = ?, archived = ?, trashed = ?, trashed_at = ?,
                settings = ?, character = ?, draft = ? WHERE id = ?",
        )?
        .execute(params![
            conversation.title,
            folder,
            conversation.pinned,
            conversation.archived,
            conversation.trashed_at.is_some(),
            from_time_if(conversation.trashed_at),
            conversation.settings.to_string(),
            from_json(conversation.character.as_ref()),
            from_json(conversation.draft.as_ref()),
            conversation.id,
        ])?;
    if written == 1 { Ok(()) } else { Err(Error::Fault("a conversation went while it was changed")) }
}
