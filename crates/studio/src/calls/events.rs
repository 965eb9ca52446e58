//! What is told of an answer while it arrives.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use venice::{
    Operation,
    chat::{ChatDelta, ChatDeltas},
    responses::{ResponseEvent, ResponseEvents},
    sse::Parser,
};

use super::{Tell, view::CallEvent};
use crate::jobs::Hearing;

/// Words and progress are told no more often than this.
const TELL_EVERY: Duration = Duration::from_millis(30);
/// How many events of one stream are told as they came.
const MOST_EVENTS: usize = 5_000;

/// Listens to the bytes of an answer on their way to disk.
pub(super) struct CallHearing {
    tell: Tell,
    state: Mutex<State>,
}

struct State {
    received: u64,
    told: Instant,
    events: Parser,
    told_events: usize,
    words: Option<Words>,
    /// Not told yet.
    said: String,
    thought: String,
    /// All that was said.
    all: String,
}

/// The reader of an operation's events.
enum Words {
    Chat(Box<ChatDeltas>),
    Response(Box<ResponseEvents>),
}

impl CallHearing {
    pub(super) fn new(operation: Operation, tell: Tell) -> Self {
        let words = match operation.id {
            "createChatCompletion" => Some(Words::Chat(Box::new(ChatDeltas::new()))),
            "createResponse" => Some(Words::Response(Box::new(ResponseEvents::new()))),
            _ => None,
        };
        let state = State {
            received: 0,
            told: Instant::now(),
            events: Parser::default(),
            told_events: 0,
            words,
            said: String::new(),
            thought: String::new(),
            all: String::new(),
        };
        Self { tell, state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell_now(&self, state: &mut State) {
        state.told = Instant::now();
        for (text, reasoning) in [(&mut state.thought, true), (&mut state.said, false)] {
            if !text.is_empty() {
                (self.tell)(CallEvent::Text { text: std::mem::take(text), reasoning });
            }
        }
        (self.tell)(CallEvent::Received { bytes: state.received });
    }

    /// Tells what is left, and answers with all that was said.
    pub(super) fn end(&self) -> String {
        let mut state = self.state();
        self.tell_now(&mut state);
        std::mem::take(&mut state.all)
    }
}

impl Hearing for CallHearing {
    fn hear(&self, bytes: &[u8]) {
        let mut state = self.state();
        state.received += bytes.len() as u64;
        if state.words.is_some() {
            let mut events = Vec::new();
            let State { events: parser, told_events, .. } = &mut *state;
            // One that is too large ends this telling, not the answer: it is read whole later.
            let _ = parser.push(bytes, |event| {
                *told_events += 1;
                if *told_events <= MOST_EVENTS {
                    let name = (event.kind != "message").then(|| event.kind.to_string());
                    events.push(CallEvent::Event { name, data: event.data.into_owned() });
                }
            });
            for event in events {
                (self.tell)(event);
            }
            state.read_words(bytes);
        }
        if state.told.elapsed() >= TELL_EVERY {
            self.tell_now(&mut state);
        }
    }
}

impl State {
    fn read_words(&mut self, bytes: &[u8]) {
        let Self { words, said, thought, all, .. } = self;
        let mut say = |text: &str| {
            said.push_str(text);
            all.push_str(text);
        };
        match words {
            Some(Words::Chat(deltas)) => {
                deltas.push(bytes);
                while let Some(Ok(delta)) = deltas.next_delta() {
                    match delta {
                        ChatDelta::Content { choice: 0, text } => say(&text),
                        ChatDelta::Reasoning { choice: 0, text } => thought.push_str(&text),
                        _ => {}
                    }
                }
            }
            Some(Words::Response(events)) => {
                events.push(bytes);
                while let Some(Ok(event)) = events.next_event() {
                    match event {
                        ResponseEvent::Text { delta, .. } => say(&delta),
                        ResponseEvent::Reasoning { delta, .. } => thought.push_str(&delta),
                        _ => {}
                    }
                }
            }
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn words_are_told_apart_from_thoughts_and_events_as_they_came() {
        let operation =
            *venice::OPERATIONS.iter().find(|operation| operation.id == "createChatCompletion").unwrap();
        let told = Arc::new(Mutex::new(Vec::new()));
        let ears = Arc::clone(&told);
        let hearing = CallHearing::new(operation, Arc::new(move |event| ears.lock().unwrap().push(event)));
        hearing.hear(b"data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\ndata: {\"choices\":[{\"ind");
        hearing.hear(b"ex\":0,\"delta\":{\"content\":\"Algae\"}}]}\n\n");
        assert_eq!(hearing.end(), "Algae");
        let told = told.lock().unwrap();
        let events = told.iter().filter(|event| matches!(event, CallEvent::Event { .. })).count();
        assert_eq!(events, 2);
        let words = |wanted| {
            let texts = told.iter().filter_map(|event| match event {
                CallEvent::Text { text, reasoning } if *reasoning == wanted => Some(text.as_str()),
                _ => None,
            });
            texts.collect::<String>()
        };
        assert_eq!((words(true).as_str(), words(false).as_str()), ("hm", "Algae"));
    }
}
