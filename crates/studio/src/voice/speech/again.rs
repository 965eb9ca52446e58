//! What is done to a reading under way, or one that isn't whole: sent again, stopped, taken off the list.

use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
};

use store::{Certainty, Cost, Job, JobId, JobPatch, JobState, NewItem, ReadingId};

use super::{
    ReadingState, ReadingView,
    job::{KIND, Spoken},
    joining::remove,
    keep::new_item,
    view::Whole,
};
use crate::{
    AppError, Result, Studio,
    error::Code,
    events::AppEvent,
    jobs::{
        steps,
        view::{Billing, JobView},
    },
    library::KeptReceipt,
    money::Money,
    pricing::{self, Price},
};

impl Studio {
    /// Sends what is missing again: pieces that surely weren't charged, and with `even_if_charged` those in doubt. `most` is what the
    /// button showed; without one it may cost no more than it was to cost before.
    ///
    /// # Errors
    /// `price_changed`, with the `amount` and `currency` it costs now, where that is more.
    pub async fn retry_reading(
        &self,
        id: String,
        even_if_charged: bool,
        most: Option<Money>,
    ) -> Result<ReadingView> {
        let id = parse(&id)?;
        // Held until the new jobs are written down: the same wish, twice at once, is done once.
        let _again = self.inner.running.one_at_a_time().await;
        self.speak_again(id, None, even_if_charged, most).await?;
        self.reading_view(id).await
    }

    /// Asks for the missing pieces anew, or for one of them, and answers their jobs. Where nothing is missing any more it is
    /// joined again.
    pub(crate) async fn speak_again(
        &self,
        id: ReadingId,
        only: Option<&HashSet<u32>>,
        even_if_charged: bool,
        most: Option<Money>,
    ) -> Result<Vec<JobId>> {
        self.look_for_pieces(id).await?;
        let whole = self.whole(id).await?;
        let (mut sure, mut doubtful, mut is_under_way) = (Vec::new(), Vec::new(), false);
        for (position, job) in
            whole.missing().filter(|(position, _)| only.is_none_or(|only| only.contains(position)))
        {
            match job.state {
                // Its answer is on disk, and couldn't be kept before.
                JobState::Ready => {
                    self.keep_again(job.clone());
                    is_under_way = true;
                }
                state if steps::is_open(state) => is_under_way = true,
                JobState::Failed | JobState::Cancelled if Billing::of(job) == Billing::Nothing => {
                    sure.push((position, job.clone()));
                }
                _ => doubtful.push((position, job.clone())),
            }
        }
        if even_if_charged {
            sure.append(&mut doubtful);
            sure.sort_by_key(|(position, _)| *position);
        }
        if sure.is_empty() && !is_under_way {
            if !doubtful.is_empty() {
                return Err(AppError::new(
                    Code::NeedsConfirmation,
                    "This may have been charged already.",
                    "Look at your usage on venice.ai first. Send it again only if you accept to pay twice.",
                ));
            }
            if whole.state() == ReadingState::Incomplete {
                self.store(move |store| store.readings().fail(id, None)).await?;
                self.spawn_joining(id);
            }
        }
        self.send_again(id, sure, most).await
    }

    /// Asks for the piece of a job anew, and answers its new job.
    pub(crate) async fn speak_job_again(&self, job: &Job, even_if_charged: bool) -> Result<JobView> {
        let spoken = Spoken::of(job)?;
        let only = HashSet::from([spoken.piece]);
        let new = self.speak_again(spoken.reading, Some(&only), even_if_charged, None).await?;
        match new.first() {
            Some(new) => self.job(*new).await,
            // The piece came after all, or is asked for already.
            None => self.current_job(&spoken).await,
        }
    }

    async fn current_job(&self, spoken: &Spoken) -> Result<JobView> {
        let whole = self.whole(spoken.reading).await?;
        let job = whole.jobs.get(spoken.piece as usize).ok_or_else(|| AppError::not_found("job"))?;
        self.job(job.id).await
    }

    /// The same for the jobs of a batch that surely weren't charged, as one click.
    pub(crate) async fn speak_jobs_again(&self, jobs: &[Job]) -> Result<Vec<JobView>> {
        let total = pricing::total(jobs.iter().map(|job| Price::known(job.estimate)));
        let requests = u32::try_from(jobs.len()).unwrap_or(u32::MAX);
        let Some(first) = jobs.first() else { return Ok(Vec::new()) };
        let payer = self.payer(&first.account).await?;
        self.may_spend(&payer, &total, requests, false).await?;
        let mut readings: BTreeMap<ReadingId, HashSet<u32>> = BTreeMap::new();
        for job in jobs {
            let spoken = Spoken::of(job)?;
            readings.entry(spoken.reading).or_default().insert(spoken.piece);
        }
        let mut new = Vec::new();
        let mut problem = None;
        for (reading, only) in readings {
            // What stands in the way of one says nothing of the others.
            match self.speak_again(reading, Some(&only), false, None).await {
                Ok(sent) => new.extend(sent),
                Err(error) => problem = problem.or(Some(error)),
            }
        }
        if let Some(problem) = problem.filter(|_| new.is_empty()) {
            return Err(problem);
        }
        self.job_views(move |store| new.into_iter().map(|id| store.jobs().get(id)).collect()).await
    }

