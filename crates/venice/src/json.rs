//! JSON of any shape, as a type for bindings. Its numbers are those of JavaScript.

use std::collections::BTreeMap;

/// What stands for [`serde_json::Value`] in bindings.
#[derive(serde::Serialize, serde::Deserialize, specta::Type)]
#[serde(untagged)]
pub enum Json {
    /// Nothing.
    Null(()),
    /// Yes or no.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// Values by name.
    Object(BTreeMap<String, Json>),
}
