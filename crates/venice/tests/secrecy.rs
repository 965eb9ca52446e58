//! Keys go to one place, and errors show no address.

use rstest::rstest;
use venice::FileInput;
use venice::chat::{CreateChatCompletion, Message};
use venice::images::BackgroundRemoveImage;
use venice::models::ListModels;
use venice::responses::CreateResponse;
use venice::{Error, ErrorKind, Fate, Request, RetryPolicy};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::servers::{KEY, client, client_for, expect, json, png, requests};

#[tokio::test]
async fn redirects_are_not_followed() {
    for (status, fate) in [
        (301, Fate::Refused),
        (302, Fate::Refused),
        (303, Fate::Unknown),
        (307, Fate::Refused),
        (308, Fate::Refused),
    ] {
        let elsewhere = MockServer::start().await;
        Mock::given(any()).respond_with(png()).mount(&elsewhere).await;
        let server = MockServer::start().await;
        let response =
            ResponseTemplate::new(status).insert_header("location", format!("{}/here", elsewhere.uri()));
        Mock::given(any()).respond_with(response).mount(&server).await;
        let request = BackgroundRemoveImage::new(FileInput::Base64("AAAA".into()));
        let error = client(&server).background_remove_image(&request).await.unwrap_err();
        assert_eq!((error.code(), error.fate(), error.is_retryable()), ("REDIRECTED", fate, false));
        assert_eq!((requests(&server).await, requests(&elsewhere).await), (1, 0));
    }
}

#[tokio::test]
async fn an_address_is_not_shown_by_an_error() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let client =
        client_for(&format!("http://{address}/private-path")).retries(RetryPolicy::never()).build().unwrap();
    let error = client.list_models(&ListModels::all()).await.unwrap_err();
    let source = std::error::Error::source(&error).map(|source| format!("{source:?} {source}")).unwrap();
    let shown = format!("{error} {error:?} {source}");
    assert!(!shown.contains("private-path") && !shown.contains("type=all"), "{shown}");
}

#[tokio::test]
async fn the_client_says_what_it_is() {
    let server = MockServer::start().await;
    Mock::given(wiremock::matchers::header("user-agent", "atelier/2"))
        .respond_with(json(200, r#"{"data":[]}"#))
        .mount(&server)
        .await;
    let client = client_for(&server.uri()).user_agent("atelier/2").build().unwrap();
    expect(&server, client.list_image_styles().await).await;
}

/// A server that quotes the key in an error that stands in a good answer.
async fn that_quotes(body: &str, content_type: &str) -> MockServer {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(200).set_body_raw(body.replace("KEY", KEY), content_type);
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

/// Checks what is told of such an error.
fn is_without_the_key(error: &Error) {
    let ErrorKind::BrokenOff(api) = error.kind() else { panic!("{error:?}") };
    assert_eq!(api.message.as_deref(), Some("your key [key] is bad"));
    let fields = serde_json::to_string(&(&api.fields, &api.issues, &api.param)).unwrap();
    let shown = format!("{error} {error:?} {:?} {} {fields}", api.message, api.code);
    assert!(!shown.contains(KEY), "{shown}");
}

/// Asks with every way there is to read an answer.
async fn asked_every_way<R: Request>(server: &MockServer, request: &R) {
    let client = client(server);
    is_without_the_key(&client.send(request).await.err().unwrap());
    let body = client.open(request).await.unwrap();
    let (receipt, kind) = (body.receipt().clone(), body.content_type().map(str::to_owned));
    assert!(!format!("{receipt:?}{}", serde_json::to_string(&receipt).unwrap()).contains(KEY));
    let bytes = body.collect(u64::MAX).await.unwrap();
    is_without_the_key(&R::read(&receipt, kind.as_deref(), bytes).err().unwrap());
}

const EVENTS: &str = "text/event-stream";
const JSON: &str = "application/json";

#[rstest]
#[case(
    "data: {\"id\":\"c\",\"choices\":[]}\n\ndata: {\"error\":{\"message\":\"your key KEY is bad\",\"param\":\"KEY\"}}\n\n",
    EVENTS
)]
#[case("event: error\ndata: {\"error\":\"your key KEY is bad\",\"code\":\"KEY\"}\n\n", EVENTS)]
#[case(r#"{"error":{"message":"your key KEY is bad","issues":[{"path":["KEY"],"message":"KEY"}]}}"#, JSON)]
#[tokio::test]
async fn an_error_in_a_conversation_is_told_without_the_key(#[case] body: &str, #[case] kind: &str) {
    let server = that_quotes(body, kind).await;
    let request = CreateChatCompletion::new("m", vec![Message::user("hello")]);
    asked_every_way(&server, &request).await;
    is_without_the_key(&match client(&server).stream_chat_completion(&request).await {
        Ok(stream) => stream.collect().await.err().unwrap(),
        Err(error) => error,
    });
}

#[rstest]
#[case(
    "event: error\ndata: {\"type\":\"error\",\"error\":{\"message\":\"your key KEY is bad\"}}\n\n",
    EVENTS
)]
#[case(
    "data: {\"type\":\"response.failed\",\"response\":{\"error\":{\"message\":\"your key KEY is bad\"}}}\n\n",
    EVENTS
)]
#[case(r#"{"error":{"message":"your key KEY is bad"}}"#, JSON)]
#[tokio::test]
async fn an_error_in_a_response_is_told_without_the_key(#[case] body: &str, #[case] kind: &str) {
    let server = that_quotes(body, kind).await;
    let request = CreateResponse::new("m", "hello");
    asked_every_way(&server, &request).await;
    is_without_the_key(&match client(&server).stream_response(&request).await {
        Ok(stream) => stream.collect().await.err().unwrap(),
        Err(error) => error,
    });
}
