//! The models a form offers.

use venice::models::{Model, ModelType};

use super::view::{ModelChoice, PricedBy};
use crate::{AppError, Result, Studio, money::Money, pricing};

impl Studio {
    /// The models of these kinds, with what a form should know of each.
    pub async fn model_choices(&self, kinds: &[String]) -> Result<Vec<ModelChoice>> {
        let payer = self.selected_payer().await?;
        let listed = self.models(&payer, false).await?;
        let marks = self.marks(&payer).await?;
        let fitting =
            listed.models.iter().filter(|model| kinds.iter().any(|kind| model.model_type.as_str() == kind));
        let mut choices =
            fitting.map(|model| choice(model, marks.is_default(&model.id))).collect::<Result<Vec<_>>>()?;
        marks.favourites_first(&mut choices, |choice| &choice.id);
        Ok(choices)
    }
}

fn choice(model: &Model, is_default: bool) -> Result<ModelChoice> {
    let (price, per) = price(model).map_or((None, None), |(price, per)| (Some(price), Some(per)));
    Ok(ModelChoice {
        id: model.id.clone(),
        name: model.spec.name.clone().unwrap_or_else(|| model.id.clone()),
        kind: model.model_type.as_str().to_owned(),
        offline: model.spec.offline,
        is_default,
        price,
        per,
        spec: serde_json::to_value(&model.spec).map_err(AppError::internal)?,
    })
}

/// The lowest price of a model, and what it is for.
fn price(model: &Model) -> Option<(Money, PricedBy)> {
    let pricing = model.spec.pricing.as_ref().filter(|pricing| pricing.is_fully_read())?;
    let of = |price: Option<venice::models::Price>| price.as_ref().and_then(pricing::money);
    match model.model_type {
        ModelType::Image | ModelType::Inpaint | ModelType::Upscale => {
            Some((pricing::lowest(model)?, PricedBy::Picture))
        }
        ModelType::Tts => Some((of(pricing.input)?, PricedBy::MillionCharacters)),
        ModelType::Asr => Some((of(pricing.per_audio_second)?, PricedBy::Second)),
        ModelType::Music => of(pricing.generation)
            .map(|price| (price, PricedBy::Piece))
            .or_else(|| Some((of(pricing.per_second)?, PricedBy::Second))),
        _ => Some((of(pricing.input)?, PricedBy::MillionTokens)),
    }
}
