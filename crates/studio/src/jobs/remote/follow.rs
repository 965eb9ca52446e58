//! One scheduler for all accepted jobs: whose turn it is is looked after.

use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use store::{Job, JobId, JobPatch, JobState};
use tokio::{sync::watch, time::Instant};

use super::{
    fetch::Fetched,
    following::{Heard, Next},
    note,
    visit::Visited,
    whole,
};
use crate::{
    Result, Studio,
    error::from_queue::Denied,
    jobs::{
        arrival::{self, Arrived},
        ended_with,
    },
};

/// How many times a result that seems damaged is fetched anew. What comes then is taken as it is.
const MOST_DAMAGED: u32 = 3;

/// A job that is looked after, until this is dropped, also by a panic.
struct Visit<'a> {
    studio: &'a Studio,
    id: JobId,
    account: String,
    fetches: AtomicBool,
}

impl Visit<'_> {
    fn begin_fetching(&self) -> bool {
        let begun = self.studio.inner.following.begin_fetching(&self.account);
        self.fetches.fetch_or(begun, Ordering::SeqCst);
        begun
    }
}

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        let fetches = self.fetches.load(Ordering::SeqCst);
        self.studio.inner.following.end(self.id, &self.account, fetches);
    }
}

impl Studio {
    /// Begins to look after accepted jobs, those of now and those to come.
    pub(crate) fn follow_jobs(&self) {
        let studio = self.clone();
        self.inner.tasks.spawn(async move { studio.follow_all().await });
        let studio = self.clone();
        self.inner.tasks.spawn(async move { studio.clear_all().await });
    }

    async fn follow_all(&self) {
        let following = &self.inner.following;
        loop {
            match following.next(Instant::now()) {
                Next::Job(id) => {
                    if let Some((stopped, account)) = following.begin(id) {
                        let studio = self.clone();
                        self.inner.tasks.spawn(async move { studio.look_after(id, account, stopped).await });
                    }
                }
                Next::At(at) => {
                    // Either way it is looked again.
                    let _ = tokio::time::timeout_at(at, following.bell.notified()).await;
                }
                Next::Bell => following.bell.notified().await,
            }
        }
    }

    async fn look_after(&self, id: JobId, account: String, mut stopped: watch::Receiver<bool>) {
        let visit = Visit { studio: self, id, account, fetches: AtomicBool::new(false) };
        let job = match self.store(move |store| store.jobs().get(id)).await {
            Ok(job) if job.state == JobState::Accepted => job,
            Ok(_) => {
                self.inner.following.leave(id);
                return;
            }
            Err(error) => {
                self.inner.following.heard(id, Heard::Job(Some(error), None));
                return;
            }
        };
        let begin_fetching = || visit.begin_fetching();
        let visited = tokio::select! {
            biased;
            _ = stopped.wait_for(|stop| *stop) => return,
            visited = self.visit(&job, &begin_fetching) => visited,
        };
        let done = match visited {
            Visited::Goes(heard) => {
                self.note_average(&job, &heard).await;
                Ok(Some(heard))
            }
            Visited::Here(fetched) => self.take_in(&job, *fetched).await,
            Visited::Over(denied) => self.end_denied(&job, denied).await.map(|()| None),
        };
        let heard = match done {
            Ok(heard) => heard,
            Err(error) => {
                tracing::error!(%id, code = error.code, "a job at the provider could not go on");
                Some(Heard::Job(Some(error), None))
            }
        };
        let to_tell = heard.map_or_else(Vec::new, |heard| self.inner.following.heard(id, heard));
        drop(visit);
        for id in to_tell {
            self.tell_job(id).await;
        }
    }

    /// By the provider's word, where our own history doesn't know better.
    async fn note_average(&self, job: &Job, heard: &Heard) {
        let Heard::Progress(progress, _) = heard else { return };
        let average_ms = progress.average_execution_time.filter(|average| (1.0..1e12).contains(average));
        let Some(average_ms) = average_ms.filter(|_| job.average_ms.is_none()) else { return };
        let average_ms = average_ms as u64;
        let patch = JobPatch {
            average_ms: Some(average_ms),
            expected_ms: job.expected_ms.or(Some(average_ms)),
            ..JobPatch::default()
        };
        let id = job.id;
        if let Err(error) = self.store(move |store| store.jobs().change(id, patch)).await {
            tracing::warn!(code = error.code, "how long a job takes was not noted");
        }
    }

