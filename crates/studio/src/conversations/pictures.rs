//! Pictures in a conversation: a job of the Image room that is shown here too.

use jiff::Timestamp;
use store::{JobId, JobState, Message, MessageId, MessageRole};

use super::{
    plan::parse,
    view::{PicturesDraft, TurnBegun},
};
use crate::{
    AppError, Result, Studio,
    events::AppEvent,
    pictures::{request::PictureRequest, start::PreparedPicture},
};

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
        let studio = self.agreeing(&draft.expected.over_budgets);
        // Refused here, nothing is written.
        let prepared = studio.prepare_picture(PictureRequest::Make(draft.request), draft.expected).await?;
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
        message.pictures = Some(prepared.job.id);
        message.pretend = prepared.job.pretend;
        messages.push(message);
        // The conversation knows the job before it is sent, so that nobody asks for the same pictures again unknowing.
        let PreparedPicture { job, price, payer, parcel } = prepared;
        studio.write_job(&job, messages, &payer, &price, false).await?;
        let before = match self.begun(conversation, said, answer).await {
            Ok(begun) => begun,
            Err(error) => {
                self.end(&job, JobState::Failed, Some(error.clone())).await?;
                return Err(error);
            }
        };
        self.set_off(job, payer, parcel, None);
        // It may have been quicker than this.
        match self.begun(conversation, said, answer).await {
            Ok(begun) => Ok(begun),
            Err(error) => {
                tracing::warn!(code = error.code, "pictures that are under way were not read again");
                Ok(before)
            }
        }
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
