//! What a film will cost, in Venice's own words, and whether it can be sent as it is.

use venice::{FileInput, video::QuoteVideo};

use super::{
    check,
    look::Seen,
    models,
    request::{FilmRequest, FilmRole},
    view::{FilmInputFacts, FilmMode, FilmModel, QuotedPrice},
};
use crate::{
    AppError, Result, Studio,
    accounts::Payer,
    calls::view::FileRef,
    money::{Money, usd},
    pricing::Price,
};

/// A request that was looked at.
pub(super) struct Looked {
    pub model: FilmModel,
    pub seen: Vec<Seen>,
    /// What is wrong with what the price depends on: Venice isn't asked then.
    unquotable: bool,
    pub problem: Option<AppError>,
    advice: Option<AppError>,
}

impl Studio {
    /// Looks at a file that is to go into a film. Sends nothing.
    pub async fn check_film_input(
        &self,
        input: FileRef,
        model: String,
        role: FilmRole,
    ) -> Result<FilmInputFacts> {
        let payer = self.selected_payer().await?;
        let listed = self.models(&payer, false).await?;
        let model = models::find(&listed.models, &model)?;
        let mut seen = self.look_at_inputs(vec![(role, input)]).await?;
        let seen = seen.pop().ok_or_else(|| AppError::not_found("file"))?;
        let not_taken = check::place(role, &model);
        let mut facts = seen.facts();
        facts.problem = not_taken.or(facts.problem);
        Ok(facts)
    }

    /// Asks Venice what a film will cost, and checks whether it can be sent as it is. Sends nothing that is paid.
    pub async fn quote_film(&self, request: &FilmRequest) -> Result<QuotedPrice> {
        let payer = self.selected_payer().await?;
        self.quote_film_for(&payer, request).await
    }

    pub(super) async fn quote_film_for(&self, payer: &Payer, request: &FilmRequest) -> Result<QuotedPrice> {
        let looked = self.look_at_film(payer, request).await?;
        let asked =
            if looked.unquotable { None } else { Some(self.ask_film_price(payer, request, &looked).await) };
        let advice = looked.advice;
        self.quoted(payer, asked, looked.problem, advice).await
    }

    /// What was asked, as the button shows it.
    pub(crate) async fn quoted(
        &self,
        payer: &Payer,
        asked: Option<Result<Money>>,
        problem: Option<AppError>,
        advice: Option<AppError>,
    ) -> Result<QuotedPrice> {
        let (amount, unpriced) = match asked {
            Some(Ok(amount)) => (Some(amount), None),
            Some(Err(error)) => (None, Some(error)),
            None => (None, None),
        };
        let problem = match (problem, amount) {
            (Some(problem), _) => Some(problem),
            (None, Some(amount)) => self.over_limit(payer, &Price::known(Some(amount))).await?,
            // Nobody agrees to a price that isn't told.
            (None, None) => unpriced.clone(),
        };
        let (account, pretend) = (payer.id.clone(), payer.pretend);
        Ok(QuotedPrice { amount, account, pretend, problem, unpriced, advice })
    }

    /// Looks at a request, its model and its files.
    pub(super) async fn look_at_film(&self, payer: &Payer, request: &FilmRequest) -> Result<Looked> {
        let listed = self.models(payer, false).await?;
        let model = models::find(&listed.models, &request.model)?;
        let files = request.files().into_iter().map(|(role, file)| (role, file.clone())).collect();
        let seen = self.look_at_inputs(files).await?;
        let settings = check::settings(request, &model);
        let inputs = check::inputs(request, &model);
        let source = seen.iter().find(|seen| seen.role == FilmRole::Film);
        let unquotable = settings.is_some()
            // The length of what is enlarged is its price.
            || (model.mode == FilmMode::Upscale && source.is_none_or(|source| source.problem.is_some()))
            || (inputs.is_some() && !request.reference_films.is_empty());
        let problem =
            settings.or_else(|| check::words(request, &model)).or(inputs).or_else(|| check::seen(&seen));
        let problem = match (problem, &request.document) {
            (None, Some(document)) => self.check_document(document).await.err(),
            (problem, _) => problem,
        };
        let advice = check::advice(request, &seen);
        Ok(Looked { model, seen, unquotable, problem, advice })
    }

    /// Venice's price for what was looked at, good for the moment.
    pub(super) async fn ask_film_price(
        &self,
        payer: &Payer,
        request: &FilmRequest,
        looked: &Looked,
    ) -> Result<Money> {
        let model = &looked.model;
        let mut wire = QuoteVideo::new(&request.model, check::duration_of(request, model));
        wire.aspect_ratio.clone_from(&request.aspect_ratio);
        wire.resolution.clone_from(&request.resolution);
        wire.upscale_factor = request.upscale_factor;
        wire.audio = request.audio.filter(|_| model.audio_configurable);
        if model.mode == FilmMode::Upscale
            && let Some(source) = looked.seen.iter().find(|seen| seen.role == FilmRole::Film)
        {
            let file = FileInput::path(&source.path, &source.mime);
            wire.video_url = Some(file.map_err(|error| store::Error::file(&source.path, error))?);
        }
        let kept_to = looked.seen.iter().filter(|seen| seen.role == FilmRole::ReferenceFilm);
        let seconds: f64 = kept_to.map(Seen::seconds).sum();
        // To the thousandth: what a container counts beyond is nobody's price.
        let seconds = (seconds * 1_000.0).round() / 1_000.0;
        wire.reference_video_total_duration = (seconds > 0.0).then_some(seconds);
        Ok(usd(payer.client.quote_video(&wire).await?.value.usd))
    }
}
