//! Editing one picture.

use image::RgbaImage;
use rust_decimal::Decimal;

use axum::body::Body;

use super::{
    Call,
    generate::{ENHANCEMENT, Flags, enhanced, picture_headers},
    model,
};
use crate::{
    answer::Answer,
    body::{self, ONE_PICTURE, Takes},
    catalogue::{Base, DEFAULT_EDIT, EditRules, Model, Price},
    darkroom::{self, Format, Shape},
    fields::Fields,
    gate::Access,
    picture_input::{self, Bounds, Source},
    rates::Group,
    refusal::{Issue, Refusal},
    routes::{Method, Operation},
    work::Bill,
};

pub(crate) const OPERATIONS: &[Operation] =
    &[Operation::new("editImage", Method::Post, "/image/edit", Access::KeyOrWallet, |call, body| {
        Box::pin(edit_one(call, body))
    })
    .rated(Group::Image)];

/// The models that an edit's `modelId` may name; those of a multi-edit lack the two of Luma.
pub(super) const EDIT_MODELS: [&str; 21] = [
    "firered-image-edit",
    "qwen-edit-uncensored",
    "grok-imagine-edit",
    "grok-imagine-quality-edit",
    "grok-imagine-image-2-0-edit",
    "qwen-image-2-edit",
    "qwen-image-2-pro-edit",
    "wan-2-7-pro-edit",
    "flux-2-max-edit",
    "gpt-image-2-edit",
    "gpt-image-1-5-edit",
    "nano-banana-2-edit",
    "nano-banana-pro-edit",
    "nano-banana-2-lite-edit",
    "luma-uni-1-edit",
    "luma-uni-1-max-edit",
    "seedream-v5-lite-edit",
    "seedream-v5-pro-edit",
    "seedream-v4-edit",
    "qwen-image-3-edit",
    "qwen-image-3-pro-edit",
];

const RATIOS: [&str; 9] = ["auto", "1:1", "3:2", "16:9", "21:9", "9:16", "2:3", "3:4", "4:5"];

/// The fields that both kinds of edit have.
pub(super) struct Wishes {
    pub(super) prompt: String,
    aspect_ratio: Option<&'static str>,
    resolution: Option<String>,
    pub(super) quality: Option<&'static str>,
    format: Option<Format>,
    pub(super) enhance: bool,
    flags: Flags,
}

impl Wishes {
    pub(super) fn take(fields: &mut Fields) -> Self {
        let prompt = fields.required_text("prompt", 1..=32_768);
        let aspect_ratio = fields.choice("aspect_ratio", &RATIOS);
        let resolution = fields.text("resolution", 1..=10);
        // The description lists three words, and says in the same breath that jpg is accepted too.
        let format = fields.choice("output_format", &["jpeg", "png", "webp", "jpg"]).map(Format::of);
        let enhance = fields.flag("enhance_prompt").unwrap_or(false);
        let safe_mode = fields.flag("safe_mode").unwrap_or(true);
        fields.flag("disable_prompt_optimization_thinking");
        let flags = Flags::of(&prompt, safe_mode);
        Self { prompt, aspect_ratio, resolution, quality: None, format, enhance, flags }
    }

    /// Holds the wishes against what the model takes.
    pub(super) fn check(&self, rules: &EditRules, pictures: usize) -> Result<(), Refusal> {
        let mut issues = Vec::new();
        let mut wrong = |field: &str, message: String| issues.push(Issue::new(field, "custom", message));
        if self.prompt.chars().count() > rules.prompt_limit {
            wrong("prompt", format!("String must contain at most {} character(s)", rules.prompt_limit));
        }
        if let Some(ratio) = self.aspect_ratio
            && !rules.aspect_ratios.contains(&ratio)
            && (rules.single_shape || pictures > 1)
        {
            wrong(
                "aspect_ratio",
                format!("Must be one of {} for this model", rules.aspect_ratios.join(", ")),
            );
        }
        match self.resolution.as_deref() {
            Some(tier) if !rules.resolutions.is_empty() && !rules.resolutions.contains(&tier) => {
                wrong(
                    "resolution",
                    format!("Must be one of {} for this model", rules.resolutions.join(", ")),
                );
            }
            Some(tier) if rules.resolutions.is_empty() && tier != "1K" => {
                wrong("resolution", "This model has no resolutions to choose from".into());
            }
            _ => {}
        }
        if pictures > rules.inputs {
            wrong("images", format!("This model takes at most {} image(s)", rules.inputs));
        }
        if issues.is_empty() { Ok(()) } else { Err(Refusal::fields(issues)) }
    }

