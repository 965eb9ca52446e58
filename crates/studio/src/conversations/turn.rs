//! Turns: priced, written down, sent once, and followed while their answers are written.

use std::sync::Arc;

use jiff::Timestamp;
use store::{ConversationId, Job, JobId, JobState, Message, MessageId, MessageRole, MessageState};

use super::{
    Tell,
    answer::AnswerRequest,
    plan::{Plan, parse},
    request,
    view::{MessageDraft, MessageView, Turn, TurnBegun},
    writing::Writing,
};
use crate::{
    AppError, Result, Studio,
    accounts::Payer,
    error::Code,
    jobs::{Hearing, Parcel},
    pictures::{
        estimate::Expected,
        start::{price_changed, shortened},
    },
};

/// A turn's messages.
struct Written {
    said: Option<MessageId>,
    answer: MessageId,
    messages: Vec<Message>,
}

impl Studio {
    /// Writes a turn down and sends it, at the price and from the account that were shown. It answers once the turn is
    /// under way; `tell` is told how the answer grows and ends.
    pub async fn send_turn(
        &self,
        draft: MessageDraft,
        expected: Expected,
        accept_unpriced: bool,
        tell: Tell,
    ) -> Result<TurnBegun> {
        let payer = self.selected_payer().await?;
        let plan = self.plan(&draft, &payer).await?;
        if payer.id != expected.account || plan.price.amount != expected.amount {
            return Err(price_changed());
        }
        if let Some(problem) = plan.problem {
            return Err(problem);
        }
        let studio = self.agreeing(&expected.over_budgets);
        studio.may_spend(&payer, &plan.price, 1, accept_unpriced).await?;
        let parcel = self.parcel(&plan).await?;

        let job = self.answer_job(&plan, &payer, &draft.turn).await?;
        let written = messages(&plan, &draft.turn, &job, &payer);
        let before = plan.continues.as_ref().map_or("", |(_, text)| text.as_str());
        let writing = Arc::new(Writing::new(plan.conversation, written.answer, job.id, before, tell));
        self.inner.conversing.writers.begin(&writing)?;
        let begun = studio.begin_turn(&plan, job, written, payer, parcel, accept_unpriced, &writing).await;
        if begun.is_err() {
            self.inner.conversing.writers.end(&writing);
        }
        begun
    }

    #[expect(clippy::too_many_arguments, reason = "all of it is one turn")]
    async fn begin_turn(
        &self,
        plan: &Plan,
        mut job: Job,
        written: Written,
        payer: Payer,
        parcel: Parcel,
        accept_unpriced: bool,
        writing: &Arc<Writing>,
    ) -> Result<TurnBegun> {
        let Written { said, answer, messages } = written;
        let asked = AnswerRequest {
            conversation: plan.conversation,
            message: answer,
            continues: plan.continues.as_ref().map(|(id, _)| *id),
            settings: plan.settings.clone(),
            input_tokens: u32::try_from(plan.counted.tokens).unwrap_or(u32::MAX),
            dropped: plan.dropped,
        };
        job.request = serde_json::to_value(&asked).map_err(AppError::internal)?;
        self.store(move |store| store.messages().insert(messages)).await?;
        if let Err(error) = self.write_job(&job, Vec::new(), &payer, &plan.price, accept_unpriced).await {
            // The messages are written: they stay, and say why nothing came of them.
            self.break_answer(&job, JobState::Failed, Some(error)).await?;
            return self.begun(plan.conversation, said, answer).await;
        }
        // All that is told of it is read before it is sent: an error means that nothing was.
        let begun = match self.begun(plan.conversation, said, answer).await {
            Ok(begun) => begun,
            Err(error) => {
                self.end(&job, JobState::Failed, Some(error.clone())).await?;
                return Err(error);
            }
        };
        let hearing = Arc::clone(writing) as Arc<dyn Hearing>;
        self.set_off(job, payer, parcel, Some(hearing));
        self.accompany(writing);
        Ok(begun)
    }

    /// What a turn begins with, as it is kept.
    pub(super) async fn begun(
        &self,
        conversation: ConversationId,
        said: Option<MessageId>,
        answer: MessageId,
    ) -> Result<TurnBegun> {
        let shown = self.shown(conversation).await?;
        let said = match said {
            Some(id) => Some(self.message(id).await?),
            None => None,
        };
        Ok(TurnBegun { said, answer: self.message(answer).await?, path: shown.path, row: shown.row })
    }

    async fn parcel(&self, plan: &Plan) -> Result<Parcel> {
        let Some(model) = plan.model.clone() else { return Err(AppError::not_found("model")) };
        let (said, settings, longest) = (plan.said.clone(), plan.settings.clone(), plan.longest.asked);
        let (conversation, cache) = (plan.conversation.to_string(), self.inner.home.join("cache/pictures"));
        let building = tokio::task::spawn_blocking(move || {
            request::build(&said, &settings, &model, longest, &conversation, &cache)
        });
        Ok(Parcel::of(building.await.map_err(AppError::internal)??))
    }

