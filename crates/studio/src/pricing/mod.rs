//! The one place that knows what things cost.
//!
//! It reads every shape of price that `/models` has. What it can't price it calls unknown: a price with
//! a part we don't understand is no price. All amounts are decimals.

pub(crate) mod words;

use rust_decimal::Decimal;
use venice::models::{Model, ModelType, Price as Listed, Pricing};

use crate::{
    money::{Currency, Money, usd},
    pictures::request::PictureRequest,
};

/// `/image/background-remove` names no model; it is listed under this one.
const BACKGROUND_REMOVER: &str = "bria-bg-remover";
/// Venice's own default, where a model has tiers and neither the request nor the model says which.
const FIRST_RESOLUTION: &str = "1K";

/// What a request will cost by the price list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Price {
    /// `None` = unknown.
    pub amount: Option<Money>,
    /// `amount` is the most it can come to.
    pub up_to: bool,
    /// More may come on top that the list doesn't name.
    pub surcharge: bool,
}

impl Price {
    /// What the list says, exactly.
    pub(crate) fn known(amount: Option<Money>) -> Self {
        Self { amount, ..Self::default() }
    }

    /// With something on top that the list doesn't name.
    pub(crate) fn and_more(self, surcharge: bool) -> Self {
        Self { surcharge, ..self }
    }

    /// A bound rather than a price.
    pub(crate) fn at_most(amount: Option<Money>) -> Self {
        Self { amount, up_to: true, surcharge: false }
    }
}

/// Prices a request of the Image room with the models of the account that will pay.
pub fn price(request: &PictureRequest, models: &[Model]) -> Price {
    match request {
        PictureRequest::Make(make) => {
            let tier = Tier { resolution: make.resolution.as_deref(), quality: make.quality.as_deref() };
            // What rewriting a prompt and looking things up add isn't in the list.
            let more = make.enhance_prompt || make.web_search;
            Price::known(making(models, &make.model, tier, make.variants)).and_more(more)
        }
        PictureRequest::Edit(edit) => {
            let tier = Tier { resolution: edit.resolution.as_deref(), quality: edit.quality.as_deref() };
            Price::known(editing(models, &edit.model, tier, edit.pictures_in())).and_more(edit.enhance_prompt)
        }
        PictureRequest::Upscale(upscale) => Price::known(upscaling(models, upscale.scale)),
        PictureRequest::CutOut(_) => Price::known(cutting_out(models)),
    }
}

/// The tiers a picture's price may depend on.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tier<'a> {
    pub resolution: Option<&'a str>,
    pub quality: Option<&'a str>,
}

fn listed<'a>(models: &'a [Model], id: &str) -> Option<(&'a Model, &'a Pricing)> {
    models.iter().find(|model| model.id == id).and_then(pricing)
}

/// The text model that a request names by its id or by a trait, with or without features after it.
pub(crate) fn named_text_model<'a>(models: &'a [Model], name: &str) -> Option<&'a Model> {
    let name = name.split(':').next().unwrap_or(name);
    let text = || models.iter().filter(|model| model.model_type == ModelType::Text);
    text()
        .find(|model| model.id == name)
        .or_else(|| text().find(|model| model.spec.traits.iter().any(|known| known == name)))
}

/// Pictures made from words.
pub(crate) fn making(models: &[Model], model: &str, tier: Tier<'_>, count: u32) -> Option<Money> {
    let (model, pricing) = listed(models, model)?;
    Some(times(one(model, pricing, pricing.generation, tier)?, count))
}

/// A picture changed, of so many pictures.
pub(crate) fn editing(models: &[Model], model: &str, tier: Tier<'_>, inputs: u32) -> Option<Money> {
    let (model, pricing) = listed(models, model)?;
    let one = one(model, pricing, pricing.inpaint, tier)?;
    let more = pricing.input_images.map_or(Some(Decimal::ZERO), |images| {
        let beyond = inputs.saturating_sub(images.included?);
        Some(amount_in(&images.additional?, one.currency)? * Decimal::from(beyond))
    })?;
    Some(Money { amount: (one.amount + more).normalize(), ..one })
}

