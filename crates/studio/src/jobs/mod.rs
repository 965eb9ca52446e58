//! Jobs: paid work, written down before it is asked for.
//!
//! A job is one request that may be charged. It is planned, sent, and ready once all bytes of its answer are on disk;
//! only then are they decoded and kept. Whatever is in doubt after a crash or a lost answer becomes *unknown*, is
//! shown as that, and is never sent again by itself.

mod arrival;
mod line;
mod parcel;
mod patience;
pub mod queue;
pub(crate) mod remote;
mod run;
pub mod steps;
mod together;
pub mod view;

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError, atomic::AtomicBool},
};

use bytes::Bytes;
use jiff::Timestamp;
use store::{Job, JobId, JobPatch, JobState};
use tokio::sync::{mpsc::UnboundedReceiver, watch};

pub(crate) use arrival::Arrived;
pub(crate) use line::Line;
use line::Place;
pub(crate) use parcel::{Kept, Packed, Parcel, Sent};
pub(crate) use run::Ended;

use crate::{
    AppError, Result, Studio, calls,
    conversations::{self, Outcome},
    error::Code,
    events::AppEvent,
    money::Money,
    pictures::{batch::BatchPlace, estimate::Expected, request::PictureRequest},
    voice::{clones, speech, transcripts},
};
use view::{Billing, JobView};

/// Listens to the bytes of an answer on their way to disk.
pub(crate) trait Hearing: Send + Sync {
    /// Takes in the next bytes.
    fn hear(&self, bytes: &[u8]);

    /// Lets somebody listen from the beginning on, where that is of use.
    fn listen(&self) -> Option<Listened> {
        None
    }
}

/// The media type of an answer, and its bytes as they come.
pub(crate) type Listened = (String, UnboundedReceiver<Bytes>);

/// What this process runs just now.
#[derive(Default)]
pub(crate) struct Running {
    /// Those that aren't sent yet.
    pub(crate) line: Line,
    /// Held while their order changes, or whether any is sent.
    pub(crate) ordering: tokio::sync::Mutex<()>,
    /// What an earlier run left unsent takes its place again.
    pub(crate) keeps_places: AtomicBool,
    jobs: Mutex<HashMap<JobId, UnderWay>>,
    /// Jobs whose answers are being kept.
    keeping: Mutex<HashSet<JobId>>,
    /// Jobs whose answers wait on disk, and the code of what the user was told of that.
    waiting: Mutex<HashMap<JobId, String>>,
    /// Answers that somebody waits for.
    answers: Mutex<HashMap<JobId, Option<Sent>>>,
    /// Jobs that were sent again, and as which: asked for twice, it is done once.
    again: tokio::sync::Mutex<HashMap<JobId, String>>,
}

/// Whether somebody wants a job to be stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    No,
    /// Unless it was sent: what is paid for still comes.
    Unsent,
    Now,
}

/// A job under way: how to stop it, and how much of its answer is here.
struct UnderWay {
    stop: watch::Sender<Stop>,
    received: Option<u64>,
    hearing: Option<Arc<dyn Hearing>>,
}

impl Running {
    /// From now on nobody gets a turn.
    pub(crate) fn close(&self) {
        self.line.close();
    }

    fn jobs(&self) -> std::sync::MutexGuard<'_, HashMap<JobId, UnderWay>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether something in this process is at work on a job.
    pub(crate) fn is_at_work(&self, id: JobId) -> bool {
        self.jobs().contains_key(&id) || self.keeping().contains(&id)
    }

