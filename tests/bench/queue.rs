//! The Queue of a busy studio in the real app: how soon it is there, and what it costs to have it open while all that is
//! under way is asked after.

use std::time::Duration;

use serde_json::json;
use tokio::time::sleep;

use crate::{
    app::{App, Home},
    processor,
    queued::{self, ENDED, OPEN},
    results::{Results, median},
    sandbox::Sandbox,
};

/// How often it is opened.
const TIMES: usize = 15;
/// Within this it is there, in milliseconds.
const OPENS_WITHIN: f64 = 100.0;
/// How long it is watched.
const MINUTE: Duration = Duration::from_mins(1);
/// At rest after this.
const REST: Duration = Duration::from_secs(5);
/// What it may take of one core meanwhile, in percent.
const OF_A_CORE: f64 = 2.0;
/// Questions after films and music that Venice takes in a minute.
const ASKED_AT_MOST: u32 = 120;
/// Fewer than this, and nothing was asked after.
const ASKED_AT_LEAST: u32 = 60;

/// Goes to the Queue by the rail, and answers the milliseconds until its rows are painted: those that were just read, down
/// to the table's end.
const GO: &str = "
    const [done] = arguments;
    const began = performance.now();
    const shown = () => {
        const table = document.querySelector('main [role=grid]');
        const last = [...(table?.querySelectorAll('[data-job]') ?? [])].at(-1);
        // What was read when the room was last open is shown until it is read anew.
        if (!last || table.querySelector('[role=status]') !== null) return false;
        return last.getBoundingClientRect().bottom >= table.getBoundingClientRect().bottom;
    };
    const look = () => {
        if (!shown()) return requestAnimationFrame(look);
        // What a frame's scripts leave is painted right after them.
        const channel = new MessageChannel();
        channel.port1.onmessage = () => done(performance.now() - began);
        channel.port2.postMessage(null);
    };
    document.querySelector('nav a[href=\"#/queue\"]').click();
    requestAnimationFrame(look);";

/// Opening, and a minute of it.
pub async fn measure(results: &mut Results) {
    println!("\nA Queue of {OPEN} open jobs and {ENDED} that have ended …");
    let mut home = Home::new();
    // Jobs are taken on as fast as they come; asking after them has the limit it has at Venice.
    let asking = format!("video_retrieve={ASKED_AT_MOST}");
    let sandbox =
        Sandbox::start_with(&home.path("sandbox"), &["--rate", "video_queue=100000", "--rate", &asking]);
    home.set("CANALETTO_API_BASE", &sandbox.base_url);
    home.set("CANALETTO_API_KEY", &sandbox.api_key);
    home.set("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    queued::make(&home.kept(), &sandbox).await;
    let app = home.open().await;
    app.leave_welcome().await;

    let mut opened = Vec::new();
    for _ in 0..TIMES {
        app.page.click("link", "/^Library/").await;
        app.page.wait_until("the Library", "document.querySelector('main [data-job]') === null").await;
        app.page.find("heading", "Library").await;
        opened.push(open(&app).await);
    }
    println!("opening it: {opened:.0?} ms");
    let all = json!(format!("{} jobs", OPEN + ENDED));
    let count = "return document.querySelector('main .count').textContent.replaceAll(/[^0-9a-z ]/g, '')";
    assert_eq!(app.page.run(count, vec![]).await, all, "all of them are in the table");

    sleep(REST).await;
    let process = app.process().as_raw_nonzero().get().unsigned_abs();
    let (before, asked_before) = (processor::taken(process), asked(&sandbox));
    // The page isn't asked anything meanwhile: that would be work too.
    sleep(MINUTE).await;
    let (after, asked_after) = (processor::taken(process), asked(&sandbox));
    let each = after.since(&before);
    println!("processor time in {} s: {each:.2?}", MINUTE.as_secs());
    let percent = each.iter().map(|(_, seconds)| seconds).sum::<f64>() / MINUTE.as_secs_f64() * 100.0;
    let still = app.page.run("return document.querySelectorAll('main .row.accepted').length", vec![]).await;
    assert!(still.as_u64().is_some_and(|rows| rows > 5), "jobs at work were to be seen: {still}");
    app.kill();

    let refused = sandbox.answers().into_iter().find(|(_, status, _)| *status == 429);
    assert_eq!(refused, None, "nothing was asked more often than the provider takes it");
    let often = asked_after - asked_before;
    assert!(often >= f64::from(ASKED_AT_LEAST), "{often} questions: nobody asks after the jobs");
    results.add("opening the Queue", "ms", median(&opened), OPENS_WITHIN, 1.0);
    results.add("processor, 500 jobs asked after", "% of a core", percent, OF_A_CORE, 1.0);
    results.add("questions after 500 jobs", "/min", often, f64::from(ASKED_AT_MOST), 1.0);
}

async fn open(app: &App<'_>) -> f64 {
    app.page.run_async(GO, vec![]).await.as_f64().expect("milliseconds")
}

/// How often it was asked how far it is with something.
fn asked(sandbox: &Sandbox) -> f64 {
    (sandbox.requests("retrieveVideo") + sandbox.requests("retrieveAudio")) as f64
}
