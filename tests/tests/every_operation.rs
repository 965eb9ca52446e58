//! The client against the sandbox, operation by operation, and both against Venice's own description where it is at
//! hand: in `shared` beside the checkout, with a program that holds live traffic against it.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use venice::OPERATIONS;

use crate::{files, sandbox::Sandbox};

/// Sends every operation; each line of its output is `ok OPERATION` or `failed OPERATION: why`.
fn send_all(sandbox: &Sandbox, base_url: &str) -> Output {
    // As the workspace builds it, and without what cargo tells a test of itself: else libraries that look at that are
    // compiled anew, now and in the next build.
    let mut build = Command::new(env!("CARGO"));
    build
        .args(["build", "--quiet", "--workspace", "--example", "every_operation"])
        .current_dir(files::project());
    for (name, _) in std::env::vars_os() {
        let told = ["CARGO_PKG_", "CARGO_MANIFEST_", "OUT_DIR"];
        if told.iter().any(|start| name.to_string_lossy().starts_with(start)) {
            build.env_remove(name);
        }
    }
    assert!(build.status().expect("cargo runs").success());
    let example = PathBuf::from(env!("CARGO_BIN_EXE_canaletto")).with_file_name("examples/every_operation");
    Command::new(example)
        .args(["--base-url", base_url, "--api-key", &sandbox.api_key, "--admin-key", &sandbox.admin_key])
        .output()
        .expect("the example runs")
}

/// The operations that are said to be fine; anything else said is a failure.
fn fine(output: &Output) -> BTreeSet<String> {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let failed: Vec<_> = said.lines().filter(|line| line.starts_with("failed ")).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    said.lines().filter_map(|line| line.strip_prefix("ok ")).map(str::to_owned).collect()
}

fn all() -> BTreeSet<String> {
    OPERATIONS.iter().map(|operation| operation.id.to_owned()).collect()
}

#[test]
fn every_operation_is_answered_and_what_is_paid_is_charged() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(folder.path());
    assert_eq!(fine(&send_all(&sandbox, &sandbox.base_url)), all());

    let mut answered: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    for (operation, status, _) in sandbox.answers() {
        answered.entry(operation).or_default().insert(status);
    }
    let charged: BTreeSet<String> = sandbox
        .charges()
        .iter()
        .map(|charge| charge["operation"].as_str().expect("an operation").to_owned())
        .collect();
    for operation in OPERATIONS {
        let wanted = if operation.id == "getBillingUsage" { 410 } else { 200 };
        let statuses = answered.get(operation.id).cloned().unwrap_or_default();
        assert!(statuses.contains(&wanted), "{}: {statuses:?}", operation.id);
        assert_eq!(charged.contains(operation.id), operation.paid, "{}", operation.id);
    }
}

/// A program between the client and the sandbox.
struct Proxy(Child);

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = kill_process(Pid::from_child(&self.0), Signal::TERM);
        let _ = self.0.wait();
    }
}

#[test]
fn no_request_and_no_answer_breaks_the_description() {
    let proxy = files::project().join("../shared/tools/contract-proxy");
    let python = files::project().join("target/tools/contract/bin/python3");
    if !proxy.exists() || !python.exists() {
        println!("skipped: {} or {} isn't there", proxy.display(), python.display());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(folder.path());
    let upstream = sandbox.base_url.trim_end_matches("/api/v1");
    let report = folder.path().join("report.json");
    let mut child = Command::new(python)
        .arg(proxy)
        .args(["--upstream", upstream, "--listen", "127.0.0.1:0"])
        .arg("--report")
        .arg(&report)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the proxy starts");
    let mut first = String::new();
    let mut said = BufReader::new(child.stdout.take().expect("a pipe"));
    said.read_line(&mut first).expect("its first line");
    let proxy = Proxy(child);
    let base_url = first.trim().strip_prefix("listening on ").expect("where it listens");
    let fine = fine(&send_all(&sandbox, base_url));
    drop(proxy);
    assert_eq!(fine, all());
    let report: Value = serde_json::from_str(&std::fs::read_to_string(report).unwrap()).unwrap();
    assert_eq!(report["unseen"], serde_json::json!([]), "not every operation was seen");
    assert_eq!(report["violations"], serde_json::json!([]));
}
