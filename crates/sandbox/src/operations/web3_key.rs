//! A key for a wallet: it signs a token, and the key spends from the account like any other.
//!
//! On Venice the wallet must hold staked VVV; here every wallet is held to.

use axum::body::Body;
use jiff::Timestamp;
use serde_json::json;

use super::{
    Call,
    api_keys::{self, Wish},
};
use crate::{
    answer::Answer,
    body::{self, Takes},
    chance::Chance,
    gate::Access,
    keys::KeyKind,
    rates::Group,
    refusal::Refusal,
    routes::{Method, Operation},
    wallets::{Wallet, proof, token},
};

pub(crate) const OPERATIONS: &[Operation] = &[
    Operation::new(
        "getApiKeyGenerateWeb3Key",
        Method::Get,
        "/api_keys/generate_web3_key",
        Access::Ignored,
        |call, _| Box::pin(async move { offer(&call) }),
    ),
    Operation::new(
        "postApiKeyGenerateWeb3Key",
        Method::Post,
        "/api_keys/generate_web3_key",
        Access::Ignored,
        |call, body| Box::pin(generate(call, body)),
    )
    .rated(Group::Keys),
];

const BODY: usize = 1 << 16;
const DESCRIPTION: &str = "Web3 API Key";

fn offer(call: &Call) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let token = token::issue(&call.house.home.secret(), call.house.draw(Chance::next), Timestamp::now());
    let token = token.ok_or_else(|| Refusal::broken("UNKNOWN_ERROR", "The token can't be sealed"))?;
    Ok(Answer::ok(&json!({"success": true, "data": {"token": token}})))
}

async fn generate(call: Call, body: Body) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let mut fields = body::read(&call.headers, body, Takes::Json, BODY).await?;
    fields.required("apiKeyType");
    let kind = fields.choice("apiKeyType", &KeyKind::WORDS).map_or(KeyKind::Inference, KeyKind::of);
    let address = fields.required_text("address", 0..=100);
    let signature = fields.required_text("signature", 0..=400);
    let token = fields.required_text("token", 0..=2_000);
    let wish = Wish::take(&mut fields).described(DESCRIPTION);
    fields.finish()?;
    let wrong = |field, message| Refusal::field("INVALID_REQUEST", field, message);
    let wallet = Wallet::read(&address).filter(|wallet| matches!(wallet, Wallet::Ethereum(_)));
    let wallet = wallet.ok_or_else(|| wrong("address", "Must be the address of an EVM wallet"))?;
    if !token::holds(&call.house.home.secret(), &token, Timestamp::now()) {
        return Err(wrong("token", "The token was not issued here, or is over"));
    }
    if !proof::by(wallet, &token, &signature) {
        return Err(wrong("signature", "The signature is not the wallet's"));
    }
    call.take_turn("endpoint:api/v1/api_keys/generate_web3_key")?;
    api_keys::made(&call, kind, wish)
}
