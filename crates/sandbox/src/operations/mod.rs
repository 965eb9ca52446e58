//! The operations: a file for each group, and what is common to serving one.

pub(crate) mod account;
pub(crate) mod cut_out;
pub(crate) mod edit;
pub(crate) mod generate;
pub(crate) mod models;
pub(crate) mod multi_edit;
pub(crate) mod simple_generate;
pub(crate) mod styles;
pub(crate) mod upscale;

use std::{sync::Arc, time::Instant};

use axum::{
    body::Body,
    http::{HeaderMap, Request, Response, StatusCode, header},
};

use crate::{
    answer::Answer,
    catalogue::Model,
    chance::Chance,
    config::Balance,
    delivery,
    faults::FaultKind,
    fields::{Entry, Fields},
    gate::{self, Caller},
    house::House,
    refusal::Refusal,
    routes::Operation,
};

/// The version that answers carry: that of the description they follow.
const VERSION: &str = "20260821.193530";

/// One request on its way through an operation.
pub(crate) struct Call {
    pub(crate) house: Arc<House>,
    pub(crate) operation: &'static Operation,
    /// The id of the answer's body, and of its ledger rows.
    pub(crate) id: String,
    pub(crate) ray: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
}

impl Call {
    /// The query as fields; each appears once.
    pub(crate) fn query(&self) -> Fields {
        let pairs = url::form_urlencoded::parse(self.query.as_bytes());
        Fields::from_form(
            pairs.map(|(name, value)| (name.into_owned(), Entry::Text(value.into_owned()))).collect(),
        )
    }
}

/// Serves one request: faults, keys, the operation itself, and the headers that every answer has.
pub(crate) async fn serve(
    house: Arc<House>,
    operation: &'static Operation,
    request: Request<Body>,
) -> Response<Body> {
    let (ray, id, noise) = house.draw(|chance| {
        let ray = format!("{:016x}-VCE", chance.next());
        (ray, format!("{}-{:016x}", dashed(operation.id), chance.next()), Chance::new(chance.next()))
    });
    let accepted = request
        .headers()
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let before = house.ledger.balance();
    let fault = house.faults.meet(operation.id);
    if fault == Some(FaultKind::NoAnswer) {
        return delivery::severed();
    }
    let caller = gate::admit(&house.home, operation.access, request.headers());
    let blocked = house.failures.blocked(Instant::now());
    let outcome = if let Some(answer) = fault.and_then(FaultKind::instead) {
        Ok(answer)
    } else if let Some(wait) = blocked {
        Err(Refusal::too_often(wait.as_secs() + 1, "Too many failed attempts. Please try again later."))
    } else {
        match &caller {
            Err(refusal) => Err(refusal.clone()),
            Ok(_) => work(Arc::clone(&house), operation, request, id, ray.clone()).await,
        }
    };
    let mut answer = outcome.unwrap_or_else(Refusal::into_answer);
    house.seen.count(operation.id, answer.status.as_u16());
    if answer.status.is_client_error() || answer.status.is_server_error() {
        house.failures.count(Instant::now());
    }
    answer.set("cf-ray", ray);
    answer.set("x-venice-version", VERSION);
    if matches!(caller, Ok(Caller::Known)) {
        account_headers(&house, operation, before, &mut answer);
    }
    if let Some(FaultKind::Latency { before, .. }) = fault {
        tokio::time::sleep(before).await;
    }
    delivery::deliver(answer, &accepted, fault, noise).await
}

/// The operation on a task of its own: work that was begun is finished and charged even when its caller is gone.
async fn work(
    house: Arc<House>,
    operation: &'static Operation,
    request: Request<Body>,
    id: String,
    ray: String,
) -> Result<Answer, Refusal> {
    let query = request.uri().query().unwrap_or_default().to_owned();
    let (parts, body) = request.into_parts();
    let call = Call { house, operation, id, ray, query, headers: parts.headers };
    tokio::spawn((operation.run)(call, body))
        .await
        .unwrap_or_else(|_| Err(Refusal::broken("UNKNOWN_ERROR", "The sandbox failed at this request")))
}

fn account_headers(house: &House, operation: &Operation, before: Balance, answer: &mut Answer) {
    answer.set("x-venice-balance-usd", before.usd.normalize().to_string());
    answer.set("x-venice-balance-diem", before.diem.normalize().to_string());
    if operation.limited {
        let standing = house.pictures.standing(Instant::now());
        let reset = jiff::Timestamp::now().as_second().saturating_add_unsigned(standing.reset.as_secs() + 1);
        answer.set("x-ratelimit-limit-requests", standing.limit.to_string());
        answer.set("x-ratelimit-remaining-requests", standing.remaining.to_string());
        answer.set("x-ratelimit-reset-requests", reset.to_string());
        answer.set("x-ratelimit-type", "user");
    }
}

/// What an answer says of the model that gave it.
fn model_headers(model: &Model, answer: &mut Answer) {
    answer.set("x-venice-model-id", model.id);
    answer.set("x-venice-model-name", model.name);
    if let Some(going) = model.deprecation {
        answer.set("x-venice-deprecated", "true");
        answer.set("x-venice-model-deprecation-date", going.removes);
        let instead = going.replacement.map_or(String::new(), |id| format!(" Use {id} instead."));
        answer.set(
            "x-venice-model-deprecation-warning",
            format!("The model {} is retired on {}.{instead}", model.id, going.removes),
        );
        if let Some(id) = going.replacement {
            answer.set("x-venice-deprecated-replacement", id);
        }
    }
}

/// The model that a request names, of the type the operation works with, and not resting.
fn model(house: &House, kind: &str, field: &str, asked: &str) -> Result<Model, Refusal> {
    let model = house.catalogue.find(kind, asked).ok_or_else(|| {
        Refusal::field("INVALID_MODEL", field, "Specified model not found for this operation")
    })?;
    if model.offline {
        let message = "The model is presently offline. Please choose another one or try again later.";
        return Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "MODEL_OFFLINE", message));
    }
    Ok(model.clone())
}

/// `generateImage` as `generate-image`.
fn dashed(id: &str) -> String {
    let mut out = String::with_capacity(id.len() + 4);
    for letter in id.chars() {
        if letter.is_ascii_uppercase() {
            out.push('-');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}
