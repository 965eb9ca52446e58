//! Transcripts in lists and whole, and what somebody changes of them.

use std::collections::HashMap;

use store::{
    FoundTranscript, Job, JobId, JobState, Transcript as Row, TranscriptId, TranscriptPatch, TranscriptPiece,
    TranscriptQuery, WholeTranscript,
};

use super::view::{
    PieceView, Transcript, TranscriptPage, TranscriptState, TranscriptSummary, TranscriptText,
};
use crate::{
    AppError, Result, Studio,
    events::AppEvent,
    jobs::{steps, view::JobView},
};

/// How often one is read at most where it changes while it is looked at; each change is told, and looked at again then.
const MOST_READS: u32 = 3;

impl Studio {
    /// The transcripts, the last changed first; with words that are searched for, or of one item.
    pub async fn transcripts(
        &self,
        search: Option<String>,
        item: Option<String>,
        trashed: bool,
        cursor: Option<String>,
        limit: u32,
    ) -> Result<TranscriptPage> {
        let item = item.as_deref().map(crate::library::parse).transpose()?;
        let query = TranscriptQuery { text: search, item, trashed, cursor, limit };
        let page = self.store(move |store| store.transcripts().page(&query)).await?;
        let mut transcripts = Vec::with_capacity(page.transcripts.len());
        for found in page.transcripts {
            transcripts.push(self.summary_of(found).await?);
        }
        Ok(TranscriptPage { transcripts, next: page.next })
    }

    /// One of them as in a list.
    pub(super) async fn transcript_summary(&self, id: TranscriptId) -> Result<TranscriptSummary> {
        let found = self.store(move |store| store.transcripts().found(id)).await?;
        self.summary_of(found).await
    }

    /// A whole transcript: its text, its pieces and how it stands are all of one moment.
    pub async fn transcript(&self, id: String) -> Result<Transcript> {
        let id = super::parse(&id)?;
        let mut reads = 0;
        let (whole, standing) = loop {
            let whole = self.store(move |store| store.transcripts().read(id)).await?;
            let standing = self.standing(&whole.transcript, &whole.pieces).await?;
            reads += 1;
            if !standing.is_overtaken || reads == MOST_READS {
                break (whole, standing);
            }
        };
        let summary = summary(whole.in_a_list(), standing);
        let WholeTranscript { transcript, pieces, text } = whole;
        let has_word_times = {
            let mut here = pieces.iter().filter(|piece| piece.arrived.is_some()).peekable();
            here.peek().is_some() && here.all(|piece| piece.is_timed)
        };
        let revision = transcript.revision;
        // What came from an address has no pieces that anyone could see.
        let pieces = if transcript.url.is_some() { Vec::new() } else { self.piece_views(pieces).await? };
        Ok(Transcript { summary, revision, pieces, has_word_times, text })
    }

    async fn piece_views(&self, pieces: Vec<TranscriptPiece>) -> Result<Vec<PieceView>> {
        let ids: Vec<JobId> = pieces.iter().filter_map(|piece| piece.job).collect();
        let jobs = self.job_views(move |store| known_jobs(store, &ids)).await?;
        let mut jobs: HashMap<String, JobView> = jobs.into_iter().map(|job| (job.id.clone(), job)).collect();
        let view = |(index, piece): (u32, TranscriptPiece)| PieceView {
            index,
            start_ms: piece.start_ms,
            end_ms: piece.end_ms,
            done: piece.arrived.is_some(),
            job: piece.job.and_then(|job| jobs.remove(&job.to_string())),
        };
        Ok((0..).zip(pieces).map(view).collect())
    }

    /// A transcript of a list. Of one that isn't done its pieces and their jobs are looked at.
    async fn summary_of(&self, found: FoundTranscript) -> Result<TranscriptSummary> {
        if found.transcript.is_cut && found.pieces == found.pieces_done {
            return Ok(summary(found, Standing::of(TranscriptState::Done)));
        }
        let id = found.transcript.id;
        let mut reads = 0;
        loop {
            let (transcript, pieces) = self
                .store(move |store| Ok((store.transcripts().get(id)?, store.transcripts().pieces(id)?)))
                .await?;
            let standing = self.standing(&transcript, &pieces).await?;
            reads += 1;
            if !standing.is_overtaken || reads == MOST_READS {
                let here = pieces.iter().filter(|piece| piece.arrived.is_some()).count();
                let found = FoundTranscript {
                    transcript,
                    pieces: u32::try_from(pieces.len()).unwrap_or(u32::MAX),
                    pieces_done: u32::try_from(here).unwrap_or(u32::MAX),
                    ..found
                };
                return Ok(summary(found, standing));
            }
        }
    }

