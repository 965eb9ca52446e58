//! The pieces that a streamed answer comes in.

use serde_json::{Value, json};

use crate::{
    catalogue::number,
    chance::{Chance, mix, scramble},
    dialogue::Reply,
    words::{count, tokens},
};

/// A piece of one answer, with the tokens that it counts for.
#[derive(Debug, Clone)]
pub(super) struct Delta {
    pub(super) kind: Kind,
    pub(super) tokens: u64,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    Role,
    Reasoning(String),
    Text(String),
    /// A call begins: its place, its id and its name.
    Call(usize, String, String),
    /// A piece of the arguments of the call at a place.
    Arguments(usize, String),
    End(&'static str),
}

/// How many tokens of a call's arguments come together.
const ARGUMENT: usize = 4;

/// The pieces of an answer, in order.
pub(super) fn of(reply: &Reply, id: &str, choice: usize) -> Vec<Delta> {
    let plain = |kind| Delta { kind, tokens: 0 };
    let mut deltas = vec![plain(Kind::Role)];
    let told = tokens(&reply.reasoning);
    deltas.extend(told.map(|token| Delta { kind: Kind::Reasoning(token.to_owned()), tokens: 1 }));
    let thought = if reply.reasoning.is_empty() { reply.reasoning_tokens } else { 0 };
    let first_text = deltas.len();
    deltas.extend(tokens(&reply.text).map(|token| Delta { kind: Kind::Text(token.to_owned()), tokens: 1 }));
    for (place, call) in reply.calls.iter().enumerate() {
        let kind = Kind::Call(place, call_id(id, choice, place), call.name.clone());
        deltas.push(Delta { kind, tokens: count(&call.name) });
        let arguments: Vec<&str> = tokens(&call.arguments).collect();
        for part in arguments.chunks(ARGUMENT) {
            deltas.push(Delta { kind: Kind::Arguments(place, part.concat()), tokens: part.len() as u64 });
        }
    }
    deltas.push(plain(Kind::End(reply.finish.name())));
    // Thoughts that are not told, or told within the text, are used all the same; what is told counts no more than that.
    if let Some(delta) = deltas.get_mut(first_text) {
        let told: u64 = count(&reply.text);
        let answer: u64 = reply.tokens - reply.reasoning_tokens;
        delta.tokens += thought.saturating_sub(told.saturating_sub(answer));
    }
    deltas
}

/// The id of a call, which the answer to it names.
pub(super) fn call_id(id: &str, choice: usize, place: usize) -> String {
    format!("call_{:016x}", mix(place as u64 + 64 * choice as u64, id))
}

impl Kind {
    /// As `delta` says it; `seal` encrypts what is to be read by the client alone.
    pub(super) fn to_json(&self, seal: &mut impl FnMut(&str) -> String) -> Value {
        match self {
            Self::Role => json!({"role": "assistant", "content": ""}),
            Self::Reasoning(text) => json!({"reasoning_content": seal(text)}),
            Self::Text(text) => json!({"content": seal(text)}),
            Self::Call(place, id, name) => {
                json!({"tool_calls": [{"index": place, "id": id, "type": "function",
                "function": {"name": name, "arguments": ""}}]})
            }
            Self::Arguments(place, text) => {
                json!({"tool_calls": [{"index": place, "function": {"arguments": text}}]})
            }
            Self::End(_) => json!({}),
        }
    }

    pub(super) fn finish(&self) -> Option<&'static str> {
        match self {
            Self::End(reason) => Some(reason),
            _ => None,
        }
    }
}

/// How likely a token was, and what else it might have been: as the description says it, and within `content` as other
/// clients know it.
pub(super) fn likelihood(text: &[&str], alternatives: u32, seed: u64) -> Value {
    let told: Vec<Value> =
        text.iter().enumerate().map(|(place, token)| one(token, alternatives, seed, place)).collect();
    let mut first = told.first().cloned().unwrap_or_else(|| one("", alternatives, seed, 0));
    first["content"] = Value::Array(told);
    first
}

/// Words that might have stood there instead.
const OTHERS: [&str; 8] = [" the", " a", " water", ",", " and", " light", ".", " boat"];

fn one(token: &str, alternatives: u32, seed: u64, place: usize) -> Value {
    let mut chance = Chance::new(scramble(seed ^ place as u64));
    let mut logprob = -chance.unit() * 0.9;
    let entry = |token: &str, logprob: f32| {
        let rounded = rust_decimal::Decimal::from_f32_retain(logprob).unwrap_or_default().round_dp(6);
        json!({"token": token, "logprob": number(rounded), "bytes": token.as_bytes()})
    };
    let mut said = entry(token, logprob);
    let mut top = Vec::new();
    if alternatives > 0 {
        top.push(said.clone());
    }
    let first = chance.below(OTHERS.len() as u32) as usize;
    for other in 0..OTHERS.len() {
        let word = OTHERS[(first + other) % OTHERS.len()];
        if top.len() >= alternatives as usize {
            break;
        }
        if word != token {
            logprob -= 0.4 + chance.unit() * 2.0;
            top.push(entry(word, logprob));
        }
    }
    said["top_logprobs"] = Value::Array(top);
    said
}
