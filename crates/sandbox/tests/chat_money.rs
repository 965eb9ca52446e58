//! What chat costs, also when it is cut short.

use std::time::{Duration, Instant};

use sandbox::{Config, Fault, FaultKind};
use serde_json::{Value, json};

use crate::{client::Caller, events};

const PATH: &str = "/chat/completions";

fn long() -> Value {
    json!({"model": "venice-uncensored-1-2", "messages": [{"role": "user", "content": "Write 800 words about salt"}], "seed": 3,
        "stream": true, "stream_options": {"include_usage": true}})
}

/// The rows of the ledger: product and amount.
async fn rows(caller: &Caller) -> Vec<(String, f64)> {
    let ledger = caller.look("ledger").await;
    let rows = ledger["charges"].as_array().unwrap();
    rows.iter()
        .map(|row| (row["sku"].as_str().unwrap().to_owned(), row["amount"].as_f64().unwrap()))
        .collect()
}

async fn output_rows(caller: &Caller, count: usize) -> Vec<f64> {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let found: Vec<f64> = rows(caller)
            .await
            .into_iter()
            .filter(|(sku, _)| sku.contains("llm-output"))
            .map(|(_, amount)| amount)
            .collect();
        if found.len() >= count {
            return found;
        }
        assert!(Instant::now() < deadline, "never charged");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn each_kind_of_token_and_each_search_is_a_row() {
    let caller = Caller::instant().await;
    let body = json!({"model": "qwen-3-6-plus", "prompt_cache_key": "talk", "seed": 1, "messages": [
        {"role": "user", "content": "What is known of the regatta?"}], "venice_parameters": {"enable_web_search": "on"}});
    let ask = async || caller.post(PATH, &body).send().await.unwrap().json::<Value>().await.unwrap();
    let first = ask().await;
    let details = |answer: &Value| {
        let told = &answer["usage"]["prompt_tokens_details"];
        (told["cached_tokens"].as_u64().unwrap(), told["cache_creation_input_tokens"].as_u64().unwrap())
    };
    let prompt = first["usage"]["prompt_tokens"].as_u64().unwrap();
    let output = first["usage"]["completion_tokens"].as_u64().unwrap();
    assert_eq!(details(&first), (0, prompt));
    let charged = rows(&caller).await;
    let skus: Vec<&str> = charged.iter().map(|(sku, _)| sku.as_str()).collect();
    assert_eq!(
        skus,
        [
            "qwen-3-6-plus-llm-cache-write-mtoken",
            "qwen-3-6-plus-llm-output-mtoken",
            "qwen-3-6-plus-web-search-unit"
        ]
    );
    let amounts: Vec<f64> = charged.iter().map(|(_, amount)| *amount).collect();
    let wanted = [prompt as f64 * 0.78e-6, output as f64 * 3.7e-6, 0.01];
    assert!(amounts.iter().zip(wanted).all(|(one, two)| (one - two).abs() < 1e-12), "{amounts:?} {wanted:?}");
    let total: f64 = wanted.iter().sum();
    assert!((first["cost"]["usd"].as_f64().unwrap() - total).abs() < 1e-12);
    let second = ask().await;
    let (cached, written) = details(&second);
    assert!(cached > 30 && cached + written == prompt, "{cached} {written} {prompt}");
    assert!(rows(&caller).await.iter().any(|(sku, _)| sku == "qwen-3-6-plus-llm-cache-read-mtoken"));
}

#[tokio::test]
async fn a_client_that_hangs_up_pays_for_what_was_written() {
    let caller = Caller::new(Config { seed: 7, tokens_per_second: 0, ..Config::instant() }).await;
    let whole = events::read(caller.post(PATH, &long()).send().await.unwrap()).await;
    let full = output_rows(&caller, 1).await[0];
    assert!(whole.done);
    assert_eq!(caller.control("pace", &json!({"tokens_per_second": 150})).await.status(), 200);
    let mut response = caller.post(PATH, &long()).send().await.unwrap();
    for _ in 0..10 {
        response.chunk().await.unwrap();
    }
    drop(response);
    let charged = output_rows(&caller, 2).await[1];
    assert!(charged > 0.0 && charged < full * 0.9, "{charged} of {full}");
}

#[tokio::test]
async fn faults_strike_within_the_stream() {
    let caller = Caller::instant().await;
    let full = {
        events::read(caller.post(PATH, &long()).send().await.unwrap()).await;
        output_rows(&caller, 1).await[0]
    };
    let arm = async |kind: &str| {
        caller.control("faults", &json!({"operation": "createChatCompletion", "kind": kind})).await;
        caller.post(PATH, &long()).send().await
    };
    let stopped = events::read(arm("stop_without_done").await.unwrap()).await;
    assert!(!stopped.done && stopped.finish(0).is_empty() && !stopped.joined(0, "content").is_empty());
    let failed = events::read(arm("error_in_stream").await.unwrap()).await;
    assert!(!failed.done && failed.data.last().unwrap()["error"]["code"] == "INFERENCE_FAILED");
    assert!(arm("cut_body").await.unwrap().text().await.is_err());
    assert!(arm("lost_answer").await.is_err());
    let charged = output_rows(&caller, 5).await;
    assert!(charged[1..4].iter().all(|part| *part > 0.0 && *part < full * 0.8), "{charged:?} of {full}");
    assert!((charged[4] - full).abs() < 1e-12, "a lost answer costs all of it");
    let refused = Fault::once("createChatCompletion", FaultKind::Status(429));
    let caller = Caller::new(Config { faults: vec![refused], ..Config::instant() }).await;
    assert_eq!(caller.post(PATH, &long()).send().await.unwrap().status(), 429);
    assert!(rows(&caller).await.is_empty());
}

#[tokio::test]
async fn text_comes_at_the_pace_that_was_set() {
    let caller = Caller::instant().await;
    let whole = events::read(caller.post(PATH, &long()).send().await.unwrap()).await;
    let tokens = whole.data.last().unwrap()["usage"]["completion_tokens"].as_u64().unwrap();
    caller.control("pace", &json!({"tokens_per_second": 4000})).await;
    let begun = Instant::now();
    events::read(caller.post(PATH, &long()).send().await.unwrap()).await;
    assert!(begun.elapsed() >= Duration::from_secs_f64(tokens as f64 / 4000.0 * 0.95));
}
