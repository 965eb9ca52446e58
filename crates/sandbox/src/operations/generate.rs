//! Making pictures.

use base64::{Engine, engine::general_purpose::STANDARD};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use axum::body::Body;

use super::{Call, model, model_headers};
use crate::{
    answer::Answer,
    body::{self, MANY_PICTURES, Takes},
    catalogue::{Model, PictureRules, Price},
    darkroom::{self, Format},
    fields::Fields,
    gate::Access,
    painting::{self, STYLES, Subject, Words},
    picture_input::{self, Bounds, Source},
    rates::Group,
    refusal::{Issue, Refusal},
    routes::{Method, Operation},
    work::Bill,
};

pub(crate) const OPERATIONS: &[Operation] =
    &[Operation::new("generateImage", Method::Post, "/image/generate", Access::KeyOrWallet, |call, body| {
        Box::pin(generate(call, body))
    })
    .rated(Group::Image)];

/// What is charged beside the picture: the price list doesn't say it, as with Venice.
pub(super) const ENHANCEMENT: Decimal = Decimal::from_parts(2_000, 0, 0, false, 6);
const WEB_SEARCH: Decimal = Decimal::from_parts(10_000, 0, 0, false, 6);
const LONGEST_PROMPT: usize = 7500;
const LARGEST_SIDE: i32 = 1280;

struct Request {
    model: String,
    prompt: String,
    negative_prompt: String,
    width: Option<i32>,
    height: Option<i32>,
    steps: Option<i32>,
    cfg_scale: Option<f64>,
    seed: i64,
    style: Option<String>,
    aspect_ratio: Option<String>,
    resolution: Option<String>,
    quality: Option<&'static str>,
    format: Format,
    variants: u32,
    return_binary: bool,
    embed: bool,
    enhance: bool,
    web_search: bool,
    style_references: Vec<(Source, f32)>,
    /// The colours of their pictures, each with how strongly it counts.
    tones: Vec<([f32; 3], f32)>,
    flags: Flags,
}

/// What is said of a picture beside itself.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Flags {
    pub(super) is_blurred: bool,
    pub(super) is_violation: bool,
}

impl Flags {
    /// By the words alone: nobody looks at the pictures here.
    pub(super) fn of(prompt: &str, safe_mode: bool) -> Self {
        let words = Words::read(prompt);
        Self {
            is_blurred: safe_mode && words.say(&["nude", "naked", "nsfw", "裸"]),
            is_violation: words.say(&["gore", "gory", "血腥"]),
        }
    }
}

impl Request {
    fn read(mut fields: Fields) -> Result<Self, Refusal> {
        let model = fields.required_text("model", 0..=200);
        let prompt = fields.required_text("prompt", 1..=LONGEST_PROMPT);
        let negative_prompt = fields.text("negative_prompt", 0..=LONGEST_PROMPT).unwrap_or_default();
        let width = fields.integer("width", 1..=LARGEST_SIDE);
        let height = fields.integer("height", 1..=LARGEST_SIDE);
        let steps = fields.integer("steps", -1_000_000..=1_000_000);
        let cfg_scale = fields.number("cfg_scale", 0.0..=20.0);
        if cfg_scale == Some(0.0) {
            fields.reject("cfg_scale", "too_small", "Number must be greater than 0");
        }
        let seed = fields.integer("seed", -999_999_999..=999_999_999);
        let style = fields.text("style_preset", 0..=200);
        let aspect_ratio = fields.text("aspect_ratio", 0..=20);
        let resolution = fields.text("resolution", 0..=20);
        let quality = fields.choice("quality", &["low", "medium", "high"]);
        let format = fields.choice("format", &Format::WORDS).map_or(Format::Webp, Format::of);
        let return_binary = fields.flag("return_binary").unwrap_or(false);
        let variants = fields.integer("variants", 1..=4).map_or(1, i32::unsigned_abs);
        if variants > 1 && return_binary {
            fields.reject("variants", "custom", "Only supported when return_binary is false");
        }
        let embed = fields.flag("embed_exif_metadata").unwrap_or(false);
        let enhance = fields.flag("enhance_prompt").unwrap_or(false);
        let web_search = fields.flag("enable_web_search").unwrap_or(false);
        // Taken for what they are, without any effect on a drawn picture.
        fields.flag("hide_watermark");
        let safe_mode = fields.flag("safe_mode").unwrap_or(true);
        fields.flag("disable_prompt_optimization_thinking");
        fields.integer("lora_strength", 0..=100);
        fields.one("inpaint");
        let style_references = fields.objects("style_references", |reference| {
            reference.required("image");
            let image = Source::take(reference, "image");
            let strength = reference.number("strength", 0.1..=1.0).unwrap_or(0.5);
            image.map(|image| (image, strength as f32))
        });
        fields.finish()?;
        Ok(Self {
            flags: Flags::of(&prompt, safe_mode),
            tones: Vec::new(),
            model,
            prompt,
            negative_prompt,
            width,
            height,
            steps,
            cfg_scale,
            seed: i64::from(seed.unwrap_or(0)),
            style: style.filter(|name| !name.is_empty()),
            aspect_ratio,
            resolution,
            quality,
            format,
            variants,
            return_binary,
            embed,
            enhance,
            web_search,
            style_references: style_references.into_iter().flatten().collect(),
        })
    }

