//! Keys: how they are listed, made, changed and taken away.

use jiff::civil::date;
use rust_decimal::Decimal;
use secrecy::ExposeSecret;
use serde_json::{Value, json as value};
use venice::Fate;
use venice::account::{
    ApiKeyType, ConsumptionLimit, CreateApiKey, DeleteApiKey, Expiry, GetApiKeyById, LimitKind, LimitPeriod,
    ModelPrivacy, PostApiKeyGenerateWeb3Key, SpendLimit, UpdateApiKey,
};
use wiremock::MockServer;
use wiremock::matchers::{body_json, query_param};

use crate::servers::{client, expect, json, on, requests};

fn api_key() -> Value {
    value!({"id": "key-1", "apiKeyType": "ADMIN", "description": "Studio", "last6Chars": "2V2jNW",
        "consumptionLimits": {"usd": 50, "diem": null}, "limitPeriod": "MONTH", "modelPrivacy": "PRIVATE_ONLY",
        "createdAt": "2023-10-01T12:00:00Z", "expiresAt": null, "lastUsedAt": "yesterday",
        "usage": {"trailingSevenDays": {"usd": "10.2424", "vcu": "42.2315", "diem": "4.2231"}},
        "currentPeriodUsage": {"usd": "5.1234", "diem": "2.5000"}})
}

#[tokio::test]
async fn get_api_keys() {
    let server = MockServer::start().await;
    let answer = value!({"object": "list", "data": [api_key(), {"id": "no kind"}, 7]});
    on("GET", "/api_keys").respond_with(json(200, &answer.to_string())).mount(&server).await;
    let keys = expect(&server, client(&server).get_api_keys().await).await.value;
    assert_eq!(keys.len(), 1);
    let key = &keys[0];
    assert_eq!((key.id.as_str(), &key.api_key_type), ("key-1", &ApiKeyType::Admin));
    assert_eq!(key.last_6_chars.as_deref(), Some("2V2jNW"));
    assert_eq!((key.consumption_limits.usd, key.consumption_limits.diem), (Some(50.into()), None));
    assert_eq!(key.model_privacy, Some(ModelPrivacy::PrivateOnly));
    assert_eq!((key.expires_at, key.last_used_at), (None, None));
    assert_eq!(key.usage.unwrap().trailing_seven_days.usd.unwrap().to_string(), "10.2424");
    assert_eq!(key.current_period_usage.unwrap().diem.unwrap().to_string(), "2.5");
    let again: venice::account::ApiKey = serde_json::from_value(serde_json::to_value(key).unwrap()).unwrap();
    assert_eq!(&again, key);
}

#[tokio::test]
async fn get_api_key_by_id() {
    let server = MockServer::start().await;
    on("GET", "/api_keys/a%2Fb")
        .respond_with(json(200, &value!({"data": api_key()}).to_string()))
        .mount(&server)
        .await;
    let key = expect(&server, client(&server).get_api_key_by_id(&GetApiKeyById::new("a/b")).await).await;
    assert_eq!(key.value.limit_period, Some(LimitPeriod::Month));
    let error = client(&server).get_api_key_by_id(&GetApiKeyById::new("..")).await.unwrap_err();
    assert_eq!((error.code(), error.fate()), ("INVALID_INPUT", Fate::NotSent));
}

const NEW: &str = "VENICE-INFERENCE-KEY-abcdef0123456789";

fn new_key() -> Value {
    value!({"success": true, "data": {"apiKey": NEW, "apiKeyType": "INFERENCE", "id": "key-2", "description": "d",
        "consumptionLimit": {"usd": 1.5}, "limitPeriod": "EPOCH", "modelPrivacy": "ALL",
        "expiresAt": "2026-12-24T06:00:00.000Z"}})
}

#[tokio::test]
async fn create_api_key() {
    let server = MockServer::start().await;
    let sent = value!({"apiKeyType": "INFERENCE", "description": "Studio", "expiresAt": "2026-12-24",
        "consumptionLimit": {"usd": 12.5, "diem": null}, "limitPeriod": "LIFETIME", "modelPrivacy": "ALL"});
    on("POST", "/api_keys")
        .and(body_json(&sent))
        .respond_with(json(200, &new_key().to_string()))
        .mount(&server)
        .await;
    let limit = ConsumptionLimit::new().usd(Decimal::new(125, 1)).diem(SpendLimit::Unlimited);
    let request = CreateApiKey::new(ApiKeyType::Inference, "Studio")
        .expires_at(date(2026, 12, 24))
        .consumption_limit(limit)
        .limit_period(LimitPeriod::Lifetime)
        .model_privacy(ModelPrivacy::All);
    let mut answer = expect(&server, client(&server).create_api_key(&request).await).await;
    assert_eq!(answer.value.expires_at.unwrap().to_string(), "2026-12-24T06:00:00Z");
    assert_eq!(answer.value.consumption_limit.usd.unwrap().to_string(), "1.5");
    let written = serde_json::to_string(&answer.value).unwrap();
    assert!(!format!("{answer:?} {written}").contains("abcdef0123456789"), "{answer:?} {written}");
    assert_eq!(answer.value.take_api_key().unwrap().expose_secret(), NEW);
    assert!(answer.value.take_api_key().is_none());
}

