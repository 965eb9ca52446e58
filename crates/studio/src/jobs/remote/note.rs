//! What is needed to get at work that goes on at the provider, in a file of its own: `HOME/queue/JOB.json`. It is there
//! from the moment the provider took the work on until its result is kept, and makes the job anew where the database
//! was set back.

use std::{
    io::{Error, ErrorKind, Result},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{ItemId, Job, JobId, JobState, Money};

use crate::jobs::arrival;

/// A job that the provider has taken on. It holds an address that nobody else may see, so there is no `Debug`.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Note {
    pub id: JobId,
    pub kind: String,
    pub account: String,
    pub pretend: bool,
    pub operation: String,
    pub title: String,
    pub model: Option<String>,
    pub request: Value,
    pub source: Option<ItemId>,
    pub ratio: Option<f64>,
    pub estimate: Option<Money>,
    pub held: Option<Money>,
    pub expected_ms: Option<u64>,
    pub created_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    pub attempts: u32,
    pub cf_ray: Option<String>,
    pub accepted_at: Timestamp,
    pub remote_id: String,
    /// The model by the provider's own name, by which it is asked for.
    pub remote_model: Option<String>,
    /// Where the result will be, for some models: told once, good for a day.
    pub download_url: Option<String>,
    /// What is on disk of a result that is fetched from there.
    pub partial: Option<Partial>,
}

/// The beginning of a result, in the work file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Partial {
    /// By which the server knows this version of the file.
    pub validator: Option<String>,
    /// Of the whole, in bytes.
    pub size: Option<u64>,
    /// Bytes that surely are on disk.
    pub synced: u64,
}

impl Note {
    /// What is known of a job by its row.
    pub(super) fn of(job: &Job) -> Self {
        Self {
            id: job.id,
            kind: job.kind.clone(),
            account: job.account.clone(),
            pretend: job.pretend,
            operation: job.operation.clone(),
            title: job.title.clone(),
            model: job.model.clone(),
            request: job.request.clone(),
            source: job.source,
            ratio: job.ratio,
            estimate: job.estimate,
            held: job.held,
            expected_ms: job.expected_ms,
            created_at: job.created_at,
            sent_at: job.sent_at,
            attempts: job.attempts,
            cf_ray: job.cf_ray.clone(),
            accepted_at: job.accepted_at.unwrap_or(job.created_at),
            remote_id: job.remote_id.clone().unwrap_or_default(),
            remote_model: None,
            download_url: job.download_url.clone(),
            partial: None,
        }
    }

    /// Whether the provider calls the model otherwise than the job does: nothing else knows that name.
    pub(super) fn names_otherwise(&self) -> bool {
        self.download_url.is_none() && self.remote_model.is_some() && self.remote_model != self.model
    }

    /// The job as it was accepted.
    pub(super) fn job(self) -> Job {
        Job {
            state: JobState::Accepted,
            title: self.title,
            model: self.model,
            source: self.source,
            ratio: self.ratio,
            pretend: self.pretend,
            estimate: self.estimate,
            held: self.held,
            expected_ms: self.expected_ms,
            sent_at: self.sent_at,
            attempts: self.attempts,
            cf_ray: self.cf_ray,
            answer_id: Some(self.remote_id.clone()),
            remote_id: Some(self.remote_id),
            download_url: self.download_url,
            accepted_at: Some(self.accepted_at),
            ..Job::new(self.id, &self.kind, &self.account, &self.operation, self.request, self.created_at)
        }
    }
}

fn folder(home: &Path) -> PathBuf {
    home.join("queue")
}

fn path(home: &Path, id: JobId) -> PathBuf {
    folder(home).join(format!("{id}.json"))
}

/// Writes a note; once this returns it survives a power cut.
pub(super) fn write(home: &Path, note: &Note) -> Result<()> {
    let folder = folder(home);
    if !folder.is_dir() {
        std::fs::create_dir_all(&folder)?;
        arrival::sync_folder(home)?;
    }
    arrival::put(&path(home, note.id), &serde_json::to_vec(note).map_err(Error::other)?)
}

