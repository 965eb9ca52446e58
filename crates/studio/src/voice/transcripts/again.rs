//! Sending again what is missing, and stopping what is still to come.

use store::{Job, JobId, JobState, Transcript, TranscriptId, TranscriptPiece};

use super::{
    address::{AddressRequest, job_of_address},
    asking, cutting,
    piece::{PieceRequest, job_of},
    starting::{Wish, stopped},
    view::{TranscribeRequest, Transcript as View},
};
use crate::{
    AppError, Result, Studio,
    accounts::Payer,
    error::Code,
    jobs::view::{Billing, JobView},
    money::Money,
    pricing::{self, Price},
    voice::agreed::hold_to,
};

/// A piece that isn't here, and its last job.
struct Missing {
    number: u32,
    piece: TranscriptPiece,
    job: Option<Job>,
}

impl Missing {
    /// It may have been charged already. Each piece had a job from the start: where nobody knows it any more, because the database
    /// was made anew from the library, nobody knows what became of it either.
    fn is_doubtful(&self) -> bool {
        self.job.as_ref().is_none_or(|job| Billing::of(job) != Billing::Nothing)
    }
}

impl Studio {
    /// Sends the missing pieces again, or this one alone; with another model where one is named. What may have been charged is
    /// sent again only when the user says so. `most` is what the button showed; without one it may cost no more than it was to
    /// cost before.
    ///
    /// # Errors
    /// `price_changed`, with the `amount` and `currency` it costs now, where that is more.
    pub async fn retry_pieces(
        &self,
        id: String,
        piece: Option<u32>,
        model: Option<String>,
        even_if_charged: bool,
        most: Option<Money>,
    ) -> Result<View> {
        let key = super::parse(&id)?;
        self.ask_again(key, piece, model, even_if_charged, most).await?;
        self.transcript(id).await
    }

    /// The same; answers the new jobs.
    async fn ask_again(
        &self,
        id: TranscriptId,
        number: Option<u32>,
        model: Option<String>,
        even_if_charged: bool,
        most: Option<Money>,
    ) -> Result<Vec<JobId>> {
        // Held until the new jobs are written down.
        let _asking = self.inner.transcribing.asking.lock().await;
        let mut transcript = self.store(move |store| store.transcripts().get(id)).await?;
        if !transcript.is_cut && transcript.url.is_some() {
            let account = transcript.account.clone().ok_or_else(|| AppError::not_found("account"))?;
            let payer = self.payer(&account).await?;
            return Ok(vec![self.send_address(payer, transcript).await?]);
        }
        if !transcript.is_cut {
            self.cut_again(transcript, model, most).await?;
            return Ok(Vec::new());
        }
        let mut missing = self.missing(id, number).await?;
        if missing.is_empty() {
            return Ok(Vec::new());
        }
        // Those whose answer is on disk are kept, for nothing.
        let is_here =
            |missing: &Missing| missing.job.as_ref().is_some_and(|job| job.state == JobState::Ready);
        for job in missing.iter().filter(|missing| is_here(missing)).filter_map(|missing| missing.job.clone())
        {
            self.keep_again(job);
        }
        let kept = missing.len();
        missing.retain(|missing| !is_here(missing));
        let kept = kept - missing.len();
        if !even_if_charged {
            missing.retain(|missing| !missing.is_doubtful());
        }
        if missing.is_empty() {
            return if kept > 0 { Ok(Vec::new()) } else { Err(needs_confirmation()) };
        }
        let account = transcript.account.clone().ok_or_else(|| AppError::not_found("account"))?;
        let payer = self.payer(&account).await?;
        transcript.model = model.or(transcript.model.take());
        self.send_missing(&payer, transcript, missing, most).await
    }

