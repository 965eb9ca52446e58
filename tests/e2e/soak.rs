//! The main job over and over: what the app holds must not grow with what was done.

use std::{
    env, fs,
    time::{Duration, Instant},
};

use rustix::process::Pid;

use crate::app::Home;

/// How much more the app may hold at the end than after the first rounds, in MB.
const MAY_GROW: u64 = 150;

/// Rounds after which caches are full and measuring begins.
const WARM_UP: u64 = 5;

#[tokio::test]
#[ignore = "takes half an hour: \"make soak\" runs it"]
async fn soak() {
    let minutes =
        env::var("CANALETTO_SOAK_MINUTES").ok().and_then(|minutes| minutes.parse().ok()).unwrap_or(30);
    let end = Instant::now() + Duration::from_secs(60 * minutes);
    let (home, sandbox) = Home::with_sandbox();
    let app = home.open().await;
    app.resize(1280, 800).await;
    app.look_around().await;
    let (mut rounds, mut before) = (0, None);
    while Instant::now() < end || before.is_none() {
        rounds += 1;
        app.go("Image").await;
        app.make(&format!("Boats in the rain, number {rounds}"), 4).await;
        app.page.read(&format!("number {rounds}")).await;
        app.page.wait_for_none("progressbar", "/^Working on /").await;
        app.go("Library").await;
        app.page.find("gridcell", &format!("/number {rounds}/")).await;
        app.go("Queue").await;
        app.page.find("row", &format!("/number {rounds}.* Done/")).await;
        let held = held(app.process());
        println!("round {rounds}: {held} MB");
        if rounds == WARM_UP {
            before = Some(held);
        }
    }
    assert_eq!(sandbox.requests("generateImage"), rounds, "each round asked once");
    let (before, after) = (before.unwrap_or_default(), held(app.process()));
    assert!(after <= before + MAY_GROW, "{before} MB after {WARM_UP} rounds, {after} MB after {rounds}");
    app.quit();
}

/// The memory of a process and all it started, shared pages counted in part (PSS), in MB.
fn held(process: Pid) -> u64 {
    let process = process.as_raw_nonzero().get();
    let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let children: String = threads
        .map(|thread| fs::read_to_string(thread.path().join("children")).unwrap_or_default())
        .collect();
    let children = children.split_whitespace().filter_map(|child| Pid::from_raw(child.parse().ok()?));
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
    let own = rollup
        .lines()
        .find_map(|line| line.strip_prefix("Pss:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    own.unwrap_or_default() / 1024 + children.map(held).sum::<u64>()
}
