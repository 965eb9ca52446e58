//! What music will cost, and from a click to a job that is written down and on its way.

use jiff::Timestamp;
use store::{Job, JobId};
use venice::{
    Request,
    audio::{QueueAudio, QuoteAudio},
};

use super::{check, job::Asked, models, request::MusicRequest, view::MusicModel};
use crate::{
    AppError, Result, Studio,
    accounts::Payer,
    films::view::QuotedPrice,
    jobs::{Packed, Parcel, remote, view::JobView},
    money::{Money, usd},
    pictures::{
        estimate::Expected,
        start::{price_changed, shortened},
    },
    pricing::Price,
};

impl Studio {
    /// Asks Venice what it will cost, and checks whether it can be sent as it is. Sends nothing that is paid.
    pub async fn quote_music(&self, request: &MusicRequest) -> Result<QuotedPrice> {
        let payer = self.selected_payer().await?;
        self.quote_music_for(&payer, request).await
    }

    pub(crate) async fn quote_music_for(&self, payer: &Payer, request: &MusicRequest) -> Result<QuotedPrice> {
        let listed = self.models(payer, false).await?;
        let model = models::find(&listed.models, &request.model)?;
        let settings = check::settings(request, &model);
        // Who is paid by the character has no price for none.
        let unquotable = settings.is_some() || (model.priced_by_characters && request.prompt.is_empty());
        let asked = if unquotable { None } else { Some(ask_price(payer, request, &model).await) };
        let problem = settings.or_else(|| check::problem(request, &model));
        self.quoted(payer, asked, problem, None).await
    }

    /// Writes the job down and sends it, at the price and from the account the button showed.
    pub async fn start_music(&self, request: MusicRequest, expected: Expected) -> Result<JobView> {
        let payer = self.selected_payer().await?;
        if payer.id != expected.account {
            return Err(price_changed());
        }
        self.agreeing(&expected.over_budgets).begin_music(payer, request, expected.amount).await
    }

    /// Checks, asks for the price anew, writes the job down, and sends it.
    pub(crate) async fn begin_music(
        &self,
        payer: Payer,
        request: MusicRequest,
        amount: Option<Money>,
    ) -> Result<JobView> {
        let listed = self.models(&payer, false).await?;
        let model = models::find(&listed.models, &request.model)?;
        let problem = check::settings(&request, &model).or_else(|| check::problem(&request, &model));
        if let Some(problem) = problem {
            return Err(problem);
        }
        let price = ask_price(&payer, &request, &model).await?;
        if Some(price) != amount {
            return Err(price_changed().param("price", price.amount.normalize()));
        }
        let price = Price::known(Some(price));
        self.may_spend(&payer, &price, 1, false).await?;
        let now = Timestamp::now();
        let wire = pack(&request);
        let title = shortened(&request.prompt);
        let model = request.model.clone();
        let json = serde_json::to_value(Asked { music: request }).map_err(AppError::internal)?;
        let operation = QueueAudio::OPERATION.id;
        let mut job = Job::new(JobId::new(now), remote::MUSIC, &payer.id, operation, json, now);
        job.title = title;
        job.model = Some(model.clone());
        job.pretend = payer.pretend;
        job.estimate = price.amount;
        job.held = price.amount;
        job.expected_ms =
            self.store(move |store| store.jobs().median_duration(operation, Some(&model))).await?;
        let id = job.id;
        let parcel = {
            let (studio, job) = (self.clone(), job.clone());
            Parcel::later(
                async move |waited| {
                    if waited { studio.pack_again(job).await } else { Ok(Packed::of(wire)) }
                },
            )
        };
        self.begin_job(job, &price, false, payer, parcel, None).await?;
        self.job(id).await
    }
}

impl Studio {
    /// The request of a planned job, and what Venice wants for it now.
    pub(crate) async fn music_parcel(
        &self,
        payer: &Payer,
        request: MusicRequest,
    ) -> Result<(Option<Money>, Parcel)> {
        let listed = self.models(payer, false).await?;
        let model = models::find(&listed.models, &request.model)?;
        let problem = check::settings(&request, &model).or_else(|| check::problem(&request, &model));
        if let Some(problem) = problem {
            return Err(problem);
        }
        let price = ask_price(payer, &request, &model).await?;
        Ok((Some(price), Parcel::of(pack(&request))))
    }
}

/// Venice's price, good for the moment.
async fn ask_price(payer: &Payer, request: &MusicRequest, model: &MusicModel) -> Result<Money> {
    let mut wire = QuoteAudio::new(&request.model);
    wire.duration_seconds = request.duration_seconds;
    let characters = u32::try_from(request.prompt.chars().count()).unwrap_or(u32::MAX);
    wire.character_count = model.priced_by_characters.then_some(characters);
    Ok(usd(payer.client.quote_audio(&wire).await?.value.usd))
}

/// The request as Venice wants it: what isn't wished for is left out, because a model refuses what it doesn't know.
fn pack(request: &MusicRequest) -> QueueAudio {
    let mut wire = QueueAudio::new(&request.model, &request.prompt);
    wire.lyrics_prompt = check::sung(request).map(str::to_owned);
    wire.duration_seconds = request.duration_seconds;
    wire.force_instrumental = request.instrumental.then_some(true);
    wire.lyrics_optimizer = request.lyrics_optimizer.then_some(true);
    wire.looped = request.looped.then_some(true);
    wire.voice.clone_from(&request.voice);
    wire.language_code.clone_from(&request.language);
    wire.speed = request.speed;
    wire
}
