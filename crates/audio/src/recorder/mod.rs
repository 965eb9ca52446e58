//! The recorder: a thread that owns the microphone, keeps the last second of it while armed, and writes takes to disk as
//! they are heard.
//!
//! Nothing that was heard more than a second ago is in memory only. A take is one [`crate::wave`] file that can be read
//! whatever ended it.
//!
//! Sound takes this way: the sound system's own thread puts it in a ring (`ring`) and never waits; the scribe's thread
//! (`scribe`) takes it out, keeps the pre-roll and writes the take; a third one (`watch`) sees to it that sound keeps
//! coming, opens the microphone again when it doesn't, and tells how loud it is. The ring holds 12 seconds, so that a disk
//! that stands still for ten costs nothing.

mod feed;
mod meter;
mod microphone;
mod patience;
mod pre_roll;
mod ring;
mod scribe;
mod take;
mod watch;

#[cfg(test)]
mod tests;

use std::{
    path::PathBuf,
    sync::{
        Arc,
        mpsc::{self, Sender, SyncSender},
    },
    thread::JoinHandle,
    time::Duration,
};

pub use self::feed::Feed;
use self::{
    microphone::Microphone,
    scribe::{Order, Progress, Scribe},
};
use crate::{Error, Layout, Result};

/// What a recorder is armed with.
pub struct Options {
    /// A microphone's id; the system's own choice without one.
    pub device: Option<String>,
    /// How much from before its start a take begins with.
    pub pre_roll: Duration,
    /// Where what happens goes; called from threads of the recorder, and must not block.
    pub tell: Arc<dyn Fn(Event) + Send + Sync>,
}

/// How loud it is, from 0 to 1 and above where it clips.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Level {
    /// The loudest sample since the last report.
    pub peak: f32,
    /// The root mean square since the last report.
    pub rms: f32,
    /// The loudest sample lately; it stays for a moment and then falls.
    pub held: f32,
    /// Samples at the end of the scale since the last report.
    pub clipped: u32,
}

/// What happens, about 20 times a second while armed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event {
    /// How loud it is, and how far the take is.
    Heard {
        /// How loud.
        level: Level,
        /// The take's length so far, pauses left out; none while nothing is recorded.
        taken: Option<Duration>,
        /// Bytes of the take that are on disk.
        written: u64,
    },
    /// The microphone has sent nothing for a second. What is recorded is safe; it is tried again meanwhile.
    Stalled,
    /// It sends again; the silence in between is in the take.
    Recovered,
    /// The microphone is gone, and with it the take has ended. What was heard is on disk.
    Lost(Arc<Error>),
    /// The take has ended because it couldn't be written any further. What was written is safe.
    Full(Arc<Error>),
}

/// A take that has ended, whole on disk.
#[derive(Debug, Clone, PartialEq)]
pub struct Finished {
    /// Its file.
    pub path: PathBuf,
    /// How its samples are laid out.
    pub layout: Layout,
    /// Its length.
    pub length: Duration,
    /// Frames that were lost on the way, by the sound system or because the disk stood still for too long. There is
    /// silence in their place.
    pub lost: u64,
}

/// An armed microphone. Dropping it closes the microphone, and ends a take that still runs.
pub struct Recorder {
    layout: Layout,
    device: Option<String>,
    orders: Sender<Order>,
    scribe: Option<JoinHandle<()>>,
    /// Closed by dropping it: the end of the watch.
    _watch: Sender<()>,
}

impl Recorder {
    /// Opens the microphone. It answers once the first samples have come, or after some seconds that they haven't.
    pub fn arm(options: Options) -> Result<Self> {
        let Options { device, pre_roll, tell } = options;
        let (microphone, outlet) = Microphone::open(&microphone::Wanted::first(device.clone()))?;
        let (layout, opened) = (microphone.layout, microphone.id.clone());
        let (scribe, orders, progress) = Scribe::start(layout, outlet, pre_roll, Arc::clone(&tell))?;
        let (closing, closed) = mpsc::channel();
        let keeper = watch::Keeper::new(microphone, device, orders.clone(), progress, tell);
        watch::start(move || keeper.run(&closed))?;
        Ok(Self { layout, device: Some(opened), orders, scribe: Some(scribe), _watch: closing })
    }

    /// A recorder that hears what the program itself gives to [`Feed`] instead of a microphone. `options.device` has no
    /// meaning then, and nothing is ever stalled or lost.
    pub fn fed(options: Options, layout: Layout) -> Result<(Self, Feed)> {
        let Options { pre_roll, tell, .. } = options;
        let (inlet, outlet) = ring::ring(layout);
        let heard = inlet.heard();
        let (scribe, orders, progress) = Scribe::start(layout, outlet, pre_roll, Arc::clone(&tell))?;
        let (closing, closed) = mpsc::channel();
        watch::start(move || watch::tell_levels(&heard, &progress, &*tell, &closed))?;
        let recorder = Self { layout, device: None, orders, scribe: Some(scribe), _watch: closing };
        Ok((recorder, Feed::new(inlet)))
    }

    /// How samples come.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// The microphone that was opened, by its id; none where there is no microphone.
    pub fn device(&self) -> Option<&str> {
        self.device.as_deref()
    }

    /// Begins a take in a new file, with what was heard in the pre-roll. It answers once the first of it is written.
    pub fn start(&self, path: PathBuf) -> Result<()> {
        self.ask(|answer| Order::Start { path, answer })
    }

    /// Holds the take: what is heard from now on is left out.
    pub fn pause(&self) -> Result<()> {
        self.ask(Order::Pause)
    }

    /// Goes on with it.
    pub fn resume(&self) -> Result<()> {
        self.ask(Order::Resume)
    }

    /// Ends the take; it is on disk when this answers. The microphone stays open. Where the take has ended by itself
    /// ([`Event::Lost`], [`Event::Full`]), it answers what there is of it, once.
    pub fn stop(&self) -> Result<Finished> {
        self.ask(Order::Stop)
    }

    fn ask<T>(&self, order: impl FnOnce(SyncSender<Result<T>>) -> Order) -> Result<T> {
        let (sender, answer) = mpsc::sync_channel(1);
        let gone = || Error::System("the recorder has ended".to_owned());
        self.orders.send(order(sender)).map_err(|_| gone())?;
        answer.recv().map_err(|_| gone())?
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        // The take is to be on disk; the microphone may take its time, and closes in a thread of its own.
        let _ = self.orders.send(Order::Close);
        if let Some(scribe) = self.scribe.take() {
            let _ = scribe.join();
        }
    }
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Recorder")
            .field("layout", &self.layout)
            .field("device", &self.device)
            .finish_non_exhaustive()
    }
}
