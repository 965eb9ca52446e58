//! The life of a job in this process: wait for a turn, send, stream the answer to disk, keep it.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use bytes::Bytes;
use jiff::Timestamp;
use store::{Job, JobId, JobPatch, JobState};
use tokio::{io::AsyncWriteExt, sync::watch};
use venice::{Body, Fate, Receipt};

use super::{UnderWay, steps};
use crate::{
    AppError, Result, Studio,
    accounts::Payer,
    error::Code,
    pictures::send::{Parcel, Sent},
};

/// At most this many bytes of an answer are taken; four pictures in base64 stay far below.
const MOST_BYTES: u64 = 512 << 20;
/// Progress is told no more often than this.
const TELL_EVERY: Duration = Duration::from_millis(200);

/// What is written beside the bytes of an answer, so that a restart can keep them.
#[derive(serde::Serialize, serde::Deserialize)]
pub(crate) struct Arrived {
    pub content_type: Option<String>,
    pub receipt: Receipt,
    pub took_ms: u64,
}

/// How an attempt ended.
enum Outcome {
    Arrived,
    Stopped,
    Failed(AppError, Fate),
}

impl Studio {
    /// Starts a job that was written down. `parcel` is what will be sent: prepared and checked before.
    pub(crate) fn spawn_job(&self, job: Job, payer: Payer, parcel: Parcel) {
        let (stop, stopped) = watch::channel(false);
        self.inner.running.jobs().insert(job.id, UnderWay { stop, received: None });
        let studio = self.clone();
        self.inner.tasks.spawn(async move {
            let id = job.id;
            if let Err(error) = studio.run(job, &payer, parcel, stopped).await {
                // The store refused a step: the job stays in its last state and is looked at on the next opening.
                tracing::error!(%id, code = error.code, "a job could not go on");
                studio.tell(crate::events::AppEvent::Notice { error });
            }
            studio.inner.running.jobs().remove(&id);
            studio.tell_job(id).await;
            studio.refresh_balance(payer);
        });
    }

    async fn run(
        &self,
        job: Job,
        payer: &Payer,
        parcel: Parcel,
        mut stopped: watch::Receiver<bool>,
    ) -> Result<()> {
        let turn = tokio::select! {
            biased;
            _ = stopped.wait_for(|stop| *stop) => None,
            turn = self.inner.running.turns.acquire() => turn.ok(),
        };
        let Some(_turn) = turn else { return self.end(&job, JobState::Cancelled, None).await };

        let id = job.id;
        let path = self.inner.store.jobs().work_file(id);
        let patch = JobPatch {
            sent_at: Some(Timestamp::now()),
            attempts: Some(job.attempts + 1),
            work_file: Some(path.clone()),
            ..JobPatch::default()
        };
        let Some(job) = self.advance(&job, JobState::Sent, patch).await? else { return Ok(()) };

        let outcome = tokio::select! {
            biased;
            _ = stopped.wait_for(|stop| *stop) => Outcome::Stopped,
            outcome = self.ask(id, payer, parcel, path) => outcome,
        };
        match outcome {
            Outcome::Arrived => {
                let job = self.store(move |store| store.jobs().get(id)).await?;
                self.keep(job).await
            }
            Outcome::Stopped => {
                let error = AppError::new(
                    Code::ChargedUnknown,
                    "You stopped this after it was sent.",
                    "Venice may finish and charge it all the same: your usage on venice.ai will tell.",
                );
                self.end(&job, JobState::Cancelled, Some(error)).await
            }
            Outcome::Failed(error, Fate::Unknown) => self.end(&job, JobState::Unknown, Some(error)).await,
            Outcome::Failed(error, _) => self.end(&job, JobState::Failed, Some(error)).await,
        }
    }

    /// Sends, and brings the whole answer to disk. It returns *arrived* only after the job is *ready*.
    async fn ask(&self, id: JobId, payer: &Payer, parcel: Parcel, path: PathBuf) -> Outcome {
        let begun = Instant::now();
        let mut body = match parcel.send(&payer.client).await {
            Ok(body) => body,
            Err(error) => {
                let fate = error.fate();
                return Outcome::Failed(error.into(), fate);
            }
        };
        // From here on the server has answered with success: whatever fails now was most likely charged.
        let receipt = match self.receive(id, &mut body, &path).await {
            Ok(()) => body.receipt().clone(),
            Err(error) => return Outcome::Failed(error, Fate::Unknown),
        };
        let took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let arrived = Arrived { content_type: body.content_type().map(str::to_owned), receipt, took_ms };
        match self.note_arrival(id, &path, &arrived).await {
            Ok(()) => Outcome::Arrived,
            Err(error) => Outcome::Failed(error, Fate::Unknown),
        }
    }

    async fn receive(&self, id: JobId, body: &mut Body, path: &PathBuf) -> Result<()> {
        let at = |error| store::Error::file(path, error);
        let mut file = tokio::fs::File::create(path).await.map_err(at)?;
        let (mut received, mut told) = (0_u64, Instant::now());
        loop {
            let chunk: Option<Bytes> = body.chunk().await?;
            let Some(chunk) = chunk else { break };
            received += chunk.len() as u64;
            if received > MOST_BYTES {
                return Err(AppError::new(
                    Code::UnexpectedAnswer,
                    "The answer is larger than any picture should be.",
                    "It may have been charged: look at your usage on venice.ai.",
                ));
            }
            file.write_all(&chunk).await.map_err(at)?;
            if let Some(running) = self.inner.running.jobs().get_mut(&id) {
                running.received = Some(received);
            }
            if told.elapsed() >= TELL_EVERY {
                told = Instant::now();
                self.tell_job(id).await;
            }
        }
        file.flush().await.map_err(at)?;
        file.sync_all().await.map_err(at)?;
        Ok(())
    }

