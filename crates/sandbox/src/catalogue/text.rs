//! Models that write and read: chat and embeddings.

use rust_decimal::Decimal;
use serde_json::json;

use super::{
    Deprecation, Model,
    text_rules::{Ability, EmbeddingRules, Rates, TextRules},
    usd,
};
use Ability::{
    Audio, Code, Enclave, LogProbabilities, Reasoning, Schema, Sealed, Tools, Video, Vision, WebSearch,
    XSearch,
};

/// A model that is gone from the listing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Retired {
    pub(crate) id: &'static str,
    pub(crate) on: &'static str,
    pub(crate) replacement: &'static str,
    /// Whether its requests go to the replacement; else they are refused.
    pub(crate) remapped: bool,
}

pub(crate) const RETIRED: &[Retired] = &[
    Retired {
        id: "llama-3.1-405b",
        on: "2026-03-01T00:00:00.000Z",
        replacement: "zai-org-glm-5-2",
        remapped: false,
    },
    Retired {
        id: "qwen-2.5-vl",
        on: "2026-05-15T00:00:00.000Z",
        replacement: "qwen-3-8-27b",
        remapped: true,
    },
];

/// Prices in millionths of dollars per million tokens.
const fn priced(input: i64, output: i64) -> Rates {
    Rates { input: usd(input), output: usd(output), cache_read: None, cache_write: None }
}

const fn cached(rates: Rates, read: i64) -> Rates {
    Rates { cache_read: Some(usd(read)), ..rates }
}

const fn cached_both(rates: Rates, read: i64, write: i64) -> Rates {
    Rates { cache_read: Some(usd(read)), cache_write: Some(usd(write)), ..rates }
}

fn chat(id: &'static str, name: &'static str, rules: TextRules) -> Model {
    let mut model = Model::new("text", id, name, 1_784_000_000);
    model.spec.extend(rules.to_json());
    model.text = Some(rules);
    model
}

pub(super) fn models() -> Vec<Model> {
    [general(), special(), sealed(), embeddings()].concat()
}

fn general() -> Vec<Model> {
    vec![
        chat(
            "zai-org-glm-5-2",
            "GLM 5.2",
            TextRules::new(
                200_000,
                &[Tools, Reasoning, Schema, WebSearch, Code],
                cached(priced(900_000, 3_000_000), 180_000),
            )
            .effort(&["none", "low", "medium", "high"], "medium"),
        )
        .traits(&["default", "function_calling_default"]),
        chat(
            "deepseek-v4-pro-0813",
            "DeepSeek V4 Pro",
            TextRules::new(
                160_000,
                &[Tools, Reasoning, Schema, WebSearch, Code, LogProbabilities],
                cached(priced(550_000, 1_700_000), 110_000),
            ),
        )
        .traits(&["default_code"]),
        chat(
            "kimi-k3",
            "Kimi K3",
            TextRules::new(256_000, &[Tools, Reasoning, Schema, WebSearch], priced(700_000, 3_200_000))
                .effort(&["low", "high", "max"], "high")
                .citing_superscript(),
        )
        .traits(&["default_reasoning"]),
        chat(
            "qwen-3-8-27b",
            "Qwen 3.8 27B",
            TextRules::new(
                262_144,
                &[Tools, Vision, Video, Audio, Schema, WebSearch, LogProbabilities],
                priced(420_000, 3_000_000),
            )
            .seeing(10, 3),
        )
        .traits(&["default_vision"])
        .says(json!({"betaModel": true})),
        chat(
            "venice-uncensored-1-2",
            "Venice Uncensored 1.2",
            TextRules::new(32_768, &[WebSearch, LogProbabilities], priced(200_000, 900_000)),
        )
        .traits(&["most_uncensored"])
        .says(json!({"uncensored": true})),
        chat(
            "qwen-3-6-plus",
            "Qwen 3.6 Plus",
            TextRules::new(
                1_000_000,
                &[Tools, Vision, Schema, WebSearch],
                cached_both(priced(620_000, 3_700_000), 62_000, 780_000),
            )
            .seeing(10, 0)
            .extended(256_000, cached_both(priced(2_400_000, 7_400_000), 240_000, 3_000_000)),
        )
        .anonymized(),
        chat(
            "grok-4-6",
            "Grok 4.6",
            TextRules::new(
                500_000,
                &[Tools, Vision, Reasoning, Schema, WebSearch, XSearch, Code],
                cached(priced(2_200_000, 6_700_000), 550_000),
            )
            .seeing(10, 0)
            .effort(&["low", "medium", "high", "xhigh"], "high")
            .extended(200_000, cached(priced(4_400_000, 13_400_000), 1_100_000)),
        )
        .anonymized()
        .traits(&["most_intelligent"]),
    ]
}

