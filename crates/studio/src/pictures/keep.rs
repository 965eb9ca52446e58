//! From the bytes of an answer to items of the library.

use bytes::Bytes;
use store::{Certainty, Cost, Job, NewItem, Origin, Parent, Role};
use venice::{
    Receipt,
    images::{GeneratedImages, Picture},
};

use super::request::PictureRequest;
use crate::{
    AppError, Result, Studio,
    error::Code,
    jobs::{Kept, Sent, share},
    library::KeptReceipt,
    recipe::Recipe,
};

impl Studio {
    /// Keeps every picture of an answer, also those that can't be shown: they were paid for. A picture that is kept
    /// already stays the one it is.
    pub(crate) async fn keep_pictures(&self, job: &Job, sent: Sent, took_ms: u64) -> Result<Kept> {
        let request: PictureRequest =
            serde_json::from_value(job.request.clone()).map_err(AppError::internal)?;
        let Sent { bytes, content_type, receipt } = sent;
        let (pictures, answer_id, unreadable) = {
            let making = matches!(request, PictureRequest::Make(_));
            let decoding =
                tokio::task::spawn_blocking(move || decode(making, content_type.as_deref(), bytes));
            decoding.await.map_err(AppError::internal)??
        };
        let answer_id = answer_id.or_else(|| receipt.answer_id.clone());
        let kept_receipt = KeptReceipt {
            answer_id: answer_id.clone(),
            cf_ray: receipt.cf_ray.clone(),
            model: receipt.model.id.clone(),
            took_ms: Some(took_ms),
            estimate: job.estimate,
            warnings: warnings(&receipt),
            enhanced_prompt: receipt.picture.enhanced_prompt.clone(),
            blurred: receipt.picture.is_blurred == Some(true),
        };
        let results = u32::try_from(pictures.len()).unwrap_or(u32::MAX);
        let problem = (unreadable > 0 || results < job.wanted).then(|| incomplete(results, job.wanted));
        let recipe = Recipe::of(&request);
        let job = job.clone();
        self.store(move |store| {
            // One that can't be kept doesn't cost the others; they are tried again with the whole answer.
            let mut outcome = Ok(());
            for (index, picture) in pictures.into_iter().enumerate() {
                let format = (picture.format.media_type(), picture.format.as_str().to_owned());
                let new = NewItem {
                    format: Some(format),
                    ..new_item(&job, &request, &recipe, &kept_receipt, index, results)
                };
                outcome = outcome.and(store.keep(picture.bytes.to_vec(), new).map(drop));
            }
            outcome
        })
        .await?;
        Ok(Kept { answer_id, problem, ..Kept::default() })
    }
}

fn incomplete(came: u32, wanted: u32) -> AppError {
    AppError::new(
        Code::UnexpectedAnswer,
        format!("{came} of {wanted} pictures could be read from the answer."),
        "The whole answer is kept in the work folder; Venice's support can look the request up.",
    )
    .param("content_type", "—")
}

fn decode(
    making: bool,
    content_type: Option<&str>,
    bytes: Bytes,
) -> Result<(Vec<Picture>, Option<String>, usize)> {
    let decoded = if making {
        GeneratedImages::from_body(content_type, bytes).map(|made| (made.images, made.id, made.unreadable))
    } else {
        Picture::from_body(content_type, bytes).map(|picture| (vec![picture], None, 0))
    };
    decoded.map_err(|_| {
        AppError::new(
            Code::UnexpectedAnswer,
            "The answer arrived, but there is no picture in it that can be read.",
            "It was most likely charged. What arrived is kept in the work folder; Venice's support can look the request up.",
        )
        .param("content_type", content_type.unwrap_or("—"))
    })
}

fn new_item(
    job: &Job,
    request: &PictureRequest,
    recipe: &Recipe,
    receipt: &KeptReceipt,
    index: usize,
    results: u32,
) -> NewItem {
    let origin = match request {
        PictureRequest::Make(_) => Origin::Made,
        PictureRequest::Edit(_) => Origin::Edited,
        PictureRequest::Upscale(_) => Origin::Upscaled,
        PictureRequest::CutOut(_) => Origin::CutOut,
    };
    let (seed, negative_prompt) = match request {
        // Which seed each of several variants has isn't said; that of a single one is known.
        PictureRequest::Make(make) => {
            (make.seed.map(i64::from).filter(|_| make.variants == 1), make.negative_prompt.clone())
        }
        _ => (None, None),
    };
    NewItem {
        prompt: request.prompt().map(str::to_owned),
        negative_prompt,
        model: job.model.clone().or_else(|| receipt.model.clone()),
        // By the price list, until Venice's ledger confirms it.
        cost: Cost {
            money: job.estimate.map(|money| share(money, results)),
            certainty: if job.estimate.is_some() { Certainty::Estimate } else { Certainty::Unknown },
            pretend: job.pretend,
        },
        account: Some(job.account.clone()),
        job: Some(job.id),
        job_index: u32::try_from(index).unwrap_or(u32::MAX),
        seed,
        parents: parents(job, request),
        recipe: serde_json::to_value(recipe).ok(),
        receipt: serde_json::to_value(receipt).ok(),
        ..NewItem::new(origin, &job.title)
    }
}

/// What it was made from. A mask is no item.
fn parents(job: &Job, request: &PictureRequest) -> Vec<Parent> {
    let source = job.source.map(|item| Parent { item, role: Role::Source });
    let references = request.references().into_iter().filter_map(|id| id.parse().ok());
    let references = references.map(|item| Parent { item, role: Role::Reference });
    source.into_iter().chain(references).collect()
}

fn warnings(receipt: &Receipt) -> Vec<String> {
    let violation = (receipt.picture.is_content_violation == Some(true))
        .then(|| "Venice says that this picture is against its terms of service.".to_owned());
    receipt.warnings.iter().map(warning).chain(violation).collect()
}

fn warning(warning: &venice::Warning) -> String {
    match warning {
        venice::Warning::ModelDeprecated { message, date, replacement } => {
            let date = date.map(|date| format!(" {}", date.strftime("%Y-%m-%d"))).unwrap_or_default();
            let instead = replacement.as_ref().map(|model| format!(" → {model}")).unwrap_or_default();
            format!("{}{date}{instead}", message.as_deref().unwrap_or("This model is being retired."))
        }
        _ => "Venice sent a warning this version doesn't know.".to_owned(),
    }
}
