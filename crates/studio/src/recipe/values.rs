//! Values as strangers write them.

use serde_json::Value;

/// Text or a number, as text.
pub(super) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A number, also one that is written as text.
pub(super) fn number_text(value: &Value) -> Option<String> {
    plain(value).filter(|text| text.trim().parse::<f64>().is_ok()).map(|text| text.trim().to_owned())
}

/// What is left of a text without the white space around it; none for nothing.
pub(super) fn said(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// JSON as Python writes it: with `NaN` and `Infinity`, which no JSON has.
pub(super) fn json(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok().or_else(|| serde_json::from_str(&without_not_a_number(text)?).ok())
}

fn without_not_a_number(text: &str) -> Option<String> {
    if !text.contains("NaN") && !text.contains("Infinity") {
        return None;
    }
    let (mut clean, mut rest, mut quoted) = (String::with_capacity(text.len()), text, false);
    while let Some(character) = rest.chars().next() {
        let word = ["-Infinity", "Infinity", "NaN"].iter().find(|word| !quoted && rest.starts_with(**word));
        let taken = match (word, character) {
            (Some(word), _) => {
                clean.push_str("null");
                word.len()
            }
            (None, '\\') if quoted => {
                let escaped: usize = rest.chars().take(2).map(char::len_utf8).sum();
                clean.push_str(rest.get(..escaped)?);
                escaped
            }
            (None, character) => {
                quoted ^= character == '"';
                clean.push(character);
                character.len_utf8()
            }
        };
        rest = rest.get(taken..)?;
    }
    Some(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_python_writes_is_read() {
        let text = r#"{"a":[NaN,-Infinity],"b":"NaN \"Infinity\"","c":1}"#;
        assert_eq!(json(text).unwrap(), serde_json::json!({"a":[null,null],"b":"NaN \"Infinity\"","c":1}));
        assert_eq!(json("NaN or not"), None);
        assert_eq!(json(r#"{"a": NaN, "b": "\"#), None);
    }
}