/// A picture made larger.
pub(crate) fn upscaling(models: &[Model], scale: u32) -> Option<Money> {
    let (_, pricing) =
        models.iter().find(|model| model.model_type == ModelType::Upscale).and_then(pricing)?;
    let prices = pricing.upscale?;
    match scale {
        2 => prices.x2.as_ref().and_then(money),
        4 => prices.x4.as_ref().and_then(money),
        _ => None,
    }
}

/// A picture without its background.
pub(crate) fn cutting_out(models: &[Model]) -> Option<Money> {
    listed(models, BACKGROUND_REMOVER)?.1.generation.as_ref().and_then(money)
}

/// What the default model of a kind is called, for requests that name none.
pub(crate) fn default_model(models: &[Model], kind: &ModelType) -> Option<String> {
    let fitting = || models.iter().filter(|model| model.model_type == *kind);
    let marked = fitting().find(|model| model.spec.traits.iter().any(|name| name == "default"));
    marked.map(|model| model.id.clone())
}

/// The lowest price of one picture by a model.
pub fn lowest(model: &Model) -> Option<Money> {
    let (_, pricing) = pricing(model)?;
    let tiers = pricing.resolutions.values().chain(pricing.quality.values().flat_map(|tier| tier.values()));
    let tiered = tiers.filter_map(money).min_by_key(|money| money.amount);
    tiered.or_else(|| pricing.generation.as_ref().or(pricing.inpaint.as_ref()).and_then(money))
}

fn pricing(model: &Model) -> Option<(&Model, &Pricing)> {
    let pricing = model.spec.pricing.as_ref().filter(|pricing| pricing.is_fully_read())?;
    Some((model, pricing))
}

/// The tier a picture has where nobody chooses one, as people read it: `1K`, or `1K, high`; none where there are no tiers.
pub(crate) fn usual_tier(model: &Model, pricing: &Pricing) -> Option<String> {
    let (resolution, quality) = tier_of(model, Tier::default());
    match quality {
        Some(quality) if !pricing.quality.is_empty() => Some(format!("{resolution}, {quality}")),
        _ => (!pricing.resolutions.is_empty()).then(|| resolution.to_owned()),
    }
}

/// The resolution and the quality of a request: its own, else the model's.
fn tier_of<'a>(model: &'a Model, tier: Tier<'a>) -> (&'a str, Option<&'a str>) {
    let constraints = model.spec.constraints.as_ref();
    let resolution = tier
        .resolution
        .or_else(|| constraints.and_then(|constraints| constraints.default_resolution.as_deref()))
        .unwrap_or(FIRST_RESOLUTION);
    let quality = tier.quality.or_else(|| {
        let default = constraints.and_then(|constraints| constraints.default_quality.as_ref());
        default.map(venice::images::Quality::as_str)
    });
    (resolution, quality)
}

/// The price of one picture: by quality where one is asked for and priced, else by resolution, else the flat one.
fn one(model: &Model, pricing: &Pricing, flat: Option<Listed>, tier: Tier<'_>) -> Option<Money> {
    let (resolution, quality) = tier_of(model, tier);
    if let (false, Some(quality)) = (pricing.quality.is_empty(), quality) {
        return pricing.quality.get(resolution)?.get(quality).and_then(money);
    }
    if !pricing.resolutions.is_empty() {
        return pricing.resolutions.get(resolution).and_then(money);
    }
    flat.as_ref().and_then(money)
}

/// In US dollars where there is such a price, else in DIEM.
pub(crate) fn money(listed: &Listed) -> Option<Money> {
    let diem = || listed.diem.map(|amount| Money { amount: amount.normalize(), currency: Currency::Diem });
    listed.usd.map(usd).or_else(diem)
}

fn amount_in(listed: &Listed, currency: Currency) -> Option<Decimal> {
    match currency {
        Currency::Usd => listed.usd,
        Currency::Diem => listed.diem,
        Currency::Credits => None,
    }
}

