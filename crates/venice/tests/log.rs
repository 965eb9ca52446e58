//! What is logged. A process of its own: which events are wanted is decided once for all threads of a process.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use venice::images::GenerateImage;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

const KEY: &str = "sk-test-0123456789";

/// Everything that is logged, one text an event.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<(String, String)>>>);

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, "{}={value:?} ", field.name()).unwrap();
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
    Mock::given(any())
        .respond_with(
            ResponseTemplate::new(400)
                .set_body_raw(body, "application/json")
                .insert_header("cf-ray", "ray-7"),
        )
        .mount(&server)
        .await;
    let auth = venice::Auth::Bearer(KEY.into());
    let client = venice::Client::builder(&server.uri()).auth(auth).build().unwrap();
    let error = client.generate_image(&GenerateImage::new("m", "a gondola")).await.unwrap_err();
    tracing::error!(%error, debug = ?error, client = ?client, "a caller logs it");
    let link = format!("{}/gondola?signature={KEY}", server.uri());
    let error = client.download(&link, None).await.unwrap_err();
    tracing::error!(%error, debug = ?error, "a caller logs it");
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
