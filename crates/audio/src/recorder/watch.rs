//! Sees to it that sound keeps coming, and tells how loud it is.

use std::{
    sync::{
        Arc,
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use super::{
    Event, Progress,
    meter::Held,
    microphone::{Microphone, Wanted},
    patience::{Patience, Step},
    ring::{Heard, Outlet},
    scribe::{Order, Tell},
};
use crate::{Error, Layout, Result};

/// How often levels are told.
const TICK: Duration = Duration::from_millis(50);
/// The system's own choice may be another one while it starts again: for so long the same microphone is waited for.
const WAITS_FOR_THE_SAME: Duration = Duration::from_secs(4);

/// Starts a thread of the recorder's.
pub(super) fn start(work: impl FnOnce() + Send + 'static) -> Result<()> {
    let thread = thread::Builder::new().name("recorder".to_owned());
    thread.spawn(work).map(drop).map_err(|error| Error::System(error.to_string()))
}

/// Tells levels until `closed` says that it's enough.
pub(super) fn tell_levels(heard: &Heard, progress: &Progress, tell: &Tell, closed: &Receiver<()>) {
    let mut held = Held::default();
    while closed.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
        tell_level(&mut held, heard, progress, tell);
    }
}

fn tell_level(held: &mut Held, heard: &Heard, progress: &Progress, tell: &Tell) {
    if let Some(level) = held.read(&heard.meter, Instant::now()) {
        let (taken, written) = progress.read();
        tell(Event::Heard { level, taken, written });
    }
}

type Attempt = Receiver<Result<(Microphone, Outlet)>>;

/// Keeps a microphone open.
pub(super) struct Keeper {
    /// None when it is known that nothing will come from it.
    microphone: Option<Microphone>,
    /// When sound came last.
    last: Instant,
    /// The one that was opened first, and whether another will do.
    id: String,
    or_another: bool,
    layout: Layout,
    patience: Patience,
    attempt: Option<Attempt>,
    /// Why it couldn't be opened again.
    why: Option<Error>,
    held: Held,
    orders: Sender<Order>,
    progress: Arc<Progress>,
    tell: Arc<Tell>,
}

impl Keeper {
    pub fn new(
        microphone: Microphone,
        device: Option<String>,
        orders: Sender<Order>,
        progress: Arc<Progress>,
        tell: Arc<Tell>,
    ) -> Self {
        Self {
            last: microphone.last(),
            id: microphone.id.clone(),
            or_another: device.is_none(),
            layout: microphone.layout,
            microphone: Some(microphone),
            patience: Patience::default(),
            attempt: None,
            why: None,
            held: Held::default(),
            orders,
            progress,
            tell,
        }
    }

    /// Until `closed` says that it's enough, or the microphone is lost.
    pub fn run(mut self, closed: &Receiver<()>) {
        while closed.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
            if let Some(microphone) = &self.microphone {
                tell_level(&mut self.held, &microphone.heard, &self.progress, &*self.tell);
            }
            self.take_attempt();
            if !self.step(Instant::now()) {
                return;
            }
        }
    }

    /// False when the microphone is lost.
    fn step(&mut self, now: Instant) -> bool {
        if let Some(microphone) = &self.microphone {
            self.last = microphone.last();
            if microphone.is_broken() {
                // Whatever still comes isn't from it.
                self.microphone = None;
                let _ = self.orders.send(Order::Leave);
            }
        }
        match self.patience.step(now, self.last, self.microphone.is_none(), self.attempt.is_some()) {
            Step::Nothing => {}
            Step::Stall => {
                tracing::warn!("the microphone has stalled");
                (self.tell)(Event::Stalled);
            }
            Step::Revive => {
                self.attempt = None;
                (self.tell)(Event::Recovered);
            }
            Step::Try => self.attempt = self.open_again(now),
            Step::GiveUp => {
                let why = self.why.take().unwrap_or(Error::Stalled);
                let _ = self.orders.send(Order::Lost(why));
                return false;
            }
        }
        true
    }

    /// In a thread of its own: levels and time go on.
    fn open_again(&self, now: Instant) -> Option<Attempt> {
        let any = self.or_another
            && self.patience.silent_for(now).is_some_and(|silent| silent > WAITS_FOR_THE_SAME);
        let device = (!any).then(|| self.id.clone());
        let wanted = Wanted { device, goes_on: Some((self.layout, self.last)) };
        let (sender, attempt) = mpsc::sync_channel(1);
        let opening = start(move || {
            let _ = sender.send(Microphone::open(&wanted));
        });
        opening.is_ok().then_some(attempt)
    }

    /// Goes on with a microphone that was opened anew, unless the old one sends again.
    fn take_attempt(&mut self) {
        let Some(opened) = self.attempt.as_ref().and_then(|attempt| attempt.try_recv().ok()) else { return };
        self.attempt = None;
        let revived = self.microphone.as_ref().is_some_and(|microphone| microphone.last() > self.last);
        match opened {
            Ok((microphone, outlet)) if !revived => {
                let _ = self.orders.send(Order::GoOn(outlet));
                self.microphone = Some(microphone);
                self.patience.opened();
                tracing::info!("the microphone sends again");
                (self.tell)(Event::Recovered);
            }
            Ok(_) => {}
            Err(error) => self.why = Some(error),
        }
    }
}
