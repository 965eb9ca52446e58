//! Answers that nobody writes any more: the program ended, or what they came to could not be written down.

use rust_decimal::Decimal;
use store::{Job, JobState, Message, MessageId, MessagePatch, MessageState};

use super::body::MessageBody;
use crate::{
    AppError, Result, Studio,
    error::Code,
    jobs::steps,
    money::{Currency, Money},
};

impl Studio {
    /// Messages that an earlier run left unfinished, and whose jobs can't say how they ended.
    pub(crate) async fn end_orphans(&self) -> Result<()> {
        let writing = self.store(|store| store.messages().writing()).await?;
        for message in writing {
            let job = self.job_of(&message).await?;
            // A job that is ready or sent has its own end before it.
            if job.as_ref().is_some_and(|job| steps::is_open(job.state)) {
                continue;
            }
            // One that can't be ended holds nothing else up: the next opening tries again.
            if let Err(error) = self.end_orphan(message, job).await {
                tracing::error!(code = error.code, "a message of an earlier run was not ended");
            }
        }
        Ok(())
    }

    /// Ends an answer that this run has let go of, because its end could not be written down when it came.
    pub(super) async fn end_left_over(&self, id: MessageId) -> Result<()> {
        let Some(message) = self.written(id).await? else { return Ok(()) };
        if message.state != MessageState::Writing || self.inner.conversing.writers.of_message(id).is_some() {
            return Ok(());
        }
        match self.job_of(&message).await? {
            Some(job) if self.inner.running.is_at_work(job.id) => Ok(()),
            Some(job) if steps::is_open(job.state) => self.resume(job).await,
            job => self.end_orphan(message, job).await,
        }
    }

    async fn job_of(&self, message: &Message) -> Result<Option<Job>> {
        let Some(id) = message.job else { return Ok(None) };
        self.store(move |store| match store.jobs().get(id) {
            Err(error) if error.is_not_found() => Ok(None),
            found => found.map(Some),
        })
        .await
    }

    async fn end_orphan(&self, message: Message, job: Option<Job>) -> Result<()> {
        match job {
            Some(job) if job.sent_at.is_some() => self.end_sent_orphan(&job).await,
            _ => self.end_unsent_orphan(message).await,
        }
    }

    /// Ends an answer whose job was over before its own end could be written down. It was sent, so that it cost nothing is
    /// never said; what is kept of it is in the message and in its work file.
    async fn end_sent_orphan(&self, job: &Job) -> Result<()> {
        self.break_answer(job, JobState::Unknown, Some(unkept())).await?;
        self.remove_work(job.id).await
    }

    /// Ends an answer that was never sent.
    async fn end_unsent_orphan(&self, message: Message) -> Result<()> {
        let silent = message.text.is_empty() && message.reasoning.is_empty();
        let body = MessageBody { error: Some(interrupted()), ..MessageBody::of(&message) };
        let patch = MessagePatch {
            cost: Some(Money { amount: Decimal::ZERO, currency: Currency::Usd }),
            state: Some(if silent { MessageState::Failed } else { MessageState::Cut }),
            body: body.to_json(),
            ..MessagePatch::default()
        };
        self.store(move |store| store.messages().finish(message.id, patch)).await?;
        Ok(())
    }
}

fn unkept() -> AppError {
    AppError::new(
        Code::CutOff,
        "This was sent, but its end could not be written down.",
        "What is kept of the answer is here. What was charged for it isn't known for sure: your usage on venice.ai tells.",
    )
}

fn interrupted() -> AppError {
    AppError::new(
        Code::NotSent,
        "Canaletto was closed before this was sent.",
        "Nothing was charged. Ask again when you like.",
    )
}