    /// Says that the reading of a job took a step.
    pub(crate) async fn tell_reading_of(&self, id: JobId) {
        let Ok(job) = self.store(move |store| store.jobs().get(id)).await else { return };
        if job.kind != KIND {
            return;
        }
        if let Ok(spoken) = Spoken::of(&job) {
            self.tell(AppEvent::Readings { ids: vec![spoken.reading.to_string()] });
        }
    }

    /// A piece whose file is gone is missing, whatever its row says.
    async fn look_for_pieces(&self, id: ReadingId) -> Result<()> {
        let folder = self.reading_folder(id);
        self.store(move |store| {
            if store.readings().get(id)?.item.is_some() {
                return Ok(());
            }
            let pieces = store.readings().pieces(id)?;
            let is_gone = |file: &String| !folder.join(file).is_file();
            let gone: Vec<u32> = (0..)
                .zip(&pieces)
                .filter(|(_, piece)| piece.file.as_ref().is_some_and(is_gone))
                .map(|(at, _)| at)
                .collect();
            if gone.is_empty() { Ok(()) } else { store.readings().lose_pieces(id, gone) }
        })
        .await
    }

    /// Stops what is still to come; what is here stays.
    pub async fn cancel_reading(&self, id: String) -> Result<ReadingView> {
        let id = parse(&id)?;
        let jobs = self.whole(id).await?.jobs;
        self.stop_jobs(&jobs).await;
        self.reading_view(id).await
    }

    /// Takes a reading off the room's list. Pieces of one that never became whole go to the library: they were paid for.
    pub async fn dismiss_reading(&self, id: String) -> Result<()> {
        let id = parse(&id)?;
        let whole = self.whole(id).await?;
        let ended: Vec<JobId> = whole
            .jobs
            .iter()
            .filter(|job| !steps::is_open(job.state) && !job.dismissed)
            .map(|job| job.id)
            .collect();
        if whole.state() == ReadingState::Incomplete {
            self.give_up(whole).await?;
        }
        self.store(move |store| {
            for job in ended {
                store.jobs().change(job, JobPatch { dismissed: Some(true), ..JobPatch::default() })?;
            }
            store.readings().dismiss(id)
        })
        .await
    }

    /// Keeps what is here of a reading that won't be whole, each piece as an item.
    pub(super) async fn give_up(&self, whole: Whole) -> Result<()> {
        let id = whole.reading.id;
        let folder = self.reading_folder(id);
        self.store(move |store| {
            let of = whole.pieces.len();
            let mut kept = Vec::new();
            for (at, (piece, job)) in (0..).zip(whole.pieces.iter().zip(&whole.jobs)) {
                if let Some(file) = &piece.file {
                    let place = format!("{}/{of}", at + 1);
                    keep_alone(store, &whole, job, &folder.join(file), &place)?;
                    kept.push(at);
                }
            }
            store.readings().lose_pieces(id, kept)?;
            remove(&folder);
            Ok(())
        })
        .await
    }
}

/// Keeps a piece as an item of its own.
fn keep_alone(store: &store::Store, whole: &Whole, job: &Job, file: &Path, place: &str) -> store::Result<()> {
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(store::Error::file(file, error)),
    };
    let extension = file.extension().unwrap_or_default().to_string_lossy().into_owned();
    let mime = venice::audio::AudioFormat::from(extension.as_str()).media_type();
    let receipt = KeptReceipt {
        answer_id: job.answer_id.clone(),
        cf_ray: job.cf_ray.clone(),
        model: job.model.clone(),
        took_ms: job.took_ms,
        estimate: job.estimate,
        ..KeptReceipt::default()
    };
    let money = job.charged.or(job.estimate);
    let certainty = match (job.charged, money) {
        (Some(_), _) => Certainty::Charge,
        (None, Some(_)) => Certainty::Estimate,
        (None, None) => Certainty::Unknown,
    };
    let cost = Cost { money, certainty, pretend: job.pretend };
    let length = super::keep::length_of(file).unwrap_or_default();
    let new = NewItem {
        title: format!("{} ({place})", whole.reading.title),
        format: Some((mime, extension)),
        ..new_item(&whole.reading, job, length, cost, &receipt, &[])
    };
    store.keep(bytes, new).map(drop)
}

fn parse(id: &str) -> Result<ReadingId> {
    id.parse().map_err(|_| AppError::not_found("reading"))
}
