//! Bringing back conversations that were exported, as new ones. The file is looked through to its end before anything of
//! it is kept, and believed in nothing it needn't be.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use store::{
    AttachmentBytes, AttachmentId, Conversation, ConversationId, Message, MessageId, NewAttachment, Store,
    Tokens,
};

use super::{
    file::{ConversationsFile, FORMAT, FileAttachment, FileConversation, FileMessage, Head, VERSION},
    shown::{character_of, row_of},
    view::{AttachmentKind, ConversationImport, ConversationRow, MessageState, Role},
};
use crate::{AppError, Result, Studio, error::Code, error::input_too_large, imports::name_of};

/// The most bytes of a file; a thousand long conversations are fewer.
const MOST_BYTES: u64 = 512 << 20;

impl Studio {
    /// Brings the conversations of these files back as new ones. A file that can't be read is told of; those before and
    /// after it come.
    pub async fn import_conversations(&self, paths: Vec<PathBuf>) -> Result<ConversationImport> {
        let mut import = ConversationImport { conversations: Vec::new(), refused: Vec::new() };
        for path in paths {
            let name = name_of(&path);
            let read = tokio::task::spawn_blocking(move || read(&path)).await.map_err(AppError::internal)?;
            let file = match read {
                Ok(file) => file,
                Err(error) => {
                    import.refused.push(error.param("name", name));
                    continue;
                }
            };
            import.conversations.extend(self.store(move |store| keep(store, file)).await?);
        }
        Ok(import)
    }
}

fn read(path: &Path) -> Result<ConversationsFile> {
    let at = |error| AppError::from(store::Error::file(path, error));
    let bytes = std::fs::metadata(path).map_err(at)?.len();
    if bytes > MOST_BYTES {
        return Err(input_too_large(Some(bytes), MOST_BYTES));
    }
    let bytes = std::fs::read(path).map_err(at)?;
    let head: Head = match serde_json::from_slice(&bytes) {
        Ok(head) => head,
        Err(error) if error.is_eof() => return Err(broken()),
        Err(_) => return Err(not_ours()),
    };
    if head.format != FORMAT {
        return Err(not_ours());
    }
    if head.version > VERSION {
        return Err(AppError::new(
            Code::InputUnsupported,
            "This file was written by a newer version of Canaletto.",
            "Update Canaletto, then bring it in again.",
        )
        .param("version", head.version));
    }
    let file: ConversationsFile = serde_json::from_slice(&bytes).map_err(|_| broken())?;
    check(&file)?;
    Ok(file)
}

/// Each message comes after the one it answers, and all that is named is there.
fn check(file: &ConversationsFile) -> Result<()> {
    let attachments: HashSet<&str> = file.attachments.iter().map(|one| one.id.as_str()).collect();
    for conversation in &file.conversations {
        let mut seen: HashSet<&str> = HashSet::new();
        time(&conversation.created_at)?;
        time(&conversation.touched_at)?;
        for message in &conversation.messages {
            let known = message.parent.as_deref().is_none_or(|parent| seen.contains(parent));
            let whole = message.attachments.iter().all(|id| attachments.contains(id.as_str()));
            if !known || !whole || !seen.insert(&message.id) {
                return Err(broken());
            }
            time(&message.created_at)?;
        }
        if conversation.head.as_deref().is_some_and(|head| !seen.contains(head)) {
            return Err(broken());
        }
    }
    Ok(())
}

fn time(text: &str) -> Result<Timestamp> {
    text.parse().map_err(|_| broken())
}

fn keep(store: &Store, file: ConversationsFile) -> store::Result<Vec<ConversationRow>> {
    let mut attachments = HashMap::new();
    for attachment in file.attachments {
        let id = attachment.id.clone();
        attachments.insert(id, keep_attachment(store, attachment)?);
    }
    let mut rows = Vec::with_capacity(file.conversations.len());
    for conversation in file.conversations {
        let (conversation, messages) = made_new(conversation, &attachments);
        rows.push(row_of(&store.conversations().insert_whole(conversation, messages)?));
    }
    Ok(rows)
}