    /// What the answer said of itself goes beside its bytes, then the job is *ready*: a restart can go on from here.
    async fn note_arrival(&self, id: JobId, path: &std::path::Path, arrived: &Arrived) -> Result<()> {
        let note = serde_json::to_vec(arrived).map_err(AppError::internal)?;
        let patch = JobPatch {
            answer_id: arrived.receipt.answer_id.clone(),
            cf_ray: arrived.receipt.cf_ray.clone(),
            took_ms: Some(arrived.took_ms),
            ..JobPatch::default()
        };
        let path = path.to_owned();
        self.store(move |store| {
            let at = |error| store::Error::file(&path, error);
            let mut file = std::fs::File::create(note_path(&path)).map_err(at)?;
            std::io::Write::write_all(&mut file, &note).map_err(at)?;
            file.sync_all().map_err(at)?;
            if let Some(folder) = path.parent() {
                std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(at)?;
            }
            store.jobs().advance(id, JobState::Sent, JobState::Ready, patch)
        })
        .await?;
        Ok(())
    }

    /// Goes on with an answer that an earlier run brought to disk.
    pub(super) fn spawn_keeping(&self, job: Job) {
        let studio = self.clone();
        self.inner.tasks.spawn(async move {
            let id = job.id;
            if let Err(error) = studio.keep(job).await {
                tracing::error!(%id, code = error.code, "an answer on disk was not kept");
                studio.tell(crate::events::AppEvent::Notice { error });
            }
        });
    }

    /// Decodes the answer on disk, keeps what is in it, and only then lets go of the bytes. It can be done again at
    /// any point: a result that is kept already is found by its job and place.
    async fn keep(&self, job: Job) -> Result<()> {
        let path = self.inner.store.jobs().work_file(job.id);
        let read = {
            let path = path.clone();
            tokio::task::spawn_blocking(move || -> std::io::Result<(Vec<u8>, Arrived)> {
                let note = std::fs::read(note_path(&path))?;
                let arrived = serde_json::from_slice(&note).map_err(std::io::Error::other)?;
                Ok((std::fs::read(&path)?, arrived))
            })
            .await
            .map_err(AppError::internal)?
        };
        let (bytes, arrived) = match read {
            Ok(read) => read,
            Err(error) => {
                tracing::error!(%error, job = %job.id, "the answer on disk can't be read");
                let error = AppError::new(
                    Code::FileMissing,
                    "The answer that had arrived can't be read from disk any more.",
                    "It was charged. If the file turns up again in the work folder, start Canaletto anew.",
                );
                return self.end(&job, JobState::Failed, Some(error)).await;
            }
        };
        let sent =
            Sent { bytes, content_type: arrived.content_type.clone(), receipt: arrived.receipt.clone() };
        match self.keep_pictures(&job, sent, arrived.took_ms).await {
            Ok(answer_id) => self.finish(job, answer_id, &path).await,
            // A disk that is full or can't be written to is no fault of the answer: the bytes stay, the job stays
            // *ready*, and the next opening tries again.
            Err(error) if error.is(Code::DiskFull) || error.is(Code::ReadOnly) => Err(error),
            Err(error) => {
                // The bytes stay in the work folder: they were paid for.
                self.charged(&job).await?;
                let patch = JobPatch {
                    finished_at: Some(Timestamp::now()),
                    error: serde_json::to_value(&error).ok(),
                    ..JobPatch::default()
                };
                self.advance(&job, JobState::Failed, patch).await?;
                Ok(())
            }
        }
    }

    async fn finish(&self, job: Job, answer_id: Option<String>, path: &std::path::Path) -> Result<()> {
        let patch = JobPatch { finished_at: Some(Timestamp::now()), answer_id, ..JobPatch::default() };
        self.charged(&job).await?;
        self.advance(&job, JobState::Saved, patch).await?;
        let path = path.to_owned();
        self.store(move |store| {
            let _ = std::fs::remove_file(note_path(&path));
            store.jobs().remove_work_file(job.id)
        })
        .await
    }

    /// By the price list: Venice's own charge is known from its ledger only.
    async fn charged(&self, job: &Job) -> Result<()> {
        match job.estimate {
            Some(money) => self.settle(job.id, money.amount).await,
            None => Ok(()),
        }
    }

    /// Takes a step; `None` when the job has taken another in the meantime.
    async fn advance(&self, job: &Job, to: JobState, patch: JobPatch) -> Result<Option<Job>> {
        debug_assert!(steps::is_legal(job.state, to), "{:?} to {to:?}", job.state);
        let (id, from) = (job.id, job.state);
        self.store(move |store| store.jobs().advance(id, from, to, patch)).await
    }
}

/// Beside `JOB.part`.
fn note_path(part: &std::path::Path) -> PathBuf {
    part.with_extension("answer.json")
}
