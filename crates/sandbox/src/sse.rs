//! Server-Sent Events.

use serde_json::Value;

/// What closes a stream.
pub(crate) const DONE: &str = "data: [DONE]\n\n";

/// An event without a name.
pub(crate) fn event(data: &Value) -> String {
    format!("data: {data}\n\n")
}

/// An event with a name.
pub(crate) fn named(name: &str, data: &Value) -> String {
    format!("event: {name}\ndata: {data}\n\n")
}
