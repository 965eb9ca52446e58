//! Going on after a start, stopping to wait, and looking again.

use jiff::{SignedDuration, Timestamp};
use store::{Job, JobPatch, JobState, Store};

use super::{
    accept::accepted,
    can_look_again, is_remote,
    note::{self, Note},
};
use crate::{
    AppError, Result, Studio,
    error::Code,
    jobs::{arrival, ended_with, parse, view::JobView},
};

/// No provider keeps a result as long as this, so what tells of it can go.
pub(super) const NOTE_KEPT: SignedDuration = SignedDuration::from_hours(48);

impl Studio {
    /// Brings the rows of jobs up to what their notes know: a stop between the two, or a database that was set back, may
    /// have left them behind.
    pub(in crate::jobs) async fn recover_accepted(&self) -> Result<()> {
        let home = self.home().to_owned();
        let reading = tokio::task::spawn_blocking(move || {
            for folder in ["work", "queue"] {
                arrival::clear_asides(&home.join(folder));
            }
            note::all(&home)
        });
        let notes = reading.await.map_err(AppError::internal)?;
        let notes = match notes {
            Ok(notes) => notes,
            Err(error) => {
                tracing::error!(%error, "the notes of the queue can't be read");
                return Ok(());
            }
        };
        for note in notes {
            let (id, kept_until) = (note.id, note.accepted_at.checked_add(NOTE_KEPT));
            let names_otherwise = note.names_otherwise();
            let state = self.store(move |store| catch_up(store, note)).await?;
            let is_of_no_use = match state {
                JobState::Failed => true,
                JobState::Saved if !names_otherwise => true,
                JobState::Saved | JobState::Cancelled | JobState::Unknown => {
                    kept_until.is_ok_and(|until| until < Timestamp::now())
                }
                _ => false,
            };
            if is_of_no_use {
                let home = self.home().to_owned();
                let removed = tokio::task::spawn_blocking(move || note::remove(&home, id)).await;
                removed.map_err(AppError::internal)?;
            }
        }
        Ok(())
    }

    /// Goes on with a job that the provider has taken on.
    pub(in crate::jobs) async fn resume_accepted(&self, job: Job) -> Result<()> {
        if self.resume_from_disk(job.clone()).await? {
            return Ok(());
        }
        if is_remote(&job.kind) {
            self.inner.following.follow(&job);
        }
        Ok(())
    }

    /// Stops waiting for an accepted job. The provider goes on with it, and it is charged.
    pub(in crate::jobs) async fn stop_waiting(&self, job: &Job) -> Result<()> {
        let stopping = self.inner.following.leave(job.id);
        if let Some(stopping) = stopping {
            stopping.closed().await;
        }
        let error = AppError::new(
            Code::StoppedWaiting,
            "You stopped waiting for this. Venice goes on with it, and charges for it.",
            "Its result can be looked for again at no cost, as long as Venice has it: about a day.",
        );
        // Before it has ended, so that no stop in between leaves it set aside for good.
        if let Err(error) = self.settle_estimate(job).await {
            self.inner.following.follow(job);
            return Err(error);
        }
        let (id, patch) = (job.id, ended_with(Some(error)));
        let stopped =
            self.store(move |store| store.jobs().advance(id, JobState::Accepted, JobState::Cancelled, patch));
        match stopped.await {
            Ok(Some(_)) => {
                self.let_go_of_parts(id, false).await;
                Ok(())
            }
            // It has come to another end meanwhile, which settles anew what it cost.
            Ok(None) => Ok(()),
            Err(error) => {
                self.inner.following.follow(job);
                Err(error)
            }
        }
    }

