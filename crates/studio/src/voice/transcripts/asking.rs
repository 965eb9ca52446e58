//! What a transcription costs, and what stands in its way.

use std::time::Duration;

use venice::models::{Model, ModelType};

use super::{cutting, source::Source, view::TranscribeEstimate, view::TranscribeRequest};
use crate::{
    AppError, Result, Studio,
    accounts::Payer,
    error::Code,
    pricing::{self, Price},
};

/// A transcription that can be begun, and what it costs at most.
pub(super) struct Asked {
    pub payer: Payer,
    pub source: Source,
    pub price: Price,
}

impl Studio {
    /// Counts, prices and checks. Sends nothing.
    pub async fn estimate_transcription(&self, request: &TranscribeRequest) -> Result<TranscribeEstimate> {
        let payer = self.selected_payer().await?;
        let mut estimate = TranscribeEstimate {
            amount: None,
            length_ms: 0,
            pieces: 0,
            account: payer.id.clone(),
            pretend: payer.pretend,
            problem: None,
        };
        let listed = self.models(&payer, false).await?;
        estimate.problem = problem(request, &listed.models);
        match self.source_of(crate::library::parse(&request.item)?).await {
            Ok(source) => {
                let price = price_of(&listed.models, &request.model, source.length);
                estimate.amount = price.amount;
                estimate.length_ms = source.length_ms();
                estimate.pieces = cutting::pieces_about(source.length);
                if estimate.problem.is_none() {
                    estimate.problem = self.over_limit_of(&payer, &price, estimate.pieces).await?;
                }
            }
            Err(error) => estimate.problem = estimate.problem.or(Some(error)),
        }
        Ok(estimate)
    }

    /// The same for one that is to begin.
    pub(super) async fn asked_for(&self, request: &TranscribeRequest) -> Result<Asked> {
        let payer = self.selected_payer().await?;
        let listed = self.models(&payer, false).await?;
        if let Some(problem) = problem(request, &listed.models) {
            return Err(problem);
        }
        let source = self.source_of(crate::library::parse(&request.item)?).await?;
        let price = price_of(&listed.models, &request.model, source.length);
        Ok(Asked { payer, source, price })
    }
}

/// So much sound, by the price list.
pub(super) fn price_of(models: &[Model], model: &str, length: Duration) -> Price {
    let milliseconds = u64::try_from(length.as_millis()).unwrap_or(u64::MAX);
    Price::known(pricing::words::hearing(models, model, milliseconds))
}

/// What is wrong with the settings; the sound is looked at elsewhere.
pub(super) fn problem(request: &TranscribeRequest, models: &[Model]) -> Option<AppError> {
    let model = models.iter().find(|model| model.id == request.model && model.model_type == ModelType::Asr);
    let Some(model) = model else {
        return Some(AppError::venice(
            "MODEL_NOT_FOUND",
            "Venice has no model of this name that listens (any more).",
            "Choose another model.",
        ));
    };
    if model.spec.offline {
        return Some(AppError::venice("MODEL_OFFLINE", "This model is offline.", "Choose another model."));
    }
    let language = request.language.as_deref().unwrap_or("en");
    let is_code = matches!(language.len(), 2 | 3) && language.bytes().all(|byte| byte.is_ascii_lowercase());
    (!is_code).then(|| {
        AppError::new(
            Code::FieldInvalid,
            "The language must be told by its code, such as en.",
            "Choose it from the list, or leave it to the model.",
        )
        .param("field", "language")
        .param("reason", "it must be a code of two or three letters, such as en")
    })
}