    /// Holds the request against what the model takes.
    fn check(&self, rules: &PictureRules) -> Result<(), Refusal> {
        let mut issues = Vec::new();
        let mut wrong = |field: &str, message: String| issues.push(Issue::new(field, "custom", message));
        for (field, text) in [("prompt", &self.prompt), ("negative_prompt", &self.negative_prompt)] {
            if text.chars().count() > rules.prompt_limit {
                wrong(field, format!("String must contain at most {} character(s)", rules.prompt_limit));
            }
        }
        if rules.aspect_ratios.is_empty() {
            for (field, size) in [("width", self.width), ("height", self.height)] {
                if size.is_some_and(|size| size % rules.divisor != 0) {
                    wrong(field, format!("Must be divisible by {}", rules.divisor));
                }
            }
        }
        let most = rules.steps.1;
        if most > 0 && self.steps.is_some_and(|steps| steps < 1 || steps > most) {
            wrong("steps", format!("Must be between 1 and {most} for this model"));
        }
        for (field, asked, known) in [
            ("aspect_ratio", self.aspect_ratio.as_deref(), rules.aspect_ratios),
            ("resolution", self.resolution.as_deref(), rules.resolutions),
            ("quality", self.quality, rules.qualities),
        ] {
            if let Some(asked) = asked
                && !known.is_empty()
                && !known.contains(&asked)
            {
                wrong(field, format!("Must be one of {} for this model", known.join(", ")));
            }
        }
        if let Some(style) = &self.style
            && painting::style(style).is_none()
        {
            wrong("style_preset", format!("Unknown style; there are {}", STYLES.len()));
        }
        if self.style_references.len() > rules.style_references {
            let most = rules.style_references;
            wrong("style_references", format!("This model takes at most {most} style references"));
        }
        if issues.is_empty() { Ok(()) } else { Err(Refusal::fields(issues)) }
    }

    /// Width and height in pixels, and the tier that is charged.
    fn size(&self, rules: &PictureRules) -> (u32, u32, Option<&str>) {
        let tier = self
            .resolution
            .as_deref()
            .filter(|_| !rules.resolutions.is_empty())
            .or(rules.resolutions.first().copied());
        let asked = (self.width.map(i32::unsigned_abs), self.height.map(i32::unsigned_abs));
        match (rules.aspect_ratios.first(), asked) {
            (Some(_), (Some(width), Some(height)))
                if self.aspect_ratio.is_none() && self.resolution.is_none() =>
            {
                (width, height, tier)
            }
            (Some(first), _) => {
                let ratio = self.aspect_ratio.as_deref().unwrap_or(first);
                let (width, height) = tier_size(ratio, tier.unwrap_or("1K"));
                (width, height, tier)
            }
            (None, (width, height)) => (width.unwrap_or(1024), height.unwrap_or(1024), tier),
        }
    }
}

/// Pixels of a shape such as `16:9` at a tier such as `2K`: the area of a square of 1024 times the tier.
pub(super) fn tier_size(ratio: &str, tier: &str) -> (u32, u32) {
    let (across, down) = ratio.split_once(':').unwrap_or(("1", "1"));
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| *number > 0.0).unwrap_or(1.0);
    let shape = number(across) / number(down);
    let side = 1024.0 * number(tier.trim_end_matches('K'));
    let rounded = |length: f64| ((length / 16.0).round() as u32).max(1) * 16;
    (rounded(side * shape.sqrt()), rounded(side / shape.sqrt()))
}

/// What an enhanced prompt reads like.
pub(super) fn enhanced(prompt: &str) -> String {
    format!(
        "{}, seen across still water, the light low and warm on old plaster",
        prompt.trim_end_matches(['.', ' '])
    )
}

