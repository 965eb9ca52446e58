//! What the client costs beside the HTTP below it, and how fast a list of models is read.
//!
//! `cargo bench -p venice --bench client`. Two thousand small calls are made with this client and with reqwest alone, in
//! turns, to a server in a thread of its own; the rates of each pair of turns are compared, and their median ratio is
//! printed. The models are those of `models.json` in the folder `VENICE_REFERENCE` names, else in `shared/venice` beside
//! the checkout, else 328 made up ones.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a program for the command line")]

use std::convert::Infallible;
use std::hint::black_box;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, body::Incoming};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use venice::models::{ListModelTraits, ModelList, ModelMap};
use venice::{Auth, Client};

const CALLS: usize = 2_000;
const TURNS: usize = 20;
const KEY: &str = "sk-bench-0123456789";
const TRAITS: &str = r#"{"object":"list","type":"text","data":{"default":"zai-org-glm-5-1","fastest":"small","default_vision":"seeing","default_code":"coder","default_reasoning":"thinker"}}"#;

async fn answer(_: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let mut response = Response::new(Full::new(Bytes::from_static(TRAITS.as_bytes())));
    let headers = [
        ("content-type", "application/json; charset=utf-8"),
        ("cf-ray", "8f1a2b3c4d5e6f70-AMS"),
        ("x-venice-version", "20261101.120000"),
        ("x-ratelimit-limit-requests", "5000000"),
        ("x-ratelimit-remaining-requests", "4999999"),
        ("x-ratelimit-reset-requests", "30"),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    Ok(response)
}

/// A server in a thread with a runtime of its own.
fn serve() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    listener.set_nonblocking(true).unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                let connection =
                    http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer));
                tokio::spawn(connection);
            }
        });
    });
    address
}

async fn ours(client: &Client, calls: usize) -> Duration {
    let started = Instant::now();
    for _ in 0..calls {
        let answer = client.list_model_traits(&ListModelTraits::default()).await.unwrap();
        assert_eq!(black_box(answer).value.ids.len(), 5);
    }
    started.elapsed()
}

async fn bare(client: &reqwest::Client, url: &str, calls: usize) -> Duration {
    let started = Instant::now();
    for _ in 0..calls {
        let response = client.get(url).bearer_auth(KEY).send().await.unwrap().error_for_status().unwrap();
        let map = ModelMap::from_json(&response.bytes().await.unwrap()).unwrap();
        assert_eq!(black_box(map).ids.len(), 5);
    }
    started.elapsed()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    f64::midpoint(values[middle], values[(values.len() - 1) / 2])
}

async fn small_calls() {
    let base_url = format!("http://{}/api/v1", serve());
    let url = format!("{base_url}/models/traits");
    let client = Client::builder(&base_url).auth(Auth::Bearer(KEY.into())).build().unwrap();
    let alone = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let calls = CALLS / TURNS;
    ours(&client, calls).await;
    bare(&alone, &url, calls).await;
    let (mut ratios, mut totals) = (Vec::new(), (Duration::ZERO, Duration::ZERO));
    for turn in 0..TURNS {
        // Who goes first changes, so that neither gains by it.
        let (with_ours, with_bare) = if turn % 2 == 0 {
            let with_ours = ours(&client, calls).await;
            (with_ours, bare(&alone, &url, calls).await)
        } else {
            let with_bare = bare(&alone, &url, calls).await;
            (ours(&client, calls).await, with_bare)
        };
        ratios.push(with_bare.as_secs_f64() / with_ours.as_secs_f64());
        totals = (totals.0 + with_ours, totals.1 + with_bare);
    }
    let rate = |total: Duration| CALLS as f64 / total.as_secs_f64();
    println!(
        "small calls: {:.0}/s, reqwest alone {:.0}/s, ratio {:.3} (target 0.95 or more)",
        rate(totals.0),
        rate(totals.1),
        median(ratios)
    );
}

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

fn reading_models() {
    let (json, kind) = models();
    let count = ModelList::from_json(&json).unwrap().models.len();
    let times: Vec<f64> = (0..50)
        .map(|_| {
            let started = Instant::now();
            black_box(ModelList::from_json(black_box(&json)).unwrap());
            started.elapsed().as_secs_f64() * 1_000.0
        })
        .collect();
    println!(
        "{count} {kind} models of {} kB read in {:.2} ms (target below 5)",
        json.len() / 1_000,
        median(times)
    );
}

fn main() {
    reading_models();
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(small_calls());
}
