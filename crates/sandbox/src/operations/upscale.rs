//! Scaling a picture up.

use axum::body::Body;

use super::{Call, model, model_headers};
use crate::{
    answer::Answer,
    body::{self, ONE_PICTURE, Takes},
    catalogue::{Price, UPSCALER},
    darkroom::{self, Format},
    gate::Access,
    picture_input::{self, Bounds, Source},
    rates::Group,
    refusal::Refusal,
    routes::{Method, Operation},
    work::Bill,
};

pub(crate) const OPERATIONS: &[Operation] =
    &[Operation::new("upscaleImage", Method::Post, "/image/upscale", Access::KeyOrWallet, |call, body| {
        Box::pin(upscale(call, body))
    })
    .rated(Group::Image)];

async fn upscale(call: Call, body: Body) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let mut fields = body::read(&call.headers, body, Takes::JsonOrForm, ONE_PICTURE).await?;
    fields.nullable(&["creativity"]);
    fields.required("image");
    let source = Source::take(&mut fields, "image");
    // Clamped to 0 to 0.02, not refused.
    fields.number("creativity", f64::NEG_INFINITY..=f64::INFINITY);
    let scale = fields.number("scale", 2.0..=4.0).unwrap_or(2.0);
    let factor = if scale < 3.0 { 2 } else { 4 };
    if (scale - f64::from(factor)).abs() > f64::EPSILON {
        fields.reject("scale", "custom", "Must be either 2 or 4");
    }
    fields.finish()?;
    let source = source.ok_or_else(|| Refusal::field("INVALID_REQUEST", "image", "Field is required"))?;
    let picture = picture_input::read("image", source, Bounds::EDITED).await?;
    let (width, height) = darkroom::target(picture.width(), picture.height(), factor).ok_or_else(|| {
        let message = "The final dimensions after scaling must not exceed 16777216 pixels";
        Refusal::field("IMAGE_TOO_LARGE", "image", message)
    })?;
    let model = model(&call, "upscale", "model", UPSCALER)?;
    let Some(Price::Picture { upscale: [two, four], .. }) = model.price else {
        return Err(Refusal::broken("UPSCALE_FAILED", "The model scales nothing up"));
    };
    let bill = if factor == 2 {
        Bill::new(model.id, "upscale-2x", 1, two)
    } else {
        Bill::new(model.id, "upscale-4x", 1, four)
    };
    let file = call
        .paid(bill, move || {
            let opaque = picture.pixels().all(|pixel| pixel.0[3] == 255);
            let large = image::DynamicImage::ImageRgba8(darkroom::enlarge(picture, width, height)?);
            darkroom::write(if opaque { large.into_rgb8().into() } else { large }, Format::Png)
        })
        .await?;
    let mut answer = Answer::bytes("image/png", file);
    model_headers(&model, &mut answer);
    Ok(answer)
}
