//! The operations: a file for each group, and what is common to serving one.

pub(crate) mod api_keys;
pub(crate) mod augment;
pub(crate) mod billing;
pub(crate) mod characters;
pub(crate) mod chat;
pub(crate) mod cloned_voice;
pub(crate) mod crypto_rpc;
pub(crate) mod cut_out;
pub(crate) mod edit;
pub(crate) mod embeddings;
pub(crate) mod enclave;
mod film_request;
pub(crate) mod films;
pub(crate) mod generate;
pub(crate) mod models;
pub(crate) mod multi_edit;
pub(crate) mod music;
mod queued;
pub(crate) mod rate_limits;
pub(crate) mod responses;
pub(crate) mod simple_generate;
pub(crate) mod speech;
pub(crate) mod styles;
pub(crate) mod transcription;
pub(crate) mod upscale;
pub(crate) mod usage_analytics;
pub(crate) mod usage_history;
pub(crate) mod video_transcription;
pub(crate) mod web3_key;
pub(crate) mod x402;

use std::{sync::Arc, time::Instant};

use axum::{
    body::Body,
    extract::{FromRequestParts, RawPathParams},
    http::{HeaderMap, Request, Response, StatusCode, header},
};
use jiff::Timestamp;

use crate::{
    answer::Answer,
    catalogue::Model,
    chance::{Chance, scramble},
    config::Balance,
    delivery,
    faults::FaultKind,
    fields::Fields,
    gate::{self, Caller},
    house::House,
    rate::Standing,
    rates::{Group, LimitKind},
    refusal::Refusal,
    routes::Operation,
};

/// The version that answers carry: that of the description they follow.
const VERSION: &str = "20260821.193530";

/// One request on its way through an operation.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) house: Arc<House>,
    pub(crate) operation: &'static Operation,
    pub(crate) caller: Caller,
    /// The id of the answer's body, and of its ledger rows.
    pub(crate) id: String,
    pub(crate) ray: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    /// The path as it was asked for.
    pub(crate) asked: String,
    path: Vec<(String, String)>,
}

impl Call {
    /// The query as fields; each appears once.
    pub(crate) fn query(&self) -> Fields {
        Fields::from_query(&self.query)
    }

