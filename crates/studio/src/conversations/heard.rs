//! What was heard of an answer: its bytes, read as far as they have come.

use std::time::{Duration, Instant};

use bytes::Bytes;
use venice::{
    Request,
    chat::{
        ChatCompletion, ChatDelta, ChatDeltas, Citation, Cost, CreateChatCompletion, ToolCallDelta, Usage,
    },
};

use super::view::ToolCallView;
use crate::{AppError, jobs::Sent};

/// An answer so far.
#[derive(Default)]
pub(super) struct Heard {
    deltas: ChatDeltas,
    /// What is said; begins with what is gone on with, where that is the wish.
    pub text: String,
    /// How much of it was there before.
    pub before: usize,
    pub reasoning: String,
    pub citations: Vec<Citation>,
    pub calls: Vec<ToolCallView>,
    pub finish_reason: Option<String>,
    pub usage: Option<Usage>,
    pub cost: Option<Cost>,
    pub id: Option<String>,
    /// What broke it off.
    pub error: Option<AppError>,
    thinks_since: Option<Instant>,
    pub thought: Option<Duration>,
}

impl Heard {
    /// Nothing yet beside what is gone on with.
    pub fn after(before: &str) -> Self {
        Self { text: before.to_owned(), before: before.len(), ..Self::default() }
    }

    /// All of an answer that lies on disk, as far as it came.
    pub fn of_part(before: &str, bytes: &[u8]) -> Self {
        let mut heard = Self::after(before);
        heard.push(bytes);
        heard.end();
        // How long it thought isn't in the bytes.
        heard.thought = None;
        heard
    }

    /// All of an answer that is whole: a stream, or JSON where a server doesn't stream.
    pub fn of_answer(before: &str, sent: &Sent) -> Self {
        let content_type = sent.content_type.as_deref();
        if content_type == Some("text/event-stream") {
            return Self::of_part(before, &sent.bytes);
        }
        let mut heard = Self::after(before);
        match CreateChatCompletion::read(&sent.receipt, content_type, Bytes::clone(&sent.bytes)) {
            Ok(completion) => heard.take_completion(completion),
            Err(error) => heard.error = Some(error.into()),
        }
        heard
    }

    /// Holds on to what is kept already, where the bytes on disk have less of it: they were cut short then, and what
    /// they say of its end isn't the end of that.
    pub fn hold_on_to(&mut self, text: &str, reasoning: &str) {
        if self.text.starts_with(text) && self.reasoning.starts_with(reasoning) {
            return;
        }
        if !text.starts_with(&self.text[..self.before]) {
            self.before = 0;
        }
        text.clone_into(&mut self.text);
        reasoning.clone_into(&mut self.reasoning);
        self.finish_reason = None;
    }

