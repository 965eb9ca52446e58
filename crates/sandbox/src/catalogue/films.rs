//! Models that make films. They list no price: a quote does.

use serde_json::json;

use super::{
    Deprecation, Model,
    film_rules::{FilmRules, Input},
    usd,
};

const RATIOS: &[&str] = &["16:9", "9:16", "1:1"];

fn film(id: &'static str, name: &'static str, rules: FilmRules) -> Model {
    let mut model =
        Model::new("video", id, name, 1_780_000_000).says(json!({"constraints": rules.listing()}));
    model.film = Some(rules);
    model
}

pub(super) fn models() -> Vec<Model> {
    vec![
        film(
            "ltx-2-5-fast-text-to-video",
            "LTX 2.5 Fast",
            FilmRules {
                aspect_ratios: RATIOS,
                resolutions: &["480p", "720p", "1080p"],
                durations: &["5s", "8s", "10s"],
                audio: true,
                audio_configurable: true,
                download: true,
                second: usd(20_000),
                ..FilmRules::PLAIN
            },
        )
        .traits(&["default"]),
        film(
            "longcat-distilled-image-to-video",
            "Longcat Distilled",
            FilmRules {
                kind: "image-to-video",
                resolutions: &["480p", "720p"],
                durations: &["5s"],
                image: Input::Required,
                download: true,
                second: usd(12_000),
                ..FilmRules::PLAIN
            },
        )
        .says(json!({"uncensored": true})),
        film(
            "wan-2-7-text-to-video",
            "Wan 2.7",
            FilmRules {
                aspect_ratios: &["16:9", "9:16", "1:1", "4:3", "3:4"],
                resolutions: &["720p", "1080p"],
                durations: &["5s", "10s", "15s"],
                audio_input: true,
                prompt_limit: 5000,
                second: usd(40_000),
                ..FilmRules::PLAIN
            },
        )
        .anonymized(),
        film(
            "kling-o3-pro-image-to-video",
            "Kling O3 Pro",
            FilmRules {
                kind: "image-to-video",
                durations: &["3s", "5s", "10s", "15s"],
                audio: true,
                audio_configurable: true,
                image: Input::Required,
                end_image: true,
                second: usd(90_000),
                ..FilmRules::PLAIN
            },
        )
        .anonymized(),
        film(
            "kling-o3-pro-reference-to-video",
            "Kling O3 Pro R2V",
            FilmRules {
                aspect_ratios: RATIOS,
                durations: &["3s", "5s", "10s"],
                audio: true,
                audio_configurable: true,
                image: Input::Optional,
                end_image: true,
                reference_images: 4,
                elements: 4,
                scenes: 4,
                second: usd(100_000),
                ..FilmRules::PLAIN
            },
        )
        .anonymized(),
        film(
            "ltx-2-5-keyframes-to-video",
            "LTX 2.5 Keyframes",
            FilmRules {
                kind: "image-to-video",
                aspect_ratios: RATIOS,
                resolutions: &["480p", "720p"],
                durations: &["5s", "8s", "10s"],
                keyframes: 10,
                download: true,
                second: usd(24_000),
                ..FilmRules::PLAIN
            },
        ),
        film(
            "grok-imagine-video-to-video-private",
            "Grok Imagine V2V",
            FilmRules {
                kind: "video",
                aspect_ratios: &["auto", "16:9", "9:16"],
                durations: &["auto", "5s", "8s"],
                video: Input::Required,
                second: usd(50_000),
                ..FilmRules::PLAIN
            },
        ),
        film(
            "seedance-2-0-image-to-video-basic",
            "Seedance 2.0",
            FilmRules {
                kind: "image-to-video",
                aspect_ratios: RATIOS,
                resolutions: &["480p", "720p"],
                durations: &["5s", "10s"],
                audio: true,
                audio_configurable: true,
                image: Input::Required,
                end_image: true,
                consent: true,
                second: usd(60_000),
                ..FilmRules::PLAIN
            },
        )
        .anonymized(),
        film(
            "seedance-2-5-reference-to-video",
            "Seedance 2.5 R2V",
            FilmRules {
                aspect_ratios: &["16:9", "9:16", "1:1", "21:9", "adaptive", "auto"],
                resolutions: &["480p", "720p", "1080p"],
                durations: &["4s", "5s", "8s", "10s", "15s", "-1", "auto"],
                audio: true,
                audio_configurable: true,
                reference_images: 30,
                reference_videos: 10,
                reference_sounds: 10,
                tasks: true,
                consent: true,
                prompt_limit: 20_000,
                second: usd(70_000),
                ..FilmRules::PLAIN
            },
        )
        .anonymized(),
        film(
            "wan-3-0-reference-to-video",
            "Wan 3.0 Omni",
            FilmRules {
                aspect_ratios: RATIOS,
                resolutions: &["720p", "1080p"],
                durations: &["5s", "10s"],
                audio: true,
                reference_images: 10,
                documents: 1,
                second: usd(60_000),
                ..FilmRules::PLAIN
            },
        )
        .anonymized(),
        film(
            "topaz-video-upscale",
            "Topaz Video Upscale",
            FilmRules {
                kind: "video",
                video: Input::Required,
                upscales: true,
                second: usd(15_000),
                ..FilmRules::PLAIN
            },
        )
        .anonymized(),
        film(
            "sora-2-text-to-video",
            "Sora 2",
            FilmRules {
                aspect_ratios: &["16:9", "9:16"],
                resolutions: &["720p"],
                durations: &["4s", "8s", "12s"],
                audio: true,
                regions: &["US"],
                second: usd(100_000),
                ..FilmRules::PLAIN
            },
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
