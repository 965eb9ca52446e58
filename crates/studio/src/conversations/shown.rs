//! What is kept of conversations, as the front end sees it.

use serde_json::Value;
use store::{
    Attachment, Conversation, ConversationCharge, ConversationId, ItemId, Message, MessageId, Store,
};

use super::{
    attach,
    body::MessageBody,
    view::{
        AttachmentView, CharacterView, ChatSettings, ConversationCost, ConversationRow, ConversationView,
        MessageState, MessageUsage, MessageView, PathStep, PicturesHere, Role,
    },
};
use crate::{Result, Studio, library::view_of, money::Money, pictures::start::shortened};

/// How many of the last messages come whole with their conversation.
const WHOLE: usize = 40;

impl Studio {
    /// One message.
    pub(super) async fn message(&self, id: MessageId) -> Result<MessageView> {
        self.store(move |store| message_view(store, store.messages().get(id)?)).await
    }

    /// What a conversation cost so far.
    pub(super) async fn conversation_cost(&self, id: ConversationId) -> Result<ConversationCost> {
        self.store(move |store| Ok(cost_of(&store.conversations().charges(id)?))).await
    }

    pub(super) async fn shown(&self, id: ConversationId) -> Result<ConversationView> {
        self.store(move |store| conversation_view(store, &store.conversations().get(id)?)).await
    }
}

/// A conversation with its shown branch, the end of it whole.
pub(super) fn conversation_view(
    store: &Store,
    conversation: &Conversation,
) -> store::Result<ConversationView> {
    let path = match conversation.head {
        Some(head) => store.messages().path(head)?,
        None => Vec::new(),
    };
    let last: Vec<MessageId> = path[path.len().saturating_sub(WHOLE)..].iter().map(|step| step.id).collect();
    Ok(ConversationView {
        row: row_of(conversation),
        settings: settings_of(conversation),
        draft: conversation.draft.clone(),
        path: path.iter().map(step_of).collect(),
        messages: message_views(store, store.messages().get_many(&last)?)?,
        cost: cost_of(&store.conversations().charges(conversation.id)?),
    })
}

pub(super) fn message_views(store: &Store, messages: Vec<Message>) -> store::Result<Vec<MessageView>> {
    messages.into_iter().map(|message| message_view(store, message)).collect()
}

fn message_view(store: &Store, message: Message) -> store::Result<MessageView> {
    let MessageBody { citations, tool_calls, finish_reason, error } = MessageBody::of(&message);
    let attachments = store.attachments().get_many(&message.attachments)?;
    let pictures = match message.pictures {
        Some(job) => {
            let items = store.jobs().items(job)?;
            // A job may be gone where the database was made anew.
            let wanted = match store.jobs().get(job) {
                Err(error) if error.is_not_found() => u32::try_from(items.len()).unwrap_or(u32::MAX),
                job => job?.wanted,
            };
            let items = items.iter().map(view_of).collect();
            Some(PicturesHere { job: job.to_string(), wanted, items })
        }
        None => None,
    };
    let usage = usage_of(&message);
    Ok(MessageView {
        id: message.id.to_string(),
        parent: message.parent.map(|id| id.to_string()),
        role: message.role.into(),
        state: message.state.into(),
        created_at: message.created_at.to_string(),
        text: message.text,
        reasoning: message.reasoning,
        thought_ms: message.thought_ms,
        citations,
        tool_calls,
        attachments: attachment_views(store, attachments)?,
        pictures,
        model: message.model,
        finish_reason,
        job: message.job.map(|id| id.to_string()),
        usage,
        error,
    })
}

