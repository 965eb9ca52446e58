use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use store::{Attachment, AttachmentId, AttachmentKind, ConversationId, Item, MediaKind, Message, Store};

use crate::{
    conversations::{
        file::{ConversationsFile, FORMAT, FileAttachment, FileConversation, FileMessage, VERSION},
        shown::{settings_of, usage_of},
        view,
    },
    library::view_of as item_view,
};

/// The attachments that were named so far, by their ids in the file.
#[derive(Default)]
struct Named(BTreeMap<String, FileAttachment>);

/// All branches of conversations, and what goes with them: documents with their words, media by name and hash.
pub(super) fn write(
    store: &Store,
    ids: &[ConversationId],
    now: Timestamp,
) -> store::Result<ConversationsFile> {
    let mut named = Named::default();
    let mut conversations = Vec::with_capacity(ids.len());
    for id in ids {
        let conversation = store.conversations().get(*id)?;
        let mut messages = Vec::new();
        for message in store.messages().of_conversation(*id)? {
            messages.push(write_message(store, message, &mut named)?);
        }
        conversations.push(FileConversation {
            settings: settings_of(&conversation),
            title: conversation.title,
            pinned: conversation.pinned,
            archived: conversation.archived,
            created_at: conversation.created_at.to_string(),
            touched_at: conversation.touched_at.to_string(),
            character: conversation.character,
            head: conversation.head.map(|id| id.to_string()),
            messages,
        });
    }
    Ok(ConversationsFile {
        format: FORMAT.to_owned(),
        version: VERSION,
        exported_at: now.to_string(),
        conversations,
        attachments: named.0.into_values().collect(),
    })
}

fn write_message(store: &Store, message: Message, named: &mut Named) -> store::Result<FileMessage> {
    let mut attachments = named.attachments(store, &message.attachments)?;
    if let Some(job) = message.pictures {
        attachments.extend(store.jobs().items(job)?.iter().map(|item| named.item(item)));
    }
    Ok(FileMessage {
        usage: usage_of(&message),
        id: message.id.to_string(),
        parent: message.parent.map(|id| id.to_string()),
        role: message.role.into(),
        state: message.state.into(),
        created_at: message.created_at.to_string(),
        text: message.text,
        reasoning: message.reasoning,
        thought_ms: message.thought_ms,
        body: message.body,
        model: message.model,
        attachments,
    })
}

impl Named {
    fn attachments(&mut self, store: &Store, ids: &[AttachmentId]) -> store::Result<Vec<String>> {
        let all = store.attachments().get_many(ids)?;
        let items: Vec<_> = all.iter().filter_map(|attachment| attachment.item).collect();
        let items: HashMap<_, _> =
            store.library().get_many(&items)?.into_iter().map(|item| (item.id, item)).collect();
        let mut ids = Vec::with_capacity(all.len());
        for attachment in all {
            let id = attachment.id.to_string();
            if !self.0.contains_key(&id) {
                let item = attachment.item.and_then(|id| items.get(&id));
                self.0.insert(id.clone(), write_attachment(store, attachment, item));
            }
            ids.push(id);
        }
        Ok(ids)
    }

    /// A picture that was made in the conversation.
    fn item(&mut self, item: &Item) -> String {
        let view = item_view(item);
        self.0
            .entry(view.id.clone())
            .or_insert_with(|| FileAttachment {
                id: view.id,
                kind: match item.kind {
                    MediaKind::Picture => view::AttachmentKind::Image,
                    MediaKind::Sound => view::AttachmentKind::Audio,
                    MediaKind::Film => view::AttachmentKind::Video,
                },
                name: view.title,
                mime: view.mime,
                bytes: view.bytes,
                blake3: Some(item.file.blake3.clone()),
                url: None,
                // It is the picture's, and not paid again.
                cost: None,
                pretend: view.pretend,
                excerpt: None,
                text: None,
            })
            .id
            .clone()
    }
}

fn write_attachment(store: &Store, attachment: Attachment, item: Option<&Item>) -> FileAttachment {
    let is_text =
        matches!(attachment.kind, AttachmentKind::Document | AttachmentKind::Search | AttachmentKind::Page);
    // A document whose file is gone, or that isn't text, is named all the same.
    let path = store.attachments().path(&attachment).filter(|_| is_text);
    let text = path.and_then(|path| std::fs::read_to_string(path).ok());
    let text = text.filter(|text| !text.contains('\0'));
    FileAttachment {
        id: attachment.id.to_string(),
        kind: attachment.kind.into(),
        name: attachment.name,
        mime: attachment.mime,
        bytes: attachment.bytes,
        blake3: attachment.blake3.or_else(|| item.map(|item| item.file.blake3.clone())),
        url: attachment.url,
        cost: attachment.cost,
        pretend: attachment.pretend,
        excerpt: attachment.excerpt,
        text,
    }
}
