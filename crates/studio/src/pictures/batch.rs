//! Many pictures of one wish: a grid of models, styles, wordings and seeds, with its price first.
//!
//! A batch becomes jobs of up to four pictures each. All are written down, and their whole price set aside, before the
//! first is sent; the gate of the client lets them through at the rate Venice takes.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{JobBatch, JobId};
use venice::models::Model;

use super::{
    check,
    estimate::{Expected, unsolved},
    input::Loaded,
    plan::Grid,
    request::{MakeRequest, PictureRequest},
    send,
    start::{job_of, price_changed},
};
use crate::{
    AppError, Result, Studio,
    accounts::Payer,
    error::Code,
    jobs::view::JobView,
    money::Money,
    pricing::{self, Price},
};

/// The most pictures of one batch.
pub const MOST_PICTURES: u32 = 100;

/// So many wordings are shown before they are sent.
const MOST_WORDINGS: usize = 8;

/// What to do where the prompt offers words to choose from, `{dawn|dusk}`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Wording {
    /// By chance, for each picture anew.
    #[default]
    ByChance,
    /// Every combination.
    Each,
}

/// Many pictures of one wish.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PictureBatch {
    /// What all have in common; its `variants` are left aside.
    pub request: MakeRequest,
    /// Models to try; empty for the request's own. Settings that a model doesn't have are left out for it.
    pub models: Vec<String>,
    /// Styles to try, an empty text for none; an empty list for the request's own.
    pub styles: Vec<String>,
    /// What becomes of `{dawn|dusk}`.
    pub wording: Wording,
    /// How many pictures of each combination, each with a seed of its own.
    pub each: u32,
    /// Seeds count up from the request's own; else each is chosen by chance. Rows of a grid share them either way.
    pub seeds_in_a_row: bool,
}

/// What a batch comes to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct BatchEstimate {
    /// Pictures in all.
    pub pictures: u32,
    /// Requests that will be sent.
    pub requests: u32,
    /// The whole price; `None` = unknown, of some or of all.
    pub amount: Option<Money>,
    /// Extras may come on top that the list doesn't price.
    pub surcharge: bool,
    /// The account that pays.
    pub account: String,
    /// Paid with the sandbox's pretend money.
    pub pretend: bool,
    /// Some of the wordings, as they would be sent; at most 8.
    pub wordings: Vec<String>,
    /// How many wordings there are, when each is made.
    pub wording_count: u32,
    /// Why it can't be sent as it is.
    pub problem: Option<AppError>,
}

/// Where a job stands in its batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct BatchPlace {
    /// The batch.
    pub id: String,
    /// Which of its jobs, from 0.
    pub index: u32,
    /// How many jobs it has.
    pub of: u32,
}

impl Studio {
    /// Counts, prices and checks a batch. Nothing is sent.
    pub async fn estimate_batch(&self, batch: &PictureBatch) -> Result<BatchEstimate> {
        let payer = self.selected_payer().await?;
        let listed = self.models(&payer, false).await?;
        let mut estimate = BatchEstimate {
            pictures: 0,
            requests: 0,
            amount: None,
            surcharge: batch.request.enhance_prompt || batch.request.web_search,
            account: payer.id.clone(),
            pretend: payer.pretend,
            wordings: Vec::new(),
            wording_count: 0,
            problem: None,
        };
        let grid = match Grid::read(batch, &listed.models) {
            Ok(grid) => grid,
            Err(problem) => return Ok(BatchEstimate { problem: Some(problem), ..estimate }),
        };
        let total = total_of(&grid, &listed.models);
        estimate.pictures = u32::try_from(grid.pictures()).unwrap_or(u32::MAX);
        estimate.wording_count = u32::try_from(grid.wording_count()).unwrap_or(u32::MAX);
        estimate.wordings = grid.some_wordings(MOST_WORDINGS);
        (estimate.amount, estimate.surcharge) = (total.amount, total.surcharge);
        // Whatever seeds there will be, and whatever words: they change neither the count nor the price.
        match grid.requests(&mut |_| 0) {
            Ok(requests) => {
                estimate.requests = u32::try_from(requests.len()).unwrap_or(u32::MAX);
                estimate.problem =
                    self.problem_of_batch(&payer, &grid, &requests, &total, &listed.models).await?;
            }
            Err(problem) => estimate.problem = Some(problem),
        }
        Ok(estimate)
    }

