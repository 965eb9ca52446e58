//! What a chat completion may ask for.

use serde_json::Value;

use super::messages;
use crate::{
    dialogue::{Ask, Effort, Features, Form, Search, efforts},
    fields::{Entry, Fields},
    refusal::Refusal,
    words::{Choice, Tool, Verbosity},
};

/// A request as it was read.
pub(super) struct Request {
    pub(super) model: String,
    pub(super) ask: Ask,
    pub(super) stream: bool,
    pub(super) include_usage: bool,
    /// How many likely tokens are told beside each one.
    pub(super) alternatives: u32,
}

const VERBOSITY: [&str; 4] = ["low", "medium", "high", "auto"];
/// More answers than this are of no use to anybody.
const MOST_VARIANTS: i64 = 128;
const MOST_SEED: i64 = i64::MAX;

impl Request {
    /// Takes every field that the description knows. `seed` holds where the request brings none.
    pub(super) fn take(fields: &mut Fields, seed: u64) -> Result<Self, Refusal> {
        let model = fields.required_text("model", 1..=400);
        let turns = messages::take(fields);
        let mut features = Features::suffix(&model)?;
        features.take(fields);
        let temperature = sampling(fields);
        let most = ["max_tokens", "max_completion_tokens"]
            .map(|name| fields.whole(name, i64::MIN..=i64::MAX))
            .into_iter()
            .flatten()
            .filter(|most| *most > 0)
            .map(i64::unsigned_abs)
            .min();
        let variants = fields.whole("n", 1..=MOST_VARIANTS).unwrap_or(1);
        let asked_seed = fields.whole("seed", 1..=MOST_SEED);
        let log_probabilities = fields.flag("logprobs").unwrap_or(false);
        let alternatives = fields.whole("top_logprobs", 0..=i64::from(u32::MAX)).unwrap_or(0);
        let stop = stops(fields);
        let stream = fields.flag("stream").unwrap_or(false);
        let include_usage = fields
            .object("stream_options", |inner| {
                let wanted = inner.flag("include_usage");
                inner.leave_the_rest();
                wanted
            })
            .flatten();
        let effort = effort(fields);
        let verbosity = verbosity(fields);
        let (tools, searches) = tools(fields);
        for kind in searches {
            match kind {
                "x_search" => features.x_search = true,
                _ => features.search = Search::On,
            }
        }
        let choice = choice(fields);
        let parallel = fields.flag("parallel_tool_calls").unwrap_or(true);
        let form = form(fields);
        let cache_key = fields.text("prompt_cache_key", 0..=10_000);
        ignored(fields);
        // Without any heat the same words get the same answer.
        let seed = asked_seed.map_or(if temperature == Some(0.0) { 0 } else { seed }, i64::unsigned_abs);
        let ask = Ask {
            field: "messages",
            turns,
            tools,
            choice,
            parallel,
            form,
            effort,
            seed,
            stop,
            most,
            variants: u32::try_from(variants).unwrap_or(1).max(1),
            log_probabilities,
            verbosity,
            features,
            cache_key,
        };
        let alternatives = u32::try_from(alternatives.min(20)).unwrap_or(0);
        Ok(Self { model, ask, stream, include_usage: include_usage.unwrap_or(false), alternatives })
    }
}

/// What steers the choice of tokens: checked, and without effect but for no heat at all. Answers the temperature.
fn sampling(fields: &mut Fields) -> Option<f64> {
    for name in ["frequency_penalty", "presence_penalty"] {
        fields.number(name, -2.0..=2.0);
    }
    for name in ["max_temp", "min_temp"] {
        fields.number(name, 0.0..=2.0);
    }
    for name in ["min_p", "top_p"] {
        fields.number(name, 0.0..=1.0);
    }
    fields.number("repetition_penalty", 0.0..=f64::MAX);
    fields.whole("top_k", 0..=i64::MAX);
    for (place, entry) in fields.all("stop_token_ids").into_iter().enumerate() {
        if !matches!(entry, Entry::Json(Value::Number(_))) {
            fields.mistyped(&format!("stop_token_ids.{place}"), "number", &entry);
        }
    }
    fields.number("temperature", 0.0..=2.0)
}

/// Fields that are taken for the sake of other clients.
fn ignored(fields: &mut Fields) {
    fields.text("user", 0..=100_000);
    fields.flag("store");
    fields.choice("prompt_cache_retention", &["default", "extended", "24h"]);
    fields.texts("include", 0..=1000, 1000);
    fallbacks(fields);
    if fields.peek("metadata").is_some_and(|metadata| {
        metadata.as_object().is_none_or(|object| object.values().any(|value| !value.is_string()))
    }) {
        fields.reject("metadata", "invalid_type", "Expected an object of strings");
    }
    fields.one("metadata");
}