#[tokio::test]
async fn a_key_without_its_secret_is_no_answer() {
    let server = MockServer::start().await;
    let mut answer = new_key();
    answer["data"]["apiKey"] = "".into();
    on("POST", "/api_keys").respond_with(json(200, &answer.to_string())).mount(&server).await;
    let request = CreateApiKey::new(ApiKeyType::Inference, "Studio");
    let error = client(&server).create_api_key(&request).await.unwrap_err();
    // The key may well be there now.
    assert_eq!((error.code(), error.fate()), ("UNEXPECTED_ANSWER", Fate::Unknown));
    let request = CreateApiKey::new(ApiKeyType::Inference, "d".repeat(65));
    let error = client(&server).create_api_key(&request).await.unwrap_err();
    assert_eq!(error.fate(), Fate::NotSent);
    assert_eq!(requests(&server).await, 1);
}

#[tokio::test]
async fn update_api_key() {
    let server = MockServer::start().await;
    let sent =
        value!({"id": "key-1", "description": "New", "expiresAt": "", "consumptionLimit": {"usd": null}});
    on("PATCH", "/api_keys")
        .and(body_json(&sent))
        .respond_with(json(200, &value!({"success": true, "data": api_key()}).to_string()))
        .mount(&server)
        .await;
    let request = UpdateApiKey::new("key-1")
        .description("New")
        .expires_at(Expiry::Never)
        .consumption_limit(ConsumptionLimit::new().usd(SpendLimit::Unlimited));
    let key = expect(&server, client(&server).update_api_key(&request).await).await.value;
    assert_eq!(key.id, "key-1");
    // A form says the same in JSON.
    let form: UpdateApiKey = serde_json::from_value(
        value!({"id": "key-1", "description": "New", "expiresAt": null, "consumptionLimit": {"usd": null}}),
    )
    .unwrap();
    assert_eq!(form, request);
}

#[tokio::test]
async fn delete_api_key() {
    let server = MockServer::start().await;
    on("DELETE", "/api_keys")
        .and(query_param("id", "key-1"))
        .respond_with(json(200, r#"{"success":true}"#))
        .mount(&server)
        .await;
    let answer = expect(&server, client(&server).delete_api_key(&DeleteApiKey::new("key-1")).await).await;
    assert!(answer.value.success);
    assert!(client(&server).delete_api_key(&DeleteApiKey::new("")).await.is_err());
    assert_eq!(requests(&server).await, 1);
}

#[tokio::test]
async fn get_api_key_rate_limit_logs() {
    let server = MockServer::start().await;
    let answer = value!({"object": "list", "data": [
        {"apiKeyId": "k", "modelId": "m", "rateLimitTier": "paid", "rateLimitType": "FAILED_REQUESTS", "timestamp": "2023-10-01T12:00:00Z"},
        {"apiKeyId": "k", "modelId": "m", "rateLimitTier": "paid", "rateLimitType": "TPH", "timestamp": "2023-10-01T12:00:00Z"},
        {"apiKeyId": "k", "timestamp": "?"}]});
    on("GET", "/api_keys/rate_limits/log").respond_with(json(200, &answer.to_string())).mount(&server).await;
    let log = expect(&server, client(&server).get_api_key_rate_limit_logs().await).await.value;
    assert_eq!(log.len(), 2);
    assert_eq!(log[0].rate_limit_type, LimitKind::FailedRequests);
    assert_eq!(log[1].rate_limit_type, LimitKind::Other("TPH".into()));
}

#[tokio::test]
async fn api_key_generate_web3_key() {
    let server = MockServer::start().await;
    on("GET", "/api_keys/generate_web3_key")
        .respond_with(json(200, r#"{"success":true,"data":{"token":"a.b.c"}}"#))
        .mount(&server)
        .await;
    let token = expect(&server, client(&server).get_api_key_generate_web3_key().await).await.value;
    assert_eq!(token.token, "a.b.c");
    let sent = value!({"apiKeyType": "ADMIN", "address": "0x1", "signature": "0x2", "token": "a.b.c",
        "description": "Web3", "limitPeriod": "EPOCH", "expiresAt": "2026-12-24T06:00:00.000Z"});
    on("POST", "/api_keys/generate_web3_key")
        .and(body_json(&sent))
        .respond_with(json(200, &new_key().to_string()))
        .mount(&server)
        .await;
    let moment: jiff::Timestamp = "2026-12-24T06:00:00Z".parse().unwrap();
    let request = PostApiKeyGenerateWeb3Key::new(ApiKeyType::Admin, "0x1", "0x2", token.token)
        .description("Web3")
        .limit_period(LimitPeriod::Epoch)
        .expires_at(moment);
    let mut key = expect(&server, client(&server).post_api_key_generate_web3_key(&request).await).await.value;
    assert_eq!(key.take_api_key().unwrap().expose_secret(), NEW);
}
