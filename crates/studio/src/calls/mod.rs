//! Calls by hand: every operation of the API, one at a time, for whoever wants to see what it does.
//!
//! A call that may be charged is a job like any other: priced, held against the limits, written down, sent once, its
//! answer on disk before it is read. Each call is remembered with what came back, and never with a key.

pub mod answers;
mod events;
pub(crate) mod files;
mod history;
mod keep;
mod kinds;
mod models;
mod price;
pub mod view;

use std::{sync::Arc, time::Instant};

use bytes::Bytes;
use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use store::{CallId, CallNote, Job, JobId, MediaKind};
use venice::{Request, models::Model, wallet::Wallet};

use crate::{
    AppError, Result, Studio,
    accounts::{Payer, view::VaultPlace},
    error::Code,
    events::AppEvent,
    jobs::{Hearing, Parcel, view::JobView},
    pictures::start::shortened,
    pricing::Price,
};
use events::CallHearing;
use files::Files;
use view::{Answered, CallEvent, CallPrice, OperationView, With};

/// The largest film that is fetched by hand, in bytes.
const LARGEST_FILM: u64 = 512 << 20;

/// The word for jobs that are calls.
pub(crate) const KIND: &str = "call";

/// Where a call's events go.
pub type Tell = Arc<dyn Fn(CallEvent) + Send + Sync>;

/// A file that came as an answer, or in one.
pub struct ResultFile {
    /// What it is.
    pub kind: MediaKind,
    /// The file.
    pub bytes: Bytes,
    /// Its media type.
    pub mime: String,
    /// Its extension, without the dot.
    pub extension: String,
}

/// A request that can be called by hand.
pub trait Callable: Request + Serialize + DeserializeOwned + schemars::JsonSchema + Clone + 'static {
    /// What crosses to the window: the answer without what is kept elsewhere.
    type View: Serialize + Send;

    /// Parts an answer in what is shown and the files in it.
    fn part(&self, answer: Self::Answer) -> (Self::View, Vec<ResultFile>);

    /// What it costs by the price list. Asked for paid operations only.
    fn price(&self, _models: &[Model]) -> Price {
        Price::default()
    }

    /// The id under which the work goes on at the provider, and where its result will be, if it told that.
    fn remote(_answer: &Self::Answer) -> Option<(String, Option<String>)> {
        None
    }

    /// The id of work whose result is to be fetched from the address that was told when it was queued.
    fn elsewhere(&self, _answer: &Self::Answer) -> Option<String> {
        None
    }

    /// The answer that such a result makes.
    fn fetched(_bytes: Bytes) -> Option<Self::Answer> {
        None
    }

    /// A key in the answer, and the id it is known by; it is taken out of the answer.
    fn secret(_answer: &mut Self::Answer) -> Option<(String, SecretString)> {
        None
    }

    /// Says by what a key that was taken out can be copied, and where it is kept.
    fn stored(_view: &mut Self::View, _stored_as: String, _last6: Option<String>, _place: VaultPlace) {}

    /// The request without the wish to have the work deleted as soon as it was sent, and what deletes it later: once
    /// it is safe here.
    fn keep_first(self) -> (Self, Option<Completion>) {
        (self, None)
    }

    /// What the request itself pays, beside what its account is charged.
    fn pays(&self) -> Option<Price> {
        None
    }

    /// The request with what only the account's own wallet can add.
    #[must_use]
    fn signed_by(self, _wallet: &Wallet) -> Self {
        self
    }

    /// The model it asks for.
    fn model(&self) -> Option<&str> {
        None
    }

    /// What a person wrote, for a title.
    fn words(&self) -> Option<&str> {
        None
    }
}

/// A call as its job keeps it.
#[derive(Serialize, Deserialize)]
pub(crate) struct CallRequest {
    pub request: Value,
    #[serde(default)]
    pub files: Files,
}

impl Studio {
    /// Every operation of the API, with the schema its form is made from.
    pub fn operations(&self) -> Vec<OperationView> {
        kinds::KINDS.iter().map(kinds::Kind::view).collect()
    }

