//! What the microphone reports, and the watch on the disk.

use std::time::{Duration, Instant};

use audio::recorder::{Event, Level};
use tokio::sync::mpsc::UnboundedReceiver;

use super::{
    RecorderEvent,
    commands::is_due,
    desk::milliseconds,
    room::{self, RESERVE},
};
use crate::{AppError, Studio, events::AppEvent};

/// A test of the microphone is no longer.
const TEST: Duration = Duration::from_secs(10);
/// How often it is looked how much room the disk has.
const LOOK: Duration = Duration::from_secs(1);

/// What is to be done about a report.
enum Due {
    Nothing,
    /// The take with this id ends, for this reason if there is one to tell.
    End(String, Option<AppError>),
    Warn(AppError),
}

impl Studio {
    /// Takes in what an open microphone reports until it is closed.
    pub(super) async fn listen_to_microphone(
        &self,
        number: u64,
        mut events: UnboundedReceiver<(Instant, Event)>,
    ) {
        let (mut free, mut looked) = (u64::MAX, None::<Instant>);
        while let Some((at, event)) = events.recv().await {
            if !self.inner.recorder.standing().is_open(number) {
                // What comes after a microphone was closed is of nobody's take.
                continue;
            }
            match event {
                Event::Heard { level, taken, written } => {
                    if is_due(looked, LOOK) {
                        looked = Some(Instant::now());
                        // A disk that can't be asked isn't full for that.
                        free = self.free_for_takes().await.unwrap_or(free);
                    }
                    match self.microphone_heard(at, level, taken, written, free) {
                        Due::Nothing => {}
                        Due::End(id, problem) => self.end_because(&id, problem).await,
                        Due::Warn(error) => self.tell(AppEvent::Notice { error }),
                    }
                }
                Event::Stalled => self.microphone_stalled(true).await,
                Event::Recovered => self.microphone_stalled(false).await,
                Event::Lost(error) => self.microphone_lost(number, error).await,
                Event::Full(error) => {
                    let problem = match &*error {
                        audio::Error::DiskFull => room::ended(),
                        other => AppError::from(other),
                    };
                    self.take_is_full(number, at, problem).await;
                }
                _ => {}
            }
        }
    }

    fn microphone_heard(
        &self,
        at: Instant,
        level: Level,
        taken: Option<Duration>,
        written: u64,
        free: u64,
    ) -> Due {
        let desk = &self.inner.recorder;
        let mut standing = desk.standing();
        // Reports that waited may be of a take before this one.
        let taken = taken.filter(|_| standing.take.as_ref().is_none_or(|take| take.begun <= at));
        let due = {
            let layout = standing.open.as_ref().map(|open| open.layout);
            match (&mut standing.take, taken) {
                (Some(take), Some(length)) => {
                    take.hear(length, written);
                    let room = room::room(free, layout);
                    if take.is_test {
                        if take.length() >= TEST {
                            Due::End(take.note.id.clone(), None)
                        } else {
                            Due::Nothing
                        }
                    } else if free < RESERVE {
                        Due::End(take.note.id.clone(), Some(room::ended()))
                    } else if room < room::LOW && !take.warned {
                        take.warned = true;
                        Due::Warn(room::low(room))
                    } else {
                        Due::Nothing
                    }
                }
                _ => Due::Nothing,
            }
        };
        drop(standing);
        desk.tell(RecorderEvent::Heard {
            peak: level.peak,
            rms: level.rms,
            held: level.held,
            clipped: level.clipped,
            length_ms: taken.map(milliseconds),
            written,
            free_bytes: free,
        });
        due
    }

    async fn microphone_stalled(&self, stalled: bool) {
        {
            let mut standing = self.inner.recorder.standing();
            let problem = AppError::from(audio::Error::Stalled);
            if stalled {
                standing.problem = Some(problem);
            } else if standing.problem.as_ref().is_some_and(|told| told.code == problem.code) {
                standing.problem = None;
            }
            if let Some(open) = &mut standing.open {
                open.stalled = stalled;
            }
            if let Some(take) = &mut standing.take {
                take.stalled = stalled;
            }
        }
        self.show_recorder().await;
    }
}
