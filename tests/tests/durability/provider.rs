//! What a run asks of the sandbox beside the studio: trouble, and its own look at what was made.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use serde_json::{Value, json};

use super::plan::{Plan, Trouble, Work};
use crate::sandbox::Sandbox;

/// Films are made this much larger, so that there is a middle to their downloads.
const PADDING_MB: u32 = 2;

/// Arms what a run is to meet.
pub fn arm(sandbox: &Sandbox, plan: &Plan) {
    let Plan { work, trouble, times, .. } = *plan;
    if matches!(work, Work::Film | Work::PrivateFilm) {
        tune(sandbox, &json!({"padding_mb": PADDING_MB}));
    }
    match trouble {
        Trouble::LostAnswer => sandbox.arm(work.paid(), json!({"kind": "lost_answer"})),
        Trouble::Refused => sandbox.arm(work.paid(), json!({"kind": "status", "status": 422, "times": 0})),
        Trouble::ServerFails => {
            sandbox.arm(work.retrieve(), json!({"kind": "status", "status": 500, "times": times}));
        }
        Trouble::Cut => {
            let times = if work == Work::PrivateFilm { 2 } else { 1 };
            sandbox.arm(work.result(), json!({"kind": "cut_body", "times": times}));
        }
        Trouble::Gone => tune(sandbox, &json!({"seconds": 3})),
        Trouble::FullDisk => tune(sandbox, &json!({"seconds": 2})),
        Trouble::TurnedDown => tune(sandbox, &json!({"fate": "refused"})),
        Trouble::None => {}
    }
    if work.is_remote() {
        let late = json!({"kind": "latency", "ms": plan.answers_after});
        sandbox.arm(work.paid(), late);
        // Bytes come piece by piece, and clearing takes its time.
        sandbox.arm(work.result(), json!({"kind": "latency", "ms": 0, "between_ms": 8, "times": 0}));
        sandbox.arm(work.clearing(), json!({"kind": "latency", "ms": 60, "times": 0}));
    } else {
        sandbox.arm(work.paid(), json!({"kind": "latency", "ms": plan.answers_after, "between_ms": 8}));
    }
}

fn tune(sandbox: &Sandbox, orders: &Value) {
    sandbox.control("POST", "queue", Some(orders));
}

/// The only job in the sandbox's queue, if it was taken on.
pub fn queued(sandbox: &Sandbox) -> Option<Value> {
    let queue = sandbox.control("GET", "queue", None);
    let jobs = queue.as_array().expect("jobs");
    assert!(jobs.len() <= 1, "it is queued once: {queue}");
    jobs.first().cloned()
}

/// Has the provider let go of what it has, as it does when its time is up.
pub fn let_go(sandbox: &Sandbox, job: &Value, work: Work) {
    let route = if work == Work::Music { "audio/complete" } else { "video/complete" };
    let wish = json!({"model": job["model"], "queue_id": job["queue_id"]});
    let (status, body) = ask(sandbox, "POST", &format!("/api/v1/{route}"), Some(&wish));
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
}

/// What the provider has of a result.
pub fn copy(sandbox: &Sandbox, job: &Value, work: Work, address: Option<&str>) -> Vec<u8> {
    let (status, body) = if let Some(address) = address {
        let path = address.splitn(4, '/').last().expect("a path");
        ask(sandbox, "GET", &format!("/{path}"), None)
    } else {
        let route = if work == Work::Music { "audio/retrieve" } else { "video/retrieve" };
        let wish = json!({"model": job["model"], "queue_id": job["queue_id"]});
        ask(sandbox, "POST", &format!("/api/v1/{route}"), Some(&wish))
    };
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
    body
}

/// HTTP/1.0: the answer ends with the connection. Addresses of files take no key.
fn ask(sandbox: &Sandbox, method: &str, path: &str, body: Option<&Value>) -> (u16, Vec<u8>) {
    let authority = sandbox.base_url.trim_start_matches("http://").trim_end_matches("/api/v1");
    let key = match body {
        Some(_) => format!("Authorization: Bearer {}\r\n", sandbox.api_key),
        None => String::new(),
    };
    let body = body.map(Value::to_string).unwrap_or_default();
    let mut stream = TcpStream::connect(authority).expect("the sandbox listens");
    write!(
        stream,
        "{method} {path} HTTP/1.0\r\nHost: {authority}\r\n{key}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .expect("the request is sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, answer.split_off(end + 4))
}
