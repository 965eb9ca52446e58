//! An open microphone. Opening and closing it may wait for a driver without end, so both happen in a thread that nobody
//! waits for longer than some seconds.

mod card;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    time::Instant,
};

use super::{
    ring::{Heard, Inlet, Outlet, ring, ring_after},
    watch,
};
use crate::{
    Error, Layout, Result,
    devices::{self, ANSWERS_WITHIN, Found},
};

/// Which microphone is to be opened, and how.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// This one, or the system's own choice.
    pub device: Option<String>,
    /// Where another is already recorded from that this one goes on for: how its samples were laid out, and when they ended.
    pub goes_on: Option<(Layout, Instant)>,
}

impl Wanted {
    /// One that nothing has been recorded from.
    pub fn first(device: Option<String>) -> Self {
        Self { device, goes_on: None }
    }

    /// A ring for a microphone that is laid out so by itself.
    fn ring(&self, natural: Layout) -> (Inlet, Outlet) {
        match self.goes_on {
            Some((layout, last)) => ring_after(layout, last),
            None => ring(natural),
        }
    }
}

/// A microphone that sends. Dropping it closes it, some time later.
pub(super) struct Microphone {
    pub id: String,
    pub layout: Layout,
    pub heard: Arc<Heard>,
    broken: Arc<AtomicBool>,
    _close: Sender<()>,
}

/// What the thread that holds the microphone has to tell.
enum News {
    Opened(Box<(Opened, Outlet)>),
    Sends,
    Failed(Error),
}

struct Opened {
    id: String,
    layout: Layout,
    heard: Arc<Heard>,
    broken: Arc<AtomicBool>,
}

impl Opened {
    fn new(id: String, inlet: &Inlet) -> Self {
        Self { id, layout: inlet.layout(), heard: inlet.heard(), broken: Arc::default() }
    }
}

impl Microphone {
    /// Opens it and waits for its first samples.
    pub fn open(wanted: &Wanted) -> Result<(Self, Outlet)> {
        let (news, told) = mpsc::channel();
        let (close, closed) = mpsc::channel();
        let wanted = wanted.clone();
        watch::start(move || {
            if let Err(error) = hold(&wanted, &news, &closed) {
                let _ = news.send(News::Failed(error));
            }
        })?;
        let deadline = Instant::now() + ANSWERS_WITHIN;
        let mut opened = None;
        loop {
            match told.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(News::Opened(parts)) => opened = Some(*parts),
                Ok(News::Sends) => break,
                Ok(News::Failed(error)) => return Err(error),
                Err(RecvTimeoutError::Timeout) if opened.is_some() => return Err(Error::Stalled),
                Err(_) => return Err(Error::unanswered()),
            }
        }
        let (Opened { id, layout, heard, broken }, outlet) = opened.ok_or(Error::Stalled)?;
        Ok((Self { id, layout, heard, broken, _close: close }, outlet))
    }

    /// Whether it is known that nothing will come from it any more.
    pub fn is_broken(&self) -> bool {
        self.broken.load(Relaxed)
    }

    /// When sound came last.
    pub fn last(&self) -> Instant {
        // It has been opened with its first samples.
        self.heard.last().unwrap_or_else(Instant::now)
    }
}

/// Opens the microphone and keeps it until it is to be closed.
fn hold(wanted: &Wanted, news: &Sender<News>, closed: &Receiver<()>) -> Result<()> {
    match devices::find(wanted.device.as_deref())? {
        #[cfg(target_os = "linux")]
        Found::Source(source) => {
            let (inlet, outlet) = wanted.ring(source.layout());
            let opened = Opened::new(source.device.id.clone(), &inlet);
            let layout = opened.layout;
            // First, so that it is told before the first samples are.
            let _ = news.send(News::Opened(Box::new((opened, outlet))));
            let _recording = source.record(layout, floats(inlet, news.clone()))?;
            let _ = closed.recv();
            Ok(())
        }
        Found::Card(card) => card::hold(&card, wanted, news, closed),
    }
}

/// Puts the bytes of floats into the ring.
#[cfg(target_os = "linux")]
fn floats(mut inlet: Inlet, news: Sender<News>) -> impl FnMut(&[u8]) + Send + 'static {
    let mut news = Some(news);
    let mut samples = Vec::new();
    move |bytes| {
        let now = Instant::now();
        samples.clear();
        let (floats, _) = bytes.as_chunks::<4>();
        samples.extend(floats.iter().map(|float| f32::from_le_bytes(*float)));
        inlet.hear(&samples, now);
        if let Some(news) = news.take() {
            let _ = news.send(News::Sends);
        }
    }
}
