//! A table of good and bad bodies for each operation, and what each must be answered with.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicU64, Ordering},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use image::{Rgba, RgbaImage};
use reqwest::{
    Response,
    multipart::{Form, Part},
};
use sandbox::{Balance, Config, Currency};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    client::{Caller, disc, png},
    sound,
    wallet::{Says, Wallet},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Operation {
    method: String,
    path: String,
    key: String,
    good: Vec<Case>,
    bad: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// What stands in the path for each `{name}` of it.
    at: Option<BTreeMap<String, String>>,
    query: Option<String>,
    body: Option<Value>,
    form: Option<Map<String, Value>>,
    raw: Option<String>,
    content_type: Option<String>,
    key: Option<String>,
    status: Option<u16>,
    /// The field that `details` must name; deeper ones with slashes.
    field: Option<String>,
}

fn table() -> serde_json::Map<String, Value> {
    serde_json::from_str(include_str!("bodies.json")).unwrap()
}

/// What a text such as `@png:320x240` stands for; any other text is itself.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let (kind, size) = text.strip_prefix('@')?.split_once(':').unwrap_or((&text[1..], ""));
    let (width, height) = size.split_once('x').unwrap_or((size, size));
    let number = |text: &str| text.parse::<u32>().unwrap_or(0);
    let picture = || png(&disc(number(width), number(height)));
    Some(match kind {
        "png" | "file" | "data" => picture(),
        "tone" | "sound" => sound::wav(size.parse().unwrap()),
        "cut" => picture()[..400].to_vec(),
        "empty" => Vec::new(),
        "words" => size.as_bytes().to_vec(),
        "heavy" => vec![7; number(size) as usize],
        "mask" => png(&RgbaImage::from_fn(number(width), number(height), |x, _| {
            if x < 100 { Rgba([255; 4]) } else { Rgba([0, 0, 0, 255]) }
        })),
        "header" => {
            // The size stands at a fixed place of the header, followed by a checksum that readers don't all check.
            let mut file = png(&disc(8, 8));
            file[16..20].copy_from_slice(&number(width).to_be_bytes());
            file[20..24].copy_from_slice(&number(height).to_be_bytes());
            let checksum = crc(&file[12..29]);
            file[29..33].copy_from_slice(&checksum.to_be_bytes());
            file
        }
        _ => return None,
    })
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 },
        )
    })
}

fn filled(value: &Value) -> Value {
    match value {
        Value::String(text) if text.starts_with("@text:") => "x".repeat(text[6..].parse().unwrap()).into(),
        Value::String(text) if text.starts_with("@sound:") => {
            format!("data:audio/wav;base64,{}", STANDARD.encode(bytes(text).unwrap())).into()
        }
        Value::String(text) if text.starts_with("@data:") => {
            format!("data:image/png;base64,{}", STANDARD.encode(bytes(text).unwrap())).into()
        }
        Value::String(text) => {
            bytes(text).map_or_else(|| value.clone(), |bytes| STANDARD.encode(bytes).into())
        }
        Value::Array(items) => items.iter().map(filled).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), filled(value))).collect(),
        other => other.clone(),
    }
}

fn form(fields: &Map<String, Value>) -> Form {
    let mut form = Form::new();
    for (name, value) in fields {
        let values = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        for value in values {
            let text = value.as_str().unwrap();
            let is_file = ["@file", "@mask", "@empty", "@heavy", "@tone", "@words"]
                .iter()
                .any(|kind| text.starts_with(kind));
            let part = if is_file {
                Part::bytes(bytes(text).unwrap()).file_name("picture.png").mime_str("image/png").unwrap()
            } else {
                Part::text(filled(&value).as_str().unwrap().to_owned())
            };
            form = form.part(name.clone(), part);
        }
    }
    form
}

/// A number that was not used before.
fn fresh() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed)
}

