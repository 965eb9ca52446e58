//! How often one may ask, and what was asked too often.

use std::time::Instant;

use jiff::{Timestamp, ToSpan};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::Call;
use crate::{
    answer::Answer,
    catalogue::number,
    gate::Access,
    ledger::Sums,
    moment,
    rates::Group,
    refusal::Refusal,
    routes::{Method, Operation},
};

pub(crate) const OPERATIONS: &[Operation] = &[
    Operation::new("getApiKeyRateLimits", Method::Get, "/api_keys/rate_limits", Access::Key, |call, _| {
        Box::pin(async move { rate_limits(&call) })
    }),
    Operation::new(
        "getApiKeyRateLimitLogs",
        Method::Get,
        "/api_keys/rate_limits/log",
        Access::Admin,
        |call, _| Box::pin(async move { log(&call) }),
    ),
];

/// What the calling key can still spend: the account's balances, within the key's own limits.
fn spendable(call: &Call, now: Timestamp) -> Sums {
    let balance = call.house.ledger.balance();
    let mut left = Sums { usd: balance.usd, diem: balance.diem };
    if let Some(cap) = call.caller.cap(now) {
        let spent = call.house.ledger.spent(&call.caller.payer(), cap.since);
        let within = |left: Decimal, limit: Option<Decimal>, spent: Decimal| {
            limit.map_or(left, |limit| left.min((limit - spent).max(Decimal::ZERO)))
        };
        left =
            Sums { usd: within(left.usd, cap.usd, spent.usd), diem: within(left.diem, cap.diem, spent.diem) };
    }
    left
}

fn rate_limits(call: &Call) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let (house, now) = (&call.house, Timestamp::now());
    let rates = &house.rates;
    let at = Instant::now();
    let limits: Vec<Value> = house
        .catalogue
        .of("all")
        .filter(|model| call.allows(model))
        .map(|model| {
            let requests = rates.standing(Group::of(model.kind), at).limit;
            let mut limits = vec![json!({"amount": requests, "type": "RPM"})];
            if model.kind == "text" {
                limits.push(json!({"amount": rates.tokens(at).limit, "type": "TPM"}));
            }
            json!({"apiModelId": model.id, "rateLimits": limits})
        })
        .collect();
    let left = spendable(call, now);
    let tomorrow = moment::day(now).saturating_add(1.day());
    Ok(Answer::ok(&json!({"data": {
        "accessPermitted": left.usd > Decimal::ZERO || left.diem > Decimal::ZERO,
        "apiTier": {"id": "paid", "isCharged": true},
        "balances": {"USD": number(left.usd), "DIEM": number(left.diem)},
        "keyExpiration": call.caller.key().and_then(|key| key.expires).map(moment::iso),
        "nextEpochBegins": moment::iso(moment::start(tomorrow)),
        "rateLimits": limits,
    }})))
}

fn log(call: &Call) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let logged = call.house.rates.logged();
    let data: Vec<Value> = logged
        .iter()
        .map(|exceeded| {
            json!({"apiKeyId": exceeded.key, "modelId": exceeded.model, "rateLimitTier": "paid",
                "rateLimitType": exceeded.kind.name(), "timestamp": moment::iso(exceeded.at)})
        })
        .collect();
    Ok(Answer::ok(&json!({"object": "list", "data": data})))
}
