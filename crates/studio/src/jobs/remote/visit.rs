//! Asking after a job once: how far it is, or its result.

use std::time::Duration;

use jiff::Timestamp;
use store::Job;
use tokio::time::Instant;
use venice::{Body, audio::RetrieveAudio, queue::Progress, video::RetrieveVideo};

use super::{
    FILM,
    clear::KEPT_THERE,
    fetch::{BeginFetching, Fetched},
    following::Heard,
    note::{self, Note},
};
use crate::{
    AppError, Studio,
    accounts::Payer,
    error::from_queue::{self, Denied},
};

/// A server that begins no answer in this time is asked again: after sleep the connection may be dead without a word.
const PATIENCE: Duration = Duration::from_secs(100);
/// What tells how far it is, is short.
const MOST_STATUS: u64 = 1 << 20;

/// What came of a visit.
pub(super) enum Visited {
    /// It goes on.
    Goes(Heard),
    /// All of the result is in the work file.
    Here(Box<Fetched>),
    /// The provider has ended it, for good.
    Over(Denied),
}

impl Studio {
    /// Asks after a job, and fetches its result where it is there.
    pub(super) async fn visit(&self, job: &Job, begin_fetching: BeginFetching<'_>) -> Visited {
        let known = self.inner.following.with(job.id, |known| (known.is_done, known.total));
        let (is_done, total) = known.unwrap_or_default();
        let (id, home) = (job.id, self.home().to_owned());
        let noted = tokio::task::spawn_blocking(move || note::read(&home, id)).await;
        // Where there is none that can be read, the row knows enough.
        let note = noted.ok().and_then(Result::ok).flatten().unwrap_or_else(|| Note::of(job));
        let size = note.partial.as_ref().and_then(|partial| partial.size);
        if let Some(total) = total.or(size)
            && let Err(heard) = self.find_room(job, total).await
        {
            return Visited::Goes(heard);
        }
        let url = job.download_url.clone().or_else(|| note.download_url.clone());
        let model = note.remote_model.clone().or_else(|| job.model.clone()).unwrap_or_default();
        if let Some(url) = url.as_deref().filter(|_| is_done) {
            let payer = match self.payer(&job.account).await {
                Ok(payer) => payer,
                // The address itself lets in, and no key is sent there: anybody may fetch it.
                Err(error) => match self.payers_beside(&job.account).await.into_iter().next() {
                    Some(payer) => payer,
                    None => return not_let_in(&error),
                },
            };
            return self.fetch_from(job, &payer, url, note, begin_fetching).await;
        }
        let mut body = match self.ask_as_anyone(job, &model).await {
            Ok(body) => body,
            Err(visited) => return visited,
        };
        let first = match body.chunk().await {
            Ok(first) => first.unwrap_or_default(),
            Err(error) => return self.not_answered(job, &error),
        };
        let is_status = body.is_json() || (!is_media(&body) && first.trim_ascii_start().starts_with(b"{"));
        if !is_status {
            return self.fetch_body(job, body, first, begin_fetching).await;
        }
        let rest = match body.collect(MOST_STATUS).await {
            Ok(rest) => rest,
            Err(error) => return self.not_answered(job, &error),
        };
        match serde_json::from_slice::<Progress>(&[first.as_ref(), rest.as_ref()].concat()) {
            Ok(progress) if progress.is_completed() && job.kind == FILM && url.is_none() => {
                self.denied(job, Denied::address_lost())
            }
            Ok(progress) => {
                let is_elsewhere = progress.is_completed() && url.is_some();
                Visited::Goes(Heard::Progress(progress, is_elsewhere))
            }
            Err(_) => Visited::Goes(Heard::Account(Some(from_queue::waits_for_server()), None)),
        }
    }

    /// Asks with the account that paid. Where its key isn't taken any more, perhaps because the user made another one, the
    /// user's other accounts at the same server are tried: whose key asks makes no difference to what it costs.
    async fn ask_as_anyone(&self, job: &Job, model: &str) -> Result<Body, Visited> {
        let asker = self.inner.following.with(job.id, |known| known.asker.clone()).flatten();
        let refused = match self.payer(asker.as_deref().unwrap_or(&job.account)).await {
            Ok(payer) => match ask(job, &payer, model).await {
                Some(Ok(body)) => return Ok(body),
                Some(Err(error)) if error.api().is_some_and(|api| matches!(api.status, 401 | 403)) => {
                    self.not_answered(job, &error)
                }
                Some(Err(error)) => return Err(self.not_answered(job, &error)),
                None => {
                    return Err(Visited::Goes(Heard::Account(Some(from_queue::waits_for_network()), None)));
                }
            },
            Err(error) => not_let_in(&error),
        };
        if asker.is_some() {
            self.inner.following.with(job.id, |known| known.asker = None);
            return Err(refused);
        }
        for payer in self.payers_beside(&job.account).await {
            if let Some(Ok(body)) = ask(job, &payer, model).await {
                self.inner.following.with(job.id, |known| known.asker = Some(payer.id));
                return Ok(body);
            }
        }
        Err(refused)
    }

    /// What a failed question means for the job.
    pub(super) fn not_answered(&self, job: &Job, error: &venice::Error) -> Visited {
        match from_queue::meaning(error, Timestamp::now()) {
            from_queue::Meaning::Wait(pause) => Visited::Goes(Heard::Account(None, Some(pause))),
            from_queue::Meaning::Network(error) | from_queue::Meaning::Account(error) => {
                Visited::Goes(Heard::Account(Some(error), None))
            }
            from_queue::Meaning::Job(error) => Visited::Goes(Heard::Job(Some(error), None)),
            from_queue::Meaning::Denied(denied) => self.denied(job, denied),
            from_queue::Meaning::Over(denied) => Visited::Over(denied),
        }
    }

    /// The provider says that it has nothing for us. It is believed when it says so again and again.
    pub(super) fn denied(&self, job: &Job, denied: Denied) -> Visited {
        let is_kept_there = |accepted: Timestamp| Timestamp::now().duration_since(accepted) < KEPT_THERE;
        let may_be_kept = denied.refunded != Some(true) && job.accepted_at.is_none_or(is_kept_there);
        let again = self.inner.following.with(job.id, |known| {
            // It may know better than its link.
            known.is_done = false;
            let pause = known.denials.one_more(Instant::now(), may_be_kept);
            (pause, known.denials.is_lasting().then(from_queue::waits_for_result))
        });
        let (pause, problem) = match again {
            Some((None, _)) => return Visited::Over(denied),
            Some((pause, problem)) => (pause, problem),
            // Nobody follows it any more.
            None => (None, None),
        };
        tracing::info!(id = %job.id, code = denied.error.code, "the provider has nothing, and is asked again");
        Visited::Goes(Heard::Job(problem, pause))
    }
}

/// `None` where no answer begins.
async fn ask(job: &Job, payer: &Payer, model: &str) -> Option<venice::Result<Body>> {
    let id = job.remote_id.as_deref().unwrap_or_default();
    let asking = async {
        if job.kind == FILM {
            payer.client.open_once(&RetrieveVideo::new(model, id)).await
        } else {
            payer.client.open_once(&RetrieveAudio::new(model, id)).await
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.ok()
}

fn not_let_in(error: &AppError) -> Visited {
    Visited::Goes(Heard::Account(Some(from_queue::waits_for_account(error)), None))
}

fn is_media(body: &Body) -> bool {
    body.content_type().is_some_and(|kind| kind.starts_with("video/") || kind.starts_with("audio/"))
}
