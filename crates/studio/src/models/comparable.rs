//! Prices made comparable: a picture, a thousand words, a minute. What had to be assumed for that is told with each.

use venice::models::{Model, ModelType, Price, Pricing};

use super::view::{Assumed, Comparable, PriceUnit};
use crate::{
    money::Money,
    pricing::{self, Tier, money},
};

/// Three words are some four tokens.
const TOKENS: u32 = 1_333;
/// Five letters and a space.
const CHARACTERS: u32 = 6_000;
const MILLION: u32 = 1_000_000;
const THOUSAND: u32 = 1_000;
const MINUTE: u32 = 60;
/// More digits than anybody is charged for.
const DIGITS: u32 = 8;

/// The price to compare a model by; none where the list doesn't tell all of it.
pub(super) fn of(model: &Model) -> Option<Comparable> {
    let pricing = model.spec.pricing.as_ref().filter(|pricing| pricing.is_fully_read())?;
    match model.model_type {
        ModelType::Image | ModelType::Inpaint => picture(model, pricing),
        ModelType::Upscale => {
            let amount = pricing::upscaling(std::slice::from_ref(model), 2)?;
            Some(one(amount, PriceUnit::Picture, Assumed::Tier { tier: "2×".to_owned() }))
        }
        ModelType::Text => text(pricing),
        ModelType::Embedding => {
            let amount = share(pricing.input.as_ref()?, TOKENS, MILLION)?;
            Some(one(amount, PriceUnit::ThousandWords, Assumed::Tokens { tokens: TOKENS }))
        }
        ModelType::Tts => spoken(pricing),
        ModelType::Asr => minute(pricing.per_audio_second.as_ref()?),
        ModelType::Music => music(model, pricing),
        _ => None,
    }
}

/// What a minute costs where so many seconds cost this.
pub(super) fn minute_of(amount: Money, seconds: u32) -> Option<Money> {
    let whole = amount.amount.checked_mul(MINUTE.into())?.checked_div(seconds.into())?;
    Some(Money { amount: whole.round_dp(DIGITS).normalize(), ..amount })
}

fn one(amount: Money, unit: PriceUnit, assumed: Assumed) -> Comparable {
    Comparable { amount, unit, read: None, written: None, assumed }
}

/// Part of a price that is for `per` units.
fn share(price: &Price, units: u32, per: u32) -> Option<Money> {
    let whole = money(price)?;
    let amount = whole.amount.checked_mul(units.into())?.checked_div(per.into())?;
    Some(Money { amount: amount.normalize(), ..whole })
}

fn text(pricing: &Pricing) -> Option<Comparable> {
    let read = share(pricing.input.as_ref()?, TOKENS, MILLION)?;
    let written = share(pricing.output.as_ref()?, TOKENS, MILLION)?;
    if read.currency != written.currency {
        return None;
    }
    let both = Money { amount: (read.amount + written.amount).normalize(), ..read };
    Some(Comparable {
        read: Some(read),
        written: Some(written),
        ..one(both, PriceUnit::ThousandWords, Assumed::Tokens { tokens: TOKENS })
    })
}

fn spoken(pricing: &Pricing) -> Option<Comparable> {
    let by_million = pricing.input.as_ref().and_then(|price| share(price, CHARACTERS, MILLION));
    let by_thousand = || share(pricing.per_thousand_characters.as_ref()?, CHARACTERS, THOUSAND);
    let amount = by_million.or_else(by_thousand)?;
    Some(one(amount, PriceUnit::ThousandWords, Assumed::Characters { characters: CHARACTERS }))
}

fn minute(second: &Price) -> Option<Comparable> {
    Some(one(share(second, MINUTE, 1)?, PriceUnit::Minute, Assumed::Nothing))
}

fn picture(model: &Model, pricing: &Pricing) -> Option<Comparable> {
    let models = std::slice::from_ref(model);
    let usual = match model.model_type {
        ModelType::Inpaint => pricing::editing(models, &model.id, Tier::default(), 1),
        _ => pricing::making(models, &model.id, Tier::default(), 1),
    };
    let Some(amount) = usual else {
        return Some(one(pricing::lowest(model)?, PriceUnit::Picture, Assumed::Lowest));
    };
    let assumed = pricing::usual_tier(model, pricing).map_or(Assumed::Nothing, |tier| Assumed::Tier { tier });
    Some(one(amount, PriceUnit::Picture, assumed))
}

fn music(model: &Model, pricing: &Pricing) -> Option<Comparable> {
    if pricing.per_thousand_characters.is_some() {
        return spoken(pricing);
    }
    if let Some(second) = &pricing.per_second {
        return minute(second);
    }
    if !pricing.durations.is_empty() {
        return by_length(pricing);
    }
    let piece = money(pricing.generation.as_ref()?)?;
    let Some(seconds) = model.spec.default_duration.and_then(whole) else {
        return Some(one(piece, PriceUnit::Piece, Assumed::Nothing));
    };
    Some(one(minute_of(piece, seconds)?, PriceUnit::Minute, Assumed::Length { seconds }))
}

