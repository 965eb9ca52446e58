//! Work that goes on at the provider: taken on, asked after, ended.

use serde_json::{Value, json};
use studio::{
    events::AppEvent,
    films::request::FilmRequest,
    jobs::view::{Billing, JobKind, JobState, JobView, RemoteStage},
    music::request::MusicRequest,
    pictures::estimate::Expected,
    settings::SettingsPatch,
};

use crate::bench::Bench;

/// Is fetched from a private address.
pub const BY_LINK: &str = "ltx-2-5-fast-text-to-video";
/// Comes in the answer itself.
pub const IN_ANSWER: &str = "wan-2-7-text-to-video";

pub fn film(model: &str) -> FilmRequest {
    FilmRequest {
        model: model.into(),
        prompt: "a gondola at dusk".into(),
        duration: Some("5s".into()),
        resolution: Some(if model == BY_LINK { "480p" } else { "720p" }.into()),
        aspect_ratio: Some("16:9".into()),
        ..FilmRequest::default()
    }
}

pub fn noise(prompt: &str) -> MusicRequest {
    MusicRequest {
        model: "elevenlabs-sound-effects-v2".into(),
        prompt: prompt.into(),
        duration_seconds: Some(1),
        ..MusicRequest::default()
    }
}

impl Bench {
    /// Presses the Film room's button.
    pub async fn shoot(&self, request: FilmRequest) -> JobView {
        let quoted = self.studio.quote_film(&request).await.unwrap();
        assert_eq!(quoted.problem, None);
        let expected = Expected { account: quoted.account, amount: quoted.amount, over_budgets: Vec::new() };
        self.studio.start_film(request, expected).await.unwrap()
    }

    /// Presses the Music room's button.
    pub async fn play(&self, request: MusicRequest) -> JobView {
        let quoted = self.studio.quote_music(&request).await.unwrap();
        assert_eq!(quoted.problem, None);
        let expected = Expected { account: quoted.account, amount: quoted.amount, over_budgets: Vec::new() };
        self.studio.start_music(request, expected).await.unwrap()
    }

    /// Says how the sandbox's queue does its work from now on.
    pub async fn tune(&self, orders: Value) {
        let url = format!("{}/queue", self.sandbox.control_url());
        let answer = reqwest::Client::new().post(url).json(&orders).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }

    /// Waits until something can be said of a job.
    pub async fn hear_of<T>(&self, id: &str, answer: impl Fn(&JobView) -> Option<T>) -> T {
        self.hear(|event| match event {
            AppEvent::Job { job } if job.id == id => answer(job),
            _ => None,
        })
        .await
    }

    /// A job was accepted so long ago that no provider has its result any more: what seems gone is soon believed to be.
    pub async fn is_of_yesterday(&self, id: &str) {
        self.in_state(id, JobState::Accepted).await;
        self.sql("UPDATE jobs SET accepted_at = accepted_at - 27 * 3600000 WHERE accepted_at IS NOT NULL");
    }

    /// What the sandbox knows of the only job in its queue.
    pub async fn in_queue(&self) -> Value {
        let queue = self.control("queue").await;
        assert_eq!(queue.as_array().unwrap().len(), 1, "{queue}");
        queue[0].clone()
    }