    /// What a call would cost. Nothing that is paid is sent.
    /// `places` are those of its files.
    pub async fn price_operation(
        &self,
        operation: &str,
        request: Value,
        places: Vec<String>,
    ) -> Result<CallPrice> {
        let kind = kinds::of(operation)?;
        let payer = self.caller(kind.operation.auth).await?;
        let pays = (kind.pays)(request.clone())?;
        let moves = pays.is_some();
        let price = if let Some(pays) = pays {
            pays
        } else if kind.operation.paid {
            let listed = self.models(&payer, false).await?;
            let price = (kind.price)(request.clone(), &listed.models)?;
            self.or_quoted(price, kind.operation, &payer, request, &places).await?
        } else {
            Price::default()
        };
        let problem = if moves {
            self.may_move(&payer, &price, false).await.err()
        } else if kind.operation.paid {
            self.over_limit(&payer, &price).await?
        } else {
            None
        };
        Ok(CallPrice {
            amount: price.amount,
            up_to: price.up_to,
            surcharge: price.surcharge,
            account: payer.id,
            pretend: payer.pretend,
            problem,
        })
    }

    /// Makes a call and waits for its answer. What may be charged is sent only at the price and from the account the
    /// button said.
    pub async fn call<R: Callable>(&self, request: R, with: With, tell: Tell) -> Result<Answered<R::View>> {
        let payer = self.caller(R::OPERATION.auth).await?;
        self.call_by(payer, request, with, tell).await
    }

    /// The same, in the name of an account that need not be the one that pays now.
    pub(crate) async fn call_by<R: Callable>(
        &self,
        payer: Payer,
        request: R,
        with: With,
        tell: Tell,
    ) -> Result<Answered<R::View>> {
        let request = match self.wallet_of(&payer.id) {
            Some(wallet) => request.signed_by(&wallet),
            None => request,
        };
        let files = self.find_files(&with.files).await?;
        let bare = serde_json::to_value(&request).map_err(AppError::internal)?;
        let note = new_note::<R>(&payer, &bare, &files)?;
        let id = note.id;
        let outcome = if R::OPERATION.paid {
            self.call_paid(&request, bare, files, with, payer, note, &tell).await
        } else {
            if let Some(pays) = request.pays() {
                self.agreed(&with, &payer, &pays).await?;
            }
            self.call_free(attach_off_thread(request, files).await?, &payer, note, &tell).await
        };
        outcome.map_err(|error| error.param("call", id))
    }

    async fn call_free<R: Callable>(
        &self,
        whole: R,
        payer: &Payer,
        mut note: CallNote,
        tell: &Tell,
    ) -> Result<Answered<R::View>> {
        if !R::OPERATION.is_repeatable() {
            // What makes or changes something is written down before it is sent.
            let note = note.clone();
            self.store(move |store| store.calls().put(note)).await?;
        }
        tell(CallEvent::Sent { job: None });
        let outcome = self.answer_free(whole, payer, &mut note).await;
        if let Err(error) = &outcome {
            self.note_error(note, error).await?;
        }
        outcome
    }

    /// Sends, and keeps what came. The note tells how far it got.
    async fn answer_free<R: Callable>(
        &self,
        whole: R,
        payer: &Payer,
        note: &mut CallNote,
    ) -> Result<Answered<R::View>> {
        let (whole, completion) = whole.keep_first();
        let begun = Instant::now();
        let outcome = payer.client.send(&whole).await;
        note.took_ms = u64::try_from(begun.elapsed().as_millis()).ok();
        note.status = match &outcome {
            Ok(answer) => Some(answer.receipt.status),
            Err(error) => error.api().map(|api| api.status),
        };
        let mut answer = outcome.map_err(|error| {
            let in_doubt = !R::OPERATION.is_repeatable() && error.fate() == venice::Fate::Unknown;
            if in_doubt { done_unknown() } else { error.into() }
        })?;
        if let Some(remote_id) = whole.elsewhere(&answer.value)
            && let Some(bytes) = self.fetch_elsewhere(payer, &remote_id).await?
            && let Some(fetched) = R::fetched(bytes)
        {
            answer.value = fetched;
        }
        let secret = R::secret(&mut answer.value);
        let (mut view, results) = whole.part(answer.value);
        if let Some((id, key)) = secret {
            let (stored_as, last6, place) = self.keep_made_key(&id, key).await;
            R::stored(&mut view, stored_as, last6, place);
        }
        let items = self.keep_results(results, note, &answer.receipt).await?;
        let call = note.id.to_string();
        if let Err(error) = self.note_answer(note.clone(), &view, &answer.receipt, &items).await {
            // The answer is here: a history that can't be written doesn't take it away.
            self.tell(AppEvent::Notice { error });
        }
        if let Some(completion) = completion.filter(|_| !items.is_empty())
            && let Err(error) = completion.send(payer).await
        {
            // It is safe here; that it is still there as well is worth a word, and no failure of the call.
            self.tell(AppEvent::Notice { error });
        }
        Ok(Answered { call, job: None, answer: view, items, receipt: answer.receipt })
    }

