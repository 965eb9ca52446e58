//! The reins of a running import: how far it is, held or stopped, and the room its workers share.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::events::{AppEvent, EventSink};

/// Progress is told no more often.
const PACE: Duration = Duration::from_millis(50);
/// What the pictures under way may take in memory. One that takes more is looked at alone.
const ROOM: u64 = 256 << 20;

pub(super) struct Control {
    events: Option<EventSink>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    stopped: bool,
    taken: u64,
    told: Option<Instant>,
    so_far: SoFar,
}

/// How far it is.
#[derive(Clone, Copy, Default)]
pub(super) struct SoFar {
    pub(super) done: u32,
    pub(super) total: u32,
    pub(super) refused: u32,
    pub(super) counting: bool,
    paused: bool,
}

impl Control {
    pub(super) fn new(events: Option<EventSink>) -> Self {
        Self { events, state: Mutex::default(), changed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn stop(&self) {
        self.lock().stopped = true;
        self.changed.notify_all();
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.lock().stopped
    }

    pub(super) fn pause(&self, paused: bool) {
        let mut state = self.lock();
        state.so_far.paused = paused;
        self.tell(&mut state);
        drop(state);
        self.changed.notify_all();
    }

    /// Waits while the import is held; false when it was stopped.
    pub(super) fn goes_on(&self) -> bool {
        let mut state = self.lock();
        while state.so_far.paused && !state.stopped {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        !state.stopped
    }

    /// Notes how far it is; told now and then.
    pub(super) fn note(&self, change: impl FnOnce(&mut SoFar)) {
        let mut state = self.lock();
        change(&mut state.so_far);
        if state.told.is_none_or(|told| told.elapsed() >= PACE) {
            self.tell(&mut state);
        }
    }

    /// Tells how far it is, however short ago that was told.
    pub(super) fn tell_now(&self) {
        self.tell(&mut self.lock());
    }

    // Told under the lock, so that nobody hears of an earlier state later.
    fn tell(&self, state: &mut State) {
        let Some(events) = &self.events else { return };
        state.told = Some(Instant::now());
        let SoFar { done, total, refused, counting, paused } = state.so_far;
        events(AppEvent::ImportProgress { done, total, counting, paused, refused });
    }

    /// Waits for room in memory; it is given back when what is answered is dropped.
    pub(super) fn room(&self, bytes: u64) -> Room<'_> {
        let mut state = self.lock();
        while state.taken > 0 && state.taken.saturating_add(bytes) > ROOM {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.taken = state.taken.saturating_add(bytes);
        Room { control: self, bytes }
    }
}

/// Memory that a picture under way may take.
pub(super) struct Room<'a> {
    control: &'a Control,
    bytes: u64,
}

impl Drop for Room<'_> {
    fn drop(&mut self) {
        let mut state = self.control.lock();
        state.taken = state.taken.saturating_sub(self.bytes);
        drop(state);
        self.control.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, atomic::AtomicU32, atomic::Ordering::SeqCst};

    use super::*;

    #[test]
    fn progress_is_told_at_its_pace_and_at_once_when_asked() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ears = Arc::clone(&heard);
        let control = Control::new(Some(Arc::new(move |event| ears.lock().unwrap().push(event))));
        let started = Instant::now();
        for done in 1..=1_000 {
            control.note(|so_far| so_far.done = done);
        }
        let most = started.elapsed().as_millis() / PACE.as_millis() + 1;
        assert!(heard.lock().unwrap().len() as u128 <= most);
        control.tell_now();
        let last = heard.lock().unwrap().pop();
        assert!(matches!(last, Some(AppEvent::ImportProgress { done: 1_000, .. })), "{last:?}");
    }

    #[test]
    fn who_is_held_goes_on_or_learns_of_the_end() {
        let control = Control::new(None);
        control.pause(true);
        std::thread::scope(|scope| {
            let held = scope.spawn(|| control.goes_on());
            control.pause(false);
            assert!(held.join().unwrap());
            control.pause(true);
            let held = scope.spawn(|| control.goes_on());
            control.stop();
            assert!(!held.join().unwrap());
        });
    }

    #[test]
    fn pictures_under_way_share_the_room() {
        let control = Control::new(None);
        let (inside, most) = (AtomicU32::new(0), AtomicU32::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let _room = control.room(ROOM / 2);
                    most.fetch_max(inside.fetch_add(1, SeqCst) + 1, SeqCst);
                    std::thread::yield_now();
                    inside.fetch_sub(1, SeqCst);
                });
            }
        });
        assert!((1..=2).contains(&most.load(SeqCst)));
        drop(control.room(ROOM * 9));
        assert_eq!(control.lock().taken, 0, "more than there is may be taken alone");
    }
}