    /// Waits until the sandbox has let go of its only job.
    pub async fn cleared(&self) {
        let waiting = async {
            while self.in_queue().await["deleted"] != true {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_mins(1), waiting).await.expect("it was not cleared");
    }

    pub async fn disarm(&self) {
        let url = format!("{}/faults", self.sandbox.control_url());
        reqwest::Client::new().delete(url).send().await.unwrap();
    }

    /// Waits until no file of a job is left beside the library.
    pub async fn nothing_left_of(&self, id: &str) {
        let is_left = || {
            ["work", "queue"].iter().any(|folder| {
                let files = std::fs::read_dir(self.home().join(folder)).unwrap().flatten();
                files.into_iter().any(|file| file.file_name().to_string_lossy().contains(id))
            })
        };
        let waiting = async {
            while is_left() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_mins(1), waiting).await.expect("something is left");
    }

    pub fn queue_note(&self, id: &str) -> std::path::PathBuf {
        self.home().join("queue").join(format!("{id}.json"))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_is_accepted_followed_fetched_kept_and_cleared_away() {
    let bench = Bench::new().await;
    let job = bench.shoot(film(BY_LINK)).await;
    assert_eq!((job.kind, job.operation.as_str()), (JobKind::Film, "queueVideo"));
    let accepted = bench.in_state(&job.id, JobState::Accepted).await;
    assert_eq!(accepted.billing, Billing::Expected);
    let saved = bench.ended(&job.id).await;
    assert_eq!(
        (saved.state, saved.items.len(), saved.attempts),
        (JobState::Saved, 1, 1),
        "{:?}",
        saved.error
    );
    assert_eq!((bench.posts("queueVideo").await, bench.charges().await.len()), (1, 1));
    bench.cleared().await;
    assert_eq!(bench.in_queue().await["fetched"], 1, "its address is good for a few downloads only");
    bench.nothing_left_of(&job.id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_private_address_stays_on_disk_and_nobody_else_can_read_it() {
    let bench = Bench::new().await;
    bench.tune(json!({"seconds": 3600})).await;
    let job = bench.shoot(film(BY_LINK)).await;
    let accepted = bench.in_state(&job.id, JobState::Accepted).await;
    let note = std::fs::read_to_string(bench.queue_note(&job.id)).unwrap();
    assert!(note.contains("/files/films/"));
    assert!(!serde_json::to_string(&accepted).unwrap().contains("/files/"));
    let page = bench.studio.job(job.id.parse().unwrap()).await.unwrap();
    assert!(!serde_json::to_string(&page).unwrap().contains("/files/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn how_far_it_is_is_told() {
    let bench = Bench::new().await;
    bench.tune(json!({"seconds": 3600})).await;
    let job = bench.play(noise("waves on stone")).await;
    let progress =
        bench.hear_of(&job.id, |job| job.progress.filter(|progress| progress.elapsed_ms.is_some())).await;
    assert_eq!((progress.stage, progress.average_ms), (RemoteStage::Processing, Some(6_000)));
    let now = bench.studio.job(job.id.parse().unwrap()).await.unwrap();
    assert_eq!((now.kind, now.expected_ms), (JobKind::Music, Some(6_000)), "by the provider's word");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_waited_for_is_charged_and_can_be_looked_for_again() {
    let bench = Bench::new().await;
    bench.tune(json!({"seconds": 2})).await;
    let job = bench.play(noise("bells far away")).await;
    bench.in_state(&job.id, JobState::Accepted).await;
    let stopped = bench.studio.cancel_job(job.id.clone()).await.unwrap();
    let error = stopped.error.unwrap();
    assert_eq!((stopped.state, error.code.as_str()), (JobState::Cancelled, "stopped_waiting"));
    assert_eq!((stopped.billing, stopped.can_look_again), (Billing::Expected, true));
    assert!(bench.studio.cancel_job(job.id.clone()).await.is_err(), "it has ended");

    let bench = bench.reopen().await;
    assert_eq!(bench.studio.job(job.id.parse().unwrap()).await.unwrap().state, JobState::Cancelled);
    for _ in 0..2 {
        let again = bench.studio.resume_job(job.id.clone()).await.unwrap();
        assert_eq!((again.state, again.error, again.finished_at), (JobState::Accepted, None, None));
    }
    let saved = bench.ended(&job.id).await;
    assert_eq!((saved.state, saved.items.len()), (JobState::Saved, 1), "{:?}", saved.error);
    assert_eq!((bench.posts("queueAudio").await, bench.charges().await.len()), (1, 1));
    let nothing = bench.studio.resume_job(job.id).await.unwrap_err();
    assert_eq!(nothing.code, "nothing_to_look_for");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_back_is_said() {
    let bench = Bench::new().await;
    for (fate, code) in [("refused", "PROVIDER_CONTENT_POLICY"), ("failed", "INFERENCE_FAILED")] {
        bench.tune(json!({"fate": fate})).await;
        let ended = bench.shoot(film(IN_ANSWER)).await;
        let ended = bench.ended(&ended.id).await;
        let error = ended.error.unwrap();
        assert_eq!((ended.state, error.code.as_str()), (JobState::Failed, code));
        assert_eq!((error.params["refunded"].as_str(), ended.billing), ("yes", Billing::Nothing));
        assert!(!ended.can_look_again);
        bench.nothing_left_of(&ended.id).await;
    }
    assert_eq!(bench.posts("queueVideo").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_seems_gone_is_asked_for_again_and_again() {
    let bench = Bench::with(vec!["retrieveAudio:status=404:3"]).await;
    let job = bench.play(noise("oars")).await;
    let (state, stage) = bench
        .hear_of(&job.id, |job| {
            let is_gone = job.error.as_ref().is_some_and(|error| error.code == "waits_for_result");
            is_gone.then(|| (job.state, job.progress.map(|progress| progress.stage)))
        })
        .await;
    assert_eq!((state, stage), (JobState::Accepted, Some(RemoteStage::Waiting)));
    let saved = bench.ended(&job.id).await;
    assert_eq!((saved.state, saved.items.len()), (JobState::Saved, 1), "{:?}", saved.error);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_at_the_provider_is_unknown_until_it_turns_up() {
    let bench = Bench::with(vec!["retrieveAudio:status=404:0"]).await;
    let job = bench.play(noise("oars")).await;
    bench.is_of_yesterday(&job.id).await;
    let gone = bench.ended(&job.id).await;
    let error = gone.error.unwrap();
    assert_eq!((gone.state, error.code.as_str()), (JobState::Unknown, "result_gone"));
    assert_eq!((gone.billing, gone.can_look_again), (Billing::Unknown, true));
    bench.disarm().await;
    bench.studio.resume_job(job.id.clone()).await.unwrap();
    let saved = bench.hear_of(&job.id, |job| (job.state == JobState::Saved).then(|| job.clone())).await;
    assert_eq!(saved.items.len(), 1);
    assert_eq!((bench.posts("queueAudio").await, bench.charges().await.len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passes_is_waited_for_and_said_meanwhile() {
    let each = [
        ("retrieveAudio:html:1", "waits_for_server"),
        ("retrieveAudio:no_answer:1", "waits_for_network"),
        ("retrieveAudio:status=401:1", "waits_for_account"),
        ("retrieveAudio:status=402:1", "waits_for_account"),
        ("retrieveAudio:status=403:1", "waits_for_account"),
        ("retrieveAudio:status=500:1", "waits_for_provider"),
        ("retrieveAudio:status=503:1", "waits_for_provider"),
    ];
    futures_util::future::join_all(each.map(|(fault, code)| waits(fault, code))).await;
}

async fn waits(fault: &str, code: &str) {
    let bench = Bench::with(vec![fault]).await;
    let job = bench.play(noise("rain")).await;
    let waiting = bench
        .hear_of(&job.id, |job| {
            let waits = job.progress.is_some_and(|progress| progress.stage == RemoteStage::Waiting);
            waits.then(|| job.clone())
        })
        .await;
    let error = waiting.error.unwrap();
    assert_eq!((waiting.state, error.code.as_str()), (JobState::Accepted, code), "{fault}");
    assert!(!error.hint.unwrap().contains("Nothing was"), "{fault}");
    let saved = bench.ended(&job.id).await;
    assert_eq!((saved.state, saved.error), (JobState::Saved, None), "{fault}");
    assert_eq!((bench.posts("queueAudio").await, bench.charges().await.len()), (1, 1), "{fault}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_unknown_and_a_refusal_costs_nothing() {
    let bench = Bench::with(vec!["queueAudio:lost_answer:1", "queueVideo:status=500:1"]).await;
    let lost = bench.play(noise("rain")).await;
    let lost = bench.ended(&lost.id).await;
    assert_eq!((lost.state, lost.billing), (JobState::Unknown, Billing::Unknown));
    assert!(!lost.can_look_again, "nobody knows by what");
    let refused = bench.shoot(film(IN_ANSWER)).await;
    let refused = bench.ended(&refused.id).await;
    assert_eq!((refused.state, refused.billing), (JobState::Failed, Billing::Nothing));
    assert_eq!(bench.charges().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_copy_at_the_provider_stays_where_the_user_wants_that() {
    let bench = Bench::new().await;
    let patch = SettingsPatch { clear_at_provider: Some(false), ..SettingsPatch::default() };
    bench.studio.change_settings(patch).await.unwrap();
    let job = bench.play(noise("rain")).await;
    assert_eq!(bench.ended(&job.id).await.state, JobState::Saved);
    let bench = bench.reopen().await;
    assert_eq!(
        (bench.in_queue().await["deleted"].clone(), bench.posts("completeAudio").await),
        (json!(false), 0)
    );
    let patch = SettingsPatch { clear_at_provider: Some(true), ..SettingsPatch::default() };
    bench.studio.change_settings(patch).await.unwrap();
    let bench = bench.reopen().await;
    bench.cleared().await;
    assert_eq!(bench.posts("completeAudio").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_to_clear_harms_nothing_and_is_tried_again() {
    let bench = Bench::with(vec!["completeAudio:status=500:9"]).await;
    let job = bench.play(noise("rain")).await;
    let saved = bench.ended(&job.id).await;
    assert_eq!((saved.state, saved.error), (JobState::Saved, None));
    bench.disarm().await;
    let bench = bench.reopen().await;
    bench.cleared().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_with_work_under_way_is_not_forgotten() {
    let bench = Bench::new().await;
    bench.tune(json!({"seconds": 3600})).await;
    let key = bench.sandbox.api_key().to_owned();
    let account = bench.studio.add_key_account("Mine".into(), key.into()).await.unwrap();
    let job = bench.play(noise("rain")).await;
    bench.in_state(&job.id, JobState::Accepted).await;
    let refused = bench.studio.forget_account(account.id.clone()).await.unwrap_err();
    assert_eq!((refused.code.as_str(), refused.params["count"].as_str()), ("account_in_use", "1"));
    bench.studio.cancel_job(job.id).await.unwrap();
    assert!(bench.studio.forget_account(account.id).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_revoked_key_has_paid_for_is_fetched_with_another_one() {
    let bench = Bench::new().await;
    bench.tune(json!({"seconds": 5})).await;
    let address = format!("{}/api_keys", bench.sandbox.base_url());
    let http = reqwest::Client::new();
    let wish = json!({"apiKeyType": "INFERENCE", "description": "for a while"});
    let made = http.post(&address).bearer_auth(bench.sandbox.admin_key()).json(&wish).send().await.unwrap();
    let made: Value = serde_json::from_slice(&made.bytes().await.unwrap()).unwrap();
    let key = made["data"]["apiKey"].as_str().unwrap().to_owned();
    let account = bench.studio.add_key_account("Mine".into(), key.into()).await.unwrap();
    let job = bench.play(noise("rain")).await;
    assert_eq!(job.account, account.id);
    bench.in_state(&job.id, JobState::Accepted).await;
    let id = made["data"]["id"].as_str().unwrap();
    let gone = http.delete(format!("{address}?id={id}")).bearer_auth(bench.sandbox.admin_key()).send().await;
    assert!(gone.unwrap().status().is_success());
    let saved = bench.ended(&job.id).await;
    assert_eq!((saved.state, saved.items.len()), (JobState::Saved, 1), "{:?}", saved.error);
    assert_eq!((saved.account, bench.charges().await.len()), (account.id, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_cleared_away_by_the_name_the_provider_has_for_the_model() {
    let bench = Bench::new().await;
    bench.tune(json!({"seconds": 2})).await;
    let job = bench.play(noise("rain")).await;
    bench.in_state(&job.id, JobState::Accepted).await;
    // The model was asked for by an older name, and the answer told the one it has now.
    bench.sql("UPDATE jobs SET model = 'sound-effects-of-old'");
    let saved = bench.ended(&job.id).await;
    assert_eq!((saved.state, saved.items.len()), (JobState::Saved, 1), "{:?}", saved.error);
    bench.cleared().await;
    bench.nothing_left_of(&job.id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_at_an_address_of_its_own_is_fetched_without_its_accounts_key() {
    let bench = Bench::new().await;
    bench.tune(json!({"seconds": 4})).await;
    let key = bench.sandbox.api_key().to_owned();
    let account = bench.studio.add_key_account("Mine".into(), key.into()).await.unwrap();
    let job = bench.shoot(film(BY_LINK)).await;
    assert_eq!(job.account, account.id);
    bench.in_state(&job.id, JobState::Accepted).await;
    // Where no keychain works the key is in memory alone, and so it is gone.
    let bench = bench.reopen().await;
    if bench.studio.test_account(account.id).await.is_ok() {
        return println!("skipped: a keychain has kept the key");
    }
    let saved = bench.ended(&job.id).await;
    assert_eq!((saved.state, saved.items.len()), (JobState::Saved, 1), "{:?}", saved.error);
    assert_eq!((bench.posts("queueVideo").await, bench.charges().await.len()), (1, 1));
}
