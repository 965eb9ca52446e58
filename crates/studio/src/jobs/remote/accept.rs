//! The provider has taken work on: what it told of that is on disk before anything else is done.

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use serde::Deserialize;
use store::{Job, JobPatch, JobState};
use tokio::sync::watch;
use venice::{Body, Fate, Receipt};

use super::note::{self, Note};
use crate::{AppError, Result, Studio, error::Code, events::AppEvent, jobs::Stop};

/// Such an answer has an id and perhaps an address.
const MOST_BYTES: u64 = 1 << 20;
/// Before it is tried again to write it down.
const PAUSE: Duration = Duration::from_secs(2);
/// So often it is tried also where the user has stopped the job meanwhile: it is told once.
const TRIES: u32 = 10;

/// What the provider told when it took the work on. It holds an address that nobody else may see, so there is no `Debug`.
pub(in crate::jobs) struct Taken {
    told: Told,
    receipt: Receipt,
}

#[derive(Deserialize)]
struct Told {
    queue_id: String,
    #[serde(default)]
    model: Option<String>,
    #[serde(default)]
    download_url: Option<String>,
}

impl Taken {
    /// Reads the answer to a request. The work was taken on whatever becomes of it, so the fate of every failure is
    /// unknown.
    pub(in crate::jobs) async fn read(body: Body) -> std::result::Result<Self, (AppError, Fate)> {
        let receipt = body.receipt().clone();
        let content_type = body.content_type().map(str::to_owned);
        let doubtful = |error: AppError| (error, Fate::Unknown);
        let bytes = body.collect(MOST_BYTES).await.map_err(|error| doubtful(error.into()))?;
        let told = told(&bytes).ok_or_else(|| doubtful(no_id(content_type.as_deref())))?;
        Ok(Self { told, receipt })
    }
}

fn told(bytes: &Bytes) -> Option<Told> {
    let told: Told = serde_json::from_slice(bytes).ok()?;
    let text = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    (!told.queue_id.trim().is_empty()).then_some(Told {
        model: text(told.model),
        download_url: text(told.download_url),
        queue_id: told.queue_id,
    })
}

fn no_id(content_type: Option<&str>) -> AppError {
    AppError::new(
        Code::UnexpectedAnswer,
        "The server answered with something that isn't what the API promises, such as a web page.",
        "It may have been charged: look at your usage on venice.ai before you send it again.",
    )
    .param("content_type", content_type.unwrap_or("—"))
}

impl Studio {
    /// Writes down that a job's work was taken on, and follows it. What was told is told once, so where nothing can be
    /// written, for a full disk perhaps, it is tried until something can, or the user calls it off and it was tried for a
    /// while.
    pub(in crate::jobs) async fn accept(
        &self,
        job: &Job,
        taken: Taken,
        mut stopped: watch::Receiver<Stop>,
    ) -> Result<()> {
        let Taken { told, receipt } = taken;
        let note = Note {
            cf_ray: receipt.cf_ray,
            accepted_at: Timestamp::now(),
            remote_id: told.queue_id,
            remote_model: told.model,
            download_url: told.download_url,
            ..Note::of(job)
        };
        for tries in 1_u32.. {
            // Once this is begun it ends, also where the task is dropped.
            let writing = {
                let (studio, note) = (self.clone(), note.clone());
                tokio::task::spawn_blocking(move || studio.write_accepted(&note))
            };
            let error = match writing.await.map_err(AppError::internal)? {
                Ok(Some(job)) => {
                    self.inner.following.follow(&job);
                    return Ok(());
                }
                Ok(None) => return Ok(()),
                Err(error) => AppError::from(error),
            };
            tracing::error!(id = %job.id, code = error.code, "that a job was accepted can't be written down");
            if tries == 1 {
                self.tell(AppEvent::Notice { error: error.clone() });
            }
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                _ = stopped.wait_for(|stop| *stop == Stop::Now), if tries >= TRIES => return Err(error),
            }
        }
        Ok(())
    }

    /// First the file, then the row: either is enough to go on from.
    fn write_accepted(&self, note: &Note) -> store::Result<Option<Job>> {
        if let Err(error) = note::write(self.home(), note) {
            tracing::error!(%error, id = %note.id, "the note of an accepted job was not written");
        }
        self.inner.store.jobs().advance(note.id, JobState::Sent, JobState::Accepted, accepted(note))
    }
}

/// What a job's row learns from its note.
pub(super) fn accepted(note: &Note) -> JobPatch {
    JobPatch {
        remote_id: Some(note.remote_id.clone()),
        download_url: note.download_url.clone(),
        answer_id: Some(note.remote_id.clone()),
        cf_ray: note.cf_ray.clone(),
        accepted_at: Some(note.accepted_at),
        ..JobPatch::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_needed_and_the_rest_is_not() {
        let read = |text: &str| {
            told(&Bytes::copy_from_slice(text.as_bytes()))
                .map(|told| (told.queue_id, told.model, told.download_url))
        };
        assert_eq!(read(r#"{"queue_id":"q","status":"QUEUED"}"#), Some(("q".into(), None, None)));
        let whole = r#"{"queue_id":"q","model":"m","download_url":"https://films.example/a"}"#;
        let expected = ("q".into(), Some("m".into()), Some("https://films.example/a".into()));
        assert_eq!(read(whole), Some(expected));
        let null = r#"{"queue_id":"q","model":"","download_url":null}"#;
        assert_eq!(read(null), Some(("q".into(), None, None)));
        for wrong in ["", "{}", "<html>", r#"{"queue_id":" "}"#, r#"{"queue_id":null}"#] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
