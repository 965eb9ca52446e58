//! From a click to a job that is written down and under way.

use jiff::Timestamp;
use store::{Job, JobBatch, JobId};

use super::{
    check,
    estimate::{Expected, unsolved},
    fit::ratio_of,
    input::{Loaded, Source, Sources},
    request::{MakeRequest, PictureRequest},
    send, wildcards,
};
use crate::{
    AppError, Result, Studio,
    accounts::Payer,
    error::Code,
    jobs::{Parcel, view::JobView},
    pricing::{self, Price},
};

/// Titles are cut at a word near this many characters.
const TITLE: usize = 60;

/// A picture that is checked and priced; nothing of it is written down yet.
pub(crate) struct PreparedPicture {
    pub job: Job,
    pub price: Price,
    pub payer: Payer,
    pub parcel: Parcel,
}

impl Studio {
    /// Checks a request, writes its job down, sets its price aside, and sends it. It answers as soon as the job is
    /// written; events tell how it goes on. Where the account or the price isn't what the button said, nothing is sent.
    pub async fn start_picture(&self, request: PictureRequest, expected: Expected) -> Result<JobView> {
        let studio = self.agreeing(&expected.over_budgets);
        let prepared = studio.prepare_picture(request, expected).await?;
        studio.begin_picture(prepared).await
    }

    /// Checks a request at the price and for the account that the button said.
    pub(crate) async fn prepare_picture(
        &self,
        request: PictureRequest,
        expected: Expected,
    ) -> Result<PreparedPicture> {
        let payer = self.selected_payer().await?;
        let listed = self.models(&payer, false).await?;
        let price = pricing::price(&request, &listed.models).amount;
        if payer.id != expected.account || price != expected.amount {
            return Err(price_changed());
        }
        let prepared = self.prepare_for(payer, request).await?;
        // The list may have been read anew in between.
        if prepared.price.amount == expected.amount { Ok(prepared) } else { Err(price_changed()) }
    }

    /// Starts a request anew, at the place its job had in a batch.
    pub(crate) async fn start_for(
        &self,
        payer: Payer,
        request: PictureRequest,
        place: Option<JobBatch>,
    ) -> Result<JobView> {
        let mut prepared = self.prepare_for(payer, request).await?;
        prepared.job.batch = place;
        self.begin_picture(prepared).await
    }

    /// The same at the price and from the account the button said.
    pub(crate) async fn start_at(
        &self,
        payer: Payer,
        request: PictureRequest,
        place: Option<JobBatch>,
        expected: Expected,
    ) -> Result<JobView> {
        let studio = self.agreeing(&expected.over_budgets);
        let mut prepared = studio.prepare_for(payer, request).await?;
        prepared.job.batch = place;
        if prepared.payer.id != expected.account || prepared.price.amount != expected.amount {
            return Err(price_changed());
        }
        studio.begin_picture(prepared).await
    }

    async fn begin_picture(&self, prepared: PreparedPicture) -> Result<JobView> {
        let PreparedPicture { job, price, payer, parcel } = prepared;
        let id = job.id;
        self.begin_job(job, &price, false, payer, parcel, None).await?;
        self.job(id).await
    }

    /// Checks and prices a request for an account. Nothing of it is written down, and nothing set aside: a job that waited has
    /// its money already.
    pub(crate) async fn prepare_for(
        &self,
        payer: Payer,
        mut request: PictureRequest,
    ) -> Result<PreparedPicture> {
        let listed = self.models(&payer, false).await?;
        if let Some(problem) = check::problem(&request, &listed.models) {
            return Err(problem);
        }
        if let PictureRequest::Make(make) = &mut request {
            settle(make)?;
        }
        let price = pricing::price(&request, &listed.models);
        let sources = self.sources(&request).await?;
        let (main, loaded) = self.loaded(sources, &request).await?;
        let parcel = send::pack(&request, loaded)?;
        let median = self.median(&request).await?;
        let job = job_of(&payer, &request, &price, main.as_ref(), median)?;
        Ok(PreparedPicture { job, price, payer, parcel })
    }

    /// Reads what goes into a request, and gives back what it starts from. Refuses what can't be sent as it is, or as the
    /// copy that was agreed to.
    pub(super) async fn loaded(
        &self,
        sources: Sources,
        request: &PictureRequest,
    ) -> Result<(Option<Source>, Loaded)> {
        if let Some(problem) = unsolved(sources.misfits(request), request) {
            return Err(problem);
        }
        let request = request.clone();
        let reading = tokio::task::spawn_blocking(move || {
            let loaded = sources.read(&request)?;
            Ok::<_, AppError>((sources.main, loaded))
        });
        reading.await.map_err(AppError::internal)?
    }

