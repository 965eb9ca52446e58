//! Wallets against what other implementations make of the same keys, and against servers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use rstest::rstest;
use rust_decimal::Decimal;
use serde_json::{Value, json as value};
use venice::account::{ApiKeyType, PostApiKeyGenerateWeb3Key, Web3Token};
use venice::models::ListModels;
use venice::wallet::{Chain, PaymentMoment, SignIn, Wallet};
use venice::x402::{GetX402Balance, PaymentOption, PaymentRequirements};
use venice::{Auth, Client, ErrorCode, Fate};
use wiremock::matchers::{any, method, path};
use wiremock::{Mock, MockServer, Request};

use crate::servers::{client_for, expect, json, requests};

fn vectors() -> Value {
    serde_json::from_str(include_str!("data/wallet_vectors.json")).unwrap()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

fn now() -> Timestamp {
    Timestamp::from_second(vectors()["now"].as_i64().unwrap()).unwrap()
}

fn moment() -> PaymentMoment {
    let vectors = vectors();
    let nonce: Vec<u8> = (0..32).collect();
    PaymentMoment {
        now: now(),
        nonce: nonce.try_into().unwrap(),
        recent_block_hash: Some(text(&vectors, "blockHash").to_owned()),
    }
}

/// What the server of the vectors asks to be paid.
fn asked(seconds: u64) -> PaymentRequirements {
    let vectors = vectors();
    serde_json::from_value(value!({"x402Version": 2, "accepts": [
        {"scheme": "exact", "network": Chain::Base.network(), "asset": Chain::Base.usdc(), "amount": "5000000",
         "payTo": vectors["receivers"]["base"], "maxTimeoutSeconds": seconds,
         "extra": {"name": "USD Coin", "version": "2"}},
        {"scheme": "exact", "network": Chain::Solana.network(), "asset": Chain::Solana.usdc(), "amount": "5000000",
         "payTo": vectors["receivers"]["solana"], "maxTimeoutSeconds": seconds,
         "extra": {"feePayer": vectors["feePayer"]}}]}))
    .unwrap()
}

fn decoded(header: &str) -> Value {
    serde_json::from_slice(&STANDARD.decode(header).unwrap()).unwrap()
}

fn wallets() -> Vec<(Chain, Wallet, Value)> {
    let vectors = vectors();
    let of = |chain, name: &str| {
        let list = vectors[name].as_array().unwrap().clone();
        list.into_iter()
            .map(move |vector| (chain, Wallet::from_secret(&text(&vector, "secret").into()).unwrap(), vector))
    };
    of(Chain::Base, "base").chain(of(Chain::Solana, "solana")).collect()
}

fn first(chain: Chain) -> Wallet {
    wallets().into_iter().find(|(other, ..)| *other == chain).unwrap().1
}

#[test]
fn addresses_and_messages_are_those_of_other_implementations() {
    assert_eq!(wallets().len(), 6);
    for (chain, wallet, vector) in wallets() {
        assert_eq!((wallet.chain(), wallet.address()), (chain, text(&vector, "address")));
        for message in vector["messages"].as_array().unwrap() {
            assert_eq!(wallet.sign_message(text(message, "text")), text(message, "signature"));
        }
    }
}

#[test]
fn sign_ins_are_those_of_other_implementations() {
    use secrecy::ExposeSecret;
    for (chain, wallet, vector) in wallets() {
        for known in vector["signIns"].as_array().unwrap() {
            let sign_in: SignIn = serde_json::from_value(known["info"].clone()).unwrap();
            assert_eq!(sign_in.text(chain, wallet.address()), text(known, "text"));
            let header = decoded(wallet.sign_in(&sign_in, now()).expose_secret());
            let mut wanted = value!({"address": vector["address"], "message": known["text"],
                "signature": known["signature"], "timestamp": 1_795_262_400_000_u64, "chainId": 8453});
            if chain == Chain::Solana {
                wanted["chainId"] = Chain::Solana.network().into();
                wanted["type"] = "ed25519".into();
            }
            assert_eq!(header, wanted);
        }
    }
}

#[test]
fn payments_are_those_of_other_implementations() {
    for (chain, wallet, vector) in wallets() {
        for known in vector["payments"].as_array().unwrap() {
            let asked = asked(known["seconds"].as_u64().unwrap_or(300));
            let option = &asked.accepts[usize::from(chain == Chain::Solana)];
            let amount: Decimal = text(known, "usd").parse().unwrap();
            let payment = wallet.sign_payment(&asked, option, amount, &moment()).unwrap();
            let header = decoded(payment.as_str());
            let payload = match chain {
                Chain::Base => {
                    value!({"signature": known["signature"], "authorization": known["authorization"]})
                }
                Chain::Solana => value!({"transaction": known["transaction"]}),
            };
            assert_eq!(header["payload"], payload);
            // The option that was confirmed, with the amount that is paid.
            let mut accepted = serde_json::to_value(option).unwrap();
            accepted["amount"] = (amount * Decimal::from(1_000_000)).normalize().to_string().into();
            assert_eq!((&header["accepted"], &header["x402Version"]), (&accepted, &value!(2)));
            assert_eq!((&header["scheme"], &header["network"]), (&accepted["scheme"], &accepted["network"]));
            assert!(!format!("{payment:?}").contains(payment.as_str()));
        }
    }
}

#[test]
fn version_1_has_no_accepted() {
    let mut asked = asked(300);
    asked.x402_version = Some(1);
    asked.accepts[0].network = "base".to_owned();
    let payment = first(Chain::Base).sign_payment(&asked, &asked.accepts[0], 5.into(), &moment()).unwrap();
    let header = decoded(payment.as_str());
    assert_eq!((&header["x402Version"], &header["network"]), (&value!(1), &value!("base")));
    assert!(header.get("accepted").is_none());
}

type Change = fn(&mut PaymentOption);

#[rstest]
#[case("another scheme", |option: &mut PaymentOption| option.scheme = "upto".into(), "UNSUPPORTED")]
#[case("a test network", |option: &mut PaymentOption| option.network = "eip155:84532".into(), "UNSUPPORTED")]
#[case("another chain", |option: &mut PaymentOption| *option = asked(300).accepts.remove(1), "INVALID_INPUT")]
#[case("another token", |option: &mut PaymentOption| option.asset = "0x5ACCc0859b3C118596051724f5DBa1ff9e910033".into(), "UNSUPPORTED")]
#[case("no address", |option: &mut PaymentOption| option.pay_to = "0x5ACC".into(), "INVALID_INPUT")]
#[case("no amount", |option: &mut PaymentOption| option.amount = "five".into(), "INVALID_INPUT")]
#[case("more than is paid", |option: &mut PaymentOption| option.amount = "10000001".into(), "INVALID_INPUT")]
fn what_no_wallet_pays(#[case] what: &str, #[case] change: Change, #[case] code: &str) {
    let mut asked = asked(300);
    change(&mut asked.accepts[0]);
    let error = first(Chain::Base).sign_payment(&asked, &asked.accepts[0], 10.into(), &moment()).unwrap_err();
    assert_eq!((error.code(), error.fate()), (code, Fate::NotSent), "{what}");
}

#[test]
fn only_what_was_confirmed_is_signed() {
    let asked = asked(300);
    let wallet = first(Chain::Base);
    let changes: [Change; 4] = [
        |option| option.pay_to = "0x5ACCc0859b3C118596051724f5DBa1ff9e910033".into(),
        |option| option.amount = "5000001".into(),
        |option| option.max_timeout_seconds = Some(301),
        |option| option.extra = None,
    ];
    for change in changes {
        let mut confirmed = asked.accepts[0].clone();
        change(&mut confirmed);
        let error = wallet.sign_payment(&asked, &confirmed, 10.into(), &moment()).unwrap_err();
        assert_eq!(error.code(), "INVALID_INPUT");
    }
}

#[rstest]
#[case("4.999999")]
#[case("-5")]
#[case("5.0000001")]
#[case("79228162514264337593543950335")]
fn amounts_that_are_not_paid(#[case] amount: &str) {
    let asked = asked(300);
    for (chain, place) in [(Chain::Base, 0), (Chain::Solana, 1)] {
        let error = first(chain)
            .sign_payment(&asked, &asked.accepts[place], amount.parse().unwrap(), &moment())
            .unwrap_err();
        assert_eq!((error.code(), error.fate()), ("INVALID_INPUT", Fate::NotSent));
    }
}

#[test]
fn a_payment_on_solana_wants_a_block_and_somebody_who_pays_the_fee() {
    let wallet = first(Chain::Solana);
    let asked = asked(300);
    let without = PaymentMoment { recent_block_hash: None, ..moment() };
    let error = wallet.sign_payment(&asked, &asked.accepts[1], 5.into(), &without).unwrap_err();
    assert_eq!(error.code(), "UNSUPPORTED");
    assert!(error.to_string().contains("recent block"), "{error}");
    let mut asked = asked;
    asked.accepts[1].extra = None;
    let error = wallet.sign_payment(&asked, &asked.accepts[1], 5.into(), &moment()).unwrap_err();
    assert_eq!(error.code(), "UNSUPPORTED");
    asked.accepts[1].extra = value!({"feePayer": wallet.address()}).as_object().cloned();
    let error = wallet.sign_payment(&asked, &asked.accepts[1], 5.into(), &moment()).unwrap_err();
    assert_eq!(error.code(), "INVALID_INPUT");
}

/// A client whose time stands still and whose bytes at random count up from 0.
fn signing(server: &MockServer, wallet: Wallet) -> Client {
    client_for(&format!("{}/api/v1", server.uri()))
        .auth(Auth::Wallet(wallet))
        .clock(now)
        .chance(|bytes| bytes.iter_mut().zip(0..).for_each(|(byte, count)| *byte = count))
        .build()
        .unwrap()
}

fn signed_in(request: &Request) -> Value {
    decoded(request.headers.get("sign-in-with-x").unwrap().to_str().unwrap())
}

#[tokio::test]
async fn each_request_is_signed() {
    for (chain, wallet, vector) in wallets() {
        let server = MockServer::start().await;
        let answer = value!({"success": true, "data": {"walletAddress": wallet.address(), "balanceUsd": 12.5,
            "canConsume": true, "minimumTopUpUsd": 5, "suggestedTopUpUsd": 10}});
        Mock::given(method("GET"))
            .and(path(format!("/api/v1/x402/balance/{}", wallet.address())))
            .respond_with(json(200, &answer.to_string()))
            .mount(&server)
            .await;
        let request = GetX402Balance::of(&wallet);
        let balance = expect(&server, signing(&server, wallet).get_x402_balance(&request).await).await.value;
        assert_eq!(balance.balance_usd.to_string(), "12.5");
        let sent = &server.received_requests().await.unwrap()[0];
        let known = &vector["signIns"][0];
        assert_eq!(signed_in(sent)["message"], known["text"], "{chain:?}");
        assert_eq!(signed_in(sent)["signature"], known["signature"]);
        assert!(!sent.headers.contains_key("authorization"));
        let sent = format!("{sent:?}");
        let secret = text(&vector, "secret");
        assert!(!sent.contains(secret.trim_start_matches("0x")), "the secret was sent");
    }
}

#[tokio::test]
async fn each_attempt_has_a_nonce_of_its_own() {
    let server = MockServer::start().await;
    Mock::given(any())
        .respond_with(json(503, r#"{"error":"The model is at capacity"}"#))
        .mount(&server)
        .await;
    let client = client_for(&server.uri()).auth(Auth::Wallet(first(Chain::Base))).build().unwrap();
    client.list_models(&ListModels::new()).await.unwrap_err();
    let received = server.received_requests().await.unwrap();
    let nonces: std::collections::HashSet<String> =
        received.iter().map(|request| signed_in(request)["message"].to_string()).collect();
    assert_eq!((received.len(), nonces.len()), (4, 4));
}

fn challenge(domain: &str) -> Value {
    let mut info = vectors()["base"][0]["signIns"][1]["info"].clone();
    info["domain"] = domain.into();
    info["expirationTime"] = "2026-11-21T12:05:00.000Z".into();
    value!({"info": info, "supportedChains": [{"chainId": "eip155:8453", "type": "eip191"}]})
}

#[tokio::test]
async fn a_challenge_replaces_what_is_usually_signed() {
    let server = MockServer::start().await;
    let refused = value!({"error": "Invalid sign-in", "code": "X402_INVALID_SIGN_IN",
        "siwxChallenge": challenge("api.venice.ai")});
    Mock::given(any()).respond_with(json(401, &refused.to_string())).up_to_n_times(1).mount(&server).await;
    Mock::given(any()).respond_with(json(200, r#"{"data":[]}"#)).mount(&server).await;
    let client = signing(&server, first(Chain::Base));
    expect(&server, client.list_models(&ListModels::new()).await).await;
    expect(&server, client.list_models(&ListModels::new()).await).await;
    let messages: Vec<_> = server.received_requests().await.unwrap().iter().map(signed_in).collect();
    assert_eq!(messages.len(), 3);
    let second = messages[1]["message"].as_str().unwrap();
    for line in [
        "Sign in to Venice AI",
        "URI: https://api.venice.ai/api/v1/chat/completions",
        "Nonce: 0123456789abcdefABCDEF",
        "Issued At: 2026-04-09T12:00:00.000Z",
        "Request ID: request-1",
    ] {
        assert!(second.lines().any(|other| other == line), "{line} in {second}");
    }
    assert_eq!(messages[2]["message"], messages[0]["message"]);
}

#[tokio::test]
async fn a_challenge_of_another_server_is_not_signed() {
    let server = MockServer::start().await;
    let refused = value!({"error": "Invalid sign-in", "siwxChallenge": challenge("bank.example")});
    Mock::given(any()).respond_with(json(401, &refused.to_string())).mount(&server).await;
    let client = signing(&server, first(Chain::Base));
    let error = client.list_models(&ListModels::new()).await.unwrap_err();
    assert_eq!(error.api().unwrap().code, ErrorCode::AuthenticationFailed);
    assert_eq!(requests(&server).await, 1);
}

#[tokio::test]
async fn a_challenge_is_answered_once_a_call() {
    let server = MockServer::start().await;
    let refused = value!({"x402Version": 2, "error": "Payment required", "accepts": [],
        "extensions": {"sign-in-with-x": challenge("api.venice.ai")}});
    Mock::given(any()).respond_with(json(402, &refused.to_string())).mount(&server).await;
    let client = signing(&server, first(Chain::Base));
    let error = client.list_models(&ListModels::new()).await.unwrap_err();
    assert_eq!((error.api().unwrap().status, error.fate()), (402, Fate::Refused));
    assert_eq!(requests(&server).await, 2);
}

#[tokio::test]
async fn a_wallet_without_money_is_told_what_to_sign_next() {
    let server = MockServer::start().await;
    let refused = value!({"error": "Payment required", "code": "PAYMENT_REQUIRED", "reason": "insufficient_balance",
        "currentBalanceUsd": 0.01, "minimumBalanceUsd": 0.1, "suggestedTopUpUsd": 10, "minimumTopUpUsd": 5,
        "siwxChallenge": challenge("api.venice.ai")});
    let header = STANDARD.encode(serde_json::to_vec(&asked(300)).unwrap());
    Mock::given(any())
        .respond_with(json(402, &refused.to_string()).insert_header("payment-required", header))
        .mount(&server)
        .await;
    let client = signing(&server, first(Chain::Base));
    let error = client.list_models(&ListModels::new()).await.unwrap_err();
    assert_eq!(requests(&server).await, 1);
    let payment = error.api().unwrap().payment.as_ref().unwrap();
    assert_eq!(payment.requirements.as_ref(), Some(&asked(300)));
    assert_eq!(payment.sign_in.as_ref().unwrap().supported_chains[0].chain_id, "eip155:8453");
    client.list_models(&ListModels::new()).await.unwrap_err();
    let received = server.received_requests().await.unwrap();
    assert!(signed_in(&received[1])["message"].as_str().unwrap().contains("Nonce: 0123456789abcdefABCDEF"));
}

#[tokio::test]
async fn what_a_wallet_signed_is_taken_out_of_errors() {
    let server = MockServer::start().await;
    let echo = |request: &Request| {
        let header = request.headers.get("sign-in-with-x").unwrap().to_str().unwrap();
        json(401, &value!({"error": format!("Bad header {header}")}).to_string())
            .insert_header("x-request-id", header)
    };
    Mock::given(any()).respond_with(echo).mount(&server).await;
    let error = signing(&server, first(Chain::Base)).list_models(&ListModels::new()).await.unwrap_err();
    assert_eq!(error.api().unwrap().message.as_deref(), Some("Bad header [key]"));
}

#[test]
fn wallets_go_to_safe_places_only() {
    let error = Client::builder("http://192.168.1.20:8080").auth(Auth::Wallet(first(Chain::Base))).build();
    assert_eq!(error.unwrap_err().code(), "INVALID_URL");
}

#[test]
fn a_token_for_a_key_is_signed() {
    for (_, wallet, vector) in wallets() {
        let known = &vector["messages"][2];
        let token = Web3Token { token: text(known, "text").to_owned() };
        let request = PostApiKeyGenerateWeb3Key::signed_by(&wallet, ApiKeyType::Inference, &token);
        let sent = serde_json::to_value(&request).unwrap();
        assert_eq!(
            sent,
            value!({"apiKeyType": "INFERENCE", "address": vector["address"], "signature": known["signature"], "token": known["text"]})
        );
        assert!(!format!("{request:?} {token:?}").contains(text(known, "text")));
    }
}
