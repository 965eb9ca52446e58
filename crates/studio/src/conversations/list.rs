//! The list of conversations: read, begun, changed, put into the trash and deleted.

use jiff::Timestamp;
use store::{Conversation, ConversationId, FolderId};

use super::{
    plan::parse,
    shown::{character_of, conversation_view, message_views, row_of},
    view::{
        ChatSettings, ConversationPatch, ConversationQuery, ConversationRow, ConversationView,
        ConversationsPage, MessageView,
    },
};
use crate::{AppError, Result, Studio};

/// How many messages are read at once.
const MOST_MESSAGES: usize = 200;
/// The longest name, in characters.
const LONGEST_TITLE: usize = 200;

impl Studio {
    /// Some conversations, at most 200 a page: pinned ones first, then by their last message, newest first.
    pub async fn conversations(
        &self,
        query: ConversationQuery,
        cursor: Option<String>,
        limit: u32,
    ) -> Result<ConversationsPage> {
        let query = store::ConversationQuery {
            folder: query.folder.as_deref().map(|id| parse(id, "folder")).transpose()?,
            archived: query.archived,
            trashed: query.trashed,
        };
        let page =
            self.store(move |store| store.conversations().page(&query, cursor.as_deref(), limit)).await?;
        Ok(ConversationsPage {
            conversations: page.conversations.iter().map(row_of).collect(),
            next: page.next,
            total: page.total,
        })
    }

    /// A conversation with its shown branch, the last messages whole.
    pub async fn conversation(&self, id: &str) -> Result<ConversationView> {
        self.shown(parse(id, "conversation")?).await
    }

    /// These messages, at most 200, in this order; those that are gone are left out.
    pub async fn messages(&self, ids: Vec<String>) -> Result<Vec<MessageView>> {
        let ids: Vec<store::MessageId> =
            ids.iter().take(MOST_MESSAGES).filter_map(|id| id.parse().ok()).collect();
        self.store(move |store| message_views(store, store.messages().get_many(&ids)?)).await
    }

    /// A new, empty conversation.
    pub async fn create_conversation(
        &self,
        settings: ChatSettings,
        folder: Option<String>,
    ) -> Result<ConversationView> {
        let folder: Option<FolderId> = folder.as_deref().map(|id| parse(id, "folder")).transpose()?;
        let now = Timestamp::now();
        let character = self.character_of(&settings, None).await?;
        let settings = serde_json::to_value(&settings).map_err(AppError::internal)?;
        let conversation =
            Conversation { folder, character, ..Conversation::new(ConversationId::new(now), settings, now) };
        self.store(move |store| {
            store.conversations().insert(conversation.clone())?;
            conversation_view(store, &conversation)
        })
        .await
    }

    /// Changes conversations, all or none. What is being written in one that goes into the trash is stopped first.
    pub async fn change_conversations(
        &self,
        ids: Vec<String>,
        patch: ConversationPatch,
    ) -> Result<Vec<ConversationRow>> {
        let ids: Vec<ConversationId> =
            ids.iter().map(|id| parse(id, "conversation")).collect::<Result<_>>()?;
        let folder = patch.folder.as_deref().map(|id| match id {
            "" => Ok(None),
            id => parse(id, "folder").map(Some),
        });
        let mut change = store::ConversationPatch {
            title: patch.title.map(|title| Some(title.trim().chars().take(LONGEST_TITLE).collect())),
            folder: folder.transpose()?,
            pinned: patch.pinned,
            archived: patch.archived,
            trashed_at: patch.trashed.map(|trashed| trashed.then(Timestamp::now)),
            draft: patch.draft.map(|draft| Some(draft).filter(|draft| !draft.is_null())),
            ..store::ConversationPatch::default()
        };
        if let Some(settings) = patch.settings {
            let first = ids.first().copied();
            let before = match first {
                Some(id) => self.store(move |store| store.conversations().get(id)).await?.character,
                None => None,
            };
            change.character = Some(self.character_of(&settings, before).await?);
            change.settings = Some(serde_json::to_value(&settings).map_err(AppError::internal)?);
        }
        if patch.trashed == Some(true) {
            self.stop_in(&ids).await?;
        }
        let changed = self.store(move |store| store.conversations().change(&ids, change)).await?;
        Ok(changed.iter().map(row_of).collect())
    }

    /// Deletes those of these conversations that are in the trash, or all that are, for good. Answers how many went.
    pub async fn delete_conversations(&self, ids: Option<Vec<String>>) -> Result<u32> {
        // One that is gone already is no reason to keep the others.
        let ids = ids.map(|ids| ids.iter().filter_map(|id| id.parse().ok()).collect::<Vec<ConversationId>>());
        let writing = {
            let ids = ids.clone();
            self.store(move |store| {
                let all = store.messages().writing()?.into_iter().map(|message| message.conversation);
                let all: Vec<_> = all.filter(|id| ids.as_ref().is_none_or(|ids| ids.contains(id))).collect();
                let all = store.conversations().get_many(&all)?.into_iter();
                Ok(all.filter(|one| one.trashed_at.is_some()).map(|one| one.id).collect::<Vec<_>>())
            })
            .await?
        };
        self.stop_in(&writing).await?;
        self.store(move |store| store.conversations().delete(ids)).await
    }

    /// What is shown of the character that answers: asked for when it is another than before.
    async fn character_of(
        &self,
        settings: &ChatSettings,
        before: Option<serde_json::Value>,
    ) -> Result<Option<serde_json::Value>> {
        let Some(slug) = settings.character.as_deref() else { return Ok(None) };
        if character_of(before.as_ref()).is_some_and(|before| before.slug == slug) {
            return Ok(before);
        }
        let character = self.character(slug).await?;
        serde_json::to_value(character).map(Some).map_err(AppError::internal)
    }
}
