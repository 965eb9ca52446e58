//! Wallets: signing in, paying in, and paying with what was paid in.

use std::collections::BTreeSet;

use sandbox::{Balance, Config, Currency};
use serde_json::{Value, json};

use crate::{
    client::{Caller, header},
    wallet::{SOLANA, Says, Wallet, decoded, vectors},
};

const SIGN_IN: &str = "SIGN-IN-WITH-X";

fn picture() -> Value {
    json!({"model": "z-image-turbo", "prompt": "a", "width": 256, "height": 256})
}

/// A sandbox whose account has nothing: only wallets can pay.
async fn without_an_account() -> Caller {
    let opening_balance = Balance { usd: 0.into(), diem: 0.into(), first: Currency::Usd };
    Caller::new(Config { seed: 7, opening_balance, ..Config::instant() }).await
}

async fn own(caller: &Caller, wallet: &Wallet, path: &str, nonce: u64) -> Value {
    let request = caller.bare("GET", path).header(SIGN_IN, wallet.sign_in(&Says::now(nonce)));
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

#[tokio::test]
async fn a_wallet_pays_in_calls_and_sees_what_became_of_it() {
    let caller = without_an_account().await;
    let wallet = Wallet::on_base();
    let normalized = wallet.address.to_lowercase();
    let balance = own(&caller, &wallet, &format!("/x402/balance/{}", wallet.address), 1).await;
    let empty = json!({"walletAddress": normalized, "balanceUsd": 0, "canConsume": false, "minimumTopUpUsd": 5,
        "suggestedTopUpUsd": 10});
    assert_eq!((&balance["success"], &balance["data"]), (&json!(true), &empty));

    let offers = caller.offers().await;
    let payment = wallet.payment(&offers[0], 7_500_000, "first");
    let paid = caller.pay(&payment).await;
    assert_eq!(paid.status(), 200);
    let settled = decoded(header(&paid, "payment-response"));
    assert_eq!((&settled["success"], &settled["payer"]), (&json!(true), &json!(normalized)));
    let paid: Value = paid.json().await.unwrap();
    assert_eq!((&paid["data"]["amountCredited"], &paid["data"]["newBalance"]), (&json!(7.5), &json!(7.5)));

    let request = caller.bare("POST", "/image/generate").header(SIGN_IN, wallet.sign_in(&Says::now(2)));
    let made = request.json(&picture()).send().await.unwrap();
    assert_eq!((made.status().as_u16(), header(&made, "x-balance-remaining")), (200, "7.490000"));
    assert!(made.headers().get("x-venice-balance-usd").is_none());
    let made: Value = made.json().await.unwrap();

    let refund = caller.control("refund", &json!({"request_id": made["id"]})).await;
    assert_eq!(refund.json::<Value>().await.unwrap(), json!({"refunded": 0.01}));
    let path = format!("/x402/transactions/{normalized}");
    let told = own(&caller, &wallet, &path, 3).await["data"].clone();
    assert_eq!(told["currentBalance"], 7.5);
    let rows = told["transactions"].as_array().unwrap();
    let short: Vec<_> =
        rows.iter().map(|row| json!([row["type"], row["amount"], row["balanceAfter"]])).collect();
    let wanted = [json!(["REFUND", 0.01, 7.5]), json!(["CHARGE", -0.01, 7.49]), json!(["TOP_UP", 7.5, 7.5])];
    assert_eq!(short, wanted);
    assert_eq!((&rows[1]["requestId"], &rows[1]["modelId"]), (&made["id"], &json!("z-image-turbo")));
    assert_eq!((&rows[2]["requestId"], &rows[2]["modelId"]), (&Value::Null, &Value::Null));
    let ids: BTreeSet<_> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 3);

    let page = own(&caller, &wallet, &format!("{path}?limit=1&offset=1"), 4).await["data"].clone();
    assert_eq!(page["transactions"], json!([rows[1]]));
    assert_eq!(page["pagination"], json!({"limit": 1, "offset": 1, "hasMore": true}));
    let ledger = caller.look("ledger").await;
    assert_eq!(
        (&ledger["charges"][0]["wallet"], &ledger["wallets"][&normalized]),
        (&json!(normalized), &json!(7.5))
    );
}

