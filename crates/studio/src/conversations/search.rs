//! Finding messages by their words.

use std::collections::{BTreeSet, HashMap};

use store::ConversationId;

use super::{
    shown::title_of,
    view::{ExcerptPart, MessageHit, MessageHits},
};
use crate::{Result, Studio};

impl Studio {
    /// Messages that have all these words in their text or in the names of what goes with them, newest first; and the
    /// first ones of conversations that are so named. Those of trashed conversations are left out.
    pub async fn search_messages(
        &self,
        text: &str,
        cursor: Option<String>,
        limit: u32,
    ) -> Result<MessageHits> {
        let text = text.to_owned();
        self.store(move |store| {
            let found = store.messages().search(&text, cursor.as_deref(), limit)?;
            let conversations: BTreeSet<ConversationId> =
                found.hits.iter().map(|hit| hit.conversation).collect();
            let conversations: Vec<ConversationId> = conversations.into_iter().collect();
            let titles: HashMap<ConversationId, String> = store
                .conversations()
                .get_many(&conversations)?
                .iter()
                .map(|conversation| (conversation.id, title_of(conversation)))
                .collect();
            let hits = found.hits.into_iter().map(|hit| MessageHit {
                conversation: hit.conversation.to_string(),
                title: titles.get(&hit.conversation).cloned().unwrap_or_default(),
                message: hit.message.to_string(),
                role: hit.role.into(),
                created_at: hit.created_at.to_string(),
                excerpt: hit
                    .excerpt
                    .into_iter()
                    .map(|piece| ExcerptPart { text: piece.text, is_hit: piece.is_hit })
                    .collect(),
            });
            Ok(MessageHits { hits: hits.collect(), next: found.next })
        })
        .await
    }
}
