//! Wallets' money: paying in, what is left, and what became of it.

use axum::{body::Body, http::StatusCode};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::Call;
use crate::{
    answer::Answer,
    body,
    catalogue::number,
    chance::{Chance, mix},
    gate::{Access, Caller},
    ledger::{Change, LEAST_IN_A_WALLET, Paid, TopUp},
    moment, payment_required,
    refusal::Refusal,
    routes::{Method, Operation},
    wallets::{
        Wallet,
        ethereum::hex,
        payment::{self, Payment},
        rails::{LEAST_USD, SUGGESTED_USD, dollars},
    },
};

pub(crate) const OPERATIONS: &[Operation] = &[
    Operation::new(
        "getX402Balance",
        Method::Get,
        "/x402/balance/{walletAddress}",
        Access::Wallet,
        |call, _| Box::pin(async move { balance(&call) }),
    ),
    Operation::new("topUpX402Balance", Method::Post, "/x402/top-up", Access::Ignored, |call, body| {
        Box::pin(top_up(call, body))
    }),
    Operation::new(
        "getX402Transactions",
        Method::Get,
        "/x402/transactions/{walletAddress}",
        Access::Wallet,
        |call, _| Box::pin(async move { transactions(&call) }),
    ),
];

/// The most bytes of a top-up's body, which says nothing.
const LARGEST: usize = 1 << 16;
/// The header of a payment, and its older names.
const PAYMENT_HEADERS: [&str; 3] = ["payment-signature", "x-402-payment", "x-payment"];

/// The wallet of the path, which must be the caller's own.
fn own_wallet(call: &Call) -> Result<Wallet, Refusal> {
    let asked = Wallet::read(call.path_value("walletAddress")).ok_or_else(|| {
        Refusal::field("INVALID_REQUEST", "walletAddress", "Must be an EVM or Solana wallet address")
    })?;
    match call.caller {
        Caller::Wallet(own) if own == asked => Ok(own),
        _ => {
            let message = "You can only look at your own wallet";
            Err(Refusal::new(StatusCode::FORBIDDEN, "X402_WALLET_MISMATCH", message))
        }
    }
}

fn balance(call: &Call) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let wallet = own_wallet(call)?.to_string();
    let left = call.house.ledger.purse(&wallet);
    Ok(Answer::ok(&json!({"success": true, "data": {
        "walletAddress": wallet,
        "balanceUsd": number(left),
        "canConsume": left >= LEAST_IN_A_WALLET,
        "minimumTopUpUsd": LEAST_USD,
        "suggestedTopUpUsd": SUGGESTED_USD,
    }})))
}

fn transactions(call: &Call) -> Result<Answer, Refusal> {
    let mut query = call.query();
    let limit = query.integer("limit", 1..=100).map_or(50, i32::unsigned_abs);
    let offset = query.integer("offset", 0..=i32::MAX).map_or(0, i32::unsigned_abs);
    query.finish()?;
    let wallet = own_wallet(call)?.to_string();
    let (page, total, left) = call.house.ledger.changes(&wallet, |changes| {
        let page: Vec<Value> = changes
            .iter()
            .enumerate()
            .rev()
            .skip(offset as usize)
            .take(limit as usize)
            .map(|(place, change)| transaction(&wallet, place, change))
            .collect();
        (page, changes.len(), changes.last().map(|change| change.after).unwrap_or_default())
    });
    Ok(Answer::ok(&json!({"success": true, "data": {
        "walletAddress": wallet,
        "currentBalance": number(left),
        "transactions": page,
        "pagination": {"limit": limit, "offset": offset, "hasMore": offset as usize + page.len() < total},
    }})))
}

fn transaction(wallet: &str, place: usize, change: &Change) -> Value {
    json!({
        "id": Chance::new(mix(place as u64, wallet)).uuid(),
        "amount": number(change.amount),
        "balanceAfter": number(change.after),
        "type": change.cause.name(),
        "createdAt": moment::iso(change.at),
        "requestId": change.request_id,
        "modelId": change.model,
    })
}

async fn top_up(call: Call, body: Body) -> Result<Answer, Refusal> {
    call.query().finish()?;
    if !body::is_empty_or_object(body, LARGEST).await? {
        return Ok(wrong("INVALID_REQUEST", "The body must be empty or a JSON object", "invalid_body"));
    }
    let Some(header) = PAYMENT_HEADERS.iter().find_map(|name| call.headers.get(*name)) else {
        return Ok(payment_required::top_up());
    };
    let now = Timestamp::now();
    match payment::check(header.to_str().unwrap_or_default(), now) {
        Ok(paid) => credit(&call, &paid, now),
        Err(error) => Ok(wrong("X402_INVALID_PAYMENT", &error.to_string(), error.reason())),
    }
}

/// Errors here have their code where others have their sentence.
fn wrong(code: &str, message: &str, reason: &str) -> Answer {
    let body = json!({"error": code, "message": message, "details": {"reason": reason}});
    Answer::json(StatusCode::BAD_REQUEST, &body)
}

/// Credits a payment once; sent again, it is answered again.
fn credit(call: &Call, paid: &Payment, now: Timestamp) -> Result<Answer, Refusal> {
    let (address, amount): (String, Decimal) = (paid.wallet.to_string(), dollars(paid.units));
    let entry = TopUp {
        address: address.clone(),
        amount,
        at: now,
        once: paid.once.clone(),
        signed: hex(&paid.signed),
    };
    let credited = call.house.ledger.top_up(entry).map_err(|error| {
        tracing::error!(%error, "the ledger can't be written");
        Refusal::broken("UNKNOWN_ERROR", "The sandbox can't write its ledger")
    })?;
    if credited == Paid::Used {
        return Ok(wrong("X402_INVALID_PAYMENT", "The authorization's nonce was used before", "nonce_used"));
    }
    let mut answer = Answer::ok(&json!({"success": true, "data": {
        "walletAddress": address,
        "amountCredited": number(amount),
        "newBalance": number(call.house.ledger.purse(&address)),
        "paymentId": paid.id(),
    }}));
    let settled = json!({"success": true, "network": paid.network, "payer": address,
        "transaction": paid.transaction()});
    answer.set("payment-response", STANDARD.encode(settled.to_string()));
    Ok(answer)
}
