//! A busy studio: films and sounds that are at work at the provider, and what years of use leave behind them.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::{Timestamp, ToSpan};
use serde_json::json;
use store::{Currency, Job, JobId, JobState, Money, OpenOptions, Store, SystemClock};
use studio::{
    Endpoint, Options, Studio, films::request::FilmRequest, music::request::MusicRequest,
    pictures::estimate::Expected, settings::SettingsPatch,
};

use crate::sandbox::Sandbox;

/// How many jobs are open.
pub const OPEN: u32 = 500;
/// How many have ended.
pub const ENDED: u32 = 10_000;
/// The account that an app's environment gives it.
const ACCOUNT: &str = "run";
/// A film that is fetched from a private address.
pub const BY_LINK: &str = "ltx-2-5-fast-text-to-video";
/// One that comes in the answer itself.
pub const IN_ANSWER: &str = "wan-2-7-text-to-video";
/// However slow the disk is.
const PATIENCE: Duration = Duration::from_mins(10);

const SUBJECTS: [&str; 6] = [
    "a gondola at dusk, seen from a bridge",
    "rain on the small canal behind the glassworks, one lamp lit",
    "黄昏的贡多拉",
    "the fish market before it opens",
    "a slow pan over the roofs after rain, gulls far away",
    "boats, moored in pairs",
];
const MODELS: [(&str, &str, &str); 4] = [
    ("make", "generateImage", "z-image-turbo"),
    ("film", "queueVideo", BY_LINK),
    ("speak", "createSpeech", "tts-kokoro"),
    ("music", "queueAudio", "elevenlabs-sound-effects-v2"),
];

/// Opens a studio on a folder, as the app does that is told of this sandbox.
pub async fn open(home: &Path, sandbox: (&str, &str), events: studio::events::EventSink) -> Studio {
    let (base_url, key) = sandbox;
    let account = Endpoint { base_url: base_url.to_owned(), key: key.to_owned().into(), admin_key: None };
    let options = Options { home: home.to_owned(), sandbox: None, run_account: Some(account), events };
    Studio::open(options).await.expect("a studio")
}

/// A film of five seconds.
pub fn film(model: &str, prompt: &str) -> FilmRequest {
    FilmRequest {
        model: model.to_owned(),
        prompt: prompt.to_owned(),
        duration: Some("5s".to_owned()),
        resolution: Some(if model == BY_LINK { "480p" } else { "720p" }.to_owned()),
        aspect_ratio: Some("16:9".to_owned()),
        ..FilmRequest::default()
    }
}

/// Presses the Film room's button.
pub async fn shoot(studio: &Studio, request: FilmRequest) -> String {
    let quoted = studio.quote_film(&request).await.expect("a price");
    let expected = Expected { account: quoted.account, amount: quoted.amount, over_budgets: Vec::new() };
    studio.start_film(request, expected).await.expect("a job").id
}

/// And that of the Music room.
async fn play(studio: &Studio, prompt: &str) -> String {
    let request = MusicRequest {
        model: "elevenlabs-sound-effects-v2".to_owned(),
        prompt: prompt.to_owned(),
        duration_seconds: Some(5),
        ..MusicRequest::default()
    };
    let quoted = studio.quote_music(&request).await.expect("a price");
    let expected = Expected { account: quoted.account, amount: quoted.amount, over_budgets: Vec::new() };
    studio.start_music(request, expected).await.expect("a job").id
}

/// Has them taken on by the sandbox, which won't be done with them for a day, and writes the others down. Nothing of it runs
/// when this returns.
pub async fn make(home: &Path, sandbox: &Sandbox) {
    sandbox.control("POST", "queue", Some(&json!({"seconds": 86_400})));
    sandbox.control("POST", "balance", Some(&json!({"usd": 100_000})));
    let access = (sandbox.base_url.as_str(), sandbox.api_key.as_str());
    let studio = open(home, access, Arc::new(|_| ())).await;
    let without_limits =
        SettingsPatch { per_click_limit_usd: Some(String::new()), ..SettingsPatch::default() };
    studio.change_settings(without_limits).await.expect("settings");
    for (number, subject) in (0..OPEN).zip(SUBJECTS.iter().cycle()) {
        let prompt = format!("{subject}, number {number}");
        match number % 3 {
            0 => shoot(&studio, film(BY_LINK, &prompt)).await,
            1 => shoot(&studio, film(IN_ANSWER, &prompt)).await,
            _ => play(&studio, &prompt).await,
        };
    }
    let deadline = Instant::now() + PATIENCE;
    while studio.queue_counts().await.expect("counts").accepted < OPEN {
        assert!(Instant::now() < deadline, "not all were taken on: {:?}", studio.queue_counts().await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    studio.close().await;
    drop(studio);
    write_history(home);
}

fn write_history(home: &Path) {
    let deadline = Instant::now() + PATIENCE;
    let store = loop {
        let options = OpenOptions {
            home: home.to_owned(),
            library: home.join("library"),
            clock: Arc::new(SystemClock),
        };
        match Store::open(options) {
            Ok((store, _)) => break store,
            // The studio may be letting go of its last read.
            Err(_) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(20)),
            Err(error) => panic!("{error}"),
        }
    };
    let jobs = (1..=ENDED).map(ended).collect();
    store.jobs().insert_all(jobs, &[], Vec::new()).expect("written down");
}

/// One that ended `number` half hours ago, in one of the ways there are.
fn ended(number: u32) -> Job {
    let at = Timestamp::now() - (i64::from(number) * 30).minutes();
    let place = number as usize;
    let (kind, operation, model) = MODELS[place % MODELS.len()];
    let price = Money { amount: "0.12".parse().expect("a number"), currency: Currency::Usd };
    let request = json!({"prompt": SUBJECTS[place % SUBJECTS.len()], "seed": number});
    let (state, error) = match number % 20 {
        7 => {
            let error = json!({"code": "content_policy", "message": "m", "hint": "h", "params": {}});
            (JobState::Failed, Some(error))
        }
        13 => (JobState::Cancelled, None),
        _ => (JobState::Saved, None),
    };
    Job {
        state,
        error,
        title: format!("{}, number {number}", SUBJECTS[place % SUBJECTS.len()]),
        model: Some(model.to_owned()),
        estimate: Some(price),
        charged: (state == JobState::Saved).then_some(price),
        sent_at: Some(at + 1.second()),
        finished_at: Some(at + 80.seconds()),
        took_ms: Some(79_000),
        attempts: 1,
        dismissed: true,
        ..Job::new(JobId::new(at), kind, ACCOUNT, operation, request, at)
    }
}
