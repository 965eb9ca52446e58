//! Errors the server answers with.

use std::time::Duration;

use rstest::rstest;
use venice::images::GenerateImage;
use venice::{Client, Error, ErrorCode, ErrorKind, Fate};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::servers::{KEY, RawServer, client_for, json, say};

fn hasty(server: &MockServer) -> Client {
    client_for(&server.uri()).retries(venice::RetryPolicy::never()).build().unwrap()
}

async fn failing(response: ResponseTemplate) -> Error {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(response).mount(&server).await;
    hasty(&server).generate_image(&GenerateImage::new("m", "a secret prompt")).await.unwrap_err()
}

#[rstest]
#[case(400, r#"{"error":"m"}"#, ErrorCode::InvalidRequest, Fate::Refused, false)]
#[case(400, r#"{"error":"m","code":"INVALID_MODEL"}"#, ErrorCode::InvalidModel, Fate::Refused, false)]
#[case(401, r#"{"error":"m"}"#, ErrorCode::AuthenticationFailed, Fate::Refused, false)]
#[case(402, r#"{"error":"m"}"#, ErrorCode::InsufficientBalance, Fate::Refused, false)]
#[case(402, r#"{"x402Version":2,"accepts":[]}"#, ErrorCode::InsufficientBalance, Fate::Refused, false)]
#[case(403, "<html>Forbidden</html>", ErrorCode::Unauthorized, Fate::Refused, false)]
#[case(
    404,
    r#"{"error":{"message":"m","code":"model_not_found"}}"#,
    ErrorCode::ModelNotFound,
    Fate::Refused,
    false
)]
#[case(
    409,
    r#"{"error":{"code":"needs_consent","message":"m"}}"#,
    ErrorCode::NeedsConsent,
    Fate::Refused,
    false
)]
#[case(410, r#"{"error":"m"}"#, ErrorCode::Gone, Fate::Refused, false)]
#[case(413, "", ErrorCode::PayloadTooLarge, Fate::Refused, false)]
#[case(415, r#"{"error":"m"}"#, ErrorCode::InvalidContentType, Fate::Refused, false)]
#[case(
    422,
    r#"{"error":"m","suggested_prompt":"s"}"#,
    ErrorCode::ContentPolicyViolation,
    Fate::Refused,
    false
)]
#[case(429, r#"{"error":"m"}"#, ErrorCode::RateLimitExceeded, Fate::Refused, true)]
#[case(500, r#"{"error":"m","code":"INFERENCE_FAILED"}"#, ErrorCode::InferenceFailed, Fate::Refused, true)]
#[case(500, "Internal Server Error", ErrorCode::UnknownError, Fate::Unknown, false)]
#[case(502, "<html>Bad gateway</html>", ErrorCode::ServiceUnavailable, Fate::Unknown, false)]
#[case(503, r#"{"error":"m"}"#, ErrorCode::ModelAtCapacity, Fate::Refused, true)]
#[case(503, "", ErrorCode::ServiceUnavailable, Fate::Unknown, false)]
#[case(504, r#"{"error":"m"}"#, ErrorCode::RequestTimeout, Fate::Unknown, false)]
#[case(524, "<html>A timeout occurred</html>", ErrorCode::ServiceUnavailable, Fate::Unknown, false)]
#[tokio::test]
async fn each_status_has_a_code_and_a_fate(
    #[case] status: u16,
    #[case] body: &str,
    #[case] code: ErrorCode,
    #[case] fate: Fate,
    #[case] retryable: bool,
) {
    let error = failing(json(status, body).insert_header("cf-ray", "ray-9")).await;
    let api = error.api().unwrap();
    assert_eq!((api.status, &api.code, error.code()), (status, &code, code.as_str()));
    assert_eq!((error.fate(), error.is_retryable()), (fate, retryable));
    assert_eq!((error.request_id(), error.operation()), (Some("ray-9"), Some("generateImage")));
    assert_eq!(error.is_rate_limited(), status == 429);
    assert_eq!(error.to_string(), format!("generateImage: the server answered {status} {code}"));
}

