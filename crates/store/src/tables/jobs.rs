pub(crate) mod batch;
pub(crate) mod list;
mod prune;
mod rows;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::PathBuf;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde_json::Value;

use super::{from_sql_count, items, past_prompts, text_enum};
use crate::Store;
use crate::error::{Error, Result};
use crate::ids::{ItemId, JobId};
use crate::money::Money;
use crate::tables::items::Item;
use crate::tables::messages::{self, Message};
pub(crate) use rows::ids;
use rows::{get, insert, query, update};

text_enum! {
    /// Where a job stands. Which step is legal is the caller's business.
    JobState {
        /// Written down, not sent.
        Planned = "planned",
        /// On its way; whether it arrived isn't known yet.
        Sent = "sent",
        /// Taken on by the provider, which gave it an id.
        Accepted = "accepted",
        /// All bytes of the answer are in the work file.
        Ready = "ready",
        /// Its results are items.
        Saved = "saved",
        /// It came to nothing, for a known reason.
        Failed = "failed",
        /// The user called it off.
        Cancelled = "cancelled",
        /// Sent, but the answer was lost: it may have been charged.
        Unknown = "unknown",
    }
}

/// A piece of paid work. `Debug` leaves out what may not be logged.
#[derive(Clone, PartialEq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What kind of work, such as `make`.
    pub kind: String,
    /// Where it stands.
    pub state: JobState,
    /// The account that pays.
    pub account: String,
    /// The API operation.
    pub operation: String,
    /// What it is called.
    pub title: String,
    /// The model's id.
    pub model: Option<String>,
    /// What was asked for; opaque here.
    pub request: Value,
    /// The item it starts from.
    pub source: Option<ItemId>,
    /// How many results were asked for.
    pub wanted: u32,
    /// Width by height of what will come.
    pub ratio: Option<f64>,
    /// Whether the account's money is pretend.
    pub pretend: bool,
    /// What it should cost.
    pub estimate: Option<Money>,
    /// What was reserved for it.
    pub held: Option<Money>,
    /// What it did cost.
    pub charged: Option<Money>,
    /// When it was written down.
    pub created_at: Timestamp,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
    /// When it came to an end.
    pub finished_at: Option<Timestamp>,
    /// The answer's own id, which the ledger knows.
    pub answer_id: Option<String>,
    /// The request id for support.
    pub cf_ray: Option<String>,
    /// The provider's id of queued work.
    pub remote_id: Option<String>,
    /// Where the result can be fetched. Signed: never to be logged.
    pub download_url: Option<String>,
    /// What went wrong; opaque here.
    pub error: Option<Value>,
    /// Where its bytes arrive, if they are anywhere.
    pub work_file: Option<PathBuf>,
    /// How often it was sent.
    pub attempts: u32,
    /// Whether the user took it off the strip.
    pub dismissed: bool,
    /// How long it should take.
    pub expected_ms: Option<u64>,
    /// How long it took.
    pub took_ms: Option<u64>,
    /// Its place among others, where it was asked for together with them.
    pub batch: Option<JobBatch>,
    /// When the provider took it on, for work that goes on there.
    pub accepted_at: Option<Timestamp>,
    /// How long such work takes by the provider's word, in milliseconds.
    pub average_ms: Option<u64>,
    /// When the provider was told that its copy isn't needed any more, or nobody needs to be told.
    pub cleared_at: Option<Timestamp>,
}

/// The place of a job among those that were asked for together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobBatch {
    /// What they have in common.
    pub id: String,
    /// Which of them it is, from 0.
    pub index: u32,
    /// How many there are.
    pub of: u32,
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("id", &self.id)
            .field("state", &self.state)
            .field("operation", &self.operation)
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}

impl Job {
    /// A planned job with nothing else known.
    pub fn new(
        id: JobId,
        kind: &str,
        account: &str,
        operation: &str,
        request: Value,
        created_at: Timestamp,
    ) -> Self {
        Self {
            id,
            kind: kind.to_owned(),
            state: JobState::Planned,
            account: account.to_owned(),
            operation: operation.to_owned(),
            title: String::new(),
            model: None,
            request,
            source: None,
            wanted: 1,
            ratio: None,
            pretend: false,
            estimate: None,
            held: None,
            charged: None,
            created_at: crate::clock::to_millisecond(created_at),
            sent_at: None,
            finished_at: None,
            answer_id: None,
            cf_ray: None,
            remote_id: None,
            download_url: None,
            error: None,
            work_file: None,
            attempts: 0,
            dismissed: false,
            expected_ms: None,
            took_ms: None,
            batch: None,
            accepted_at: None,
            average_ms: None,
            cleared_at: None,
        }
    }
}