    fn keeping(&self) -> std::sync::MutexGuard<'_, HashSet<JobId>> {
        self.keeping.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes why an answer can't be kept. False where that is known, and nobody needs to be told of it again.
    fn begins_to_wait(&self, id: JobId, error: &AppError) -> bool {
        self.waiting().insert(id, error.code.clone()).as_ref() != Some(&error.code)
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, HashMap<JobId, String>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in the next bytes of an answer, of which there are `received` now.
    fn hear(&self, id: JobId, bytes: &[u8], received: u64) {
        let hearing = self.jobs().get_mut(&id).and_then(|under_way| {
            under_way.received = Some(received);
            under_way.hearing.clone()
        });
        if let Some(hearing) = hearing {
            hearing.hear(bytes);
        }
    }

    /// Lets somebody listen to the answer of a job under way.
    pub(crate) fn listen(&self, id: JobId) -> Option<Listened> {
        let hearing = self.jobs().get(&id)?.hearing.clone()?;
        hearing.listen()
    }

    /// Held while something is sent again: the same wish, twice at once, is done once.
    pub(crate) async fn one_at_a_time(&self) -> tokio::sync::MutexGuard<'_, HashMap<JobId, String>> {
        self.again.lock().await
    }

    fn answers(&self) -> std::sync::MutexGuard<'_, HashMap<JobId, Option<Sent>>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on the answer of this job is waited for.
    pub(crate) fn await_answer(&self, id: JobId) -> Awaited<'_> {
        self.answers().insert(id, None);
        Awaited { running: self, id }
    }

    /// Hands an answer to whoever waits for it.
    pub(crate) fn answered(&self, id: JobId, sent: Sent) {
        if let Some(place) = self.answers().get_mut(&id) {
            *place = Some(sent);
        }
    }
}

/// An answer that somebody waits for; nobody does when this is dropped.
pub(crate) struct Awaited<'a> {
    running: &'a Running,
    id: JobId,
}

impl Awaited<'_> {
    /// The answer, if it has come.
    pub(crate) fn take(self) -> Option<Sent> {
        self.running.answers().get_mut(&self.id).and_then(Option::take)
    }
}

impl Drop for Awaited<'_> {
    fn drop(&mut self) {
        self.running.answers().remove(&self.id);
    }
}

impl Studio {
    /// Looks at what an earlier run left open: an answer on disk is kept, what was sent is unknown, and what wasn't
    /// sent takes its place in the line again or stays unsent, as the user said.
    pub(crate) async fn resume_jobs(&self) -> Result<()> {
        self.recover_accepted().await?;
        let unknown = |job: &Job| job.state == JobState::Unknown;
        for job in self.store(|store| store.jobs().shown()).await?.into_iter().filter(unknown) {
            self.resume_from_disk(job).await?;
        }
        for job in self.store(|store| store.jobs().open()).await? {
            self.resume(job).await?;
        }
        self.end_orphans().await?;
        self.tidy_work().await?;
        let released = self.store(|store| store.holds().release_stranded()).await?;
        if released > 0 {
            tracing::info!(released, "money that was set aside for nothing is free again");
        }
        self.close_history().await
    }

    /// Keeps the answers that are on disk and couldn't be kept so far.
    pub(crate) async fn keep_waiting_answers(&self) -> Result<()> {
        for job in self.store(|store| store.jobs().open()).await? {
            if job.state == JobState::Ready && !self.inner.running.is_at_work(job.id) {
                self.spawn_keeping(job);
            }
        }
        self.resume_readings().await
    }

    /// Keeps an answer that is on disk, and couldn't be kept so far. The user wants it, and is told also what is known.
    pub(crate) fn keep_again(&self, job: Job) {
        self.inner.running.waiting().remove(&job.id);
        self.spawn_keeping(job);
    }

    /// Goes on with an open job that nothing in this process is at work on.
    pub(crate) async fn resume(&self, job: Job) -> Result<()> {
        match job.state {
            JobState::Planned if self.takes_its_place(&job).await => Ok(()),
            JobState::Planned => {
                let error = AppError::new(
                    Code::NotSent,
                    "Canaletto was closed before this was sent.",
                    "Nothing was charged. Try again when you like.",
                );
                self.end(&job, JobState::Failed, Some(error)).await
            }
            JobState::Accepted => self.resume_accepted(job).await,
            JobState::Sent | JobState::Ready => {
                if self.resume_from_disk(job.clone()).await? {
                    return Ok(());
                }
                self.end(&job, JobState::Unknown, Some(unknown_after_restart())).await
            }
            _ => Ok(()),
        }
    }

