//! A value that validates against a JSON schema, filled with what the prompt speaks of where it fits.

use serde_json::{Map, Number, Value, json};

use super::{attention::Attention, pattern};
use crate::chance::Chance;

/// A value for `schema`, with the words of `prompt` where they fit.
pub(crate) fn example(schema: &Value, prompt: &str, chance: &mut Chance) -> Value {
    with_attention(schema, prompt, Attention::pay(prompt), chance)
}

/// As [`example`], with what the prompt is about already chosen.
pub(super) fn with_attention(schema: &Value, prompt: &str, about: Attention, chance: &mut Chance) -> Value {
    Maker { root: schema, prompt, about, chance, named: 0, counted: 0 }.value(schema, "", 0)
}

/// Beyond this depth only what is required is made.
const DEEP: usize = 5;
/// Beyond this one a schema goes round in circles, and is left.
const DEEPEST: usize = 40;

struct Maker<'a> {
    root: &'a Value,
    prompt: &'a str,
    about: Attention,
    chance: &'a mut Chance,
    named: usize,
    counted: usize,
}

impl Maker<'_> {
    fn value(&mut self, schema: &Value, name: &str, depth: usize) -> Value {
        let Some(schema) = self.flat(schema, depth) else { return Value::Null };
        if depth > DEEPEST {
            return Value::Null;
        }
        if let Some(only) = schema.get("const") {
            return only.clone();
        }
        if let Some(Value::Array(choices)) = schema.get("enum") {
            return self.chosen(choices);
        }
        match kind(&schema, depth) {
            "object" => self.object(&schema, depth),
            "array" => self.array(&schema, name, depth),
            "integer" => self.number(&schema, true),
            "number" => self.number(&schema, false),
            "boolean" => Value::Bool(self.chance.happens(0.5)),
            "null" => Value::Null,
            _ => Value::String(self.text(&schema, name)),
        }
    }

    /// The schema with its references, alternatives and parts put in.
    fn flat(&mut self, schema: &Value, depth: usize) -> Option<Map<String, Value>> {
        let mut flat = match schema {
            Value::Object(schema) => schema.clone(),
            Value::Bool(false) => return None,
            _ => return Some(Map::new()),
        };
        for _ in 0..DEEPEST {
            if let Some(reference) = flat.remove("$ref") {
                let place = reference.as_str().and_then(|text| text.strip_prefix('#')).unwrap_or("none");
                if let Some(Value::Object(target)) = self.root.pointer(place) {
                    merge(&mut flat, target);
                }
            } else if let Some(Value::Array(parts)) = flat.remove("allOf") {
                parts.iter().filter_map(Value::as_object).for_each(|part| merge(&mut flat, part));
            } else if let Some(Value::Array(choices)) = flat.remove("anyOf").or_else(|| flat.remove("oneOf"))
            {
                if let Some(choice) = self.alternative(&choices, depth).and_then(Value::as_object) {
                    merge(&mut flat, choice);
                }
            } else {
                break;
            }
        }
        Some(flat)
    }

    /// The first that is more than null; deep down null, or else one that leads no further.
    fn alternative<'c>(&self, choices: &'c [Value], depth: usize) -> Option<&'c Value> {
        let null = |choice: &&Value| choice["type"] == "null";
        let ends = |choice: &&Value| {
            let target =
                choice["$ref"].as_str().and_then(|text| self.root.pointer(text.trim_start_matches('#')));
            !["object", "array"].iter().any(|kind| target.unwrap_or(choice)["type"] == *kind)
        };
        if depth > DEEP {
            return choices.iter().find(null).or_else(|| choices.iter().find(ends)).or(choices.first());
        }
        choices.iter().find(|choice| !null(choice)).or(choices.first())
    }

    /// The one that the prompt names, else any.
    fn chosen(&mut self, choices: &[Value]) -> Value {
        let prompt = self.prompt.to_lowercase();
        let named = choices.iter().find(|choice| {
            choice.as_str().is_some_and(|word| !word.is_empty() && prompt.contains(&word.to_lowercase()))
        });
        let any = self.chance.below(choices.len() as u32) as usize;
        named.or(choices.get(any)).cloned().unwrap_or_default()
    }

    fn object(&mut self, schema: &Map<String, Value>, depth: usize) -> Value {
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .map(|names| names.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        let mut object = Map::new();
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let wanted = required.contains(&name.as_str());
            if wanted || (depth < DEEP && *property != Value::Bool(false)) {
                object.insert(name.clone(), self.value(property, name, depth + 1));
            }
        }
        let further = schema.get("additionalProperties").unwrap_or(&Value::Null);
        for name in required {
            if !object.contains_key(name) {
                object.insert(name.to_owned(), self.value(further, name, depth + 1));
            }
        }
        let least = schema.get("minProperties").and_then(Value::as_u64).unwrap_or(0) as usize;
        let open = further.is_object() && object.is_empty() && depth < DEEP;
        let wanted = if open { least.max(2) } else { least };
        let mut place = 0;
        while object.len() < wanted && *further != Value::Bool(false) && place < 1000 {
            let name =
                self.about.topics.get(place).map_or(format!("field_{place}"), |topic| topic.to_lowercase());
            place += 1;
            if !object.contains_key(&name) {
                let value = self.value(further, &name, depth + 1);
                object.insert(name, value);
            }
        }
        Value::Object(object)
    }

    fn array(&mut self, schema: &Map<String, Value>, name: &str, depth: usize) -> Value {
        let bound = |name: &str, default| {
            schema.get(name).and_then(Value::as_u64).map_or(default, |count| count as usize)
        };
        let (least, most) = (bound("minItems", 0).min(10_000), bound("maxItems", usize::MAX));
        let first: Vec<Value> =
            schema.get("prefixItems").and_then(Value::as_array).cloned().unwrap_or_default();
        let items = schema.get("items").unwrap_or(&Value::Null);
        let usual = if depth > DEEP { 0 } else { first.len().max(3) };
        let open = *items != Value::Bool(false);
        let wanted = if open { usual } else { usual.min(first.len()) }.max(least).min(most);
        let distinct = schema.get("uniqueItems") == Some(&Value::Bool(true));
        let singular = name.strip_suffix('s').unwrap_or(name);
        let mut made: Vec<Value> = Vec::new();
        for attempt in 0..wanted.saturating_mul(20) {
            if made.len() >= wanted {
                break;
            }
            let item = self.value(first.get(made.len()).unwrap_or(items), singular, depth + 1);
            if !distinct || !made.contains(&item) || (attempt > wanted * 15 && made.len() < least) {
                made.push(item);
            }
        }
        Value::Array(made)
    }

    fn number(&mut self, schema: &Map<String, Value>, whole: bool) -> Value {
        let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
        let exclusive = |name: &str, plain: &str| match schema.get(name) {
            Some(Value::Bool(true)) => bound(plain),
            other => other.and_then(Value::as_f64),
        };
        let step = bound("multipleOf").filter(|step| *step > 0.0).unwrap_or(if whole { 1.0 } else { 0.0 });
        let nudge = if step > 0.0 { step } else { 1e-3 };
        let (over, under) =
            (exclusive("exclusiveMinimum", "minimum"), exclusive("exclusiveMaximum", "maximum"));
        let mut low = bound("minimum");
        let mut high = bound("maximum");
        low = over.map_or(low, |over| Some(low.map_or(over + nudge, |low| low.max(over + nudge))));
        high = under.map_or(high, |under| Some(high.map_or(under - nudge, |high| high.min(under - nudge))));
        let (low, high) = match (low, high) {
            (Some(low), Some(high)) => (low, high.max(low)),
            (Some(low), None) => (low, low + 100.0),
            (None, Some(high)) => (high - 100.0, high),
            (None, None) => (1.0, 100.0),
        };
        let fits =
            |number: f64| (low..=high).contains(&number) && (step == 0.0 || (number / step).fract() == 0.0);
        let mentioned = self.about.numbers.get(self.counted).copied().filter(|number| fits(*number));
        let number = if let Some(number) = mentioned {
            self.counted += 1;
            number
        } else {
            let drawn = low + (high - low) * f64::from(self.chance.unit());
            if step > 0.0 {
                let (first, last) = ((low / step).ceil(), (high / step).floor());
                (drawn / step).round().clamp(first, last.max(first)) * step
            } else {
                ((drawn * 100.0).round() / 100.0).clamp(low, high)
            }
        };
        if whole || (step >= 1.0 && number.fract() == 0.0) {
            json!(number as i64)
        } else {
            Number::from_f64(number).map_or(Value::Null, Value::Number)
        }
    }

    fn text(&mut self, schema: &Map<String, Value>, name: &str) -> String {
        let bound = |name: &str| schema.get(name).and_then(Value::as_u64).map(|count| count as usize);
        let (least, most) = (bound("minLength").unwrap_or(0).min(100_000), bound("maxLength"));
        if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
            for _ in 0..50 {
                let Some(text) = pattern::matching(pattern, self.chance) else { break };
                let length = text.chars().count();
                if length >= least && most.is_none_or(|most| length <= most) {
                    return text;
                }
            }
        }
        if let Some(formatted) =
            schema.get("format").and_then(Value::as_str).and_then(|format| self.format(format))
        {
            return formatted;
        }
        let mut text = self.called(name);
        while text.chars().count() < least {
            text.push_str(if text.is_empty() { "water" } else { ", and so on" });
        }
        match most {
            Some(most) => text.chars().take(most).collect(),
            None => text,
        }
    }

    fn format(&mut self, format: &str) -> Option<String> {
        let mut up_to = |most: u32| self.chance.below(most);
        Some(match format {
            "date" => format!("2026-{:02}-{:02}", 1 + up_to(12), 1 + up_to(28)),
            "time" => format!("{:02}:{:02}:00Z", up_to(24), up_to(60)),
            "date-time" => {
                format!(
                    "2026-{:02}-{:02}T{:02}:{:02}:00Z",
                    1 + up_to(12),
                    1 + up_to(28),
                    up_to(24),
                    up_to(60)
                )
            }
            "duration" => format!("PT{}H", 1 + up_to(23)),
            "email" | "idn-email" => format!("gondolier{}@lagoon.example", up_to(1000)),
            "hostname" | "idn-hostname" => "lagoon.example".into(),
            "ipv4" => format!("192.0.2.{}", 1 + up_to(250)),
            "ipv6" => format!("2001:db8::{:x}", 1 + up_to(0xfff0)),
            "uri" | "iri" | "url" => format!("https://lagoon.example/view/{}", up_to(10_000)),
            "uri-reference" | "iri-reference" => format!("/view/{}", up_to(10_000)),
            "uuid" => {
                let (one, two) = (self.chance.next(), self.chance.next());
                format!(
                    "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
                    one >> 32,
                    one >> 16 & 0xffff,
                    one & 0xfff,
                    two >> 52,
                    two & 0xffff_ffff_ffff
                )
            }
            _ => return None,
        })
    }

    /// What a field of this name would hold.
    fn called(&mut self, name: &str) -> String {
        let lower = name.to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        let prompt: String = self.prompt.trim().chars().take(400).collect();
        if says(&["query", "question", "prompt", "input", "message", "search", "expression"]) || lower == "q"
        {
            if let Some(quoted) = self.about.quoted.first() {
                return quoted.clone();
            }
            if !prompt.is_empty() {
                return prompt;
            }
        }
        if says(&["date", "day"]) {
            return self.format("date").unwrap_or_default();
        }
        if says(&["email"]) {
            return self.format("email").unwrap_or_default();
        }
        if says(&["url", "link"]) {
            return self.format("uri").unwrap_or_default();
        }
        if says(&[
            "summary",
            "description",
            "explanation",
            "reason",
            "content",
            "text",
            "note",
            "answer",
            "comment",
        ]) {
            let topic = self.topic();
            return format!("A rehearsed line about {topic}, not from a real model");
        }
        self.topic()
    }

    /// Names before other words, each in its turn.
    fn topic(&mut self) -> String {
        let about = &self.about;
        let known = about.names.len() + about.topics.len();
        let place = self.named;
        self.named += 1;
        let spare = ["Cannaregio", "Dorsoduro", "Giudecca", "Murano", "Burano", "Torcello", "Lido"];
        if known == 0 || place >= known * 3 {
            return spare[place % spare.len()].to_owned();
        }
        let word = about.names.iter().chain(&about.topics).nth(place % known);
        word.cloned().unwrap_or_default()
    }
}

