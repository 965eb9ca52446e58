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
    refusal::Refusal,
    routes::Operation,
};

pub(crate) const OPERATIONS: &[Operation] = &[Operation {
    id: "multiEditImage",
    method: "POST",
    path: "/image/multi-edit",
    access: Access::Key,
    limited: true,
    run: |call, body| Box::pin(edit_many(call, body)),
}];

async fn edit_many(call: Call, body: Body) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let sent = body::read(&call.headers, body, Takes::JsonOrForm, MANY_PICTURES).await?;
    let mut fields = sent.fields;
    fields.required("images");
    let present = fields.has("images");
    let sources = Source::take_all(&mut fields, "images");
    if present && sources.is_empty() {
        fields.reject("images", "too_small", "Array must contain at least 1 element(s)");
    }
    if sent.form && sources.iter().any(|source| matches!(source, Source::Text(_))) {
        fields.reject("images", "invalid_type", "Expected file, received string");
    }
    let mut wishes = Wishes::take(&mut fields);
    wishes.quality = fields.choice("quality", &["low", "medium", "high"]);
    let known: Vec<&'static str> = EDIT_MODELS.into_iter().filter(|id| !id.starts_with("luma")).collect();
    let asked = fields.choice("modelId", &known);
    fields.finish()?;
    let model = model(&call.house, "inpaint", "modelId", asked.unwrap_or(DEFAULT_EDIT))?;
    wishes.check(&editor(&model)?.rules, sources.len())?;
    let mut pictures = Vec::with_capacity(sources.len());
    for source in sources {
        pictures.push(picture_input::read("images", source, Bounds::EDITED).await?);
    }
    edit::answer(&call, &model, wishes, pictures).await
}
