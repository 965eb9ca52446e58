//! Pictures in a conversation: a job of the Image room that is shown here too.

use jiff::Timestamp;
use store::{JobId, Message, MessageId, MessageRole};

use super::{
    plan::parse,
    view::{PicturesDraft, TurnBegun},
};
use crate::{AppError, Result, Studio, events::AppEvent, pictures::request::PictureRequest};

impl Studio {
    /// Makes pictures in a conversation: the job begins as in the Image room, and a message shows what comes of it.
    pub async fn make_pictures_here(&self, draft: PicturesDraft) -> Result<TurnBegun> {
        let conversation = parse(&draft.conversation, "conversation")?;
        self.store(move |store| store.conversations().get(conversation)).await?;
        let mut parent: Option<MessageId> =
            draft.parent.as_deref().map(|id| parse(id, "message")).transpose()?;
        if let Some(parent) = parent {
            let message = self.store(move |store| store.messages().get(parent)).await?;
            if message.conversation != conversation {
                return Err(AppError::not_found("message"));
            }
        }
        let model = draft.request.model.clone();
        // Refused here, nothing is written. What begins is in the Library whatever becomes of the messages.
        let job = self.start_picture(PictureRequest::Make(draft.request), draft.expected).await?;
        let id: JobId = job.id.parse().map_err(AppError::internal)?;
        let now = Timestamp::now();
        let mut messages = Vec::new();
        let mut said = None;
        if let Some(text) = draft.said.filter(|text| !text.trim().is_empty()) {
            let message =
                Message::new(MessageId::new(now), conversation, parent, MessageRole::User, &text, now);
            (said, parent) = (Some(message.id), Some(message.id));
            messages.push(message);
        }
        let answer = MessageId::new(now);
        let mut message = Message::new(answer, conversation, parent, MessageRole::Assistant, "", now);
        message.model = Some(model);
        message.pictures = Some(id);
        message.pretend = job.pretend;
        messages.push(message);
        self.store(move |store| store.messages().insert(messages)).await?;
        // It may have been quicker than the message.
        self.tell_pictures_here(id).await;
        let shown = self.shown(conversation).await?;
        let said = match said {
            Some(id) => Some(self.message(id).await?),
            None => None,
        };
        Ok(TurnBegun { said, answer: self.message(answer).await?, path: shown.path, row: shown.row })
    }

    /// A job has ended: a conversation that shows its pictures is to be read again.
    pub(crate) async fn tell_pictures_here(&self, job: JobId) {
        match self.store(move |store| store.messages().of_pictures(job)).await {
            Ok(Some(message)) => {
                self.tell(AppEvent::Conversations { ids: Some(vec![message.conversation.to_string()]) });
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(code = error.code, "a conversation with pictures was not told"),
        }
    }
}
