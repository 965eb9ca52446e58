//! A million charges in the store and every view of them; and 56,000 read from the sandbox, to the last digit.

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use jiff::{Timestamp, ToSpan};
use store::{ChargeSource, Job, JobState, LedgerPatch, NewCharge, OpenOptions, Store, SystemClock, to_fixed};
use studio::{
    Endpoint, Options, Studio,
    spend::view::{ChargeGrouping, ChargeKind, ChargeQuery, ChargeSort, SeriesBy, SeriesStep, SpendFilter},
};

use crate::{
    app::Home,
    results::{Results, folder, median},
    sandbox::Sandbox,
};

const CHARGES: u32 = 1_000_000;
const SYNCED: usize = 56_000;
const PAGE: u32 = 1_000;
/// Each so many charges, one is for work of ours.
const OURS: u32 = 50;
const ROUNDS: usize = 9;
/// Rows a second.
const WRITES_AT_LEAST: f64 = 20_000.0;
/// How long a view may take, in milliseconds.
const VIEW_ALLOWED: f64 = 150.0;
/// How long reading the history and working every view out may take, in seconds; drawing it too.
const SYNC_ALLOWED: f64 = 5.0;

/// Goes to the Spend room by the rail, and answers the seconds until all charges are read and the chart of them is painted.
const DRAW: &str = "
    const [count, done] = arguments;
    const began = performance.now();
    const drawn = () => {
        const said = document.querySelector('main [role=status]')?.textContent ?? '';
        if (!said.replaceAll(/\\D/g, '').startsWith(count) || !/, read /.test(said)) return false;
        return document.querySelectorAll('main svg rect.bar').length > 0;
    };
    const look = () => {
        if (!drawn()) return requestAnimationFrame(look);
        // What is read last is drawn with the next frame, and painted right after its scripts.
        requestAnimationFrame(() => {
            const channel = new MessageChannel();
            channel.port1.onmessage = () => done((performance.now() - began) / 1000);
            channel.port2.postMessage(null);
        });
    };
    document.querySelector('nav a[href=\"#/spend\"]').click();
    requestAnimationFrame(look);";

/// All three.
pub async fn measure(results: &mut Results) {
    a_million(results).await;
    from_the_sandbox(results).await;
    in_the_window(results).await;
}

async fn a_million(results: &mut Results) {
    println!("\n{CHARGES} charges …");
    let home = tempfile::Builder::new().prefix("ledger-").tempdir_in(folder()).expect("a folder");
    let (store, _) = Store::open(OpenOptions {
        home: home.path().join("home"),
        library: home.path().join("home/library"),
        clock: Arc::new(SystemClock),
    })
    .expect("a store");
    store.charges().begin("run", "Venice", false).expect("an account");
    let begun = Instant::now();
    let end = Timestamp::now();
    let first = end - (24 * 730).hours();
    for page in 0..CHARGES / PAGE {
        let charges = (page * PAGE..(page + 1) * PAGE).map(|number| (charge(first, number), 0)).collect();
        store.charges().add("run", charges, LedgerPatch::default()).expect("a page");
    }
    let rows = f64::from(CHARGES) / begun.elapsed().as_secs_f64();
    results.add_at_least("charges written", "/s", rows, WRITES_AT_LEAST, 1.0);
    let known = LedgerPatch { has_history: Some(true), synced_at: Some(end), ..LedgerPatch::default() };
    store.charges().note("run", known).expect("noted");
    let jobs: Vec<Job> = (0..CHARGES).step_by(OURS as usize).map(|number| job(first, number)).collect();
    let count = jobs.len();
    store.jobs().insert_all(jobs, &[], Vec::new()).expect("jobs");
    let begun = Instant::now();
    let matched = store.charges().match_by_id("run", "run", Timestamp::UNIX_EPOCH).expect("matched");
    assert_eq!(matched as usize, count);
    println!("matching {matched} of them {:>7.2} s", begun.elapsed().as_secs_f64());
    drop(store);

    let studio = open(home.path().join("home"), None).await;
    let begun = Instant::now();
    studio.spend_status().await.expect("a status");
    println!("reading all of them for the first time {:>7.2} s", begun.elapsed().as_secs_f64());
    let slowest = views(&studio).await;
    results.add("slowest view of 1,000,000 charges", "ms", slowest, VIEW_ALLOWED, 1.0);
    studio.close().await;
}