    /// A result is in the work file: what is known of it goes beside it, then the job is *ready*.
    async fn take_in(&self, job: &Job, fetched: Fetched) -> Result<Option<Heard>> {
        let part = self.inner.store.jobs().work_file(job.id);
        let looked = {
            let (part, content_type) = (part.clone(), fetched.content_type.clone());
            tokio::task::spawn_blocking(move || whole::seems_whole(&part, content_type.as_deref())).await
        };
        // What can't be read now is found out when it is kept.
        if matches!(looked, Ok(Ok(false))) {
            let damaged = self.inner.following.with(job.id, |known| {
                known.damaged += 1;
                known.damaged
            });
            if damaged.is_none_or(|damaged| damaged < MOST_DAMAGED) {
                tracing::warn!(id = %job.id, "a result seems damaged, and is fetched again");
                self.forget_partial(job.id).await;
                return Ok(Some(Heard::Job(None, None)));
            }
        }
        let took_ms = self.inner.following.with(job.id, |known| known.took_ms()).flatten();
        let arrived = Arrived {
            content_type: fetched.content_type,
            receipt: fetched.receipt,
            took_ms: took_ms.unwrap_or_else(|| since(job.accepted_at)),
            bytes: fetched.bytes,
        };
        let patch = JobPatch { took_ms: Some(arrived.took_ms), ..JobPatch::default() };
        self.write_note(part, &arrived).await?;
        if let Some(job) = self.advance(job, JobState::Ready, patch).await? {
            self.spawn_keeping(job);
        }
        self.inner.following.leave(job.id);
        Ok(None)
    }

    /// The next download begins anew.
    async fn forget_partial(&self, id: JobId) {
        let home = self.home().to_owned();
        let forgotten = tokio::task::spawn_blocking(move || match note::read(&home, id)? {
            Some(mut note) => {
                note.partial = None;
                note::write(&home, &note)
            }
            None => Ok(()),
        });
        if let Ok(Err(error)) = forgotten.await {
            tracing::warn!(%error, "a note of the queue was not changed");
        }
    }

    /// The provider has ended a job. What it said of the money is what it counts for: without a word, all of it is spent.
    async fn end_denied(&self, job: &Job, denied: Denied) -> Result<()> {
        if denied.refunded == Some(true) {
            self.settle(job.id, rust_decimal::Decimal::ZERO).await?;
        } else if !denied.may_come {
            self.settle_estimate(job).await?;
        }
        let is_over = !denied.may_come;
        let to = if is_over { JobState::Failed } else { JobState::Unknown };
        // It is left first: whoever looks for it again the moment it has ended follows it anew.
        self.inner.following.leave(job.id);
        let ended = match self.advance(job, to, ended_with(Some(denied.in_words()))).await {
            Ok(ended) => ended,
            Err(error) => {
                self.inner.following.follow(job);
                return Err(error);
            }
        };
        if ended.is_none() {
            return Ok(());
        }
        self.let_go_of_parts(job.id, is_over).await;
        if let Ok(payer) = self.payer(&job.account).await {
            self.refresh_balance(payer);
            self.spend_changes_soon();
        }
        Ok(())
    }

    /// Lets go of what is on disk of a result that isn't waited for any more; of its note too where nothing can come.
    pub(super) async fn let_go_of_parts(&self, id: JobId, for_good: bool) {
        if !for_good {
            self.forget_partial(id).await;
        }
        let (part, home) = (self.inner.store.jobs().work_file(id), self.home().to_owned());
        let gone = tokio::task::spawn_blocking(move || {
            arrival::remove(&part);
            if for_good {
                note::remove(&home, id);
            }
        });
        if let Err(error) = gone.await {
            tracing::error!(%error, "letting go of a work file panicked");
        }
    }
}

/// Milliseconds by the clock; a clock that was set back says nothing.
fn since(moment: Option<Timestamp>) -> u64 {
    moment.map_or(0, |moment| u64::try_from(Timestamp::now().duration_since(moment).as_millis()).unwrap_or(0))
}
