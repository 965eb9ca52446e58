//! Embeddings.

use serde_json::{Value, json};

use crate::client::Caller;

async fn embedded(caller: &Caller, body: Value) -> Value {
    caller.post("/embeddings", &body).send().await.unwrap().json().await.unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn product(one: &[f64], two: &[f64]) -> f64 {
    one.iter().zip(two).map(|(one, two)| one * two).sum()
}

#[tokio::test]
async fn near_texts_are_near_and_both_encodings_agree() {
    let caller = Caller::instant().await;
    let texts = ["A gondola at dusk", "Gondolas in the dusk", "Tax law of 1987"];
    let body = json!({"model": "text-embedding-3-small", "input": texts, "dimensions": 256});
    let answer = embedded(&caller, body.clone()).await;
    let vectors: Vec<Vec<f64>> = (0..3).map(|place| numbers(&answer["data"][place]["embedding"])).collect();
    assert!(vectors.iter().all(|vector| vector.len() == 256 && (product(vector, vector) - 1.0).abs() < 1e-4));
    assert!(product(&vectors[0], &vectors[1]) > product(&vectors[0], &vectors[2]) + 0.2);
    let mut packed = body;
    packed["encoding_format"] = json!("base64");
    let packed = embedded(&caller, packed).await;
    assert_eq!(numbers(&packed["data"][1]["embedding"]), vectors[1]);
    let tokens = answer["usage"]["prompt_tokens"].as_u64().unwrap();
    let charges = caller.look("ledger").await["charges"].clone();
    assert_eq!(charges[0]["sku"], "text-embedding-3-small-embedding-input-mtoken");
    assert!((charges[0]["amount"].as_f64().unwrap() - tokens as f64 * 0.025e-6).abs() < 1e-15);
}
