//! Reading Server-Sent Events.

use reqwest::Response;
use serde_json::Value;

/// A stream that was read to its end.
pub struct Events {
    /// The data of each event; those that are no JSON are left out.
    pub data: Vec<Value>,
    /// The names of named events.
    pub names: Vec<String>,
    /// Whether it was closed with `[DONE]`.
    pub done: bool,
}

pub async fn read(response: Response) -> Events {
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/event-stream; charset=utf-8");
    parse(&response.text().await.unwrap())
}

pub fn parse(text: &str) -> Events {
    let mut events = Events { data: Vec::new(), names: Vec::new(), done: text.ends_with("data: [DONE]\n\n") };
    for event in text.split("\n\n") {
        for line in event.lines() {
            if let Some(name) = line.strip_prefix("event: ") {
                events.names.push(name.to_owned());
            }
            if let Some(data) = line.strip_prefix("data: ") {
                events.data.extend(serde_json::from_str::<Value>(data));
            }
        }
    }
    events
}

impl Events {
    /// What a field of the deltas of a choice is together.
    pub fn joined(&self, choice: u64, field: &str) -> String {
        self.choices(choice).filter_map(|said| said["delta"][field].as_str()).collect()
    }

    pub fn choices(&self, choice: u64) -> impl Iterator<Item = &Value> {
        let all = self.data.iter().filter_map(|event| event["choices"].as_array()).flatten();
        all.filter(move |said| said["index"] == choice)
    }

    pub fn finish(&self, choice: u64) -> Vec<String> {
        self.choices(choice).filter_map(|said| said["finish_reason"].as_str()).map(str::to_owned).collect()
    }
}
