//! Prices, balances, limits.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use sandbox::{Balance, Config, Currency, WorkTime};
use serde_json::{Value, json};

use crate::client::{Caller, disc, header, png};

async fn usd(caller: &Caller) -> f64 {
    let url = format!("{}/billing/balance", caller.running.base_url());
    let response = caller.http.get(url).bearer_auth(caller.running.admin_key()).send().await.unwrap();
    let body: Value = response.json().await.unwrap();
    body["balances"]["usd"].as_f64().unwrap()
}

fn row(operation: &str, unit: &str, units: u64, amount: f64) -> (String, String, u64, f64) {
    (operation.into(), unit.into(), units, amount)
}

#[tokio::test]
async fn each_kind_of_price_is_charged_as_listed() {
    let caller = Caller::instant().await;
    let photo = STANDARD.encode(png(&disc(320, 240)));
    let calls = [
        (
            "/image/generate",
            json!({"model": "z-image-turbo", "prompt": "a", "variants": 4, "width": 256, "height": 256}),
        ),
        ("/image/generate", json!({"model": "grok-imagine-image", "prompt": "a", "resolution": "2K"})),
        ("/image/generate", json!({"model": "gpt-image-2", "prompt": "a", "quality": "low", "variants": 2})),
        ("/images/generations", json!({"prompt": "a", "size": "256x256"})),
        ("/image/edit", json!({"image": photo, "prompt": "night"})),
        (
            "/image/multi-edit",
            json!({"images": [photo, photo, photo], "prompt": "night", "modelId": "flux-2-max-edit"}),
        ),
        (
            "/image/multi-edit",
            json!({"images": [photo, photo], "prompt": "a", "modelId": "gpt-image-2-edit", "quality": "medium"}),
        ),
        ("/image/multi-edit", json!({"images": [photo], "prompt": "a", "modelId": "grok-imagine-edit"})),
        ("/image/upscale", json!({"image": photo, "scale": 2})),
        ("/image/upscale", json!({"image": photo, "scale": 4})),
        ("/image/background-remove", json!({"image": photo})),
        (
            "/image/generate",
            json!({"model": "z-image-turbo", "prompt": "a", "enhance_prompt": true, "width": 256, "height": 256}),
        ),
    ];
    for (path, body) in &calls {
        assert_eq!(caller.post(path, body).send().await.unwrap().status(), 200, "{path}");
    }
    let wanted = [
        row("generateImage", "image", 4, 0.04),
        row("generateImage", "image", 1, 0.045),
        row("generateImage", "image", 2, 0.04),
        row("simpleGenerateImage", "image", 1, 0.01),
        row("editImage", "edit", 1, 0.04),
        row("multiEditImage", "edit", 1, 0.115),
        row("multiEditImage", "input-image", 2, 0.069),
        row("multiEditImage", "edit", 1, 0.08),
        row("multiEditImage", "input-image", 1, 0.009),
        row("multiEditImage", "edit", 1, 0.03),
        row("multiEditImage", "input-image", 1, 0.0025),
        row("upscaleImage", "upscale-2x", 1, 0.02),
        row("upscaleImage", "upscale-4x", 1, 0.08),
        row("backgroundRemoveImage", "background-removal", 1, 0.03),
        row("generateImage", "image", 1, 0.01),
        row("generateImage", "prompt-enhancement", 1, 0.002),
    ];
    assert_eq!(caller.charges().await, wanted);
    let spent: f64 = wanted.iter().map(|(.., amount)| amount).sum();
    assert!((usd(&caller).await - (25.0 - spent)).abs() < 1e-9);
}

#[tokio::test]
async fn headers_tell_the_balance_before_and_the_ledger_knows_the_answer() {
    let caller = Caller::instant().await;
    let body = json!({"model": "z-image-turbo", "prompt": "a", "width": 256, "height": 256});
    let first = caller.post("/image/generate", &body).send().await.unwrap();
    assert_eq!(header(&first, "x-venice-balance-usd"), "25");
    assert_eq!(header(&first, "x-ratelimit-limit-requests"), "10000");
    assert_eq!(header(&first, "x-ratelimit-remaining-requests"), "9999");
    let ray = header(&first, "cf-ray").to_owned();
    let id = first.json::<Value>().await.unwrap()["id"].clone();
    let ledger = caller.look("ledger").await;
    assert_eq!((&ledger["charges"][0]["request_id"], &ledger["charges"][0]["cf_ray"]), (&id, &json!(ray)));
    let second = caller.post("/image/generate", &body).send().await.unwrap();
    assert_eq!(header(&second, "x-venice-balance-usd"), "24.99");
}

#[tokio::test]
async fn the_second_balance_pays_when_the_first_cannot_and_then_nobody() {
    let opening_balance =
        Balance { usd: "0.015".parse().unwrap(), diem: "0.01".parse().unwrap(), first: Currency::Usd };
    let caller = Caller::new(Config { opening_balance, ..Config::instant() }).await;
    for status in [200, 200, 402] {
        assert_eq!(caller.picture("a", 1).send().await.unwrap().status(), status);
    }
    let refused: Value = caller.picture("a", 1).send().await.unwrap().json().await.unwrap();
    assert_eq!(refused["code"], "INSUFFICIENT_BALANCE");
    let ledger = caller.look("ledger").await;
    let currencies: Vec<_> =
        ledger["charges"].as_array().unwrap().iter().map(|row| row["currency"].clone()).collect();
    assert_eq!(currencies, ["USD", "DIEM"]);
    caller.control("balance", &json!({"usd": 3.5})).await;
    assert_eq!(caller.picture("a", 1).send().await.unwrap().status(), 200);
    let enough = usd(&caller).await;
    assert!((enough - 3.49).abs() < 1e-9, "{enough}");
}

#[tokio::test]
async fn twenty_pictures_a_minute_and_no_more() {
    let config = Config { work_time: WorkTime::Fixed(Duration::ZERO), ..Config::default() };
    let caller = Caller::new(config).await;
    for _ in 0..20 {
        assert_eq!(caller.picture("a", 1).send().await.unwrap().status(), 200);
    }
    let refused = caller.picture("a", 1).send().await.unwrap();
    assert_eq!(refused.status(), 429);
    let wait: u64 = header(&refused, "retry-after").parse().unwrap();
    assert!((1..=61).contains(&wait));
    assert_eq!(header(&refused, "x-ratelimit-remaining-requests"), "0");
    assert_eq!(caller.charges().await.len(), 20);
    let limits: Value = caller.get("/api_keys/rate_limits").send().await.unwrap().json().await.unwrap();
    let model = limits["data"]["rateLimits"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["apiModelId"] == "z-image-turbo")
        .unwrap()
        .clone();
    assert_eq!(model["rateLimits"], json!([{"amount": 20, "type": "RPM"}]));
}

#[tokio::test]
async fn too_many_failures_block_the_caller() {
    let caller = Caller::new(Config { block_after_failures: Some(3), ..Config::instant() }).await;
    for _ in 0..4 {
        assert_eq!(caller.get("/models?type=poems").send().await.unwrap().status(), 400);
    }
    assert_eq!(caller.get("/models").send().await.unwrap().status(), 429);
    caller.control("reset", &json!({})).await;
    assert_eq!(caller.get("/models").send().await.unwrap().status(), 200);
}
