//! How fast a list of models is read.

use std::hint::black_box;
use std::path::PathBuf;
use std::time::Instant;

use serde_json::{Value, json};
use venice::models::ModelList;

use crate::results::{Results, median};

const ROUNDS: usize = 50;
/// How long a list may take, in milliseconds.
const ALLOWED: f64 = 5.0;

/// The real models where they are at hand, else as many made up ones of about their size.
fn models() -> (Vec<u8>, &'static str) {
    let beside = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/venice"));
    let folder = std::env::var_os("VENICE_REFERENCE").map_or_else(beside, PathBuf::from);
    let real = std::fs::read(folder.join("models.json")).ok();
    if let Some(data) = real.and_then(|json| serde_json::from_slice::<Value>(&json).ok()) {
        return (json!({"data": data, "object": "list", "type": "all"}).to_string().into_bytes(), "real");
    }
    let data: Vec<Value> = (0..328)
        .map(|index| {
            json!({"id": format!("model-{index}"), "object": "model", "type": "text", "created": 1_742_262_554,
                "owned_by": "venice.ai", "context_length": 131_072, "model_spec": {
                "name": format!("Model {index}"), "availableContextTokens": 131_072, "traits": ["default"],
                "modelSource": format!("https://example.com/models/{index}"), "privacy": "private", "offline": false,
                "pricing": {"input": {"usd": 0.15, "diem": 0.15}, "output": {"usd": 0.6, "diem": 0.6}},
                "capabilities": {"optimizedForCode": false, "quantization": "fp8", "supportsFunctionCalling": true,
                    "supportsReasoning": true, "supportsResponseSchema": true, "supportsVision": false,
                    "supportsWebSearch": true, "supportsLogProbs": false},
                "constraints": {"temperature": {"default": 0.7}, "top_p": {"default": 0.9}}}})
        })
        .collect();
    (json!({"data": data, "object": "list", "type": "all"}).to_string().into_bytes(), "made up")
}

/// The median time to read all of them.
pub fn measure(results: &mut Results) {
    let (json, kind) = models();
    let count = ModelList::from_json(&json).unwrap().models.len();
    println!("\nReading {count} {kind} models of {} kB, {ROUNDS} times …", json.len() / 1_000);
    let times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let started = Instant::now();
            black_box(ModelList::from_json(black_box(&json)).unwrap());
            started.elapsed().as_secs_f64() * 1_000.0
        })
        .collect();
    results.add("reading a list of models", "ms", median(&times), ALLOWED, 1.0);
}