/// Its words become a file again; of media the library's own are taken, where it has them.
fn keep_attachment(store: &Store, attachment: FileAttachment) -> store::Result<AttachmentId> {
    let kind = kept_kind(attachment.kind);
    if let (Some(blake3), None) = (&attachment.blake3, &attachment.text)
        && let Some(item) = store.library().of_hash(blake3)?.first()
    {
        return Ok(store.attachments().keep_item(kind, item.id)?.id);
    }
    let new = NewAttachment {
        url: attachment.url,
        cost: attachment.cost,
        pretend: attachment.pretend,
        excerpt: attachment.excerpt,
        ..NewAttachment::new(kind, &attachment.name, &attachment.mime)
    };
    let bytes = match attachment.text {
        Some(text) => AttachmentBytes::Bytes(text.into_bytes()),
        None => AttachmentBytes::Absent(attachment.bytes),
    };
    Ok(store.attachments().keep(new, bytes)?.id)
}

fn made_new(
    file: FileConversation,
    attachments: &HashMap<String, AttachmentId>,
) -> (Conversation, Vec<Message>) {
    let id = ConversationId::new(Timestamp::now());
    let settings = serde_json::to_value(&file.settings).unwrap_or_default();
    let created_at = file.created_at.parse().unwrap_or(Timestamp::UNIX_EPOCH);
    let mut ids: HashMap<String, MessageId> = HashMap::new();
    let mut messages = Vec::with_capacity(file.messages.len());
    for message in file.messages {
        let message_id = MessageId::new(Timestamp::now());
        ids.insert(message.id.clone(), message_id);
        let parent = message.parent.as_ref().and_then(|parent| ids.get(parent)).copied();
        messages.push(made_new_message(message, message_id, id, parent, attachments));
    }
    let conversation = Conversation {
        title: file.title.filter(|title| !title.trim().is_empty()),
        pinned: file.pinned,
        archived: file.archived,
        touched_at: file.touched_at.parse().unwrap_or(created_at),
        character: file.character.filter(|character| character_of(Some(character)).is_some()),
        head: file.head.and_then(|head| ids.get(&head).copied()),
        ..Conversation::new(id, settings, created_at)
    };
    (conversation, messages)
}

fn made_new_message(
    file: FileMessage,
    id: MessageId,
    conversation: ConversationId,
    parent: Option<MessageId>,
    attachments: &HashMap<String, AttachmentId>,
) -> Message {
    let at = file.created_at.parse().unwrap_or(Timestamp::UNIX_EPOCH);
    let usage = file.usage;
    Message {
        state: kept_state(file.state),
        reasoning: file.reasoning,
        thought_ms: file.thought_ms,
        body: file.body,
        model: file.model,
        tokens: usage.map(|usage| Tokens {
            input: usage.input,
            cached: usage.cached,
            output: usage.output,
            thoughts: usage.thoughts,
        }),
        cost: usage.and_then(|usage| usage.cost),
        cost_is_estimate: usage.is_some_and(|usage| usage.cost_is_estimate),
        pretend: usage.is_some_and(|usage| usage.pretend),
        attachments: file.attachments.iter().filter_map(|id| attachments.get(id)).copied().collect(),
        ..Message::new(id, conversation, parent, kept_role(file.role), &file.text, at)
    }
}

fn kept_role(role: Role) -> store::MessageRole {
    match role {
        Role::User => store::MessageRole::User,
        Role::Assistant => store::MessageRole::Assistant,
        Role::Summary => store::MessageRole::Summary,
    }
}

/// What was still being written when it was exported ends where it was.
fn kept_state(state: MessageState) -> store::MessageState {
    match state {
        MessageState::Whole => store::MessageState::Whole,
        MessageState::Stopped => store::MessageState::Stopped,
        MessageState::Writing | MessageState::Cut => store::MessageState::Cut,
        MessageState::Failed => store::MessageState::Failed,
    }
}

fn kept_kind(kind: AttachmentKind) -> store::AttachmentKind {
    match kind {
        AttachmentKind::Image => store::AttachmentKind::Image,
        AttachmentKind::Audio => store::AttachmentKind::Audio,
        AttachmentKind::Video => store::AttachmentKind::Video,
        AttachmentKind::Document => store::AttachmentKind::Document,
        AttachmentKind::Search => store::AttachmentKind::Search,
        AttachmentKind::Page => store::AttachmentKind::Page,
    }
}

fn not_ours() -> AppError {
    AppError::new(
        Code::InputUnsupported,
        "This file doesn't hold conversations of Canaletto.",
        "Choose a file that was exported from here as JSON.",
    )
}

fn broken() -> AppError {
    AppError::new(
        Code::InputTruncated,
        "This file of conversations is damaged or cut off. Nothing of it was brought in.",
        "It may not have been copied to the end. Copy it again, or export it anew.",
    )
}
