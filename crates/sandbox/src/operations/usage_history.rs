//! What the money was spent on, entry by entry, as JSON or CSV.

use axum::http::header;
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::Call;
use crate::{
    answer::Answer,
    catalogue::number,
    cursor::{CURRENCIES, Walk},
    fields::Fields,
    gate::Access,
    ledger::{Charge, Payer},
    moment,
    refusal::Refusal,
    routes::{Method, Operation},
};

pub(crate) const OPERATIONS: &[Operation] = &[Operation::new(
    "getBillingUsageHistory",
    Method::Get,
    "/billing/usage-history",
    Access::Admin,
    |call, _| Box::pin(async move { history(&call) }),
)];

const MOST: i32 = 1000;
const COLUMNS: &str = "timestamp,sku,pricePerUnitUsd,units,amount,currency,notes,inferenceDetails.requestId,\
                       inferenceDetails.inferenceExecutionTime,inferenceDetails.promptTokens,\
                       inferenceDetails.completionTokens\n";

fn history(call: &Call) -> Result<Answer, Refusal> {
    let now = Timestamp::now();
    let walk = walk(call, call.query(), now)?;
    let as_csv = call
        .headers
        .get_all(header::ACCEPT)
        .iter()
        .any(|value| value.to_str().is_ok_and(|accepted| accepted.contains("text/csv")));
    let secret = &call.house.home.admin_key;
    let token = |next: usize| Walk { next, ..walk }.seal(secret, now);
    if as_csv {
        let (rows, next) = call.house.ledger.page(&walk, csv).ok_or_else(stale)?;
        let mut answer =
            Answer::bytes("text/csv; charset=utf-8", [COLUMNS, &rows.concat()].concat().into_bytes());
        let stamp = now.strftime("%Y%m%dT%H%M%S%3fZ");
        answer.set("content-disposition", format!("attachment; filename=billing-usage-history-{stamp}.csv"));
        if let Some(next) = next {
            answer.set("x-next-cursor", token(next));
        }
        return Ok(answer);
    }
    let (rows, next) = call.house.ledger.page(&walk, entry).ok_or_else(stale)?;
    Ok(Answer::ok(&json!({"data": rows, "nextCursor": next.map(token)})))
}

fn stale() -> Refusal {
    Refusal::field("INVALID_REQUEST", "cursor", "Invalid or expired cursor; restart from the first page")
}

/// The walk that a query begins or goes on with.
fn walk(call: &Call, mut query: Fields, now: Timestamp) -> Result<Walk, Refusal> {
    let has_cursor = query.has("cursor");
    let cursor = query.text("cursor", 1..=512);
    if has_cursor {
        for name in ["currency", "endTimestamp", "pageSize", "startTimestamp"] {
            if query.one(name).is_some() {
                query.reject(name, "custom", "The cursor carries the filters: send it alone");
            }
        }
        query.finish()?;
        let opened = cursor.and_then(|token| Walk::open(&token, &call.house.home.admin_key, now));
        return opened.ok_or_else(stale);
    }
    let currency = query.choice("currency", &CURRENCIES);
    let size = query.integer("pageSize", 10..=MOST).unwrap_or(MOST);
    let start = bound(&mut query, "startTimestamp");
    let end = bound(&mut query, "endTimestamp");
    if let (Some(start), Some(end)) = (start, end)
        && end <= start
    {
        query.reject("endTimestamp", "custom", "endTimestamp must be later than startTimestamp");
    }
    query.finish()?;
    let (next, edition) = call.house.ledger.first_from(start);
    Ok(Walk { edition, next, end, currency, size: size.unsigned_abs() as usize })
}

fn bound(query: &mut Fields, name: &str) -> Option<Timestamp> {
    let text = query.text(name, 1..=40)?;
    let at = moment::read(&text);
    if at.is_none() {
        query.reject(name, "invalid_string", "Expected a date and time in UTC, such as 2026-07-01T00:00:00Z");
    }
    at
}

fn notes(charge: &Charge) -> &'static str {
    match charge.payer {
        Payer::WebApp => "Inference in the web app, \"no key\"",
        Payer::Key { .. } | Payer::Wallet { .. } => "API Inference",
    }
}

fn entry(charge: &Charge) -> Value {
    let details = charge.inference.map(|inference| {
        json!({"requestId": charge.request_id, "inferenceExecutionTime": inference.milliseconds,
            "promptTokens": inference.prompt_tokens, "completionTokens": inference.completion_tokens})
    });
    json!({
        "timestamp": moment::iso(charge.at), "sku": charge.sku(), "pricePerUnitUsd": number(charge.each()),
        "units": number(charge.units), "amount": number(-charge.amount), "currency": charge.currency.name(),
        "notes": notes(charge), "inferenceDetails": details,
    })
}

fn csv(charge: &Charge) -> String {
    let plain = |amount: Decimal| amount.normalize().to_string();
    let maybe = |count: Option<u32>| count.map_or(String::new(), |count| count.to_string());
    let inference = charge.inference;
    let cells = [
        moment::iso(charge.at),
        charge.sku(),
        plain(charge.each()),
        plain(charge.units),
        plain(-charge.amount),
        charge.currency.name().to_owned(),
        notes(charge).to_owned(),
        inference.map_or(String::new(), |_| charge.request_id.clone()),
        maybe(inference.map(|inference| inference.milliseconds)),
        maybe(inference.and_then(|inference| inference.prompt_tokens)),
        maybe(inference.and_then(|inference| inference.completion_tokens)),
    ];
    cells.map(quoted).join(",") + "\n"
}

/// A cell as RFC 4180 writes it.
fn quoted(cell: String) -> String {
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let cell = |text: &str| quoted(text.to_owned());
        assert_eq!(cell("API Inference"), "API Inference");
        assert_eq!(cell("a, \"b\""), "\"a, \"\"b\"\"\"");
    }
}