#[tokio::test]
async fn what_the_server_says_is_for_the_user_and_not_for_the_log() {
    let body = format!(
        r#"{{"error":"Your prompt 'a secret prompt' and key {KEY}","details":{{"prompt":{{"_errors":["a secret prompt"]}}}}}}"#
    );
    let error = failing(json(400, &body)).await;
    let api = error.api().unwrap();
    assert_eq!(api.message.as_deref(), Some("Your prompt 'a secret prompt' and key [key]"));
    assert_eq!(api.fields[0].path, "prompt");
    for text in [format!("{error}"), format!("{error:?}"), format!("{api}"), format!("{:?}", error.kind())] {
        assert!(!text.contains("secret") && !text.contains(KEY), "{text}");
    }
}

#[rstest]
#[case("7", Some(Duration::from_secs(7)))]
#[case("soon", None)]
#[tokio::test]
async fn the_wait_the_server_asks_for_is_told(#[case] value: &str, #[case] wait: Option<Duration>) {
    let error = failing(json(503, r#"{"error":"m"}"#).insert_header("retry-after", value)).await;
    assert_eq!(error.api().unwrap().retry_after, wait);
}

#[tokio::test]
async fn a_used_up_limit_tells_its_renewal() {
    let response = json(429, r#"{"error":"m"}"#)
        .insert_header("x-ratelimit-remaining-requests", "0")
        .insert_header("x-ratelimit-reset-requests", "1795262430");
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(response).mount(&server).await;
    let noon = || "2026-11-21T12:00:00Z".parse().unwrap();
    let client = client_for(&server.uri()).clock(noon).retries(venice::RetryPolicy::never()).build().unwrap();
    let error = client.generate_image(&GenerateImage::new("m", "p")).await.unwrap_err();
    assert_eq!(error.api().unwrap().retry_after, Some(Duration::from_secs(30)));
    // The next call isn't even sent.
    let error = client.generate_image(&GenerateImage::new("m", "p")).await.unwrap_err();
    let ErrorKind::RateLimited { until } = error.kind() else { panic!("{error:?}") };
    let early = until.as_second() - "2026-11-21T12:00:30Z".parse::<jiff::Timestamp>().unwrap().as_second();
    assert!((-2..=0).contains(&early), "{until}");
    assert_eq!((error.code(), error.fate()), ("RATE_LIMIT_EXCEEDED", Fate::NotSent));
    assert_eq!(crate::servers::requests(&server).await, 1);
}

#[tokio::test]
async fn an_error_that_is_cut_is_known_by_its_status() {
    let answer = "HTTP/1.1 400 Bad Request\r\ncontent-length: 900\r\n\r\n{\"error\":\"Invalid";
    let server = RawServer::start(vec![say(answer)]).await;
    let error = server.client().generate_image(&GenerateImage::new("m", "p")).await.unwrap_err();
    let api = error.api().unwrap();
    assert_eq!((api.status, &api.code, &api.message), (400, &ErrorCode::InvalidRequest, &None));
    assert_eq!(error.fate(), Fate::Refused);
    let answer = "HTTP/1.1 500 Error\r\ncontent-length: 900\r\n\r\n{\"error\":\"Infer";
    let server = RawServer::start(vec![say(answer)]).await;
    let error = server.client().generate_image(&GenerateImage::new("m", "p")).await.unwrap_err();
    assert_eq!(error.fate(), Fate::Unknown);
}

#[tokio::test]
async fn an_endless_error_is_left() {
    let answer =
        format!("HTTP/1.1 400 Bad Request\r\ncontent-length: 9000000\r\n\r\n{}", "x".repeat(600_000));
    let server = RawServer::start(vec![crate::servers::Script::SayAndHold(answer.into_bytes())]).await;
    let error = server.client().generate_image(&GenerateImage::new("m", "p")).await.unwrap_err();
    let length = error.api().unwrap().message.as_ref().unwrap().chars().count();
    assert!(length <= 501, "{length}");
}
