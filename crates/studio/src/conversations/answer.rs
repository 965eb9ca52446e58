//! The end of an answer: what came of it, what it cost, and what is written down of that.
//!
//! Words that arrived are kept however it ended. What it cost is the server's own word where the stream tells it, else
//! what the counted tokens come to by the price list, else an estimate of the tokens that are here.

use std::sync::Arc;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use store::{ConversationId, Job, JobId, JobState, Message, MessageId, MessagePatch, MessageState, Tokens};

use super::{
    body::MessageBody,
    heard::Heard,
    request, tokens,
    view::{ChatEvent, ChatSettings},
    writing::Writing,
};
use crate::{
    AppError, Result, Studio,
    error::Code,
    jobs::{Kept, Sent},
    money::{Currency, Money},
    pricing::words,
};

/// An answer as its job keeps it. What was said is with the messages, and not here again.
#[derive(Serialize, Deserialize)]
pub(super) struct AnswerRequest {
    pub conversation: ConversationId,
    /// The message that is written.
    pub message: MessageId,
    /// The message that is gone on with.
    pub continues: Option<MessageId>,
    pub settings: ChatSettings,
    /// Tokens that went in, estimated.
    pub input_tokens: u32,
    /// How many of the oldest messages were left out.
    pub dropped: u32,
}

/// How the job of an answer ended.
enum End {
    /// All bytes are here.
    Arrived,
    /// They aren't.
    Not(JobState, Option<AppError>),
}

/// What came of an answer.
pub(crate) struct Outcome {
    pub cost: Option<Money>,
    pub cost_is_estimate: bool,
    pub answer_id: Option<String>,
    pub problem: Option<AppError>,
    /// All of it is here.
    pub is_whole: bool,
}

impl Studio {
    /// Keeps an answer whose bytes are all on disk. Asked twice, it is done once.
    pub(crate) async fn keep_answer(&self, job: &Job, sent: &Sent) -> Result<Kept> {
        let asked: AnswerRequest = serde_json::from_value(job.request.clone()).map_err(AppError::internal)?;
        let before = self.before(&asked).await?;
        let writing = self.inner.conversing.writers.of_job(job.id);
        let mut heard = Heard::of_answer(&before, sent);
        if let Some(writing) = &writing {
            heard.thought = writing.look(true, |live| live.thought);
        }
        let patch = self.ending(job, &asked, &heard, End::Arrived).await?;
        let outcome = Outcome::of(&patch, &heard);
        self.end_message(&asked, patch, writing).await?;
        let charged = outcome.cost.filter(|_| !outcome.cost_is_estimate);
        Ok(Kept { answer_id: outcome.answer_id, problem: outcome.problem, cost: outcome.cost, charged })
    }

    /// Ends an answer whose bytes aren't all here, before its job is ended: what arrived is kept.
    pub(crate) async fn break_answer(
        &self,
        job: &Job,
        to: JobState,
        error: Option<AppError>,
    ) -> Result<Outcome> {
        let asked: AnswerRequest = serde_json::from_value(job.request.clone()).map_err(AppError::internal)?;
        let writing = self.inner.conversing.writers.of_job(job.id);
        let end = End::Not(to, error);
        let (patch, outcome) = if let Some(writing) = &writing {
            let heard = writing.look(true, Heard::copy);
            let patch = self.ending(job, &asked, &heard, end).await?;
            let outcome = Outcome::of(&patch, &heard);
            (patch, outcome)
        } else {
            let heard = self.heard_on_disk(job.id, &asked).await?;
            let patch = self.ending(job, &asked, &heard, end).await?;
            let outcome = Outcome::of(&patch, &heard);
            (patch, outcome)
        };
        self.end_message(&asked, patch, writing).await?;
        Ok(outcome)
    }

    /// What an earlier run heard of an answer. Its work file has the most of it, and the end, but is on disk for sure
    /// only when it is whole; what was appended to the message is there whatever became of the file.
    async fn heard_on_disk(&self, job: JobId, asked: &AnswerRequest) -> Result<Heard> {
        let before = self.before(asked).await?;
        let part = self.inner.store.jobs().work_file(job);
        let bytes = match tokio::fs::read(&part).await {
            Ok(bytes) => bytes,
            Err(error) => {
                tracing::warn!(%job, %error, "the work file of an answer was not read");
                Vec::new()
            }
        };
        let mut heard = Heard::of_part(&before, &bytes);
        if let Some(kept) = self.written(asked.message).await? {
            heard.hold_on_to(&kept.text, &kept.reasoning);
        }
        Ok(heard)
    }

