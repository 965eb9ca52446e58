//! What the recorder holds: the open microphone, the take that is made, who is told.

use std::{
    collections::HashSet,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use audio::{Layout, recorder::Recorder};

use super::{
    Microphone, RecorderEvent, RecorderState, RecorderTell, TakeNow, microphone::SystemMicrophone,
    notes::TakeNote, room::room,
};
use crate::AppError;

/// A report of the microphone older than this no longer says where the take is.
const FRESH: Duration = Duration::from_millis(250);

/// The recorder of a studio.
pub(crate) struct Desk {
    /// One command after the other; what the microphone reports waits for nobody.
    pub(super) turn: tokio::sync::Mutex<()>,
    microphone: Mutex<Arc<dyn Microphone>>,
    standing: Mutex<Standing>,
    tell: Mutex<Option<RecorderTell>>,
    claimed: Arc<Mutex<HashSet<String>>>,
}

/// How it stands.
#[derive(Default)]
pub(super) struct Standing {
    pub(super) open: Option<Open>,
    pub(super) take: Option<Take>,
    pub(super) problem: Option<AppError>,
    /// Counts the microphones that were opened.
    opened: u64,
}

/// An open microphone.
#[derive(Clone)]
pub(super) struct Open {
    pub(super) number: u64,
    /// What was asked for; the system's own choice without one.
    pub(super) asked: Option<String>,
    /// What was opened.
    pub(super) device: Option<String>,
    pub(super) layout: Layout,
    /// It sends nothing just now.
    pub(super) stalled: bool,
    pub(super) armed: Arc<Recorder>,
}

/// A take that is being made.
pub(super) struct Take {
    pub(super) note: TakeNote,
    pub(super) is_test: bool,
    pub(super) paused: bool,
    pub(super) stalled: bool,
    /// The user was told that the room comes to an end.
    pub(super) warned: bool,
    pub(super) claim: Claim,
    /// What was reported before is of no part of it.
    pub(super) begun: Instant,
    length: Duration,
    heard: Instant,
    written: u64,
}

/// A take somebody is at work on: nobody else records, keeps or clears it meanwhile.
pub(super) struct Claim {
    pub(super) id: String,
    all: Arc<Mutex<HashSet<String>>>,
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            turn: tokio::sync::Mutex::default(),
            microphone: Mutex::new(Arc::new(SystemMicrophone)),
            standing: Mutex::default(),
            tell: Mutex::default(),
            claimed: Arc::default(),
        }
    }
}

impl Desk {
    pub(super) fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn microphone(&self) -> Arc<dyn Microphone> {
        Arc::clone(&self.microphone.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn set_microphone(&self, microphone: Arc<dyn Microphone>) {
        *self.microphone.lock().unwrap_or_else(PoisonError::into_inner) = microphone;
    }

    pub(super) fn set_tell(&self, tell: RecorderTell) {
        *self.tell.lock().unwrap_or_else(PoisonError::into_inner) = Some(tell);
    }

    pub(super) fn tell(&self, event: RecorderEvent) {
        let tell = self.tell.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(tell) = tell {
            tell(event);
        }
    }

    /// None while another is at work on it.
    pub(super) fn claim(&self, id: &str) -> Option<Claim> {
        let first = self.claimed.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned());
        first.then(|| Claim { id: id.to_owned(), all: Arc::clone(&self.claimed) })
    }
}

impl Standing {
    pub(super) fn opens(&mut self, asked: Option<String>, armed: Recorder) -> u64 {
        self.opened += 1;
        let device = armed.device().map(str::to_owned).or_else(|| asked.clone());
        let layout = armed.layout();
        let (number, armed) = (self.opened, Arc::new(armed));
        self.open = Some(Open { number, asked, device, layout, stalled: false, armed });
        self.opened
    }

    pub(super) fn is_open(&self, number: u64) -> bool {
        self.open.as_ref().is_some_and(|open| open.number == number)
    }

    /// The state, with the microphone that was chosen last.
    pub(super) fn view(&self, chosen: Option<String>, free_bytes: u64) -> RecorderState {
        let layout = self.open.as_ref().map(|open| open.layout);
        RecorderState {
            armed: self.open.is_some(),
            device: self.open.as_ref().map_or(chosen, |open| open.device.clone()),
            rate: layout.map(|layout| layout.rate),
            channels: layout.map(|layout| layout.channels),
            take: self.take.as_ref().map(Take::view),
            free_bytes,
            room_ms: Some(milliseconds(room(free_bytes, layout))),
            problem: self.problem.clone(),
        }
    }
}

impl Take {
    pub(super) fn begin(note: TakeNote, is_test: bool, claim: Claim) -> Self {
        Self {
            note,
            is_test,
            claim,
            begun: Instant::now(),
            paused: false,
            stalled: false,
            warned: false,
            length: Duration::ZERO,
            heard: Instant::now(),
            written: 0,
        }
    }

    pub(super) fn hear(&mut self, length: Duration, written: u64) {
        (self.length, self.written, self.heard) = (length, written, Instant::now());
    }

    pub(super) fn length(&self) -> Duration {
        self.length
    }

    /// Where the take is at this moment: reports come some 20 times a second.
    pub(super) fn place(&self) -> Duration {
        let since = self.heard.elapsed();
        let runs = !self.paused && !self.length.is_zero();
        // Of a microphone that sends nothing nothing is reported; when it sends again, silence of that length is in the take.
        if runs && (self.stalled || since < FRESH) { self.length + since } else { self.length }
    }

    fn view(&self) -> TakeNow {
        TakeNow {
            length_ms: milliseconds(self.length),
            written: self.written,
            paused: self.paused,
            stalled: self.stalled,
            is_test: self.is_test,
            markers: self.note.markers.clone(),
        }
    }

    /// Its samples.
    pub(super) fn file(&self, folder: &std::path::Path) -> PathBuf {
        if self.is_test { super::notes::test(folder) } else { super::notes::sound(folder, &self.note.id) }
    }
}

pub(super) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_lies_where_it_was_made_also_while_the_microphone_is_silent() {
        let desk = Desk::default();
        let note = TakeNote::now(None);
        let claim = desk.claim(&note.id).unwrap();
        assert!(desk.claim(&note.id).is_none());
        let mut take = Take::begin(note, false, claim);
        let ago = |seconds| Instant::now().checked_sub(Duration::from_secs(seconds)).unwrap();
        take.hear(Duration::from_mins(1), 1);
        take.heard = ago(5);
        assert_eq!(take.place(), Duration::from_mins(1), "a report that is old says no more than it said");
        take.stalled = true;
        // When it sends again, silence of that length is in the take.
        assert!((65..70).contains(&take.place().as_secs()), "{:?}", take.place());
        take.paused = true;
        assert_eq!(take.place(), Duration::from_mins(1));
    }
}