async fn send(caller: &Caller, operation: &Operation, case: &Case) -> Response {
    let query = case
        .query
        .as_deref()
        .filter(|query| !query.is_empty())
        .map_or(String::new(), |query| format!("?{query}"));
    let path = case
        .at
        .iter()
        .flatten()
        .fold(operation.path.clone(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value));
    let url = format!("{}{path}{query}", caller.running.base_url());
    let mut request = caller.http.request(operation.method.parse().unwrap(), url);
    request = match case.key.as_ref().unwrap_or(&operation.key).as_str() {
        "inference" => request.bearer_auth(caller.running.api_key()),
        "admin" => request.bearer_auth(caller.running.admin_key()),
        "wrong" => request.bearer_auth("not-a-key"),
        "wallet" => request.header("SIGN-IN-WITH-X", Wallet::on_base().sign_in(&Says::now(fresh()))),
        "payment" => {
            let (offers, nonce) = (caller.offers().await, fresh().to_string());
            request.header("PAYMENT-SIGNATURE", Wallet::on_base().payment(&offers[0], 5_000_000, &nonce))
        }
        _ => request,
    };
    if let Some(body) = &case.body {
        request = request.json(&filled(body));
    } else if let Some(fields) = &case.form {
        request = request.multipart(form(fields));
    } else if let Some(raw) = &case.raw {
        let kind = case.content_type.as_deref().unwrap_or("application/json");
        request = request.header("content-type", kind).body(raw.clone());
    }
    request.send().await.unwrap()
}

fn rich() -> Config {
    let opening_balance = Balance { usd: 1000.into(), diem: 0.into(), first: Currency::Usd };
    Config { seed: 7, opening_balance, ..Config::instant() }
}

#[test]
fn the_table_has_every_operation() {
    let served: BTreeSet<String> =
        sandbox::routes().into_iter().map(|route| route.operation.to_owned()).collect();
    assert_eq!(table().keys().cloned().collect::<BTreeSet<_>>(), served);
    for route in sandbox::routes() {
        let operation = &table()[route.operation];
        assert_eq!(
            (operation["method"].as_str(), operation["path"].as_str()),
            (Some(route.method), Some(route.path))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn good_bodies_are_answered() {
    let caller = Caller::new(rich()).await;
    for (id, operation) in table() {
        let operation: Operation = serde_json::from_value(operation).unwrap();
        for case in &operation.good {
            let response = send(&caller, &operation, case).await;
            let status = response.status().as_u16();
            let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
            let shown =
                if kind.starts_with("application/json") { response.text().await.unwrap() } else { kind };
            assert_eq!(status, 200, "{id}, {}: {}", case.name, &shown[..shown.len().min(600)]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_bodies_are_refused_with_the_field_and_cost_nothing() {
    let caller = Caller::new(rich()).await;
    for (id, operation) in table() {
        let operation: Operation = serde_json::from_value(operation).unwrap();
        for case in &operation.bad {
            let what = format!("{id}, {}", case.name);
            let response = send(&caller, &operation, case).await;
            assert_eq!(Some(response.status().as_u16()), case.status, "{what}");
            let answer: Value = response.json().await.unwrap();
            // Whoever must pay first is told how instead.
            let coded = answer["code"].is_string() || answer["x402Version"] == 2;
            assert!(answer["error"].is_string() && coded, "{what}: {answer}");
            if let Some(field) = &case.field {
                let errors = answer.pointer(&format!("/details/{field}/_errors/0"));
                assert!(errors.is_some_and(Value::is_string), "{what}: {answer}");
                let path: Vec<String> = answer["issues"][0]["path"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|step| step.as_str().map_or_else(|| step.to_string(), str::to_owned))
                    .collect();
                assert_eq!(path.join("/"), *field, "{what}");
            }
        }
    }
    assert!(caller.charges().await.is_empty());
}

#[tokio::test]
async fn paths_and_methods_that_are_not_served_say_so() {
    let caller = Caller::instant().await;
    assert_eq!(caller.get("/nowhere").send().await.unwrap().status(), 404);
    assert_eq!(caller.get("/image/generate").send().await.unwrap().status(), 405);
}
