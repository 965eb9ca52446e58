//! A conversation of two thousand messages in the real app: how long it takes to open, and how it scrolls beside an empty
//! page in the same web view.

use serde_json::json;

use crate::{
    app::{App, Home},
    conversations::{self, LAST_OF_LONG, LAST_OF_SHORT, LONG, SHORT},
    results::{Results, median},
    scrolling,
};

/// How often it is opened, by turns with the short one.
const TIMES: usize = 15;
/// Within this a conversation is there, in milliseconds.
const OPENS_WITHIN: f64 = 300.0;
/// The p95 frame may be so many times that of an empty page.
const FRAMES: f64 = 2.0;
/// Less than this, in pixels, and the wheel did not turn.
const LEAST_WAY: f64 = 20_000.0;

/// Clicks a row of the list, and answers the milliseconds until the words are painted at the end of the conversation.
const OPEN: &str = "
    const [first, last, done] = arguments;
    const row = [...document.querySelectorAll('[data-row]')].find((one) => one.innerText.includes(first));
    const began = performance.now();
    const ended = () => {
        const shown = [...document.querySelectorAll('[data-message]')].at(-1);
        return shown?.textContent.includes(last) && shown.getBoundingClientRect().bottom <= innerHeight;
    };
    const look = () => {
        if (!ended()) return requestAnimationFrame(look);
        // What a frame's scripts leave is painted right after them.
        const channel = new MessageChannel();
        channel.port1.onmessage = () => done(performance.now() - began);
        channel.port2.postMessage(null);
    };
    row.click();
    requestAnimationFrame(look);";

const MESSAGES: &str = "document.querySelector('[data-message]').closest('[role=region]')";

/// Opening and scrolling.
pub async fn measure(results: &mut Results) {
    println!("\nA conversation of {} messages …", conversations::MESSAGES);
    let mut home = Home::new();
    home.set("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    conversations::make(&home.kept());
    let app = home.open().await;
    app.leave_welcome().await;
    app.page.click("link", "/^Chat/").await;
    app.page.wait_until("both conversations", "document.querySelectorAll('[data-row]').length === 2").await;

    let (mut long, mut short) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        println!("short");
        short.push(open(&app, SHORT, LAST_OF_SHORT).await);
        println!("long");
        long.push(open(&app, LONG, LAST_OF_LONG).await);
    }
    println!("opening the long one: {long:.0?} ms\nopening the short one: {short:.0?} ms");

    // What is read is above: a conversation opens at its end.
    let before = scroll_top(&app).await;
    let (gaps, _) = scrolling::turn_wheel(&app, scrolling::Way::Up, scrolling::MINUTE, || 0.0).await;
    let way = before - scroll_top(&app).await;
    assert!(way > LEAST_WAY, "the messages moved by {way} pixels only");
    println!(
        "{way} pixels, {:.0} frames a second, the longest gap {:.0} ms",
        gaps.a_second(),
        gaps.longest()
    );
    let empty = scrolling::on_empty_page(&app, scrolling::Way::Up).await;
    // A page that is gone can't be asked whether it may close.
    app.kill();

    results.add("opening 2,000 messages", "ms", median(&long), OPENS_WITHIN, 1.0);
    results.add("p95 frame in 2,000 messages", "ms", gaps.p95(), empty.p95(), FRAMES);
}

async fn open(app: &App<'_>, first: &str, last: &str) -> f64 {
    let took = app.page.run_async(OPEN, vec![json!(first), json!(last)]).await;
    took.as_f64().expect("milliseconds")
}

async fn scroll_top(app: &App<'_>) -> f64 {
    let top = app.page.run(&format!("return {MESSAGES}.scrollTop"), vec![]).await;
    top.as_f64().expect("a number")
}
