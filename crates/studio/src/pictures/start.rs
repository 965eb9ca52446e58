//! From a click to a job that is written down and under way.

use jiff::Timestamp;
use store::{Job, JobId};

use super::{
    check,
    estimate::{Expected, unsolved},
    input,
    input::Source,
    request::PictureRequest,
    send,
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
        let prepared = self.prepare_picture(request, expected).await?;
        self.begin_picture(prepared).await
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
        self.prepare_for(payer, request).await
    }

    pub(crate) async fn start_for(&self, payer: Payer, request: PictureRequest) -> Result<JobView> {
        let prepared = self.prepare_for(payer, request).await?;
        self.begin_picture(prepared).await
    }

    async fn begin_picture(&self, prepared: PreparedPicture) -> Result<JobView> {
        let PreparedPicture { job, price, payer, parcel } = prepared;
        let id = job.id;
        self.begin_job(job, &price, false, payer, parcel, None).await?;
        self.job(id).await
    }

    async fn prepare_for(&self, payer: Payer, mut request: PictureRequest) -> Result<PreparedPicture> {
        // With a seed of our own the recipe can make the picture again.
        if let PictureRequest::Make(make) = &mut request
            && make.seed.is_none()
        {
            make.seed = Some(rand::random_range(1..=999_999_999));
        }
        let listed = self.models(&payer, false).await?;
        if let Some(problem) = check::problem(&request, &listed.models) {
            return Err(problem);
        }
        let price = pricing::price(&request, &listed.models);
        if let Some(over) = self.over_limit(&price).await? {
            return Err(over);
        }
        let source = self.source(&request).await?;
        let mut scale_down = None;
        if let Some(misfit) = source.as_ref().and_then(|source| input::misfit(&request, source)) {
            scale_down = misfit.scale_down;
            if let Some(problem) = unsolved(misfit, &request) {
                return Err(problem);
            }
        }
        let title = title(&request, source.as_ref());
        let ratio = ratio(&request, source.as_ref());
        let source_id = source.as_ref().map(|source| source.item.id);
        let input = match source {
            None => None,
            Some(source) => {
                let reading = tokio::task::spawn_blocking(move || input::read(&source, scale_down.as_ref()));
                Some(reading.await.map_err(AppError::internal)??)
            }
        };
        let parcel = send::pack(&request, input)?;

        let now = Timestamp::now();
        let json = serde_json::to_value(&request).map_err(AppError::internal)?;
        let (operation, model) = (request.operation(), request.model().map(str::to_owned));
        let median = {
            let model = model.clone();
            self.store(move |store| store.jobs().median_duration(operation, model.as_deref())).await?
        };
        let mut job = Job::new(JobId::new(now), request.kind(), &payer.id, operation, json, now);
        job.title = title;
        job.model = model;
        job.source = source_id;
        job.wanted = request.wanted();
        job.ratio = ratio;
        job.pretend = payer.pretend;
        job.estimate = price.amount;
        job.held = price.amount;
        job.expected_ms = median;
        Ok(PreparedPicture { job, price, payer, parcel })
    }
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
    let written = |ratio: &str| {
        let (width, height) = ratio.split_once(':')?;
        let (width, height) = (width.parse::<f64>().ok()?, height.parse::<f64>().ok()?);
        (width > 0.0 && height > 0.0).then(|| width / height)
    };
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
            size.or_else(|| make.aspect_ratio.as_deref().and_then(written)).or(Some(1.0))
        }
        PictureRequest::Edit(edit) => edit.aspect_ratio.as_deref().and_then(written).or_else(kept),
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