    /// What is gone on with, as it was sent.
    async fn before(&self, asked: &AnswerRequest) -> Result<String> {
        let Some(id) = asked.continues else { return Ok(String::new()) };
        let message = self.written(id).await?;
        Ok(message.map(|message| message.text.trim_end().to_owned()).unwrap_or_default())
    }

    /// A message with all that was appended; none when it was deleted for good.
    pub(super) async fn written(&self, id: MessageId) -> Result<Option<Message>> {
        self.store(move |store| match store.messages().get(id) {
            Err(error) if error.is_not_found() => Ok(None),
            found => found.map(Some),
        })
        .await
    }

    async fn ending(
        &self,
        job: &Job,
        asked: &AnswerRequest,
        heard: &Heard,
        end: End,
    ) -> Result<MessagePatch> {
        let broken = heard.error.clone();
        let free = match &end {
            End::Not(JobState::Failed, _) => true,
            End::Not(JobState::Cancelled, _) => job.state == JobState::Planned,
            _ => false,
        };
        let (state, error) = match end {
            End::Arrived if broken.is_none() => (MessageState::Whole, None),
            End::Arrived => (cut_or_failed(heard), broken),
            End::Not(JobState::Cancelled, _) => (MessageState::Stopped, None),
            // All of it had come before the rest was lost.
            End::Not(JobState::Unknown, _) if heard.is_whole() => (MessageState::Whole, None),
            End::Not(_, Some(error)) if error.is(Code::ChargedUnknown) && !heard.is_silent() => {
                (MessageState::Cut, Some(closed()))
            }
            // Nothing broke off where nothing had begun; what was paid is the question then.
            End::Not(JobState::Unknown, Some(error)) if heard.is_silent() && is_lost(&error) => {
                (MessageState::Failed, Some(unanswered(error)))
            }
            End::Not(_, error) => (cut_or_failed(heard), error.or(broken)),
        };
        let error = match error {
            Some(error) => Some(self.with_replacement(error, &job.account, &asked.settings.model).await),
            None => None,
        };
        let counted = heard.usage.map(|usage| Tokens {
            input: usage.prompt_tokens,
            cached: usage.cached_tokens(),
            output: usage.completion_tokens,
            thoughts: usage.reasoning_tokens(),
        });
        let silent = heard.is_silent();
        // Where nobody counted, what is here is estimated.
        let estimated = || Tokens {
            input: asked.input_tokens,
            cached: 0,
            output: small(tokens::estimated(heard.said()) + tokens::estimated(&heard.reasoning)),
            thoughts: small(tokens::estimated(&heard.reasoning)),
        };
        let tokens = counted.or_else(|| (!silent).then(estimated));
        let (cost, is_estimate) = self.cost(job, heard, tokens, free).await;
        let body = MessageBody {
            citations: heard.citations.clone(),
            tool_calls: heard.calls.clone(),
            finish_reason: heard.finish_reason.clone(),
            error,
        };
        Ok(MessagePatch {
            state: Some(state),
            text: Some(heard.text.clone()),
            reasoning: Some(heard.reasoning.clone()),
            thought_ms: heard.thought.and_then(|thought| u64::try_from(thought.as_millis()).ok()),
            body: body.to_json(),
            tokens,
            cost,
            cost_is_estimate: Some(is_estimate),
            ..MessagePatch::default()
        })
    }

    /// What it cost, and whether that is an estimate; `None` where it may have been charged and nobody knows. `free`:
    /// it was refused or never sent.
    async fn cost(
        &self,
        job: &Job,
        heard: &Heard,
        tokens: Option<Tokens>,
        free: bool,
    ) -> (Option<Money>, bool) {
        if let Some(told) = heard.cost.and_then(told) {
            return (Some(told), false);
        }
        if free {
            let currency = job.held.map_or(Currency::Usd, |held| held.currency);
            return (Some(Money { amount: Decimal::ZERO, currency }), false);
        }
        let Ok(Some(listed)) = self.known_models(&job.account).await else { return (None, false) };
        let model = job.model.as_deref().unwrap_or_default();
        let cost = match (&heard.usage, tokens) {
            (Some(usage), _) => words::used(&listed.models, model, usage),
            (None, Some(tokens)) => {
                words::tokens(&listed.models, model, tokens.input.into(), tokens.output.into())
            }
            (None, None) => None,
        };
        (cost, cost.is_some())
    }