/// What a message took; none where nothing was asked for, or it isn't over. Of an answer that was lost it is told that its
/// cost is unknown.
pub(super) fn usage_of(message: &Message) -> Option<MessageUsage> {
    let is_over = message.job.is_some() && message.state != store::MessageState::Writing;
    if message.tokens.is_none() && message.cost.is_none() && !is_over {
        return None;
    }
    let tokens = message.tokens.unwrap_or_default();
    Some(MessageUsage {
        input: tokens.input,
        cached: tokens.cached,
        output: tokens.output,
        thoughts: tokens.thoughts,
        cost: message.cost.map(plain),
        cost_is_estimate: message.cost_is_estimate,
        pretend: message.pretend,
    })
}

/// Attachments with the items of those that the library has.
pub(super) fn attachment_views(
    store: &Store,
    attachments: Vec<Attachment>,
) -> store::Result<Vec<AttachmentView>> {
    let items: Vec<ItemId> = attachments.iter().filter_map(|attachment| attachment.item).collect();
    let items = store.library().get_many(&items)?;
    let view = |attachment: Attachment| {
        let item = items.iter().find(|item| Some(item.id) == attachment.item);
        attach::view_of(attachment, item)
    };
    Ok(attachments.into_iter().map(view).collect())
}

pub(super) fn row_of(conversation: &Conversation) -> ConversationRow {
    ConversationRow {
        id: conversation.id.to_string(),
        title: title_of(conversation),
        folder: conversation.folder.map(|id| id.to_string()),
        pinned: conversation.pinned,
        archived: conversation.archived,
        trashed_at: conversation.trashed_at.map(|at| at.to_string()),
        created_at: conversation.created_at.to_string(),
        touched_at: conversation.touched_at.to_string(),
        messages: conversation.messages,
        model: settings_of(conversation).model,
        character: character_of(conversation.character.as_ref()),
        writing: conversation.writing.map(|id| id.to_string()),
    }
}

/// The user's name for it, or its first words.
pub(super) fn title_of(conversation: &Conversation) -> String {
    conversation.title.clone().unwrap_or_else(|| shortened(&conversation.first_words))
}

pub(super) fn settings_of(conversation: &Conversation) -> ChatSettings {
    serde_json::from_value(conversation.settings.clone()).unwrap_or_default()
}

pub(super) fn character_of(json: Option<&Value>) -> Option<CharacterView> {
    json.cloned().and_then(|json| serde_json::from_value(json).ok())
}

fn step_of(step: &store::PathStep) -> PathStep {
    PathStep {
        id: step.id.to_string(),
        role: step.role.into(),
        length: step.length,
        branch: step.branch,
        branches: step.branches,
    }
}

/// Sums by currency, pretend money apart.
fn cost_of(charges: &[ConversationCharge]) -> ConversationCost {
    let mut cost = ConversationCost::default();
    for charge in charges {
        let Some(money) = charge.cost else {
            cost.unknown += 1;
            continue;
        };
        cost.is_estimate |= charge.is_estimate;
        let sums = if charge.pretend { &mut cost.pretend } else { &mut cost.real };
        match sums.iter_mut().find(|sum| sum.currency == money.currency) {
            Some(sum) => sum.amount += money.amount,
            None => sums.push(money),
        }
    }
    for sum in cost.real.iter_mut().chain(&mut cost.pretend) {
        *sum = plain(*sum);
    }
    cost
}

/// Without trailing zeros.
fn plain(money: Money) -> Money {
    Money { amount: money.amount.normalize(), ..money }
}

impl From<store::MessageRole> for Role {
    fn from(role: store::MessageRole) -> Self {
        match role {
            store::MessageRole::User => Self::User,
            store::MessageRole::Assistant => Self::Assistant,
            store::MessageRole::Summary => Self::Summary,
        }
    }
}

impl From<store::MessageState> for MessageState {
    fn from(state: store::MessageState) -> Self {
        match state {
            store::MessageState::Writing => Self::Writing,
            store::MessageState::Whole => Self::Whole,
            store::MessageState::Stopped => Self::Stopped,
            store::MessageState::Cut => Self::Cut,
            store::MessageState::Failed => Self::Failed,
        }
    }
}
