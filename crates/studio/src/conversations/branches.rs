//! Walking from branch to branch.

use store::{MessageId, Store};

use super::{plan::parse, shown::conversation_view, view::ConversationView};
use crate::{Result, Studio};

impl Studio {
    /// Shows the branch that a message is on; it goes on to that branch's latest end.
    pub async fn show_branch(&self, message: &str) -> Result<ConversationView> {
        let id: MessageId = parse(message, "message")?;
        self.store(move |store| show(store, id)).await
    }

    /// Shows the branch beside the one a message is on: -1 for the one before, 1 for the next. Beyond the last there is
    /// the last.
    pub async fn show_next_branch(&self, message: &str, step: i32) -> Result<ConversationView> {
        let id: MessageId = parse(message, "message")?;
        self.store(move |store| {
            let siblings = store.messages().siblings(id)?;
            let here = siblings.iter().position(|sibling| *sibling == id).unwrap_or(0);
            let there = here.saturating_add_signed(step as isize).min(siblings.len().saturating_sub(1));
            show(store, siblings.get(there).copied().unwrap_or(id))
        })
        .await
    }
}

fn show(store: &Store, message: MessageId) -> store::Result<ConversationView> {
    let end = store.messages().latest_leaf(message)?;
    conversation_view(store, &store.conversations().show(end)?)
}
