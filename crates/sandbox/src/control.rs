//! The routes beside the API that steer the sandbox and look behind it.
//!
//! They need no key, but refuse pages: a browser always says where a request comes from.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{RawQuery, State},
    http::{HeaderMap, Response, StatusCode, header},
    middleware::{Next, from_fn},
    routing::{get, post},
};
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use crate::{
    answer::Answer,
    body::{self, Takes},
    catalogue::number,
    chance::Chance,
    config::{Balance, Currency, Usage},
    delivery,
    faults::Fault,
    fields::Fields,
    house::House,
    ledger::Charge,
    moment,
    queue::Fate,
    refusal::Refusal,
    usage_seed::Past,
};

type Shared = State<Arc<House>>;

pub(crate) fn router(house: &Arc<House>) -> Router {
    Router::new()
        .route("/faults", get(list_faults).post(arm).delete(disarm))
        .route("/ledger", get(ledger))
        .route("/requests", get(requests))
        .route("/balance", post(set_balance))
        .route("/refund", post(refund))
        .route("/pace", post(set_pace))
        .route("/queue", get(queue).post(set_queue))
        .route("/usage", post(make_past))
        .route("/reset", post(reset))
        .layer(from_fn(refuse_pages))
        .with_state(Arc::clone(house))
}

async fn refuse_pages(request: axum::extract::Request, next: Next) -> Response<Body> {
    if request.headers().contains_key(header::ORIGIN) {
        return plain(Err(Refusal::new(StatusCode::FORBIDDEN, "UNAUTHORIZED", "Not for pages"))).await;
    }
    next.run(request).await
}

async fn plain(answer: Result<Value, Refusal>) -> Response<Body> {
    let answer = answer.map_or_else(Refusal::into_answer, |body| Answer::ok(&body));
    delivery::deliver(answer, "", None, Chance::new(0)).await
}

async fn fields(headers: &HeaderMap, body: Body) -> Result<Fields, Refusal> {
    body::read(headers, body, Takes::Json, 1 << 16).await
}

async fn list_faults(State(house): Shared) -> Response<Body> {
    plain(Ok(house.faults.list().iter().map(Fault::to_json).collect())).await
}

async fn arm(State(house): Shared, headers: HeaderMap, body: Body) -> Response<Body> {
    let armed = match fields(&headers, body).await {
        Ok(fields) => Fault::read(fields),
        Err(refusal) => Err(refusal),
    };
    plain(armed.map(|fault| {
        let shown = fault.to_json();
        house.faults.arm(fault);
        shown
    }))
    .await
}

async fn disarm(State(house): Shared) -> Response<Body> {
    house.faults.clear();
    plain(Ok(json!([]))).await
}

/// All charges, or with `from` and `limit` a part of them.
async fn ledger(State(house): Shared, RawQuery(query): RawQuery) -> Response<Body> {
    plain(look(&house, &query.unwrap_or_default())).await
}

fn look(house: &House, query: &str) -> Result<Value, Refusal> {
    let mut query = Fields::from_query(query);
    let mut place = |name: &str| query.integer(name, 0..=i32::MAX).map(|place| place.unsigned_abs() as usize);
    let (from, limit) = (place("from").unwrap_or(0), place("limit").unwrap_or(usize::MAX));
    query.finish()?;
    let (balance, deposited) = (house.ledger.balance(), house.ledger.deposited());
    let (count, charges) = house.ledger.read(|charges| {
        (charges.len(), charges.iter().skip(from).take(limit).map(charge).collect::<Vec<Value>>())
    });
    let wallets: Map<String, Value> =
        house.ledger.purses().into_iter().map(|(address, left)| (address, number(left))).collect();
    Ok(json!({"balances": {"usd": number(balance.usd), "diem": number(balance.diem)},
        "deposited": {"usd": number(deposited.usd), "diem": number(deposited.diem)},
        "wallets": wallets, "count": count, "charges": charges}))
}

/// Makes up a past: `days`, `charges`, `seed` and `until` may be chosen.
async fn make_past(State(house): Shared, headers: HeaderMap, body: Body) -> Response<Body> {
    let past = match fields(&headers, body).await {
        Ok(fields) => read_past(fields),
        Err(refusal) => Err(refusal),
    };
    plain(past.and_then(|past| {
        if !house.live_through(past).map_err(unwritable)? {
            let message = "There is a past already: reset the sandbox first";
            return Err(Refusal::new(StatusCode::CONFLICT, "INVALID_REQUEST", message));
        }
        Ok(json!({"days": past.days, "charges": past.charges}))
    }))
    .await
}

/// Gives a wallet back what a request cost it.
async fn refund(State(house): Shared, headers: HeaderMap, body: Body) -> Response<Body> {
    let wanted = match fields(&headers, body).await {
        Ok(mut fields) => {
            let request_id = fields.required_text("request_id", 1..=200);
            fields.finish().map(|()| request_id)
        }
        Err(refusal) => Err(refusal),
    };
    plain(wanted.and_then(|request_id| {
        let refunded = house.ledger.refund(&request_id, Timestamp::now()).map_err(unwritable)?;
        let nothing = || Refusal::new(StatusCode::NOT_FOUND, "NOT_FOUND", "No wallet paid for this request");
        Ok(json!({"refunded": number(refunded.ok_or_else(nothing)?)}))
    }))
    .await
}

