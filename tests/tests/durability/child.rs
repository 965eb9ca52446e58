//! The process that is killed: the studio without a window, with one job.

use std::{
    io::{Read as _, Write as _},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use serde::{Deserialize, Serialize};
use studio::{
    Endpoint, Options, Studio,
    events::AppEvent,
    films::request::FilmRequest,
    jobs::{queue::view::QueueQuery, steps, view::JobView},
    library::view::{FileView, ItemView, LibraryQuery, MediaKind},
    music::request::MusicRequest,
    pictures::{
        estimate::Expected,
        request::{MakeRequest, PictureRequest},
    },
    settings::SettingsPatch,
    voice::speech::{ReadingState, SpeechRequest},
};
use tokio::sync::Notify;

use super::plan::Work;

/// The variable that tells this process what to do.
pub const ORDERS: &str = "DURABILITY_ORDERS";
/// The name of the test that is this process.
pub const NAME: &str = "durability::child::lives";

/// What a life is begun with.
#[derive(Serialize, Deserialize)]
pub struct Orders {
    pub home: PathBuf,
    pub base_url: String,
    pub api_key: String,
    pub admin_key: String,
    pub work: Work,
    pub clears: bool,
    /// The Queue is paused.
    pub pauses: bool,
}

/// A line of its output.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// A job as it is now.
    Job(Box<JobView>),
    /// Nothing is under way any more. It ends when nobody writes to it any more.
    Done(Box<Report>),
}

/// How things stand at the end.
#[derive(Debug, Serialize, Deserialize)]
pub struct Report {
    pub jobs: Vec<JobView>,
    pub items: Vec<Found>,
    pub readings: usize,
}