    /// A result at the address that was told when its work was queued. The address and the file stay where they are.
    async fn fetch_elsewhere(&self, payer: &Payer, remote_id: &str) -> Result<Option<Bytes>> {
        let (account, remote_id) = (payer.id.clone(), remote_id.to_owned());
        let job = self.store(move |store| store.jobs().of_remote(&account, &remote_id)).await?;
        let Some(url) = job.and_then(|job| job.download_url) else { return Ok(None) };
        let download = payer.client.download(&url, None).await?;
        Ok(Some(download.body.collect(LARGEST_FILM).await?))
    }

    #[expect(clippy::too_many_arguments, reason = "all of it is one call")]
    async fn call_paid<R: Callable>(
        &self,
        request: &R,
        bare: Value,
        files: Files,
        with: With,
        payer: Payer,
        mut note: CallNote,
        tell: &Tell,
    ) -> Result<Answered<R::View>> {
        let price = self.price_call(request, &bare, &files, &payer).await?;
        Self::same(&with, &payer, &price)?;
        let studio =
            self.agreeing(with.expected.as_ref().map_or(&[], |expected| expected.over_budgets.as_slice()));
        let asked_about = studio.may_spend(&payer, &price, 1, with.accept_unpriced).await.err();
        if let Some(question) = asked_about.filter(|error| error.is(Code::BudgetAsks)) {
            // What the user is asked about is no call yet.
            return Err(question);
        }
        let parcel = Parcel::of(attach_off_thread(request.clone(), files.clone()).await?);
        let job = self.call_job(request, bare, files, &payer, &price).await?;
        let id = job.id;
        note.job = Some(id);
        let call = note.id.to_string();
        {
            let note = note.clone();
            self.store(move |store| store.calls().put(note)).await?;
        }
        let heard = Arc::new(CallHearing::new(R::OPERATION, Arc::clone(tell)));
        let awaited = self.inner.running.await_answer(id);
        let hearing = Some(Arc::clone(&heard) as Arc<dyn Hearing>);
        let begun = studio.begin_job(job, &price, with.accept_unpriced, payer, parcel, hearing).await;
        let ended = match begun {
            Ok(ended) => ended,
            Err(error) => {
                self.note_error(note, &error).await?;
                return Err(error);
            }
        };
        tell(CallEvent::Sent { job: Some(id.to_string()) });
        ended.wait().await;
        let said = heard.end();
        let Some(sent) = awaited.take() else {
            let error = self.job(id).await?.error.unwrap_or_else(stopped);
            note.status = error.params.get("status").and_then(|status| status.parse().ok());
            // What arrived of an answer that broke off is kept.
            note.answer = Some(said).filter(|said| !said.is_empty());
            self.note_error(note, &error).await?;
            return Err(error);
        };
        let answer = R::read(&sent.receipt, sent.content_type.as_deref(), sent.bytes)?;
        let mut receipt = sent.receipt;
        receipt.answer_id = R::answer_id(&answer).map(str::to_owned);
        let (view, _) = request.part(answer);
        let items = self.job(id).await?.items;
        Ok(Answered { call, job: Some(id.to_string()), answer: view, items, receipt })
    }

    async fn price_call<R: Callable>(
        &self,
        request: &R,
        bare: &Value,
        files: &Files,
        payer: &Payer,
    ) -> Result<Price> {
        let listed = self.models(payer, false).await?;
        let places: Vec<String> = files.keys().cloned().collect();
        self.or_quoted(request.price(&listed.models), R::OPERATION, payer, bare.clone(), &places).await
    }

    async fn call_job<R: Callable>(
        &self,
        request: &R,
        bare: Value,
        files: Files,
        payer: &Payer,
        price: &Price,
    ) -> Result<Job> {
        let now = Timestamp::now();
        let model = request.model().map(str::to_owned);
        let median = {
            let model = model.clone();
            self.store(move |store| store.jobs().median_duration(R::OPERATION.id, model.as_deref())).await?
        };
        let source = files.values().find_map(|file| file.item);
        let asked = serde_json::to_value(CallRequest { request: bare, files }).map_err(AppError::internal)?;
        let mut job = Job::new(JobId::new(now), KIND, &payer.id, R::OPERATION.id, asked, now);
        job.title = shortened(request.words().unwrap_or_default());
        job.model = model;
        job.source = source;
        job.pretend = payer.pretend;
        job.estimate = price.amount.filter(|_| !price.up_to);
        job.held = price.amount;
        job.expected_ms = median;
        Ok(job)
    }