    /// Takes in the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.deltas.push(bytes);
        self.read();
    }

    /// Takes in the end: where it came too soon, that is the error.
    pub fn end(&mut self) {
        self.deltas.finish();
        self.read();
        self.stop_thinking();
    }

    /// What there is, apart from the bytes to come.
    pub fn copy(&self) -> Self {
        Self {
            deltas: ChatDeltas::new(),
            text: self.text.clone(),
            before: self.before,
            reasoning: self.reasoning.clone(),
            citations: self.citations.clone(),
            calls: self.calls.clone(),
            finish_reason: self.finish_reason.clone(),
            usage: self.usage,
            cost: self.cost,
            id: self.id.clone(),
            error: self.error.clone(),
            thinks_since: None,
            thought: self.thought,
        }
    }

    /// Whether all of it is here.
    pub fn is_whole(&self) -> bool {
        self.error.is_none() && self.finish_reason.is_some()
    }

    /// What is new in it.
    pub fn said(&self) -> &str {
        &self.text[self.before..]
    }

    /// Whether nothing has come.
    pub fn is_silent(&self) -> bool {
        self.said().is_empty() && self.reasoning.is_empty() && self.calls.is_empty()
    }

    fn read(&mut self) {
        while let Some(delta) = self.deltas.next_delta() {
            match delta {
                Ok(delta) => self.take(delta),
                Err(error) => self.error = Some(error.into()),
            }
        }
    }

    fn take(&mut self, delta: ChatDelta) {
        match delta {
            ChatDelta::Started { id, .. } => self.id = id.or(self.id.take()),
            ChatDelta::Content { choice: 0, text } => {
                self.stop_thinking();
                self.text.push_str(&text);
            }
            ChatDelta::Reasoning { choice: 0, text } => {
                self.thinks_since.get_or_insert_with(Instant::now);
                self.reasoning.push_str(&text);
            }
            ChatDelta::ToolCall { choice: 0, call } => {
                self.stop_thinking();
                self.take_call(call);
            }
            ChatDelta::Finished { choice: 0, reason, .. } => {
                self.stop_thinking();
                self.finish_reason = Some(reason.as_str().to_owned());
            }
            ChatDelta::Citations { citations } => self.citations = citations,
            ChatDelta::Usage { usage } => self.usage = Some(usage),
            ChatDelta::Cost { cost } => self.cost = Some(cost),
            _ => {}
        }
    }

    fn take_call(&mut self, delta: ToolCallDelta) {
        let place = delta.index as usize;
        // Numbers that jump are a server's mistake, and no reason to make room for millions of calls.
        if place > self.calls.len() {
            return;
        }
        if place == self.calls.len() {
            let empty = String::new;
            self.calls.push(ToolCallView { id: empty(), name: empty(), arguments: empty() });
        }
        let call = &mut self.calls[place];
        call.id = delta.id.unwrap_or_else(|| std::mem::take(&mut call.id));
        call.name = delta.name.unwrap_or_else(|| std::mem::take(&mut call.name));
        call.arguments.push_str(&delta.arguments);
    }

    fn take_completion(&mut self, completion: ChatCompletion) {
        let ChatCompletion { id, choices, usage, cost, venice_parameters, .. } = completion;
        (self.id, self.usage, self.cost) = (id, usage, cost);
        self.citations = venice_parameters.map(|told| told.web_search_citations).unwrap_or_default();
        let Some(choice) = choices.into_iter().next() else { return };
        self.text.push_str(&choice.message.content);
        self.reasoning = choice.message.reasoning_content.unwrap_or_default();
        self.finish_reason =
            Some(choice.finish_reason.map_or_else(|| "stop".to_owned(), |reason| reason.as_str().to_owned()));
        self.calls = choice
            .message
            .tool_calls
            .into_iter()
            .map(|call| ToolCallView {
                id: call.id,
                name: call.function.name,
                arguments: call.function.arguments,
            })
            .collect();
    }

    fn stop_thinking(&mut self) {
        if let Some(since) = self.thinks_since.take() {
            self.thought = Some(self.thought.unwrap_or_default() + since.elapsed());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &str = concat!(
        "data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Algae\"}}]}\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"t\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}]}}]}\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"}\"}}]},\"finish_reason\":\"stop\"}]}\n\n",
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2},\"cost\":{\"usd\":0.001}}\n\n",
        "data: [DONE]\n\n",
    );

    #[test]
    fn a_whole_stream_is_read_with_all_that_comes() {
        let heard = Heard::of_part("It is ", STREAM.as_bytes());
        assert!(heard.is_whole(), "{:?}", heard.error);
        assert_eq!(
            (heard.text.as_str(), heard.said(), heard.reasoning.as_str()),
            ("It is Algae", "Algae", "hm")
        );
        assert_eq!((heard.calls[0].name.as_str(), heard.calls[0].arguments.as_str()), ("f", "{}"));
        assert_eq!((heard.usage.unwrap().prompt_tokens, heard.id.as_deref()), (5, Some("c1")));
    }

    #[test]
    fn any_cut_keeps_what_came_and_says_so() {
        for cut in 0..STREAM.len() {
            let heard = Heard::of_part("", &STREAM.as_bytes()[..cut]);
            assert!("Algae".starts_with(&heard.text));
            assert!(heard.is_whole() || heard.error.is_some(), "{cut}");
        }
    }

    #[test]
    fn what_is_kept_is_never_made_less() {
        // The bytes have more, as much, less, none, or something else.
        for (cut, kept, whole) in [
            (STREAM.len(), "It is Al", true),
            (STREAM.len(), "It is Algae", true),
            (160, "It is Algae", false),
            (0, "It is Al", false),
            (STREAM.len(), "It is Algae, and", false),
            (STREAM.len(), "It is Seaweed", false),
            (STREAM.len(), "Another", false),
        ] {
            let mut heard = Heard::of_part("It is ", &STREAM.as_bytes()[..cut]);
            heard.hold_on_to(kept, "h");
            assert!(heard.text.starts_with(kept), "{kept}: {}", heard.text);
            assert!(heard.reasoning.starts_with('h'));
            assert_eq!(heard.is_whole(), whole, "{kept}");
            assert_eq!(heard.said(), heard.text.strip_prefix("It is ").unwrap_or(&heard.text));
        }
    }

    #[test]
    fn an_error_inside_ends_it() {
        let broken = format!(
            "{}data: {{\"error\":{{\"message\":\"no\",\"code\":\"INFERENCE_FAILED\"}}}}\n\n",
            &STREAM[..160]
        );
        let heard = Heard::of_part("", broken.as_bytes());
        assert!(!heard.is_whole() && heard.error.is_some());
        assert_eq!(heard.reasoning, "hm");
    }
}
