//! A job's request once more: what it costs now, and as a job of its own.

use store::Job;

use super::view::PriceAgain;
use crate::{
    AppError, Result, Studio,
    accounts::Payer,
    conversations,
    error::Code,
    jobs::{parse, remote, view::JobView},
    money::Money,
    pictures::{check, estimate::Expected, request::PictureRequest},
    pricing,
};

impl Studio {
    /// What it costs to send a job's request once more. Nothing is sent.
    pub async fn price_again(&self, id: String) -> Result<PriceAgain> {
        let job = self.past_job(&id).await?;
        let payer = self.payer(&job.account).await?;
        let (account, pretend, before) = (payer.id.clone(), payer.pretend, job.estimate);
        let (amount, problem) = if remote::is_remote(&job.kind) {
            let quoted = self.quote_again(id).await?;
            (quoted.amount, quoted.problem.or(quoted.unpriced))
        } else if job.kind == conversations::KIND {
            (None, Some(asked_elsewhere()))
        } else {
            self.listed_price(&payer, &job).await?
        };
        Ok(PriceAgain { account, pretend, amount, before, problem })
    }

    /// By the price list, where the job is one of pictures; of others it isn't known before they are sent.
    async fn listed_price(&self, payer: &Payer, job: &Job) -> Result<(Option<Money>, Option<AppError>)> {
        let Some(request) = picture_of(job) else { return Ok((None, None)) };
        let listed = self.models(payer, false).await?;
        let price = pricing::price(&request, &listed.models);
        let problem = match check::problem(&request, &listed.models) {
            Some(problem) => Some(problem),
            None => self.over_limit(payer, &price).await?,
        };
        Ok((price.amount, problem))
    }

    /// A new job with the same request beside the old one, paid by the same account. Where the price or the account isn't what
    /// the button said, nothing is sent.
    pub async fn duplicate_job(&self, id: String, expected: Expected) -> Result<JobView> {
        let job = self.past_job(&id).await?;
        if remote::is_remote(&job.kind) {
            return self.duplicate_quoted(job, expected).await;
        }
        let Some(request) = picture_of(&job) else { return Err(asked_elsewhere()) };
        let payer = self.payer(&job.account).await?;
        self.start_at(payer, request, None, expected).await
    }

    async fn past_job(&self, id: &str) -> Result<Job> {
        let id = parse(id)?;
        self.store(move |store| store.jobs().get(id)).await
    }
}

/// What a job of the Image room asked for.
fn picture_of(job: &Job) -> Option<PictureRequest> {
    let request: PictureRequest = serde_json::from_value(job.request.clone()).ok()?;
    (request.kind() == job.kind).then_some(request)
}

fn asked_elsewhere() -> AppError {
    AppError::new(
        Code::AskedElsewhere,
        "This is asked for again where it belongs.",
        "Open its conversation, its text or its call, and ask there.",
    )
}