    async fn send_missing(
        &self,
        payer: &Payer,
        transcript: Transcript,
        missing: Vec<Missing>,
        most: Option<Money>,
    ) -> Result<Vec<JobId>> {
        let id = transcript.id;
        let instead_of = missing.iter().filter_map(|missing| Some(missing.job.as_ref()?.id)).collect();
        let mut numbered: Vec<(u32, Job)> = Vec::new();
        let mut sounds = Vec::new();
        let mut films = Vec::new();
        let total = if let Some(url) = transcript.url.clone() {
            let request = AddressRequest { transcript: id, url };
            let job = job_of_address(payer, &transcript, &request)?;
            numbered.push((0, job.clone()));
            films.push((job, request));
            Price::default()
        } else {
            let listed = self.models(payer, false).await?;
            let model = transcript.model.clone().unwrap_or_default();
            let wish = Wish::of(&transcript);
            if let Some(problem) = asking::problem(&asked(&transcript, &wish), &listed.models) {
                return Err(problem);
            }
            let median = self.median_of_pieces(&model).await?;
            let of = self.store(move |store| store.transcripts().pieces(id)).await?.len();
            let of = u32::try_from(of).unwrap_or(u32::MAX);
            let mut prices = Vec::new();
            for Missing { number, piece, .. } in &missing {
                let request = PieceRequest {
                    transcript: id,
                    piece: *number,
                    item: transcript.item,
                    model: model.clone(),
                    language: wish.language.clone(),
                    timestamps: wish.timestamps,
                    start_ms: piece.start_ms,
                    end_ms: piece.end_ms,
                };
                let price = asking::price_of(&listed.models, &model, request.length());
                let job = job_of(payer, &transcript, &request, &price, of, median)?;
                numbered.push((*number, job.clone()));
                sounds.push((job, request));
                prices.push(price);
            }
            let total = pricing::total(prices);
            let before =
                missing.iter().map(|missing| Price::known(missing.job.as_ref().and_then(|job| job.estimate)));
            let before = pricing::total(before);
            hold_to(most.or(before.amount), total.amount)?;
            total
        };
        let ids = numbered.iter().map(|(_, job)| job.id).collect();
        let count = u32::try_from(numbered.len()).unwrap_or(u32::MAX);
        let model = transcript.model;
        let written = move |store: &store::Store, limits: &[store::Limit]| {
            store.transcripts().ask_again(id, model, numbered, limits, instead_of)
        };
        self.write_within(payer, &total, count, written).await?;
        self.set_pieces_off(payer, sounds);
        for (job, request) in films {
            self.set_off(job, payer.clone(), request.parcel(), None);
        }
        Ok(ids)
    }

    /// Nothing of it was sent yet: its sound is read again, at no more than what was agreed to.
    async fn cut_again(
        &self,
        transcript: Transcript,
        model: Option<String>,
        most: Option<Money>,
    ) -> Result<()> {
        let id = transcript.id;
        if self.inner.transcribing.is_preparing(id) {
            return Ok(());
        }
        let mut wish = Wish::of(&transcript);
        let transcript = Transcript { model: model.or(transcript.model.clone()), ..transcript };
        let account = transcript.account.clone().ok_or_else(|| AppError::not_found("account"))?;
        let payer = self.payer(&account).await?;
        let listed = self.models(&payer, false).await?;
        let request = asked(&transcript, &wish);
        if let Some(problem) = asking::problem(&request, &listed.models) {
            return Err(problem);
        }
        let source = self.source_of(crate::library::parse(&request.item)?).await?;
        let price = asking::price_of(&listed.models, &request.model, source.length);
        hold_to(most.or(wish.agreed), price.amount)?;
        self.may_spend(&payer, &price, cutting::pieces_about(source.length), false).await?;
        wish.agreed = price.amount;
        let wish = serde_json::to_value(wish).map_err(AppError::internal)?;
        let model = transcript.model;
        self.store(move |store| store.transcripts().wish_again(id, model, wish)).await?;
        self.prepare(id);
        Ok(())
    }

