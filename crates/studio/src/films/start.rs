//! From a click to a film whose job is written down and on its way.

use std::path::PathBuf;

use jiff::Timestamp;
use store::{Job, JobId, JobState};
use venice::{FileInput, Request, video::QueueVideo};

use super::{
    job::{Agreed, Agreement, Asked},
    look::{Seen, bytes_of, is_plain_name, look},
    pack,
    quote::Looked,
    request::{FilmAgreements, FilmDocument, FilmRequest, FilmRole},
};
use crate::{
    AppError, Result, Studio,
    accounts::Payer,
    calls::view::FileRef,
    error::Code,
    imports::name_of,
    jobs::{Packed, Parcel, remote, view::JobView},
    money::Money,
    pictures::{
        estimate::Expected,
        fit::ratio_of,
        start::{price_changed, shortened},
    },
    pricing::Price,
};

/// Where documents are kept that were sent, below the home, each by the hash of its bytes.
const DOCUMENTS: &str = "documents";

impl Studio {
    /// Writes the job down and sends it, at the price and from the account the button showed.
    pub async fn start_film(&self, request: FilmRequest, expected: Expected) -> Result<JobView> {
        let payer = self.selected_payer().await?;
        if payer.id != expected.account {
            return Err(price_changed());
        }
        self.agreeing(&expected.over_budgets).begin_film(payer, request, None, expected.amount).await
    }

    /// A new job with the very bytes of one that ended with `needs_consent`, and what the user confirmed.
    pub async fn agree_to_film(
        &self,
        id: String,
        agreements: FilmAgreements,
        expected: Expected,
    ) -> Result<JobView> {
        if !(agreements.terms && agreements.rights && agreements.screening) {
            return Err(AppError::new(
                Code::AgreementMissing,
                "All three have to be confirmed.",
                "Nothing was sent. Confirm each of them, or leave the picture out.",
            ));
        }
        let job_id: JobId = id.parse().map_err(|_| AppError::not_found("job"))?;
        // Held until the new job is written down: the same wish, twice at once, is one job.
        let mut again = self.inner.running.one_at_a_time().await;
        if let Some(new) = again.get(&job_id) {
            return self.job(new.parse().map_err(|_| AppError::not_found("job"))?).await;
        }
        let job = self.store(move |store| store.jobs().get(job_id)).await?;
        let error: Option<AppError> = job.error.clone().and_then(|error| serde_json::from_value(error).ok());
        let asked_for = error.filter(|error| job.state == JobState::Failed && error.is(Code::NeedsConsent));
        let Some(error) = asked_for else { return Err(AppError::not_found("question")) };
        if job.account != expected.account {
            return Err(price_changed());
        }
        let payer = self.payer(&job.account).await?;
        let agreed = Agreed { at: Timestamp::now(), version: error.params.get("version").cloned() };
        let Asked { film, bytes, .. } = Asked::of(&job)?;
        let studio = self.agreeing(&expected.over_budgets);
        let new = studio.begin_film(payer, film, Some(Agreement { agreed, bytes }), expected.amount).await?;
        again.insert(job_id, new.id.clone());
        drop(again);
        self.dismiss_job(id).await?;
        Ok(new)
    }

    /// Checks, asks for the price anew, keeps what isn't kept, writes the job down, and sends it. What was agreed to holds
    /// for the very same bytes; others are asked about.
    pub(super) async fn begin_film(
        &self,
        payer: Payer,
        request: FilmRequest,
        agreement: Option<Agreement>,
        amount: Option<Money>,
    ) -> Result<JobView> {
        let looked = self.look_at_film(&payer, &request).await?;
        if let Some(problem) = &looked.problem {
            return Err(problem.clone());
        }
        let price = self.ask_film_price(&payer, &request, &looked).await?;
        if Some(price) != amount {
            return Err(price_changed().param("price", price.amount.normalize()));
        }
        let price = Price::known(Some(price));
        self.may_spend(&payer, &price, 1, false).await?;
        let (request, looked) = if request.has_picked() {
            // What goes in is kept first: the very same bytes can be sent again, also tomorrow.
            let request = self.bring_in(request).await?;
            let looked = self.look_at_film(&payer, &request).await?;
            (request, looked)
        } else {
            (request, looked)
        };
        if let Some(problem) = &looked.problem {
            return Err(problem.clone());
        }
        let bytes = bytes_of(&looked.seen).await?;
        let agreed = agreement.filter(|agreement| agreement.bytes == bytes).map(|agreement| agreement.agreed);
        let asked = Asked { film: request.clone(), agreed: agreed.clone(), bytes };
        let job = self.film_job(&payer, asked, &looked, &price).await?;
        let document = self.document(request.document.as_ref())?;
        let packing = move || {
            let Looked { model, seen, .. } = looked;
            let files = seen.iter().map(pack::read).collect::<Result<Vec<FileInput>>>()?;
            pack::pack(&request, &model, files, document, agreed.is_some())
        };
        let id = job.id;
        // Its files are read when its turn comes: hundreds may wait, each with pictures.
        let parcel = {
            let (studio, job) = (self.clone(), job.clone());
            Parcel::later(async move |waited| {
                if waited {
                    return studio.pack_again(job).await;
                }
                let wire = tokio::task::spawn_blocking(packing).await.map_err(AppError::internal)??;
                Ok(Packed::of(wire))
            })
        };
        self.begin_job(job, &price, false, payer, parcel, None).await?;
        self.job(id).await
    }

