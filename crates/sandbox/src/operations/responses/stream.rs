//! A response as a stream of named events, under `OpenAI`'s names: the description is silent about them.

use std::collections::VecDeque;

use bytes::Bytes;
use futures_util::stream;
use serde_json::{Value, json};

use super::output::Told;
use crate::{
    answer::{Answer, Chunk, Streamed},
    dialogue::Meter,
    sse,
    words::{count, tokens},
};

/// A named event, and the tokens that it counts for.
type Event = (&'static str, Value, u64);

struct Telling {
    told: Told,
    left: VecDeque<Event>,
    meter: Meter,
    /// The number of the next event.
    number: u64,
}

pub(super) fn answer(told: Told, meter: Meter) -> Answer {
    let left = events(&told);
    let chunks = left.len().div_ceil(told.call.house.pace.together());
    let telling = Telling { told, left, meter, number: 0 };
    Answer::events(Streamed::new(stream::unfold(telling, next)).of_count(chunks))
}

async fn next(mut telling: Telling) -> Option<(Chunk, Telling)> {
    if telling.meter.is_over() {
        return None;
    }
    let (mut text, mut tokens) = (String::new(), 0);
    for _ in 0..telling.told.call.house.pace.together() {
        let Some((name, data, count)) = telling.left.pop_front() else { break };
        tokens += count;
        telling.write(&mut text, name, data);
    }
    telling.meter.tell(tokens);
    if telling.left.is_empty() {
        let (name, response) = if telling.meter.settle().await.is_ok() {
            ("response.completed", telling.told.to_json())
        } else {
            let mut failed = telling.told.shell("failed", &[]);
            failed["error"] =
                json!({"code": "UNKNOWN_ERROR", "message": "The sandbox can't write its ledger"});
            ("response.failed", failed)
        };
        telling.write(&mut text, name, json!({"response": response}));
    }
    let wait = telling.told.call.house.pace.of(tokens);
    Some((Chunk { wait, bytes: Bytes::from(text) }, telling))
}

impl Telling {
    fn write(&mut self, text: &mut String, name: &'static str, mut data: Value) {
        data["type"] = json!(name);
        data["sequence_number"] = json!(self.number);
        self.number += 1;
        text.push_str(&sse::named(name, &data));
    }
}

/// Everything but the last event.
fn events(told: &Told) -> VecDeque<Event> {
    let begun = told.shell("in_progress", &[]);
    let mut events = VecDeque::from([
        ("response.created", json!({"response": begun}), 0),
        ("response.in_progress", json!({"response": begun}), 0),
    ]);
    for (place, item) in told.items().into_iter().enumerate() {
        match item["type"].as_str() {
            Some("reasoning") => reasoning(told, place, &item, &mut events),
            Some("web_search_call") => search(place, &item, &mut events),
            Some("function_call") => call(place, &item, &mut events),
            _ => message(told, place, &item, &mut events),
        }
        events.push_back(("response.output_item.done", json!({"output_index": place, "item": item}), 0));
    }
    events
}

fn begins(place: usize, item: &Value, without: &[(&str, Value)], events: &mut VecDeque<Event>) {
    let mut begun = item.clone();
    for (name, empty) in without {
        begun[*name] = empty.clone();
    }
    events.push_back(("response.output_item.added", json!({"output_index": place, "item": begun}), 0));
}

fn reasoning(told: &Told, place: usize, item: &Value, events: &mut VecDeque<Event>) {
    begins(place, item, &[("summary", json!([]))], events);
    let id = &item["id"];
    let thoughts = told.thoughts();
    // Thoughts that are left out of the summary are used all the same.
    let mut untold =
        told.reply.reasoning_tokens.saturating_sub(thoughts.iter().map(|thought| count(thought)).sum());
    for (part, thought) in thoughts.iter().enumerate() {
        let at = json!({"item_id": id, "output_index": place, "summary_index": part});
        let with = |name: &str, value: Value| {
            let mut said = at.clone();
            said[name] = value;
            said
        };
        let whole = json!({"type": "summary_text", "text": thought});
        events.push_back((
            "response.reasoning_summary_part.added",
            with("part", json!({"type": "summary_text", "text": ""})),
            std::mem::take(&mut untold),
        ));
        for token in tokens(thought) {
            events.push_back(("response.reasoning_summary_text.delta", with("delta", json!(token)), 1));
        }
        events.push_back(("response.reasoning_summary_text.done", with("text", json!(thought)), 0));
        events.push_back(("response.reasoning_summary_part.done", with("part", whole), 0));
    }
}

fn search(place: usize, item: &Value, events: &mut VecDeque<Event>) {
    begins(place, item, &[("status", json!("in_progress"))], events);
    let at = json!({"item_id": item["id"], "output_index": place});
    for name in [
        "response.web_search_call.in_progress",
        "response.web_search_call.searching",
        "response.web_search_call.completed",
    ] {
        events.push_back((name, at.clone(), 0));
    }
}

fn call(place: usize, item: &Value, events: &mut VecDeque<Event>) {
    begins(place, item, &[("arguments", json!("")), ("status", json!("in_progress"))], events);
    let arguments = item["arguments"].as_str().unwrap_or_default();
    let mut name = count(item["name"].as_str().unwrap_or_default());
    for token in tokens(arguments) {
        let said = json!({"item_id": item["id"], "output_index": place, "delta": token});
        events.push_back(("response.function_call_arguments.delta", said, 1 + std::mem::take(&mut name)));
    }
    let said = json!({"item_id": item["id"], "output_index": place, "arguments": arguments});
    events.push_back(("response.function_call_arguments.done", said, 0));
}

fn message(told: &Told, place: usize, item: &Value, events: &mut VecDeque<Event>) {
    begins(place, item, &[("content", json!([])), ("status", json!("in_progress"))], events);
    let at = json!({"item_id": item["id"], "output_index": place, "content_index": 0});
    let with = |name: &str, value: Value| {
        let mut said = at.clone();
        said[name] = value;
        said
    };
    let empty = json!({"type": "output_text", "text": "", "annotations": []});
    events.push_back(("response.content_part.added", with("part", empty), 0));
    for token in tokens(&told.reply.text) {
        events.push_back(("response.output_text.delta", with("delta", json!(token)), 1));
    }
    for (number, annotation) in told.annotations().into_iter().enumerate() {
        let mut said = with("annotation", annotation);
        said["annotation_index"] = json!(number);
        events.push_back(("response.output_text.annotation.added", said, 0));
    }
    events.push_back(("response.output_text.done", with("text", json!(told.reply.text)), 0));
    events.push_back(("response.content_part.done", with("part", told.text()), 0));
}
