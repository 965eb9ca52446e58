//! From a click to readings that are written down, with all their jobs, and under way.

use std::sync::Arc;

use jiff::Timestamp;
use store::{Job, JobBatch, JobId, NewReading, ReadingId, ReadingPiece, Voice};
use venice::{Operation, Request, audio::CreateSpeech, models::Model};

use super::{
    ReadingView, SpeechEstimate, SpeechRequest, check,
    job::{KIND, Spoken, call_of, filled},
    live::Live,
    script::Script,
};
use crate::{
    AppError, Result, Studio,
    accounts::Payer,
    jobs::{Hearing, Parcel},
    money::Money,
    pictures::{
        estimate::Expected,
        start::{price_changed, shortened},
    },
    pricing::{self, Price},
    voice::{
        agreed::hold_to,
        models::{self, Speaker},
    },
};

/// A text that was looked at: what would be sent, and what stands in the way.
pub(super) struct Looked {
    request: SpeechRequest,
    script: Script,
    /// None where there is no such model.
    speaker: Option<Speaker>,
    price: Price,
    pub problem: Option<AppError>,
}

impl Looked {
    /// Cuts, prices and checks a text.
    pub(super) fn at(
        request: SpeechRequest,
        models: &[Model],
        cloned: Option<&Voice>,
        account: &str,
    ) -> Self {
        let script = Script::of(&request.text);
        let price = price_of(&script, &request.model, models);
        match models::speaker(models, &request.model) {
            Ok(speaker) => {
                let problem = check::problem(&request, &script, &speaker, cloned, account);
                Self { request, script, speaker: Some(speaker), price, problem }
            }
            Err(problem) => Self { request, script, speaker: None, price, problem: Some(problem) },
        }
    }

    /// A line that is tried in a voice: it is one request.
    pub(super) fn line(self) -> Self {
        let too_long = check::line(&self.script);
        Self { problem: self.problem.or(too_long), ..self }
    }

    fn speaker(&self) -> Result<&Speaker> {
        self.speaker.as_ref().ok_or_else(|| AppError::not_found("model"))
    }
}

/// What a text costs: each piece by its characters.
fn price_of(script: &Script, model: &str, models: &[Model]) -> Price {
    let piece = |text: &str| Price::known(pricing::words::speech(models, model, text.chars().count() as u64));
    pricing::total(script.pieces.iter().map(|piece_of| piece(&piece_of.text)))
}

/// A job that is written down and waits to be set off.
struct Waiting {
    job: Job,
    call: CreateSpeech,
}

impl Studio {
    /// Counts, prices and checks. Sends nothing.
    pub async fn estimate_speech(&self, request: &SpeechRequest) -> Result<SpeechEstimate> {
        let payer = self.selected_payer().await?;
        let looked = self.look_at(&payer, vec![request.clone()]).await?;
        self.estimate_of(payer, looked).await
    }

    /// Looks at texts with the models and the cloned voices of whoever pays.
    pub(super) async fn look_at(&self, payer: &Payer, requests: Vec<SpeechRequest>) -> Result<Vec<Looked>> {
        let listed = self.models(payer, false).await?;
        let account = payer.id.clone();
        self.store(move |store| {
            let look = |request: SpeechRequest| {
                let named = filled(request.voice.as_ref());
                let cloned = named.map_or(Ok(None), |handle| store.clones().by_handle(&handle))?;
                Ok(Looked::at(request, &listed.models, cloned.as_ref(), &account))
            };
            requests.into_iter().map(look).collect()
        })
        .await
    }

    /// What all of them come to together.
    pub(super) async fn estimate_of(&self, payer: Payer, all: Vec<Looked>) -> Result<SpeechEstimate> {
        let total = pricing::total(all.iter().map(|looked| looked.price));
        let sum = |count: fn(&Script) -> usize| {
            u32::try_from(all.iter().map(|looked| count(&looked.script)).sum::<usize>()).unwrap_or(u32::MAX)
        };
        let pieces = sum(|script| script.pieces.len());
        let (characters, chapters) = (sum(Script::characters), sum(Script::chapters));
        let problem = match all.into_iter().find_map(|looked| looked.problem) {
            Some(problem) => Some(problem),
            None => self.over_limit_of(&payer, &total, pieces).await?,
        };
        Ok(SpeechEstimate {
            amount: total.amount,
            characters,
            pieces,
            chapters,
            account: payer.id,
            pretend: payer.pretend,
            problem,
        })
    }