/// What changes with a step of a job; what is none stays as it is.
#[derive(Clone, Default)]
#[expect(missing_docs, reason = "each field is the one of Job by the same name")]
pub struct JobPatch {
    pub held: Option<Money>,
    pub charged: Option<Money>,
    pub sent_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    pub answer_id: Option<String>,
    pub cf_ray: Option<String>,
    pub remote_id: Option<String>,
    pub download_url: Option<String>,
    /// `null` takes away what was kept.
    pub error: Option<Value>,
    pub work_file: Option<PathBuf>,
    pub attempts: Option<u32>,
    pub dismissed: Option<bool>,
    pub expected_ms: Option<u64>,
    pub took_ms: Option<u64>,
    pub accepted_at: Option<Timestamp>,
    pub average_ms: Option<u64>,
    pub cleared_at: Option<Timestamp>,
}

impl JobPatch {
    fn apply(self, job: &mut Job) {
        fn set<T>(field: &mut Option<T>, value: Option<T>) {
            if value.is_some() {
                *field = value;
            }
        }
        set(&mut job.held, self.held);
        set(&mut job.charged, self.charged);
        set(&mut job.sent_at, self.sent_at);
        set(&mut job.finished_at, self.finished_at);
        set(&mut job.answer_id, self.answer_id);
        set(&mut job.cf_ray, self.cf_ray);
        set(&mut job.remote_id, self.remote_id);
        set(&mut job.download_url, self.download_url);
        set(&mut job.error, self.error);
        job.error.take_if(|error| error.is_null());
        set(&mut job.work_file, self.work_file);
        set(&mut job.expected_ms, self.expected_ms);
        set(&mut job.took_ms, self.took_ms);
        set(&mut job.accepted_at, self.accepted_at);
        set(&mut job.average_ms, self.average_ms);
        set(&mut job.cleared_at, self.cleared_at);
        job.attempts = self.attempts.unwrap_or(job.attempts);
        job.dismissed = self.dismissed.unwrap_or(job.dismissed);
    }
}

/// Some jobs, newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct JobPage {
    /// The jobs.
    pub jobs: Vec<Job>,
    /// Where the next page begins; none after the last.
    pub next: Option<String>,
}

/// The jobs.
pub struct Jobs<'a> {
    store: &'a Store,
}

impl Store {
    /// The jobs.
    pub fn jobs(&self) -> Jobs<'_> {
        Jobs { store: self }
    }
}

