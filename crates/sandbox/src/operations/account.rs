//! What is left of the money, and how often one may ask.

use jiff::{Timestamp, ToSpan, Unit};
use serde_json::{Value, json};

use super::Call;
use crate::{
    answer::Answer,
    catalogue::number,
    config::Currency,
    gate::Access,
    rates::Group,
    refusal::Refusal,
    routes::{Method, Operation},
};

pub(crate) const OPERATIONS: &[Operation] = &[
    Operation::new("getBillingBalance", Method::Get, "/billing/balance", Access::Admin, |call, _| {
        Box::pin(async move { balance(&call) })
    }),
    Operation::new("getApiKeyRateLimits", Method::Get, "/api_keys/rate_limits", Access::Key, |call, _| {
        Box::pin(async move { rate_limits(&call) })
    }),
];

fn balance(call: &Call) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let ledger = &call.house.ledger;
    let (balance, paying) = (ledger.balance(), ledger.paying());
    Ok(Answer::ok(&json!({
        "canConsume": paying.is_some(),
        "consumptionCurrency": paying.map(Currency::name),
        "balances": {"usd": number(balance.usd), "diem": number(balance.diem)},
        "diemEpochAllocation": number(ledger.opening().diem),
    })))
}

fn rate_limits(call: &Call) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let house = &call.house;
    let now = std::time::Instant::now();
    let limits: Vec<Value> = house
        .catalogue
        .of("all")
        .map(|model| {
            let mut limits = vec![
                json!({"amount": house.rates.standing(Group::of(model.kind), now).limit, "type": "RPM"}),
            ];
            if model.kind == "text" {
                limits.push(json!({"amount": house.rates.tokens(now).limit, "type": "TPM"}));
            }
            json!({"apiModelId": model.id, "rateLimits": limits})
        })
        .collect();
    let balance = house.ledger.balance();
    Ok(Answer::ok(&json!({"data": {
        "accessPermitted": true,
        "apiTier": {"id": "paid", "isCharged": true},
        "balances": {"USD": number(balance.usd), "DIEM": number(balance.diem)},
        "keyExpiration": null,
        "nextEpochBegins": midnight(Timestamp::now()).map(|at| at.to_string()),
        "rateLimits": limits,
    }})))
}

/// The next midnight in UTC, when a new epoch begins.
fn midnight(now: Timestamp) -> Option<Timestamp> {
    let zoned = now.to_zoned(jiff::tz::TimeZone::UTC);
    let today = zoned.start_of_day().ok()?;
    let tomorrow = today.checked_add(1.day()).ok()?;
    tomorrow.round(Unit::Second).ok().map(|at| at.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_begins_at_midnight() {
        let noon: Timestamp = "2026-11-21T12:34:56Z".parse().unwrap();
        assert_eq!(midnight(noon).unwrap().to_string(), "2026-11-22T00:00:00Z");
    }
}
