//! What is wrong with a request can mostly be known before it costs anything.

use venice::models::{Constraints, Model};

use super::{
    catalogue::view_of,
    model::ModelUse,
    request::{EditRequest, MakeRequest, PictureRequest, UpscaleRequest},
    wildcards,
};
use crate::{AppError, error::Code};

/// Venice takes prompts of this many characters where a model doesn't say less.
const LONGEST_MAKING: u32 = 7_500;
const LONGEST_EDIT: u32 = 32_768;
/// Pixels of a side.
pub(super) const LONGEST_SIDE: u32 = 1_280;
const SEEDS: std::ops::RangeInclusive<i32> = -999_999_999..=999_999_999;

/// What is wrong with the words and settings of a request; the picture it starts from is looked at elsewhere.
pub(crate) fn problem(request: &PictureRequest, models: &[Model]) -> Option<AppError> {
    match request {
        PictureRequest::Make(make) => making(make, models),
        PictureRequest::Edit(edit) => editing(edit, models),
        PictureRequest::Upscale(upscale) => upscaling(upscale),
        PictureRequest::CutOut(_) => None,
    }
}

/// A prompt that most models can't make much of; it may be sent all the same.
pub(super) fn advice(request: &PictureRequest) -> Option<AppError> {
    let prompt = request.prompt()?.trim();
    let wordless = !prompt.is_empty() && !prompt.chars().any(char::is_alphanumeric);
    wordless.then(|| {
        AppError::new(
            Code::PromptWithoutWords,
            "This prompt has no words in it, and most models can't read signs alone.",
            "Add a word or two to say what should be in the picture.",
        )
    })
}

fn making(make: &MakeRequest, models: &[Model]) -> Option<AppError> {
    let model = match known(&make.model, models) {
        Ok(model) => model,
        Err(error) => return Some(error),
    };
    let none = Constraints::default();
    let constraints = model.spec.constraints.as_ref().unwrap_or(&none);
    let limit = constraints.prompt_character_limit.unwrap_or(LONGEST_MAKING).min(LONGEST_MAKING);
    open_prompt(make, limit)
        .or_else(|| make.negative_prompt.as_deref().and_then(|words| too_long(words, LONGEST_MAKING)))
        .or_else(|| size(make, constraints))
        .or_else(|| offered("ratio", make.aspect_ratio.as_ref(), &constraints.aspect_ratios))
        .or_else(|| offered("resolution", make.resolution.as_ref(), &constraints.resolutions))
        .or_else(|| offered("quality", make.quality.as_ref(), &quality_names(constraints)))
        .or_else(|| {
            let max = constraints.steps.and_then(|steps| steps.max).unwrap_or(0);
            make.steps
                .filter(|steps| *steps == 0 || *steps > max)
                .map(|steps| out_of_range("steps", steps, &format!("1 to {max}")))
        })
        .or_else(|| {
            let fits = make.cfg_scale.is_none_or(|value| (0.0..=20.0).contains(&value));
            (!fits).then(|| out_of_range("guidance", make.cfg_scale.unwrap_or_default(), "0 to 20"))
        })
        .or_else(|| {
            make.seed
                .filter(|seed| !SEEDS.contains(seed))
                .map(|seed| out_of_range("seed", seed, "-999,999,999 to 999,999,999"))
        })
        .or_else(|| {
            (!(1..=4).contains(&make.variants)).then(|| out_of_range("count", make.variants, "1 to 4"))
        })
        .or_else(|| {
            let strength = make.lora_strength.filter(|strength| *strength > 100)?;
            Some(out_of_range("LoRA strength", strength, "0 to 100"))
        })
        .or_else(|| extras(make, model))
}

/// What only some models take beside words and settings.
fn extras(make: &MakeRequest, model: &Model) -> Option<AppError> {
    let view = view_of(model, ModelUse::Make);
    let count = u32::try_from(make.style_references.len()).unwrap_or(u32::MAX);
    if count > view.max_style_references {
        return Some(match view.max_style_references {
            0 => AppError::new(
                Code::TooManyInputs,
                "This model follows no picture's style.",
                "Take the style pictures away, or choose another model.",
            )
            .param("count", count)
            .param("max", 0),
            most => too_many_inputs(count, most),
        });
    }
    let mut strengths = make.style_references.iter().filter_map(|reference| reference.strength);
    if let Some(wrong) = strengths.find(|strength| !(0.1..=1.0).contains(strength)) {
        return Some(out_of_range("style strength", wrong, "0.1 to 1"));
    }
    (make.web_search && !view.web_search).then(|| out_of_range("web search", "on", "off"))
}

