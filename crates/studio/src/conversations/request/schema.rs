//! Strict schemas: every field is required, and no other is allowed.

use serde_json::Value;

/// What keeps a schema from being strict, and where: a JSON pointer.
pub(super) fn flaw(schema: &Value) -> Option<(String, &'static str)> {
    if !schema.is_object() {
        return Some((String::new(), "isn't a JSON object"));
    }
    if schema.get("type").is_some_and(|kind| kind != "object") || schema.get("properties").is_none() {
        return Some((String::new(), "must describe an object with properties"));
    }
    within(schema, "", 0)
}

/// Deeper than this nobody nests what is meant.
const DEEPEST: usize = 32;

fn within(schema: &Value, at: &str, depth: usize) -> Option<(String, &'static str)> {
    if depth > DEEPEST {
        return Some((at.to_owned(), "is nested too deeply"));
    }
    if let Some(properties) = schema.get("properties") {
        let Some(properties) = properties.as_object() else {
            return Some((at.to_owned(), "has properties that aren't an object"));
        };
        if schema.get("additionalProperties") != Some(&Value::Bool(false)) {
            return Some((at.to_owned(), "needs \"additionalProperties\": false"));
        }
        let required = schema.get("required").and_then(Value::as_array);
        let is_required = |name: &String| {
            required.is_some_and(|names| names.iter().any(|known| known.as_str() == Some(name)))
        };
        if let Some(name) = properties.keys().find(|name| !is_required(name)) {
            return Some((format!("{at}/properties/{name}"), "must be in \"required\""));
        }
        for (name, property) in properties {
            let flaw = within(property, &format!("{at}/properties/{name}"), depth + 1);
            if flaw.is_some() {
                return flaw;
            }
        }
    }
    if let Some(items) = schema.get("items").filter(|items| items.is_object()) {
        return within(items, &format!("{at}/items"), depth + 1);
    }
    None
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case(json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": false}), None)]
    #[case(json!([]), Some(""))]
    #[case(json!({"type": "string"}), Some(""))]
    #[case(json!({"properties": {"a": {}}, "required": ["a"]}), Some(""))]
    #[case(json!({"properties": {"a": {}}, "additionalProperties": false}), Some("/properties/a"))]
    #[case(json!({"properties": {"a": {"type": "array", "items": {"properties": {"b": {}}, "additionalProperties": false}}},
        "required": ["a"], "additionalProperties": false}), Some("/properties/a/items/properties/b"))]
    fn schemas_must_be_strict(#[case] schema: Value, #[case] place: Option<&str>) {
        assert_eq!(flaw(&schema).map(|flaw| flaw.0).as_deref(), place);
    }
}