/// The work that a charge is for.
fn job(first: Timestamp, number: u32) -> Job {
    let id = format!("00000000-0000-7000-8000-{number:012x}").parse().expect("an id");
    let at = moment(first, number);
    Job {
        state: JobState::Saved,
        title: format!("A gondola at dusk, {number}"),
        sent_at: Some(at),
        finished_at: Some(at),
        answer_id: Some(answer(number)),
        dismissed: true,
        took_ms: Some(1_000),
        ..Job::new(id, "chat", "run", "createChatCompletion", serde_json::json!({}), at)
    }
}

fn answer(number: u32) -> String {
    format!("chatcmpl-{number:016x}")
}

fn moment(first: Timestamp, number: u32) -> Timestamp {
    first + (i64::from(number) * 63).seconds()
}

/// A charge of one of some models, each minute or so.
fn charge(first: Timestamp, number: u32) -> NewCharge {
    let models = ["zai-org-glm-5-2", "kimi-k3", "deepseek-v4-pro-0813", "qwen-3-8-27b"];
    let model = models[(number / 3) as usize % models.len()];
    let (sku, amount, units) = match number % 9 {
        0..3 => (format!("{model}-llm-input-mtoken"), format!("0.000{:03}", number % 997), "0.00213"),
        3..6 => (format!("{model}-llm-output-mtoken"), format!("0.001{:06}", number % 999_983), "0.00071"),
        6 | 7 => ("z-image-turbo-image-unit".to_owned(), "0.01".to_owned(), "1"),
        _ => ("tts-kokoro-speech-mchar".to_owned(), format!("0.00{:04}", number % 9_973), "0.00118"),
    };
    NewCharge {
        at: moment(first, number),
        source: ChargeSource::History,
        sku,
        amount: amount.parse().expect("an amount"),
        currency: if number.is_multiple_of(5) { "diem" } else { "usd" }.to_owned(),
        units: Some(units.parse().expect("an amount")),
        price: None,
        request_id: Some(answer(number)),
        notes: Some("API Inference".to_owned()),
    }
}

async fn open(home: std::path::PathBuf, run_account: Option<Endpoint>) -> Studio {
    Studio::open(Options { home, sandbox: None, run_account, events: Arc::new(|_| {}) })
        .await
        .expect("a studio")
}

/// The slowest of all views, in milliseconds: the median of some rounds each.
async fn views(studio: &Studio) -> f64 {
    let all = SpendFilter::default;
    let quarter = || {
        let day = |back: i64| (jiff::Zoned::now().date() - back.days()).to_string();
        SpendFilter { from: Some(day(90)), to: Some(day(0)), ..all() }
    };
    let images = || SpendFilter { kinds: vec![ChargeKind::Image], ..all() };
    let query = |sort| ChargeQuery {
        filter: all(),
        text: None,
        sort,
        grouping: None,
        group: None,
        offset: 0,
        limit: 100,
    };
    let mut slowest: f64 = 0.0;
    macro_rules! view {
        ($name:expr, $look:expr) => {{
            let mut times = Vec::new();
            for _ in 0..ROUNDS {
                let begun = Instant::now();
                $look.await.expect($name);
                times.push(begun.elapsed().as_secs_f64() * 1_000.0);
            }
            let middle = median(&times);
            println!("{:<40} {middle:>7.2} ms", $name);
            slowest = slowest.max(middle);
        }};
    }
    view!("the overview", studio.spend_overview(all()));
    view!("the overview of pictures", studio.spend_overview(images()));
    for (by, name) in [(SeriesBy::Kind, "kind"), (SeriesBy::Model, "model"), (SeriesBy::Account, "account")] {
        println!("over time by {name}:");
        view!("  two years, by the day", studio.spend_series(all(), by, SeriesStep::Day));
        view!("  a quarter, by the week", studio.spend_series(quarter(), by, SeriesStep::Week));
    }
    view!("by key", studio.spend_series(all(), SeriesBy::Key, SeriesStep::Day));
    view!("what cost most", studio.spend_top_items(all()));
    view!("prices of a unit", studio.spend_unit_prices(all()));
    view!("what to filter by", studio.spend_facets(all()));
    view!("the table, newest first", studio.spend_charges(query(ChargeSort::Newest)));
    view!("the table, dearest first", studio.spend_charges(query(ChargeSort::Dearest)));
    view!("the table, by model", studio.spend_charges(query(ChargeSort::Model)));
    let far = ChargeQuery { offset: 50_000, ..query(ChargeSort::Cheapest) };
    view!("the table, far down", studio.spend_charges(far.clone()));
    let words = ChargeQuery { text: Some("kimi output".to_owned()), ..query(ChargeSort::Newest) };
    view!("the table, searched", studio.spend_charges(words.clone()));
    let title = ChargeQuery { text: Some("gondola dusk".to_owned()), ..query(ChargeSort::Newest) };
    view!("the table, searched by work", studio.spend_charges(title.clone()));
    let call =
        ChargeQuery { text: Some("chatcmpl-000000000000a1b2".to_owned()), ..query(ChargeSort::Newest) };
    view!("the table, one call", studio.spend_charges(call.clone()));
    for grouping in [ChargeGrouping::Day, ChargeGrouping::Model, ChargeGrouping::Work] {
        let grouped = ChargeQuery { grouping: Some(grouping), ..query(ChargeSort::Newest) };
        view!("the table, put together", studio.spend_charges(grouped.clone()));
    }
    slowest
}

