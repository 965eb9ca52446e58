//! What is said to whoever has to pay first: to a stranger how to pay, to a wallet how to top up.

use axum::http::StatusCode;
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    answer::Answer,
    catalogue::number,
    house::House,
    ledger::LEAST_IN_A_WALLET,
    refusal::Refusal,
    wallets::{
        Wallet, challenge,
        rails::{self, LEAST_USD, RECEIVER_ON_BASE, SUGGESTED_USD, USDC_ON_BASE},
    },
};

/// Solana's name in the offers of paid operations; a top-up names it in full.
const SOLANA: &str = "solana";

/// The offers of a top-up, which its body and header both carry.
pub(crate) fn top_up() -> Answer {
    let body = json!({"x402Version": 2, "accepts": rails::accepts(LEAST_USD, rails::SOLANA)});
    let mut answer = Answer::json(StatusCode::PAYMENT_REQUIRED, &body);
    answer.set("payment-required", STANDARD.encode(body.to_string()));
    answer
}

/// Said to a request for `path` that brings neither a key nor a wallet.
pub(crate) fn to_a_stranger(house: &House, path: &str) -> Refusal {
    let (offer, _) = offer(house, path);
    let mut body = offer.clone();
    body["authOptions"] = json!({
        "apiKey": {"header": "Authorization: Bearer YOUR_API_KEY", "getKey": "https://venice.ai/settings/api",
            "docs": "https://docs.venice.ai/api-reference"},
        "x402Wallet": {"header": "SIGN-IN-WITH-X", "legacyHeader": "X-Sign-In-With-X",
            "topUp": "POST /api/v1/x402/top-up",
            "docs": "https://docs.venice.ai/api-reference/endpoint/x402/top-up"},
    });
    required(body, &offer)
}

/// Said to a wallet that has too little for a request for `path`.
pub(crate) fn to_a_wallet(house: &House, path: &str, wallet: Wallet) -> Refusal {
    let (offer, challenge) = offer(house, path);
    let left = house.ledger.purse(&wallet.to_string());
    let body = json!({
        "error": "Payment required",
        "code": "PAYMENT_REQUIRED",
        "reason": "insufficient_balance",
        "message": "Insufficient x402 balance",
        "currentBalanceUsd": number(left.max(Decimal::ZERO)),
        "minimumBalanceUsd": number(LEAST_IN_A_WALLET),
        "description": "Venice API",
        "suggestedTopUpUsd": SUGGESTED_USD,
        "minimumTopUpUsd": LEAST_USD,
        "supportedTokens": ["USDC"],
        "supportedChains": ["base", "solana"],
        "topUpInstructions": {
            "step1": "POST /api/v1/x402/top-up with no payment header to get payment requirements",
            "step2": "Choose a payment option from accepts and sign a USDC transfer authorization",
            "step3": "POST /api/v1/x402/top-up with the signed PAYMENT-SIGNATURE header",
            "receiverWallet": RECEIVER_ON_BASE, "tokenAddress": USDC_ON_BASE, "tokenDecimals": 6,
            "network": rails::BASE, "minimumAmountUsd": LEAST_USD,
        },
        "siwxChallenge": challenge,
    });
    required(body, &offer)
}

fn required(body: Value, offer: &Value) -> Refusal {
    Refusal::whole(StatusCode::PAYMENT_REQUIRED, body)
        .header("payment-required", STANDARD.encode(offer.to_string()))
}

/// What x402 says of a resource that must be paid for, and the sign-in that it offers.
fn offer(house: &House, path: &str) -> (Value, Value) {
    let uri = format!("{}{path}", challenge::ORIGIN);
    let drawn = house.draw(crate::chance::Chance::next);
    let challenge = challenge::issue(&house.home.secret(), drawn, &uri, Timestamp::now());
    let mut extension = challenge.clone();
    extension["schema"] = sign_in_schema();
    let offer = json!({
        "x402Version": 2,
        "error": "Payment required",
        "resource": {"url": uri, "description": "Venice API", "mimeType": "application/json"},
        "accepts": rails::accepts(SUGGESTED_USD, SOLANA),
        "extensions": {"sign-in-with-x": extension},
    });
    (offer, challenge)
}

fn sign_in_schema() -> Value {
    let text = json!({"type": "string"});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {"address": text, "message": text, "signature": text, "timestamp": {"type": "integer"},
            "chainId": {"type": ["string", "integer"]}, "type": text},
        "required": ["address", "message", "signature", "chainId"],
    })
}
