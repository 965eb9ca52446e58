//! The Queue: every job of the studio in one table, in which order they are sent, and whether any is.

mod again;
mod prune;
pub mod view;
mod waiting;

use store::{JobQuery, JobState};

use super::{
    parse, remote,
    view::{JobKind, JobView},
};
use crate::{
    Result, Studio, calls, conversations,
    events::AppEvent,
    voice::{clones, speech, transcripts},
};
use view::{QueueCounts, QueuePage, QueueQuery};

/// Words beyond this many don't narrow a search any more.
const MOST_WORDS: usize = 8;

/// The word a kind is kept as.
fn word_of(kind: JobKind) -> &'static str {
    match kind {
        JobKind::Make => "make",
        JobKind::Edit => "edit",
        JobKind::Upscale => "upscale",
        JobKind::CutOut => "cut_out",
        JobKind::Call => calls::KIND,
        JobKind::Chat => conversations::KIND,
        JobKind::Speak => speech::job::KIND,
        JobKind::Transcribe => transcripts::KIND,
        JobKind::Clone => clones::KIND,
        JobKind::Film => remote::FILM,
        JobKind::Music => remote::MUSIC,
    }
}

impl Studio {
    /// Some rows of the table: what is under way, then what waits in the order it will be sent, then what has ended, newest
    /// first.
    pub async fn queue_page(&self, query: QueueQuery) -> Result<QueuePage> {
        let words = query.text.unwrap_or_default();
        let wanted = JobQuery {
            states: query.states,
            kinds: query.kinds.into_iter().map(|kind| word_of(kind).to_owned()).collect(),
            account: query.account,
            words: words.split_whitespace().take(MOST_WORDS).map(str::to_owned).collect(),
            cursor: query.cursor,
            limit: query.limit,
        };
        let list = self.store(move |store| store.jobs().list(&wanted)).await?;
        let jobs = list.jobs;
        let jobs: Vec<JobView> = self.job_views(move |_| Ok(jobs)).await?;
        Ok(QueuePage { jobs, next: list.next, total: list.total })
    }

    /// How many jobs stand in each state, and whether the Queue is paused.
    pub async fn queue_counts(&self) -> Result<QueueCounts> {
        let found = self.store(|store| store.jobs().counts()).await?;
        let mut counts =
            QueueCounts { paused: self.inner.running.line.is_paused(), ..QueueCounts::default() };
        for (state, count) in found {
            let place = match state {
                JobState::Planned => &mut counts.planned,
                JobState::Sent => &mut counts.sent,
                JobState::Accepted => &mut counts.accepted,
                JobState::Ready => &mut counts.ready,
                JobState::Saved => &mut counts.saved,
                JobState::Failed => &mut counts.failed,
                JobState::Cancelled => &mut counts.cancelled,
                JobState::Unknown => &mut counts.unknown,
            };
            *place = count;
        }
        Ok(counts)
    }

    /// Holds back all that isn't sent yet, over restarts too, or lets it go on. Answers in conversations and calls by hand
    /// go out all the same: somebody sits before them.
    pub async fn pause_queue(&self, paused: bool) -> Result<QueueCounts> {
        let _turn = self.inner.running.ordering.lock().await;
        if paused {
            self.inner.running.line.pause(true);
        }
        self.change_kept(|kept| kept.paused = paused).await?;
        // Nothing goes out before it is on disk that it may.
        self.inner.running.line.pause(paused);
        self.tell_queue().await?;
        self.queue_counts().await
    }

    /// Puts a job that isn't sent yet before another of them, or last. Answers the ids of all of them in their order.
    pub async fn move_job(&self, id: String, before: Option<String>) -> Result<Vec<String>> {
        let id = parse(&id)?;
        let before = before.map(|before| parse(&before)).transpose()?;
        let _turn = self.inner.running.ordering.lock().await;
        let line = self.store(move |store| store.jobs().move_in_line(id, before)).await?;
        self.inner.running.line.put_in_order(&line);
        self.tell_queue().await?;
        Ok(line.iter().map(ToString::to_string).collect())
    }

    async fn tell_queue(&self) -> Result<()> {
        let line = self.store(|store| store.jobs().in_line()).await?;
        self.tell(AppEvent::Queue {
            paused: self.inner.running.line.is_paused(),
            line: line.iter().map(ToString::to_string).collect(),
        });
        Ok(())
    }
}