    /// What stands in the path where the table says `{name}`.
    pub(crate) fn path_value(&self, name: &str) -> &str {
        self.path.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

impl Call {
    /// Whether the caller's key may call a model.
    pub(crate) fn allows(&self, model: &Model) -> bool {
        model.private || !self.caller.key().is_some_and(|key| key.privacy.demands_private(model.kind))
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
        let number = chance.next();
        let prefix = operation.id_prefix.map_or_else(|| dashed(operation.id), str::to_owned);
        (ray, format!("{prefix}-{number:016x}{:016x}", scramble(number)), Chance::new(chance.next()))
    });
    let (mut parts, body) = request.into_parts();
    let path = path_values(&mut parts).await;
    let accepted = parts
        .headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let before = house.ledger.balance();
    let fault = house.faults.meet(operation.id);
    if fault == Some(FaultKind::NoAnswer) {
        return delivery::severed();
    }
    let admitted = gate::admit(&house, operation.access, parts.uri.path(), &parts.headers, Timestamp::now());
    let caller = admitted.as_ref().map_or(Caller::Nobody, Clone::clone);
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let call = Call {
        house: Arc::clone(&house),
        operation,
        caller: caller.clone(),
        id,
        ray: ray.clone(),
        query,
        headers: parts.headers,
        asked: parts.uri.path().to_owned(),
        path,
    };
    let blocked = house.failures.blocked(Instant::now());
    let outcome = if let Some(answer) = fault.and_then(|fault| fault.instead(operation.id)) {
        Ok(answer)
    } else if let Some(wait) = blocked {
        call.exceeded(&format!("endpoint:api/v1{}", operation.path), LimitKind::Failures);
        Err(Refusal::too_often(wait.as_secs() + 1, "Too many failed attempts. Please try again later."))
    } else {
        match admitted {
            Err(refusal) => Err(refusal),
            Ok(_) => work(call, body).await,
        }
    };
    let mut answer = outcome.unwrap_or_else(Refusal::into_answer);
    house.seen.count(operation.id, answer.status.as_u16());
    if answer.status.is_client_error() || answer.status.is_server_error() {
        house.failures.count(Instant::now());
    }
    answer.set("cf-ray", ray);
    answer.set("x-venice-version", VERSION);
    if matches!(caller, Caller::Key(_)) {
        account_headers(before, &mut answer);
    }
    if let Caller::Wallet(wallet) = &caller {
        answer.set("x-balance-remaining", format!("{:.6}", house.ledger.purse(&wallet.to_string())));
    }
    if let (Some(group), Caller::Key(_) | Caller::Wallet(_)) = (operation.group, &caller) {
        rate_headers(&house, group, &mut answer);
    }
    if let Some(FaultKind::Latency { before, .. }) = fault {
        tokio::time::sleep(before).await;
    }
    delivery::deliver(answer, &accepted, fault, noise).await
}

async fn path_values(parts: &mut axum::http::request::Parts) -> Vec<(String, String)> {
    // One that is no UTF-8 names nothing that is known here.
    let values = RawPathParams::from_request_parts(parts, &()).await;
    let read = |values: RawPathParams| {
        values.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    };
    values.map(read).unwrap_or_default()
}

/// The operation on a task of its own: work that was begun is finished and charged even when its caller is gone.
async fn work(call: Call, body: Body) -> Result<Answer, Refusal> {
    let run = call.operation.run;
    tokio::spawn(run(call, body))
        .await
        .unwrap_or_else(|_| Err(Refusal::broken("UNKNOWN_ERROR", "The sandbox failed at this request")))
}

fn account_headers(before: Balance, answer: &mut Answer) {
    answer.set("x-venice-balance-usd", before.usd.normalize().to_string());
    answer.set("x-venice-balance-diem", before.diem.normalize().to_string());
}

fn rate_headers(house: &House, group: Group, answer: &mut Answer) {
    let now = Instant::now();
    let seconds = |standing: Standing| standing.reset.as_secs() + 1;
    let requests = house.rates.standing(group, now);
    let reset = Timestamp::now().as_second().saturating_add_unsigned(seconds(requests));
    answer.set("x-ratelimit-limit-requests", requests.limit.to_string());
    answer.set("x-ratelimit-remaining-requests", requests.remaining.to_string());
    answer.set("x-ratelimit-reset-requests", reset.to_string());
    answer.set("x-ratelimit-type", "user");
    if group == Group::Text {
        let tokens = house.rates.tokens(now);
        answer.set("x-ratelimit-limit-tokens", tokens.limit.to_string());
        answer.set("x-ratelimit-remaining-tokens", tokens.remaining.to_string());
        answer.set("x-ratelimit-reset-tokens", seconds(tokens).to_string());
    }
}

/// What an answer says of the model that gave it.
pub(crate) fn model_headers(model: &Model, answer: &mut Answer) {
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

/// The model that a request names, of the type the operation works with, open to the caller and not resting.
pub(crate) fn model(call: &Call, kind: &str, field: &str, asked: &str) -> Result<Model, Refusal> {
    let model = call.house.catalogue.find(kind, asked).ok_or_else(|| {
        Refusal::field("INVALID_MODEL", field, "Specified model not found for this operation")
    })?;
    if !call.allows(model) {
        let message = format!(
            "This API key may only call private models, and {} is anonymized. Choose another model, or change the \
             model privacy of the key.",
            model.id
        );
        return Err(Refusal::new(StatusCode::FORBIDDEN, "UNAUTHORIZED", message));
    }
    if model.offline {
        return Err(Refusal::model_offline());
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