    async fn film_job(&self, payer: &Payer, asked: Asked, looked: &Looked, price: &Price) -> Result<Job> {
        let now = Timestamp::now();
        let request = &asked.film;
        let json = serde_json::to_value(&asked).map_err(AppError::internal)?;
        let operation = QueueVideo::OPERATION.id;
        let mut job = Job::new(JobId::new(now), remote::FILM, &payer.id, operation, json, now);
        let source = looked.seen.iter().find(|seen| matches!(seen.role, FilmRole::Film | FilmRole::Image));
        let first = source.or(looked.seen.first());
        job.title = match (request.prompt.trim(), first) {
            ("", Some(first)) => shortened(&first.name),
            (words, _) => shortened(words),
        };
        job.model = Some(request.model.clone());
        job.source = first.and_then(|seen| seen.item);
        let chosen = request.aspect_ratio.as_deref().and_then(ratio_of);
        job.ratio = chosen.or_else(|| source.and_then(Seen::ratio)).or(Some(16.0 / 9.0));
        job.pretend = payer.pretend;
        job.estimate = price.amount;
        job.held = price.amount;
        let model = request.model.clone();
        job.expected_ms =
            self.store(move |store| store.jobs().median_duration(operation, Some(&model))).await?;
        Ok(job)
    }

    /// Puts what was picked into the library, and names the items instead; a document is kept beside.
    async fn bring_in(&self, mut request: FilmRequest) -> Result<FilmRequest> {
        for file in request.files_mut() {
            let FileRef::Picked(handle) = file else { continue };
            let path = self.inner.imports.path(handle).ok_or_else(|| AppError::not_found("file"))?;
            let report = self.import_quietly(path).await?;
            if let Some(refusal) = report.refused.into_iter().next() {
                return Err(refusal.error.param("name", refusal.name));
            }
            let item = report.items.into_iter().chain(report.already_there).next();
            *file = FileRef::Item(item.ok_or_else(|| AppError::not_found("file"))?.id);
        }
        if let Some(FilmDocument::Picked(handle)) = &request.document {
            let path = self.inner.imports.path(handle).ok_or_else(|| AppError::not_found("file"))?;
            request.document = Some(FilmDocument::Kept(self.keep_document(path).await?));
        }
        Ok(request)
    }

    fn documents_folder(&self) -> PathBuf {
        self.home().join(DOCUMENTS)
    }

    /// Copies a document to where it stays, and answers its name there.
    async fn keep_document(&self, path: PathBuf) -> Result<String> {
        let folder = self.documents_folder();
        let copying = tokio::task::spawn_blocking(move || -> Result<String> {
            let at = |error| AppError::from(store::Error::file(&folder, error));
            std::fs::create_dir_all(&folder).map_err(at)?;
            let mut from = std::fs::File::open(&path).map_err(|error| store::Error::file(&path, error))?;
            let mut copy = tempfile::NamedTempFile::new_in(&folder).map_err(at)?;
            std::io::copy(&mut from, &mut copy).map_err(at)?;
            copy.as_file().sync_all().map_err(at)?;
            let mut hasher = blake3::Hasher::new();
            hasher.update_reader(copy.reopen().map_err(at)?).map_err(at)?;
            let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
            let plain = { ending }.filter(|ending| ending.chars().all(char::is_alphanumeric));
            let name = format!("{}.{}", hasher.finalize().to_hex(), plain.as_deref().unwrap_or("bin"));
            copy.persist(folder.join(&name)).map_err(|error| at(error.error))?;
            std::fs::File::open(&folder).and_then(|folder| folder.sync_all()).map_err(at)?;
            Ok(name)
        });
        copying.await.map_err(AppError::internal)?
    }

    /// Where a document is, if it is a file.
    fn document_path(&self, document: &FilmDocument) -> Result<Option<PathBuf>> {
        match document {
            FilmDocument::Address(_) => Ok(None),
            FilmDocument::Picked(handle) => {
                self.inner.imports.path(handle).map(Some).ok_or_else(|| AppError::not_found("file"))
            }
            FilmDocument::Kept(name) if is_plain_name(name) => Ok(Some(self.documents_folder().join(name))),
            FilmDocument::Kept(_) => Err(AppError::not_found("file")),
        }
    }

    /// Whether a document can be sent.
    pub(super) async fn check_document(&self, document: &FilmDocument) -> Result<()> {
        let Some(path) = self.document_path(document)? else { return Ok(()) };
        let name = name_of(&path);
        let looking = tokio::task::spawn_blocking(move || look(FilmRole::Document, path, None, name));
        looking.await.map_err(AppError::internal)?.problem.map_or(Ok(()), Err)
    }

    /// A document as it is sent.
    pub(super) fn document(&self, document: Option<&FilmDocument>) -> Result<Option<FileInput>> {
        let Some(document) = document else { return Ok(None) };
        if let FilmDocument::Address(address) = document {
            return Ok(Some(FileInput::Url(address.trim().to_owned())));
        }
        let Some(path) = self.document_path(document)? else { return Ok(None) };
        let mime = mime_guess::from_path(&path).first_or_octet_stream();
        let file = FileInput::path(&path, mime.essence_str());
        Ok(Some(file.map_err(|error| store::Error::file(&path, error))?))
    }
}
