//! Keys, charges, characters, block chains and top-ups: what is sent, and what is made of the answer.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::date;
use rstest::rstest;
use rust_decimal::Decimal;
use secrecy::ExposeSecret;
use serde_json::{Value, json as value};
use venice::account::{
    ApiKeyType, ConsumptionLimit, CreateApiKey, Currency, DeleteApiKey, Expiry, GetApiKeyById,
    GetBillingUsageAnalytics, GetBillingUsageHistory, LimitKind, LimitPeriod, ModelPrivacy,
    PostApiKeyGenerateWeb3Key, SpendLimit, UpdateApiKey, UsageFormat,
};
use venice::characters::{
    CharacterOrder, GetCharacterBySlug, GetCharacterReviews, ListCharacters, SortDirection,
};
use venice::crypto_rpc::{CryptoRpcProxy, RpcCall, RpcCalls};
use venice::wallet::PaymentSignature;
use venice::x402::{GetX402Transactions, TopUp, TopUpX402Balance, TransactionType};
use venice::{Error, ErrorCode, ErrorKind, Fate, Request as _, Warning};
use wiremock::matchers::{body_json, header, method, path, query_param, query_param_is_missing};
use wiremock::{Mock, MockBuilder, MockServer, Request};

use crate::servers::{KEY, client, expect, json, requests};

fn on(verb: &str, route: &str) -> MockBuilder {
    Mock::given(method(verb))
        .and(path(format!("/api/v1{route}")))
        .and(header("authorization", format!("Bearer {KEY}")))
}

fn api_key() -> Value {
    value!({"id": "key-1", "apiKeyType": "ADMIN", "description": "Studio", "last6Chars": "2V2jNW",
        "consumptionLimits": {"usd": 50, "diem": null}, "limitPeriod": "MONTH", "modelPrivacy": "PRIVATE_ONLY",
        "createdAt": "2023-10-01T12:00:00Z", "expiresAt": null, "lastUsedAt": "yesterday",
        "usage": {"trailingSevenDays": {"usd": "10.2424", "vcu": "42.2315", "diem": "4.2231"}},
        "currentPeriodUsage": {"usd": "5.1234", "diem": "2.5000"}})
}

