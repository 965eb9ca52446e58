//! The sandbox as a process of its own, and its state over restarts.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use sandbox::{Config, Sandbox};
use serde_json::{Value, json};

use crate::client::{Caller, http};

struct Process {
    child: Child,
    first: Value,
}

impl Process {
    fn start(arguments: &[&str], state: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_sandbox"))
            .args(arguments)
            .arg("--state")
            .arg(state)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, first: serde_json::from_str(&line).unwrap() }
    }

    fn text(&self, name: &str) -> &str {
        self.first[name].as_str().unwrap()
    }

    async fn picture(&self) -> reqwest::Result<reqwest::Response> {
        let body = json!({"model": "z-image-turbo", "prompt": "a", "width": 256, "height": 256});
        let request = http().post(format!("{}/image/generate", self.text("base_url")));
        request.bearer_auth(self.text("api_key")).json(&body).send().await
    }

    async fn post(&self, path: &str, body: &Value) -> reqwest::Response {
        let request = http().post(format!("{}{path}", self.text("base_url")));
        request.bearer_auth(self.text("api_key")).json(body).send().await.unwrap()
    }

    async fn ledger(&self) -> Value {
        let url = self.text("base_url").replace("/api/v1", "/__sandbox/ledger");
        http().get(url).send().await.unwrap().json().await.unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_sandbox_goes_on_from_what_it_had_told() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["--seed", "7", "--latency", "0", "--fault", "generateImage:lost_answer:1:1"];
    let mut first = Process::start(&arguments, folder.path());
    assert!(first.text("base_url").ends_with("/api/v1"));
    assert_eq!(first.picture().await.unwrap().status(), 200);
    assert!(first.picture().await.is_err(), "the second answer is lost");
    let told = first.ledger().await;
    assert_eq!(told["charges"].as_array().unwrap().len(), 2);
    first.child.kill().unwrap();
    first.child.wait().unwrap();
    let second = Process::start(&["--seed", "7", "--latency", "0"], folder.path());
    assert_eq!(second.ledger().await, told);
    assert_eq!(second.first, first.first, "the same port and keys");
    assert_eq!(second.picture().await.unwrap().status(), 200);
    let ledger = second.ledger().await;
    let mut ids: Vec<_> =
        ledger["charges"].as_array().unwrap().iter().map(|row| row["request_id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3, "no id comes twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn queued_work_outlives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = Process::start(&["--seed", "7", "--latency", "0"], folder.path());
    let body = json!({"model": "elevenlabs-sound-effects-v2", "prompt": "a bell", "duration_seconds": 2});
    let job: Value = first.post("/audio/queue", &body).await.json().await.unwrap();
    first.child.kill().unwrap();
    first.child.wait().unwrap();
    let second = Process::start(&["--seed", "7", "--latency", "0"], folder.path());
    let asked = json!({"model": job["model"], "queue_id": job["queue_id"]});
    let made = second.post("/audio/retrieve", &asked).await;
    assert_eq!(made.headers()["content-type"], "audio/mpeg");
    let ledger = second.ledger().await;
    assert_eq!(ledger["charges"].as_array().unwrap().len(), 1);
    assert_eq!(ledger["charges"][0]["request_id"], job["queue_id"]);
}

#[cfg(unix)]
#[test]
fn it_ends_cleanly_when_asked_to() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = Process::start(&[], folder.path());
    Command::new("kill").args(["-TERM", &process.child.id().to_string()]).status().unwrap();
    assert!(process.child.wait().unwrap().success());
}

/// What a sandbox says that won't start.
fn refused(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sandbox"));
    let command = command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    if !line.is_empty() {
        // It serves all the same, and would never end by itself.
        child.kill().unwrap();
    }
    let output = child.wait_with_output().unwrap();
    assert!(line.is_empty() && !output.status.success(), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn routes_and_wrong_flags() {
    let listed = Command::new(env!("CARGO_BIN_EXE_sandbox")).arg("--routes").output().unwrap();
    let routes = String::from_utf8(listed.stdout).unwrap();
    assert_eq!(routes.lines().count(), sandbox::routes().len());
    assert!(routes.contains("generateImage POST /image/generate\n"));
    for wrong in [
        &["--prot", "1"][..],
        &["--port"],
        &["--port", "many"],
        &["--fault", "x"],
        &["--fault", "generateImages:garbage"],
        &["--rate", "image"],
        &["--rate", "poems=1"],
    ] {
        assert!(!refused(wrong).is_empty(), "{wrong:?}");
    }
}

#[tokio::test]
async fn state_is_kept_over_a_restart_within_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let config = || Config { state_dir: Some(folder.path().to_owned()), ..Config::instant() };
    let first = Caller::new(config()).await;
    let (address, key) = (first.running.base_url(), first.running.api_key().to_owned());
    first.picture("a", 1).send().await.unwrap();
    assert!(Sandbox::start(config()).await.is_err(), "the folder is in use");
    first.running.shutdown().await;
    let second = Caller::new(config()).await;
    assert_eq!((second.running.base_url(), second.running.api_key()), (address, key.as_str()));
    assert_eq!(second.charges().await.len(), 1);
}

#[test]
fn a_damaged_ledger_is_named_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    drop(Process::start(&[], folder.path()));
    let path = folder.path().join("ledger.jsonl");
    let whole = std::fs::read_to_string(&path).unwrap();
    let damaged = format!("{whole}{{\"entry\"\n{whole}");
    std::fs::write(&path, &damaged).unwrap();
    let said = refused(&["--state", folder.path().to_str().unwrap()]);
    let line = whole.lines().count() + 1;
    assert!(said.starts_with(&format!("sandbox: line {line} of {} can't be read", path.display())), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), damaged);
}