/// An item of the library, looked at.
#[derive(Debug, Serialize, Deserialize)]
pub struct Found {
    pub item: ItemView,
    pub file: FileView,
    pub job: Option<String>,
    /// What its bytes are when they are decoded, or why they can't be.
    pub decoded: Result<Decoded, String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Decoded {
    pub width: u32,
    pub height: u32,
    pub length_ms: u64,
}

fn tell(told: &Told) {
    let line = serde_json::to_string(told).expect("JSON");
    // Nobody listens any more where this fails: the end is near.
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "\n{line}");
    let _ = out.flush();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a process of its own, which the other tests begin and kill"]
async fn lives() {
    let Ok(orders) = std::env::var(ORDERS) else { return };
    let orders: Orders = serde_json::from_str(&orders).expect("orders");
    let news = Arc::new(Notify::new());
    let studio = open(&orders, Arc::clone(&news)).await;
    let patch = SettingsPatch { clear_at_provider: Some(orders.clears), ..SettingsPatch::default() };
    studio.change_settings(patch).await.expect("settings are kept");
    let jobs = jobs(&studio).await;
    let is_new = jobs.is_empty();
    for job in jobs {
        tell(&Told::Job(Box::new(job)));
    }
    studio.pause_queue(orders.pauses).await.expect("that is kept");
    if is_new {
        start(&studio, orders.work).await;
    }
    while is_busy(&studio).await {
        // Not all that matters is told.
        let _ = tokio::time::timeout(Duration::from_millis(200), news.notified()).await;
    }
    tell(&Told::Done(Box::new(report(&studio).await)));
    let dismissed = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    dismissed.await.expect("no panic").expect("a pipe");
    studio.close().await;
}

async fn open(orders: &Orders, news: Arc<Notify>) -> Studio {
    let account = Endpoint {
        base_url: orders.base_url.clone(),
        key: orders.api_key.clone().into(),
        admin_key: Some(orders.admin_key.clone().into()),
    };
    let events = Arc::new(move |event| {
        if let AppEvent::Job { job } = event {
            tell(&Told::Job(job));
        }
        news.notify_one();
    });
    let options = Options { home: orders.home.clone(), sandbox: None, run_account: Some(account), events };
    Studio::open(options).await.expect("the studio opens")
}

async fn jobs(studio: &Studio) -> Vec<JobView> {
    let all = QueueQuery { limit: 500, ..QueueQuery::default() };
    studio.queue_page(all).await.expect("the table of jobs").jobs
}

async fn is_busy(studio: &Studio) -> bool {
    let readings = studio.readings().await.expect("readings");
    readings.iter().any(|reading| matches!(reading.state, ReadingState::Speaking | ReadingState::Joining))
        || jobs(studio).await.iter().any(|job| steps::is_open(job.state))
}

/// Presses the button of a room.
async fn start(studio: &Studio, work: Work) {
    match work {
        Work::Picture => {
            let request = PictureRequest::Make(MakeRequest {
                model: "z-image-turbo".into(),
                prompt: "two boats at a mooring".into(),
                width: Some(512),
                height: Some(512),
                variants: 2,
                ..MakeRequest::default()
            });
            let estimate = studio.estimate_picture(&request).await.expect("a price");
            let expected =
                Expected { account: estimate.account, amount: estimate.amount, over_budgets: Vec::new() };
            studio.start_picture(request, expected).await.expect("a picture is begun");
        }
        Work::Speech => {
            let request = SpeechRequest {
                model: "tts-kokoro".into(),
                voice: Some("af_sky".into()),
                text: "Good evening. The tide is coming in.".into(),
                ..SpeechRequest::default()
            };
            let estimate = studio.estimate_speech(&request).await.expect("a price");
            let expected =
                Expected { account: estimate.account, amount: estimate.amount, over_budgets: Vec::new() };
            studio.start_speech(request, expected).await.expect("a line is begun");
        }
        Work::Music => {
            let request = MusicRequest {
                model: "elevenlabs-sound-effects-v2".into(),
                prompt: "waves on stone".into(),
                duration_seconds: Some(2),
                ..MusicRequest::default()
            };
            let quoted = studio.quote_music(&request).await.expect("a price");
            let expected =
                Expected { account: quoted.account, amount: quoted.amount, over_budgets: Vec::new() };
            studio.start_music(request, expected).await.expect("music is begun");
        }
        Work::Film | Work::PrivateFilm => {
            let is_private = work == Work::PrivateFilm;
            let request = FilmRequest {
                model: if is_private { "ltx-2-5-fast-text-to-video" } else { "wan-2-7-text-to-video" }.into(),
                prompt: "a gondola at dusk".into(),
                duration: Some("5s".into()),
                resolution: Some(if is_private { "480p" } else { "720p" }.into()),
                aspect_ratio: Some("1:1".into()),
                ..FilmRequest::default()
            };
            let quoted = studio.quote_film(&request).await.expect("a price");
            let expected =
                Expected { account: quoted.account, amount: quoted.amount, over_budgets: Vec::new() };
            studio.start_film(request, expected).await.expect("a film is begun");
        }
    }
}

async fn report(studio: &Studio) -> Report {
    let page = studio.library_page(LibraryQuery::default()).await.expect("the library");
    let mut items = Vec::new();
    for item in page.items {
        let details = studio.item(item.id).await.expect("an item");
        let decoded = decode(studio, &details.item).await;
        let job = details.receipt.and_then(|receipt| receipt.job);
        items.push(Found { item: details.item, file: details.file, job, decoded });
    }
    let readings = studio.readings().await.expect("readings").len();
    Report { jobs: jobs(studio).await, items, readings }
}

async fn decode(studio: &Studio, item: &ItemView) -> Result<Decoded, String> {
    let id = item.id.clone();
    match item.kind {
        MediaKind::Picture => {
            let pixels = studio.item_pixels(id).await.map_err(|error| error.code)?;
            Ok(Decoded { width: pixels.width(), height: pixels.height(), length_ms: 0 })
        }
        MediaKind::Film => {
            let facts = studio.film_facts(id).await.map_err(|error| error.code)?;
            let (frames, rate) = (facts.frames.unwrap_or_default(), facts.frame_rate.unwrap_or_default());
            let length_ms = (u64::from(frames) * 1_000_000).checked_div(u64::from(rate)).unwrap_or_default();
            Ok(Decoded {
                width: facts.width.unwrap_or_default(),
                height: facts.height.unwrap_or_default(),
                length_ms,
            })
        }
        MediaKind::Sound => {
            let sound = studio.sound(id).await.map_err(|error| error.code)?;
            if sound.is_damaged {
                return Err("it is damaged".into());
            }
            Ok(Decoded { width: 0, height: 0, length_ms: sound.length_ms })
        }
    }
}
