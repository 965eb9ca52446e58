//! Models that make films. They list no price: a quote does.

use serde_json::{Value, json};

use super::{Deprecation, Model};

fn film(id: &'static str, name: &'static str, rules: &Value) -> Model {
    Model::new("video", id, name, 1_780_000_000).says(json!({"constraints": rules}))
}

pub(super) fn models() -> Vec<Model> {
    vec![
        film(
            "ltx-2-5-fast-text-to-video",
            "LTX 2.5 Fast",
            &json!({"aspect_ratios": ["16:9", "9:16", "1:1"], "resolutions": ["480p", "720p", "1080p"],
                "durations": ["5s", "8s", "10s"], "model_type": "text-to-video", "audio": true,
                "audio_configurable": true, "prompt_character_limit": 2500}),
        )
        .traits(&["default"]),
        film(
            "longcat-distilled-image-to-video",
            "Longcat Distilled",
            &json!({"aspect_ratios": [], "resolutions": ["480p", "720p"], "durations": ["5s"],
                "model_type": "image-to-video", "audio": false, "audio_configurable": false}),
        )
        .says(json!({"uncensored": true})),
        film(
            "topaz-video-upscale",
            "Topaz Video Upscale",
            &json!({"aspect_ratios": [], "resolutions": [], "durations": [], "model_type": "video", "audio": false,
                "audio_configurable": false}),
        )
        .anonymized(),
        film(
            "sora-2-text-to-video",
            "Sora 2",
            &json!({"aspect_ratios": ["16:9", "9:16"], "resolutions": ["720p"], "durations": ["4s", "8s", "12s"],
                "model_type": "text-to-video", "audio": true, "audio_configurable": false}),
        )
        .anonymized()
        .says(json!({"regionRestrictions": ["US"]}))
        .deprecated(Deprecation {
            starts: "2026-09-01T00:00:00.000Z",
            removes: "2027-02-01T00:00:00.000Z",
            replacement: Some("ltx-2-5-fast-text-to-video"),
            auto_remap: false,
        }),
    ]
}
