//! A voice is cloned, or cloned anew: checked, its sample kept here, written down, sent once.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{CloneId, ItemId, Job, JobId, JobState, Voice};
use venice::{
    FileInput, Request,
    audio::{ClonedVoice, CreateClonedVoice},
    models::Model,
};

use super::{
    CloneRequest, CloneView, KIND,
    sample::{Format, Span, format_for, format_of, not_offered},
    shelf,
};
use crate::{
    AppError, Result, Studio,
    accounts::Payer,
    error::Code,
    jobs::{Ended, Kept, Parcel, Sent, view::JobView},
    pictures::{estimate::Expected, start::price_changed},
    pricing::Price,
    voice::{
        models::{self, CloningView},
        texts::TextEstimate,
    },
};

/// A cloning as its job keeps it.
#[derive(Clone, Serialize, Deserialize)]
struct Cloning {
    /// The voice that it makes, or makes anew.
    clone: CloneId,
    name: String,
    model: String,
    item: Option<ItemId>,
    /// The name of the sample's file below `voices`.
    sample: String,
    consent_at: Timestamp,
    /// The user accepted that nobody knows what it costs.
    accepted: bool,
    /// As it was told when it was asked for: the model may be off the list when the answer is kept.
    #[serde(default)]
    lasting: Option<Lasting>,
}

/// How long a model's cloned voices last.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Lasting {
    /// None: for good, as far as is known.
    seconds: Option<u64>,
    renewed_by_use: bool,
}

/// Under which it is kept that somebody has accepted the statement of consent, and when.
const CONSENT: &str = "clone_consent";

impl Studio {
    /// What cloning costs, and whether the sample fits: length, silence, format.
    pub async fn estimate_clone(&self, request: &CloneRequest) -> Result<TextEstimate> {
        let payer = self.selected_payer().await?;
        let problem = match self.check_sample(&payer, request).await {
            Ok(_) => self.over_limit(&payer, &Price::default()).await?,
            Err(problem) => Some(problem),
        };
        Ok(TextEstimate { free: false, amount: None, account: payer.id, pretend: payer.pretend, problem })
    }

    /// Whether the statement of consent was accepted before.
    pub async fn clone_consent(&self) -> Result<bool> {
        Ok(self.store(|store| store.settings().get(CONSENT)).await?.is_some())
    }

    /// Clones a voice. The consent is written down with it.
    pub async fn make_clone(
        &self,
        request: CloneRequest,
        expected: Expected,
        accept_unpriced: bool,
    ) -> Result<CloneView> {
        let payer = self.selected_payer().await?;
        agreed(&payer, &expected)?;
        if !request.consent {
            return Err(AppError::new(
                Code::ConsentMissing,
                "A voice is only cloned when whoever is heard in the sample agrees.",
                "Ask them, and say so in the form.",
            ));
        }
        let name = shelf::named(&request.name)?;
        let (span, format, item) = self.check_sample(&payer, &request).await?;
        let studio = self.agreeing(&expected.over_budgets);
        studio.may_spend(&payer, &Price::default(), 1, accept_unpriced).await?;
        let now = Timestamp::now();
        let clone = CloneId::new(now);
        let sample = format!("{clone}.{}", format.extension);
        let target = self.sample_path(&sample);
        let writing = tokio::task::spawn_blocking(move || {
            let (span, to) = span;
            span.write(to, &target, format)
        });
        writing.await.map_err(AppError::internal)??;
        let at = serde_json::Value::from(now.to_string());
        self.store(move |store| store.settings().set([(CONSENT.to_owned(), at)])).await?;
        let cloning = Cloning {
            clone,
            name,
            model: request.model,
            item: Some(item),
            sample,
            consent_at: now,
            accepted: accept_unpriced,
            lasting: None,
        };
        studio.clone_now(payer, cloning, None).await
    }

    /// Makes it anew from its kept sample, under the same name.
    pub async fn renew_clone(
        &self,
        id: String,
        expected: Expected,
        accept_unpriced: bool,
    ) -> Result<CloneView> {
        let payer = self.selected_payer().await?;
        agreed(&payer, &expected)?;
        let id = shelf::parse(&id)?;
        let voice = self.store(move |store| store.clones().get(id)).await?;
        if voice.account != payer.id {
            return Err(AppError::new(
                Code::VoiceForeign,
                "This cloned voice belongs to another account.",
                "Choose that account, or clone the voice again with this one.",
            )
            .param("name", &voice.name));
        }
        self.cloning_of(&payer, &voice.model).await?;
        let studio = self.agreeing(&expected.over_budgets);
        studio.clone_now(payer, Cloning::again(&voice, accept_unpriced), Some(voice.handle)).await
    }

