//! Once more: what was asked for is given back to the form, or asked for as it was, at the price of now.

use store::{Job, JobId};

use super::{
    job::{Agreement, Asked},
    request::{FilmRequest, RequestOrigin},
    view::QuotedPrice,
};
use crate::{
    AppError, Result, Studio,
    jobs::{remote, view::JobView},
    library::parse,
    music::{job as music, request::MusicRequest},
    pictures::{estimate::Expected, start::price_changed},
    recipe::Recipe,
};

impl Studio {
    /// What a film was asked for with.
    pub async fn film_from(&self, origin: RequestOrigin) -> Result<FilmRequest> {
        match origin {
            RequestOrigin::Item(id) => {
                let recipe = self.recipe_of(&id).await?;
                recipe.film.ok_or_else(|| AppError::not_found("request"))
            }
            RequestOrigin::Job(id) => Ok(Asked::of(&self.remote_job(&id).await?)?.film),
        }
    }

    /// What music was asked for with.
    pub async fn music_from(&self, origin: RequestOrigin) -> Result<MusicRequest> {
        match origin {
            RequestOrigin::Item(id) => {
                let recipe = self.recipe_of(&id).await?;
                recipe.music.ok_or_else(|| AppError::not_found("request"))
            }
            RequestOrigin::Job(id) => Ok(music::Asked::of(&self.remote_job(&id).await?)?.music),
        }
    }

    /// What the request of a job costs now, paid by the account that was to pay for it.
    pub async fn quote_again(&self, id: String) -> Result<QuotedPrice> {
        let job = self.remote_job(&id).await?;
        let payer = self.payer(&job.account).await?;
        if job.kind == remote::FILM {
            self.quote_film_for(&payer, &Asked::of(&job)?.film).await
        } else {
            self.quote_music_for(&payer, &music::Asked::of(&job)?.music).await
        }
    }

    /// The same once more as a new job, paid by the same account. The price is asked for anew; where it isn't `expected`, or
    /// without that isn't what the job was to cost, nothing is sent.
    pub(crate) async fn remote_job_again(&self, job: &Job, expected: Option<Expected>) -> Result<JobView> {
        let studio = self.agreeing(
            expected.as_ref().map_or(&*self.over_budgets, |expected| expected.over_budgets.as_slice()),
        );
        let amount = match expected {
            Some(expected) if expected.account != job.account => return Err(price_changed()),
            Some(expected) => expected.amount,
            None => job.estimate,
        };
        let payer = self.payer(&job.account).await?;
        if job.kind == remote::FILM {
            let Asked { film, agreed, bytes } = Asked::of(job)?;
            let agreement = agreed.map(|agreed| Agreement { agreed, bytes });
            studio.begin_film(payer, film, agreement, amount).await
        } else {
            studio.begin_music(payer, music::Asked::of(job)?.music, amount).await
        }
    }

    /// A second job beside a job, at the price that the button showed.
    pub(crate) async fn duplicate_quoted(&self, job: Job, expected: Expected) -> Result<JobView> {
        self.remote_job_again(&job, Some(expected)).await
    }

    async fn remote_job(&self, id: &str) -> Result<Job> {
        let id: JobId = id.parse().map_err(|_| AppError::not_found("job"))?;
        let job = self.store(move |store| store.jobs().get(id)).await?;
        if remote::is_remote(&job.kind) { Ok(job) } else { Err(AppError::not_found("request")) }
    }

    async fn recipe_of(&self, id: &str) -> Result<Recipe> {
        let id = parse(id)?;
        let item = self.store(move |store| store.library().get(id)).await?;
        let recipe = item.recipe.and_then(|recipe| serde_json::from_value(recipe).ok());
        recipe.ok_or_else(|| AppError::not_found("request"))
    }
}