    /// The tier that is charged, for a model that has tiers.
    pub(super) fn tier<'a>(&'a self, rules: &EditRules) -> Option<&'a str> {
        let first = rules.resolutions.first().copied()?;
        Some(self.resolution.as_deref().unwrap_or(first))
    }

    /// What the picture that is answered looks like.
    fn shape(&self, rules: &EditRules, pictures: usize) -> Shape {
        let chosen =
            self.aspect_ratio.filter(|ratio| *ratio != "auto").filter(|_| rules.single_shape || pictures > 1);
        Shape {
            ratio: chosen.map(str::to_owned),
            tier: self.tier(rules).map(str::to_owned),
            ratios: rules.aspect_ratios,
        }
    }

    /// PNG where nothing is said, JPEG above 1K.
    fn format(&self, rules: &EditRules) -> Format {
        let large = self.tier(rules).is_some_and(|tier| tier != "1K");
        self.format.unwrap_or(if large { Format::Jpeg } else { Format::Png })
    }
}

/// What a model that edits takes and costs.
pub(super) struct Editor {
    pub(super) rules: EditRules,
    base: Base,
    /// How many pictures the price covers, and what each further one costs.
    inputs: Option<(u32, Decimal)>,
}

pub(super) fn editor(model: &Model) -> Result<Editor, Refusal> {
    match (model.edit, model.price) {
        (Some(rules), Some(Price::Edit { base, inputs })) => Ok(Editor { rules, base, inputs }),
        _ => Err(Refusal::broken("UNKNOWN_ERROR", "The model edits no pictures")),
    }
}

/// Edits, charges and answers; the first picture is the one that is changed.
pub(super) async fn answer(
    call: &Call,
    model: &Model,
    wishes: Wishes,
    pictures: Vec<RgbaImage>,
) -> Result<Answer, Refusal> {
    let Editor { rules, base, inputs } = editor(model)?;
    let count = pictures.len();
    let each = base.of(wishes.tier(&rules), wishes.quality).unwrap_or_default();
    let (included, additional) = inputs.unwrap_or((u32::MAX, Decimal::ZERO));
    let extra = u32::try_from(count).unwrap_or(u32::MAX).saturating_sub(included);
    let bill = Bill::new(model.id, "edit", 1, each).and("input-image", extra, additional).and(
        "prompt-enhancement",
        u32::from(wishes.enhance),
        ENHANCEMENT,
    );
    let (shape, format, flags) = (wishes.shape(&rules, count), wishes.format(&rules), wishes.flags);
    let prompt = if wishes.enhance { enhanced(&wishes.prompt) } else { wishes.prompt };
    let shown = wishes.enhance.then(|| prompt.clone());
    let file = call
        .paid(bill, move || {
            let edited = darkroom::edit(pictures, &prompt, &shape)?;
            let edited = if flags.is_blurred { darkroom::blurred(&edited) } else { edited };
            darkroom::write(image::DynamicImage::ImageRgb8(edited), format)
        })
        .await?;
    let mut answer = Answer::bytes(format.content_type(), file);
    picture_headers(model, shown, flags, &mut answer);
    Ok(answer)
}

async fn edit_one(call: Call, body: Body) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let mut fields = body::read(&call.headers, body, Takes::JsonOrForm, ONE_PICTURE).await?;
    fields.required("image");
    let source = Source::take(&mut fields, "image");
    let wishes = Wishes::take(&mut fields);
    let named = fields.text("model", 1..=200);
    let older = fields.choice("modelId", &EDIT_MODELS);
    fields.finish()?;
    let field = if named.is_none() && older.is_some() { "modelId" } else { "model" };
    let asked = named.as_deref().or(older).unwrap_or(DEFAULT_EDIT);
    let model = model(&call, "inpaint", field, asked)?;
    wishes.check(&editor(&model)?.rules, 1)?;
    let source = source.ok_or_else(|| Refusal::field("INVALID_REQUEST", "image", "Field is required"))?;
    let picture = picture_input::read("image", source, Bounds::EDITED).await?;
    answer(&call, &model, wishes, vec![picture]).await
}
