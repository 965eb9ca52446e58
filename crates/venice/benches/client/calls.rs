//! Small calls to the sandbox, with this client and with reqwest alone.

use std::hint::black_box;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use reqwest::header::{AUTHORIZATION, HeaderValue};
use sandbox::{Config, Sandbox};
use tokio::runtime::Builder;
use venice::models::{ListModelTraits, ModelMap};
use venice::{Auth, Client, TimeLimits};

use super::request;
use crate::results::{Results, median};

/// Calls of each side, in turns: short ones, so that whatever else the machine does falls on both sides.
const CALLS: usize = 2_000;
const TURNS: usize = 200;
/// How many times the rate of reqwest alone it must be.
const LEAST: f64 = 0.95;

/// A sandbox in a thread with a runtime of its own: its base URL and its key.
fn serve() -> (String, String) {
    let (say, said) = mpsc::channel();
    thread::spawn(move || {
        Builder::new_current_thread().enable_all().build().unwrap().block_on(async move {
            let running = Sandbox::start(Config::instant()).await.unwrap();
            say.send((running.base_url(), running.api_key().to_owned())).unwrap();
            std::future::pending::<()>().await;
        });
    });
    said.recv().unwrap()
}

/// reqwest set up as the client sets it up, with its address and its header made once.
struct Bare {
    http: reqwest::Client,
    url: reqwest::Url,
    authorization: HeaderValue,
}

impl Bare {
    fn new(base_url: &str, key: &str) -> Self {
        let http = reqwest::Client::builder()
            .user_agent(concat!("venice-rs/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(TimeLimits::default().connect)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .tls_certs_only([]);
        let mut authorization = HeaderValue::from_str(&format!("Bearer {key}")).unwrap();
        authorization.set_sensitive(true);
        let url = format!("{base_url}/models/traits").parse().unwrap();
        Self { http: http.build().unwrap(), url, authorization }
    }

    async fn call(&self) -> ModelMap {
        let request = self.http.get(self.url.clone()).header(AUTHORIZATION, self.authorization.clone());
        let response = request.send().await.unwrap().error_for_status().unwrap();
        ModelMap::from_json(&response.bytes().await.unwrap()).unwrap()
    }
}

enum Side {
    Ours(Client),
    Bare(Bare),
}

impl Side {
    fn ours(base_url: &str, key: &str) -> Self {
        Self::Ours(Client::builder(base_url).auth(Auth::Bearer(key.into())).build().unwrap())
    }

    async fn call(&self) -> ModelMap {
        match self {
            Self::Ours(client) => client.list_model_traits(&ListModelTraits::default()).await.unwrap().value,
            Self::Bare(bare) => bare.call().await,
        }
    }

    async fn time(&self, calls: usize) -> Duration {
        let started = Instant::now();
        for _ in 0..calls {
            black_box(self.call().await);
        }
        started.elapsed()
    }
}

/// The times of all turns: with the client, and with reqwest alone.
async fn turns(base_url: String, key: String) -> (Vec<Duration>, Vec<Duration>) {
    let heard = request::heard(|url| async move { Side::ours(&url, "key").call().await }).await;
    let heard_bare =
        request::heard(|url| async move { Side::Bare(Bare::new(&url, "key")).call().await }).await;
    assert_eq!(heard, heard_bare, "both must send the same request");
    let (ours, bare) = (Side::ours(&base_url, &key), Side::Bare(Bare::new(&base_url, &key)));
    assert_eq!(ours.call().await, bare.call().await, "both must read the same answer");
    let calls = CALLS / TURNS;
    ours.time(calls).await;
    bare.time(calls).await;
    let (mut with_ours, mut with_bare) = (Vec::new(), Vec::new());
    for turn in 0..TURNS {
        // Who goes first changes, so that neither gains by it.
        if turn % 2 == 0 {
            with_ours.push(ours.time(calls).await);
            with_bare.push(bare.time(calls).await);
        } else {
            with_bare.push(bare.time(calls).await);
            with_ours.push(ours.time(calls).await);
        }
    }
    (with_ours, with_bare)
}

/// Calls in a second. The ratio is the median of the turns' own: each side's median alone can fall on another of the
/// speeds at which the system happens to run two threads, and say anything.
pub fn measure(results: &mut Results) {
    println!("\n{CALLS} small calls to the sandbox, and as many with reqwest alone, in {TURNS} turns …");
    let (base_url, key) = serve();
    let runtime = Builder::new_multi_thread().enable_all().build().unwrap();
    // As a task of the runtime, like every caller in a program that has one.
    let task = async { tokio::spawn(turns(base_url, key)).await.unwrap() };
    let (ours, bare) = runtime.block_on(task);
    let ratios: Vec<f64> =
        ours.iter().zip(&bare).map(|(ours, bare)| bare.as_secs_f64() / ours.as_secs_f64()).collect();
    let whole = |times: &[Duration]| CALLS as f64 / times.iter().sum::<Duration>().as_secs_f64();
    println!("by the time of all turns: {:.0}/s against {:.0}/s", whole(&ours), whole(&bare));
    let times: Vec<f64> = bare.iter().map(Duration::as_secs_f64).collect();
    let alone = (CALLS / TURNS) as f64 / median(&times);
    results.add_at_least("small calls against reqwest alone", "/s", alone * median(&ratios), alone, LEAST);
}