    /// Another model, where this one can't be asked.
    async fn with_replacement(&self, error: AppError, account: &str, model: &str) -> AppError {
        let gone = ["MODEL_OFFLINE", "MODEL_NOT_FOUND", "INVALID_MODEL", "GONE"];
        if !gone.contains(&error.code.as_str()) || error.params.contains_key("replacement") {
            return error;
        }
        let known = self.known_models(account).await.ok().flatten();
        match known.and_then(|listed| request::replacement(model, &listed.models)) {
            Some(other) => error.param("model", model).param("replacement", other),
            None => error,
        }
    }

    /// Writes the end down and tells it. A message that had ended stays as it is.
    async fn end_message(
        &self,
        asked: &AnswerRequest,
        patch: MessagePatch,
        writing: Option<Arc<Writing>>,
    ) -> Result<()> {
        let id = asked.message;
        let ended = self.store(move |store| store.messages().finish(id, patch)).await;
        match ended {
            // Deleted for good while it was written.
            Err(error) if error.is(Code::NotFound) => {}
            other => drop(other?),
        }
        if let Some(writing) = writing {
            self.inner.conversing.writers.end(&writing);
            if let Some(last) = self.last_event(asked.conversation, id).await {
                writing.end(&last);
            }
        }
        Ok(())
    }

    /// The end of an answer could not be written down. Whoever listens is told what there is; the next opening reads it
    /// from disk.
    pub(crate) async fn let_go_of_answer(&self, job: JobId, error: &AppError) {
        let Some(writing) = self.inner.conversing.writers.of_job(job) else { return };
        self.inner.conversing.writers.end(&writing);
        let Some(mut last) = self.last_event(writing.conversation, writing.message).await else { return };
        if let ChatEvent::Ended { message, .. } = &mut last {
            writing.look(true, |heard| {
                message.text.clone_from(&heard.text);
                message.reasoning.clone_from(&heard.reasoning);
            });
            message.state = super::view::MessageState::Cut;
            message.error = Some(error.clone());
        }
        writing.end(&last);
    }

    async fn last_event(&self, conversation: ConversationId, id: MessageId) -> Option<ChatEvent> {
        let message = self.message(id).await.ok()?;
        let cost = self.conversation_cost(conversation).await.ok()?;
        Some(ChatEvent::Ended { message: Box::new(message), cost })
    }
}

fn closed() -> AppError {
    AppError::new(
        Code::CutOff,
        "Canaletto was closed while this was written.",
        "What had arrived is here. Ask the model to go on, or for another answer.",
    )
}

/// Whether the connection ended before the answer did.
fn is_lost(error: &AppError) -> bool {
    error.is(Code::CutOff) || error.is(Code::TimedOut)
}

fn unanswered(error: AppError) -> AppError {
    let told = AppError::new(
        Code::ChargedUnknown,
        "No answer came, so nobody knows whether this was charged.",
        "It is never sent again by itself. Asking again is a new request, which is charged as one.",
    );
    AppError { operation: error.operation, request_id: error.request_id, ..told }
}

fn cut_or_failed(heard: &Heard) -> MessageState {
    if heard.is_silent() { MessageState::Failed } else { MessageState::Cut }
}

/// What the server says: one currency pays, and where both are told the other is its worth.
fn told(cost: venice::chat::Cost) -> Option<Money> {
    let usd = cost.usd.map(|amount| Money { amount: amount.normalize(), currency: Currency::Usd });
    let diem = cost.diem.map(|amount| Money { amount: amount.normalize(), currency: Currency::Diem });
    match (usd, diem) {
        (Some(usd), Some(diem)) if usd.amount.is_zero() && !diem.amount.is_zero() => Some(diem),
        (usd, diem) => usd.or(diem),
    }
}

fn small(tokens: u64) -> u32 {
    u32::try_from(tokens).unwrap_or(u32::MAX)
}

impl Outcome {
    fn of(patch: &MessagePatch, heard: &Heard) -> Self {
        let body = patch.body.clone().and_then(|body| serde_json::from_value::<MessageBody>(body).ok());
        Self {
            cost: patch.cost,
            cost_is_estimate: patch.cost_is_estimate == Some(true),
            answer_id: heard.id.clone(),
            problem: body.and_then(|body| body.error),
            is_whole: patch.state == Some(MessageState::Whole),
        }
    }
}
