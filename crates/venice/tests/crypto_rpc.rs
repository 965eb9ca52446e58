//! Questions to block chains.

use serde_json::json as value;
use venice::crypto_rpc::{CryptoRpcProxy, RpcCall, RpcCalls};
use venice::{Fate, Request as _};
use wiremock::MockServer;
use wiremock::matchers::{body_json, header};

use crate::servers::{client, expect, json, on};

#[tokio::test]
async fn list_crypto_rpc_networks() {
    let server = MockServer::start().await;
    on("GET", "/crypto/rpc/networks")
        .respond_with(json(200, r#"{"networks":["base-mainnet","solana-mainnet"]}"#))
        .mount(&server)
        .await;
    let networks = expect(&server, client(&server).list_crypto_rpc_networks().await).await.value.networks;
    assert_eq!(networks, ["base-mainnet", "solana-mainnet"]);
}

#[tokio::test]
async fn crypto_rpc_proxy() {
    let server = MockServer::start().await;
    let sent = value!({"jsonrpc": "2.0", "method": "eth_getBalance", "params": ["0x1", "latest"], "id": 1});
    on("POST", "/crypto/rpc/base-mainnet")
        .and(header("idempotency-key", "a1b2-c3"))
        .and(body_json(&sent))
        .respond_with(
            json(200, r#"{"jsonrpc":"2.0","id":1,"result":"0x1"}"#)
                .insert_header("x-venice-rpc-credits", "20")
                .insert_header("x-venice-rpc-cost-usd", "0.00001400")
                .insert_header("x-balance-remaining", "4.230000")
                .insert_header("x-request-id", "aBCd")
                .insert_header("idempotent-replayed", "true"),
        )
        .mount(&server)
        .await;
    let call = RpcCall::new("eth_getBalance", [value!("0x1"), value!("latest")]);
    let request = CryptoRpcProxy::new("base-mainnet", call).idempotency_key("a1b2-c3");
    let answer = expect(&server, client(&server).crypto_rpc_proxy(&request).await).await;
    assert_eq!(answer.value.get(&1.into()).unwrap().result(), Ok(&value!("0x1")));
    assert_eq!((answer.receipt.rpc.credits, answer.receipt.rpc.is_replayed), (Some(20), Some(true)));
    assert_eq!(answer.receipt.rpc.cost_usd.unwrap().to_string(), "0.000014");
    assert_eq!(answer.receipt.wallet_balance_usd.unwrap().to_string(), "4.23");
    assert!(!format!("{request:?}").contains("0x1"));
}

#[tokio::test]
async fn crypto_rpc_proxy_with_several_calls() {
    let server = MockServer::start().await;
    let sent = value!([{"jsonrpc": "2.0", "method": "eth_chainId", "params": [], "id": 1},
        {"jsonrpc": "2.0", "method": "eth_call", "params": [{}], "id": 2}]);
    let answer = value!([{"jsonrpc": "2.0", "id": 2, "error": {"code": -32602, "message": "invalid params"}},
        {"jsonrpc": "2.0", "id": 1, "result": "0x2105"}]);
    on("POST", "/crypto/rpc/base-mainnet")
        .and(body_json(&sent))
        .respond_with(json(200, &answer.to_string()))
        .mount(&server)
        .await;
    let calls = [RpcCall::new("eth_chainId", []), RpcCall::new("eth_call", [value!({})])];
    let request = CryptoRpcProxy::batch("base-mainnet", calls);
    let replies = expect(&server, client(&server).crypto_rpc_proxy(&request).await).await.value;
    assert_eq!(replies.get(&1.into()).unwrap().result(), Ok(&value!("0x2105")));
    assert_eq!(replies.get(&2.into()).unwrap().result().unwrap_err().code, Some(-32602));
}

#[test]
fn what_a_chain_would_refuse_is_not_sent() {
    let call = || RpcCall::new("eth_chainId", []);
    let refused = [
        CryptoRpcProxy::batch("n", []),
        CryptoRpcProxy::batch("n", std::iter::repeat_with(call).take(101)),
        CryptoRpcProxy::new("n", RpcCall::new("", [])),
        CryptoRpcProxy::new("", call()),
        CryptoRpcProxy::new("n", call()).idempotency_key(""),
        CryptoRpcProxy::new("n", call()).idempotency_key("with space"),
        CryptoRpcProxy::new("n", call()).idempotency_key("k".repeat(256)),
    ];
    for request in refused {
        assert_eq!(request.call().err().map(|error| error.fate()), Some(Fate::NotSent), "{request:?}");
    }
    let form: CryptoRpcProxy =
        serde_json::from_value(value!({"network": "n", "calls": {"method": "eth_chainId"}})).unwrap();
    let RpcCalls::Single(call) = &form.calls else { panic!("{form:?}") };
    assert_eq!(serde_json::to_value(call).unwrap(), value!({"jsonrpc": "2.0", "method": "eth_chainId"}));
}

#[tokio::test]
async fn a_limit_of_block_chains_says_which() {
    let server = MockServer::start().await;
    on("POST", "/crypto/rpc/n")
        .respond_with(
            json(
                429,
                r#"{"error":"Rate limit exceeded","customMessage":"10,000,000 credits a day are used up"}"#,
            )
            .insert_header("x-ratelimit-limit", "100")
            .insert_header("x-ratelimit-remaining", "0")
            .insert_header("x-ratelimit-reset", "7200"),
        )
        .mount(&server)
        .await;
    let request = CryptoRpcProxy::new("n", RpcCall::new("eth_chainId", []));
    let error = client(&server).crypto_rpc_proxy(&request).await.unwrap_err();
    let api = error.api().unwrap();
    assert_eq!(api.message.as_deref(), Some("10,000,000 credits a day are used up"));
    assert!(api.retry_after.is_some_and(|wait| wait.as_secs() > 7_000));
}