async fn generate(call: Call, body: Body) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let sent = body::read(&call.headers, body, Takes::Json, MANY_PICTURES).await?;
    let said = sent.echo(&["style_references"]);
    let mut request = Request::read(sent)?;
    let model = model(&call, "image", "model", &request.model)?;
    let (Some(rules), Some(Price::Picture { base, .. })) = (model.picture, model.price) else {
        return Err(Refusal::broken("UNKNOWN_ERROR", "The model makes no pictures"));
    };
    request.check(&rules)?;
    for (reference, strength) in std::mem::take(&mut request.style_references) {
        let picture = picture_input::read("style_references", reference, Bounds::STYLE).await?;
        let strength = if rules.style_strength { strength } else { 0.5 };
        request.tones.push((darkroom::mean(&picture), strength));
    }
    let (width, height, tier) = request.size(&rules);
    let each = base.of(tier, request.quality).unwrap_or_default();
    let searched = request.web_search && rules.web_search;
    let bill = Bill::new(model.id, "image", request.variants, each)
        .and("prompt-enhancement", u32::from(request.enhance), ENHANCEMENT)
        .and("web-search", u32::from(searched), WEB_SEARCH);
    if request.seed == 0 {
        request.seed = i64::from(call.house.draw(|chance| chance.below(999_999_998))) + 1;
    }
    let request = std::sync::Arc::new(request);
    let (drawn, model_id) = (request.clone(), model.id);
    let begun = std::time::Instant::now();
    let files = call.paid(bill, move || draw(&drawn, model_id, width, height)).await?;
    let echo = echo(said, &request, width, height);
    let mut answer = if request.return_binary {
        Answer::bytes(request.format.content_type(), files.into_iter().next().unwrap_or_default())
    } else {
        let images: Vec<String> = files.iter().map(|file| STANDARD.encode(file)).collect();
        let took = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        Answer::ok(&json!({
            "id": call.id, "images": images, "request": echo,
            "timing": {"inferenceDuration": took, "inferencePreprocessingTime": 0, "inferenceQueueTime": 0, "total": took},
        }))
    };
    let enhanced = request.enhance.then(|| enhanced(&request.prompt));
    picture_headers(&model, enhanced, request.flags, &mut answer);
    Ok(answer)
}

/// The headers of an answer that made or edited a picture.
pub(super) fn picture_headers(model: &Model, enhanced: Option<String>, flags: Flags, answer: &mut Answer) {
    model_headers(model, answer);
    answer.set("x-venice-is-blurred", flags.is_blurred.to_string());
    answer.set("x-venice-is-content-violation", flags.is_violation.to_string());
    if let Some(prompt) = enhanced {
        // encodeURIComponent writes a space as %20, a form as a plus.
        let encoded: String = url::form_urlencoded::byte_serialize(prompt.as_bytes()).collect();
        answer.set("x-venice-enhanced-prompt", encoded.replace('+', "%20"));
    }
}

/// The request as it was sent, with the seed and size that were used.
fn echo(sent: Map<String, Value>, request: &Request, width: u32, height: u32) -> Value {
    let mut echo = sent;
    echo.insert("seed".into(), json!(request.seed));
    echo.insert("width".into(), json!(width));
    echo.insert("height".into(), json!(height));
    echo.into()
}

/// The seed of a variant: the next ones, within the range that may be asked for, and never 0, which asks for chance.
fn seed_of(first: i64, variant: u32) -> i64 {
    let seed = first + i64::from(variant);
    if first < 0 && seed >= 0 {
        seed + 1
    } else if seed > 999_999_999 {
        seed - 1_999_999_999
    } else {
        seed
    }
}

fn draw(request: &Request, model: &str, width: u32, height: u32) -> Result<Vec<Vec<u8>>, Refusal> {
    let prompt = if request.enhance { enhanced(&request.prompt) } else { request.prompt.clone() };
    (0..request.variants)
        .map(|variant| {
            let seed = seed_of(request.seed, variant);
            let mut picture = painting::paint(&Subject {
                prompt: &prompt,
                negative_prompt: &request.negative_prompt,
                style: request.style.as_deref().and_then(painting::style),
                model,
                seed,
                width,
                height,
            });
            darkroom::toned(&mut picture, &request.tones);
            if request.flags.is_blurred {
                picture = darkroom::blurred(&picture);
            }
            let file = darkroom::write(image::DynamicImage::ImageRgb8(picture), request.format)?;
            if !request.embed {
                return Ok(file);
            }
            let recipe = json!({"prompt": request.prompt, "negative_prompt": request.negative_prompt, "model": model,
                "seed": seed, "steps": request.steps, "cfg_scale": request.cfg_scale, "width": width, "height": height,
                "style_preset": request.style});
            Ok(darkroom::embed(file, &recipe.to_string()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiers_keep_their_area_in_every_shape() {
        assert_eq!(tier_size("1:1", "1K"), (1024, 1024));
        assert_eq!(tier_size("16:9", "1K"), (1360, 768));
        let (width, height) = tier_size("9:16", "4K");
        assert!(width < height && width % 16 == 0 && height % 16 == 0);
    }

    #[test]
    fn variants_have_seeds_of_their_own_within_the_range() {
        assert_eq!(seed_of(5, 3), 8);
        assert_eq!(seed_of(999_999_999, 1), -999_999_999);
        assert_eq!([seed_of(-1, 0), seed_of(-1, 1)], [-1, 1]);
    }
}