    /// Writes the job down, sends it, and waits for its end. One that is made anew has this handle still: else it was made anew
    /// meanwhile.
    async fn clone_now(&self, payer: Payer, cloning: Cloning, handle: Option<String>) -> Result<CloneView> {
        let id = cloning.clone;
        let (job_id, ended) = {
            // Held until the job is written down: the same wish, twice at once, is done once.
            let _one = self.inner.running.one_at_a_time().await;
            if let Some(handle) = handle
                && self.store(move |store| store.clones().get(id)).await?.handle != handle
            {
                return self.clone_view(id).await;
            }
            self.begin_cloning(payer, cloning).await?
        };
        if let Some(ended) = ended {
            ended.wait().await;
        }
        let job = self.job(job_id).await?;
        match job.state {
            JobState::Saved => self.clone_view(id).await,
            // The answer is on disk, and what stood in the way of keeping it is told.
            _ => Err(job.error.unwrap_or_else(|| AppError::not_found("voice"))),
        }
    }

    /// Sends it, unless it is under way already. To be called one at a time.
    async fn begin_cloning(&self, payer: Payer, cloning: Cloning) -> Result<(JobId, Option<Ended>)> {
        let id = cloning.clone;
        let open = self.store(|store| store.jobs().open()).await?;
        if let Some(job) = open.into_iter().find(|job| Cloning::is_of(job, id)) {
            if job.state == JobState::Ready && !self.inner.running.is_at_work(job.id) {
                // Its answer is on disk, and couldn't be kept so far.
                let told = job.error.clone().and_then(|error| serde_json::from_value(error).ok());
                self.spawn_keeping(job);
                return Err(told.unwrap_or_else(|| AppError::not_found("voice")));
            }
            return Ok((job.id, self.end_of(job.id)));
        }
        let listed = self.known_models(&payer.id).await?;
        let told = listed.and_then(|listed| lasting(&listed.models, &cloning.model));
        let cloning = Cloning { lasting: told.or(cloning.lasting), ..cloning };
        let (job, parcel) = self.clone_job(&payer, &cloning)?;
        let id = job.id;
        let ended = self.begin_job(job, &Price::default(), cloning.accepted, payer, parcel, None).await?;
        Ok((id, Some(ended)))
    }

