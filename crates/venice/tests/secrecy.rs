//! Keys go to one place, and errors show no address.

use venice::FileInput;
use venice::images::BackgroundRemoveImage;
use venice::models::ListModels;
use venice::{Fate, RetryPolicy};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::servers::{client, client_for, expect, json, png, requests};

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
