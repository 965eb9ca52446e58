//! Once a result is safe here, the provider's copy is cleared away, if the user wants that.

use std::{collections::HashMap, time::Duration};

use jiff::{SignedDuration, Timestamp};
use store::{Job, JobId, JobPatch, JobState};
use tokio::time::Instant;
use venice::{audio::CompleteAudio, video::CompleteVideo};

use super::{
    FILM, is_remote,
    note::{self, Note},
};
use crate::{AppError, Result, Studio};

/// What failed is tried again after this.
const AGAIN_AFTER: Duration = Duration::from_mins(10);
/// What waits on disk for room in the library is looked at this often.
const LOOK_EVERY: Duration = Duration::from_mins(1);
/// Every provider clears by itself in this time.
pub(crate) const KEPT_THERE: SignedDuration = SignedDuration::from_hours(26);
/// How many are cleared in a row.
const MOST: u32 = 100;

impl Studio {
    /// Clears away what is safe here, as it becomes so; and keeps what couldn't be kept for want of room.
    pub(super) async fn clear_all(&self) {
        let mut failed: HashMap<JobId, Instant> = HashMap::new();
        loop {
            if let Err(error) = self.clear_some(&mut failed).await {
                tracing::warn!(code = error.code, "what is safe here was not cleared away at the provider");
            }
            let rung = tokio::time::timeout(LOOK_EVERY, self.inner.following.saved.notified()).await;
            if rung.is_err()
                && let Err(error) = self.keep_waiting_results().await
            {
                tracing::warn!(code = error.code, "what waits on disk was not looked at");
            }
        }
    }

    /// A result is an item: the provider's copy isn't needed any more, nor is its note, unless it takes that to clear the
    /// copy away.
    pub(in crate::jobs) async fn after_remote(&self, job: &Job) -> Result<()> {
        let (home, id, model) = (self.home().to_owned(), job.id, job.model.clone());
        let removed = tokio::task::spawn_blocking(move || {
            let note = note::read(&home, id).ok().flatten();
            if !note.is_some_and(|note| Note { model, ..note }.names_otherwise()) {
                note::remove(&home, id);
            }
        });
        let removed = removed.await;
        self.inner.following.saved.notify_one();
        removed.map_err(AppError::internal)
    }

    /// What the provider calls the model of a job.
    async fn provider_model(&self, job: &Job) -> String {
        let (home, id) = (self.home().to_owned(), job.id);
        let note = tokio::task::spawn_blocking(move || note::read(&home, id).ok().flatten()).await;
        let told = note.ok().flatten().and_then(|note| note.remote_model);
        told.or_else(|| job.model.clone()).unwrap_or_default()
    }

    async fn clear_some(&self, failed: &mut HashMap<JobId, Instant>) -> Result<()> {
        if !self.settings().await?.clear_at_provider {
            return Ok(());
        }
        let since = Timestamp::now().checked_sub(KEPT_THERE).unwrap_or(Timestamp::UNIX_EPOCH);
        let jobs = self.store(move |store| store.jobs().uncleared(since, MOST)).await?;
        failed.retain(|id, _| jobs.iter().any(|job| job.id == *id));
        for job in jobs.into_iter().filter(|job| is_remote(&job.kind)) {
            if failed.get(&job.id).is_some_and(|again| *again > Instant::now()) {
                continue;
            }
            match self.clear(&job).await {
                Ok(()) => {
                    let patch = JobPatch { cleared_at: Some(Timestamp::now()), ..JobPatch::default() };
                    let id = job.id;
                    self.store(move |store| store.jobs().change(id, patch)).await?;
                    let home = self.home().to_owned();
                    let removed = tokio::task::spawn_blocking(move || note::remove(&home, id)).await;
                    removed.map_err(AppError::internal)?;
                }
                Err(error) => {
                    tracing::info!(id = %job.id, code = error.code, "the provider's copy was not cleared away");
                    failed.insert(job.id, Instant::now() + AGAIN_AFTER);
                    // Who doesn't answer for one doesn't for a hundred: what waits on disk is looked at meanwhile.
                    if error.is_nobody_there() {
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    async fn clear(&self, job: &Job) -> Result<()> {
        let payer = self.payer(&job.account).await?;
        if let Some(url) = &job.download_url {
            return Ok(payer.client.forget_download(url).await?);
        }
        let id = job.remote_id.clone().unwrap_or_default();
        let model = self.provider_model(job).await;
        let completed = if job.kind == FILM {
            payer.client.complete_video(&CompleteVideo::new(model, id)).await
        } else {
            payer.client.complete_audio(&CompleteAudio::new(model, id)).await
        };
        match completed {
            Ok(answer) if answer.value.success => Ok(()),
            Ok(_) => Err(AppError::not_found("copy")),
            // It is gone already.
            Err(error) if error.api().is_some_and(|api| matches!(api.status, 404 | 410)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Tries again to keep results that are on disk and found no room.
    async fn keep_waiting_results(&self) -> Result<()> {
        for job in self.store(|store| store.jobs().open()).await? {
            let waits = job.state == JobState::Ready && is_remote(&job.kind);
            if waits && !self.inner.running.is_at_work(job.id) {
                self.spawn_keeping(job);
            }
        }
        Ok(())
    }
}