    /// Ends a job without a result. Its hold is given back where nothing can have been charged, and stays where it
    /// may have been.
    pub(crate) async fn end(&self, job: &Job, to: JobState, error: Option<AppError>) -> Result<()> {
        debug_assert!(steps::is_legal(job.state, to));
        if job.kind == conversations::KIND {
            return self.end_chat(job, to, error).await;
        }
        let (id, from) = (job.id, job.state);
        let may_be_charged =
            to == JobState::Unknown || (to == JobState::Cancelled && from != JobState::Planned);
        let is_not_taken = error.as_ref().is_some_and(|error| error.is(Code::NotTaken));
        if may_be_charged && is_not_taken {
            // Before it has ended: a stop in between would leave it set aside for good.
            self.settle(id, rust_decimal::Decimal::ZERO).await?;
        }
        let patch = ended_with(error);
        let moved = self.store(move |store| store.jobs().advance(id, from, to, patch)).await?;
        if moved.is_some() && !may_be_charged {
            self.settle(id, rust_decimal::Decimal::ZERO).await?;
        }
        Ok(())
    }

    /// Of an answer all that arrived is kept first, and what that comes to is what it counts for.
    async fn end_chat(&self, job: &Job, to: JobState, error: Option<AppError>) -> Result<()> {
        let outcome = self.break_answer(job, to, error.clone()).await?;
        self.end_broken(job, to, error, outcome).await
    }

    /// Ends the job of an answer that has its end.
    async fn end_broken(
        &self,
        job: &Job,
        to: JobState,
        error: Option<AppError>,
        outcome: Outcome,
    ) -> Result<()> {
        let (id, mut from) = (job.id, job.state);
        let mut patch = ended_with(error);
        let mut to = to;
        if outcome.is_whole && to == JobState::Unknown && matches!(from, JobState::Sent | JobState::Ready) {
            // The conversation has all of it; what would be written beside the bytes is of no use any more.
            if from == JobState::Sent {
                self.store(move |store| store.jobs().advance(id, from, JobState::Ready, JobPatch::default()))
                    .await?;
            }
            (from, to) = (JobState::Ready, JobState::Saved);
            patch = ended_with(None);
        }
        patch.answer_id = outcome.answer_id;
        patch.charged = outcome.cost.filter(|_| !outcome.cost_is_estimate && to != JobState::Failed);
        if let Some(cost) = outcome.cost {
            self.settle_cost(job, cost).await?;
        }
        self.store(move |store| store.jobs().advance(id, from, to, patch)).await?;
        self.remove_work(id).await
    }

    /// Lets go of the bytes of an answer that is kept.
    pub(crate) async fn remove_work(&self, job: JobId) -> Result<()> {
        let part = self.inner.store.jobs().work_file(job);
        tokio::task::spawn_blocking(move || arrival::remove(&part)).await.map_err(AppError::internal)
    }

    /// Jobs that are open, or ended and not dismissed, oldest first.
    pub async fn open_jobs(&self) -> Result<Vec<JobView>> {
        self.job_views(|store| store.jobs().shown()).await
    }

    pub(crate) async fn job_views(
        &self,
        read: impl FnOnce(&store::Store) -> store::Result<Vec<Job>> + Send + 'static,
    ) -> Result<Vec<JobView>> {
        let found = self
            .store(|store| {
                let jobs = read(store)?;
                // Only what was ready can have made items.
                let made: Vec<JobId> = jobs
                    .iter()
                    .filter(|job| matches!(job.state, JobState::Ready | JobState::Saved | JobState::Failed))
                    .map(|job| job.id)
                    .collect();
                let items = store.jobs().item_ids(&made)?;
                Ok((jobs, items))
            })
            .await?;
        let (jobs, mut items) = found;
        Ok(jobs
            .into_iter()
            .map(|job| {
                let items = items.remove(&job.id).unwrap_or_default();
                self.view(job, items.iter().map(ToString::to_string).collect())
            })
            .collect())
    }

    /// One job as it is now.
    pub async fn job(&self, id: JobId) -> Result<JobView> {
        let mut views = self.job_views(move |store| Ok(vec![store.jobs().get(id)?])).await?;
        views.pop().ok_or_else(|| AppError::not_found("job"))
    }

