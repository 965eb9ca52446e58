//! Models that write and read: chat and embeddings.

use serde_json::{Value, json};

use super::{Deprecation, Model, both, usd};

/// Chat prices in dollars per million tokens, as millionths.
struct Tokens {
    input: i64,
    output: i64,
    cache_input: Option<i64>,
    cache_write: Option<i64>,
}

impl Tokens {
    fn to_json(&self) -> Value {
        let mut price = json!({"input": both(usd(self.input)), "output": both(usd(self.output))});
        for (name, amount) in [("cache_input", self.cache_input), ("cache_write", self.cache_write)] {
            if let Some(amount) = amount {
                price[name] = both(usd(amount));
            }
        }
        price
    }
}

fn chat(id: &'static str, name: &'static str, context: u32, tokens: &Tokens, can: &[&str]) -> Model {
    let able = |name: &str| can.contains(&name);
    let mut known = json!({"quantization": "fp8"});
    for (name, field) in [
        ("code", "optimizedForCode"),
        ("tools", "supportsFunctionCalling"),
        ("audio", "supportsAudioInput"),
        ("reasoning", "supportsReasoning"),
        ("effort", "supportsReasoningEffort"),
        ("schema", "supportsResponseSchema"),
        ("images", "supportsMultipleImages"),
        ("vision", "supportsVision"),
        ("video", "supportsVideoInput"),
        ("search", "supportsWebSearch"),
        ("logprobs", "supportsLogProbs"),
        ("tee", "supportsTeeAttestation"),
        ("e2ee", "supportsE2EE"),
        ("xsearch", "supportsXSearch"),
    ] {
        known[field] = json!(able(name));
    }
    if able("effort") {
        known["reasoningEffortOptions"] = json!(["none", "low", "medium", "high"]);
        known["defaultReasoningEffort"] = json!("medium");
    }
    if able("images") {
        known["maxImages"] = json!(10);
    }
    if able("video") {
        known["maxVideos"] = json!(2);
    }
    Model::new("text", id, name, 1_784_000_000).says(json!({
        "availableContextTokens": context, "maxCompletionTokens": context / 8,
        "capabilities": known, "pricing": tokens.to_json(),
        "constraints": {"temperature": {"default": 0.7}, "top_p": {"default": 0.9},
            "frequency_penalty": {"default": 0}, "presence_penalty": {"default": 0}, "repetition_penalty": {"default": 1}},
    }))
}

pub(super) fn models() -> Vec<Model> {
    let tokens = |input, output, cache_input| Tokens { input, output, cache_input, cache_write: None };
    let mut extended =
        Tokens { cache_write: Some(780_000), ..tokens(620_000, 3_700_000, Some(62_000)) }.to_json();
    extended["extended"] = json!({"context_token_threshold": 256_000, "input": both(usd(2_400_000)),
        "output": both(usd(7_400_000)), "cache_input": both(usd(240_000)), "cache_write": both(usd(3_000_000))});
    vec![
        chat(
            "zai-org-glm-5-2",
            "GLM 5.2",
            200_000,
            &tokens(900_000, 3_000_000, Some(180_000)),
            &["tools", "reasoning", "effort", "schema", "search", "code"],
        )
        .traits(&["default", "function_calling_default"]),
        chat(
            "deepseek-v4-pro-0813",
            "DeepSeek V4 Pro",
            160_000,
            &tokens(550_000, 1_700_000, Some(110_000)),
            &["tools", "reasoning", "schema", "search", "code", "logprobs"],
        )
        .traits(&["default_code"]),
        chat(
            "kimi-k3",
            "Kimi K3",
            256_000,
            &tokens(700_000, 3_200_000, None),
            &["tools", "reasoning", "effort", "schema", "search"],
        )
        .traits(&["default_reasoning"]),
        chat(
            "qwen-3-8-27b",
            "Qwen 3.8 27B",
            262_144,
            &tokens(420_000, 3_000_000, None),
            &["tools", "vision", "images", "video", "audio", "schema", "search"],
        )
        .traits(&["default_vision"])
        .says(json!({"betaModel": true})),
        chat(
            "venice-uncensored-1-2",
            "Venice Uncensored 1.2",
            32_768,
            &tokens(200_000, 900_000, None),
            &["search", "logprobs"],
        )
        .traits(&["most_uncensored"])
        .says(json!({"uncensored": true})),
        chat(
            "qwen-3-6-plus",
            "Qwen 3.6 Plus",
            1_000_000,
            &tokens(0, 0, None),
            &["tools", "vision", "images", "schema", "search"],
        )
        .anonymized()
        .says(json!({"pricing": extended})),
        chat(
            "e2ee-gemma-4-31b",
            "Gemma 4 31B Instruct",
            32_000,
            &tokens(140_000, 420_000, None),
            &["tee", "e2ee", "reasoning"],
        )
        .deprecated(Deprecation {
            starts: "2026-11-01T00:00:00.000Z",
            removes: "2027-06-01T00:00:00.000Z",
            replacement: None,
            auto_remap: false,
        }),
        embedding("text-embedding-bge-m3", "BGE-M3", 1024, false, 140_000),
        embedding("text-embedding-qwen3-8b", "Qwen3 Embedding 8B", 4096, true, 12_000),
        embedding("text-embedding-3-small", "Text Embedding 3 Small", 1536, true, 25_000).anonymized(),
    ]
}

fn embedding(id: &'static str, name: &'static str, dimensions: u32, shorter: bool, price: i64) -> Model {
    let model = Model::new("embedding", id, name, 1_776_000_000).says(json!({
        "embeddingDimensions": dimensions, "maxInputTokens": 8192,
        "pricing": {"input": both(usd(price)), "output": both(usd(price))},
    }));
    if shorter { model.says(json!({"supportsCustomDimensions": true})) } else { model }
}
