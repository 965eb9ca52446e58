//! A reading as the window sees it.

use std::collections::HashMap;

use store::{Job, JobState, Reading, ReadingId, ReadingPiece};

use super::{ReadingState, ReadingView};
use crate::{
    AppError, Result, Studio,
    jobs::{steps, view::JobView},
    voice::recorder::Marker,
};

/// A reading with all that is known of it.
pub(super) struct Whole {
    pub reading: Reading,
    pub pieces: Vec<ReadingPiece>,
    /// The last job of each piece.
    pub jobs: Vec<Job>,
}

impl Whole {
    /// How it stands.
    pub fn state(&self) -> ReadingState {
        // A job has its end a moment after its sound is kept, and may have a word on it.
        if self.jobs.iter().any(|job| steps::is_open(job.state)) {
            ReadingState::Speaking
        } else if self.reading.item.is_some() {
            ReadingState::Done
        } else if self.are_all_here() && self.reading.error.is_none() {
            ReadingState::Joining
        } else {
            ReadingState::Incomplete
        }
    }

    /// All its pieces are here, and it is to be joined of them.
    pub fn are_all_here(&self) -> bool {
        self.pieces.len() > 1 && self.pieces.iter().all(|piece| piece.file.is_some())
    }

    /// What isn't here: the piece's position, and its last job.
    pub fn missing(&self) -> impl Iterator<Item = (u32, &Job)> {
        let is_missing = |piece: &ReadingPiece| piece.file.is_none() && self.reading.item.is_none();
        let pieces = (0..).zip(self.pieces.iter().zip(&self.jobs));
        pieces.filter(move |(_, (piece, _))| is_missing(piece)).map(|(position, (_, job))| (position, job))
    }

    /// Why it isn't whole.
    fn problem(&self) -> Option<AppError> {
        let told = self.reading.error.as_ref();
        let of_jobs = || {
            let with_error = |job: &&Job| job.error.is_some() && job.state != JobState::Planned;
            match self.reading.item {
                // What was kept may have come with a word of warning.
                Some(_) if self.pieces.len() == 1 => self.jobs.iter().find(with_error),
                Some(_) => None,
                None => self.missing().map(|(_, job)| job).find(with_error),
            }
        };
        let told = told.or_else(|| of_jobs()?.error.as_ref())?;
        serde_json::from_value(told.clone()).ok()
    }
}

impl Studio {
    /// A reading, its pieces, and the last job of each.
    pub(super) async fn whole(&self, id: ReadingId) -> Result<Whole> {
        self.store(move |store| whole(store, store.readings().get(id)?)).await
    }

    /// The readings of the room's list, the last first.
    pub async fn readings(&self) -> Result<Vec<ReadingView>> {
        let all = self
            .store(|store| {
                let shown = store.readings().shown()?;
                shown.into_iter().map(|reading| whole(store, reading)).collect()
            })
            .await?;
        self.views(all).await
    }

    pub(super) async fn reading_view(&self, id: ReadingId) -> Result<ReadingView> {
        let whole = self.whole(id).await?;
        self.views(vec![whole]).await?.pop().ok_or_else(|| AppError::not_found("reading"))
    }

    pub(super) async fn views(&self, all: Vec<Whole>) -> Result<Vec<ReadingView>> {
        let jobs: Vec<Job> = all.iter().flat_map(|whole| whole.jobs.iter().cloned()).collect();
        let views = self.job_views(move |_| Ok(jobs)).await?;
        let mut views: HashMap<String, JobView> =
            views.into_iter().map(|job| (job.id.clone(), job)).collect();
        let view = |whole: Whole| {
            let is_joining = self.inner.joining.has(whole.reading.id);
            let state = if is_joining { ReadingState::Joining } else { whole.state() };
            let problem = whole.problem();
            let Whole { reading, pieces, jobs } = whole;
            let chapters = match reading.chapters {
                Some(kept) => serde_json::from_value(kept).unwrap_or_default(),
                None => pieces.into_iter().filter_map(|piece| piece.chapter).map(untimed).collect(),
            };
            Ok(ReadingView {
                id: reading.id.to_string(),
                state,
                request: serde_json::from_value(reading.request).map_err(AppError::internal)?,
                title: reading.title,
                created_at: reading.created_at.to_string(),
                jobs: jobs.iter().filter_map(|job| views.remove(&job.id.to_string())).collect(),
                chapters,
                starts_ms: self.inner.joining.starts_of(reading.id),
                item: reading.item.map(|item| item.to_string()),
                estimate: reading.estimate,
                audition: reading.audition,
                problem,
                dismissed: reading.dismissed,
            })
        };
        all.into_iter().map(view).collect()
    }
}

/// A chapter of which nobody knows yet where it begins.
fn untimed(label: String) -> Marker {
    Marker { at_ms: 0, label }
}

fn whole(store: &store::Store, reading: Reading) -> store::Result<Whole> {
    let pieces = store.readings().pieces(reading.id)?;
    let jobs = pieces.iter().map(|piece| store.jobs().get(piece.job)).collect::<store::Result<_>>()?;
    Ok(Whole { reading, pieces, jobs })
}
