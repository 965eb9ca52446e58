//! Editing a picture with others laid over it, or with a mask.

use axum::body::Body;

use super::{
    Call,
    edit::{self, EDIT_MODELS, Wishes, editor},
    model,
};
use crate::{
    answer::Answer,
    body::{self, MANY_PICTURES, Takes},
    catalogue::DEFAULT_EDIT,
    gate::Access,
    picture_input::{self, Bounds, Source},
    rates::Group,
    refusal::Refusal,
    routes::{Method, Operation},
};

pub(crate) const OPERATIONS: &[Operation] = &[Operation::new(
    "multiEditImage",
    Method::Post,
    "/image/multi-edit",
    Access::KeyOrWallet,
    |call, body| Box::pin(edit_many(call, body)),
)
.rated(Group::Image)];

async fn edit_many(call: Call, body: Body) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let mut fields = body::read(&call.headers, body, Takes::JsonOrForm, MANY_PICTURES).await?;
    let is_form = fields.from_form;
    fields.required("images");
    let present = fields.has("images");
    let sources = Source::take_all(&mut fields, "images");
    if present && sources.is_empty() {
        fields.reject("images", "too_small", "Array must contain at least 1 element(s)");
    }
    if is_form && sources.iter().any(|source| matches!(source, Source::Text(_))) {
        fields.reject("images", "invalid_type", "Expected file, received string");
    }
    let mut wishes = Wishes::take(&mut fields);
    wishes.quality = fields.choice("quality", &["low", "medium", "high"]);
    let known: Vec<&'static str> = EDIT_MODELS.into_iter().filter(|id| !id.starts_with("luma")).collect();
    let asked = fields.choice("modelId", &known);
    fields.finish()?;
    let model = model(&call, "inpaint", "modelId", asked.unwrap_or(DEFAULT_EDIT))?;
    wishes.check(&editor(&model)?.rules, sources.len())?;
    let mut pictures = Vec::with_capacity(sources.len());
    for source in sources {
        pictures.push(picture_input::read("images", source, Bounds::EDITED).await?);
    }
    edit::answer(&call, &model, wishes, pictures).await
}