/// What several requests cost together: known where each is, and all are in one currency.
pub(crate) fn total(prices: impl IntoIterator<Item = Price>) -> Price {
    let mut surcharge = false;
    let mut amount: Option<Option<Money>> = None;
    for price in prices {
        surcharge |= price.surcharge;
        amount = Some(match (amount, price.amount) {
            (None, first) => first,
            (Some(Some(sum)), Some(more)) if sum.currency == more.currency => {
                Some(Money { amount: (sum.amount + more.amount).normalize(), ..sum })
            }
            _ => None,
        });
    }
    Price { amount: amount.flatten(), up_to: false, surcharge }
}

pub(crate) fn times(one: Money, count: u32) -> Money {
    Money { amount: (one.amount * Decimal::from(count)).normalize(), ..one }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;
    use crate::pictures::request::{CutOutRequest, EditRequest, MakeRequest, UpscaleRequest};

    fn model(kind: &str, spec: Value) -> Model {
        serde_json::from_value(json!({"id": "m", "type": kind, "model_spec": spec})).unwrap()
    }

    fn both(amount: f64) -> Value {
        json!({"usd": amount, "diem": amount})
    }

    fn make(resolution: Option<&str>, quality: Option<&str>, variants: u32) -> PictureRequest {
        PictureRequest::Make(MakeRequest {
            model: "m".into(),
            prompt: "a canal".into(),
            resolution: resolution.map(str::to_owned),
            quality: quality.map(str::to_owned),
            variants,
            ..MakeRequest::default()
        })
    }

    fn text(price: Price) -> Option<String> {
        price.amount.map(|money| format!("{} {}", money.amount, money.currency.as_str()))
    }

    #[rstest]
    #[case(json!({"generation": both(0.01)}), None, None, 4, Some("0.04 usd"))]
    #[case(json!({"generation": {"diem": 0.5}}), None, None, 2, Some("1 diem"))]
    #[case(json!({"resolutions": {"1K": both(0.18), "2K": both(0.23)}}), None, None, 1, Some("0.18 usd"))]
    #[case(json!({"resolutions": {"1K": both(0.18), "2K": both(0.23)}}), Some("2K"), None, 3, Some("0.69 usd"))]
    #[case(json!({"resolutions": {"1K": both(0.18)}}), Some("8K"), None, 1, None)]
    #[case(json!({"resolutions": {"1K": both(0.27)}, "quality": {"1K": {"low": both(0.02)}}}), None, Some("low"), 1, Some("0.02 usd"))]
    #[case(json!({"resolutions": {"1K": both(0.27)}, "quality": {"1K": {"low": both(0.02)}}}), None, None, 1, Some("0.27 usd"))]
    #[case(json!({"resolutions": {"1K": both(0.27)}, "quality": {"1K": {"low": both(0.02)}}}), None, Some("high"), 1, None)]
    #[case(json!({"generation": both(0.01), "per_moon": both(3.0)}), None, None, 1, None)]
    #[case(json!({}), None, None, 1, None)]
    fn making(
        #[case] pricing: Value,
        #[case] resolution: Option<&str>,
        #[case] quality: Option<&str>,
        #[case] variants: u32,
        #[case] expected: Option<&str>,
    ) {
        let models = [model("image", json!({"pricing": pricing}))];
        assert_eq!(text(price(&make(resolution, quality, variants), &models)).as_deref(), expected);
    }

    #[test]
    fn the_models_own_defaults_count() {
        let spec = json!({
            "pricing": {"quality": {"2K": {"medium": both(0.13)}}, "resolutions": {"1K": both(9.0), "2K": both(9.0)}},
            "constraints": {"defaultResolution": "2K", "defaultQuality": "medium"},
        });
        assert_eq!(text(price(&make(None, None, 1), &[model("image", spec)])).as_deref(), Some("0.13 usd"));
    }

    #[rstest]
    #[case(json!({"inpaint": both(0.04)}), Some("0.04 usd"))]
    #[case(json!({"inpaint": both(0.12), "inputImages": {"included": 1, "additional": both(0.0345)}}), Some("0.12 usd"))]
    #[case(json!({"inpaint": both(0.12), "inputImages": {"included": 0, "additional": both(0.0345)}}), Some("0.1545 usd"))]
    #[case(json!({"inpaint": both(0.12), "resolutions": {"1K": both(0.3)}}), Some("0.3 usd"))]
    fn editing(#[case] pricing: Value, #[case] expected: Option<&str>) {
        let request = PictureRequest::Edit(EditRequest {
            model: "m".into(),
            item: "i".into(),
            prompt: "more sky".into(),
            ..EditRequest::default()
        });
        assert_eq!(
            text(price(&request, &[model("inpaint", json!({"pricing": pricing}))])).as_deref(),
            expected
        );
    }

    #[test]
    fn an_edit_is_paid_by_its_pictures_and_quality() {
        let pricing = json!({"inpaint": both(0.33), "resolutions": {"1K": both(0.33)},
            "quality": {"1K": {"low": both(0.03), "high": both(0.33)}},
            "inputImages": {"included": 1, "additional": both(0.009)}});
        let spec = json!({"pricing": pricing, "constraints": {"defaultQuality": "high"}});
        let edit = |change: fn(&mut EditRequest)| {
            let mut edit = EditRequest { model: "m".into(), ..EditRequest::default() };
            change(&mut edit);
            price(&PictureRequest::Edit(edit), &[model("inpaint", spec.clone())])
        };
        assert_eq!(text(edit(|_| ())).as_deref(), Some("0.33 usd"));
        assert_eq!(text(edit(|edit| edit.quality = Some("low".into()))).as_deref(), Some("0.03 usd"));
        let more = |edit: &mut EditRequest| {
            edit.mask = Some("a".into());
            edit.references = vec!["b".into(), "c".into()];
            edit.enhance_prompt = true;
        };
        assert_eq!(text(edit(more)).as_deref(), Some("0.357 usd"));
        assert!(edit(more).surcharge && !edit(|_| ()).surcharge);
    }

    #[test]
    fn a_sum_is_known_where_every_part_of_it_is() {
        let price =
            |amount: &str, currency| Price::known(Some(Money { amount: amount.parse().unwrap(), currency }));
        let (dear, cheap) = (price("0.17", Currency::Usd), price("0.010", Currency::Usd));
        assert_eq!(text(total([dear, cheap, cheap])).as_deref(), Some("0.19 usd"));
        assert_eq!(total([dear, Price::default(), cheap]).amount, None);
        assert_eq!(total([dear, price("1", Currency::Diem)]).amount, None, "currencies are never added up");
        assert!(total([dear, cheap.and_more(true)]).surcharge);
        assert_eq!(total([]).amount, None);
    }

    #[rstest]
    #[case(2, Some("0.02 usd"))]
    #[case(4, Some("0.08 usd"))]
    #[case(3, None)]
    fn upscaling(#[case] scale: u32, #[case] expected: Option<&str>) {
        let spec =
            json!({"pricing": {"upscale": {"2x": both(0.02), "4x": both(0.08)}, "generation": both(0.01)}});
        let request = PictureRequest::Upscale(UpscaleRequest {
            item: "i".into(),
            scale,
            creativity: None,
            scale_down: false,
        });
        assert_eq!(text(price(&request, &[model("upscale", spec)])).as_deref(), expected);
    }

    #[test]
    fn cutting_out_is_priced_by_the_remover_and_unknown_without_it() {
        let request = PictureRequest::CutOut(CutOutRequest { item: "i".into(), scale_down: false });
        let mut remover = model("image", json!({"pricing": {"generation": both(0.03)}}));
        assert_eq!(price(&request, std::slice::from_ref(&remover)).amount, None);
        remover.id = BACKGROUND_REMOVER.into();
        assert_eq!(text(price(&request, &[remover])).as_deref(), Some("0.03 usd"));
    }

    #[test]
    fn an_unknown_model_has_no_price() {
        assert_eq!(price(&make(None, None, 1), &[]).amount, None);
    }
}
