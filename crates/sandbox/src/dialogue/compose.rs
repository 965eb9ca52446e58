//! The answers themselves: thoughts, then words or a value or calls of tools, cut where they are to be.

use serde_json::json;

use super::{Form, Prepared, Role};
use crate::{
    catalogue::Ability,
    chance::{Chance, mix},
    words::{self, Language, Material, ToolCall, Verbosity, Wish, call_tools, example, tokens},
};

/// Why an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finish {
    Stop,
    Length,
    ToolCalls,
}

impl Finish {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Length => "length",
            Self::ToolCalls => "tool_calls",
        }
    }
}

/// One answer.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    /// Thoughts that are told beside the answer; empty: there are none.
    pub(crate) reasoning: String,
    pub(crate) text: String,
    pub(crate) calls: Vec<ToolCall>,
    pub(crate) finish: Finish,
    /// Tokens of thought, told or not.
    pub(crate) reasoning_tokens: u64,
    /// All tokens, those of thought too.
    pub(crate) tokens: u64,
}

/// As many answers as were asked for.
pub(crate) fn replies(prepared: &Prepared) -> Vec<Reply> {
    (0..prepared.ask.variants).map(|variant| reply(prepared, variant)).collect()
}

fn reply(prepared: &Prepared, variant: u32) -> Reply {
    let ask = &prepared.ask;
    let prompt = ask.last_words();
    let key = format!("{variant} {} {prompt}", prepared.model.id);
    let mut chance = Chance::new(mix(ask.seed, &key));
    let wish = Wish::read(&prompt);
    let mut thoughts = match sentences(prepared) {
        0 => String::new(),
        count => words::thoughts(&wish, count, &mut chance),
    };
    let settled = ask.turns.last().is_some_and(|turn| turn.role == Role::Tool);
    let calls = call_tools(&ask.tools, &ask.choice, ask.parallel, &prompt, settled, &mut chance);
    let mut text = match &ask.form {
        _ if !calls.is_empty() => String::new(),
        Form::Text => words::write(&material(prepared, &wish), &mut chance),
        Form::Object => json!({"subject": wish.attention.topics.first(), "answer": words::write(&brief(&wish), &mut chance),
            "rehearsal": true})
        .to_string(),
        Form::Schema(schema) => example(schema, &prompt, &mut chance).to_string(),
    };
    if let Some(at) =
        ask.stop.iter().filter(|stop| !stop.is_empty()).filter_map(|stop| text.find(stop.as_str())).min()
    {
        text.truncate(at);
    }
    let room = u64::from(prepared.rules.most_out).min(ask.most.unwrap_or(u64::MAX));
    let (cut, mut used) = limit(&mut thoughts, room);
    let reasoning_tokens = used;
    let mut finish = if cut { Finish::Length } else { Finish::Stop };
    let mut called = Vec::new();
    for call in calls {
        used += words::count(&call.name) + words::count(&call.arguments);
        if used > room || finish == Finish::Length {
            // A call that is half written calls nothing.
            (used, finish) = (used.min(room), Finish::Length);
        } else {
            called.push(call);
        }
    }
    if !called.is_empty() {
        finish = Finish::ToolCalls;
    }
    let (cut, written) = limit(&mut text, room - used);
    used += written;
    if cut && finish == Finish::Stop {
        finish = Finish::Length;
    }
    let aloud = prepared.rules.thinks_aloud && !thoughts.is_empty() && matches!(ask.form, Form::Text);
    let (mut reasoning, mut text) = (thoughts, text);
    if ask.features.strip_thinking {
        reasoning.clear();
    } else if aloud {
        text = format!("<think>\n{reasoning}\n</think>\n\n{text}");
        reasoning.clear();
    }
    Reply { reasoning, text, calls: called, finish, reasoning_tokens, tokens: used }
}

/// Cuts a text after so many tokens; says whether that took anything away, and how many are left.
fn limit(text: &mut String, most: u64) -> (bool, u64) {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let (used, length) =
        tokens(text).take(most).fold((0, 0), |(used, length), token| (used + 1, length + token.len()));
    let cut = length < text.len();
    text.truncate(length);
    (cut, used)
}

/// How many sentences are thought first.
fn sentences(prepared: &Prepared) -> usize {
    let (rules, ask) = (&prepared.rules, &prepared.ask);
    if !rules.can(Ability::Reasoning) || ask.features.disable_thinking {
        return 0;
    }
    let asked = ask.effort.map_or(rules.usual_effort, |effort| effort.level);
    let effort = if rules.efforts.is_empty() { "medium" } else { asked };
    match effort {
        "none" => 0,
        "minimal" => 1,
        "low" => 2,
        "high" => 8,
        "xhigh" => 14,
        "max" => 24,
        _ => 4,
    }
}

fn material<'a>(prepared: &Prepared, wish: &'a Wish) -> Material<'a> {
    let ask = &prepared.ask;
    let last = ask.turns.iter().rposition(|turn| turn.role == Role::User).unwrap_or(0);
    let earlier = ask.turns[..last].iter().rev().find(|turn| turn.role == Role::User).and_then(|turn| {
        Wish::read(&turn.text())
            .attention
            .topics
            .into_iter()
            .find(|topic| !wish.attention.topics.contains(topic))
    });
    let results = ask.turns.iter().skip(last + 1).filter(|turn| turn.role == Role::Tool).map(|turn| {
        let id = turn.answers.as_deref().unwrap_or_default();
        let calls = ask.turns.iter().flat_map(|turn| &turn.calls);
        let name = calls.rev().find(|(known, _)| known == id).map_or("tool", |(_, name)| name.as_str());
        let text = turn.text();
        let mut told: String = text.chars().take(300).collect();
        if told.len() < text.len() {
            told.push('…');
        }
        (name.to_owned(), told)
    });
    Material {
        wish,
        verbosity: ask.verbosity,
        voice: prepared.voice.clone(),
        earlier,
        seen: prepared.seen.iter().map(|seen| seen.told(wish.language)).collect(),
        results: results.collect(),
        sources: sources(prepared, wish.language),
    }
}

fn brief(wish: &Wish) -> Material<'_> {
    Material {
        wish,
        verbosity: Verbosity::Low,
        voice: None,
        earlier: None,
        seen: Vec::new(),
        results: Vec::new(),
        sources: Vec::new(),
    }
}

/// What is told from each page, with its mark where sources are to be cited.
fn sources(prepared: &Prepared, language: Language) -> Vec<String> {
    let told = prepared.found.iter().take(3).enumerate().map(|(place, page)| {
        let content = page.content.trim_end_matches(" (Invented by the sandbox.)").trim_end_matches('.');
        let mark = match (prepared.ask.features.citations, prepared.rules.cites_superscript) {
            (false, _) => String::new(),
            (true, true) => format!(" ^{}^", place + 1),
            (true, false) => format!(" [REF]{place}[/REF]"),
        };
        match language {
            Language::English => format!("“{content}” (*{}*){mark}", page.title),
            Language::Chinese => format!("“{content}”（{}）{mark}", page.title),
        }
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_after_so_many_tokens() {
        let mut text = "one two three four".to_owned();
        assert_eq!((limit(&mut text, 2), text.as_str()), ((true, 2), "one two"));
        assert_eq!((limit(&mut text, 2), text.as_str()), ((false, 2), "one two"));
        assert_eq!((limit(&mut text, 0), text.as_str()), ((true, 0), ""));
    }
}