    fn view(&self, job: Job, items: Vec<String>) -> JobView {
        let received = self.inner.running.jobs().get(&job.id).and_then(|running| running.received);
        let received = received.or_else(|| self.inner.following.received(job.id));
        let billing = Billing::of(&job);
        let progress = self.inner.following.progress(&job);
        let problem = self.inner.following.problem(job.id);
        let can_look_again = remote::can_look_again(&job);
        let text = |time: Option<Timestamp>| time.map(|time| time.to_string());
        JobView {
            id: job.id.to_string(),
            kind: view::kind_of(&job.kind),
            state: job.state,
            account: job.account,
            pretend: job.pretend,
            title: job.title,
            operation: job.operation,
            model: job.model,
            created_at: job.created_at.to_string(),
            sent_at: text(job.sent_at),
            finished_at: text(job.finished_at),
            wanted: job.wanted,
            items,
            source: job.source.map(|item| item.to_string()),
            ratio: job.ratio,
            expected_ms: job.expected_ms,
            received,
            estimate: job.estimate,
            billing,
            charged: job.charged,
            // What keeps an accepted job from going on is known only while it does.
            error: job.error.and_then(|error| serde_json::from_value(error).ok()).or(problem),
            request: serde_json::from_value(job.request).ok(),
            batch: job.batch.map(|batch| BatchPlace { id: batch.id, index: batch.index, of: batch.of }),
            dismissed: job.dismissed,
            attempts: job.attempts,
            progress,
            can_look_again,
        }
    }

    pub(crate) async fn tell_job(&self, id: JobId) {
        match self.job(id).await {
            Ok(job) => self.tell(AppEvent::Job { job: Box::new(job) }),
            Err(error) => tracing::warn!(code = error.code, "a job was not read"),
        }
    }

    /// Stops a job. One that was sent may be charged all the same, and says so. Where Venice is just taking on work that goes
    /// on there, its answer is waited for: by that alone the work is found again.
    pub async fn cancel_job(&self, id: String) -> Result<JobView> {
        let id = parse(&id)?;
        let under_way = self.inner.running.jobs().get(&id).map(|under_way| under_way.stop.clone());
        let was_under_way = under_way.is_some();
        if let Some(stop) = under_way {
            let _ = stop.send(Stop::Now);
            // The task that runs the job takes the step; it lets go of its end when it has.
            stop.closed().await;
        }
        // The provider may just have taken it on.
        let job = self.store(move |store| store.jobs().get(id)).await?;
        if job.state == JobState::Accepted {
            self.stop_waiting(&job).await?;
        } else if !was_under_way {
            return Err(AppError::new(
                Code::JobNotCancellable,
                "This has ended already.",
                "Its results, if there are any, are in the Library.",
            ));
        }
        self.job(id).await
    }

    /// A new job with the same request, paid by the same account. One that may have been charged is sent again only when
    /// the user says so. One whose answer is on disk and could not be kept is kept, and nothing is sent.
    ///
    /// Films and music have their price asked for anew; where it isn't what the job was to cost, nothing is sent.
    pub async fn retry_job(&self, id: String, even_if_charged: bool) -> Result<JobView> {
        self.retry(id, even_if_charged, None).await
    }

    /// The same at the price that the button showed, for pictures, a film or music. Where it costs something else by now,
    /// nothing is sent.
    pub async fn retry_quoted(
        &self,
        id: String,
        even_if_charged: bool,
        expected: Expected,
    ) -> Result<JobView> {
        self.retry(id, even_if_charged, Some(expected)).await
    }

