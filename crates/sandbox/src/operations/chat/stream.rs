//! A chat completion as a stream of events. What was told is charged, also to a client that is gone before the end.

use std::collections::VecDeque;

use bytes::Bytes;
use futures_util::stream;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    Completion,
    delta::{self, Delta, Kind},
    whole::{DOCUMENTS, cost, documents},
};
use crate::{
    answer::{Answer, Chunk, Streamed},
    chance::Chance,
    dialogue::Meter,
    enclave::Reader,
    sse,
};

/// A stream under way.
struct Telling {
    completion: Completion,
    /// What is still to be told: a choice's place, and a piece of it.
    left: VecDeque<(usize, Delta)>,
    first: bool,
    include_usage: bool,
    reader: Option<Reader>,
    chance: Chance,
    meter: Meter,
    /// How many pieces were told so far.
    told: u64,
    answer: Sha256,
}

pub(super) fn answer(
    completion: Completion,
    meter: Meter,
    include_usage: bool,
    reader: Option<Reader>,
) -> Answer {
    let id = &completion.call.id;
    let mut choices: Vec<VecDeque<Delta>> = completion
        .replies
        .iter()
        .enumerate()
        .map(|(place, reply)| delta::of(reply, id, place).into())
        .collect();
    // Several answers are told side by side.
    let mut left = VecDeque::new();
    while choices.iter().any(|choice| !choice.is_empty()) {
        for (place, choice) in choices.iter_mut().enumerate() {
            left.extend(choice.pop_front().map(|delta| (place, delta)));
        }
    }
    let chunks = 1 + left.len().div_ceil(completion.call.house.pace.together());
    let telling = Telling {
        chance: completion.call.house.draw(|chance| Chance::new(chance.next())),
        completion,
        left,
        first: true,
        include_usage,
        reader,
        meter,
        told: 0,
        answer: Sha256::new(),
    };
    Answer::events(Streamed::new(stream::unfold(telling, next)).of_count(chunks))
}

async fn next(mut telling: Telling) -> Option<(Chunk, Telling)> {
    if telling.meter.is_over() {
        return None;
    }
    let together = telling.completion.call.house.pace.together();
    let mut events = String::new();
    let mut tokens = 0;
    if std::mem::take(&mut telling.first) {
        events.push_str(&telling.opening());
    } else {
        for _ in 0..together {
            let Some((place, delta)) = telling.left.pop_front() else { break };
            tokens += delta.tokens;
            telling.told += 1;
            let event = telling.event(place, &delta.kind);
            events.push_str(&sse::event(&event));
        }
    }
    let wait = telling.completion.call.house.pace.of(tokens);
    telling.meter.tell(tokens);
    if telling.left.is_empty() {
        events.push_str(&telling.ending().await);
    }
    telling.answer.update(&events);
    if telling.meter.is_over() {
        let whole = telling.answer.clone().chain_update(sse::DONE);
        telling.completion.sign(whole);
    }
    Some((Chunk { wait, bytes: Bytes::from(events) }, telling))
}

impl Telling {
    fn shell(&self, choices: Value) -> Value {
        let Completion { call, prepared, created, .. } = &self.completion;
        json!({"id": call.id, "object": "chat.completion.chunk", "created": created, "model": prepared.model.id,
            "choices": choices})
    }

    /// What comes before the first piece: the results of a search where they are asked for, and what is cited.
    fn opening(&mut self) -> String {
        let prepared = &self.completion.prepared;
        let (features, found) = (&prepared.ask.features, &prepared.found);
        let said = features.to_json(self.completion.sealed, found);
        let mut events = String::new();
        if features.results_in_stream && !found.is_empty() {
            let mut results = self.shell(json!([]));
            results["venice_search_results"] = crate::dialogue::citations(found);
            results["venice_parameters"] = said.clone();
            events.push_str(&sse::event(&results));
        }
        let Some((place, delta)) = self.left.pop_front() else { return events };
        let mut first = self.event(place, &delta.kind);
        first["venice_parameters"] = said;
        events.push_str(&sse::event(&first));
        let prepared = &self.completion.prepared;
        if prepared.ask.features.results_as_documents && !prepared.found.is_empty() {
            let calls = self.completion.replies.first().map_or(0, |reply| reply.calls.len());
            let call = json!({"index": calls, "id": delta::call_id(&self.completion.call.id, 0, calls), "type": "function",
                "function": {"name": DOCUMENTS, "arguments": documents(&prepared.found)}});
            let choices = json!([{"index": 0, "delta": {"tool_calls": [call]}, "finish_reason": null}]);
            events.push_str(&sse::event(&self.shell(choices)));
        }
        events
    }

    fn event(&mut self, place: usize, kind: &Kind) -> Value {
        let (reader, chance) = (&self.reader, &mut self.chance);
        let mut seal =
            |text: &str| reader.as_ref().map_or_else(|| text.to_owned(), |reader| reader.seal(text, chance));
        let said = kind.to_json(&mut seal);
        let mut choice = json!({"index": place, "delta": said, "finish_reason": kind.finish()});
        if self.completion.prepared.ask.log_probabilities {
            choice["logprobs"] = match kind {
                Kind::Text(text) => delta::likelihood(
                    &[text],
                    self.completion.alternatives,
                    self.completion.prepared.ask.seed ^ self.told,
                ),
                _ => Value::Null,
            };
        }
        self.shell(json!([choice]))
    }

    /// Books the charge, and tells what was used where that is asked for.
    async fn ending(&mut self) -> String {
        let Ok((total, currency)) = self.meter.settle().await else {
            return sse::event(&json!({"error": {"message": "The sandbox can't write its ledger",
                "type": "server_error", "param": null, "code": "UNKNOWN_ERROR"}}));
        };
        if !self.include_usage {
            return String::new();
        }
        let mut last = self.shell(json!([]));
        last["usage"] = self.completion.usage.to_json();
        last["cost"] = cost(total, currency);
        sse::event(&last)
    }
}
