//! What a response may ask for. Beyond what is listed the description leaves the request open.

use serde_json::Value;

use super::items;
use crate::{
    dialogue::{Ask, Effort, Features, Form, Part, Role, Search, Turn, efforts},
    fields::{Entry, Fields},
    operations::chat::request::{choice, fallbacks, function},
    refusal::Refusal,
    words::{Tool, Verbosity},
};

pub(super) struct Request {
    pub(super) model: String,
    pub(super) ask: Ask,
    pub(super) stream: bool,
    /// Whether the reasoning is told: all but where it is asked to be short.
    pub(super) summary: bool,
}

impl Request {
    /// `seed` is for chance: the description knows no field for it.
    pub(super) fn take(fields: &mut Fields, seed: u64) -> Result<Self, Refusal> {
        let model = fields.required_text("model", 1..=400);
        let mut features = Features::suffix(&model)?;
        features.take(fields);
        let mut turns = Vec::new();
        fields.nullable(&["instructions", "reasoning"]);
        turns.extend(
            fields
                .text("instructions", 0..=usize::MAX)
                .map(|text| Turn::new(Role::System, vec![Part::Text(text)])),
        );
        turns.extend(items::take(fields));
        let most = fields.whole("max_output_tokens", 1..=i64::MAX).map(i64::unsigned_abs);
        let temperature = fields.number("temperature", 0.0..=2.0);
        fields.number("top_p", 0.0..=1.0);
        fields.texts("include", 0..=1000, 1000);
        fallbacks(fields);
        let (effort, summary) = reasoning(fields);
        let (tools, searches) = tools(fields);
        let choice = choice(fields);
        if fields.flag("web_search") == Some(true) || searches.iter().any(|kind| kind == "web_search") {
            features.search = Search::On;
        }
        features.x_search |= searches.iter().any(|kind| kind == "x_search");
        let stream = fields.flag("stream").unwrap_or(false);
        let (form, verbosity) = text(fields);
        let parallel = fields.flag("parallel_tool_calls").unwrap_or(true);
        let cache_key = fields.text("prompt_cache_key", 0..=10_000);
        fields.leave_the_rest();
        let ask = Ask {
            field: "input",
            turns,
            tools,
            choice,
            parallel,
            form,
            effort,
            seed: if temperature == Some(0.0) { 0 } else { seed },
            stop: Vec::new(),
            most,
            variants: 1,
            log_probabilities: false,
            verbosity,
            features,
            cache_key,
        };
        Ok(Self { model, ask, stream, summary })
    }
}

fn reasoning(fields: &mut Fields) -> (Option<Effort>, bool) {
    let read = fields.object("reasoning", |inner| {
        let effort = inner.choice("effort", efforts());
        let summary = inner.choice("summary", &["auto", "concise", "detailed"]);
        inner.leave_the_rest();
        (effort.map(Effort::nested), summary != Some("concise"))
    });
    read.unwrap_or((None, true))
}

/// The functions, and the tools of Venice's own that are asked for. Others are taken, and never called.
fn tools(fields: &mut Fields) -> (Vec<Tool>, Vec<String>) {
    let read = fields.objects("tools", |tool| {
        let kind = tool.required_text("type", 0..=200);
        let read = match kind.as_str() {
            "function" if tool.has("function") => tool.object("function", function),
            // As OpenAI writes it, without an object of its own.
            "function" => Some(function(tool)),
            "web_search" => {
                tool.choice("search_context_size", &["low", "medium", "high"]);
                tool.object("user_location", |place| {
                    place.required("type");
                    place.choice("type", &["approximate"]);
                    for name in ["city", "region", "country", "timezone"] {
                        place.text(name, 0..=1000);
                    }
                    place.leave_the_rest();
                });
                None
            }
            "x_search" => {
                tool.texts("allowed_x_handles", 0..=1000, 10);
                tool.texts("excluded_x_handles", 0..=1000, 10);
                for name in ["from_date", "to_date"] {
                    tool.text(name, 0..=100);
                }
                for name in ["enable_image_understanding", "enable_video_understanding"] {
                    tool.flag(name);
                }
                None
            }
            _ => None,
        };
        tool.leave_the_rest();
        (kind, read)
    });
    let (mut functions, mut kinds) = (Vec::new(), Vec::new());
    for (kind, function) in read {
        functions.extend(function);
        kinds.push(kind);
    }
    (functions, kinds)
}

/// `text.format` and `text.verbosity`, as `OpenAI` has them.
fn text(fields: &mut Fields) -> (Form, Verbosity) {
    fields.nullable(&["text"]);
    let read = fields.object("text", |text| {
        let verbosity = match text.choice("verbosity", &["low", "medium", "high", "auto"]) {
            Some("low") => Verbosity::Low,
            Some("high") => Verbosity::High,
            _ => Verbosity::Medium,
        };
        let form = text.object("format", |format| {
            format.required("type");
            let form = match format.choice("type", &["text", "json_object", "json_schema"]) {
                Some("json_schema") => {
                    format.required("schema");
                    match format.one("schema") {
                        Some(Entry::Json(schema @ Value::Object(_))) => Form::Schema(schema),
                        Some(other) => {
                            format.mistyped("schema", "object", &other);
                            Form::Text
                        }
                        None => Form::Text,
                    }
                }
                Some("json_object") => Form::Object,
                _ => Form::Text,
            };
            format.leave_the_rest();
            form
        });
        text.leave_the_rest();
        (form.unwrap_or(Form::Text), verbosity)
    });
    read.unwrap_or((Form::Text, Verbosity::Medium))
}
