use std::collections::BTreeSet;

use tokio::sync::broadcast;

use crate::ids::{ConversationId, ItemId, JobId, ReadingId, TranscriptId};

/// Above this many ids a change only says of what kind they are.
const MOST_IDS: usize = 1_000;

/// What a write changed; told after it was committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// These items were made, changed or deleted. At most 1,000.
    Items(Vec<ItemId>),
    /// So many items changed that they are best read again.
    AllItems,
    /// A board was made, renamed or deleted, or what is on one changed.
    Boards,
    /// These conversations were made, changed or deleted, or their messages were. A message that grows isn't told of,
    /// only its beginning and its end. At most 1,000.
    Conversations(Vec<ConversationId>),
    /// So many conversations changed, or a folder did, that they are best read again.
    AllConversations,
    /// These transcripts were made, changed or deleted.
    Transcripts(Vec<TranscriptId>),
    /// This job was made or changed.
    Job(JobId),
    /// These readings were made or changed.
    Readings(Vec<ReadingId>),
    /// A cloned voice was made, changed or forgotten.
    Clones,
    /// A setting changed.
    Settings,
    /// An account was made, changed or forgotten, or its balances were.
    Accounts,
}

/// Gathers what one transaction changes.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    items: BTreeSet<ItemId>,
    boards: bool,
    conversations: BTreeSet<ConversationId>,
    all_conversations: bool,
    transcripts: BTreeSet<TranscriptId>,
    jobs: BTreeSet<JobId>,
    readings: BTreeSet<ReadingId>,
    clones: bool,
    settings: bool,
    accounts: bool,
}

impl Changes {
    pub(crate) fn item(&mut self, id: ItemId) {
        self.items.insert(id);
    }

    pub(crate) fn items(&mut self, ids: impl IntoIterator<Item = ItemId>) {
        self.items.extend(ids);
    }

    /// The items that were made, changed or deleted.
    pub(crate) fn changed_items(&self) -> &BTreeSet<ItemId> {
        &self.items
    }

    pub(crate) fn boards(&mut self) {
        self.boards = true;
    }

    pub(crate) fn conversation(&mut self, id: ConversationId) {
        self.conversations.insert(id);
    }

    pub(crate) fn all_conversations(&mut self) {
        self.all_conversations = true;
    }

    pub(crate) fn transcript(&mut self, id: TranscriptId) {
        self.transcripts.insert(id);
    }

    pub(crate) fn job(&mut self, id: JobId) {
        self.jobs.insert(id);
    }

    pub(crate) fn reading(&mut self, id: ReadingId) {
        self.readings.insert(id);
    }

    pub(crate) fn clones(&mut self) {
        self.clones = true;
    }

    pub(crate) fn settings(&mut self) {
        self.settings = true;
    }

    pub(crate) fn accounts(&mut self) {
        self.accounts = true;
    }

    /// Tells whoever listens. Nobody listening is no error.
    pub(crate) fn tell(self, to: &broadcast::Sender<Change>) {
        let mut all = Vec::new();
        match self.items.len() {
            0 => {}
            1..=MOST_IDS => all.push(Change::Items(self.items.into_iter().collect())),
            _ => all.push(Change::AllItems),
        }
        if self.boards {
            all.push(Change::Boards);
        }
        match self.conversations.len() {
            _ if self.all_conversations => all.push(Change::AllConversations),
            0 => {}
            1..=MOST_IDS => all.push(Change::Conversations(self.conversations.into_iter().collect())),
            _ => all.push(Change::AllConversations),
        }
        if !self.transcripts.is_empty() {
            all.push(Change::Transcripts(self.transcripts.into_iter().collect()));
        }
        all.extend(self.jobs.into_iter().map(Change::Job));
        if !self.readings.is_empty() {
            all.push(Change::Readings(self.readings.into_iter().collect()));
        }
        if self.clones {
            all.push(Change::Clones);
        }
        if self.settings {
            all.push(Change::Settings);
        }
        if self.accounts {
            all.push(Change::Accounts);
        }
        for change in all {
            let _ = to.send(change);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_a_thousand_items_are_told_as_one() {
        let (sender, mut receiver) = broadcast::channel(8);
        let ids = |count| (0..count).map(|n| ItemId(uuid::Uuid::from_u128(n)));
        let mut changes = Changes::default();
        changes.items(ids(1_000));
        changes.tell(&sender);
        assert!(matches!(receiver.try_recv(), Ok(Change::Items(all)) if all.len() == 1_000));
        let mut changes = Changes::default();
        changes.items(ids(1_001));
        changes.settings();
        changes.tell(&sender);
        assert_eq!(receiver.try_recv(), Ok(Change::AllItems));
        assert_eq!(receiver.try_recv(), Ok(Change::Settings));
    }

    #[test]
    fn over_a_thousand_conversations_are_told_as_all() {
        let (sender, mut receiver) = broadcast::channel(8);
        for (count, all) in [(1_000, false), (1_001, true)] {
            let mut changes = Changes::default();
            (0..count).for_each(|n| changes.conversation(ConversationId(uuid::Uuid::from_u128(n))));
            changes.tell(&sender);
            assert_eq!(receiver.try_recv() == Ok(Change::AllConversations), all);
        }
    }
}
