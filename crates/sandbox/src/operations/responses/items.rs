//! The input of a response: a text, or items of every kind.

use serde_json::Value;

use crate::{
    dialogue::{Part, Role, Turn},
    fields::{Entry, Fields},
};

const KINDS: [&str; 5] = ["message", "reasoning", "function_call", "function_call_output", "item_reference"];
const STATUS: [&str; 2] = ["completed", "in_progress"];

/// Takes the input as turns.
pub(super) fn take(fields: &mut Fields) -> Vec<Turn> {
    fields.required("input");
    if fields.peek("input").is_some_and(Value::is_array) {
        return fields.objects("input", item).into_iter().flatten().collect();
    }
    let text = fields.text("input", 0..=usize::MAX);
    text.map(|text| Turn::new(Role::User, vec![Part::Text(text)])).into_iter().collect()
}

fn item(fields: &mut Fields) -> Option<Turn> {
    let kind = if fields.has("type") { fields.choice("type", &KINDS) } else { Some("message") };
    let turn = match kind {
        Some("message") => {
            fields.text("id", 0..=1000);
            fields.choice("status", &STATUS);
            Some(message(fields))
        }
        Some("reasoning") => {
            fields.nullable(&["id", "summary", "encrypted_content", "status"]);
            fields.text("id", 0..=1000);
            fields.text("encrypted_content", 0..=usize::MAX);
            fields.choice("status", &STATUS);
            fields.texts("summary", 0..=usize::MAX, usize::MAX);
            None
        }
        Some("function_call") => {
            fields.text("id", 0..=1000);
            fields.choice("status", &STATUS);
            let id = fields.required_text("call_id", 0..=1000);
            let name = fields.required_text("name", 0..=256);
            fields.required_text("arguments", 0..=usize::MAX);
            let mut turn = Turn::new(Role::Assistant, Vec::new());
            turn.calls.push((id, name));
            Some(turn)
        }
        Some("function_call_output") => {
            let id = fields.required_text("call_id", 0..=1000);
            fields.required("output");
            let output = match fields.one("output") {
                Some(Entry::Json(Value::String(text))) => text,
                Some(Entry::Json(value)) => value.to_string(),
                _ => String::new(),
            };
            let mut turn = Turn::new(Role::Tool, vec![Part::Text(output)]);
            turn.answers = Some(id);
            Some(turn)
        }
        Some("item_reference") => {
            // Nothing is kept between requests, so it leads nowhere.
            fields.required_text("id", 0..=1000);
            None
        }
        _ => None,
    };
    fields.leave_the_rest();
    turn
}

fn message(fields: &mut Fields) -> Turn {
    fields.required("role");
    let role = fields.choice("role", &["user", "assistant", "system", "developer"]).unwrap_or("user");
    fields.required("content");
    let parts = if fields.peek("content").is_some_and(Value::is_array) {
        fields.objects("content", part).into_iter().flatten().collect()
    } else {
        fields.text("content", 0..=usize::MAX).map(Part::Text).into_iter().collect()
    };
    Turn::new(Role::of(role), parts)
}

fn part(fields: &mut Fields) -> Option<Part> {
    fields.required("type");
    let part = match fields.choice("type", &["input_text", "input_image", "output_text", "text", "image_url"])
    {
        Some("input_text" | "output_text" | "text") => {
            Some(Part::Text(fields.required_text("text", 0..=usize::MAX)))
        }
        Some("input_image") => {
            fields.required("image_url");
            image(fields)
        }
        Some("image_url") => {
            fields.required("image_url");
            if fields.peek("image_url").is_some_and(Value::is_string) {
                fields.text("image_url", 1..=usize::MAX).map(Part::Image)
            } else {
                image(fields)
            }
        }
        _ => None,
    };
    fields.leave_the_rest();
    part
}

fn image(fields: &mut Fields) -> Option<Part> {
    fields.object("image_url", |inner| {
        let url = inner.required_text("url", 1..=usize::MAX);
        inner.choice("detail", &["auto", "low", "high"]);
        inner.leave_the_rest();
        Part::Image(url)
    })
}
