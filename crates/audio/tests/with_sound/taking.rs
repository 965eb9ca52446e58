//! A recorder, and what it tells.

use std::{
    sync::{
        Arc,
        mpsc::{self, Receiver},
    },
    time::{Duration, Instant},
};

use audio::recorder::{Event, Level, Options, Recorder};

use crate::server::LIMIT;

pub struct Taking {
    pub recorder: Recorder,
    events: Receiver<Event>,
}

impl Taking {
    /// Armed with the system's own choice, or with a microphone by its id.
    pub fn arm(device: Option<&str>) -> Self {
        let (sender, events) = mpsc::channel();
        let recorder = Recorder::arm(Options {
            device: device.map(str::to_owned),
            pre_roll: Duration::from_secs(1),
            tell: Arc::new(move |event| drop(sender.send(event))),
        });
        Self { recorder: recorder.expect("a microphone"), events }
    }

    /// What is told next but levels, or none within the limit.
    fn next(&self, limit: Duration) -> Option<Event> {
        let deadline = Instant::now() + limit;
        loop {
            match self.events.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(Event::Heard { .. }) => {}
                Ok(event) => return Some(event),
                Err(_) => return None,
            }
        }
    }

    pub fn told(&self) -> Event {
        self.next(LIMIT).expect("something is told")
    }

    pub fn expect_stalled(&self) {
        let told = self.told();
        assert!(matches!(told, Event::Stalled), "{told:?}");
    }

    pub fn expect_recovered(&self) {
        let told = self.told();
        assert!(matches!(told, Event::Recovered), "{told:?}");
    }

    /// Levels until one is as wanted; nothing else may be told meanwhile.
    pub fn listen(&self, is_wanted: impl FnMut(Level, Option<Duration>) -> bool) {
        self.listen_within(LIMIT, is_wanted);
    }

    pub fn listen_within(&self, limit: Duration, mut is_wanted: impl FnMut(Level, Option<Duration>) -> bool) {
        let deadline = Instant::now() + limit;
        loop {
            match self.events.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(Event::Heard { level, taken, .. }) if is_wanted(level, taken) => return,
                Ok(Event::Heard { .. }) => {}
                other => panic!("it was to be heard, and there was {other:?}"),
            }
        }
    }

    /// Until the take has grown by so much.
    pub fn listen_for(&self, span: Duration) {
        let mut from = None;
        self.listen(|_, taken| {
            // A level from before the take may come first.
            taken.is_some_and(|taken| taken >= *from.get_or_insert(taken) + span)
        });
    }

    /// Until what is played is over: silence for half a second.
    pub fn listen_to_the_end(&self) {
        let mut silent = None;
        self.listen(|level, _| {
            if level.peak > 0.0 {
                silent = None;
                return false;
            }
            silent.get_or_insert_with(Instant::now).elapsed() > Duration::from_millis(500)
        });
    }
}
