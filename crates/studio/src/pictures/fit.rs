//! One wish for several models: what a model doesn't have falls to its own default, what it has in another form is
//! brought as near as it gets.

use venice::models::Model;

use super::{
    catalogue::view_of,
    check::LONGEST_SIDE,
    model::{ModelUse, ModelView},
    request::MakeRequest,
};

/// Venice's own pixels of a picture, where a shape is asked for and no size.
const AREA: f64 = 1024.0 * 1024.0;

/// The same wish as this model takes it.
pub(super) fn fitted(make: &MakeRequest, model: &Model) -> MakeRequest {
    let view = view_of(model, ModelUse::Make);
    let mut fitted = MakeRequest { model: view.id.clone(), ..make.clone() };
    shape(&mut fitted, make, &view);
    fitted.resolution = offered(make.resolution.as_ref(), &view.resolutions);
    fitted.quality = offered(make.quality.as_ref(), &view.qualities);
    fitted.steps = make.steps.filter(|steps| view.steps.is_some_and(|range| (1..=range.max).contains(steps)));
    fitted.lora_strength = make.lora_strength.filter(|_| view.lora);
    fitted.web_search &= view.web_search;
    fitted.skip_prompt_thinking &= view.prompt_thinking;
    fitted.style_references.truncate(view.max_style_references as usize);
    if !view.style_reference_strength {
        fitted.style_references.iter_mut().for_each(|reference| reference.strength = None);
    }
    fitted
}

fn offered(chosen: Option<&String>, offered: &[String]) -> Option<String> {
    chosen.filter(|chosen| offered.contains(chosen)).cloned()
}

fn shape(fitted: &mut MakeRequest, make: &MakeRequest, view: &ModelView) {
    let size = make.width.zip(make.height).filter(|(width, height)| *width > 0 && *height > 0);
    let ratio = make
        .aspect_ratio
        .as_deref()
        .and_then(ratio_of)
        .or_else(|| size.map(|(width, height)| f64::from(width) / f64::from(height)));
    (fitted.width, fitted.height, fitted.aspect_ratio) = (None, None, None);
    if let Some(divisor) = view.size_divisor {
        let near = match (size, ratio) {
            (Some((width, height)), _) => Some((f64::from(width), f64::from(height))),
            (None, Some(ratio)) => Some(((AREA * ratio).sqrt(), (AREA / ratio).sqrt())),
            (None, None) => None,
        };
        let near = near.map(|near| within(near, divisor));
        (fitted.width, fitted.height) = near.unzip();
    } else if let Some(ratio) = ratio {
        fitted.aspect_ratio = offered(make.aspect_ratio.as_ref(), &view.aspect_ratios)
            .or_else(|| nearest(ratio, &view.aspect_ratios));
    }
}

/// Sides that a model takes, of the same shape as near as it gets.
fn within((width, height): (f64, f64), divisor: u32) -> (u32, u32) {
    let most = f64::from(LONGEST_SIDE / divisor * divisor).max(f64::from(divisor));
    let shrink = (most / width.max(height)).min(1.0);
    let side = |side: f64| {
        let step = f64::from(divisor);
        ((side * shrink / step).round() * step).clamp(step, most) as u32
    };
    (side(width), side(height))
}

/// The ratio of a list that is nearest in shape.
fn nearest(ratio: f64, offered: &[String]) -> Option<String> {
    let away = |text: &String| ratio_of(text).map(|other| (other / ratio).ln().abs());
    let known = offered.iter().filter_map(|text| Some((away(text)?, text)));
    known.min_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, text)| text.clone())
}

/// Width by height of a ratio such as `3:2`.
pub(crate) fn ratio_of(text: &str) -> Option<f64> {
    let (width, height) = text.split_once(':')?;
    let (width, height) = (width.trim().parse::<f64>().ok()?, height.trim().parse::<f64>().ok()?);
    let ratio = width / height;
    (width > 0.0 && height > 0.0 && ratio.is_finite()).then_some(ratio)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::pictures::request::StyleReferenceItem;

    fn model(constraints: Value) -> Model {
        let spec = json!({"id": "m", "type": "image", "model_spec": {"constraints": constraints}});
        serde_json::from_value(spec).unwrap()
    }

    fn sized(width: u32, height: u32) -> MakeRequest {
        MakeRequest { width: Some(width), height: Some(height), ..MakeRequest::default() }
    }

    #[test]
    fn sizes_become_the_nearest_ratio_and_back() {
        let ratios =
            model(json!({"aspectRatios": ["auto", "1:1", "3:2", "16:9", "2:3"], "widthHeightDivisor": 1}));
        let ratio = |width, height| fitted(&sized(width, height), &ratios).aspect_ratio.unwrap();
        assert_eq!([ratio(1024, 1024), ratio(1280, 720), ratio(832, 1248)], ["1:1", "16:9", "2:3"]);
        let sizes = model(json!({"widthHeightDivisor": 16}));
        let wide = MakeRequest { aspect_ratio: Some("16:9".into()), ..MakeRequest::default() };
        let wide = fitted(&wide, &sizes);
        assert_eq!((wide.width, wide.height, wide.aspect_ratio), (Some(1280), Some(720), None));
        let none = fitted(&MakeRequest::default(), &sizes);
        assert_eq!((none.width, none.aspect_ratio), (None, None), "nothing was chosen");
        let own = fitted(&sized(1000, 1000), &sizes);
        assert_eq!((own.width, own.height), (Some(1008), Some(1008)));
    }

    #[test]
    fn what_a_model_does_not_have_is_its_own_default() {
        let wish = MakeRequest {
            resolution: Some("4K".into()),
            quality: Some("low".into()),
            steps: Some(40),
            lora_strength: Some(50),
            web_search: true,
            skip_prompt_thinking: true,
            style_references: ["a", "b", "c"]
                .map(|item| StyleReferenceItem { item: item.into(), strength: Some(0.4) })
                .into(),
            ..MakeRequest::default()
        };
        let plain =
            fitted(&wish, &model(json!({"widthHeightDivisor": 8, "steps": {"default": 8, "max": 30}})));
        assert_eq!((plain.resolution, plain.quality, plain.steps), (None, None, None));
        assert!(!plain.web_search && !plain.skip_prompt_thinking && plain.style_references.is_empty());
        assert_eq!(plain.lora_strength, None);
        let rich = model(json!({"resolutions": ["1K", "4K"], "qualities": ["low"], "steps": {"max": 50},
            "maxStyleReferences": 2, "supportsStyleReferenceStrength": false}));
        let rich = fitted(&wish, &rich);
        assert_eq!((rich.resolution.as_deref(), rich.quality.as_deref()), (Some("4K"), Some("low")));
        assert_eq!(rich.steps, Some(40));
        assert_eq!(rich.style_references.len(), 2);
        assert!(rich.style_references.iter().all(|reference| reference.strength.is_none()));
    }

    proptest! {
        #[test]
        fn a_fitted_size_is_one_the_model_takes(width in 1_u32..9_000, height in 1_u32..9_000, divisor in 1_u32..96) {
            let fitted = fitted(&sized(width, height), &model(json!({"widthHeightDivisor": divisor})));
            for side in [fitted.width.unwrap(), fitted.height.unwrap()] {
                prop_assert!(side >= divisor && side <= LONGEST_SIDE && side.is_multiple_of(divisor));
            }
        }
    }
}