fn kind(schema: &Map<String, Value>, depth: usize) -> &str {
    match schema.get("type") {
        Some(Value::String(kind)) => kind,
        Some(Value::Array(kinds)) => {
            let mut kinds = kinds.iter().filter_map(Value::as_str);
            let first = kinds.clone().find(|kind| *kind != "null");
            let null = kinds.find(|kind| *kind == "null");
            if depth > DEEP { null.or(first) } else { first.or(null) }.unwrap_or("string")
        }
        _ => {
            let has = |names: &[&str]| names.iter().any(|name| schema.contains_key(*name));
            if has(&["properties", "required", "additionalProperties", "minProperties"]) {
                "object"
            } else if has(&["items", "prefixItems", "minItems"]) {
                "array"
            } else if has(&["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]) {
                "number"
            } else {
                "string"
            }
        }
    }
}

/// Adds what `more` asks for: properties and requirements together, the rest of the newer one.
fn merge(schema: &mut Map<String, Value>, more: &Map<String, Value>) {
    for (name, value) in more {
        match (schema.get_mut(name), value) {
            (Some(Value::Object(known)), Value::Object(value)) if name == "properties" => {
                known.extend(value.clone());
            }
            (Some(Value::Array(known)), Value::Array(value)) if name == "required" || name == "allOf" => {
                known.extend(value.iter().cloned());
            }
            _ => {
                schema.insert(name.clone(), value.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn valid(schema: &Value, prompt: &str) -> Value {
        let validator = jsonschema::options().should_validate_formats(true).build(schema).unwrap();
        let mut last = Value::Null;
        for seed in 0..40 {
            last = example(schema, prompt, &mut Chance::new(seed));
            let wrong: Vec<String> = validator.iter_errors(&last).map(|error| error.to_string()).collect();
            assert!(wrong.is_empty(), "{wrong:?}\n{last}\n{schema}");
        }
        last
    }

    #[test]
    fn every_kind_of_schema_gets_a_value_that_is_valid() {
        let schemas = [
            json!({"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 1, "maximum": 14},
                "price": {"type": ["number", "null"], "exclusiveMinimum": 0, "maximum": 9.5}, "open": {"type": "boolean"}},
                "required": ["city", "days", "price", "open"], "additionalProperties": false}),
            json!({"type": "array", "items": {"type": "string", "enum": ["a", "b"]}, "minItems": 5, "maxItems": 5}),
            json!({"type": "array", "items": {"type": "integer"}, "uniqueItems": true, "minItems": 4}),
            json!({"$ref": "#/$defs/node", "$defs": {"node": {"type": "object", "required": ["name", "children"],
                "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/$defs/node"}}}}}}),
            json!({"type": "object", "required": ["next"], "properties": {"next": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}}),
            json!({"anyOf": [{"type": "null"}, {"type": "object", "properties": {"a": {"const": 7}}, "required": ["a"]}]}),
            json!({"allOf": [{"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}},
                {"required": ["b"], "properties": {"b": {"type": "string", "minLength": 30, "maxLength": 32}}}]}),
            json!({"type": "string", "pattern": "^[A-Z]{3}-[0-9]{4}$"}),
            json!({"type": "integer", "multipleOf": 7, "minimum": 10, "maximum": 30}),
            json!({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.5}),
            json!({"type": "object", "additionalProperties": {"type": "number"}, "minProperties": 3}),
            json!({"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": false}),
            json!({"type": "object", "properties": {"at": {"type": "string", "format": "date-time"}, "mail": {"type": "string", "format": "email"},
                "id": {"type": "string", "format": "uuid"}, "on": {"type": "string", "format": "date"}, "ip": {"type": "string", "format": "ipv4"},
                "where": {"type": "string", "format": "uri"}}}),
            json!({}),
            json!(true),
        ];
        for schema in schemas {
            valid(&schema, "Three days in Verona and Padua for 12 people");
        }
    }

    #[test]
    fn the_prompt_fills_it_where_it_fits() {
        let schema = json!({"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"},
            "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]}}, "required": ["city", "days", "unit"]});
        let made = valid(&schema, "What is the weather in Verona over 3 days, in fahrenheit?");
        assert_eq!(made, json!({"city": "Verona", "days": 3, "unit": "fahrenheit"}));
    }
}
