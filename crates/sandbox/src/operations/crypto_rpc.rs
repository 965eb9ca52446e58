//! Asking blockchains, paid by the credit.

use std::time::{Duration, Instant};

use axum::{
    body::Body,
    http::{HeaderMap, StatusCode},
};
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::json;

use super::Call;
use crate::{
    answer::Answer,
    body,
    chain::{
        json_rpc::{Answers, Calls},
        networks::{self, NETWORKS},
    },
    gate::Access,
    ledger::{Measure, Payer},
    rates::LimitKind,
    refusal::Refusal,
    routes::{Method, Operation},
    rpc_desk::{CREDITS_A_DAY, Kept},
    wallets::ethereum::{hex, keccak},
    work::Bill,
};

pub(crate) const OPERATIONS: &[Operation] = &[
    Operation::new(
        "listCryptoRpcNetworks",
        Method::Get,
        "/crypto/rpc/networks",
        Access::Ignored,
        |call, _| Box::pin(async move { list(&call) }),
    ),
    Operation::new(
        "cryptoRpcProxy",
        Method::Post,
        "/crypto/rpc/{network}",
        Access::KeyOrWallet,
        |call, body| Box::pin(proxy(call, body)),
    )
    .with_ids("rpc")
    .taking(0.03, 0.15),
];

/// The most bytes of a request.
const LARGEST: usize = 4 << 20;
/// How long a request waits for another one of its caller.
const PATIENCE: Duration = Duration::from_millis(500);
/// What these charges are called, where others name a model.
const PRODUCT: &str = "crypto-rpc";

/// Dollars of so many credits: seven ten-millionths each.
fn dollars(credits: u32) -> Decimal {
    Decimal::from_i128_with_scale(i128::from(credits) * 7, 7)
}

fn list(call: &Call) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let slugs: Vec<&str> = NETWORKS.iter().map(|network| network.slug).collect();
    Ok(Answer::ok(&json!({"networks": slugs})))
}

async fn proxy(call: Call, body: Body) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let payer = call.caller.payer();
    let desk = &call.house.rpc_desk;
    desk.enter(&payer, Instant::now()).map_err(|wait| too_often(&call, &payer, wait))?;
    let key = idempotency_key(&call.headers)?;
    let slug = call.path_value("network");
    let network = networks::find(slug).ok_or_else(|| Refusal::invalid("Unsupported network"))?;
    let (sent, bytes) = body::value(&call.headers, body, LARGEST).await?;
    let asked = hex(&keccak(&[slug.as_bytes(), b"\n", &bytes].concat()));
    let turn = desk.turn(&payer);
    let Ok(_turn) = tokio::time::timeout(PATIENCE, turn.lock()).await else {
        return Err(refused_for_now(1, "Another request for this user is in flight"));
    };
    let now = Timestamp::now();
    if let Some(kept) = key.as_deref().and_then(|key| desk.kept(&payer, key, now)) {
        if kept.asked != asked {
            return Err(Refusal::invalid("The Idempotency-Key was used with another body"));
        }
        let mut answer = answered(&kept.body, kept.credits, &kept.request_id);
        answer.set("idempotent-replayed", "true");
        return Ok(answer);
    }
    let calls = Calls::read(network, sent)?;
    if !desk.allows(&payer, calls.most(), now) {
        let message = format!("Credit limit exceeded: {CREDITS_A_DAY} credits in 24 hours");
        return Err(refused_for_now(60, &message));
    }
    // 32 characters: what follows the prefix of the answer's id.
    let request_id = call.id.rsplit('-').next().unwrap_or_default().to_owned();
    let most = dollars(calls.most());
    let (house, number) = (call.house.clone(), request_id.clone());
    let work = move || {
        let Answers { body, credits } = calls.answer();
        let body = body.to_string();
        if let Some(key) = key {
            // Before the charge: a sandbox that dies in between has given an answer away, and never asks money twice.
            let kept = Kept {
                payer: payer.clone(),
                key,
                asked,
                at: now,
                body: body.clone(),
                credits,
                request_id: number,
            };
            house.rpc_desk.keep(kept).map_err(|error| {
                tracing::error!(%error, "an answer can't be kept");
                Refusal::broken("UNKNOWN_ERROR", "The sandbox can't write its state")
            })?;
        }
        house.rpc_desk.used(&payer, credits, now);
        let bill = Bill::of(PRODUCT).line(network.slug, Measure::Unit, credits.into(), dollars(1));
        Ok(((body, credits), bill))
    };
    let (body, credits) = call.paid_by_result(PRODUCT, most, work).await?;
    Ok(answered(&body, credits, &request_id))
}

fn answered(body: &str, credits: u32, request_id: &str) -> Answer {
    let mut answer = Answer::new(StatusCode::OK, "application/json", body.to_owned());
    answer.set("x-venice-rpc-credits", credits.to_string());
    answer.set("x-venice-rpc-cost-usd", format!("{:.8}", dollars(credits)));
    answer.set("x-request-id", request_id);
    answer
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().unwrap_or_default();
    let good = (1..=255).contains(&key.len())
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if !good {
        let message = "Must match [A-Za-z0-9_-]{1,255}";
        return Err(Refusal::field("INVALID_REQUEST", "Idempotency-Key", message));
    }
    Ok(Some(key.to_owned()))
}

fn refused_for_now(seconds: u64, message: &str) -> Refusal {
    Refusal::too_often(seconds, message).saying("customMessage", json!(message))
}

fn too_often(call: &Call, payer: &Payer, wait: Duration) -> Refusal {
    call.exceeded(PRODUCT, LimitKind::Requests);
    let standing = call.house.rpc_desk.standing(payer, Instant::now());
    let seconds = wait.as_secs() + 1;
    let reset = Timestamp::now().as_second().saturating_add_unsigned(seconds);
    let message = format!("Rate limit exceeded: {} requests in a minute", standing.limit);
    refused_for_now(seconds, &message)
        .header("x-ratelimit-limit", standing.limit.to_string())
        .header("x-ratelimit-remaining", standing.remaining.to_string())
        .header("x-ratelimit-reset", reset.to_string())
}