    /// The pieces whose words aren't here and that nothing is at work on; of one that was named, whether it is such.
    async fn missing(&self, id: TranscriptId, number: Option<u32>) -> Result<Vec<Missing>> {
        let (pieces, jobs) = self
            .store(move |store| {
                let pieces = store.transcripts().pieces(id)?;
                let mut jobs = Vec::with_capacity(pieces.len());
                for piece in &pieces {
                    jobs.push(match piece.job.map(|job| store.jobs().get(job)) {
                        Some(Ok(job)) => Some(job),
                        Some(Err(error)) if !error.is_not_found() => return Err(error),
                        _ => None,
                    });
                }
                Ok((pieces, jobs))
            })
            .await?;
        let all = (0..).zip(pieces.into_iter().zip(jobs));
        let missing = all
            .filter(|(at, (piece, _))| piece.arrived.is_none() && number.is_none_or(|number| number == *at))
            .map(|(number, (piece, job))| Missing { number, piece, job })
            .filter(|missing| !missing.job.as_ref().is_some_and(|job| self.is_under_way(job)));
        Ok(missing.collect())
    }

    /// Whether something may still come of a job by itself.
    pub(super) fn is_under_way(&self, job: &Job) -> bool {
        job.state == JobState::Planned || self.inner.running.is_at_work(job.id)
    }

    /// One piece again, from the queue.
    pub(crate) async fn piece_job_again(&self, job: Job, even_if_charged: bool) -> Result<JobView> {
        let place = job.batch.ok_or_else(|| AppError::not_found("transcript"))?;
        let id = super::parse(&place.id)?;
        let new = self.ask_again(id, Some(place.index), None, even_if_charged, None).await?;
        match new.first() {
            Some(new) => self.job(*new).await,
            None => Err(AppError::not_found("missing piece")),
        }
    }

    /// All that surely wasn't charged, from the queue.
    pub(crate) async fn pieces_again(&self, id: &str) -> Result<Vec<JobView>> {
        let new = self.ask_again(super::parse(id)?, None, None, false, None).await?;
        self.job_views(move |store| new.into_iter().map(|id| store.jobs().get(id)).collect()).await
    }

    /// Stops what is still to come. What was sent may be charged all the same.
    pub async fn cancel_transcription(&self, id: String) -> Result<View> {
        let key = super::parse(&id)?;
        let was_preparing = self.inner.transcribing.stop_preparing(key).await;
        // It may have been quicker.
        let jobs = self.jobs_of_transcript(key).await?;
        if was_preparing && jobs.is_empty() {
            self.note_problem(key, stopped()).await?;
        } else if jobs.iter().any(|job| self.is_under_way(job)) {
            self.cancel_batch(id.clone()).await?;
        }
        self.transcript(id).await
    }

    /// Stops what surely wasn't sent: nobody pays for what they have thrown away, and what is paid for still comes.
    pub(super) async fn stop_unsent(&self, id: TranscriptId) -> Result<()> {
        if self.inner.transcribing.stop_preparing(id).await {
            self.note_problem(id, stopped()).await?;
        }
        self.stop_unsent_jobs(&self.jobs_of_transcript(id).await?);
        Ok(())
    }

    pub(super) async fn jobs_of_transcript(&self, id: TranscriptId) -> Result<Vec<Job>> {
        self.store(move |store| store.jobs().of_batch(&id.to_string())).await
    }
}

fn asked(transcript: &Transcript, wish: &Wish) -> TranscribeRequest {
    TranscribeRequest {
        item: transcript.item.map(|item| item.to_string()).unwrap_or_default(),
        model: transcript.model.clone().unwrap_or_default(),
        language: wish.language.clone(),
        timestamps: wish.timestamps,
    }
}

fn needs_confirmation() -> AppError {
    AppError::new(
        Code::NeedsConfirmation,
        "This may have been charged already.",
        "Look at your usage on venice.ai first. Send it again only if you accept to pay twice.",
    )
}
