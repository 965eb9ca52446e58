//! An answer while it is written: heard byte by byte, told to whoever listens, and put on disk as it grows.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use store::{ConversationId, JobId, MessageId};
use tokio::sync::{Notify, watch};

use super::{Tell, heard::Heard, view::ChatEvent};
use crate::{AppError, Result, Studio, error::Code, jobs::Hearing};

/// What comes within this time is told together.
const TELL_EVERY: Duration = Duration::from_millis(30);
/// What has come is on disk after this time.
const KEEP_EVERY: Duration = Duration::from_millis(500);

/// An answer that is being written.
pub(super) struct Writing {
    pub conversation: ConversationId,
    pub message: MessageId,
    pub job: JobId,
    state: Mutex<State>,
    more: Notify,
    over: watch::Sender<bool>,
}

struct State {
    heard: Heard,
    told: Reached,
    kept: Reached,
    citations: usize,
    calls: usize,
    listeners: Vec<Tell>,
}

/// How far a listener or the disk is, in bytes.
#[derive(Clone, Copy)]
struct Reached {
    text: usize,
    reasoning: usize,
}

impl State {
    /// What is new since `reached`, which is then here.
    fn news(heard: &Heard, reached: &mut Reached) -> (String, String) {
        let text = heard.text[reached.text..].to_owned();
        let reasoning = heard.reasoning[reached.reasoning..].to_owned();
        *reached = Reached { text: heard.text.len(), reasoning: heard.reasoning.len() };
        (text, reasoning)
    }

    fn tell(&mut self) {
        let (text, reasoning) = Self::news(&self.heard, &mut self.told);
        let mut events = Vec::new();
        if self.citations != self.heard.citations.len() {
            self.citations = self.heard.citations.len();
            events.push(ChatEvent::Citations { citations: self.heard.citations.clone() });
        }
        for (text, reasoning) in [(reasoning, true), (text, false)] {
            if !text.is_empty() {
                events.push(ChatEvent::Text { text, reasoning });
            }
        }
        let calls = self.heard.calls.iter().map(|call| call.name.len() + call.arguments.len() + 1).sum();
        if self.calls != calls {
            self.calls = calls;
            events.push(ChatEvent::ToolCalls { calls: self.heard.calls.clone() });
        }
        for event in events {
            for listener in &self.listeners {
                listener(event.clone());
            }
        }
    }
}

impl Hearing for Writing {
    fn hear(&self, bytes: &[u8]) {
        self.state().heard.push(bytes);
        self.more.notify_one();
    }
}

impl Writing {
    pub fn new(
        conversation: ConversationId,
        message: MessageId,
        job: JobId,
        before: &str,
        tell: Tell,
    ) -> Self {
        let reached = Reached { text: before.len(), reasoning: 0 };
        let state = State {
            heard: Heard::after(before),
            told: reached,
            kept: reached,
            citations: 0,
            calls: 0,
            listeners: vec![tell],
        };
        let (over, _) = watch::channel(false);
        Self { conversation, message, job, state: Mutex::new(state), more: Notify::new(), over }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Listens from here on; `at` is told what there is. False when it is over.
    pub fn follow(&self, tell: Tell, at: impl FnOnce(&Heard)) -> bool {
        let mut state = self.state();
        if *self.over.borrow() {
            return false;
        }
        // Those who listen already are brought to the same place first.
        state.tell();
        at(&state.heard);
        state.listeners.push(tell);
        true
    }

    /// Looks at what was heard; `is_end` when nothing more can come.
    pub fn look<T>(&self, is_end: bool, look: impl FnOnce(&Heard) -> T) -> T {
        let mut state = self.state();
        if is_end {
            state.heard.end();
        }
        look(&state.heard)
    }

    /// Tells the end, to each listener once.
    pub fn end(&self, last: &ChatEvent) {
        let mut state = self.state();
        state.tell();
        self.over.send_replace(true);
        self.more.notify_one();
        for listener in std::mem::take(&mut state.listeners) {
            listener(last.clone());
        }
    }

    async fn tell_on(&self) {
        let mut over = self.over.subscribe();
        loop {
            tokio::select! {
                () = self.more.notified() => {}
                _ = over.wait_for(|over| *over) => return,
            }
            self.state().tell();
            // The first words are told at once; what follows them closely waits for one another.
            tokio::time::sleep(TELL_EVERY).await;
        }
    }

    async fn keep_on(&self, studio: &Studio) {
        let mut over = self.over.subscribe();
        loop {
            tokio::select! {
                () = tokio::time::sleep(KEEP_EVERY) => {}
                _ = over.wait_for(|over| *over) => return,
            }
            let (text, reasoning, before) = {
                let mut state = self.state();
                let State { heard, kept, .. } = &mut *state;
                let before = *kept;
                let (text, reasoning) = State::news(heard, kept);
                (text, reasoning, before)
            };
            if text.is_empty() && reasoning.is_empty() {
                continue;
            }
            let id = self.message;
            let appended = studio.store(move |store| store.messages().append(id, &text, &reasoning)).await;
            if let Err(error) = appended {
                // It is in the work file too; the next time brings it.
                tracing::warn!(code = error.code, "an answer was not written down as it grew");
                self.state().kept = before;
            }
        }
    }
}

/// The answers that are being written in this process, one for each conversation.
#[derive(Default)]
pub(super) struct Writers(Mutex<HashMap<ConversationId, Arc<Writing>>>);

impl Writers {
    fn all(&self) -> MutexGuard<'_, HashMap<ConversationId, Arc<Writing>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins an answer, unless one is being written there already.
    pub fn begin(&self, writing: &Arc<Writing>) -> Result<()> {
        match self.all().entry(writing.conversation) {
            std::collections::hash_map::Entry::Occupied(_) => Err(busy()),
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(Arc::clone(writing));
                Ok(())
            }
        }
    }

    pub fn of_conversation(&self, id: ConversationId) -> Option<Arc<Writing>> {
        self.all().get(&id).cloned()
    }

    pub fn of_message(&self, id: MessageId) -> Option<Arc<Writing>> {
        self.all().values().find(|writing| writing.message == id).cloned()
    }

    pub fn of_job(&self, id: JobId) -> Option<Arc<Writing>> {
        self.all().values().find(|writing| writing.job == id).cloned()
    }

    /// It is over: another may begin.
    pub fn end(&self, writing: &Writing) {
        let mut all = self.all();
        if all.get(&writing.conversation).is_some_and(|there| there.message == writing.message) {
            all.remove(&writing.conversation);
        }
    }
}

fn busy() -> AppError {
    AppError::new(
        Code::ConversationBusy,
        "An answer is being written in this conversation.",
        "Wait for its end, or stop it first.",
    )
}

impl Studio {
    /// Tells and keeps an answer as it grows, until it is over.
    pub(super) fn accompany(&self, writing: &Arc<Writing>) {
        let (studio, writing) = (self.clone(), Arc::clone(writing));
        self.inner.tasks.spawn(async move {
            tokio::join!(writing.tell_on(), writing.keep_on(&studio));
        });
    }
}
