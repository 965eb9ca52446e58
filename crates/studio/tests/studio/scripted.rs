//! A microphone that hears what a test gives it; everything behind it is real.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc,
    },
    time::Duration,
};

use audio::{
    Layout,
    devices::Device,
    recorder::{Event, Feed, Options, Recorder},
};
use studio::{
    Studio,
    library::view::ItemView,
    voice::recorder::{Microphone, RecorderEvent, RecorderState},
};
use tokio::sync::Notify;

use crate::bench::Bench;

pub const LAYOUT: Layout = Layout { rate: 48_000, channels: 2 };
/// How long a frame of silence stands for.
const SILENCE: Duration = Duration::from_millis(10);
/// A limit on waiting, for when something is broken.
const PATIENCE: Duration = Duration::from_mins(1);

type Tell = Arc<dyn Fn(Event) + Send + Sync>;

pub struct Script {
    pub free: AtomicU64,
    /// The disk can't be asked how much is free.
    pub is_mute: AtomicBool,
    /// Whoever looks next how much is free waits here.
    gate: Mutex<Option<mpsc::Receiver<()>>>,
    pub devices: Mutex<Vec<Device>>,
    opened: Mutex<Vec<Option<String>>>,
    feed: Mutex<Option<Feed>>,
    tell: Mutex<Option<Tell>>,
    heard: Mutex<Vec<RecorderEvent>>,
    more: Notify,
}

impl Microphone for Script {
    fn inputs(&self) -> audio::Result<Vec<Device>> {
        Ok(self.devices.lock().unwrap().clone())
    }

    fn arm(&self, options: Options) -> audio::Result<Recorder> {
        let devices = self.devices.lock().unwrap().clone();
        if devices.is_empty() {
            return Err(audio::Error::NoDevice);
        }
        if options.device.as_ref().is_some_and(|id| !devices.iter().any(|device| device.id == *id)) {
            return Err(audio::Error::DeviceGone);
        }
        self.opened.lock().unwrap().push(options.device.clone());
        *self.tell.lock().unwrap() = Some(Arc::clone(&options.tell));
        let (recorder, feed) = Recorder::fed(options, LAYOUT)?;
        *self.feed.lock().unwrap() = Some(feed);
        Ok(recorder)
    }

    fn free_bytes(&self, _: &Path) -> std::io::Result<u64> {
        let gate = self.gate.lock().unwrap().take();
        if let Some(gate) = gate {
            // It opens when the other end goes.
            let _ = gate.recv();
        }
        if self.is_mute.load(Ordering::SeqCst) {
            return Err(std::io::ErrorKind::Other.into());
        }
        Ok(self.free.load(Ordering::SeqCst))
    }
}

impl Script {
    /// A studio hears by it from now on.
    pub fn of(studio: &Studio) -> Arc<Self> {
        let device = |id: &str, is_default| Device { id: id.into(), name: format!("The {id}"), is_default };
        let script = Arc::new(Self {
            free: AtomicU64::new(1 << 40),
            is_mute: AtomicBool::new(false),
            gate: Mutex::default(),
            devices: Mutex::new(vec![device("desk", true), device("lapel", false)]),
            opened: Mutex::default(),
            feed: Mutex::default(),
            tell: Mutex::default(),
            heard: Mutex::default(),
            more: Notify::new(),
        });
        script.watch(studio);
        script
    }

    fn watch(self: &Arc<Self>, studio: &Studio) {
        studio.use_microphone(self.clone());
        let ears = Arc::clone(self);
        studio.watch_recorder(Arc::new(move |event| {
            ears.heard.lock().unwrap().push(event);
            ears.more.notify_waiters();
        }));
    }

    /// The devices that were opened, in order.
    pub fn opened(&self) -> Vec<Option<String>> {
        self.opened.lock().unwrap().clone()
    }