impl Jobs<'_> {
    /// Writes a job down and with it the messages that show it, where a conversation does: all of it is kept, or nothing. Once this returns it
    /// survives a power cut.
    pub fn insert(&self, job: Job, messages: Vec<Message>) -> Result<()> {
        self.store.database().write(move |db, changes| {
            changes.job(job.id);
            insert(db, &job)?;
            past_prompts::remember(db, &job)?;
            for message in &messages {
                messages::insert(db, message, changes)?;
            }
            Ok(())
        })
    }

    /// Moves a job from one state to another and writes what came with it, in one step that survives a power cut.
    /// None when the job wasn't in state `from`: someone else was faster, and nothing was changed.
    pub fn advance(&self, id: JobId, from: JobState, to: JobState, patch: JobPatch) -> Result<Option<Job>> {
        self.store.database().write(move |db, changes| {
            let mut job = get(db, id)?;
            if job.state != from {
                return Ok(None);
            }
            job.state = to;
            patch.apply(&mut job);
            update(db, &job)?;
            changes.job(id);
            Ok(Some(job))
        })
    }

    /// Changes a job without moving it.
    pub fn change(&self, id: JobId, patch: JobPatch) -> Result<Job> {
        self.store.database().write(move |db, changes| {
            let mut job = get(db, id)?;
            patch.apply(&mut job);
            update(db, &job)?;
            changes.job(id);
            Ok(job)
        })
    }

    /// Makes a job that had ended in this state an accepted one again, as if it had never ended. None when the job wasn't in
    /// that state.
    pub fn reopen(&self, id: JobId, from: JobState) -> Result<Option<Job>> {
        self.store.database().write(move |db, changes| {
            let mut job = get(db, id)?;
            if job.state != from {
                return Ok(None);
            }
            job.state = JobState::Accepted;
            (job.finished_at, job.error, job.dismissed) = (None, None, false);
            update(db, &job)?;
            changes.job(id);
            Ok(Some(job))
        })
    }

    /// Saved jobs whose results the provider may still have, and that ended since then, oldest first. One of which
    /// something couldn't be kept is none of them.
    pub fn uncleared(&self, since: Timestamp, most: u32) -> Result<Vec<Job>> {
        self.store.database().read(|db| {
            let condition = "state = 'saved' AND remote_id IS NOT NULL AND cleared_at IS NULL
                AND coalesce(error, 'null') = 'null' AND finished_at >= ? ORDER BY finished_at LIMIT ?";
            query(db, condition, params![since.as_millisecond(), most])
        })
    }

    /// One job.
    pub fn get(&self, id: JobId) -> Result<Job> {
        self.store.database().read(|db| get(db, id))
    }

    /// The latest job of an account whose work goes on at the provider under this id.
    pub fn of_remote(&self, account: &str, remote_id: &str) -> Result<Option<Job>> {
        self.store.database().read(|db| {
            let condition = "account = ? AND remote_id = ? ORDER BY created_at DESC LIMIT 1";
            Ok(query(db, condition, [account, remote_id])?.pop())
        })
    }

    /// All jobs that are planned, sent, accepted or ready, oldest first.
    pub fn open(&self) -> Result<Vec<Job>> {
        self.store.database().read(|db| {
            let open = "state IN ('planned', 'sent', 'accepted', 'ready') ORDER BY created_at, id";
            query(db, open, [])
        })
    }

    /// All jobs not yet dismissed, whatever their state, oldest first.
    pub fn shown(&self) -> Result<Vec<Job>> {
        self.store.database().read(|db| query(db, "dismissed = 0 ORDER BY created_at, batch_index, id", []))
    }

    /// A page of all jobs, newest first. `limit` is 1 to 500.
    pub fn page(&self, cursor: Option<&str>, limit: u32) -> Result<JobPage> {
        let limit = limit.clamp(1, 500);
        let (time, id) = match cursor {
            None => (i64::MAX, String::new()),
            Some(cursor) => {
                let (time, id) = cursor.split_once('.').ok_or(Error::BadCursor)?;
                let id: JobId = id.parse().map_err(|_| Error::BadCursor)?;
                (time.parse().map_err(|_| Error::BadCursor)?, id.to_string())
            }
        };
        let mut jobs = self.store.database().read(|db| {
            let older = "(created_at, id) < (?, ?) ORDER BY created_at DESC, id DESC LIMIT ?";
            query(db, older, params![time, id, limit + 1])
        })?;
        let more = jobs.len() > limit as usize;
        jobs.truncate(limit as usize);
        let last = jobs.last().filter(|_| more);
        let next = last.map(|job| format!("{}.{}", job.created_at.as_millisecond(), job.id));
        Ok(JobPage { jobs, next })
    }

    /// The items a job made, in order; trashed ones too.
    pub fn items(&self, id: JobId) -> Result<Vec<Item>> {
        self.store.database().read(|db| items::all_of_job(db, id))
    }

    /// The jobs these items came from, each once.
    pub fn for_items(&self, ids: &[ItemId]) -> Result<Vec<Job>> {
        self.store.database().read(|db| {
            let mut found = std::collections::BTreeSet::new();
            for id in ids {
                let mut statement = db.prepare_cached("SELECT job FROM items WHERE id = ?")?;
                let job = statement.query_row([id], |row| row.get::<_, Option<JobId>>(0)).optional()?;
                found.extend(job.flatten());
            }
            let mut jobs = Vec::new();
            for job in found {
                // After the database was rebuilt from files an item may know a job that is gone.
                jobs.extend(query(db, "id = ?", [job])?.pop());
            }
            Ok(jobs)
        })
    }

    /// How long saved jobs of an operation and model took: the median of the latest 50; none without history.
    pub fn median_duration(&self, operation: &str, model: Option<&str>) -> Result<Option<u64>> {
        self.store.database().read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT took_ms FROM jobs
                 WHERE state = 'saved' AND took_ms IS NOT NULL AND operation = ? AND model IS ?
                 ORDER BY finished_at DESC LIMIT 50",
            )?;
            let rows = statement.query_map(params![operation, model], |row| row.get::<_, i64>(0))?;
            let mut all = rows.collect::<rusqlite::Result<Vec<_>>>()?;
            all.sort_unstable();
            Ok(all.get(all.len().saturating_sub(1) / 2).copied().map(from_sql_count))
        })
    }

    /// Where the bytes of a job's answer are gathered: `home/work/JOB.part`. The start never deletes it.
    pub fn work_file(&self, id: JobId) -> PathBuf {
        self.store.work_file(id)
    }

    /// Deletes a job's work file, once all of it is kept as items. It is no error if there is none.
    pub fn remove_work_file(&self, id: JobId) -> Result<()> {
        let path = self.store.work_file(id);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::file(&path, error)),
            _ => Ok(()),
        }
    }
}
