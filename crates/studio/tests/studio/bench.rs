//! What every test needs: a sandbox, a studio on a folder of its own, and ears for its events.

use std::{
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use sandbox::{Config, Fault, Running, Sandbox};
use serde_json::{Value, json};
use studio::{
    Endpoint, Options, Studio,
    events::AppEvent,
    jobs::{
        queue::view::QueueQuery,
        view::{JobState, JobView},
    },
    pictures::estimate::Expected,
    pictures::request::{MakeRequest, PictureRequest},
    voice::speech::{ReadingState, ReadingView, SpeechRequest},
};
use tempfile::TempDir;
use tokio::sync::Notify;

/// A limit on waiting, for when something is broken; nothing depends on its length.
const PATIENCE: Duration = Duration::from_mins(1);

pub struct Bench {
    pub folder: Arc<TempDir>,
    pub sandbox: Arc<Running>,
    pub studio: Studio,
    heard: Arc<Heard>,
}

#[derive(Default)]
struct Heard {
    events: Mutex<Vec<AppEvent>>,
    more: Notify,
}

impl Bench {
    pub async fn new() -> Self {
        Self::with(Vec::new()).await
    }

    pub async fn with(faults: Vec<&str>) -> Self {
        // The tests speak to the sandbox too, perhaps before the client does. Another test may have been quicker.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let faults = faults.iter().map(|fault| fault.parse::<Fault>().unwrap()).collect();
        let sandbox = Sandbox::start(Config { faults, ..Config::instant() }).await.unwrap();
        Self::open(Arc::new(tempfile::tempdir().unwrap()), Arc::new(sandbox)).await
    }

    /// A start of the program on a folder, with the same sandbox.
    pub async fn open(folder: Arc<TempDir>, sandbox: Arc<Running>) -> Self {
        let address = sandbox.base_url();
        Self::open_with(folder, sandbox, address, true).await
    }

    /// With a key for inference alone.
    pub async fn without_admin_key() -> Self {
        let Self { sandbox, .. } = Self::new().await;
        let address = sandbox.base_url();
        Self::open_with(Arc::new(tempfile::tempdir().unwrap()), sandbox, address, false).await
    }

    /// The same; the sandbox is reached by this address.
    pub async fn open_by(folder: Arc<TempDir>, sandbox: Arc<Running>, address: String) -> Self {
        Self::open_with(folder, sandbox, address, true).await
    }

    async fn open_with(folder: Arc<TempDir>, sandbox: Arc<Running>, address: String, is_admin: bool) -> Self {
        let heard = Arc::new(Heard::default());
        let options = || {
            let ears = Arc::clone(&heard);
            Options {
                home: folder.path().join("home"),
                sandbox: None,
                run_account: Some(Endpoint {
                    base_url: address.clone(),
                    key: sandbox.api_key().to_owned().into(),
                    admin_key: is_admin.then(|| sandbox.admin_key().to_owned().into()),
                }),
                events: Arc::new(move |event| {
                    ears.events.lock().unwrap().push(event);
                    ears.more.notify_waiters();
                }),
            }
        };
        let until = std::time::Instant::now() + PATIENCE;
        let studio = loop {
            match Studio::open(options()).await {
                Ok(studio) => break studio,
                // The studio before this one may be letting go of its last read.
                Err(error) if error.code == "in_use" && std::time::Instant::now() < until => {
                    tokio::task::yield_now().await;
                }
                Err(error) => panic!("{error:?}"),
            }
        };
        Self { folder, sandbox, studio, heard }
    }

    /// Closes the studio and opens another on the same folder: a new start of the program.
    pub async fn reopen(self) -> Self {
        self.reopened_after(|| ()).await
    }

    /// The same; something is done to the folder in between.
    pub async fn reopened_after(self, between: impl FnOnce()) -> Self {
        let Self { folder, sandbox, studio, heard } = self;
        studio.close().await;
        drop(studio);
        drop(heard);
        between();
        Self::open(folder, sandbox).await
    }

    pub fn home(&self) -> &Path {
        self.studio.home()
    }

    /// Waits for an event that answers.
    pub async fn hear<T>(&self, mut answer: impl FnMut(&AppEvent) -> Option<T>) -> T {
        let waiting = async {
            let mut from = 0;
            loop {
                let more = self.heard.more.notified();
                let events = self.heard.events.lock().unwrap().clone();
                if let Some(found) = events[from..].iter().find_map(&mut answer) {
                    return found;
                }
                from = events.len();
                more.await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("the event never came")
    }

    /// The next event, whatever it tells; those from now on count.
    pub fn next_event(&self) -> impl Future<Output = ()> + '_ {
        let mut more = Box::pin(self.heard.more.notified());
        more.as_mut().enable();
        more
    }

    /// Waits until something is so; it is looked at again after each event.
    pub async fn until<T>(&self, look: impl AsyncFn() -> Option<T>) -> T {
        let waiting = async {
            loop {
                let told = self.next_event();
                if let Some(found) = look().await {
                    return found;
                }
                told.await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("it never was so")
    }

    /// Presses the button of the Speak tab.
    pub async fn speak(&self, request: SpeechRequest) -> studio::Result<ReadingView> {
        let estimate = self.studio.estimate_speech(&request).await?;
        let expected =
            Expected { account: estimate.account, amount: estimate.amount, over_budgets: Vec::new() };
        self.studio.start_speech(request, expected).await
    }

    pub async fn reading(&self, id: &str) -> ReadingView {
        let all = self.studio.readings().await.unwrap();
        all.into_iter().find(|reading| reading.id == id).expect("there is such a reading")
    }

    /// Waits until nothing more is under way for a reading.
    pub async fn read_out(&self, id: &str) -> ReadingView {
        self.until(async || {
            let reading = self.reading(id).await;
            let ended = matches!(reading.state, ReadingState::Done | ReadingState::Incomplete);
            ended.then_some(reading)
        })
        .await
    }

    /// Does something to the database that the store never would.
    pub fn sql(&self, statement: &str) {
        let database = rusqlite::Connection::open(self.home().join("canaletto.db")).unwrap();
        database.busy_timeout(PATIENCE).unwrap();
        database.execute_batch(statement).unwrap();
    }

    /// The table of all jobs.
    pub async fn listed(&self) -> Vec<JobView> {
        let all = QueueQuery { limit: 500, ..QueueQuery::default() };
        self.studio.queue_page(all).await.unwrap().jobs
    }

    /// Waits until a job has come to an end.
    pub async fn ended(&self, id: &str) -> JobView {
        self.hear(|event| match event {
            AppEvent::Job { job } if job.id == id && !is_open(job.state) => Some((**job).clone()),
            _ => None,
        })
        .await
    }

    pub async fn in_state(&self, id: &str, state: JobState) -> JobView {
        self.hear(|event| match event {
            AppEvent::Job { job } if job.id == id && job.state == state => Some((**job).clone()),
            _ => None,
        })
        .await
    }

    /// Presses the button: at the price and from the account it shows.
    pub async fn start(&self, request: PictureRequest) -> studio::Result<JobView> {
        let estimate = self.studio.estimate_picture(&request).await?;
        let expected =
            Expected { account: estimate.account, amount: estimate.amount, over_budgets: Vec::new() };
        self.studio.start_picture(request, expected).await
    }

    pub async fn run(&self, request: PictureRequest) -> JobView {
        let job = self.start(request).await.unwrap();
        self.ended(&job.id).await
    }

    /// A real file outside the home, as a user has them.
    pub fn file(&self, name: &str, bytes: &[u8]) -> std::path::PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub async fn imported(&self, name: &str, bytes: &[u8]) -> String {
        let picked = self.studio.pick(vec![self.file(name, bytes)]);
        let report =
            self.studio.import_picked(picked.into_iter().map(|file| file.handle).collect()).await.unwrap();
        assert!(report.refused.is_empty(), "{:?}", report.refused);
        report.items[0].id.clone()
    }

    /// The charges of the sandbox: operation and amount.
    pub async fn charges(&self) -> Vec<(String, String)> {
        let ledger = self.control("ledger").await;
        let charges = ledger["charges"].as_array().unwrap().iter();
        charges
            .map(|charge| (charge["operation"].as_str().unwrap().to_owned(), charge["amount"].to_string()))
            .collect()
    }

    /// How many requests of an operation arrived.
    pub async fn posts(&self, operation: &str) -> u64 {
        let seen = self.control("requests").await;
        let seen = seen.as_array().unwrap().iter();
        seen.filter(|row| row["operation"] == operation).map(|row| row["count"].as_u64().unwrap()).sum()
    }

    pub async fn control(&self, route: &str) -> Value {
        let url = format!("{}/{route}", self.sandbox.control_url());
        serde_json::from_slice(&reqwest::get(url).await.unwrap().bytes().await.unwrap()).unwrap()
    }

    /// Waits until all faults have met their requests: a job is *sent* a moment before its request arrives.
    pub async fn faults_met(&self) {
        let waiting = async {
            while self.control("faults").await != json!([]) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("a fault met nothing");
    }

    pub async fn arm(&self, fault: Value) {
        let url = format!("{}/faults", self.sandbox.control_url());
        let answer = reqwest::Client::new().post(url).json(&fault).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }

    pub async fn arm_latency(&self, operation: &str) {
        self.arm(json!({"operation": operation, "kind": "latency", "ms": 60_000})).await;
    }
}

fn is_open(state: JobState) -> bool {
    studio::jobs::steps::is_open(state)
}

/// A request as the form makes it.
pub fn make(prompt: &str, variants: u32) -> PictureRequest {
    PictureRequest::Make(MakeRequest {
        model: "z-image-turbo".into(),
        prompt: prompt.into(),
        width: Some(512),
        height: Some(512),
        variants,
        ..MakeRequest::default()
    })
}

/// A text as the Speak tab asks for it.
pub fn said(text: &str) -> SpeechRequest {
    SpeechRequest {
        model: "tts-kokoro".into(),
        voice: Some("af_sky".into()),
        text: text.into(),
        ..SpeechRequest::default()
    }
}

pub fn picture(width: u32, height: u32, format: image::ImageFormat) -> Vec<u8> {
    let pixels =
        image::RgbImage::from_fn(width, height, |x, y| image::Rgb([(x % 251) as u8, (y % 241) as u8, 90]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    pixels.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}