#[tokio::test]
async fn a_wallet_gets_back_what_failed_work_cost_as_a_refund() {
    let caller = without_an_account().await;
    let wallet = Wallet::on_base();
    caller.top_up(&wallet, 5_000_000).await;
    caller.control("queue", &json!({"fate": "failed"})).await;
    let post = |path: &str, nonce: u64, body: &Value| {
        let request = caller.bare("POST", path).header(SIGN_IN, wallet.sign_in(&Says::now(nonce)));
        request.json(body).send()
    };
    let body = json!({"model": "ace-step-15", "prompt": "a slow barcarole"});
    let job: Value = post("/audio/queue", 1, &body).await.unwrap().json().await.unwrap();
    let asked = json!({"model": job["model"], "queue_id": job["queue_id"]});
    for nonce in [2, 3] {
        assert_eq!(post("/audio/retrieve", nonce, &asked).await.unwrap().status(), 500);
    }
    let path = format!("/x402/transactions/{}", wallet.address.to_lowercase());
    let told = own(&caller, &wallet, &path, 4).await["data"].clone();
    let rows = told["transactions"].as_array().unwrap();
    let kinds: Vec<&str> = rows.iter().map(|row| row["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["REFUND", "CHARGE", "TOP_UP"], "newest first");
    assert_eq!((&rows[0]["requestId"], &rows[0]["modelId"]), (&job["queue_id"], &job["model"]));
    let amount = |row: &Value| row["amount"].as_f64().unwrap();
    assert!(amount(&rows[0]) > 0.0 && (amount(&rows[0]) + amount(&rows[1])).abs() < 1e-12);
    assert_eq!(told["currentBalance"], 5);
    assert_eq!(caller.look("queue").await[0]["refunded"], true);
}

#[tokio::test]
async fn a_stranger_is_told_how_to_pay_and_an_empty_wallet_how_to_top_up() {
    let caller = without_an_account().await;
    let stranger = caller.bare("POST", "/image/generate").json(&picture()).send().await.unwrap();
    assert_eq!(stranger.status(), 402);
    let offer = decoded(header(&stranger, "payment-required"));
    let body: Value = stranger.json().await.unwrap();
    assert_eq!((&body["x402Version"], &body["accepts"]), (&json!(2), &offer["accepts"]));
    assert_eq!(body["resource"]["url"], "https://api.venice.ai/api/v1/image/generate");
    assert_eq!(body["accepts"][0]["amount"], "10000000");
    assert_eq!(body["authOptions"]["x402Wallet"]["header"], SIGN_IN);

    let wallet = Wallet::on_base();
    let request = caller.bare("POST", "/image/generate").header(SIGN_IN, wallet.sign_in(&Says::now(1)));
    let refused = request.json(&picture()).send().await.unwrap();
    assert_eq!((refused.status().as_u16(), header(&refused, "x-balance-remaining")), (402, "0.000000"));
    let offer = decoded(header(&refused, "payment-required"));
    let body: Value = refused.json().await.unwrap();
    assert_eq!(
        (&body["code"], &body["reason"]),
        (&json!("PAYMENT_REQUIRED"), &json!("insufficient_balance"))
    );
    assert_eq!((&body["currentBalanceUsd"], &body["minimumBalanceUsd"]), (&json!(0), &json!(0.1)));
    let challenge = &body["siwxChallenge"]["info"];
    assert_eq!(offer["extensions"]["sign-in-with-x"]["info"], *challenge);

    caller.top_up(&wallet, 5_000_000).await;
    let header = wallet.sign_in(&Says::challenged(challenge));
    let again =
        || caller.bare("POST", "/image/generate").header("X-Sign-In-With-X", &header).json(&picture()).send();
    assert_eq!(again().await.unwrap().status(), 200, "the challenge's own sign-in holds");
    assert_eq!(again().await.unwrap().status(), 401, "and once");
    let mut other = Says::challenged(challenge);
    other.uri = "https://api.venice.ai/api/v1/embeddings".into();
    let request = caller.bare("POST", "/image/generate").header(SIGN_IN, wallet.sign_in(&other));
    assert_eq!(request.json(&picture()).send().await.unwrap().status(), 401, "with all that it says");
}

#[tokio::test]
async fn a_sign_in_opens_its_own_wallet_once_and_nothing_else() {
    let caller = without_an_account().await;
    let wallet = Wallet::on_base();
    let header = wallet.sign_in(&Says::now(1));
    let look = |address: &str, header: &str| {
        caller.bare("GET", &format!("/x402/balance/{address}")).header(SIGN_IN, header.to_owned()).send()
    };
    assert_eq!(look(&wallet.address, &header).await.unwrap().status(), 200);
    let reused = look(&wallet.address, &header).await.unwrap();
    assert_eq!(reused.status(), 401);
    assert_eq!(reused.json::<Value>().await.unwrap()["code"], "X402_INVALID_SIGN_IN");
    let others = look(&Wallet::on_solana().address, &wallet.sign_in(&Says::now(2))).await.unwrap();
    assert_eq!(others.status(), 403);
    assert_eq!(others.json::<Value>().await.unwrap()["code"], "X402_WALLET_MISMATCH");
    assert_eq!(look("0x12", &wallet.sign_in(&Says::now(3))).await.unwrap().status(), 400);
    let nobody = caller.bare("GET", &format!("/x402/balance/{}", wallet.address)).send().await.unwrap();
    assert_eq!(nobody.status(), 401);
    let keyed = caller.get(&format!("/x402/balance/{}", wallet.address)).send().await.unwrap();
    assert_eq!(keyed.status(), 401);
    let of_account = caller.bare("GET", "/billing/balance").header(SIGN_IN, wallet.sign_in(&Says::now(4)));
    assert_eq!(of_account.send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn a_solana_wallet_signs_in_and_pays_in_too() {
    let caller = without_an_account().await;
    let wallet = Wallet::on_solana();
    let offers = caller.offers().await;
    assert_eq!(offers[1]["network"], SOLANA);
    let transaction = vectors()["solana"]["payments"]["version_0"].clone();
    let payment = json!({"x402Version": 2, "accepted": offers[1], "payload": {"transaction": transaction}});
    let payment = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, payment.to_string());
    let paid = caller.pay(&payment).await;
    assert_eq!(paid.status(), 200);
    assert_eq!(decoded(header(&paid, "payment-response"))["network"], SOLANA);
    let told = own(&caller, &wallet, &format!("/x402/balance/{}", wallet.address), 1).await;
    assert_eq!(
        (&told["data"]["walletAddress"], &told["data"]["balanceUsd"]),
        (&json!(wallet.address), &json!(7.5))
    );
    let request = caller.bare("POST", "/image/generate").header(SIGN_IN, wallet.sign_in(&Says::now(2)));
    assert_eq!(request.json(&picture()).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_payment_is_credited_once_however_it_is_sent() {
    let caller = without_an_account().await;
    let wallet = Wallet::on_base();
    let offers = caller.offers().await;
    let payment = wallet.payment(&offers[0], 5_000_000, "one");
    let mut answers = Vec::new();
    for name in ["PAYMENT-SIGNATURE", "X-402-Payment", "X-PAYMENT"] {
        let response = caller.bare("POST", "/x402/top-up").header(name, &payment).send().await.unwrap();
        assert_eq!(response.status(), 200, "{name}");
        answers.push(response.json::<Value>().await.unwrap());
    }
    assert_eq!((&answers[0], &answers[0]), (&answers[1], &answers[2]));
    assert_eq!(answers[2]["data"]["newBalance"], 5);
    for (payment, reason) in [
        (wallet.payment(&offers[0], 6_000_000, "one"), "nonce_used"),
        (wallet.payment(&offers[0], 4_999_999, "two"), "invalid_amount"),
        (wallet.payment(&offers[0], 10_000_000_001, "three"), "amount_too_high"),
        ("nothing".to_owned(), "invalid_format"),
    ] {
        let response = caller.pay(&payment).await;
        assert_eq!(response.status(), 400, "{reason}");
        let body: Value = response.json().await.unwrap();
        assert_eq!(
            (&body["error"], &body["details"]["reason"]),
            (&json!("X402_INVALID_PAYMENT"), &json!(reason))
        );
        assert!(body["message"].is_string());
    }
    let mut little = offers[0].clone();
    little["amount"] = json!("1000000");
    let refused = caller.pay(&wallet.payment(&little, 4_999_999, "four")).await;
    assert_eq!(refused.json::<Value>().await.unwrap()["details"]["reason"], "amount_too_low");
    let ledger = caller.look("ledger").await;
    assert_eq!(ledger["wallets"], json!({wallet.address.to_lowercase(): 5}));
}

#[tokio::test]
async fn wallets_go_on_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { state_dir: Some(folder.path().to_owned()), ..Config::instant() };
    let wallet = Wallet::on_base();
    let header = wallet.sign_in(&Says::now(1));
    let first = Caller::new(config.clone()).await;
    let offers = first.offers().await;
    let payment = wallet.payment(&offers[0], 5_000_000, "one");
    assert_eq!(first.pay(&payment).await.status(), 200);
    let look = |caller: &Caller, header: &str| {
        caller
            .bare("GET", &format!("/x402/balance/{}", wallet.address))
            .header(SIGN_IN, header.to_owned())
            .send()
    };
    assert_eq!(look(&first, &header).await.unwrap().status(), 200);
    first.running.shutdown().await;
    let second = Caller::new(config).await;
    assert_eq!(look(&second, &header).await.unwrap().status(), 401, "its nonce stays used");
    assert_eq!(second.pay(&payment).await.status(), 200);
    let told: Value = look(&second, &wallet.sign_in(&Says::now(2))).await.unwrap().json().await.unwrap();
    assert_eq!(told["data"]["balanceUsd"], 5, "and its payment credited");
}

#[tokio::test]
async fn a_wallet_that_signs_a_token_gets_a_key_that_works() {
    let caller = Caller::instant().await;
    let wallet = Wallet::on_base();
    let offered: Value =
        caller.bare("GET", "/api_keys/generate_web3_key").send().await.unwrap().json().await.unwrap();
    let token = offered["data"]["token"].as_str().unwrap();
    let body = json!({"apiKeyType": "INFERENCE", "address": wallet.address, "token": token,
        "signature": wallet.sign(token), "consumptionLimit": {"usd": 0.01}, "expiresAt": ""});
    let ask = |body: Value| caller.bare("POST", "/api_keys/generate_web3_key").json(&body).send();
    let made = ask(body.clone()).await.unwrap();
    assert_eq!(made.status(), 200);
    let made: Value = made.json().await.unwrap();
    assert_eq!(made["data"]["description"], "Web3 API Key");
    let key = made["data"]["apiKey"].as_str().unwrap();
    let paint = || caller.bare("POST", "/image/generate").bearer_auth(key).json(&picture()).send();
    assert_eq!(paint().await.unwrap().status(), 200);
    assert_eq!(paint().await.unwrap().status(), 402, "its limit holds");
    for (field, value) in [
        ("signature", json!(wallet.sign("another text"))),
        ("signature", json!("0x00")),
        ("address", json!("0x5ACCc0859b3C118596051724f5DBa1ff9e910033")),
    ] {
        let mut wrong = body.clone();
        wrong[field] = value;
        let refused = ask(wrong).await.unwrap();
        assert_eq!(refused.status(), 400);
        assert!(refused.json::<Value>().await.unwrap()["details"]["signature"].is_object(), "{field}");
    }
}
