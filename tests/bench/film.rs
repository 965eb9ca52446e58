//! A film as large as they come: what a process that has it made, fetches it and keeps it holds beyond what it held before.

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Write as _, stdin},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
};

use serde_json::{Value, json};
use studio::{
    Studio,
    events::AppEvent,
    jobs::{steps::is_open, view::JobState},
};
use tokio::sync::mpsc;

use crate::{queued, results::Results, sandbox::Sandbox};

/// The first argument of the process that fetches.
pub const FETCHES: &str = "fetch-a-film";
/// What it says, and what it is told, before the large one.
const READY: &str = "ready";
/// How large the film is, in megabytes of 1,048,576 bytes.
const SIZE: u64 = 500;
/// How much more may be held, in the same.
const MAY_GROW: f64 = 32.0;

/// What is held at most meanwhile, for both ways a film can come.
pub fn measure(results: &mut Results) {
    println!("\nA film of {SIZE} MB …");
    for (name, model) in [
        ("memory for a film of 500 MB, from its link", queued::BY_LINK),
        ("memory for a film of 500 MB, in the answer", queued::IN_ANSWER),
    ] {
        let folder = tempfile::tempdir_in(crate::results::folder()).expect("a folder");
        let sandbox = Sandbox::start(&folder.path().join("sandbox"));
        let grown = in_a_process(&folder.path().join("home"), &sandbox, model);
        results.add(name, "MB", grown, MAY_GROW, 1.0);
    }
}

/// A process of its own has a small film made, and then the large one. Answers by how much it grew with that.
fn in_a_process(home: &Path, sandbox: &Sandbox, model: &str) -> f64 {
    let mut process = Command::new(env::current_exe().expect("this program"));
    process.arg(FETCHES).arg(home).args([&sandbox.base_url, &sandbox.api_key, model]);
    let mut process = process.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut said = BufReader::new(process.stdout.take().expect("a pipe")).lines();
    let mut next = || said.next().expect("it says more").expect("a line");
    assert_eq!(next(), READY);
    sandbox.control("POST", "queue", Some(&json!({"padding_mb": SIZE})));
    writeln!(process.stdin.take().expect("a pipe"), "{READY}").expect("it listens");
    let told: Value = serde_json::from_str(&next()).expect("JSON");
    assert!(process.wait().expect("it ends").success());
    let number = |name: &str| told[name].as_f64().expect("a number");
    println!("{model}: {told}");
    assert!(number("bytes") >= (SIZE << 20) as f64, "all of it is kept");
    (number("most_kb") - number("before_kb")) / 1024.0
}

/// What that process does. A small film goes before, so that all that is needed for any film is there already.
pub async fn fetch(arguments: &[String]) {
    let [home, base_url, key, model] = arguments else { panic!("it wants four arguments") };
    let (tell, mut told) = mpsc::unbounded_channel();
    let ears = Arc::new(move |event| {
        let _ = tell.send(event);
    });
    let studio = queued::open(Path::new(home), (base_url, key), ears).await;
    kept(&studio, &mut told, model).await;
    println!("{READY}");
    let mut line = String::new();
    stdin().read_line(&mut line).expect("a line");

    // From here on the most that is held is counted anew.
    fs::write("/proc/self/clear_refs", "5").expect("Linux");
    let before = most_held();
    let bytes = kept(&studio, &mut told, model).await;
    println!("{}", json!({"before_kb": before, "most_kb": most_held(), "bytes": bytes}));
    studio.close().await;
}

/// Has a film made, and waits until it is in the library. Answers how large it is.
async fn kept(studio: &Studio, told: &mut mpsc::UnboundedReceiver<AppEvent>, model: &str) -> u64 {
    let id = queued::shoot(studio, queued::film(model, "a gondola at dusk")).await;
    loop {
        let AppEvent::Job { job } = told.recv().await.expect("an event") else { continue };
        if job.id == id && !is_open(job.state) {
            assert_eq!(job.state, JobState::Saved, "{:?}", job.error);
            let items = studio.items(job.items).await.expect("an item");
            return items.into_iter().map(|item| item.bytes).sum();
        }
    }
}

/// The most that this process has held, in kilobytes of 1,024 bytes.
fn most_held() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the most it held");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}
