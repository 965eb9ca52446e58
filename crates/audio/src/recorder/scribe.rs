//! The thread that takes sound out of the ring: keeps the pre-roll, and writes takes.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::{
    Event, Finished,
    pre_roll::PreRoll,
    ring::{Outlet, Piece},
    take::Take,
};
use crate::{Error, Layout, Result, wave};

/// How often the ring is emptied.
const TICK: Duration = Duration::from_millis(20);
/// How often a take is put on disk, counted from one end to the next beginning.
const SYNCS_EVERY: Duration = Duration::from_millis(350);

/// Where events go.
pub(super) type Tell = dyn Fn(Event) + Send + Sync;

/// What the scribe is told to do. What has arrived before is dealt with first.
pub(super) enum Order {
    Start {
        path: PathBuf,
        answer: SyncSender<Result<()>>,
    },
    Pause(SyncSender<Result<()>>),
    Resume(SyncSender<Result<()>>),
    Stop(SyncSender<Result<Finished>>),
    /// Nothing more is to be taken from this ring.
    Leave,
    /// Sound goes on in another ring.
    GoOn(Outlet),
    /// There will be no more sound.
    Lost(Error),
    Close,
}

/// How far the take is.
#[derive(Debug, Default)]
pub(super) struct Progress(Mutex<(Option<Duration>, u64)>);

impl Progress {
    /// Its length, none without a take, and its bytes on disk.
    pub fn read(&self) -> (Option<Duration>, u64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, taken: Option<Duration>, written: u64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (taken, written);
    }
}

pub(super) struct Scribe {
    layout: Layout,
    outlet: Option<Outlet>,
    pre_roll: PreRoll,
    take: Option<Take>,
    synced: Instant,
    /// A take that has ended by itself, until somebody asks for it.
    ended: Option<Finished>,
    is_lost: bool,
    progress: Arc<Progress>,
    tell: Arc<Tell>,
}

impl Scribe {
    pub fn start(
        layout: Layout,
        outlet: Outlet,
        pre_roll: Duration,
        tell: Arc<Tell>,
    ) -> Result<(JoinHandle<()>, Sender<Order>, Arc<Progress>)> {
        let (sender, orders) = mpsc::channel();
        let progress = Arc::new(Progress::default());
        let samples = wave::frames(layout, pre_roll) as usize * usize::from(layout.channels);
        let scribe = Self {
            layout,
            outlet: Some(outlet),
            pre_roll: PreRoll::new(samples),
            take: None,
            synced: Instant::now(),
            ended: None,
            is_lost: false,
            progress: Arc::clone(&progress),
            tell,
        };
        let thread = thread::Builder::new()
            .name("recorder-scribe".to_owned())
            .spawn(move || scribe.run(&orders))
            .map_err(|error| Error::System(error.to_string()))?;
        Ok((thread, sender, progress))
    }

    fn run(mut self, orders: &Receiver<Order>) {
        loop {
            let order = orders.recv_timeout(TICK);
            self.listen();
            match order {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Order::Start { path, answer }) => {
                    let _ = answer.send(self.begin(&path));
                }
                Ok(Order::Pause(answer)) => {
                    let _ = answer.send(self.pause(true));
                }
                Ok(Order::Resume(answer)) => {
                    let _ = answer.send(self.pause(false));
                }
                Ok(Order::Stop(answer)) => {
                    let _ = answer.send(self.stop());
                }
                Ok(Order::Leave) => self.outlet = None,
                Ok(Order::GoOn(outlet)) => self.outlet = Some(outlet),
                Ok(Order::Lost(error)) => {
                    self.is_lost = true;
                    self.end(Event::Lost(Arc::new(error)));
                }
                Ok(Order::Close) | Err(RecvTimeoutError::Disconnected) => break,
            }
            self.sync();
            self.tell_progress();
        }
        if self.take.is_some()
            && let Err(error) = self.stop()
        {
            tracing::error!(%error, "a take was not closed; what was heard is in it");
        }
    }

    /// Takes all that has arrived out of the ring.
    fn listen(&mut self) {
        let channels = u64::from(self.layout.channels);
        let Some(outlet) = &mut self.outlet else { return };
        let (pre_roll, take) = (&mut self.pre_roll, &mut self.take);
        let mut written = Ok(());
        let now = Instant::now();
        outlet.drain(|piece| {
            match piece {
                Piece::Samples(samples) => pre_roll.add(samples),
                Piece::Missing(frames) => pre_roll.add_silence(frames * channels),
            }
            if let (Some(take), Ok(())) = (take.as_mut(), &written) {
                written = take.add(piece, now);
            }
        });
        if let Err(error) = written {
            self.end(Event::Full(Arc::new(error)));
        }
    }

    fn begin(&mut self, path: &Path) -> Result<()> {
        if self.take.is_some() {
            return Err(Error::Invalid("a take is being recorded already"));
        }
        if self.is_lost {
            return Err(Error::DeviceGone);
        }
        self.take = Some(Take::begin(path, self.layout, self.pre_roll.parts(), Instant::now())?);
        self.ended = None;
        // It is put on disk right after the answer.
        self.synced = Instant::now().checked_sub(SYNCS_EVERY).unwrap_or(self.synced);
        Ok(())
    }

    fn pause(&mut self, pause: bool) -> Result<()> {
        let take = self.take.as_mut().ok_or(Error::Invalid("nothing is being recorded"))?;
        take.pause(pause, Instant::now());
        Ok(())
    }

    fn stop(&mut self) -> Result<Finished> {
        if let Some(take) = self.take.take() {
            let (finished, closed) = take.finish();
            return closed.map(|()| finished);
        }
        self.ended.take().ok_or(Error::Invalid("nothing is being recorded"))
    }

    /// The take ends by itself, if there is one.
    fn end(&mut self, why: Event) {
        if let Some(take) = self.take.take() {
            let (finished, closed) = take.finish();
            if let Err(error) = closed {
                tracing::error!(%error, "a take was not closed; what was heard is in it");
            }
            self.ended = Some(finished);
        }
        self.tell_progress();
        (self.tell)(why);
    }

    fn sync(&mut self) {
        if self.synced.elapsed() < SYNCS_EVERY {
            return;
        }
        let Some(take) = &mut self.take else { return };
        let synced = take.sync();
        self.synced = Instant::now();
        if let Err(error) = synced {
            self.end(Event::Full(Arc::new(error)));
        }
    }

    fn tell_progress(&self) {
        match &self.take {
            Some(take) => self.progress.write(Some(take.length()), take.synced()),
            None => self.progress.write(None, 0),
        }
    }
}