    /// How long jobs like this took.
    pub(super) async fn median(&self, request: &PictureRequest) -> Result<Option<u64>> {
        let (operation, model) = (request.operation(), request.model().map(str::to_owned));
        self.store(move |store| store.jobs().median_duration(operation, model.as_deref())).await
    }
}

/// What is left to chance is decided before anything is written down: with the words and a seed of our own, the recipe
/// can make the picture again.
fn settle(make: &mut MakeRequest) -> Result<()> {
    let wording = wildcards::open(make)?;
    wildcards::put(make, wording.chosen(&mut |of| rand::random_range(0..of.max(1))));
    // 0 would leave it to Venice.
    if make.seed.is_none_or(|seed| seed == 0) {
        make.seed = Some(rand::random_range(1..=999_999_999));
    }
    Ok(())
}

/// The job of a request, not written down yet.
pub(super) fn job_of(
    payer: &Payer,
    request: &PictureRequest,
    price: &Price,
    source: Option<&Source>,
    median: Option<u64>,
) -> Result<Job> {
    let now = Timestamp::now();
    let json = serde_json::to_value(request).map_err(AppError::internal)?;
    let mut job = Job::new(JobId::new(now), request.kind(), &payer.id, request.operation(), json, now);
    job.title = title(request, source);
    job.model = request.model().map(str::to_owned);
    job.source = source.map(|source| source.item.id);
    job.wanted = request.wanted();
    job.ratio = ratio(request, source);
    job.pretend = payer.pretend;
    job.estimate = price.amount;
    job.held = price.amount;
    job.expected_ms = median;
    Ok(job)
}

/// The button said something else.
pub(crate) fn price_changed() -> AppError {
    AppError::new(
        Code::PriceChanged,
        "The price or the account is no longer what the button said.",
        "Nothing was sent. Look at the button, and press it again if you agree.",
    )
}

fn title(request: &PictureRequest, source: Option<&Source>) -> String {
    shortened(
        request.prompt().or_else(|| source.map(|source| source.item.title.as_str())).unwrap_or_default(),
    )
}

/// The beginning of what was written, as a name.
pub(crate) fn shortened(words: &str) -> String {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= TITLE {
        return words;
    }
    let cut: String = words.chars().take(TITLE).collect();
    // Chinese has no spaces to cut at.
    let end = cut.rfind(' ').filter(|at| *at > TITLE / 2).unwrap_or(cut.len());
    format!("{}…", cut[..end].trim_end_matches([',', ' ', ';', '.']))
}

/// Width by height of what will come.
fn ratio(request: &PictureRequest, source: Option<&Source>) -> Option<f64> {
    let kept = || {
        source
            .and_then(|source| Some(f64::from(source.item.file.width?) / f64::from(source.item.file.height?)))
    };
    match request {
        PictureRequest::Make(make) => {
            let size = make
                .width
                .zip(make.height)
                .map(|(width, height)| f64::from(width) / f64::from(height.max(1)));
            size.or_else(|| make.aspect_ratio.as_deref().and_then(ratio_of)).or(Some(1.0))
        }
        PictureRequest::Edit(edit) => edit.aspect_ratio.as_deref().and_then(ratio_of).or_else(kept),
        PictureRequest::Upscale(_) | PictureRequest::CutOut(_) => kept(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::request::MakeRequest;

    fn titled(prompt: &str) -> String {
        title(&PictureRequest::Make(MakeRequest { prompt: prompt.into(), ..MakeRequest::default() }), None)
    }

    #[test]
    fn titles_are_short_and_end_at_a_word() {
        assert_eq!(titled("a  quiet\ncanal"), "a quiet canal");
        let long = titled("A quiet canal at first light, tall houses in faded coral and ochre, one gondola");
        assert_eq!(long, "A quiet canal at first light, tall houses in faded coral…");
        assert_eq!(titled(&"水".repeat(80)).chars().count(), 61);
    }

    #[test]
    fn ratios_come_from_size_or_words() {
        let make = |change: fn(&mut MakeRequest)| {
            let mut make = MakeRequest::default();
            change(&mut make);
            ratio(&PictureRequest::Make(make), None)
        };
        assert_eq!(make(|make| make.aspect_ratio = Some("3:2".into())), Some(1.5));
        assert_eq!(make(|make| (make.width, make.height) = (Some(512), Some(1024))), Some(0.5));
        assert_eq!(make(|make| make.aspect_ratio = Some("wide".into())), Some(1.0));
    }
}