/// A prompt that may leave words open: each of its readings must do.
fn open_prompt(make: &MakeRequest, limit: u32) -> Option<AppError> {
    let wording = match wildcards::open(&mut make.clone()) {
        Ok(wording) => wording,
        Err(error) => return Some(error),
    };
    if !wording.is_open() {
        return prompt(&wording.longest(), limit);
    }
    prompt(&wording.shortest(), limit).or_else(|| too_long(&wording.longest(), limit))
}

fn too_many_inputs(count: u32, most: u32) -> AppError {
    AppError::new(
        Code::TooManyInputs,
        format!("{count} pictures would go in, and this model takes {most}."),
        "Take some away, or choose a model that takes more.",
    )
    .param("count", count)
    .param("max", most)
}

fn editing(edit: &EditRequest, models: &[Model]) -> Option<AppError> {
    let model = match known(&edit.model, models) {
        Ok(model) => model,
        Err(error) => return Some(error),
    };
    let none = Constraints::default();
    let constraints = model.spec.constraints.as_ref().unwrap_or(&none);
    let limit = constraints.prompt_character_limit.unwrap_or(LONGEST_EDIT).min(LONGEST_EDIT);
    let ratio = edit.aspect_ratio.as_ref().filter(|ratio| *ratio != "auto");
    prompt(&edit.prompt, limit)
        .or_else(|| offered("ratio", ratio, &constraints.aspect_ratios))
        .or_else(|| offered("resolution", edit.resolution.as_ref(), &constraints.resolutions))
        .or_else(|| offered("quality", edit.quality.as_ref(), &quality_names(constraints)))
        .or_else(|| {
            let (count, most) = (edit.pictures_in(), constraints.most_input_images());
            (count > most).then(|| too_many_inputs(count, most))
        })
}

fn upscaling(upscale: &UpscaleRequest) -> Option<AppError> {
    if upscale.scale != 2 && upscale.scale != 4 {
        return Some(out_of_range("scale", upscale.scale, "2 or 4"));
    }
    let creativity = upscale.creativity.as_ref()?;
    let fits = creativity.parse::<f64>().is_ok_and(|value| (0.0..=0.02).contains(&value));
    (!fits).then(|| out_of_range("creativity", creativity, "0 to 0.02"))
}

fn known<'a>(id: &str, models: &'a [Model]) -> Result<&'a Model, AppError> {
    let Some(model) = models.iter().find(|model| model.id == id) else {
        return Err(AppError::venice(
            "MODEL_NOT_FOUND",
            "Venice has no model of this name (any more).",
            "Choose another model.",
        ));
    };
    if model.spec.offline {
        return Err(AppError::venice("MODEL_OFFLINE", "This model is offline.", "Choose another model."));
    }
    Ok(model)
}

fn prompt(words: &str, limit: u32) -> Option<AppError> {
    if words.trim().is_empty() {
        return Some(AppError::new(
            Code::PromptEmpty,
            "There is no prompt.",
            "Write what the picture should show.",
        ));
    }
    too_long(words, limit)
}

/// Venice counts as JavaScript does; an emoji is two.
pub(crate) fn too_long(words: &str, limit: u32) -> Option<AppError> {
    let length = words.encode_utf16().count();
    (length > limit as usize).then(|| {
        AppError::new(
            Code::PromptTooLong,
            format!("The prompt has {length} characters, this model takes {limit}."),
            format!("Shorten it by {}, or choose a model with a higher limit.", length - limit as usize),
        )
        .param("length", length)
        .param("max", limit)
        .param("over", length - limit as usize)
    })
}