    /// Whether this price, from this account, is what the button said.
    fn same(with: &With, payer: &Payer, price: &Price) -> Result<()> {
        let same = with
            .expected
            .as_ref()
            .is_some_and(|expected| expected.account == payer.id && expected.amount == price.amount);
        if same { Ok(()) } else { Err(crate::pictures::start::price_changed()) }
    }

    /// What is paid without a job passes the same gate.
    async fn agreed(&self, with: &With, payer: &Payer, price: &Price) -> Result<()> {
        Self::same(with, payer, price)?;
        let studio =
            self.agreeing(with.expected.as_ref().map_or(&[], |expected| expected.over_budgets.as_slice()));
        studio.may_move(payer, price, with.accept_unpriced).await
    }

    /// A call that was a job, once more.
    pub(crate) async fn call_job_again(&self, job: Job) -> Result<JobView> {
        let kind = kinds::of(&job.operation)?;
        let asked: CallRequest =
            serde_json::from_value(job.request).map_err(|_| AppError::not_found("request"))?;
        let payer = self.payer_for(&job.account, kind.operation.auth).await?;
        (kind.again)(self.clone(), payer, asked).await
    }

    /// The same call once more, as a new job; nobody waits for it.
    async fn call_again<R: Callable>(self, payer: Payer, asked: CallRequest) -> Result<JobView> {
        let request: R =
            serde_json::from_value(asked.request.clone()).map_err(|_| AppError::not_found("request"))?;
        let price = self.price_call(&request, &asked.request, &asked.files, &payer).await?;
        self.may_spend(&payer, &price, 1, false).await?;
        let parcel = Parcel::of(attach_off_thread(request.clone(), asked.files.clone()).await?);
        let mut note = new_note::<R>(&payer, &asked.request, &asked.files)?;
        let job = self.call_job(&request, asked.request, asked.files, &payer, &price).await?;
        let id = job.id;
        note.job = Some(id);
        {
            let note = note.clone();
            self.store(move |store| store.calls().put(note)).await?;
        }
        if let Err(error) = self.begin_job(job, &price, false, payer, parcel, None).await {
            self.note_error(note, &error).await?;
            return Err(error);
        }
        self.job(id).await
    }
}

/// A call as the history has it before it is sent.
fn new_note<R: Callable>(payer: &Payer, bare: &Value, files: &Files) -> Result<CallNote> {
    let at = Timestamp::now();
    Ok(CallNote {
        id: CallId::new(at),
        at,
        operation: R::OPERATION.id.to_owned(),
        account: payer.id.clone(),
        pretend: payer.pretend,
        request: kinds::without_secrets(&(kinds::of(R::OPERATION.id)?.schema)(), bare.clone()),
        files: serde_json::to_value(files).map_err(AppError::internal)?,
        job: None,
        status: None,
        took_ms: None,
        answer: None,
        answer_cut: false,
        items: Vec::new(),
        receipt: None,
        error: None,
    })
}

async fn attach_off_thread<R: Callable>(request: R, files: Files) -> Result<R> {
    if files.is_empty() {
        return Ok(request);
    }
    tokio::task::spawn_blocking(move || files::attach(&request, &files)).await.map_err(AppError::internal)?
}

/// Deletes finished work at the provider.
pub enum Completion {
    /// A film.
    Video(venice::video::CompleteVideo),
    /// Music or sound.
    Audio(venice::audio::CompleteAudio),
}

impl Completion {
    async fn send(self, payer: &Payer) -> Result<()> {
        match self {
            Self::Video(request) => drop(payer.client.send(&request).await?),
            Self::Audio(request) => drop(payer.client.send(&request).await?),
        }
        Ok(())
    }
}

fn done_unknown() -> AppError {
    AppError::new(
        Code::DoneUnknown,
        "No answer came, so nobody here knows whether this was done.",
        "It may have been done. Look first: list what there is, then decide whether to send it again.",
    )
}

fn stopped() -> AppError {
    AppError::new(Code::NotSent, "This was stopped before it was sent.", "Nothing was charged.")
}
