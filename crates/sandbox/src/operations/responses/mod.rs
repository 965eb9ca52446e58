//! Responses: the same models by another form of request, whole and as a stream of named events.

mod items;
mod output;
mod request;
mod stream;

use axum::body::Body;

use super::{
    Call,
    chat::{LARGEST, written},
    model_headers,
};
use crate::{
    answer::Answer,
    body::{self, Takes},
    catalogue::Ability,
    dialogue::{self, Meter},
    gate::Access,
    rates::Group,
    refusal::Refusal,
    routes::{Method, Operation},
};
use output::Told;
use request::Request;

pub(crate) const OPERATIONS: &[Operation] =
    &[Operation::new("createResponse", Method::Post, "/responses", Access::KeyOrWallet, |call, body| {
        Box::pin(respond(call, body))
    })
    .rated(Group::Text)
    .with_ids("resp")
    .taking(0.25, 0.9)];

async fn respond(call: Call, body: Body) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let mut fields = body::read(&call.headers, body, Takes::Json, LARGEST).await?;
    let seed = call.house.draw(crate::chance::Chance::next);
    let request = Request::take(&mut fields, seed)?;
    fields.finish()?;
    let (model, rules) = dialogue::chosen(&call, &request.model)?;
    if rules.can(Ability::Sealed) {
        let message = "E2EE-capable models are not supported here: use /chat/completions";
        return Err(Refusal::field("INVALID_MODEL", "model", message));
    }
    let prepared = dialogue::prepare(model.clone(), rules, request.ask, false).await?;
    let (prepared, replies, usage) = written(&call, prepared).await?;
    let tab = call.open_tab(prepared.model.id, usage.bill(&prepared).total())?;
    let mut meter = Meter::new(std::sync::Arc::clone(&prepared), usage, tab);
    tokio::time::sleep(call.house.next_work_time(call.operation.natural)).await;
    let reply = replies
        .into_iter()
        .next()
        .ok_or_else(|| Refusal::broken("INFERENCE_FAILED", "Nothing was written"))?;
    let created = jiff::Timestamp::now().as_second();
    let told = Told { call, prepared, reply, usage, created, summary: request.summary };
    let mut answer = if request.stream {
        stream::answer(told, meter)
    } else {
        tokio::time::sleep(told.call.house.pace.of(usage.completion)).await;
        meter.settle().await?;
        Answer::ok(&told.to_json())
    };
    model_headers(&model, &mut answer);
    Ok(answer)
}