/// Models that are there for one thing: thinking aloud, one picture at a time, little room, being away.
fn special() -> Vec<Model> {
    let mut away = chat(
        "mistral-small-3-2-24b-instruct",
        "Mistral Small 3.2",
        TextRules::new(128_000, &[Tools, Schema, WebSearch], priced(93_000, 250_000)),
    );
    away.offline = true;
    vec![
        chat(
            "qwen3-235b-a22b-thinking-2507",
            "Qwen 3 235B Thinking",
            TextRules::new(128_000, &[Tools, Reasoning, WebSearch], priced(440_000, 3_400_000))
                .effort(&["low", "medium", "high"], "low")
                .thinking_aloud(),
        ),
        chat(
            "venice-uncensored-role-play",
            "Venice Role Play Uncensored",
            TextRules::new(64_000, &[Tools, Vision, Schema, WebSearch], priced(490_000, 1_900_000))
                .seeing(1, 0),
        )
        .says(json!({"uncensored": true})),
        chat(
            "llama-3.2-3b",
            "Llama 3.2 3B",
            TextRules::new(4096, &[Tools, WebSearch], priced(140_000, 590_000)),
        )
        .traits(&["fastest"]),
        away,
    ]
}

/// Models in an enclave.
fn sealed() -> Vec<Model> {
    vec![
        chat(
            "e2ee-gemma-4-31b",
            "Gemma 4 31B Instruct",
            TextRules::new(32_000, &[Enclave, Sealed, Reasoning], priced(140_000, 420_000)),
        )
        .deprecated(Deprecation {
            starts: "2026-11-01T00:00:00.000Z",
            removes: "2027-06-01T00:00:00.000Z",
            replacement: None,
            auto_remap: false,
        }),
        chat(
            "e2ee-qwen3-6-35b-a3b",
            "Qwen 3.6 35B A3B",
            TextRules::new(
                128_000,
                &[Enclave, Sealed, Reasoning, Tools, WebSearch],
                cached(priced(180_000, 1_170_000), 60_000),
            ),
        ),
        chat(
            "e2ee-qwen-2-5-7b-p",
            "Qwen 2.5 7B",
            TextRules::new(32_000, &[Enclave, Sealed, WebSearch], priced(50_000, 130_000)),
        ),
    ]
}

fn embeddings() -> Vec<Model> {
    vec![
        embedding("text-embedding-bge-m3", "BGE-M3", 1024, false, usd(140_000)),
        embedding("text-embedding-qwen3-8b", "Qwen3 Embedding 8B", 4096, true, usd(12_000)),
        embedding("text-embedding-qwen3-0-6b", "Qwen3 Embedding 0.6B", 1024, true, usd(12_000)),
        embedding("text-embedding-bge-en-icl", "BGE-EN-ICL", 4096, false, usd(12_000)),
        embedding(
            "text-embedding-multilingual-e5-large-instruct",
            "Multilingual E5 Large",
            1024,
            false,
            usd(12_000),
        ),
        embedding(
            "text-embedding-nemotron-embed-vl-1b-v2",
            "Nemotron Embed VL 1B v2",
            2048,
            false,
            usd(12_000),
        ),
        embedding("text-embedding-3-small", "Text Embedding 3 Small", 1536, true, usd(25_000)).anonymized(),
        embedding("text-embedding-3-large", "Text Embedding 3 Large", 3072, true, usd(160_000)).anonymized(),
        embedding("gemini-embedding-2-preview", "Gemini Embedding 2 Preview", 3072, true, usd(250_000))
            .anonymized(),
    ]
}

fn embedding(id: &'static str, name: &'static str, dimensions: u32, shorter: bool, input: Decimal) -> Model {
    let rules = EmbeddingRules { dimensions, shorter, most_tokens: 8192, input };
    let mut model = Model::new("embedding", id, name, 1_776_000_000);
    model.spec.extend(rules.to_json());
    model.embedding = Some(rules);
    model
}