fn size(make: &MakeRequest, constraints: &Constraints) -> Option<AppError> {
    let (Some(width), Some(height)) = (make.width, make.height) else { return None };
    let divisor = constraints.width_height_divisor.unwrap_or(1).max(1);
    let fits = |side: u32| (1..=LONGEST_SIDE).contains(&side) && side.is_multiple_of(divisor);
    if fits(width) && fits(height) {
        return None;
    }
    let nearest = |side: u32| {
        let most = LONGEST_SIDE / divisor * divisor;
        ((side + divisor / 2) / divisor * divisor).clamp(divisor, most.max(divisor))
    };
    Some(
        AppError::new(
            Code::SizeNotDivisible,
            format!("{width} × {height} isn't a size of this model: sides are multiples of {divisor}, at most {LONGEST_SIDE}."),
            format!("The nearest size is {} × {}.", nearest(width), nearest(height)),
        )
        .param("width", width)
        .param("height", height)
        .param("divisor", divisor)
        .param("limit", LONGEST_SIDE)
        .param("nearest_width", nearest(width))
        .param("nearest_height", nearest(height)),
    )
}

fn quality_names(constraints: &Constraints) -> Vec<String> {
    constraints.qualities.iter().map(|quality| quality.as_str().to_owned()).collect()
}

pub(crate) fn offered(what: &str, chosen: Option<&String>, offered: &[String]) -> Option<AppError> {
    let chosen = chosen?;
    (!offered.contains(chosen)).then(|| {
        let choices = if offered.is_empty() { "none".to_owned() } else { offered.join(", ") };
        out_of_range(what, chosen, &choices)
    })
}