    /// Looks again for the result of a job that ended here: one that was not waited for any more, or that the provider did
    /// not have. One that is followed is asked after sooner or later anyway. Nothing is sent that could cost.
    ///
    /// # Errors
    ///
    /// Of a job whose result can't be at the provider, and those of the store.
    pub async fn resume_job(&self, id: String) -> Result<JobView> {
        let id = parse(&id)?;
        let job = self.store(move |store| store.jobs().get(id)).await?;
        let is_here = is_remote(&job.kind) && job.state == JobState::Accepted;
        if !is_here && !can_look_again(&job) {
            return Err(AppError::new(
                Code::NothingToLookFor,
                "There is nothing to look for at Venice.",
                "Its results, if there are any, are in the Library.",
            ));
        }
        let from = job.state;
        let open =
            if is_here { Some(job) } else { self.store(move |store| store.jobs().reopen(id, from)).await? };
        if let Some(job) = open {
            self.inner.following.follow(&job);
        }
        self.job(id).await
    }
}

/// Answers the state of the job then.
fn catch_up(store: &Store, note: Note) -> store::Result<JobState> {
    let id = note.id;
    let job = match store.jobs().get(id) {
        Ok(job) => job,
        Err(error) if error.is_not_found() => {
            tracing::warn!(%id, "a job that was accepted is not in the database, and is written there again");
            store.jobs().insert(note.job(), Vec::new())?;
            return Ok(JobState::Accepted);
        }
        Err(error) => return Err(error),
    };
    let mut state = job.state;
    if state == JobState::Planned {
        let sent = JobPatch {
            sent_at: note.sent_at,
            attempts: Some(note.attempts),
            work_file: Some(store.jobs().work_file(id)),
            ..JobPatch::default()
        };
        store.jobs().advance(id, JobState::Planned, JobState::Sent, sent)?;
        state = JobState::Sent;
    }
    let knows_less = job.remote_id.is_none();
    if state == JobState::Unknown && knows_less {
        store.jobs().reopen(id, JobState::Unknown)?;
        store.jobs().change(id, accepted(&note))?;
        return Ok(JobState::Accepted);
    }
    if state == JobState::Sent {
        store.jobs().advance(id, JobState::Sent, JobState::Accepted, accepted(&note))?;
        return Ok(JobState::Accepted);
    }
    if state == JobState::Accepted && knows_less {
        store.jobs().change(id, accepted(&note))?;
    }
    Ok(state)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;
    use store::JobId;
    use tempfile::TempDir;

    use super::*;
    use crate::jobs::remote::FILM;

    fn store() -> (TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let options = store::OpenOptions {
            home: folder.path().join("home"),
            library: folder.path().join("library"),
            clock: Arc::new(store::SystemClock),
        };
        let (store, _) = Store::open(options).unwrap();
        (folder, store)
    }

    fn job(state: JobState) -> Job {
        let id = JobId(uuid::Uuid::from_u128(7));
        Job { state, ..Job::new(id, FILM, "a", "queueVideo", json!({"prompt": "a canal"}), Timestamp::now()) }
    }

    fn told() -> Note {
        Note {
            remote_id: "q".into(),
            download_url: Some("https://films.example/signed".into()),
            ..Note::of(&job(JobState::Sent))
        }
    }

    #[test]
    fn rows_that_are_behind_learn_what_was_told() {
        let states = [JobState::Planned, JobState::Sent, JobState::Accepted, JobState::Unknown];
        for before in std::iter::once(None).chain(states.map(Some)) {
            let (_folder, store) = store();
            if let Some(state) = before {
                store.jobs().insert(job(state), Vec::new()).unwrap();
            }
            assert_eq!(catch_up(&store, told()).unwrap(), JobState::Accepted, "{before:?}");
            let now = store.jobs().get(told().id).unwrap();
            assert_eq!((now.state, now.remote_id.as_deref()), (JobState::Accepted, Some("q")), "{before:?}");
            assert!(now.download_url.is_some() && now.accepted_at.is_some() && now.finished_at.is_none());
        }
    }

    #[test]
    fn rows_that_know_more_stay() {
        for state in
            [JobState::Ready, JobState::Saved, JobState::Failed, JobState::Cancelled, JobState::Unknown]
        {
            let (_folder, store) = store();
            let before = Job { remote_id: Some("q".into()), ..job(state) };
            store.jobs().insert(before.clone(), Vec::new()).unwrap();
            assert_eq!(catch_up(&store, told()).unwrap(), state);
            assert_eq!(store.jobs().get(before.id).unwrap(), before);
        }
    }
}