fn query(request: &Request) -> Vec<(String, String)> {
    request.url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
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

fn charges(next_cursor: Option<&str>) -> String {
    value!({"nextCursor": next_cursor, "data": [
        {"amount": -0.1, "currency": "DIEM", "inferenceDetails": null, "notes": "API Inference", "pricePerUnitUsd": 0.1,
         "sku": "grok-imagine-image-image-unit", "timestamp": "2026-06-14T19:52:45.087Z", "units": 1},
        {"amount": "much", "currency": "DIEM", "sku": "x", "timestamp": "2026-06-14T19:52:45.087Z"},
        {"amount": -0.063_56, "currency": "USD", "inferenceDetails": {"completionTokens": 227,
         "inferenceExecutionTime": 2964, "promptTokens": null, "requestId": "chatcmpl-4007"}, "notes": "API Inference",
         "pricePerUnitUsd": 2.8, "sku": "zai-org-glm-5-1-llm-output-mtoken", "timestamp": "2026-06-15T19:05:10.504Z",
         "units": 0.000_227}]})
    .to_string()
}

#[tokio::test]
async fn get_billing_usage_history() {
    let server = MockServer::start().await;
    on("GET", "/billing/usage-history").respond_with(json(200, &charges(None))).mount(&server).await;
    let start: jiff::Timestamp = "2026-06-01T00:00:00Z".parse().unwrap();
    let end: jiff::Timestamp = "2026-07-01T00:00:00Z".parse().unwrap();
    let request = GetBillingUsageHistory::new()
        .currency(Currency::BundledCredits)
        .start_timestamp(start)
        .end_timestamp(end)
        .page_size(10_u32)
        .format(UsageFormat::Json);
    let page = expect(&server, client(&server).get_billing_usage_history(&request).await).await.value;
    assert_eq!((page.data.len(), page.skipped, page.next_cursor.as_ref()), (2, 1, None));
    assert_eq!(page.data[0].amount.to_string(), "-0.1");
    assert_eq!(page.data[0].inference_details, None);
    let details = page.data[1].inference_details.as_ref().unwrap();
    assert_eq!((details.request_id.as_deref(), details.prompt_tokens), (Some("chatcmpl-4007"), None));
    assert_eq!(
        (page.data[1].units.unwrap().to_string(), details.inference_execution_time),
        ("0.000227".into(), Some(2964))
    );
    let again: venice::account::UsageHistoryPage =
        serde_json::from_value(serde_json::to_value(&page).unwrap()).unwrap();
    assert_eq!(again, page);
    let sent = &server.received_requests().await.unwrap()[0];
    assert_eq!(
        query(sent),
        pairs(&[
            ("currency", "BUNDLED_CREDITS"),
            ("startTimestamp", "2026-06-01T00:00:00Z"),
            ("endTimestamp", "2026-07-01T00:00:00Z"),
            ("pageSize", "10"),
        ])
    );
}

#[tokio::test]
async fn get_billing_usage_history_as_csv() {
    let server = MockServer::start().await;
    let csv = "timestamp,sku,pricePerUnitUsd,units,amount,currency,notes\n2026-06-14T19:52:45.087Z,\"a,b\",0.1,1,-0.1,DIEM,n\nx\n";
    let response = wiremock::ResponseTemplate::new(200)
        .set_body_raw(csv, "text/csv; charset=utf-8")
        .insert_header("x-next-cursor", "AZq3")
        .insert_header(
            "content-disposition",
            "attachment; filename=billing-usage-history-20260708T091530123Z.csv",
        );
    on("GET", "/billing/usage-history")
        .and(header("accept", "text/csv"))
        .respond_with(response)
        .mount(&server)
        .await;
    let request = GetBillingUsageHistory::new().format(UsageFormat::Csv);
    let answer = expect(&server, client(&server).get_billing_usage_history(&request).await).await;
    assert_eq!(answer.value.next_cursor.as_deref(), Some("AZq3"));
    assert_eq!((answer.value.data.len(), answer.value.skipped), (1, 1));
    assert_eq!(answer.value.data[0].sku, "a,b");
    assert!(answer.receipt.raw.iter().any(|header| header.value.contains("filename=billing")));
}

#[tokio::test]
async fn a_walk_sees_every_page_and_sends_a_cursor_alone() {
    for format in [UsageFormat::Json, UsageFormat::Csv] {
        let server = MockServer::start().await;
        on("GET", "/billing/usage-history")
            .and(query_param("pageSize", "10"))
            .and(query_param_is_missing("cursor"))
            .respond_with(json(200, &charges(Some("second"))))
            .mount(&server)
            .await;
        on("GET", "/billing/usage-history")
            .and(query_param("cursor", "second"))
            .and(query_param_is_missing("pageSize"))
            .respond_with(json(200, &charges(None)))
            .mount(&server)
            .await;
        let request = GetBillingUsageHistory::new().page_size(10_u32).format(format);
        let mut walk = client(&server).walk_billing_usage_history(request);
        let mut seen = 0;
        while let Some(page) = expect(&server, walk.next_page().await).await {
            seen += page.value.data.len();
        }
        assert_eq!(seen, 4);
        let sent = server.received_requests().await.unwrap();
        assert_eq!(query(&sent[1]), pairs(&[("cursor", "second")]));
        assert_eq!(
            sent[1].headers.get("accept").is_some_and(|accept| accept == "text/csv"),
            format == UsageFormat::Csv
        );
        assert!(walk.next_page().await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_walk_that_goes_round_ends() {
    let server = MockServer::start().await;
    on("GET", "/billing/usage-history").respond_with(json(200, &charges(Some("again")))).mount(&server).await;
    let mut walk = client(&server).walk_billing_usage_history(GetBillingUsageHistory::new());
    assert!(walk.next_page().await.unwrap().is_some());
    assert_eq!(walk.next_page().await.unwrap_err().code(), "UNEXPECTED_ANSWER");
}

#[test]
fn what_billing_would_refuse_is_not_sent() {
    let moment: jiff::Timestamp = "2026-06-01T00:00:00Z".parse().unwrap();
    let mut mixed = GetBillingUsageHistory::after("c");
    mixed.page_size = Some(10);
    let refused = [
        mixed.call().err(),
        GetBillingUsageHistory::new().page_size(9_u32).call().err(),
        GetBillingUsageHistory::new().start_timestamp(moment).end_timestamp(moment).call().err(),
        GetBillingUsageAnalytics::new().lookback(91_u32).call().err(),
        GetBillingUsageAnalytics::between(date(2026, 2, 1), date(2026, 1, 1)).call().err(),
    ];
    for (place, error) in refused.into_iter().enumerate() {
        assert_eq!(error.as_ref().map(Error::code), Some("INVALID_INPUT"), "{place}");
    }
}

#[tokio::test]
async fn get_billing_usage_analytics() {
    let server = MockServer::start().await;
    let answer = value!({"lookback": "2024-01-14:2024-01-15",
        "byDate": [{"date": "2024-01-15", "USD": 0.5, "DIEM": 10.25}, {"date": "?"}],
        "byModel": [{"modelName": "GLM 5.1", "unitType": "tokens", "modelType": null, "totalUsd": 0.4, "totalDiem": 12.5,
            "totalUnits": 50000, "breakdown": [{"type": "Output", "usd": 0.3, "diem": 10, "units": 35000}]}],
        "byModelDaily": [{"date": 1_705_276_800_000_u64, "GLM 5.1": 5.5}], "topModels": ["GLM 5.1"],
        "byKey": [{"apiKeyId": null, "description": "Web App", "totalUsd": 0, "totalDiem": 4, "totalUnits": 25000}],
        "byKeyDaily": [{"date": 1_705_276_800_000_u64, "Web App": 2}], "topKeyNames": ["Web App"]});
    on("GET", "/billing/usage-analytics").respond_with(json(200, &answer.to_string())).mount(&server).await;
    let client = client(&server);
    let request = GetBillingUsageAnalytics::between(date(2024, 1, 14), date(2024, 1, 15));
    let analytics = expect(&server, client.get_billing_usage_analytics(&request).await).await.value;
    expect(
        &server,
        client.get_billing_usage_analytics(&GetBillingUsageAnalytics::new().lookback(30_u32)).await,
    )
    .await;
    assert_eq!(analytics.by_date.len(), 1);
    assert_eq!(analytics.by_date[0].diem.unwrap().to_string(), "10.25");
    let model = &analytics.by_model[0];
    assert_eq!((model.model_name.as_str(), model.model_type.as_ref()), ("GLM 5.1", None));
    assert_eq!((model.breakdown[0].kind.as_str(), model.breakdown[0].units), ("Output", Some(35000.into())));
    assert_eq!(analytics.by_model_daily[0].amounts["GLM 5.1"].to_string(), "5.5");
    assert_eq!(analytics.by_key[0].api_key_id, None);
    assert_eq!(analytics.by_key_daily[0].date.to_string(), "2024-01-15T00:00:00Z");
    assert_eq!((&analytics.top_models[0][..], &analytics.top_key_names[0][..]), ("GLM 5.1", "Web App"));
    let again: venice::account::UsageAnalytics =
        serde_json::from_value(serde_json::to_value(&analytics).unwrap()).unwrap();
    assert_eq!(again, analytics);
    let sent = server.received_requests().await.unwrap();
    assert_eq!(query(&sent[0]), pairs(&[("startDate", "2024-01-14"), ("endDate", "2024-01-15")]));
    assert_eq!(query(&sent[1]), pairs(&[("lookback", "30d")]));
}

#[rstest]
#[case(true)]
#[case(false)]
#[tokio::test]
async fn get_billing_usage_tells_its_successor(#[case] by_headers: bool) {
    let server = MockServer::start().await;
    let mut response = json(410, r#"{"error":"Use GET /api/v1/billing/usage-history instead"}"#);
    if by_headers {
        response = response
            .insert_header("deprecation", "@1783555200")
            .insert_header("sunset", "Wed, 16 Sep 2026 00:00:00 GMT")
            .insert_header("link", "</api/v1/billing/usage-history>; rel=\"successor-version\"");
    }
    on("GET", "/billing/usage").respond_with(response).mount(&server).await;
    let error = client(&server).get_billing_usage().await.unwrap_err();
    let api = error.api().unwrap();
    assert_eq!((&api.code, error.fate(), error.is_retryable()), (&ErrorCode::Gone, Fate::Refused, false));
    let retirement = api.retirement.as_ref().unwrap();
    assert!(retirement.successor.as_ref().unwrap().ends_with("/billing/usage-history"));
    let sunset = by_headers.then(|| "2026-09-16T00:00:00Z".parse().unwrap());
    assert_eq!((retirement.sunset, retirement.deprecated.is_some()), (sunset, by_headers));
    assert!(error.to_string().contains("ask") && error.to_string().contains("usage-history"), "{error}");
    assert_eq!(requests(&server).await, 1);
}

#[tokio::test]
async fn a_server_that_still_answers_usage_is_read() {
    let server = MockServer::start().await;
    let response = json(200, &charges(None)).insert_header("sunset", "Wed, 16 Sep 2026 00:00:00 GMT");
    on("GET", "/billing/usage").respond_with(response).mount(&server).await;
    let answer = expect(&server, client(&server).get_billing_usage().await).await;
    assert_eq!(answer.value.data.len(), 2);
    assert!(matches!(answer.receipt.warnings[..], [Warning::OperationDeprecated { .. }]));
}

fn character() -> Value {
    value!({"adult": false, "author": "k3x9q", "createdAt": "2024-12-20T21:28:08.934Z", "description": null,
        "featured": true, "id": "2f46", "name": "Alan Watts", "shareUrl": null, "photoUrl": "https://x/photo",
        "slug": "alan-watts", "stats": {"averageRating": 4.7, "imports": 112, "ratingCount": 24, "ratingSum": 113,
        "userRating": null}, "tags": ["Philosophy", 7], "updatedAt": "2025-02-09T03:23:53.708Z", "webEnabled": true,
        "modelId": "venice-uncensored-1-2"})
}

#[tokio::test]
async fn list_characters() {
    let server = MockServer::start().await;
    let answer = value!({"object": "list", "data": [character(), {"name": "nobody"}]});
    on("GET", "/characters").respond_with(json(200, &answer.to_string())).mount(&server).await;
    let request = ListCharacters::new()
        .search("a #philosopher")
        .tag("helpful")
        .tag("calm")
        .category("philosophy")
        .model("m")
        .is_adult(false)
        .is_pro(true)
        .is_web_enabled(true)
        .sort_by(CharacterOrder::Imports)
        .sort_order(SortDirection::Descending)
        .limit(10_u32)
        .offset(20_u32);
    let characters = expect(&server, client(&server).list_characters(&request).await).await.value;
    assert_eq!(characters.len(), 1);
    assert_eq!((characters[0].slug.as_str(), characters[0].tags.len()), ("alan-watts", 1));
    assert_eq!((characters[0].stats.imports, characters[0].stats.user_rating), (Some(112), None));
    let sent = &server.received_requests().await.unwrap()[0];
    assert_eq!(
        query(sent),
        pairs(&[
            ("search", "a #philosopher"),
            ("isAdult", "false"),
            ("isPro", "true"),
            ("isWebEnabled", "true"),
            ("sortBy", "imports"),
            ("sortOrder", "desc"),
            ("limit", "10"),
            ("offset", "20"),
            ("tags", "helpful"),
            ("tags", "calm"),
            ("categories", "philosophy"),
            ("modelId", "m"),
        ])
    );
    assert!(!format!("{request:?}").contains("philosopher"));
    assert!(ListCharacters::new().limit(101_u32).call().is_err());
}

#[tokio::test]
async fn get_character_by_slug() {
    let server = MockServer::start().await;
    let answer = value!({"object": "character", "data": character()});
    on("GET", "/characters/alan-watts").respond_with(json(200, &answer.to_string())).mount(&server).await;
    on("GET", "/characters/nobody")
        .respond_with(json(404, r#"{"error":"Character not found","code":"CHARACTER_NOT_FOUND"}"#))
        .mount(&server)
        .await;
    let client = client(&server);
    let character =
        expect(&server, client.get_character_by_slug(&GetCharacterBySlug::new("alan-watts")).await).await;
    assert_eq!(character.value.photo_url.as_deref(), Some("https://x/photo"));
    let error = client.get_character_by_slug(&GetCharacterBySlug::new("nobody")).await.unwrap_err();
    assert_eq!(error.api().unwrap().code, ErrorCode::CharacterNotFound);
}

#[tokio::test]
async fn get_character_reviews() {
    let server = MockServer::start().await;
    let answer = value!({"object": "list", "data": [
        {"characterId": "2f46", "createdAt": "2025-02-09T03:23:53.708Z", "id": "1e38", "isOwner": false, "locale": "en",
         "message": "Thoughtful.", "rating": 5, "userAvatarUrl": null, "username": "product_user_42"}, {}],
        "pagination": {"page": 2, "pageSize": 20, "total": 87, "totalPages": 5},
        "summary": {"averageRating": 4.7, "totalReviews": 87}});
    on("GET", "/characters/alan-watts/reviews")
        .and(query_param("page", "2"))
        .and(query_param("pageSize", "20"))
        .respond_with(json(200, &answer.to_string()).insert_header("x-pagination-total-pages", "5"))
        .mount(&server)
        .await;
    let request = GetCharacterReviews::new("alan-watts").page(2_u32).page_size(20_u32);
    let answer = expect(&server, client(&server).get_character_reviews(&request).await).await;
    let reviews = answer.value;
    assert_eq!((reviews.data.len(), reviews.data[0].rating), (1, Some(5)));
    assert_eq!((reviews.pagination.total_pages, reviews.summary.total_reviews), (Some(5), Some(87)));
    assert_eq!(answer.receipt.pagination.unwrap().total_pages, Some(5));
    assert!(!format!("{:?}", reviews.data[0]).contains("Thoughtful"));
    assert!(GetCharacterReviews::new("a").page(0_u32).call().is_err());
}

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

fn asked() -> Value {
    value!({"x402Version": 2, "accepts": [{"scheme": "exact", "network": "eip155:8453", "amount": "5000000",
        "asset": "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913", "payTo": "0x2670B922ef37C7Df47158725C0CC407b5382293F",
        "maxTimeoutSeconds": 300}]})
}

fn top_up() -> MockBuilder {
    Mock::given(method("POST")).and(path("/api/v1/x402/top-up"))
}

#[rstest]
#[case(asked().to_string(), None)]
#[case(r#"{"error":"Payment required"}"#.to_owned(), Some(asked()))]
#[case("<html>".to_owned(), Some(asked()))]
#[tokio::test]
async fn top_up_without_a_payment_tells_how_to_pay(#[case] body: String, #[case] header: Option<Value>) {
    let server = MockServer::start().await;
    let mut response = json(402, &body);
    if let Some(header) = header {
        response = response.insert_header("payment-required", STANDARD.encode(header.to_string()));
    }
    top_up().respond_with(response).mount(&server).await;
    let answer = expect(&server, client(&server).top_up_x402_balance(&TopUpX402Balance::ask()).await).await;
    let TopUp::PaymentRequired(requirements) = answer.value else { panic!("{:?}", answer.value) };
    assert_eq!(serde_json::to_value(requirements).unwrap(), asked());
    assert_eq!(answer.receipt.status, 402);
    let sent = &server.received_requests().await.unwrap()[0];
    assert!(sent.body.is_empty() && !sent.headers.contains_key("payment-signature"));
}

#[tokio::test]
async fn top_up_without_a_way_to_pay_is_an_error() {
    let server = MockServer::start().await;
    top_up().respond_with(json(402, r#"{"x402Version":2,"accepts":[]}"#)).mount(&server).await;
    let error = client(&server).top_up_x402_balance(&TopUpX402Balance::ask()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::UnexpectedBody { .. }), "{error:?}");
}

#[tokio::test]
async fn top_up_with_a_payment_is_credited() {
    let server = MockServer::start().await;
    let settled = value!({"success": true, "network": "eip155:8453", "payer": "0x1", "transaction": "0x2"});
    let answer = value!({"success": true, "data": {"walletAddress": "0x1", "amountCredited": 10, "newBalance": 22.5,
        "paymentId": "payment_01"}});
    top_up()
        .and(header("payment-signature", "c2lnbmVk"))
        .respond_with(
            json(200, &answer.to_string())
                .insert_header("payment-response", STANDARD.encode(settled.to_string())),
        )
        .mount(&server)
        .await;
    let request = TopUpX402Balance::pay(PaymentSignature::new("c2lnbmVk"));
    let answer = expect(&server, client(&server).top_up_x402_balance(&request).await).await;
    let TopUp::Credited(credited) = answer.value else { panic!("{:?}", answer.value) };
    assert_eq!(
        (credited.amount_credited.to_string(), credited.new_balance.to_string()),
        ("10".into(), "22.5".into())
    );
    assert_eq!(answer.receipt.settlement.unwrap().transaction.as_deref(), Some("0x2"));
    assert!(!format!("{request:?}").contains("c2lnbmVk"));
}

#[rstest]
#[case(400, ErrorCode::X402InvalidPayment, Fate::Refused)]
#[case(402, ErrorCode::X402InvalidPayment, Fate::Refused)]
#[case(500, ErrorCode::X402InvalidPayment, Fate::Refused)]
#[tokio::test]
async fn a_payment_that_is_refused(#[case] status: u16, #[case] code: ErrorCode, #[case] fate: Fate) {
    let server = MockServer::start().await;
    let answer = value!({"error": "X402_INVALID_PAYMENT", "message": "Invalid payment header: c2lnbmVkLXBheW1lbnQ=",
        "details": {"reason": "signature_mismatch"}});
    top_up().respond_with(json(status, &answer.to_string())).mount(&server).await;
    let request = TopUpX402Balance::pay(PaymentSignature::new("c2lnbmVkLXBheW1lbnQ="));
    let error = client(&server).top_up_x402_balance(&request).await.unwrap_err();
    let api = error.api().unwrap();
    assert_eq!((&api.code, error.fate()), (&code, fate));
    assert_eq!(api.message.as_deref(), Some("Invalid payment header: [key]"));
    assert_eq!(api.payment.as_ref().unwrap().reason.as_deref(), Some("signature_mismatch"));
    assert_eq!(requests(&server).await, 1);
}

#[tokio::test]
async fn get_x402_transactions() {
    let server = MockServer::start().await;
    let answer = value!({"success": true, "data": {"walletAddress": "0x1", "currentBalance": 12.35, "transactions": [
        {"id": "ledger_1", "amount": -0.15, "balanceAfter": 12.35, "type": "CHARGE", "createdAt": "2026-04-03T12:34:56.000Z",
         "requestId": "r", "modelId": null},
        {"id": "ledger_2", "amount": 5, "balanceAfter": 12.5, "type": "GIFT", "createdAt": "2026-04-03T12:34:56.000Z",
         "requestId": null, "modelId": null}, {"id": "ledger_3"}],
        "pagination": {"limit": 3, "offset": 0, "hasMore": true}}});
    on("GET", "/x402/transactions/0x1")
        .and(query_param("limit", "3"))
        .and(query_param("offset", "0"))
        .respond_with(json(200, &answer.to_string()))
        .mount(&server)
        .await;
    let request = GetX402Transactions::new("0x1").limit(3_u32).offset(0_u32);
    let page = expect(&server, client(&server).get_x402_transactions(&request).await).await.value;
    assert_eq!((page.transactions.len(), page.pagination.has_more), (2, true));
    assert_eq!(page.transactions[0].kind, TransactionType::Charge);
    assert_eq!(page.transactions[0].amount.to_string(), "-0.15");
    assert_eq!(page.transactions[1].kind, TransactionType::Other("GIFT".into()));
    assert!(GetX402Transactions::new("0x1").limit(101_u32).call().is_err());
}

#[rstest]
#[case(401, "X402_INVALID_SIGN_IN", ErrorCode::X402InvalidSignIn)]
#[case(403, "X402_WALLET_MISMATCH", ErrorCode::X402WalletMismatch)]
#[tokio::test]
async fn another_wallet_is_asked_about(#[case] status: u16, #[case] code: &str, #[case] known: ErrorCode) {
    let server = MockServer::start().await;
    on("GET", "/x402/transactions/0x1")
        .respond_with(json(status, &value!({"error": "No", "code": code}).to_string()))
        .mount(&server)
        .await;
    let error = client(&server).get_x402_transactions(&GetX402Transactions::new("0x1")).await.unwrap_err();
    assert_eq!((&error.api().unwrap().code, error.fate()), (&known, Fate::Refused));
}
