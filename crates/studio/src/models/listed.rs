//! The prices of a model as the list has them, one by one.

use venice::models::{Model, ModelType, Price, Pricing};

use super::view::{PriceLine, PricePart, PricePer};
use crate::pricing::money;

/// Each price of the list.
pub(super) fn lines(model: &Model) -> Vec<PriceLine> {
    let Some(pricing) = &model.spec.pricing else { return Vec::new() };
    let mut lines = Lines(Vec::new());
    pictures(&mut lines, model, pricing);
    words(&mut lines, model, pricing);
    sound(&mut lines, pricing);
    lines.0
}

/// Whether the list has prices that can't be read.
pub(super) fn has_more(model: &Model) -> bool {
    model.spec.pricing.as_ref().is_some_and(|pricing| !pricing.is_fully_read())
}

struct Lines(Vec<PriceLine>);

impl Lines {
    fn add(&mut self, part: PricePart, detail: Option<String>, price: Option<&Price>, per: PricePer) {
        if let Some(amount) = price.and_then(money) {
            self.0.push(PriceLine { part, detail, amount, per });
        }
    }
}

fn pictures(lines: &mut Lines, model: &Model, pricing: &Pricing) {
    lines.add(PricePart::Making, None, pricing.generation.as_ref(), PricePer::One);
    lines.add(PricePart::Editing, None, pricing.inpaint.as_ref(), PricePer::One);
    for (tier, price) in &pricing.resolutions {
        lines.add(PricePart::Resolution, Some(tier.clone()), Some(price), PricePer::One);
    }
    for (tier, qualities) in &pricing.quality {
        for (quality, price) in qualities {
            lines.add(PricePart::Quality, Some(format!("{tier}, {quality}")), Some(price), PricePer::One);
        }
    }
    if let Some(more) = &pricing.input_images {
        let included = more.included.map(|included| included.to_string());
        lines.add(PricePart::MorePictures, included, more.additional.as_ref(), PricePer::One);
    }
    // Every model of pictures repeats what the one that enlarges costs.
    if let (ModelType::Upscale, Some(upscale)) = (&model.model_type, &pricing.upscale) {
        for (detail, price) in [("2×", upscale.x2.as_ref()), ("4×", upscale.x4.as_ref())] {
            lines.add(PricePart::Enlarging, Some(detail.to_owned()), price, PricePer::One);
        }
    }
}

fn words(lines: &mut Lines, model: &Model, pricing: &Pricing) {
    if model.model_type == ModelType::Tts {
        lines.add(PricePart::Spoken, None, pricing.input.as_ref(), PricePer::MillionCharacters);
    } else {
        let parts = [
            (PricePart::Read, &pricing.input),
            (PricePart::Written, &pricing.output),
            (PricePart::CacheRead, &pricing.cache_input),
            (PricePart::CacheWritten, &pricing.cache_write),
        ];
        for (part, price) in parts {
            lines.add(part, None, price.as_ref(), PricePer::MillionTokens);
        }
    }
    if let Some(long) = &pricing.extended {
        let from = long.context_token_threshold.map(|threshold| threshold.to_string());
        let parts = [
            (PricePart::LongRead, &long.input),
            (PricePart::LongWritten, &long.output),
            (PricePart::LongCacheRead, &long.cache_input),
            (PricePart::LongCacheWritten, &long.cache_write),
        ];
        for (part, price) in parts {
            lines.add(part, from.clone(), price.as_ref(), PricePer::MillionTokens);
        }
    }
    let spoken = pricing.per_thousand_characters.as_ref();
    lines.add(PricePart::Spoken, None, spoken, PricePer::ThousandCharacters);
}

fn sound(lines: &mut Lines, pricing: &Pricing) {
    lines.add(PricePart::Second, None, pricing.per_second.as_ref(), PricePer::Second);
    lines.add(PricePart::HeardSecond, None, pricing.per_audio_second.as_ref(), PricePer::Second);
    // By their names, which are texts: 60 comes before 120.
    let mut tiers: Vec<_> = pricing.durations.iter().collect();
    tiers.sort_by_key(|(name, _)| (name.len(), *name));
    for (name, tier) in tiers {
        let price = Price { usd: tier.usd, diem: tier.diem };
        let span = match (tier.min_seconds, tier.max_seconds) {
            (Some(least), Some(most)) if least < most => format!("{least}–{most}"),
            (_, Some(most)) => most.to_string(),
            _ => name.clone(),
        };
        lines.add(PricePart::Length, Some(span), Some(&price), PricePer::One);
    }
}
