//! A response's items.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    chance::mix,
    dialogue::{Finish, Prepared, Reply, Usage},
    operations::Call,
};

/// Everything that is told of one request.
pub(super) struct Told {
    pub(super) call: Call,
    pub(super) prepared: Arc<Prepared>,
    pub(super) reply: Reply,
    pub(super) usage: Usage,
    pub(super) created: i64,
    /// Whether the thoughts are told in full, or their first sentence alone.
    pub(super) summary: bool,
}

impl Told {
    /// The whole response.
    pub(super) fn to_json(&self) -> Value {
        let mut said = self.shell("completed", &self.items());
        let Usage { prompt, completion, cached, reasoning, .. } = self.usage;
        said["usage"] = json!({"input_tokens": prompt, "input_tokens_details": {"cached_tokens": cached},
            "output_tokens": completion, "output_tokens_details": {"reasoning_tokens": reasoning},
            "total_tokens": prompt + completion});
        if self.reply.finish == Finish::Length {
            said["incomplete_details"] = json!({"reason": "max_output_tokens"});
        }
        said
    }

    pub(super) fn shell(&self, status: &str, output: &[Value]) -> Value {
        json!({"id": self.call.id, "object": "response", "created_at": self.created,
            "model": self.prepared.model.id, "status": status, "output": output})
    }

    /// An item's id.
    pub(super) fn item_id(&self, kind: &str, place: usize) -> String {
        format!("{kind}_{:016x}", mix(place as u64, &self.call.id))
    }

    /// The thoughts, a paragraph each.
    pub(super) fn thoughts(&self) -> Vec<&str> {
        let paragraphs = self.reply.reasoning.split("\n\n").filter(|text| !text.is_empty());
        if self.summary { paragraphs.collect() } else { paragraphs.take(1).collect() }
    }

    pub(super) fn searched(&self) -> bool {
        !self.prepared.found.is_empty()
    }

    pub(super) fn items(&self) -> Vec<Value> {
        let mut items = Vec::new();
        if !self.reply.reasoning.is_empty() {
            items.push(json!({"type": "reasoning", "id": self.item_id("rs", 0), "summary": self.thoughts()}));
        }
        if self.searched() {
            items
                .push(json!({"type": "web_search_call", "id": self.item_id("ws", 1), "status": "completed"}));
        }
        for (place, call) in self.reply.calls.iter().enumerate() {
            items.push(json!({"type": "function_call", "id": self.item_id("fc", place), "call_id": self.item_id("call", place),
                "name": call.name, "arguments": call.arguments, "status": "completed"}));
        }
        if self.reply.calls.is_empty() {
            items.push(json!({"type": "message", "id": self.item_id("msg", 2), "status": "completed", "role": "assistant",
                "content": [self.text()]}));
        }
        items
    }

    pub(super) fn text(&self) -> Value {
        json!({"type": "output_text", "text": self.reply.text, "annotations": self.annotations()})
    }

    /// Where pages are cited: at their marks, or else at their titles. Places count characters.
    pub(super) fn annotations(&self) -> Vec<Value> {
        let text = &self.reply.text;
        let found = self.prepared.found.iter().enumerate();
        found
            .filter_map(|(place, page)| {
                let marks = [format!("[REF]{place}[/REF]"), format!("^{}^", place + 1), page.title.clone()];
                let (at, mark) = marks.iter().find_map(|mark| Some((text.find(mark.as_str())?, mark)))?;
                let start = text[..at].chars().count();
                Some(
                    json!({"type": "url_citation", "url": page.url, "title": page.title, "start_index": start,
                    "end_index": start + mark.chars().count()}),
                )
            })
            .collect()
    }
}