fn read_past(mut fields: Fields) -> Result<Past, Refusal> {
    let usual = Usage::default();
    let days = fields.integer("days", 1..=3650).map_or(usual.days, i32::unsigned_abs);
    let charges = fields.integer("charges", 1..=1_000_000).map_or(usual.charges, i32::unsigned_abs);
    let seed = fields.integer("seed", 0..=i32::MAX).map_or(0, |seed| u64::from(seed.unsigned_abs()));
    let until = fields.text("until", 1..=40);
    let end = until.as_deref().map_or_else(|| Some(Timestamp::now()), moment::read);
    if end.is_none() {
        fields.reject("until", "invalid_string", "Expected a date and time in UTC");
    }
    fields.finish()?;
    let until = moment::to_millisecond(end.unwrap_or_default());
    Ok(Past { seed, days, charges, until })
}

fn charge(charge: &Charge) -> Value {
    json!({"request_id": charge.request_id, "cf_ray": charge.cf_ray, "operation": charge.operation,
        "model": charge.model, "unit": charge.unit, "units": number(charge.units), "amount": number(charge.amount),
        "sku": charge.sku(), "price_per_unit": number(charge.each()), "key_id": charge.payer.key(),
        "wallet": charge.payer.wallet(), "currency": charge.currency.name(), "at": charge.at.to_string()})
}

async fn requests(State(house): Shared) -> Response<Body> {
    plain(Ok(house.seen.to_json())).await
}

async fn set_balance(State(house): Shared, headers: HeaderMap, body: Body) -> Response<Body> {
    let wanted = match fields(&headers, body).await {
        Ok(fields) => read_balance(fields, house.ledger.balance()),
        Err(refusal) => Err(refusal),
    };
    plain(wanted.and_then(|balance| {
        house.ledger.set_balance(balance).map_err(unwritable)?;
        Ok(json!({"usd": number(balance.usd), "diem": number(balance.diem), "first": balance.first.name()}))
    }))
    .await
}

fn read_balance(mut fields: Fields, now: Balance) -> Result<Balance, Refusal> {
    let mut amount = |name: &str, now: Decimal| {
        let wanted =
            fields.number(name, 0.0..=1_000_000.0).and_then(|amount| amount.to_string().parse().ok());
        wanted.unwrap_or(now)
    };
    let (usd, diem) = (amount("usd", now.usd), amount("diem", now.diem));
    let first = match fields.choice("first", &["USD", "DIEM"]) {
        Some("DIEM") => Currency::Diem,
        Some(_) => Currency::Usd,
        None => now.first,
    };
    fields.finish()?;
    Ok(Balance { usd, diem, first })
}

async fn set_pace(State(house): Shared, headers: HeaderMap, body: Body) -> Response<Body> {
    let wanted = fields(&headers, body).await.and_then(|mut fields| {
        fields.required("tokens_per_second");
        let wanted = fields.integer("tokens_per_second", 0..=1_000_000);
        fields.finish()?;
        Ok(wanted.map_or(0, i32::unsigned_abs))
    });
    plain(wanted.map(|tokens| {
        house.pace.set(tokens);
        json!({"tokens_per_second": tokens})
    }))
    .await
}

async fn queue(State(house): Shared) -> Response<Body> {
    plain(Ok(house.queue.to_json(&house.ledger.refunded()))).await
}

/// Says what becomes of the next films and music: how long they take, how they end, how large they are.
async fn set_queue(State(house): Shared, headers: HeaderMap, body: Body) -> Response<Body> {
    let set = match fields(&headers, body).await {
        Ok(mut fields) => {
            let seconds = fields.number("seconds", 0.0..=86_400.0);
            let padding = fields.integer("padding_mb", 0..=8192);
            let region = fields.text("region", 2..=2);
            let fate = fields.choice("fate", &["refused", "failed"]);
            let times = fields.integer("times", 1..=1000).unwrap_or(1).unsigned_abs() as usize;
            fields.finish().map(|()| {
                house.queue.orders(|orders| {
                    orders.seconds = seconds.or(orders.seconds);
                    orders.padding = padding.map_or(orders.padding, |mb| u64::from(mb.unsigned_abs()) << 20);
                    orders.region = region.unwrap_or(std::mem::take(&mut orders.region));
                    let fate = fate.map(|fate| if fate == "failed" { Fate::Failed } else { Fate::Refused });
                    orders.fates.extend(fate.into_iter().cycle().take(if fate.is_some() {
                        times
                    } else {
                        0
                    }));
                });
                json!({"set": true})
            })
        }
        Err(refusal) => Err(refusal),
    };
    plain(set).await
}

async fn reset(State(house): Shared) -> Response<Body> {
    house.faults.clear();
    house.rates.forget();
    house.failures.forget();
    house.seen.forget();
    house.prompts.forget();
    let reset =
        house.ledger.reset(house.opening).and_then(|()| house.keys.reset(&house.home, Timestamp::now()));
    let reset = reset
        .and_then(|()| house.rpc_desk.forget())
        .and_then(|()| house.queue.reset())
        .and_then(|()| house.cloned_voices.reset())
        .and_then(|()| house.memory.forget());
    plain(reset.map(|()| json!({"reset": true})).map_err(unwritable)).await
}

#[expect(clippy::needless_pass_by_value, reason = "the shape map_err wants")]
fn unwritable(error: std::io::Error) -> Refusal {
    tracing::error!(%error, "the state can't be written");
    Refusal::broken("UNKNOWN_ERROR", "The sandbox can't write its state")
}