    async fn answer_job(&self, plan: &Plan, payer: &Payer, turn: &Turn) -> Result<Job> {
        let now = Timestamp::now();
        let model = plan.model.as_ref().map(|model| model.id.clone());
        let median = {
            let model = model.clone();
            self.store(move |store| store.jobs().median_duration(super::OPERATION, model.as_deref())).await?
        };
        let nothing_yet = serde_json::Value::Null;
        let mut job = Job::new(JobId::new(now), super::KIND, &payer.id, super::OPERATION, nothing_yet, now);
        job.title = match turn {
            Turn::Say { text, .. } => shortened(text),
            Turn::Answer | Turn::Continue | Turn::Summarise => {
                let words = plan.said.iter().rev().find(|said| said.role == super::view::Role::User);
                shortened(words.map(|said| said.text.as_str()).unwrap_or_default())
            }
        };
        job.model = model;
        job.pretend = payer.pretend;
        job.held = plan.price.amount;
        job.expected_ms = median;
        // It is shown in its conversation, and not on a strip of jobs.
        job.dismissed = true;
        Ok(job)
    }

    /// Stops an answer that is being written; what has arrived is kept.
    pub async fn stop_turn(&self, message: &str) -> Result<MessageView> {
        let id: MessageId = parse(message, "message")?;
        if let Some(writing) = self.inner.conversing.writers.of_message(id) {
            self.stop_writing(&writing).await?;
        }
        self.ended_message(id).await
    }

    /// A message that nobody writes just now. One whose end can't be written down is shown as far as it is kept, with
    /// what stands in the way: it is waited for in vain.
    async fn ended_message(&self, id: MessageId) -> Result<MessageView> {
        let ended = self.end_left_over(id).await;
        let mut view = self.message(id).await?;
        if let (Err(error), super::view::MessageState::Writing) = (ended, view.state) {
            view.state = super::view::MessageState::Cut;
            view.error = Some(error);
        }
        Ok(view)
    }

    /// Stops what is being written in these conversations: nothing is written into one that goes.
    pub(super) async fn stop_in(&self, conversations: &[ConversationId]) -> Result<()> {
        for id in conversations {
            if let Some(writing) = self.inner.conversing.writers.of_conversation(*id) {
                self.stop_writing(&writing).await?;
            }
        }
        Ok(())
    }

    async fn stop_writing(&self, writing: &Writing) -> Result<()> {
        match self.cancel_job(writing.job.to_string()).await {
            // It has just ended by itself.
            Err(error) if error.is(Code::JobNotCancellable) => Ok(()),
            other => other.map(drop),
        }
    }

    /// Listens to an answer that is being written. The message that comes back holds all that was told before; what
    /// follows is told. Of one that has ended nothing is told.
    pub async fn follow_turn(&self, message: &str, tell: Tell) -> Result<MessageView> {
        let id: MessageId = parse(message, "message")?;
        if let Some(writing) = self.inner.conversing.writers.of_message(id) {
            let mut view = self.message(id).await?;
            let follows = writing.follow(tell, |heard| {
                view.text.clone_from(&heard.text);
                view.reasoning.clone_from(&heard.reasoning);
                view.citations.clone_from(&heard.citations);
                view.tool_calls.clone_from(&heard.calls);
                view.state = super::view::MessageState::Writing;
            });
            if follows {
                return Ok(view);
            }
        }
        self.ended_message(id).await
    }
}

/// What is written down before anything is sent: what was said, and an empty answer.
fn messages(plan: &Plan, turn: &Turn, job: &Job, payer: &Payer) -> Written {
    let now = Timestamp::now();
    let mut parent = plan.parent;
    let mut messages = Vec::new();
    let mut said = None;
    if let Turn::Say { text, .. } = turn {
        let id = MessageId::new(now);
        let mut message = Message::new(id, plan.conversation, parent, MessageRole::User, text, now);
        message.attachments.clone_from(&plan.attachments);
        messages.push(message);
        (said, parent) = (Some(id), Some(id));
    }
    let role = if *turn == Turn::Summarise { MessageRole::Summary } else { MessageRole::Assistant };
    let before = plan.continues.as_ref().map_or("", |(_, text)| text.as_str());
    let answer = MessageId::new(now);
    let mut message = Message::new(answer, plan.conversation, parent, role, before, now);
    message.state = MessageState::Writing;
    message.model.clone_from(&job.model);
    message.job = Some(job.id);
    message.pretend = payer.pretend;
    messages.push(message);
    Written { said, answer, messages }
}
