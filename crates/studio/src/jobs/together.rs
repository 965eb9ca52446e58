//! Jobs that were asked for together: all stopped at once, and what wasn't sent tried again at once.

use std::collections::HashSet;

use store::{Job, JobId, JobState};

use super::{
    Stop, remote, steps,
    view::{Billing, JobView},
};
use crate::{
    AppError, Result, Studio,
    pictures::request::PictureRequest,
    voice::{speech, transcripts},
};

impl Studio {
    /// The jobs of a batch in their order.
    pub(crate) async fn batch(&self, id: String) -> Result<Vec<JobView>> {
        self.job_views(move |store| store.jobs().of_batch(&id)).await
    }

    /// Stops all that is still to be sent or under way of a batch; what was sent may be charged all the same.
    pub async fn cancel_batch(&self, id: String) -> Result<Vec<JobView>> {
        let jobs = self.jobs_of(&id).await?;
        self.stop_jobs(&jobs).await;
        self.batch(id).await
    }

    /// Stops those of some jobs that are under way, and waits until each has taken its own step.
    pub(crate) async fn stop_jobs(&self, jobs: &[Job]) {
        let open: HashSet<JobId> =
            jobs.iter().filter(|job| steps::is_open(job.state)).map(|job| job.id).collect();
        let stops: Vec<_> = {
            let running = self.inner.running.jobs();
            let under_way = running.iter().filter(|(id, _)| open.contains(id));
            under_way.map(|(_, under_way)| under_way.stop.clone()).collect()
        };
        for stop in &stops {
            let _ = stop.send(Stop::Now);
        }
        for stop in stops {
            stop.closed().await;
        }
        // The provider may just have taken some of them on.
        for job in jobs.iter().filter(|job| open.contains(&job.id) && remote::is_remote(&job.kind)) {
            let id = job.id;
            let stopped = match self.store(move |store| store.jobs().get(id)).await {
                Ok(job) if job.state == JobState::Accepted => self.stop_waiting(&job).await,
                Ok(_) => Ok(()),
                Err(error) => Err(error),
            };
            if let Err(error) = stopped {
                tracing::error!(%id, code = error.code, "an accepted job was not stopped");
            }
        }
    }

    /// Stops those of some jobs that aren't sent yet, and lets the others go on. It waits for none of them.
    pub(crate) fn stop_unsent_jobs(&self, jobs: &[Job]) {
        let running = self.inner.running.jobs();
        for under_way in jobs.iter().filter_map(|job| running.get(&job.id)) {
            under_way.stop.send_if_modified(|stop| {
                let is_new = *stop == Stop::No;
                *stop = if is_new { Stop::Unsent } else { *stop };
                is_new
            });
        }
    }

    /// New jobs, in the places of the old, for all of a batch that came to nothing without being charged, and that nobody
    /// took off the strip: those that weren't sent, those that Venice refused. What may have been charged is left to [`Self::retry_job`].
    pub async fn retry_batch(&self, id: String) -> Result<Vec<JobView>> {
        if self.jobs_of(&id).await?.first().is_some_and(|job| job.kind == transcripts::KIND) {
            return self.pieces_again(&id).await;
        }
        // Held until the new jobs are written down: the same wish, twice at once, is done once.
        let mut again = self.inner.running.again.lock().await;
        let is_to_try = |job: &Job| {
            matches!(job.state, JobState::Failed | JobState::Cancelled)
                && Billing::of(job) == Billing::Nothing
                && !job.dismissed
                && !again.contains_key(&job.id)
        };
        let jobs: Vec<Job> = self.jobs_of(&id).await?.into_iter().filter(is_to_try).collect();
        let Some(account) = jobs.first().map(|job| job.account.clone()) else {
            return Err(AppError::not_found("unsent picture"));
        };
        if jobs.iter().any(|job| job.kind == speech::job::KIND) {
            return self.speak_jobs_again(&jobs).await;
        }
        let old: Vec<JobId> = jobs.iter().map(|job| job.id).collect();
        let placed = jobs
            .into_iter()
            .map(|job| {
                let request: PictureRequest =
                    serde_json::from_value(job.request).map_err(|_| AppError::not_found("request"))?;
                Ok((request, job.batch.ok_or_else(|| AppError::not_found("batch"))?))
            })
            .collect::<Result<Vec<_>>>()?;
        let payer = self.payer(&account).await?;
        let new = self.start_together(payer, placed, old.clone(), None).await?;
        again.extend(old.into_iter().zip(new.iter().map(|job| job.id.clone())));
        Ok(new)
    }

    async fn jobs_of(&self, batch: &str) -> Result<Vec<Job>> {
        let id = batch.to_owned();
        let jobs = self.store(move |store| store.jobs().of_batch(&id)).await?;
        if jobs.is_empty() { Err(AppError::not_found("batch")) } else { Ok(jobs) }
    }
}
