//! Asking blockchains: prices, limits, and asking the same again.

use std::time::Duration;

use reqwest::Response;
use sandbox::{Balance, Config, Currency, Limits, WorkTime};
use serde_json::{Value, json};

use crate::{
    client::{Caller, header},
    wallet::{Says, Wallet},
};

fn chain_id() -> Value {
    json!({"jsonrpc": "2.0", "method": "eth_chainId", "params": [], "id": 1})
}

async fn keyed(caller: &Caller, network: &str, key: &str, body: &Value) -> Response {
    let request = caller.post(&format!("/crypto/rpc/{network}"), body).header("Idempotency-Key", key);
    request.send().await.unwrap()
}

fn usd(caller: &Value) -> f64 {
    caller["balances"]["usd"].as_f64().unwrap()
}

#[tokio::test]
async fn networks_are_listed_for_anybody() {
    let caller = Caller::instant().await;
    let listed: Value =
        caller.bare("GET", "/crypto/rpc/networks").send().await.unwrap().json().await.unwrap();
    let slugs: Vec<_> =
        listed["networks"].as_array().unwrap().iter().map(|slug| slug.as_str().unwrap()).collect();
    assert!(slugs.is_sorted() && slugs.len() == 25);
    for slug in slugs {
        let method = match slug.split_once('-').unwrap().0 {
            "solana" => "getSlot",
            "starknet" => "starknet_blockNumber",
            _ => "eth_blockNumber",
        };
        let asked = caller.post(&format!("/crypto/rpc/{slug}"), &json!({"method": method, "id": 1}));
        let answer: Value = asked.send().await.unwrap().json().await.unwrap();
        assert!(answer["result"].is_number() || answer["result"].is_string(), "{slug}: {answer}");
    }
}

#[tokio::test]
async fn each_call_is_paid_by_its_tier_and_failures_cost_little() {
    let caller = Caller::instant().await;
    let before = usd(&caller.look("ledger").await);
    for (network, body, credits, dollars) in [
        ("ethereum-mainnet", chain_id(), "20", "0.00001400"),
        ("solana-mainnet", json!({"method": "getSupply", "id": "a"}), "120", "0.00008400"),
        (
            "zksync-mainnet",
            json!([chain_id(), {"method": "eth_getBalance", "params": ["?"], "id": 2}]),
            "35",
            "0.00002450",
        ),
        ("base-mainnet", json!({"method": "txpool_status", "id": 1}), "40", "0.00002800"),
    ] {
        let answer = caller.post(&format!("/crypto/rpc/{network}"), &body).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{network}");
        assert_eq!(header(&answer, "x-venice-rpc-credits"), credits, "{network}");
        assert_eq!(header(&answer, "x-venice-rpc-cost-usd"), dollars, "{network}");
        assert_eq!(header(&answer, "x-request-id").len(), 32);
        assert_eq!(header(&answer, "content-type"), "application/json");
    }
    let ledger = caller.look("ledger").await;
    assert!((before - usd(&ledger) - 0.000_150_5).abs() < 1e-12);
    assert_eq!(ledger["charges"][0]["sku"], "crypto-rpc-ethereum-mainnet-unit");
}

#[tokio::test]
async fn the_same_key_with_the_same_body_is_answered_again_for_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { state_dir: Some(folder.path().to_owned()), ..Config::instant() };
    let caller = Caller::new(config.clone()).await;
    let first = keyed(&caller, "base-mainnet", "k-1", &chain_id()).await;
    let number = header(&first, "x-request-id").to_owned();
    assert!(first.headers().get("idempotent-replayed").is_none());
    let body = first.text().await.unwrap();
    caller.running.shutdown().await;

    let caller = Caller::new(config).await;
    let again = keyed(&caller, "base-mainnet", "k-1", &chain_id()).await;
    assert_eq!(header(&again, "idempotent-replayed"), "true");
    assert_eq!(
        (header(&again, "x-request-id"), header(&again, "x-venice-rpc-credits")),
        (number.as_str(), "20")
    );
    assert_eq!(again.text().await.unwrap(), body);
    for (network, other) in [
        ("base-mainnet", json!({"jsonrpc": "2.0", "method": "eth_chainId", "params": [], "id": 2})),
        ("base-sepolia", chain_id()),
    ] {
        let refused = keyed(&caller, network, "k-1", &other).await;
        assert_eq!(refused.status(), 400, "{network}");
    }
    assert_eq!(keyed(&caller, "base-mainnet", "no spaces", &chain_id()).await.status(), 400);
    assert_eq!(caller.charges().await.len(), 1);
    // A key belongs to who used it.
    let admin = caller.post("/crypto/rpc/base-mainnet", &chain_id()).header("Idempotency-Key", "k-1");
    let admin = admin.bearer_auth(caller.running.admin_key()).send().await.unwrap();
    assert_eq!(admin.status(), 200);
}

#[tokio::test]
async fn a_hundred_requests_a_minute_for_each_caller() {
    let limits = Limits { crypto_rpc: 2, ..Limits::WIDE };
    let caller = Caller::new(Config { limits, ..Config::instant() }).await;
    let ask = || caller.post("/crypto/rpc/base-mainnet", &chain_id()).send();
    for _ in 0..2 {
        assert_eq!(ask().await.unwrap().status(), 200);
    }
    let refused = ask().await.unwrap();
    assert_eq!(refused.status(), 429);
    assert_eq!(
        (header(&refused, "x-ratelimit-limit"), header(&refused, "x-ratelimit-remaining")),
        ("2", "0")
    );
    assert!(header(&refused, "x-ratelimit-reset").parse::<i64>().unwrap() > 0);
    assert!(refused.json::<Value>().await.unwrap()["customMessage"].is_string());
    let other = caller.bare("POST", "/crypto/rpc/base-mainnet").bearer_auth(caller.running.admin_key());
    assert_eq!(other.json(&chain_id()).send().await.unwrap().status(), 200);
    assert_eq!(Limits::default().crypto_rpc, 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_is_answered_one_at_a_time() {
    let work_time = WorkTime::Fixed(Duration::from_mins(10));
    let caller = Caller::new(Config { work_time, ..Config::instant() }).await;
    let ask = || caller.post("/crypto/rpc/base-mainnet", &chain_id()).send();
    // Whichever comes second is told so at once; the first one is still at work.
    let told = tokio::select! { told = ask() => told, told = ask() => told };
    assert_eq!(told.unwrap().status(), 429);
}

#[tokio::test]
async fn a_wallet_asks_from_what_it_paid_in() {
    let opening_balance = Balance { usd: 0.into(), diem: 0.into(), first: Currency::Usd };
    let caller = Caller::new(Config { opening_balance, ..Config::instant() }).await;
    assert_eq!(caller.post("/crypto/rpc/base-mainnet", &chain_id()).send().await.unwrap().status(), 402);
    let wallet = Wallet::on_base();
    let ask = |nonce| {
        let request = caller.bare("POST", "/crypto/rpc/base-mainnet").json(&chain_id());
        request.header("SIGN-IN-WITH-X", wallet.sign_in(&Says::now(nonce))).send()
    };
    assert_eq!(ask(1).await.unwrap().status(), 402);
    caller.top_up(&wallet, 5_000_000).await;
    let answer = ask(2).await.unwrap();
    assert_eq!((answer.status().as_u16(), header(&answer, "x-balance-remaining")), (200, "4.999986"));
}