pub(crate) fn out_of_range(what: &str, value: impl ToString, choices: &str) -> AppError {
    let value = value.to_string();
    AppError::new(
        Code::SettingNotOffered,
        format!("{value} isn't a {what} that this model offers."),
        format!("Choose one of: {choices}."),
    )
    .param("what", what)
    .param("value", value)
    .param("choices", choices)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn models() -> Vec<Model> {
        let spec = json!({"constraints": {
            "promptCharacterLimit": 20, "widthHeightDivisor": 16, "steps": {"default": 8, "max": 30},
            "aspectRatios": ["1:1", "3:2"], "resolutions": ["1K"], "qualities": ["low"],
        }});
        let model = |id: &str, spec: &serde_json::Value| {
            serde_json::from_value(json!({"id": id, "type": "image", "model_spec": spec})).unwrap()
        };
        let rich = json!({"supportsWebSearch": true,
            "constraints": {"maxStyleReferences": 2, "supportsStyleReferenceStrength": true}});
        vec![model("m", &spec), model("gone", &json!({"offline": true})), model("rich", &rich)]
    }

    fn make(change: impl FnOnce(&mut MakeRequest)) -> Option<String> {
        let mut make = MakeRequest {
            model: "m".into(),
            prompt: "a canal".into(),
            variants: 1,
            ..MakeRequest::default()
        };
        change(&mut make);
        problem(&PictureRequest::Make(make), &models()).map(|error| error.code)
    }

    #[test]
    fn a_good_request_has_no_problem() {
        let found = make(|make| {
            make.width = Some(1280);
            make.height = Some(16);
            make.steps = Some(30);
            make.seed = Some(-999_999_999);
            make.variants = 4;
            make.aspect_ratio = Some("3:2".into());
        });
        assert_eq!(found, None);
    }

    #[rstest]
    #[case("", "prompt_empty")]
    #[case(" \n ", "prompt_empty")]
    #[case("123456789012345678901", "prompt_too_long")]
    #[case("🛶🛶🛶🛶🛶🛶🛶🛶🛶🛶🛶", "prompt_too_long")]
    fn prompts(#[case] prompt: &str, #[case] code: &str) {
        assert_eq!(make(|make| make.prompt = prompt.into()).as_deref(), Some(code));
    }

    #[test]
    fn settings_the_model_does_not_have() {
        let code = Some("setting_not_offered".to_owned());
        assert_eq!(make(|make| make.steps = Some(31)), code);
        assert_eq!(make(|make| make.steps = Some(0)), code);
        assert_eq!(make(|make| make.aspect_ratio = Some("9:16".into())), code);
        assert_eq!(make(|make| make.quality = Some("high".into())), code);
        assert_eq!(make(|make| make.cfg_scale = Some(f32::NAN)), code);
        assert_eq!(make(|make| make.variants = 5), code);
        assert_eq!(make(|make| make.seed = Some(1_000_000_000)), code);
    }

    #[rstest]
    #[case("{a|b}", None)]
    #[case("{a|}", Some("prompt_empty"))]
    #[case("{a|1234567890} 123456789", None)]
    #[case("{a|12345678901} 123456789", Some("prompt_too_long"))]
    #[case("a {b", Some("wildcards_invalid"))]
    #[case("123456789 {a|b} 12345", None)]
    fn open_prompts(#[case] prompt: &str, #[case] code: Option<&str>) {
        assert_eq!(make(|make| make.prompt = prompt.into()).as_deref(), code);
    }

    #[test]
    fn styles_and_extras_are_held_against_the_model() {
        use crate::pictures::request::StyleReferenceItem;
        let styled = |model: &str, count: usize, strength: Option<f32>| {
            make(|make| {
                make.model = model.into();
                make.style_references = vec![StyleReferenceItem { item: "i".into(), strength }; count];
            })
        };
        assert_eq!(styled("rich", 2, Some(0.1)), None);
        assert_eq!(styled("rich", 3, None).as_deref(), Some("too_many_inputs"));
        assert_eq!(styled("m", 1, None).as_deref(), Some("too_many_inputs"));
        for strength in [0.0, 0.05, 1.01, f32::NAN] {
            assert_eq!(styled("rich", 1, Some(strength)).as_deref(), Some("setting_not_offered"));
        }
        let searching = |model: &str| make(|make| (make.model, make.web_search) = (model.into(), true));
        assert_eq!(searching("rich"), None);
        assert_eq!(searching("m").as_deref(), Some("setting_not_offered"));
        assert_eq!(make(|make| make.lora_strength = Some(101)).as_deref(), Some("setting_not_offered"));
        assert_eq!(make(|make| make.lora_strength = Some(100)), None);
    }

    #[rstest]
    #[case(json!({"maxInputImages": 3}), true, 1, None)]
    #[case(json!({"maxInputImages": 3}), true, 2, Some("too_many_inputs"))]
    #[case(json!({"combineImages": false}), true, 0, Some("too_many_inputs"))]
    #[case(json!({"combineImages": false}), false, 0, None)]
    fn edits_take_as_many_pictures_as_the_model_says(
        #[case] constraints: serde_json::Value,
        #[case] masked: bool,
        #[case] references: usize,
        #[case] code: Option<&str>,
    ) {
        let model = json!({"id": "e", "type": "inpaint", "model_spec": {"constraints": constraints}});
        let edit = EditRequest {
            model: "e".into(),
            prompt: "a".into(),
            mask: masked.then(|| "m".into()),
            references: vec!["r".into(); references],
            ..EditRequest::default()
        };
        let found = problem(&PictureRequest::Edit(edit), &[serde_json::from_value(model).unwrap()]);
        assert_eq!(found.map(|error| error.code).as_deref(), code);
    }

    #[rstest]
    #[case(1000, 1000, 1008, 1008)]
    #[case(1296, 3, 1280, 16)]
    fn a_size_that_does_not_fit_names_the_nearest(
        #[case] width: u32,
        #[case] height: u32,
        #[case] near_width: u32,
        #[case] near_height: u32,
    ) {
        let request = MakeRequest {
            model: "m".into(),
            prompt: "a".into(),
            variants: 1,
            width: Some(width),
            height: Some(height),
            ..MakeRequest::default()
        };
        let error = problem(&PictureRequest::Make(request), &models()).unwrap();
        assert!(error.is(Code::SizeNotDivisible));
        assert_eq!(error.params["nearest_width"], near_width.to_string());
        assert_eq!(error.params["nearest_height"], near_height.to_string());
    }

    #[test]
    fn models_that_are_gone_or_offline() {
        assert_eq!(make(|make| make.model = "nobody".into()).as_deref(), Some("MODEL_NOT_FOUND"));
        assert_eq!(make(|make| make.model = "gone".into()).as_deref(), Some("MODEL_OFFLINE"));
    }

    #[rstest]
    #[case("🛶🌊", true)]
    #[case("...", true)]
    #[case("水", false)]
    #[case("a 🛶", false)]
    fn signs_alone_get_advice(#[case] prompt: &str, #[case] advised: bool) {
        let request = MakeRequest { prompt: prompt.into(), ..MakeRequest::default() };
        assert_eq!(advice(&PictureRequest::Make(request)).is_some(), advised);
    }
}