/// The note of a job; none where there is no such file.
pub(super) fn read(home: &Path, id: JobId) -> Result<Option<Note>> {
    match std::fs::read(path(home, id)) {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(Error::other),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Lets go of a note. It is no error if there is none.
pub(super) fn remove(home: &Path, id: JobId) {
    if let Err(error) = std::fs::remove_file(path(home, id))
        && error.kind() != ErrorKind::NotFound
    {
        tracing::warn!(%error, %id, "a note of the queue was not removed");
    }
}

/// All notes that can be read.
pub(super) fn all(home: &Path) -> Result<Vec<Note>> {
    let entries = match std::fs::read_dir(folder(home)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut notes = Vec::new();
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        match std::fs::read(&path)
            .and_then(|bytes| serde_json::from_slice::<Note>(&bytes).map_err(Error::other))
        {
            Ok(note) => notes.push(note),
            // Nothing of what it says may be logged.
            Err(error) => tracing::error!(kind = ?error.kind(), "a note of the queue can't be read"),
        }
    }
    Ok(notes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(n: u128) -> Note {
        Note {
            id: JobId(uuid::Uuid::from_u128(n)),
            kind: "film".into(),
            account: "a".into(),
            pretend: false,
            operation: "queueVideo".into(),
            title: "A canal".into(),
            model: Some("m".into()),
            request: serde_json::json!({"prompt": "a canal"}),
            source: None,
            ratio: Some(1.5),
            estimate: None,
            held: None,
            expected_ms: None,
            created_at: Timestamp::UNIX_EPOCH,
            sent_at: Some(Timestamp::UNIX_EPOCH),
            attempts: 1,
            cf_ray: None,
            accepted_at: Timestamp::UNIX_EPOCH,
            remote_id: "q".into(),
            remote_model: None,
            download_url: Some("https://films.example/signed".into()),
            partial: None,
        }
    }

    #[test]
    fn notes_are_there_until_they_are_let_go_of() {
        let home = tempfile::tempdir().unwrap();
        assert!(all(home.path()).unwrap().is_empty());
        for n in [1, 2] {
            write(home.path(), &note(n)).unwrap();
        }
        let partial = Partial { validator: Some("\"v\"".into()), size: Some(9), synced: 4 };
        write(home.path(), &Note { partial: Some(partial.clone()), ..note(1) }).unwrap();
        assert!(read(home.path(), note(1).id).unwrap().unwrap().partial == Some(partial));
        std::fs::write(home.path().join("queue/broken.json"), "{").unwrap();
        assert_eq!(all(home.path()).unwrap().len(), 2);
        remove(home.path(), note(1).id);
        remove(home.path(), note(1).id);
        assert!(read(home.path(), note(1).id).unwrap().is_none());
        let job = read(home.path(), note(2).id).unwrap().unwrap().job();
        assert_eq!((job.state, job.remote_id.as_deref()), (JobState::Accepted, Some("q")));
        assert!(job.download_url.is_some() && job.accepted_at.is_some());
    }

    #[test]
    fn what_was_being_written_at_the_end_is_cleared_away() {
        let home = tempfile::tempdir().unwrap();
        write(home.path(), &note(1)).unwrap();
        let queue = folder(home.path());
        std::fs::write(queue.join(".aside-x"), "{").unwrap();
        arrival::clear_asides(&queue);
        assert_eq!(std::fs::read_dir(&queue).unwrap().count(), 1);
        assert_eq!(all(home.path()).unwrap().len(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_them() {
        use std::os::unix::fs::PermissionsExt as _;
        let home = tempfile::tempdir().unwrap();
        write(home.path(), &note(1)).unwrap();
        let mode = std::fs::metadata(path(home.path(), note(1).id)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
}
