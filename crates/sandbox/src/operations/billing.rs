//! What is left of the money, and the retired way to ask what it was spent on.

use axum::http::StatusCode;
use serde_json::json;

use super::Call;
use crate::{
    answer::Answer,
    catalogue::number,
    config::Currency,
    gate::Access,
    refusal::Refusal,
    routes::{Method, Operation},
};

pub(crate) const OPERATIONS: &[Operation] = &[
    Operation::new("getBillingBalance", Method::Get, "/billing/balance", Access::Admin, |call, _| {
        Box::pin(async move { balance(&call) })
    }),
    Operation::new("getBillingUsage", Method::Get, "/billing/usage", Access::Ignored, |_, _| {
        Box::pin(async { Err(retired()) })
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

fn retired() -> Refusal {
    let message = "This endpoint was retired on 2026-09-16. Use GET /api/v1/billing/usage-history: in place of page \
                   and limit it takes pageSize and then the cursor that each answer gives as nextCursor, in place of \
                   startDate and endDate it takes startTimestamp and endTimestamp.";
    Refusal::new(StatusCode::GONE, "ENDPOINT_SUNSET", message)
        .header("deprecation", "@1783555200")
        .header("sunset", "Wed, 16 Sep 2026 00:00:00 GMT")
        .header("link", "</api/v1/billing/usage-history>; rel=\"successor-version\"")
}