    /// Writes the jobs down and starts them, at the price and from the account the button showed.
    pub async fn start_speech(&self, request: SpeechRequest, expected: Expected) -> Result<ReadingView> {
        let payer = self.selected_payer().await?;
        let looked = self.look_at(&payer, vec![request]).await?;
        let started = self.start_readings(payer, looked, None, &expected).await?;
        started.into_iter().next().ok_or_else(|| AppError::not_found("reading"))
    }

    /// Writes readings and the jobs of all their pieces down, with their price set aside, and sets the jobs off in their turn.
    pub(super) async fn start_readings(
        &self,
        payer: Payer,
        all: Vec<Looked>,
        audition: Option<String>,
        expected: &Expected,
    ) -> Result<Vec<ReadingView>> {
        let total = pricing::total(all.iter().map(|looked| looked.price));
        if payer.id != expected.account || total.amount != expected.amount {
            return Err(price_changed());
        }
        if let Some(problem) = all.iter().find_map(|looked| looked.problem.clone()) {
            return Err(problem);
        }
        let listed = self.models(&payer, false).await?;
        let together = u32::try_from(all.len()).unwrap_or(u32::MAX);
        let (mut readings, mut waiting) = (Vec::new(), Vec::new());
        for (index, looked) in (0..).zip(all) {
            let place = audition.as_ref().map(|id| JobBatch { id: id.clone(), index, of: together });
            let median = self.median_speech(&looked.request.model).await?;
            let (new, jobs) = plan(&payer, &looked, place.as_ref(), &listed.models, median)?;
            readings.push(new);
            waiting.extend(jobs);
        }
        // The list may have been read anew since the button was pressed.
        let prices = waiting.iter().map(|waiting| Price::known(waiting.job.estimate));
        if pricing::total(prices).amount != expected.amount {
            return Err(price_changed());
        }
        let ids: Vec<ReadingId> = readings.iter().map(|new| new.reading.id).collect();
        let jobs: Vec<Job> = waiting.iter().map(|waiting| waiting.job.clone()).collect();
        let studio = self.agreeing(&expected.over_budgets);
        let count = u32::try_from(jobs.len()).unwrap_or(u32::MAX);
        studio
            .write_within(&payer, &total, count, move |store, limits| {
                store.readings().start(readings, jobs, limits)
            })
            .await?;
        self.set_off_in_line(&payer, waiting);
        let mut views = Vec::new();
        for id in ids {
            views.push(self.reading_view(id).await?);
        }
        Ok(views)
    }

    fn set_off_in_line(&self, payer: &Payer, waiting: Vec<Waiting>) {
        for Waiting { job, call } in waiting {
            let live: Arc<dyn Hearing> = Arc::new(Live::new(call.response_format.clone()));
            self.set_off(job, payer.clone(), Parcel::of(call), Some(live));
        }
    }

    /// How long jobs like this took.
    async fn median_speech(&self, model: &str) -> Result<Option<u64>> {
        let model = model.to_owned();
        self.store(move |store| store.jobs().median_duration(CreateSpeech::OPERATION.id, Some(&model))).await
    }