    /// How a transcript with these pieces stands. It was read a moment ago, and pieces come at any time: what is said of it is true
    /// of what was read, or it is said to be overtaken.
    async fn standing(&self, transcript: &Row, pieces: &[TranscriptPiece]) -> Result<Standing> {
        if !transcript.is_cut {
            if self.inner.transcribing.is_preparing(transcript.id) {
                return Ok(Standing::of(TranscriptState::Preparing));
            }
            return Ok(Standing {
                problem: transcript.problem.clone().and_then(|json| serde_json::from_value(json).ok()),
                // Whoever prepared it leaves a word on why it isn't cut.
                is_overtaken: transcript.problem.is_none(),
                ..Standing::of(TranscriptState::Incomplete)
            });
        }
        let missing = pieces.iter().filter(|piece| piece.arrived.is_none());
        if missing.clone().next().is_none() {
            return Ok(Standing::of(TranscriptState::Done));
        }
        let ids: Vec<JobId> = missing.filter_map(|piece| piece.job).collect();
        // Before their rows are read: of a job that nothing is at work on, the row tells the end.
        if ids.iter().any(|id| self.inner.running.is_at_work(*id)) {
            return Ok(Standing::of(TranscriptState::Listening));
        }
        let jobs = self.store(move |store| known_jobs(store, &ids)).await?;
        if jobs.iter().any(|job| self.is_under_way(job)) {
            return Ok(Standing::of(TranscriptState::Listening));
        }
        // The words of a job that is saved are here, and one that is open and that nothing is at work on has ended just now.
        let has_moved = |job: &Job| job.state == JobState::Saved || steps::is_open(job.state);
        let is_overtaken = jobs.iter().any(has_moved);
        let problem = jobs.into_iter().find_map(|job| job.error);
        Ok(Standing {
            problem: problem.and_then(|json| serde_json::from_value(json).ok()),
            is_overtaken,
            ..Standing::of(TranscriptState::Incomplete)
        })
    }

    /// Keeps an edited text; refused where somebody else edited it in between. Pieces that came in between are put into it, as
    /// a later revision. Answers the revision that the text is kept as.
    pub async fn save_transcript(&self, id: String, revision: u32, text: TranscriptText) -> Result<u32> {
        let id = super::parse(&id)?;
        self.store(move |store| store.transcripts().save(id, revision, text)).await
    }

    /// Renames it.
    pub async fn rename_transcript(&self, id: String, title: String) -> Result<TranscriptSummary> {
        let id = super::parse(&id)?;
        let patch = TranscriptPatch { title: Some(title), ..TranscriptPatch::default() };
        self.store(move |store| store.transcripts().change(&[id], &patch)).await?;
        self.transcript_summary(id).await
    }

    /// Puts transcripts into the trash, or takes them back. Of those in the trash nothing more is sent.
    pub async fn trash_transcripts(&self, ids: Vec<String>, trashed: bool) -> Result<()> {
        let ids = ids.iter().map(|id| super::parse(id)).collect::<Result<Vec<_>>>()?;
        if trashed {
            for id in &ids {
                self.stop_unsent(*id).await?;
            }
        }
        let at = trashed.then(jiff::Timestamp::now);
        let patch = TranscriptPatch { trashed_at: Some(at), ..TranscriptPatch::default() };
        self.store(move |store| store.transcripts().change(&ids, &patch)).await
    }

    /// A transcript stands otherwise than before.
    pub(super) fn tell_transcript(&self, id: TranscriptId) {
        self.tell(AppEvent::Transcripts { ids: vec![id.to_string()] });
    }

    /// A job has ended: its transcript stands otherwise.
    pub(crate) async fn tell_transcript_of(&self, job: JobId) {
        match self.store(move |store| store.jobs().get(job)).await {
            Ok(Job { kind, batch: Some(place), .. }) if kind == super::KIND => {
                self.tell(AppEvent::Transcripts { ids: vec![place.id] });
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(code = error.code, "a transcript was not told of its job"),
        }
    }
}

/// How a transcript stands, and what holds it up.
struct Standing {
    state: TranscriptState,
    problem: Option<AppError>,
    /// Something ended while it was looked at, so that what was read of it before is older.
    is_overtaken: bool,
}

impl Standing {
    fn of(state: TranscriptState) -> Self {
        Self { state, problem: None, is_overtaken: false }
    }
}

fn summary(found: FoundTranscript, standing: Standing) -> TranscriptSummary {
    let FoundTranscript { transcript, words, pieces, pieces_done, excerpt } = found;
    TranscriptSummary {
        id: transcript.id.to_string(),
        title: transcript.title,
        state: standing.state,
        item: transcript.item.map(|item| item.to_string()),
        url: transcript.url,
        length_ms: transcript.length_ms,
        words,
        language: transcript.language,
        model: transcript.model,
        created_at: transcript.created_at.to_string(),
        changed_at: transcript.changed_at.to_string(),
        excerpt,
        pieces_done,
        pieces,
        trashed_at: transcript.trashed_at.map(|at| at.to_string()),
        problem: standing.problem,
    }
}

/// Those that the database knows: it may have been made anew from the library.
fn known_jobs(store: &store::Store, ids: &[JobId]) -> store::Result<Vec<Job>> {
    let mut jobs = Vec::with_capacity(ids.len());
    for id in ids {
        match store.jobs().get(*id) {
            Ok(job) => jobs.push(job),
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(jobs)
}
