//! The messages of a chat completion, in all their roles and parts.

use serde_json::Value;

use crate::{
    dialogue::{Part, Role, Turn},
    fields::{Entry, Fields},
};

const ROLES: [&str; 5] = ["user", "assistant", "tool", "system", "developer"];
const SOUNDS: [&str; 9] = ["wav", "mp3", "aiff", "aac", "ogg", "flac", "m4a", "pcm16", "pcm24"];
/// The longest text or data URL of a message; the body's own limit comes first.
const LONGEST: usize = usize::MAX;

/// Takes the messages, of which there is at least one.
pub(super) fn take(fields: &mut Fields) -> Vec<Turn> {
    fields.required("messages");
    let present = fields.has("messages");
    let turns = fields.objects("messages", message);
    if present && turns.is_empty() {
        fields.reject("messages", "too_small", "Array must contain at least 1 element(s)");
    }
    turns
}

fn message(fields: &mut Fields) -> Turn {
    fields.required("role");
    let role = Role::of(fields.choice("role", &ROLES).unwrap_or("user"));
    fields.nullable(&["name", "tool_calls", "reasoning_content", "thought_signature"]);
    fields.text("name", 0..=1000);
    let mut turn = Turn::new(role, Vec::new());
    match role {
        Role::Assistant => {
            fields.nullable(&["content"]);
            fields.text("reasoning_content", 0..=LONGEST);
            fields.text("thought_signature", 0..=LONGEST);
            if fields.has("content") {
                content(fields, &mut turn, text_part);
            }
        }
        Role::Tool => {
            turn.answers = Some(fields.required_text("tool_call_id", 0..=1000));
            fields.required("content");
            turn.parts.extend(fields.text("content", 0..=LONGEST).map(Part::Text));
        }
        Role::User => {
            fields.required("content");
            content(fields, &mut turn, any_part);
        }
        Role::System | Role::Developer => {
            fields.required("content");
            content(fields, &mut turn, text_part);
        }
    }
    for call in fields.all("tool_calls") {
        if let Entry::Json(call) = call
            && let Some(name) = call["function"]["name"].as_str()
        {
            turn.calls.push((call["id"].as_str().unwrap_or_default().to_owned(), name.to_owned()));
        }
    }
    fields.leave_the_rest();
    turn
}

/// A text, or a list of parts that `read` takes.
fn content(fields: &mut Fields, turn: &mut Turn, read: fn(&mut Fields) -> (Option<Part>, bool)) {
    match fields.peek("content") {
        None => {}
        Some(Value::Array(_)) => {
            for (part, keep) in fields.objects("content", read) {
                turn.parts.extend(part);
                turn.keep |= keep;
            }
        }
        Some(_) => turn.parts.extend(fields.text("content", 0..=LONGEST).map(Part::Text)),
    }
}

fn text_part(fields: &mut Fields) -> (Option<Part>, bool) {
    part(fields, &["text"])
}

fn any_part(fields: &mut Fields) -> (Option<Part>, bool) {
    part(fields, &["text", "image_url", "input_audio", "video_url", "file"])
}

/// A part of one of these kinds, and whether it is to be kept in the cache.
fn part(fields: &mut Fields, kinds: &[&'static str]) -> (Option<Part>, bool) {
    fields.required("type");
    let kind = fields.choice("type", kinds);
    let keep = fields.object("cache_control", |inner| {
        inner.required("type");
        inner.choice("type", &["ephemeral"]);
        inner.text("ttl", 0..=100);
        inner.leave_the_rest();
    });
    let part = match kind {
        Some("text") => Some(Part::Text(fields.required_text("text", 1..=LONGEST))),
        Some("image_url") => inner(fields, "image_url", |inner| Part::Image(url(inner))),
        Some("video_url") => inner(fields, "video_url", |inner| Part::Video(url(inner))),
        Some("input_audio") => inner(fields, "input_audio", |inner| Part::Audio {
            data: inner.required_text("data", 1..=LONGEST),
            format: inner.choice("format", &SOUNDS).unwrap_or("wav"),
        }),
        Some("file") => inner(fields, "file", |inner| Part::File {
            data: inner.required_text("file_data", 1..=LONGEST),
            name: inner.text("filename", 0..=1000).unwrap_or_default(),
        }),
        _ => None,
    };
    fields.leave_the_rest();
    (part, keep.is_some())
}

fn inner(fields: &mut Fields, name: &str, read: impl FnOnce(&mut Fields) -> Part) -> Option<Part> {
    fields.required(name);
    fields.object(name, |inner| {
        let part = read(inner);
        inner.leave_the_rest();
        part
    })
}

fn url(fields: &mut Fields) -> String {
    let url = fields.required_text("url", 1..=LONGEST);
    if !url.is_empty() && !url.starts_with("data:") && url::Url::parse(&url).is_err() {
        fields.reject("url", "invalid_string", "Invalid url");
    }
    url
}
