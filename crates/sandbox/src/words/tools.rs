//! Whether and how the tools that were offered are called.

use serde_json::Value;

use super::{
    attention::{Attention, significant},
    example::with_attention,
};
use crate::chance::Chance;

/// A function that may be called.
#[derive(Debug, Clone)]
pub(crate) struct Tool {
    pub(crate) name: String,
    pub(crate) description: String,
    /// A JSON schema; null for none.
    pub(crate) parameters: Value,
}

/// Who decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Choice {
    Auto,
    Never,
    Some,
    Named(String),
}

/// A call of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ToolCall {
    pub(crate) name: String,
    /// JSON as text.
    pub(crate) arguments: String,
}

const MOST_CALLS: usize = 4;

/// The calls that `prompt` is answered with. `settled`: the last word is a tool's, so nothing is called unasked.
pub(crate) fn call_tools(
    tools: &[Tool],
    choice: &Choice,
    parallel: bool,
    prompt: &str,
    settled: bool,
    chance: &mut Chance,
) -> Vec<ToolCall> {
    let wanted = significant(prompt);
    let fit = |tool: &Tool| -> usize {
        let shared = |text: &str| {
            let mut words = significant(text);
            words.sort_unstable();
            words.dedup();
            words.iter().filter(|word| wanted.contains(word)).count()
        };
        let named = prompt.contains(tool.name.as_str());
        let described = shared(&tool.description);
        3 * shared(&parted(&tool.name))
            + if described > 1 { described } else { 0 }
            + if named { 10 } else { 0 }
    };
    let mut chosen: Vec<&Tool> = match choice {
        Choice::Never => Vec::new(),
        Choice::Named(name) => tools.iter().filter(|tool| tool.name == *name).collect(),
        Choice::Auto if settled => Vec::new(),
        Choice::Auto | Choice::Some => tools.iter().filter(|tool| fit(tool) > 0).collect(),
    };
    chosen.sort_by_key(|tool| std::cmp::Reverse(fit(tool)));
    if chosen.is_empty() && *choice == Choice::Some {
        chosen.extend(tools.first());
    }
    chosen.truncate(if parallel { MOST_CALLS } else { 1 });
    let mut calls = Vec::new();
    for tool in chosen {
        for about in subjects(prompt, parallel && takes_a_subject(tool)) {
            let arguments = match &tool.parameters {
                Value::Object(_) => with_attention(&tool.parameters, prompt, about, chance),
                _ => Value::Object(serde_json::Map::new()),
            };
            calls.push(ToolCall { name: tool.name.clone(), arguments: arguments.to_string() });
        }
    }
    calls.truncate(MOST_CALLS);
    calls
}

/// `getWeather_now` as `get Weather now`.
fn parted(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() {
            words.push(' ');
        }
        words.push(if letter.is_alphanumeric() { letter } else { ' ' });
    }
    words
}

/// Whether a tool is asked about one thing at a time: a required field that holds a name.
fn takes_a_subject(tool: &Tool) -> bool {
    let required = tool.parameters["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    required.iter().filter_map(Value::as_str).any(|name| {
        let lower = name.to_lowercase();
        ["city", "location", "place", "name", "station", "country", "symbol"]
            .iter()
            .any(|word| lower.contains(word))
    })
}

/// What each call is about: every name of its own where several are named together.
fn subjects(prompt: &str, apart: bool) -> Vec<Attention> {
    let about = Attention::pay(prompt);
    if !apart || about.names.len() < 2 {
        return vec![about];
    }
    about.names.iter().map(|name| Attention { names: vec![name.clone()], ..about.clone() }).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tools() -> Vec<Tool> {
        let city =
            json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]});
        [("get_weather", "Current weather of a city", city), ("roll_dice", "Rolls a die", Value::Null)]
            .map(|(name, description, parameters)| Tool {
                name: name.into(),
                description: description.into(),
                parameters,
            })
            .to_vec()
    }

    fn called(choice: Choice, parallel: bool, prompt: &str, settled: bool) -> Vec<(String, String)> {
        call_tools(&tools(), &choice, parallel, prompt, settled, &mut Chance::new(1))
            .into_iter()
            .map(|call| (call.name, call.arguments))
            .collect()
    }

    #[test]
    fn a_tool_is_called_when_the_question_fits_it() {
        let weather = |city: &str| ("get_weather".to_owned(), format!("{{\"city\":\"{city}\"}}"));
        assert_eq!(called(Choice::Auto, true, "How is the weather in Verona?", false), [weather("Verona")]);
        assert!(called(Choice::Auto, true, "Tell me a story of the lagoon", false).is_empty());
        assert!(called(Choice::Auto, true, "How is the weather in Verona?", true).is_empty());
        assert!(called(Choice::Never, true, "weather in Verona", false).is_empty());
    }

    #[test]
    fn several_names_are_several_calls_unless_they_are_not_to_be() {
        let prompt = "Compare the weather in Verona, Padua and Rome";
        let cities: Vec<String> =
            called(Choice::Auto, true, prompt, false).into_iter().map(|call| call.1).collect();
        assert_eq!(cities, [r#"{"city":"Verona"}"#, r#"{"city":"Padua"}"#, r#"{"city":"Rome"}"#]);
        assert_eq!(called(Choice::Auto, false, prompt, false).len(), 1, "one at a time");
        assert_eq!(called(Choice::Auto, true, "Roll the dice for the weather in Rome", false).len(), 2);
    }

    #[test]
    fn a_choice_forces_a_call() {
        assert_eq!(called(Choice::Some, true, "Tell me a story", false)[0].0, "get_weather");
        let named = called(Choice::Named("roll_dice".into()), true, "Tell me a story", true);
        assert_eq!(named, [("roll_dice".to_owned(), "{}".to_owned())]);
    }
}