    /// New jobs for pieces of a reading, in the places of the old, for no more than was agreed to; their price is held against the
    /// limit for one click.
    pub(super) async fn send_again(
        &self,
        reading: ReadingId,
        old: Vec<(u32, Job)>,
        most: Option<Money>,
    ) -> Result<Vec<JobId>> {
        let Some(account) = old.first().map(|(_, job)| job.account.clone()) else { return Ok(Vec::new()) };
        let payer = self.payer(&account).await?;
        let listed = self.models(&payer, false).await?;
        let before = pricing::total(old.iter().map(|(_, job)| Price::known(job.estimate)));
        let mut waiting = Vec::new();
        for (position, job) in old {
            let spoken = Spoken::of(&job)?;
            models::speaker(&listed.models, spoken.call.model.as_deref().unwrap_or_default())?;
            let place = job.batch.clone();
            let new = job_of(&payer, spoken, job.title, place, &listed.models, job.expected_ms)?;
            waiting.push((position, new));
        }
        let total = pricing::total(waiting.iter().map(|(_, waiting)| Price::known(waiting.job.estimate)));
        hold_to(most.or(before.amount), total.amount)?;
        let jobs: Vec<(u32, Job)> =
            waiting.iter().map(|(position, waiting)| (*position, waiting.job.clone())).collect();
        let count = u32::try_from(jobs.len()).unwrap_or(u32::MAX);
        self.write_within(&payer, &total, count, move |store, limits| {
            store.readings().again(reading, jobs, limits)
        })
        .await?;
        let ids = waiting.iter().map(|(_, waiting)| waiting.job.id).collect();
        self.set_off_in_line(&payer, waiting.into_iter().map(|(_, waiting)| waiting).collect());
        Ok(ids)
    }
}

/// A reading and its jobs, not written down yet.
fn plan(
    payer: &Payer,
    looked: &Looked,
    together: Option<&JobBatch>,
    models: &[Model],
    median: Option<u64>,
) -> Result<(NewReading, Vec<Waiting>)> {
    let Looked { request, script, price, .. } = looked;
    let model = &looked.speaker()?.model;
    let now = Timestamp::now();
    let id = ReadingId::new(now);
    let title = filled(request.title.as_ref()).unwrap_or_else(|| title_of(&request.text));
    let of = u32::try_from(script.pieces.len()).unwrap_or(u32::MAX);
    let (mut pieces, mut waiting) = (Vec::new(), Vec::new());
    for (index, piece) in (0..).zip(&script.pieces) {
        let call = call_of(&piece.text, request, model);
        let place = together.cloned().unwrap_or_else(|| JobBatch { id: id.to_string(), index, of });
        let spoken = Spoken { reading: id, piece: index, of, call };
        let new = job_of(payer, spoken, title.clone(), Some(place), models, median)?;
        pieces.push(ReadingPiece {
            pause_ms: piece.pause.milliseconds(),
            chapter: piece.chapter.clone(),
            job: new.job.id,
            file: None,
        });
        waiting.push(new);
    }
    let reading = store::Reading {
        id,
        account: payer.id.clone(),
        pretend: payer.pretend,
        request: serde_json::to_value(request).map_err(AppError::internal)?,
        title,
        estimate: price.amount,
        audition: together.map(|batch| batch.id.clone()),
        created_at: now,
        chapters: None,
        item: None,
        error: None,
        dismissed: false,
    };
    Ok((NewReading { reading, pieces }, waiting))
}

fn job_of(
    payer: &Payer,
    spoken: Spoken,
    title: String,
    place: Option<JobBatch>,
    models: &[Model],
    median: Option<u64>,
) -> Result<Waiting> {
    const OPERATION: Operation = CreateSpeech::OPERATION;
    let now = Timestamp::now();
    let call = spoken.call.clone();
    let json = serde_json::to_value(spoken).map_err(AppError::internal)?;
    let mut job = Job::new(JobId::new(now), KIND, &payer.id, OPERATION.id, json, now);
    let characters = call.input.chars().count() as u64;
    let model = call.model.as_deref().unwrap_or_default();
    job.estimate = pricing::words::speech(models, model, characters);
    job.held = job.estimate;
    job.model.clone_from(&call.model);
    job.title = title;
    job.pretend = payer.pretend;
    job.expected_ms = median;
    job.batch = place;
    Ok(Waiting { job, call })
}

/// The first words of a text, or its first heading's.
fn title_of(text: &str) -> String {
    let marks = |letter: char| letter == '#' || letter.is_whitespace();
    let mut lines = text.lines().map(|line| line.trim_matches(marks));
    let words = lines.find(|line| line.chars().any(char::is_alphanumeric));
    shortened(words.unwrap_or_default())
}