async fn from_the_sandbox(results: &mut Results) {
    println!("\n{SYNCED} charges of the sandbox …");
    let home = tempfile::Builder::new().prefix("ledger-").tempdir_in(folder()).expect("a folder");
    // It begins with a past of 90 days and so many charges.
    let sandbox = Sandbox::start_with(&home.path().join("sandbox"), &["--seed-usage"]);
    let endpoint = Endpoint {
        base_url: sandbox.base_url.clone(),
        key: sandbox.api_key.clone().into(),
        admin_key: Some(sandbox.admin_key.clone().into()),
    };
    let studio = open(home.path().join("home"), Some(endpoint)).await;
    let begun = Instant::now();
    studio.sync_spend().await.expect("begun");
    while studio.spend_status().await.expect("a status").syncing {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    println!("reading them {:>7.2} s", begun.elapsed().as_secs_f64());
    let overview = studio.spend_overview(SpendFilter::default()).await.expect("an overview");
    for by in [SeriesBy::Kind, SeriesBy::Model] {
        studio.spend_series(SpendFilter::default(), by, SeriesStep::Day).await.expect("a series");
    }
    studio.spend_top_items(SpendFilter::default()).await.expect("items");
    studio.spend_unit_prices(SpendFilter::default()).await.expect("prices");
    let seconds = begun.elapsed().as_secs_f64();
    results.add("56,000 charges read and worked out", "s", seconds, SYNC_ALLOWED, 1.0);

    let mut theirs: BTreeMap<String, i128> = BTreeMap::new();
    let charges = sandbox.charges();
    for charge in &charges {
        // JSON knows floats only; the client reads them to twelve places too.
        let amount = format!("{:.12}", charge["amount"].as_f64().expect("a number"));
        let amount = amount.parse().expect("an amount");
        let currency = charge["currency"].as_str().expect("a currency").to_lowercase();
        *theirs.entry(currency).or_default() += to_fixed(amount).expect("an exact amount");
    }
    let ours = overview.total.iter();
    let ours: BTreeMap<String, i128> = ours
        .map(|money| (money.currency.clone(), to_fixed(money.amount).expect("an exact amount")))
        .collect();
    assert_eq!(charges.len(), SYNCED);
    assert_eq!((overview.charges as usize, ours), (charges.len(), theirs), "to the last digit");
    studio.close().await;
}

/// The same in the real window, from the click on the rail until it is painted.
async fn in_the_window(results: &mut Results) {
    println!("\n{SYNCED} charges of the sandbox, in the window …");
    let mut home = Home::new();
    let sandbox = Sandbox::start_with(&home.path("sandbox"), &["--seed-usage"]);
    home.set("CANALETTO_API_BASE", &sandbox.base_url);
    home.set("CANALETTO_API_KEY", &sandbox.api_key);
    home.set("CANALETTO_ADMIN_KEY", &sandbox.admin_key);
    home.set("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    let app = home.open().await;
    app.leave_welcome().await;
    app.page.find("link", "/^Spend/").await;
    assert_eq!(sandbox.requests("getBillingUsageHistory"), 0, "nothing was read before");
    let seconds = app.page.run_async(DRAW, vec![SYNCED.to_string().into()]).await;
    results.add("56,000 charges read and drawn", "s", seconds.as_f64().expect("seconds"), SYNC_ALLOWED, 1.0);
    app.kill();
}
