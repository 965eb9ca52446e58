//! A voice is cloned, or cloned anew: checked, its sample kept here, written down, sent once.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{CloneId, ItemId, Job, JobId, JobState, Voice};
use venice::{
    FileInput, Request,
    audio::{ClonedVoice, CreateClonedVoice},
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
    jobs::{Kept, Parcel, Sent, view::JobView},
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
}

/// Under which it is kept that somebody has accepted the statement of consent, and when.
const CONSENT: &str = "clone_consent";

impl Studio {
    /// What cloning costs, and whether the sample fits: length, silence, format.
    pub async fn estimate_clone(&self, request: &CloneRequest) -> Result<TextEstimate> {
        let payer = self.selected_payer().await?;
        let problem = match self.check_sample(&payer, request).await {
            Ok(_) => self.over_limit(&Price::default()).await?,
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
        if let Some(problem) = self
            .over_limit(&Price::default())
            .await?
            .filter(|problem| !(accept_unpriced && problem.is(Code::PriceUnknown)))
        {
            return Err(problem);
        }
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
        };
        self.clone_now(payer, cloning).await
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
        self.clone_now(payer, Cloning::again(&voice, accept_unpriced)).await
    }

    /// Writes the job down, sends it, and waits for its end.
    async fn clone_now(&self, payer: Payer, cloning: Cloning) -> Result<CloneView> {
        let id = cloning.clone;
        let (job, parcel) = self.clone_job(&payer, &cloning)?;
        let job_id = job.id;
        let begun = self.begin_job(job, &Price::default(), cloning.accepted, payer, parcel, None).await;
        begun?.wait().await;
        let job = self.job(job_id).await?;
        match job.state {
            JobState::Saved => self.clone_view(id).await,
            // The answer is on disk, and what stood in the way of keeping it is told.
            _ => Err(job.error.unwrap_or_else(|| AppError::not_found("voice"))),
        }
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

    /// The same once more, as a new job; nobody waits for it.
    pub(crate) async fn clone_job_again(&self, job: Job) -> Result<JobView> {
        let cloning = Cloning::of(&job)?;
        let payer = self.payer(&job.account).await?;
        let (job, parcel) = self.clone_job(&payer, &cloning)?;
        let id = job.id;
        self.begin_job(job, &Price::default(), cloning.accepted, payer, parcel, None).await?;
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
        let model = listed.as_ref().and_then(|listed| {
            listed.models.iter().find(|model| model.id == cloning.model)?.spec.voice_cloning.clone()
        });
        let days = model.as_ref().and_then(|cloning| cloning.retention_days).filter(|days| *days > 0.0);
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
            kept_seconds: days.map(|days| (days * 86_400.0) as u64),
            renewed_by_use: model.is_some_and(|cloning| cloning.is_renewed_by_use()),
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

    fn again(voice: &Voice, accepted: bool) -> Self {
        Self {
            clone: voice.id,
            name: voice.name.clone(),
            model: voice.model.clone(),
            item: voice.item,
            sample: voice.sample.clone(),
            consent_at: voice.consent_at,
            accepted,
        }
    }
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
