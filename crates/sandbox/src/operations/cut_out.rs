//! Removing the background of a picture.

use axum::body::Body;

use super::{Call, model, model_headers};
use crate::{
    answer::Answer,
    body::{self, ONE_PICTURE, Takes},
    catalogue::{CUTTER, Price},
    darkroom::{self, Format},
    fields::Fields,
    gate::Access,
    picture_input::{self, Bounds, Source},
    rates::Group,
    refusal::Refusal,
    routes::{Method, Operation},
    work::Bill,
};

pub(crate) const OPERATIONS: &[Operation] = &[Operation::new(
    "backgroundRemoveImage",
    Method::Post,
    "/image/background-remove",
    Access::KeyOrWallet,
    |call, body| Box::pin(cut_out(call, body)),
)
.rated(Group::Image)];

/// The picture, from the one field or the other.
fn source(mut fields: Fields) -> Result<(&'static str, Source), Refusal> {
    let image = Source::take(&mut fields, "image");
    let address = fields.text("image_url", 1..=usize::MAX);
    if let Some(text) = &address
        && url::Url::parse(text).is_err()
    {
        fields.reject("image_url", "invalid_string", "Invalid url");
    }
    fields.finish()?;
    match (image, address) {
        (Some(image), None) => Ok(("image", image)),
        (None, Some(address)) => Ok(("image_url", Source::Text(address))),
        (Some(_), Some(_)) => {
            Err(Refusal::field("INVALID_REQUEST", "image_url", "Provide either image or image_url, not both"))
        }
        (None, None) => Err(Refusal::field("INVALID_REQUEST", "image", "Provide either image or image_url")),
    }
}

async fn cut_out(call: Call, body: Body) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let fields = body::read(&call.headers, body, Takes::JsonOrForm, ONE_PICTURE).await?;
    let (field, source) = source(fields)?;
    let picture = picture_input::read(field, source, Bounds::CUT_OUT).await?;
    let model = model(&call, "image", "model", CUTTER)?;
    let Some(Price::Picture { base, .. }) = model.price else {
        return Err(Refusal::broken("UNKNOWN_ERROR", "The model cuts nothing out"));
    };
    let bill = Bill::new(model.id, "background-removal", 1, base.of(None, None).unwrap_or_default());
    let file = call
        .paid(bill, move || {
            let cut = darkroom::cut_out(picture);
            darkroom::write(image::DynamicImage::ImageRgba8(cut), Format::Png)
        })
        .await?;
    let mut answer = Answer::bytes("image/png", file);
    model_headers(&model, &mut answer);
    Ok(answer)
}