    fn clone_job(&self, payer: &Payer, cloning: &Cloning) -> Result<(Job, Parcel)> {
        let format = format_of(&cloning.sample);
        let path = self.sample_path(&cloning.sample);
        let file = FileInput::path(&path, format.mime).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => sample_gone(),
            _ => store::Error::file(&path, error).into(),
        })?;
        let now = Timestamp::now();
        let json = serde_json::to_value(cloning).map_err(AppError::internal)?;
        let mut job = Job::new(JobId::new(now), KIND, &payer.id, CreateClonedVoice::OPERATION.id, json, now);
        job.title.clone_from(&cloning.name);
        job.model = Some(cloning.model.clone());
        job.source = cloning.item;
        job.pretend = payer.pretend;
        Ok((job, Parcel::of(CreateClonedVoice::new(file).model(&*cloning.model))))
    }

    /// The same once more, as a new job; nobody waits for it. To be called one at a time.
    pub(crate) async fn clone_job_again(&self, job: Job) -> Result<JobView> {
        let cloning = Cloning::of(&job)?;
        let payer = self.payer(&job.account).await?;
        let (id, _) = self.begin_cloning(payer, cloning).await?;
        self.job(id).await
    }

    /// The handle is told once: it is on the shelf before anything else is done.
    pub(crate) async fn keep_clone(&self, job: &Job, sent: &Sent) -> Result<Kept> {
        let cloning = Cloning::of(job)?;
        let content_type = sent.content_type.as_deref();
        let made: ClonedVoice = CreateClonedVoice::read(&sent.receipt, content_type, sent.bytes.clone())
            .map_err(|_| no_voice(content_type))?;
        if made.id.trim().is_empty() {
            return Err(no_voice(content_type));
        }
        let listed = self.known_models(&job.account).await?;
        let told = listed.and_then(|listed| lasting(&listed.models, &cloning.model));
        let lasting = told.or(cloning.lasting);
        let voice = Voice {
            id: cloning.clone,
            name: cloning.name,
            handle: made.id,
            model: cloning.model,
            account: job.account.clone(),
            pretend: job.pretend,
            item: cloning.item,
            sample: cloning.sample,
            consent_at: cloning.consent_at,
            // Its time runs from when it was asked for, at the earliest.
            made_at: job.sent_at.unwrap_or(job.created_at),
            used_at: None,
            kept_seconds: lasting.and_then(|lasting| lasting.seconds),
            renewed_by_use: lasting.is_some_and(|lasting| lasting.renewed_by_use),
        };
        self.store(move |store| store.clones().put(voice)).await?;
        Ok(Kept { answer_id: sent.receipt.answer_id.clone(), ..Kept::default() })
    }

    /// What the sample is to be, and where it ends; or why it can't be one.
    async fn check_sample(
        &self,
        payer: &Payer,
        request: &CloneRequest,
    ) -> Result<((Span, std::time::Duration), Format, ItemId)> {
        let model = self.cloning_of(payer, &request.model).await?;
        let format = format_for(&model)?;
        let id: ItemId = request.sample.parse().map_err(|_| AppError::not_found("item"))?;
        let item = self.store(move |store| store.library().get(id)).await?;
        let span = Span::of(request, self.inner.store.media_path(&item.file.path));
        let checking = tokio::task::spawn_blocking(move || span.check(&model).map(|to| (span, to)));
        Ok((checking.await.map_err(AppError::internal)??, format, id))
    }

    async fn cloning_of(&self, payer: &Payer, model: &str) -> Result<CloningView> {
        let listed = self.models(payer, false).await?;
        models::speaker(&listed.models, model)?.model.cloning.ok_or_else(not_offered)
    }

    /// Where samples are.
    pub(super) fn sample_path(&self, name: &str) -> PathBuf {
        self.inner.home.join("voices").join(name)
    }

    /// Lets go of samples that belong to no voice, and to no cloning that may be asked for again.
    pub(crate) async fn tidy_samples(&self) -> Result<()> {
        let folder = self.inner.home.join("voices");
        self.store(move |store| {
            let mut wanted: Vec<String> =
                store.clones().all()?.into_iter().map(|voice| voice.sample).collect();
            let jobs = store.jobs().shown()?;
            let clonings = jobs.iter().filter(|job| job.kind == KIND).filter_map(|job| Cloning::of(job).ok());
            wanted.extend(clonings.map(|cloning| cloning.sample));
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                if !wanted.iter().any(|name| entry.file_name().to_str() == Some(name)) {
                    shelf::remove(&entry.path());
                }
            }
            Ok(())
        })
        .await
    }
}

impl Cloning {
    fn of(job: &Job) -> Result<Self> {
        serde_json::from_value(job.request.clone()).map_err(|_| AppError::not_found("request"))
    }

    /// Whether a job makes this voice.
    fn is_of(job: &Job, clone: CloneId) -> bool {
        job.kind == KIND && Self::of(job).is_ok_and(|cloning| cloning.clone == clone)
    }

    fn again(voice: &Voice, accepted: bool) -> Self {
        Self {
            clone: voice.id,
            name: voice.name.clone(),
            model: voice.model.clone(),
            item: voice.item,
            sample: voice.sample.clone(),
            consent_at: voice.consent_at,
            accepted,
            lasting: Some(Lasting { seconds: voice.kept_seconds, renewed_by_use: voice.renewed_by_use }),
        }
    }
}

/// Whether a voice is being made, or may still come of an answer that waits on disk.
pub(super) fn is_being_made(store: &store::Store, clone: CloneId) -> store::Result<bool> {
    Ok(store.jobs().open()?.iter().any(|job| Cloning::is_of(job, clone)))
}

fn lasting(models: &[Model], model: &str) -> Option<Lasting> {
    let cloning = models.iter().find(|listed| listed.id == model)?.spec.voice_cloning.as_ref()?;
    let days = cloning.retention_days.filter(|days| *days > 0.0);
    Some(Lasting {
        seconds: days.map(|days| (days * 86_400.0) as u64),
        renewed_by_use: cloning.is_renewed_by_use(),
    })
}

/// The list doesn't tell what a clone costs: nor may the button have.
fn agreed(payer: &Payer, expected: &Expected) -> Result<()> {
    if payer.id == expected.account && expected.amount.is_none() { Ok(()) } else { Err(price_changed()) }
}

fn no_voice(content_type: Option<&str>) -> AppError {
    AppError::new(
        Code::AnswerUnreadable,
        "The answer arrived, but there is no voice in it.",
        "It was most likely charged. What arrived is kept in the work folder; Venice's support can look the request up.",
    )
    .param("content_type", content_type.unwrap_or("—"))
}

fn sample_gone() -> AppError {
    AppError::new(
        Code::SampleGone,
        "The sample of this voice isn't where it was kept.",
        "Clone the voice again from a recording.",
    )
}