/// The price of a piece of a minute; where none is so short or so long, of the shortest there is.
fn by_length(pricing: &Pricing) -> Option<Comparable> {
    let shortest = || {
        let mut all: Vec<_> = pricing.durations.values().collect();
        all.sort_by(|one, other| {
            one.max_seconds.partial_cmp(&other.max_seconds).unwrap_or(std::cmp::Ordering::Equal)
        });
        all.into_iter().find(|tier| tier.max_seconds.is_some())
    };
    let (tier, seconds) = match pricing.duration_tier(MINUTE.into()) {
        Some(tier) => (tier, MINUTE),
        None => shortest().and_then(|tier| Some((tier, tier.max_seconds.and_then(whole)?)))?,
    };
    let amount = money(&Price { usd: tier.usd, diem: tier.diem })?;
    Some(one(minute_of(amount, seconds)?, PriceUnit::Minute, Assumed::Length { seconds }))
}

/// Seconds as a whole number; whatever makes no sense is none.
fn whole(seconds: f64) -> Option<u32> {
    (seconds.is_finite() && (1.0..=86_400.0).contains(&seconds)).then_some(seconds.round() as u32)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;

    fn read(kind: &str, spec: Value) -> Option<Comparable> {
        of(&serde_json::from_value(json!({"id": "m", "type": kind, "model_spec": spec})).unwrap())
    }

    fn words(price: Option<Comparable>) -> String {
        price.map_or_else(
            || "unknown".to_owned(),
            |price| format!("{} {:?} {:?}", price.amount.amount, price.unit, price.assumed),
        )
    }

    #[rstest]
    #[case("image", json!({"generation": {"usd": 0.01}}), "0.01 Picture Nothing")]
    #[case("image", json!({"resolutions": {"1K": {"usd": 0.18}, "2K": {"usd": 0.23}}}), "0.18 Picture Tier { tier: \"1K\" }")]
    #[case("image", json!({"quality": {"2K": {"low": {"usd": 0.02}, "high": {"usd": 0.5}}}}), "0.02 Picture Lowest")]
    #[case("inpaint", json!({"inpaint": {"usd": 0.12}, "inputImages": {"included": 0, "additional": {"usd": 0.0345}}}), "0.1545 Picture Nothing")]
    #[case("upscale", json!({"upscale": {"2x": {"usd": 0.02}, "4x": {"usd": 0.08}}}), "0.02 Picture Tier { tier: \"2×\" }")]
    #[case("text", json!({"input": {"usd": 3}, "output": {"usd": 15}}), "0.023994 ThousandWords Tokens { tokens: 1333 }")]
    #[case("text", json!({"input": {"usd": 3}, "output": {"diem": 15}}), "unknown")]
    #[case("text", json!({"input": {"usd": 3}}), "unknown")]
    #[case("embedding", json!({"input": {"usd": 0.15}, "output": {"usd": 0.6}}), "0.00019995 ThousandWords Tokens { tokens: 1333 }")]
    #[case("tts", json!({"input": {"usd": 50}}), "0.3 ThousandWords Characters { characters: 6000 }")]
    #[case("music", json!({"per_thousand_characters": {"usd": 0.115}}), "0.69 ThousandWords Characters { characters: 6000 }")]
    #[case("music", json!({"per_second": {"usd": 0.0023}}), "0.138 Minute Nothing")]
    #[case("music", json!({"generation": {"usd": 0.18}}), "0.18 Piece Nothing")]
    #[case("music", json!({"durations": {"60": {"usd": 0.69, "min_seconds": 3, "max_seconds": 60}, "120": {"usd": 1.38, "min_seconds": 61, "max_seconds": 120}}}), "0.69 Minute Length { seconds: 60 }")]
    #[case("music", json!({"durations": {"90": {"usd": 0.04, "min_seconds": 61, "max_seconds": 90}, "180": {"usd": 0.07, "min_seconds": 91, "max_seconds": 180}}}), "0.02666667 Minute Length { seconds: 90 }")]
    #[case("asr", json!({"per_audio_second": {"usd": 0.0001}}), "0.006 Minute Nothing")]
    #[case("video", json!({}), "unknown")]
    #[case("image", json!({"generation": {"usd": 0.01}, "per_moon": {"usd": 3}}), "unknown")]
    fn each_kind_has_its_unit(#[case] kind: &str, #[case] pricing: Value, #[case] expected: &str) {
        assert_eq!(words(read(kind, json!({"pricing": pricing}))), expected);
    }

    #[test]
    fn a_piece_of_a_told_length_is_so_much_a_minute() {
        let spec = json!({"pricing": {"generation": {"usd": 0.1}}, "default_duration": 30});
        assert_eq!(words(read("music", spec)), "0.2 Minute Length { seconds: 30 }");
    }

    #[test]
    fn words_read_and_written_are_told_apart() {
        let price = read("text", json!({"pricing": {"input": {"usd": 1}, "output": {"usd": 2}}})).unwrap();
        let amount = |money: Option<Money>| money.map(|money| money.amount.to_string());
        assert_eq!(amount(price.read).as_deref(), Some("0.001333"));
        assert_eq!(amount(price.written).as_deref(), Some("0.002666"));
    }

    #[test]
    fn a_tier_of_quality_is_told() {
        let spec = json!({"pricing": {"quality": {"2K": {"medium": {"usd": 0.13}}}},
            "constraints": {"defaultResolution": "2K", "defaultQuality": "medium"}});
        assert_eq!(words(read("image", spec)), "0.13 Picture Tier { tier: \"2K, medium\" }");
    }
}
