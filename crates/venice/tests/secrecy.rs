//! Keys go to one place, and nothing private goes to a log.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use venice::images::{GenerateImage, ImageInput, RemoveBackground};
use venice::models::ListModels;
use venice::{Fate, RetryPolicy};
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
        let request = RemoveBackground::new(ImageInput::Base64("AAAA".into()));
        let error = client(&server).remove_background(&request).await.unwrap_err();
        assert_eq!((error.code(), error.fate(), error.is_retryable()), ("REDIRECTED", fate, false));
        assert_eq!((requests(&server).await, requests(&elsewhere).await), (1, 0));
    }
}

/// Everything that is logged, one text an event.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<(String, String)>>>);

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push_str(&format!("{}={value:?} ", field.name()));
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut text = Text(String::new());
        attributes.record(&mut text);
        self.0.lock().unwrap().push((attributes.metadata().target().to_owned(), text.0));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut text = Text(String::new());
        values.record(&mut text);
        self.0.lock().unwrap().push((String::new(), text.0));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut text = Text(String::new());
        event.record(&mut text);
        self.0.lock().unwrap().push((event.metadata().target().to_owned(), text.0));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn one_line_a_call_and_nothing_private_in_it() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let server = MockServer::start().await;
    let body = format!(r#"{{"error":"your key {KEY} and your gondola"}}"#);
    Mock::given(any()).respond_with(json(400, &body).insert_header("cf-ray", "ray-7")).mount(&server).await;
    let client = client(&server);
    let error = client.generate_image(&GenerateImage::new("m", "a gondola")).await.unwrap_err();
    tracing::error!(%error, debug = ?error, client = ?client, "a caller logs it");
    let lines = log.0.lock().unwrap().clone();
    let ours: Vec<_> = lines.iter().filter(|(target, _)| target == "venice::send").collect();
    assert_eq!(ours.len(), 1, "{ours:?}");
    let line = &ours[0].1;
    for part in ["operation=\"generateImage\"", "status=400", "ms=", "cf_ray=\"ray-7\""] {
        assert!(line.contains(part), "{line}");
    }
    assert!(lines.iter().any(|(_, text)| text.contains("a caller logs it")));
    for (target, text) in &lines {
        assert!(!text.contains(KEY) && !text.contains("gondola"), "{target}: {text}");
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