/// Up to ten models that might answer instead: none of them is asked here.
pub(crate) fn fallbacks(fields: &mut Fields) -> Vec<String> {
    let named = fields.objects("fallbacks", |inner| {
        let model = inner.required_text("model", 0..=400);
        inner.leave_the_rest();
        model
    });
    if named.len() > 10 {
        fields.reject("fallbacks", "too_big", "Array must contain at most 10 element(s)");
    }
    named
}

fn stops(fields: &mut Fields) -> Vec<String> {
    fields.nullable(&["stop"]);
    if !fields.peek("stop").is_some_and(Value::is_array) {
        return fields.text("stop", 0..=10_000).into_iter().collect();
    }
    let stops = fields.texts("stop", 0..=10_000, 4);
    if stops.is_empty() {
        fields.reject("stop", "too_small", "Array must contain at least 1 element(s)");
    }
    stops
}

fn effort(fields: &mut Fields) -> Option<Effort> {
    let within = fields
        .object("reasoning", |inner| {
            let effort = inner.choice("effort", efforts());
            inner.choice("summary", &["auto", "concise", "detailed"]);
            inner.leave_the_rest();
            effort
        })
        .flatten();
    let plain = fields.choice("reasoning_effort", efforts());
    plain.map(Effort::plain).or(within.map(Effort::nested))
}

fn verbosity(fields: &mut Fields) -> Verbosity {
    let within = fields
        .object("text", |inner| {
            let verbosity = inner.choice("verbosity", &VERBOSITY);
            inner.leave_the_rest();
            verbosity
        })
        .flatten();
    match fields.choice("verbosity", &VERBOSITY).or(within) {
        Some("low") => Verbosity::Low,
        Some("high") => Verbosity::High,
        _ => Verbosity::Medium,
    }
}

fn tools(fields: &mut Fields) -> (Vec<Tool>, Vec<&'static str>) {
    fields.nullable(&["tools"]);
    let mut searches = Vec::new();
    let mut functions = Vec::new();
    let read = fields.objects("tools", |tool| {
        let search = tool
            .peek("type")
            .and_then(Value::as_str)
            .and_then(|kind| ["web_search", "x_search"].into_iter().find(|known| *known == kind));
        let function = if search.is_none() || tool.has("function") {
            tool.text("type", 0..=200);
            tool.text("id", 0..=1000);
            tool.required("function");
            tool.object("function", function)
        } else {
            None
        };
        tool.leave_the_rest();
        (search, function)
    });
    for (search, function) in read {
        match function {
            Some(function) => functions.push(function),
            None => searches.extend(search),
        }
    }
    (functions, searches)
}

/// A function that may be called.
pub(crate) fn function(fields: &mut Fields) -> Tool {
    let name = fields.required_text("name", 1..=256);
    let description = fields.text("description", 0..=100_000).unwrap_or_default();
    fields.flag("strict");
    let parameters = match fields.one("parameters") {
        None => Value::Null,
        Some(Entry::Json(parameters @ Value::Object(_))) => parameters,
        Some(other) => {
            fields.mistyped("parameters", "object", &other);
            Value::Null
        }
    };
    fields.leave_the_rest();
    Tool { name, description, parameters }
}

/// Who decides about tools.
pub(crate) fn choice(fields: &mut Fields) -> Choice {
    if fields.peek("tool_choice").is_some_and(Value::is_object) {
        let named = fields.object("tool_choice", |inner| {
            inner.required_text("type", 0..=100);
            inner.required("function");
            let name = inner.object("function", |function| {
                let name = function.required_text("name", 0..=256);
                function.leave_the_rest();
                name
            });
            inner.leave_the_rest();
            name
        });
        return named.flatten().map_or(Choice::Auto, Choice::Named);
    }
    match fields.choice("tool_choice", &["auto", "none", "required"]) {
        Some("none") => Choice::Never,
        Some("required") => Choice::Some,
        _ => Choice::Auto,
    }
}

fn form(fields: &mut Fields) -> Form {
    let read = fields.object("response_format", |inner| {
        inner.required("type");
        match inner.choice("type", &["json_schema", "json_object", "text"]) {
            Some("json_schema") => {
                inner.required("json_schema");
                match inner.one("json_schema") {
                    Some(Entry::Json(Value::Object(mut given))) => {
                        let schema = given.remove("schema").filter(Value::is_object);
                        Form::Schema(schema.unwrap_or(Value::Object(given)))
                    }
                    Some(other) => {
                        inner.mistyped("json_schema", "object", &other);
                        Form::Text
                    }
                    None => Form::Text,
                }
            }
            Some("json_object") => Form::Object,
            _ => Form::Text,
        }
    });
    read.unwrap_or(Form::Text)
}
