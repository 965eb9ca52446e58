//! The life of a job in this process: wait for a turn, send, stream the answer to disk, keep it.

use std::{
    future::poll_fn,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
    time::{Duration, Instant},
};

use bytes::Bytes;
use jiff::Timestamp;
use store::{Job, JobId, JobPatch, JobState, Message};
use tokio::sync::watch;
use venice::Fate;

use super::{
    Hearing, Kept, Packed, Parcel, Place, Running, Sent, Stop, UnderWay,
    arrival::{self, Arrived},
    patience::Patience,
    remote::{self, Taken},
    steps,
};
use crate::{
    AppError, Result, Studio,
    accounts::Payer,
    calls, conversations,
    error::Code,
    events::AppEvent,
    pricing::Price,
    voice::{clones, speech, transcripts},
};

/// Takes a job off a list when its task ends, also when that panics.
struct Listed {
    studio: Studio,
    id: JobId,
    take_off: fn(&Running, JobId),
}

impl Drop for Listed {
    fn drop(&mut self) {
        (self.take_off)(&self.studio.inner.running, self.id);
    }
}

/// What came back.
enum Asked {
    /// An answer, all of it on disk.
    Arrived(Box<Arrived>),
    /// The word that the work is done elsewhere, and by what it is asked for.
    Taken(Box<Taken>),
    /// Nothing: the user called it off before it was sent, or sent again.
    CalledOff,
}

/// The end of a job in this process.
pub(crate) struct Ended(watch::Sender<Stop>);

impl Ended {
    pub(crate) async fn wait(self) {
        self.0.closed().await;
    }
}

/// Whether the answer of an operation tells what nobody can ask for a second time: by what the work is fetched, or the
/// handle of what was made.
fn is_told_once(operation: &str) -> bool {
    matches!(operation, "queueVideo" | "queueAudio" | "createClonedVoice")
}

/// So long after a stop the answer that is told once may still come: longer than any upload and the limit of its first byte.
const HEARD_OUT: Duration = Duration::from_mins(30);