    async fn retry(&self, id: String, even_if_charged: bool, expected: Option<Expected>) -> Result<JobView> {
        let id = parse(&id)?;
        // Held until the new job is written down: the same wish, twice at once, is one job.
        let mut again = self.inner.running.again.lock().await;
        let known = match again.get(&id) {
            Some(new) => match self.job(parse(new)?).await {
                Err(error) if error.is(Code::NotFound) => None,
                found => Some(found?),
            },
            None => None,
        };
        // One that came to nothing in its turn, or is forgotten, stands in nobody's way.
        if let Some(new) = known.filter(|new| !came_to_nothing(new)) {
            return Ok(new);
        }
        let job = self.store(move |store| store.jobs().get(id)).await?;
        if job.state == JobState::Ready {
            self.keep_again(job);
            return self.job(id).await;
        }
        let doubtful = job.state != JobState::Saved && Billing::of(&job) != Billing::Nothing;
        if steps::is_open(job.state) || (doubtful && !even_if_charged) {
            return Err(AppError::new(
                Code::NeedsConfirmation,
                "This may have been charged already.",
                "Look at your usage on venice.ai first. Send it again only if you accept to pay twice.",
            ));
        }
        if job.kind == conversations::KIND {
            return Err(AppError::new(
                Code::NeedsConfirmation,
                "An answer is asked for again in its conversation.",
                "Open the conversation and ask for another answer there.",
            ));
        }
        let new = match job.kind.as_str() {
            calls::KIND => self.call_job_again(job).await?,
            transcripts::KIND => self.piece_job_again(job, even_if_charged).await?,
            speech::job::KIND => self.speak_job_again(&job, even_if_charged).await?,
            clones::KIND => self.clone_job_again(job).await?,
            remote::FILM | remote::MUSIC => self.remote_job_again(&job, expected).await?,
            _ => {
                let request: PictureRequest =
                    serde_json::from_value(job.request).map_err(|_| AppError::not_found("request"))?;
                let payer = self.payer(&job.account).await?;
                match expected {
                    Some(expected) => self.start_at(payer, request, job.batch, expected).await?,
                    None => self.start_for(payer, request, job.batch).await?,
                }
            }
        };
        again.insert(id, new.id.clone());
        drop(again);
        self.dismiss_job(id.to_string()).await?;
        Ok(new)
    }

    /// Takes an ended job off the room's strip; the list of all jobs keeps it.
    pub async fn dismiss_job(&self, id: String) -> Result<JobView> {
        let id = parse(&id)?;
        let patch = JobPatch { dismissed: Some(true), ..JobPatch::default() };
        self.store(move |store| store.jobs().change(id, patch)).await?;
        self.job(id).await
    }
}

/// Whether a job has ended without a result and without a cost.
fn came_to_nothing(job: &JobView) -> bool {
    matches!(job.state, JobState::Failed | JobState::Cancelled) && job.billing == Billing::Nothing
}

fn parse(id: &str) -> Result<JobId> {
    id.parse().map_err(|_| AppError::not_found("job"))
}

fn ended_with(error: Option<AppError>) -> JobPatch {
    JobPatch {
        finished_at: Some(Timestamp::now()),
        error: error.and_then(|error| serde_json::to_value(error).ok()),
        ..JobPatch::default()
    }
}

fn unknown_after_restart() -> AppError {
    AppError::new(
        Code::ChargedUnknown,
        "Canaletto ended while this was under way, so its answer is lost.",
        "It may have been charged: look at your usage on venice.ai before you send it again.",
    )
}

/// The part of a price that falls to one of several results.
pub(crate) fn share(money: Money, of: u32) -> Money {
    Money { amount: (money.amount / rust_decimal::Decimal::from(of.max(1))).normalize(), ..money }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn why_an_answer_waits_is_told_once_each_time_it_begins_to() {
        let (running, id) = (Running::default(), JobId::new(Timestamp::now()));
        let error = |code| AppError::new(code, "m", "h");
        assert!(running.begins_to_wait(id, &error(Code::DiskFull)));
        for _ in 0..3 {
            assert!(!running.begins_to_wait(id, &error(Code::DiskFull)), "each minute the same");
        }
        assert!(running.begins_to_wait(id, &error(Code::ReadOnly)), "for another reason now");
        assert!(running.begins_to_wait(JobId::new(Timestamp::now()), &error(Code::ReadOnly)));
        // It was kept, or the user wants it tried again.
        running.waiting().remove(&id);
        assert!(running.begins_to_wait(id, &error(Code::ReadOnly)));
    }
}
