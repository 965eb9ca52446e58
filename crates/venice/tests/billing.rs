//! Charges: pages of them, walks over all pages, and sums.

use jiff::civil::date;
use rstest::rstest;
use serde_json::json as value;
use venice::account::{Currency, GetBillingUsageAnalytics, GetBillingUsageHistory, UsageFormat};
use venice::{Error, ErrorCode, Fate, Request as _, Warning};
use wiremock::MockServer;
use wiremock::matchers::{header, query_param, query_param_is_missing};

use crate::servers::{client, expect, json, on, pairs, query, requests};

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
