//! The offline Venice, which knows what was charged: as a program of its own, which goes on when a test kills the app, or
//! the one that is built into the app.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

/// A running sandbox.
pub struct Sandbox {
    /// None for the one in the app, which ends with it.
    process: Option<Child>,
    /// Where the app sends its requests.
    pub base_url: String,
    /// The key that it takes.
    pub api_key: String,
    /// The key for billing and keys.
    pub admin_key: String,
}

/// The program, beside the app's own.
fn program() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_canaletto")).with_file_name("sandbox");
    assert!(
        program.exists(),
        "{} is missing; \"cargo build --workspace --bins\" makes it",
        program.display()
    );
    program
}

impl Sandbox {
    /// Starts one that keeps its books in `folder` and works as fast as it can.
    pub fn start(folder: &Path) -> Self {
        Self::start_with(folder, &[])
    }

    /// The same with further arguments of the program.
    pub fn start_with(folder: &Path, more: &[&str]) -> Self {
        let mut process = Command::new(program())
            .args(["--port", "0", "--seed", "7", "--image-rate", "1000", "--latency", "0"])
            .args(more)
            .arg("--state")
            .arg(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the sandbox starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("a pipe")).read_line(&mut line).expect("its first line");
        let said: Value = serde_json::from_str(&line).expect("one JSON object in the first line");
        let text = |name: &str| said[name].as_str().expect(name).to_owned();
        Self {
            base_url: text("base_url"),
            api_key: text("api_key"),
            admin_key: text("admin_key"),
            process: Some(process),
        }
    }

    /// The one in an app that is open, by the folder that the app keeps everything in.
    pub fn built_in(kept: &Path) -> Self {
        let said = fs::read(kept.join("sandbox/sandbox.json")).expect("the sandbox has started");
        let said: Value = serde_json::from_slice(&said).expect("JSON");
        let text = |name: &str| said[name].as_str().expect(name).to_owned();
        Self {
            base_url: format!("http://127.0.0.1:{}/api/v1", said["port"]),
            api_key: text("api_key"),
            admin_key: text("admin_key"),
            process: None,
        }
    }

    /// Texts come as fast as they can be written, and what is queued is done at once.
    pub fn hurry(&self) {
        self.pace(0);
        self.queue_takes(0);
    }

    /// Texts come with so many tokens a second; zero: as fast as they can be written.
    pub fn pace(&self, tokens_per_second: u64) {
        self.control("POST", "pace", Some(&json!({"tokens_per_second": tokens_per_second})));
    }

    /// From now on work that is queued takes so long.
    pub fn queue_takes(&self, seconds: u32) {
        self.control("POST", "queue", Some(&json!({"seconds": seconds})));
    }

    /// What was charged so far, a row for each charge.
    pub fn charges(&self) -> Vec<Value> {
        self.control("GET", "ledger", None)["charges"].as_array().expect("charges").clone()
    }

    /// How many requests for an operation it has answered, or would have, had the app lived.
    pub fn requests(&self, operation: &str) -> u64 {
        let seen = self.answers().into_iter().filter(|(of, _, _)| of == operation);
        seen.map(|(_, _, count)| count).sum()
    }

    /// How often each operation was answered with which status.
    pub fn answers(&self) -> Vec<(String, u64, u64)> {
        let seen = self.control("GET", "requests", None);
        let number = |value: &Value| value.as_u64().expect("a number");
        let rows = seen.as_array().expect("requests").iter();
        rows.map(|row| {
            let operation = row["operation"].as_str().expect("an operation").to_owned();
            (operation, number(&row["status"]), number(&row["count"]))
        })
        .collect()
    }

    /// Arms a fault for the next request of an operation: `{"kind": …}` with its values.
    pub fn arm(&self, operation: &str, mut fault: Value) {
        fault["operation"] = json!(operation);
        self.control("POST", "faults", Some(&fault));
    }

    /// HTTP/1.0 by hand: the answer ends with the connection, and no client is needed for it.
    pub fn control(&self, method: &str, route: &str, body: Option<&Value>) -> Value {
        let authority = self.base_url.trim_start_matches("http://").trim_end_matches("/api/v1");
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut stream = TcpStream::connect(authority).expect("the sandbox listens");
        write!(
            stream,
            "{method} /__sandbox/{route} HTTP/1.0\r\nHost: {authority}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .expect("the request is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.contains(" 200 "), "{method} {route}: {head}\n{body}");
        serde_json::from_str(body).expect("JSON")
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            let _ = kill_process(Pid::from_child(process), Signal::TERM);
            let _ = process.wait();
        }
    }
}
