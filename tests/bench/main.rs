//! What is fast enough, measured: against an empty Tauri window, libvips, an empty page, and limits of our own.
//!
//! `scripts/bench [PART…]` builds what is needed in release and runs this; parts are `start`, `thumbnails`, `import`, `queries`,
//! `scrolling`, `large`, `chat`, `streaming`, `transcript`, `queue` and `ledger`. A further part, `client`, is in the benches of the crate `venice`. BENCHMARKS.md tells how each figure
//! comes about.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a measurement that can't go on says where it stopped"
)]
#![allow(
    clippy::doc_markdown,
    clippy::needless_raw_string_hashes,
    clippy::semicolon_if_nothing_returned,
    reason = "what is shared with the end-to-end tests is written for a test target"
)]

#[path = "../e2e/app.rs"]
#[expect(dead_code, reason = "the end-to-end tests use the rest")]
mod app;
#[path = "../e2e/desktop.rs"]
#[expect(dead_code, reason = "the end-to-end tests use the rest")]
mod desktop;
#[path = "../e2e/driver.rs"]
mod driver;
#[path = "../e2e/page.rs"]
#[expect(dead_code, reason = "the end-to-end tests use the rest")]
mod page;
#[path = "../e2e/sandbox.rs"]
#[expect(dead_code, reason = "the end-to-end tests use the rest")]
mod sandbox;
#[path = "../e2e/screenshots.rs"]
mod screenshots;

mod chat;
mod conversations;
mod film;
mod frames;
mod import;
mod large;
mod ledger;
mod library;
mod memory;
mod photographs;
mod processor;
mod queries;
mod queue;
mod queued;
mod relay;
mod results;
mod screen;
mod scrolling;
mod start;
mod streaming;
mod thumbnails;
mod transcript;

use std::{env, process::ExitCode};

use crate::{desktop::project, results::Results};

impl app::App<'_> {
    /// Leaves the welcome of a first start.
    async fn leave_welcome(&self) {
        self.page.click("button", "Look around").await;
        self.page.wait_for_none("dialog", "/./").await;
    }
}

const PARTS: [&str; 11] = [
    "start",
    "thumbnails",
    "import",
    "queries",
    "scrolling",
    "large",
    "chat",
    "streaming",
    "transcript",
    "queue",
    "ledger",
];

#[tokio::main]
async fn main() -> ExitCode {
    // cargo bench says `--bench` to every program it runs.
    let chosen: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let Some((film::FETCHES, rest)) = chosen.split_first().map(|(first, rest)| (first.as_str(), rest)) {
        film::fetch(rest).await;
        return ExitCode::SUCCESS;
    }
    if let Some(unknown) = chosen.iter().find(|part| !PARTS.contains(&part.as_str())) {
        println!("There is no part {unknown:?}; there are client, {}.", PARTS.join(", "));
        return ExitCode::from(2);
    }
    let wanted = |part: &str| chosen.is_empty() || chosen.iter().any(|chosen| chosen == part);
    let mut results = Results::default();
    if wanted("start") {
        start::measure(&mut results).await;
    }
    if wanted("thumbnails") {
        thumbnails::measure(&mut results);
    }
    if wanted("import") {
        import::measure(&mut results).await;
    }
    if wanted("queries") {
        queries::measure(&mut results);
    }
    if wanted("scrolling") {
        scrolling::measure(&mut results).await;
    }
    if wanted("large") {
        large::measure(&mut results).await;
    }
    if wanted("chat") {
        chat::measure(&mut results).await;
    }
    if wanted("streaming") {
        streaming::measure(&mut results).await;
    }
    if wanted("transcript") {
        transcript::measure(&mut results).await;
    }
    if wanted("queue") {
        queue::measure(&mut results).await;
        film::measure(&mut results);
    }
    if wanted("ledger") {
        ledger::measure(&mut results).await;
    }
    let path = results.write();
    println!("\n{}\nWritten to {}", results.table(), path.display());
    if results.all_hold() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
