//! What the sandbox lists.

use std::collections::BTreeSet;

use async_compression::tokio::write::{BrotliDecoder, GzipDecoder};
use serde_json::Value;
use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::client::{Caller, header};

async fn json(caller: &Caller, path: &str) -> Value {
    caller.get(path).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn models_come_by_type_and_cover_every_shape_of_price() {
    let caller = Caller::instant().await;
    let all = json(&caller, "/models?type=all").await;
    assert_eq!((all["object"].as_str(), all["type"].as_str()), (Some("list"), Some("all")));
    let models = all["data"].as_array().unwrap();
    assert!(models.len() >= 30);
    let shapes: BTreeSet<&str> = models
        .iter()
        .filter_map(|model| model["model_spec"]["pricing"].as_object())
        .flat_map(|price| price.keys().map(String::as_str))
        .collect();
    let known = [
        "cache_input",
        "cache_write",
        "durations",
        "extended",
        "generation",
        "inpaint",
        "input",
        "inputImages",
        "output",
        "per_audio_second",
        "per_second",
        "per_thousand_characters",
        "quality",
        "resolutions",
        "upscale",
    ];
    assert_eq!(shapes, known.into_iter().collect());
    let text = json(&caller, "/models").await;
    assert!(
        text["data"]
            .as_array()
            .unwrap()
            .iter()
            .all(|model| model["type"] == "text" && model["context_length"].is_number())
    );
    assert!(
        json(&caller, "/models?type=code").await["data"].as_array().unwrap().len()
            < text["data"].as_array().unwrap().len()
    );
}

#[tokio::test]
async fn traits_and_mappings_lead_to_listed_models() {
    let caller = Caller::instant().await;
    let traits = json(&caller, "/models/traits?type=image").await;
    assert_eq!(traits["data"]["default"], "z-image-turbo");
    assert_eq!(json(&caller, "/models/traits").await["data"]["default_vision"], "qwen-3-8-27b");
    let mapping = json(&caller, "/models/compatibility_mapping?type=asr").await;
    assert_eq!(mapping["data"]["whisper-1"], "openai/whisper-large-v3");
    let styles = json(&caller, "/image/styles").await;
    assert!(styles["data"].as_array().unwrap().len() > 15);
}

#[tokio::test]
async fn json_is_compressed_as_accepted() {
    let caller = Caller::instant().await;
    let plain = caller.get("/models?type=all").send().await.unwrap().bytes().await.unwrap();
    for (accepted, encoding) in [("gzip", "gzip"), ("gzip, br", "br")] {
        let packed = caller.get("/models?type=all").header("accept-encoding", accepted).send().await.unwrap();
        assert_eq!(header(&packed, "content-encoding"), encoding);
        let packed = packed.bytes().await.unwrap();
        let mut gzip = GzipDecoder::new(Vec::new());
        let mut br = BrotliDecoder::new(Vec::new());
        let decoder: &mut (dyn AsyncWrite + Unpin + Send) =
            if encoding == "gzip" { &mut gzip } else { &mut br };
        decoder.write_all(&packed).await.unwrap();
        decoder.shutdown().await.unwrap();
        let back = [gzip.into_inner(), br.into_inner()].concat();
        assert!(packed.len() < plain.len() / 2);
        assert_eq!(back, plain);
    }
}

#[tokio::test]
async fn answers_name_themselves_and_the_model() {
    let caller = Caller::instant().await;
    let response = caller.picture("a canal", 1).send().await.unwrap();
    assert!(header(&response, "cf-ray").ends_with("-VCE"));
    assert_eq!(header(&response, "x-venice-model-id"), "z-image-turbo");
    assert_eq!(header(&response, "x-venice-version"), "20260821.193530");
    let body = serde_json::json!({"model": "venice-sd35", "prompt": "a", "width": 256, "height": 256});
    let old = caller.post("/image/generate", &body).send().await.unwrap();
    assert_eq!(header(&old, "x-venice-deprecated-replacement"), "z-image-turbo");
    assert!(header(&old, "x-venice-model-deprecation-warning").contains("venice-sd35"));
}