    /// Says something into it; all of it is taken.
    pub async fn say(&self, samples: &[f32]) {
        let mut left = samples;
        while !left.is_empty() {
            let taken = self.feed.lock().unwrap().as_mut().unwrap().give(left);
            left = &left[taken..];
            tokio::task::yield_now().await;
        }
    }

    /// What happens to a microphone.
    pub fn happens(&self, event: Event) {
        let tell = self.tell.lock().unwrap().clone();
        tell.unwrap()(event);
    }

    /// Holds up who takes in the microphone's reports until what this answers is dropped: nobody else may look how much is
    /// free meanwhile.
    pub async fn hold_reports(&self) -> mpsc::Sender<()> {
        let (open, gate) = mpsc::channel();
        *self.gate.lock().unwrap() = Some(gate);
        self.hear(|_| self.gate.lock().unwrap().is_none().then_some(())).await;
        open
    }

    /// Waits for an event that answers. It is silent meanwhile: a microphone always sends something, and what it reports
    /// comes with that.
    pub async fn hear<T>(&self, mut answer: impl FnMut(&RecorderEvent) -> Option<T>) -> T {
        let waiting = async {
            loop {
                let more = self.more.notified();
                if let Some(found) = self.heard.lock().unwrap().iter().find_map(&mut answer) {
                    return found;
                }
                if let Some(feed) = self.feed.lock().unwrap().as_mut() {
                    feed.give(&[0.0; 2]);
                }
                drop(tokio::time::timeout(SILENCE, more).await);
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("the event never came")
    }

    /// Waits until the take is at least so long.
    pub async fn taken(&self, least_ms: u64) {
        self.hear(|event| match event {
            RecorderEvent::Heard { length_ms: Some(length), .. } if *length >= least_ms => Some(()),
            _ => None,
        })
        .await;
    }

    pub async fn kept(&self) -> ItemView {
        self.hear(|event| match event {
            RecorderEvent::Kept { item } => Some((**item).clone()),
            _ => None,
        })
        .await
    }

    /// Waits for a state with this problem.
    pub async fn problem(&self, code: &str) -> RecorderState {
        self.hear(|event| match event {
            RecorderEvent::State { state }
                if state.problem.as_ref().is_some_and(|error| error.code == code) =>
            {
                Some((**state).clone())
            }
            _ => None,
        })
        .await
    }
}

/// So many milliseconds of noise that 24 bits hold exactly; another seed, another noise.
pub fn noise(seed: u32, milliseconds: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let count = u64::from(LAYOUT.rate) * u64::from(milliseconds) / 1_000 * u64::from(LAYOUT.channels);
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // 23 bits around nothing, half as loud as can be.
            ((state >> 9) as f32 - 4_194_304.0) / 8_388_608.0
        })
        .collect()
}

/// The samples of a take's file.
pub fn samples(path: &Path) -> Vec<f32> {
    let bytes = std::fs::read(path).unwrap();
    let at = bytes.windows(4).position(|name| name == b"data").unwrap();
    let length = u32::from_le_bytes(bytes[at + 4..at + 8].try_into().unwrap()) as usize;
    let data = &bytes[at + 8..bytes.len().min(at + 8 + length)];
    data.chunks_exact(3)
        .map(|sample| (i32::from_le_bytes([0, sample[0], sample[1], sample[2]]) >> 8) as f32 / 8_388_608.0)
        .collect()
}

/// Whether what was said is all there at the end of a take, in its order; silence apart.
pub fn ends_with(path: &Path, said: &[f32]) -> bool {
    let sounding =
        |samples: &[f32]| -> Vec<f32> { samples.iter().copied().filter(|sample| *sample != 0.0).collect() };
    sounding(&samples(path)).ends_with(&sounding(said))
}

/// The samples' files in the home.
pub fn takes(bench: &Bench) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(bench.home().join("takes")).into_iter().flatten().flatten();
    let mut all: Vec<_> = entries.map(|entry| entry.path()).collect();
    all.sort();
    all
}
