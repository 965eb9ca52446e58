//! Making pictures as `OpenAI`'s endpoint does.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;

use axum::body::Body;

use super::{
    Call,
    generate::{Flags, picture_headers},
    model,
};
use crate::{
    answer::Answer,
    body::{self, Takes},
    catalogue::Price,
    darkroom::{self, Format},
    fields::Fields,
    gate::Access,
    painting::{self, Subject},
    rates::Group,
    refusal::Refusal,
    routes::{Method, Operation},
    work::Bill,
};

pub(crate) const OPERATIONS: &[Operation] = &[Operation::new(
    "simpleGenerateImage",
    Method::Post,
    "/images/generations",
    Access::KeyOrWallet,
    |call, body| Box::pin(generate(call, body)),
)
.rated(Group::Image)];

struct Request {
    model: String,
    prompt: String,
    width: u32,
    height: u32,
    format: Format,
    as_url: bool,
}

impl Request {
    fn read(mut fields: Fields) -> Result<Self, Refusal> {
        fields.nullable(&[
            "background",
            "moderation",
            "n",
            "output_compression",
            "quality",
            "response_format",
            "size",
            "style",
        ]);
        let model = fields.text("model", 0..=200).unwrap_or_else(|| "default".into());
        let prompt = fields.required_text("prompt", 1..=1500);
        let size = fields.choice(
            "size",
            &["auto", "256x256", "512x512", "1024x1024", "1536x1024", "1024x1536", "1792x1024", "1024x1792"],
        );
        let format = fields.choice("output_format", &Format::WORDS).map_or(Format::Png, Format::of);
        let as_url = fields.choice("response_format", &["b64_json", "url"]) == Some("url");
        // OpenAI's fields that Venice takes and doesn't use.
        fields.choice("background", &["transparent", "opaque", "auto"]);
        fields.choice("moderation", &["low", "auto"]);
        fields.choice("quality", &["auto", "high", "medium", "low", "hd", "standard"]);
        fields.choice("style", &["vivid", "natural"]);
        fields.integer("n", 1..=1);
        fields.integer("output_compression", 0..=100);
        fields.text("user", 0..=10_000);
        fields.finish()?;
        let side = |text: &str| text.parse().unwrap_or(1024);
        let (width, height) = size
            .and_then(|size| size.split_once('x'))
            .map_or((1024, 1024), |(width, height)| (side(width), side(height)));
        Ok(Self { model, prompt, width, height, format, as_url })
    }
}

async fn generate(call: Call, body: Body) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let request = Request::read(body::read(&call.headers, body, Takes::Json, 1 << 20).await?)?;
    // A name that isn't known, such as another provider's, means the default model.
    let known = call.house.catalogue.find("image", &request.model).is_some();
    let model = model(&call, "image", "model", if known { &request.model } else { "default" })?;
    let (Some(rules), Some(Price::Picture { base, .. })) = (model.picture, model.price) else {
        return Err(Refusal::broken("UNKNOWN_ERROR", "The model makes no pictures"));
    };
    let bill = Bill::new(
        model.id,
        "image",
        1,
        base.of(rules.resolutions.first().copied(), None).unwrap_or_default(),
    );
    let seed = i64::from(call.house.draw(|chance| chance.below(999_999_998))) + 1;
    let (model_id, format, as_url) = (model.id, request.format, request.as_url);
    let file = call
        .paid(bill, move || {
            let picture = painting::paint(&Subject {
                prompt: &request.prompt,
                negative_prompt: "",
                style: None,
                model: model_id,
                seed,
                width: request.width,
                height: request.height,
            });
            darkroom::write(image::DynamicImage::ImageRgb8(picture), format)
        })
        .await?;
    let encoded = STANDARD.encode(file);
    let data = if as_url {
        json!({"url": format!("data:{};base64,{encoded}", format.content_type())})
    } else {
        json!({"b64_json": encoded})
    };
    let mut answer = Answer::ok(&json!({"created": jiff::Timestamp::now().as_second(), "data": [data]}));
    picture_headers(&model, None, Flags::default(), &mut answer);
    Ok(answer)
}