    async fn problem_of_batch(
        &self,
        payer: &Payer,
        grid: &Grid,
        requests: &[MakeRequest],
        total: &Price,
        models: &[Model],
    ) -> Result<Option<AppError>> {
        // The open prompt stands for all that chance may choose, the requests for all that is chosen.
        let all = grid.models.iter().chain(requests);
        let wrong = all.map(|make| check::problem(&PictureRequest::Make(make.clone()), models));
        if let Some(problem) = wrong.flatten().next() {
            return Ok(Some(problem));
        }
        let mut currencies: Vec<_> = grid
            .models
            .iter()
            .filter_map(|make| price_of(make, models).amount)
            .map(|money| money.currency)
            .collect();
        currencies.dedup();
        if currencies.len() > 1 {
            return Ok(Some(
                AppError::new(
                    Code::FieldInvalid,
                    "The chosen models are paid in different currencies.",
                    "Make one batch for each.",
                )
                .param("field", "models")
                .param("reason", "they are paid in different currencies"),
            ));
        }
        for make in &grid.models {
            let request = PictureRequest::Make(make.clone());
            let misfits = self.sources(&request).await?.misfits(&request);
            if let Some(problem) = unsolved(misfits, &request) {
                return Ok(Some(problem));
            }
        }
        self.over_limit_of(payer, total, u32::try_from(requests.len()).unwrap_or(u32::MAX)).await
    }

    /// Writes all jobs of a batch down, sets the whole price aside, and sends them in their turn.
    pub async fn start_batch(&self, batch: PictureBatch, expected: Expected) -> Result<Vec<JobView>> {
        let payer = self.selected_payer().await?;
        let listed = self.models(&payer, false).await?;
        let grid = Grid::read(&batch, &listed.models)?;
        grid.check_count()?;
        let total = total_of(&grid, &listed.models);
        if payer.id != expected.account || total.amount != expected.amount {
            return Err(price_changed());
        }
        let requests = grid.requests(&mut |of| rand::random_range(0..of.max(1)))?;
        if let Some(problem) = self.problem_of_batch(&payer, &grid, &requests, &total, &listed.models).await?
        {
            return Err(problem);
        }
        let id = JobId::new(Timestamp::now()).to_string();
        let of = u32::try_from(requests.len()).unwrap_or(u32::MAX);
        let placed = (0..)
            .zip(requests)
            .map(|(index, make)| (PictureRequest::Make(make), JobBatch { id: id.clone(), index, of }));
        let studio = self.agreeing(&expected.over_budgets);
        studio.start_together(payer, placed.collect(), Vec::new(), Some(&total)).await
    }

    /// Writes the jobs of several checked requests down, each at its place in a batch, and sets them off. What they cost together is held
    /// against the limit for one click. `instead_of` are taken off the strip for them. Where another price than `agreed` is
    /// found, nothing is written.
    pub(crate) async fn start_together(
        &self,
        payer: Payer,
        placed: Vec<(PictureRequest, JobBatch)>,
        instead_of: Vec<JobId>,
        agreed: Option<&Price>,
    ) -> Result<Vec<JobView>> {
        let listed = self.models(&payer, false).await?;
        let mut medians: HashMap<Option<String>, Option<u64>> = HashMap::new();
        // What is drawn on is the same for all of them, or the first of it: read once, and shared.
        let mut loaded: HashMap<Vec<String>, Loaded> = HashMap::new();
        let (mut jobs, mut parcels, mut prices) = (Vec::new(), Vec::new(), Vec::new());
        for (request, place) in &placed {
            if let Some(problem) = check::problem(request, &listed.models) {
                return Err(problem);
            }
            let model = request.model().map(str::to_owned);
            let median = match medians.get(&model) {
                Some(median) => *median,
                None => *medians.entry(model).or_insert(self.median(request).await?),
            };
            let references: Vec<String> = request.references().into_iter().map(str::to_owned).collect();
            if !loaded.contains_key(&references) {
                let sources = self.sources(request).await?;
                let (_, read) = self.loaded(sources, request).await?;
                loaded.insert(references.clone(), read);
            }
            let read = loaded.get(&references).cloned().unwrap_or_default();
            let price = pricing::price(request, &listed.models);
            let mut job = job_of(&payer, request, &price, None, median)?;
            job.batch = Some(place.clone());
            parcels.push(send::pack(request, read)?);
            jobs.push(job);
            prices.push(price);
        }
        let total = pricing::total(prices);
        // The list may have been read anew since the button was pressed.
        if agreed.is_some_and(|agreed| agreed.amount != total.amount) {
            return Err(price_changed());
        }
        self.write_jobs(&payer, jobs.clone(), &total, instead_of).await?;
        let written: Vec<JobId> = jobs.iter().map(|job| job.id).collect();
        for (job, parcel) in jobs.into_iter().zip(parcels) {
            self.set_off(job, payer.clone(), parcel, None);
        }
        self.job_views(move |store| written.into_iter().map(|id| store.jobs().get(id)).collect()).await
    }
}

/// What all pictures of a grid cost; seeds, styles and words change nothing of it.
fn total_of(grid: &Grid, models: &[Model]) -> Price {
    let count = u32::try_from(grid.pictures_of_a_model()).unwrap_or(u32::MAX);
    pricing::total(grid.models.iter().map(|make| {
        let one = price_of(make, models);
        Price { amount: one.amount.map(|money| pricing::times(money, count)), ..one }
    }))
}

fn price_of(make: &MakeRequest, models: &[Model]) -> Price {
    pricing::price(&PictureRequest::Make(make.clone()), models)
}