/// Over once the user has stopped a job; never where nobody can do that any more.
async fn is_stopped(mut stopped: watch::Receiver<Stop>) {
    if stopped.wait_for(|stop| *stop == Stop::Now).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Over once the answer of a job that was stopped isn't waited for any more: a server may send it without an end.
async fn is_given_up(stopped: watch::Receiver<Stop>, heard_out: Duration) {
    is_stopped(stopped).await;
    tokio::time::sleep(heard_out).await;
}

/// What stands in the way of keeping an answer without its being to blame.
const NO_FAULT_OF_IT: [Code; 4] = [Code::DiskFull, Code::ReadOnly, Code::LibraryGone, Code::LibraryBusy];

impl Studio {
    /// Writes a job down and sets it off. `parcel` is what will be sent: prepared and checked before.
    pub(crate) async fn begin_job(
        &self,
        job: Job,
        price: &Price,
        accept_unpriced: bool,
        payer: Payer,
        parcel: Parcel,
        hearing: Option<Arc<dyn Hearing>>,
    ) -> Result<Ended> {
        self.write_job(&job, Vec::new(), &payer, price, accept_unpriced).await?;
        Ok(self.set_off(job, payer, parcel, hearing))
    }

    /// Sets the price of a job aside and writes it down, together with the messages that show it. Where that fails nothing
    /// of it is kept.
    pub(crate) async fn write_job(
        &self,
        job: &Job,
        messages: Vec<Message>,
        payer: &Payer,
        price: &Price,
        accept_unpriced: bool,
    ) -> Result<()> {
        self.reserve(job.id, payer, price, accept_unpriced).await?;
        let written = {
            let job = job.clone();
            self.store(move |store| store.jobs().insert(job, messages)).await
        };
        if let Err(error) = written {
            self.settle(job.id, rust_decimal::Decimal::ZERO).await?;
            return Err(error);
        }
        Ok(())
    }

    /// Starts a job that is written down. From here on it is sent whatever becomes of the command that asked for it, so
    /// this can't fail, and nothing after it may be told as if nothing had been sent.
    pub(crate) fn set_off(
        &self,
        job: Job,
        payer: Payer,
        parcel: Parcel,
        hearing: Option<Arc<dyn Hearing>>,
    ) -> Ended {
        // Here and not in its task: jobs that are set off one after the other stand in that order.
        let place = self.inner.running.line.join(&job);
        let (stop, stopped) = watch::channel(Stop::No);
        let ended = stop.clone();
        let under_way = UnderWay { stop, received: None, hearing };
        self.inner.running.jobs().insert(job.id, under_way);
        self.spawn_job(job, payer, parcel, place, stopped);
        Ended(ended)
    }

    /// The end of a job that is under way, for whoever didn't set it off.
    pub(crate) fn end_of(&self, id: JobId) -> Option<Ended> {
        self.inner.running.jobs().get(&id).map(|under_way| Ended(under_way.stop.clone()))
    }

    fn spawn_job(
        &self,
        job: Job,
        payer: Payer,
        parcel: Parcel,
        place: Place,
        stopped: watch::Receiver<Stop>,
    ) {
        let studio = self.clone();
        self.inner.tasks.spawn(async move {
            let id = job.id;
            let on_the_way = Listed {
                studio: studio.clone(),
                id,
                take_off: |running, id| drop(running.jobs().remove(&id)),
            };
            if let Err(error) = studio.run(job, &payer, parcel, place, stopped).await {
                studio.stalled(id, error).await;
            }
            drop(on_the_way);
            studio.tell_job(id).await;
            studio.tell_pictures_here(id).await;
            studio.tell_transcript_of(id).await;
            studio.refresh_balance(payer);
            studio.spend_changes_soon();
        });
    }

    /// The store refused a step. The job stays in its last state, says why, and is looked at on the next opening.
    async fn stalled(&self, id: JobId, error: AppError) {
        tracing::error!(%id, code = error.code, "a job could not go on");
        let patch = JobPatch { error: serde_json::to_value(&error).ok(), ..JobPatch::default() };
        if let Err(error) = self.store(move |store| store.jobs().change(id, patch)).await {
            tracing::error!(%id, code = error.code, "nor could this be written down");
        }
        self.let_go_of_answer(id, &error).await;
        if self.inner.running.begins_to_wait(id, &error) {
            self.tell(AppEvent::Notice { error });
        }
    }

    async fn run(
        &self,
        job: Job,
        payer: &Payer,
        parcel: Parcel,
        mut place: Place,
        mut stopped: watch::Receiver<Stop>,
    ) -> Result<()> {
        let (is_first, has_turn) = {
            let mut turn = std::pin::pin!(self.turn(&job, payer, &mut place));
            let look = poll_fn(|context| Poll::Ready(turn.as_mut().poll(context).is_ready()));
            let is_first = look.await;
            let has_turn = is_first
                || tokio::select! {
                    biased;
                    _ = stopped.wait_for(|stop| *stop != Stop::No) => false,
                    () = turn => true,
                };
            (is_first, has_turn)
        };
        if !has_turn {
            return self.end(&job, JobState::Cancelled, None).await;
        }

        let packing = async {
            let packed = parcel.pack(!is_first).await?;
            // That may have taken a while, and there may be a pause by now.
            place.pass_door().await;
            Ok::<Packed, AppError>(packed)
        };
        let packed = tokio::select! {
            biased;
            _ = stopped.wait_for(|stop| *stop != Stop::No) => None,
            packed = packing => Some(packed),
        };
        let parcel = match packed {
            Some(Ok(parcel)) => parcel,
            Some(Err(error)) => return self.end(&job, JobState::Failed, Some(error)).await,
            None => return self.end(&job, JobState::Cancelled, None).await,
        };

        let id = job.id;
        let part = self.inner.store.jobs().work_file(id);
        if let Err(error) = self.prepare_place(&job, part.clone()).await {
            return self.end(&job, JobState::Failed, Some(error)).await;
        }
        let patch = JobPatch {
            sent_at: Some(Timestamp::now()),
            attempts: Some(job.attempts + 1),
            work_file: Some(part.clone()),
            ..JobPatch::default()
        };
        let Some(job) = self.advance(&job, JobState::Sent, patch).await? else { return Ok(()) };

        // Stopping ends the waiting for an answer. One that is whole is kept all the same: it was paid for. What is told
        // once is waited for also then: without it nobody gets at what may have been paid for.
        let held_back = AtomicBool::new(false);
        let is_told_once = is_told_once(&job.operation);
        let heard_out = if is_told_once { HEARD_OUT } else { Duration::ZERO };
        let asked = tokio::select! {
            biased;
            asked = self.ask(&job, payer, parcel, &part, &held_back, &stopped) => Some(asked),
            () = is_given_up(stopped.clone(), heard_out) => None,
        };
        let asked = match asked {
            Some(Err((_, Fate::NotSent | Fate::Refused)))
                if is_told_once && *stopped.borrow() == Stop::Now =>
            {
                Some(Ok(Asked::CalledOff))
            }
            asked => asked,
        };
        match asked {
            Some(Ok(Asked::Taken(taken))) => {
                drop(place);
                self.accept(&job, *taken, stopped).await
            }
            Some(Ok(Asked::Arrived(arrived))) => match self.note_arrival(&job, part, *arrived).await {
                Ok(Some(job)) => self.keep(job).await,
                Ok(None) => Ok(()),
                Err(error) => self.end(&job, JobState::Unknown, Some(error)).await,
            },
            Some(Ok(Asked::CalledOff)) => {
                arrival::remove(&part);
                let error = AppError::new(
                    Code::NotTaken,
                    "You stopped this before Venice took it.",
                    "Nothing was charged.",
                );
                self.end(&job, JobState::Cancelled, Some(error)).await
            }
            Some(Err((error, Fate::Unknown))) => self.end(&job, JobState::Unknown, Some(error)).await,
            Some(Err((error, _))) => {
                arrival::remove(&part);
                self.end(&job, JobState::Failed, Some(error)).await
            }
            None if held_back.load(Ordering::Relaxed) => {
                arrival::remove(&part);
                let error = AppError::new(
                    Code::NotTaken,
                    "You stopped this while Venice wasn't taking any more requests.",
                    "Nothing was charged.",
                );
                self.end(&job, JobState::Failed, Some(error)).await
            }
            None => {
                let error = AppError::new(
                    Code::ChargedUnknown,
                    "You stopped this after it was sent.",
                    "Venice may finish and charge it all the same: your usage on venice.ai will tell.",
                );
                self.end(&job, JobState::Cancelled, Some(error)).await
            }
        }
    }

    /// Waits until it is a job's turn. One of a batch, or one that many of are asked for, waits for the rate too, before it is
    /// marked as sent: what a stop or a crash finds waiting was surely not taken.
    async fn turn(&self, job: &Job, payer: &Payer, place: &mut Place) {
        place.reached().await;
        let operation = venice::OPERATIONS.iter().find(|operation| operation.id == job.operation);
        if let Some(operation) = operation
            && (job.batch.is_some() || remote::is_remote(&job.kind))
        {
            payer.client.room_for(operation).await;
        }
        place.pass_door().await;
    }

    /// Sends, and brings the whole answer to disk. One of a batch is patient where it surely wasn't taken; `held_back` is
    /// set while it waits.
    async fn ask(
        &self,
        job: &Job,
        payer: &Payer,
        parcel: Packed,
        part: &std::path::Path,
        held_back: &AtomicBool,
        stopped: &watch::Receiver<Stop>,
    ) -> std::result::Result<Asked, (AppError, Fate)> {
        let mut patience = Patience::default();
        let (begun, mut body) = loop {
            let begun = Instant::now();
            let called_off = async {
                if is_told_once(&job.operation) {
                    is_stopped(stopped.clone()).await;
                } else {
                    // Its answer isn't waited for at all.
                    std::future::pending::<()>().await;
                }
            };
            let error = match parcel.send(&payer.client, called_off).await {
                Ok(Some(body)) => break (begun, body),
                Ok(None) => return Ok(Asked::CalledOff),
                Err(error) => error,
            };
            let pause = job.batch.as_ref().and_then(|_| patience.pause_after(&error, Timestamp::now()));
            let Some(pause) = pause else {
                let fate = error.fate();
                return Err((error.into(), fate));
            };
            tracing::debug!(id = %job.id, code = error.code(), ?pause, "a job of a batch waits");
            held_back.store(true, Ordering::Relaxed);
            tokio::time::sleep(pause).await;
            held_back.store(false, Ordering::Relaxed);
        };
        drop(parcel);
        if remote::is_remote(&job.kind) {
            return Taken::read(body).await.map(|taken| Asked::Taken(Box::new(taken)));
        }
        // From here on the server has answered with success: whatever fails now was most likely charged.
        let bytes = self.receive(job.id, &mut body, part).await.map_err(|error| (error, Fate::Unknown))?;
        let took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let content_type = body.content_type().map(str::to_owned);
        let arrived = Arrived { content_type, receipt: body.into_receipt(), took_ms, bytes };
        Ok(Asked::Arrived(Box::new(arrived)))
    }

    /// What the answer said of itself goes beside its bytes, then the job is *ready*: a restart can go on from here.
    async fn note_arrival(&self, job: &Job, part: PathBuf, arrived: Arrived) -> Result<Option<Job>> {
        self.write_note(part, &arrived).await?;
        self.ready(job, &arrived).await
    }

    async fn ready(&self, job: &Job, arrived: &Arrived) -> Result<Option<Job>> {
        let patch = JobPatch {
            answer_id: arrived.receipt.answer_id.clone(),
            cf_ray: arrived.receipt.cf_ray.clone(),
            took_ms: Some(arrived.took_ms),
            ..JobPatch::default()
        };
        self.advance(job, JobState::Ready, patch).await
    }

    /// Goes on with a job of an earlier run whose whole answer is on disk; false when it isn't.
    pub(super) async fn resume_from_disk(&self, job: Job) -> Result<bool> {
        let part = self.inner.store.jobs().work_file(job.id);
        if job.state == JobState::Ready {
            self.spawn_keeping(job);
            return Ok(true);
        }
        let reading = tokio::task::spawn_blocking(move || arrival::read_note(&part));
        let Ok(arrived) = reading.await.map_err(AppError::internal)? else { return Ok(false) };
        if let Some(job) = self.ready(&job, &arrived).await? {
            self.spawn_keeping(job);
        }
        Ok(true)
    }

    /// Keeps an answer that is on disk. Asked twice, it is done once.
    pub(crate) fn spawn_keeping(&self, job: Job) {
        let (studio, id) = (self.clone(), job.id);
        if !self.inner.running.keeping().insert(id) {
            return;
        }
        let being_kept = Listed {
            studio: self.clone(),
            id,
            take_off: |running, id| {
                running.keeping().remove(&id);
            },
        };
        self.inner.tasks.spawn(async move {
            let kept = async {
                // What stood in the way the last time is no word on this time.
                let patch = JobPatch { error: Some(serde_json::Value::Null), ..JobPatch::default() };
                studio.store(move |store| store.jobs().change(id, patch)).await?;
                studio.keep(job).await
            };
            match kept.await {
                Ok(()) => drop(studio.inner.running.waiting().remove(&id)),
                Err(error) => studio.stalled(id, error).await,
            }
            drop(being_kept);
            studio.tell_transcript_of(id).await;
            studio.spend_changes_soon();
        });
    }

    /// Decodes the answer on disk, keeps what is in it, and only then lets go of the bytes. It can be done again at
    /// any point: a result that is kept already is found by its job and place.
    async fn keep(&self, job: Job) -> Result<()> {
        let part = self.inner.store.jobs().work_file(job.id);
        let is_large = remote::is_remote(&job.kind);
        let reading = {
            let part = part.clone();
            tokio::task::spawn_blocking(move || {
                if is_large {
                    // It is kept piece by piece.
                    return Ok((Bytes::new(), arrival::read_note(&part)?));
                }
                arrival::read(&part)
            })
        };
        let (bytes, arrived) = match reading.await.map_err(AppError::internal)? {
            Ok(read) => read,
            Err(error) => {
                tracing::error!(%error, job = %job.id, "the answer on disk can't be read");
                let error = AppError::new(
                    Code::FileMissing,
                    "The answer had arrived, but can't be read from disk any more.",
                    "It was most likely charged. If the file comes back into the work folder, start Canaletto anew.",
                )
                .param("path", part.display());
                return self.end(&job, JobState::Unknown, Some(error)).await;
            }
        };
        let keeping = if is_large {
            self.keep_remote(&job, &part, &arrived).await
        } else {
            self.keep_answered(&job, bytes, arrived).await
        };
        let error = match keeping {
            Ok(kept) => return self.finish(job, kept, part).await,
            Err(error) => error,
        };
        // A disk that is full, can't be written to or isn't there is no fault of the answer: the bytes stay, the job stays
        // *ready*, and the next opening, or the library's return, tries again.
        if NO_FAULT_OF_IT.iter().any(|code| error.is(*code)) {
            return Err(error);
        }
        // A disk that is taken out in the middle is first told of in the system's own words.
        if job.kind != conversations::KIND {
            self.ensure_library().await?;
        }
        self.end_unkept(&job, error).await
    }

    /// Keeps what is in an answer.
    async fn keep_answered(&self, job: &Job, bytes: Bytes, arrived: Arrived) -> Result<Kept> {
        let sent = Sent { bytes, content_type: arrived.content_type, receipt: arrived.receipt };
        match job.kind.as_str() {
            calls::KIND => self.keep_call(job, sent, arrived.took_ms).await,
            conversations::KIND => self.keep_answer(job, &sent).await,
            transcripts::KIND => self.keep_heard(job, sent).await,
            speech::job::KIND => self.keep_speech(job, sent, arrived.took_ms).await,
            clones::KIND => self.keep_clone(job, &sent).await,
            _ => self.keep_pictures(job, sent, arrived.took_ms).await,
        }
    }

    /// Ends a job whose answer is on disk and can't be kept.
    async fn end_unkept(&self, job: &Job, error: AppError) -> Result<()> {
        if job.kind == conversations::KIND {
            match self.break_answer(job, JobState::Unknown, Some(error.clone())).await {
                Ok(outcome) => return self.end_broken(job, JobState::Unknown, Some(error), outcome).await,
                // Its end can't be written either: the conversation is free again all the same, and the next opening
                // ends it with the bytes.
                Err(again) => {
                    tracing::error!(id = %job.id, code = again.code, "an answer was neither kept nor ended");
                    self.let_go_of_answer(job.id, &error).await;
                }
            }
        }
        // The bytes stay in the work folder: they were paid for.
        self.settle_estimate(job).await?;
        let patch = JobPatch {
            finished_at: Some(Timestamp::now()),
            error: serde_json::to_value(&error).ok(),
            ..JobPatch::default()
        };
        self.advance(job, JobState::Failed, patch).await?;
        Ok(())
    }

    async fn finish(&self, job: Job, kept: Kept, part: PathBuf) -> Result<()> {
        // Of an answer that broke off, the conversation has all that can be read.
        let whole = kept.problem.is_none() || job.kind == conversations::KIND;
        let patch = JobPatch {
            finished_at: Some(Timestamp::now()),
            answer_id: kept.answer_id,
            charged: kept.charged,
            error: kept.problem.and_then(|problem| serde_json::to_value(problem).ok()),
            ..JobPatch::default()
        };
        match kept.cost {
            Some(cost) => self.settle_cost(&job, cost).await?,
            None => self.settle_estimate(&job).await?,
        }
        self.advance(&job, JobState::Saved, patch).await?;
        if remote::is_remote(&job.kind) {
            self.after_remote(&job).await?;
        }
        self.after_piece(&job).await;
        if whole {
            tokio::task::spawn_blocking(move || arrival::remove(&part)).await.map_err(AppError::internal)?;
        }
        Ok(())
    }

    /// By the price list: Venice's own charge is known from its ledger only.
    pub(super) async fn settle_estimate(&self, job: &Job) -> Result<()> {
        // Of a price that was only bounded, all that was set aside counts as spent.
        match job.estimate.or(job.held) {
            Some(money) => self.settle(job.id, money.amount).await,
            None => Ok(()),
        }
    }

    /// Takes a step; `None` when the job has taken another in the meantime.
    pub(super) async fn advance(&self, job: &Job, to: JobState, patch: JobPatch) -> Result<Option<Job>> {
        debug_assert!(steps::is_legal(job.state, to), "{:?} to {to:?}", job.state);
        let (id, from) = (job.id, job.state);
        self.store(move |store| store.jobs().advance(id, from, to, patch)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_told_once_is_heard_out_after_a_stop_and_not_for_ever() {
        let over = async |stopped: &watch::Receiver<Stop>, heard_out| {
            let mut given_up = std::pin::pin!(is_given_up(stopped.clone(), heard_out));
            poll_fn(|context| Poll::Ready(given_up.as_mut().poll(context).is_ready())).await
        };
        let (stop, stopped) = watch::channel(Stop::Unsent);
        assert!(!over(&stopped, Duration::ZERO).await, "nobody stopped what was sent");
        stop.send_replace(Stop::Now);
        assert!(!over(&stopped, HEARD_OUT).await);
        is_given_up(stopped, Duration::from_millis(1)).await;
    }
}
