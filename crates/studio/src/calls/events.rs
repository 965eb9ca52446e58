//! What is told of an answer while it arrives.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use venice::Operation;

use super::{Tell, view::CallEvent};

/// Progress is told no more often than this.
const TELL_EVERY: Duration = Duration::from_millis(30);

/// Listens to the bytes of an answer on their way to disk.
pub(crate) struct Hearing {
    tell: Tell,
    state: Mutex<State>,
}

struct State {
    received: u64,
    told: Instant,
}

impl Hearing {
    pub(super) fn new(_operation: Operation, tell: Tell) -> Self {
        Self { tell, state: Mutex::new(State { received: 0, told: Instant::now() }) }
    }

    /// Takes in the next bytes.
    pub(crate) fn hear(&self, bytes: &[u8]) {
        let mut state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        state.received += bytes.len() as u64;
        if state.told.elapsed() >= TELL_EVERY {
            state.told = Instant::now();
            (self.tell)(CallEvent::Received { bytes: state.received });
        }
    }
}
