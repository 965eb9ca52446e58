//! Faults, each as the caller meets it and as the ledger knows it.

use std::time::{Duration, Instant};

use sandbox::{Config, Fault, FaultKind};
use serde_json::{Value, json};

use crate::client::Caller;

async fn armed(caller: &Caller, fault: Value) {
    assert_eq!(caller.control("faults", &fault).await.status(), 200);
}

#[tokio::test]
async fn a_lost_answer_is_charged_and_only_once() {
    let caller = Caller::instant().await;
    armed(&caller, json!({"operation": "generateImage", "kind": "lost_answer"})).await;
    assert!(caller.picture("a", 1).send().await.is_err());
    assert_eq!(caller.charges().await.len(), 1);
    assert_eq!(caller.picture("a", 1).send().await.unwrap().status(), 200);
    assert_eq!(caller.charges().await.len(), 2);
}

#[tokio::test]
async fn no_answer_costs_nothing() {
    let fault = Fault::once("generateImage", FaultKind::NoAnswer);
    let caller = Caller::new(Config { faults: vec![fault], ..Config::instant() }).await;
    assert!(caller.picture("a", 1).send().await.is_err());
    assert!(caller.charges().await.is_empty());
}

#[tokio::test]
async fn a_cut_body_ends_in_the_middle() {
    let caller = Caller::instant().await;
    let whole = caller.picture("a", 1).send().await.unwrap().bytes().await.unwrap();
    armed(&caller, json!({"kind": "cut_body"})).await;
    let mut response = caller.picture("a", 1).send().await.unwrap();
    assert_eq!(response.content_length(), Some(whole.len() as u64));
    let mut got = Vec::new();
    let end = loop {
        match response.chunk().await {
            Ok(Some(chunk)) => got.extend_from_slice(&chunk),
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    assert!(end.is_err());
    assert_eq!(got, whole[..whole.len() / 2]);
    assert_eq!(caller.charges().await.len(), 2);
}

#[tokio::test]
async fn a_body_that_stops_or_fails_in_its_middle_looks_complete_to_http() {
    let caller = Caller::instant().await;
    let whole = caller.get("/characters").send().await.unwrap().bytes().await.unwrap();
    armed(&caller, json!({"operation": "listCharacters", "kind": "stop_without_done"})).await;
    let stopped = caller.get("/characters").send().await.unwrap();
    assert_eq!(stopped.content_length(), None);
    assert_eq!(stopped.bytes().await.unwrap(), whole[..whole.len() / 2]);
    armed(&caller, json!({"operation": "listCharacters", "kind": "error_in_stream"})).await;
    let failed = caller.get("/characters").send().await.unwrap().bytes().await.unwrap();
    let error: Value = serde_json::from_slice(&failed[whole.len() / 2..]).unwrap();
    assert_eq!(error["error"]["code"], "INFERENCE_FAILED");
}

#[tokio::test]
async fn files_that_answers_point_to_fail_like_answers() {
    let caller = Caller::instant().await;
    let one: Value = caller.get("/characters/the-fog").send().await.unwrap().json().await.unwrap();
    let photo = || caller.http.get(one["data"]["photoUrl"].as_str().unwrap()).send();
    armed(&caller, json!({"operation": "characterPhoto", "kind": "cut_body"})).await;
    assert!(photo().await.unwrap().bytes().await.is_err());
    armed(&caller, json!({"operation": "characterPhoto", "kind": "status", "status": 503})).await;
    assert_eq!(photo().await.unwrap().status(), 503);
    assert_eq!(photo().await.unwrap().status(), 200);
}

#[tokio::test]
async fn statuses_pages_and_noise() {
    let caller = Caller::instant().await;
    armed(&caller, json!({"operation": "generateImage", "kind": "status", "status": 429, "times": 2})).await;
    for _ in 0..2 {
        let refused = caller.picture("a", 1).send().await.unwrap();
        assert_eq!(
            (refused.status().as_u16(), refused.headers()["retry-after"].to_str().unwrap()),
            (429, "1")
        );
        assert_eq!(refused.json::<Value>().await.unwrap()["code"], "RATE_LIMIT_EXCEEDED");
    }
    armed(&caller, json!({"operation": "listModels", "kind": "html", "status": 200})).await;
    let page = caller.get("/models").send().await.unwrap();
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    armed(&caller, json!({"operation": "generateImage", "kind": "garbage"})).await;
    assert!(caller.charges().await.is_empty());
    let noise = caller.picture("a", 1).send().await.unwrap();
    assert_eq!(noise.headers()["content-type"], "image/png");
    assert!(image::load_from_memory(&noise.bytes().await.unwrap()).is_err());
    assert_eq!(caller.charges().await.len(), 1);
}

#[tokio::test]
async fn each_status_has_the_code_that_venice_gives_it() {
    let caller = Caller::instant().await;
    for (status, code) in [
        (404, "MODEL_NOT_FOUND"),
        (410, "ENDPOINT_SUNSET"),
        (500, "INFERENCE_FAILED"),
        (502, "UNKNOWN_ERROR"),
    ] {
        armed(&caller, json!({"operation": "generateImage", "kind": "status", "status": status})).await;
        let refused = caller.picture("a", 1).send().await.unwrap();
        assert_eq!(refused.status().as_u16(), status);
        assert_eq!(refused.json::<Value>().await.unwrap()["code"], code);
    }
    armed(&caller, json!({"operation": "createTranscription", "kind": "status", "status": 502})).await;
    let refused = caller.post("/audio/transcriptions", &json!({})).send().await.unwrap();
    assert_eq!(refused.json::<Value>().await.unwrap()["code"], "ASR_UPSTREAM_FAILED");
    armed(&caller, json!({"operation": "queueVideo", "kind": "status", "status": 409})).await;
    let refused = caller.post("/video/queue", &json!({})).send().await.unwrap();
    assert_eq!(refused.status(), 409);
    let said: Value = refused.json().await.unwrap();
    assert_eq!(
        (&said["error"]["code"], &said["consent_flow"]),
        (&json!("needs_consent"), &json!("seedance"))
    );
}

#[tokio::test]
async fn a_fault_for_an_unknown_operation_is_not_armed() {
    let caller = Caller::instant().await;
    let refused =
        caller.control("faults", &json!({"operation": "generateImages", "kind": "no_answer"})).await;
    assert_eq!(refused.status(), 400);
    let said: Value = refused.json().await.unwrap();
    assert!(
        said["details"]["operation"]["_errors"][0].as_str().unwrap().contains("generateImages"),
        "{said}"
    );
    assert_eq!(caller.look("faults").await, json!([]));
    armed(&caller, json!({"operation": "*", "kind": "no_answer"})).await;
    assert!(caller.picture("a", 1).send().await.is_err());
}

#[tokio::test]
async fn latency_comes_before_the_answer_and_between_its_parts() {
    let caller = Caller::instant().await;
    armed(&caller, json!({"operation": "generateImage", "kind": "latency", "ms": 150, "between_ms": 5}))
        .await;
    let begun = Instant::now();
    let mut response = caller.picture("a", 1).send().await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(150));
    let headers = Instant::now();
    while response.chunk().await.unwrap().is_some() {}
    assert!(headers.elapsed() >= Duration::from_millis(5 * 50));
}

#[tokio::test]
async fn work_goes_on_when_the_caller_is_gone() {
    let caller = Caller::new(Config {
        work_time: sandbox::WorkTime::Fixed(Duration::from_millis(200)),
        ..Config::instant()
    })
    .await;
    let hurried = caller.picture("a", 1).timeout(Duration::from_millis(60)).send().await;
    assert!(hurried.is_err());
    let deadline = Instant::now() + Duration::from_secs(20);
    while caller.charges().await.is_empty() {
        assert!(Instant::now() < deadline, "never charged");
        tokio::task::yield_now().await;
    }
    assert_eq!(caller.charges().await.len(), 1);
}

#[tokio::test]
async fn control_is_told_apart_from_the_api() {
    let caller = Caller::instant().await;
    assert_eq!(caller.control("faults", &json!({"kind": "sneeze"})).await.status(), 400);
    assert_eq!(caller.control("faults", &json!({"kind": "status", "often": 1})).await.status(), 400);
    let url = format!("{}/reset", caller.running.control_url());
    let page = caller.http.post(url).header("origin", "http://example.com").send().await.unwrap();
    assert_eq!(page.status(), 403);
    caller.picture("a", 1).send().await.unwrap();
    assert_eq!(
        caller.look("requests").await,
        json!([{"operation": "generateImage", "status": 200, "count": 1}])
    );
    caller.control("reset", &json!({})).await;
    assert!(caller.charges().await.is_empty());
    assert_eq!(caller.look("requests").await, json!([]));
}
