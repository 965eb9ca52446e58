//! The history is cleared out, as far as nothing of it is still needed.

use jiff::{SignedDuration, Timestamp};
use store::{Job, JobId, JobState, Store};

use super::view::{Prune, Pruned};
use crate::{
    Result, Studio,
    jobs::{remote, view::Billing},
};

/// Whether the provider may still have to be told that its copy isn't needed any more.
fn waits_for_clearing(job: &Job) -> bool {
    let is_young = |ended: Timestamp| Timestamp::now().duration_since(ended) < remote::KEPT_THERE;
    job.state == JobState::Saved
        && job.remote_id.is_some()
        && job.cleared_at.is_none()
        && job.finished_at.is_some_and(is_young)
}

/// Whether a job of the past has something that is lost with its row.
fn has_something(store: &Store, job: &Job) -> bool {
    // It was paid for, and its bytes are here and not in the library.
    let arrived = job.state == JobState::Failed && job.took_ms.is_some();
    // Or Venice may have charged it, or still have its result.
    arrived
        || Billing::of(job) == Billing::Unknown
        || remote::may_turn_up(job, Timestamp::now())
        || waits_for_clearing(job)
        || store.jobs().work_file(job.id).exists()
}

impl Studio {
    /// Forgets jobs that have ended. What is open, unknown, or paid for and not kept stays, and so does what they made and
    /// what was spent.
    pub async fn prune_jobs(&self, prune: Prune) -> Result<Pruned> {
        let home = self.home().to_owned();
        let before = match prune.older_than_days {
            // Something that ended this very millisecond has ended.
            None => Timestamp::MAX,
            Some(days) => {
                let span = SignedDuration::from_hours(i64::from(days) * 24);
                Timestamp::now().saturating_sub(span).unwrap_or(Timestamp::MIN)
            }
        };
        let found = self.store(move |store| {
            let (mut goes, mut stay): (Vec<JobId>, u32) = (Vec::new(), 0);
            for (job, needed) in store.jobs().ended_before(before)? {
                if needed || has_something(store, &job) {
                    stay += 1;
                } else {
                    goes.push(job.id);
                }
            }
            Ok((goes, stay))
        });
        let (goes, stay) = found.await?;
        if prune.only_count || goes.is_empty() {
            return Ok(Pruned { forgotten: u32::try_from(goes.len()).unwrap_or(u32::MAX), stay });
        }
        let wanted = u32::try_from(goes.len()).unwrap_or(u32::MAX);
        let forget = move |store: &Store| {
            for id in &goes {
                // The next start would make the job anew of it.
                remote::forget(&home, *id);
            }
            store.jobs().forget(goes)
        };
        let forgotten = self.store(forget).await?;
        self.tell_queue().await?;
        Ok(Pruned { forgotten, stay: stay + (wanted - forgotten) })
    }
}
