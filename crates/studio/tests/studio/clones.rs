//! Cloned voices: from a sample that is kept, for one model and account, until they end.

use std::path::Path;

use serde_json::json;
use studio::{
    jobs::view::JobState,
    pictures::estimate::Expected,
    voice::{
        clones::{CloneRequest, CloneView},
        speech::{ReadingState, SpeechRequest},
    },
};

use crate::bench::{Bench, said};

const CHATTERBOX: &str = "tts-chatterbox-hd";
const LINES: &str = "The water lay still between the houses, and nobody spoke. A boat came by with a lantern at its bow. \
    Somebody on the bridge began to sing, and a window opened. Then it was night, and the tide went out again. \
    In the morning the fishermen found the square dry, and the pigeons walking in the mud.";

/// A sound of somebody who speaks.
async fn sample(bench: &Bench) -> String {
    let reading = bench.speak(SpeechRequest { format: Some("wav".into()), ..said(LINES) }).await.unwrap();
    bench.read_out(&reading.id).await.item.unwrap()
}

fn wanted(sample: &str) -> CloneRequest {
    CloneRequest {
        sample: sample.into(),
        from_ms: None,
        to_ms: None,
        model: CHATTERBOX.into(),
        name: " Lucia  Verdi ".into(),
        consent: true,
    }
}

async fn button(bench: &Bench, request: &CloneRequest) -> Expected {
    let estimate = bench.studio.estimate_clone(request).await.unwrap();
    Expected { account: estimate.account, amount: estimate.amount, over_budgets: Vec::new() }
}

async fn cloned(bench: &Bench, request: CloneRequest) -> studio::Result<CloneView> {
    let expected = button(bench, &request).await;
    bench.studio.make_clone(request, expected, true).await
}

fn samples(home: &Path) -> usize {
    std::fs::read_dir(home.join("voices")).map_or(0, Iterator::count)
}

/// A file of silence, or of hum, in 16 bits at 8 kHz.
fn wave(seconds: u32, loud: bool) -> Vec<u8> {
    let samples: Vec<u8> = (0..seconds * 8_000)
        .flat_map(|at| (if loud { ((at % 40) as i16 - 20) * 400 } else { 0 }).to_le_bytes())
        .collect();
    let length = samples.len() as u32;
    let mut file = b"RIFF".to_vec();
    file.extend((36 + length).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data");
    file.extend(length.to_le_bytes());
    file.extend(samples);
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voice_is_cloned_spoken_with_renewed_and_forgotten() {
    let bench = Bench::new().await;
    let item = sample(&bench).await;
    assert!(!bench.studio.clone_consent().await.unwrap());
    let request = CloneRequest { from_ms: Some(1_000), to_ms: Some(9_000), ..wanted(&item) };
    let estimate = bench.studio.estimate_clone(&request).await.unwrap();
    assert_eq!(
        estimate.problem.unwrap().code,
        "price_unknown",
        "a limit is set, and no list names the price"
    );
    let expected = Expected { account: estimate.account, amount: None, over_budgets: Vec::new() };
    let refused = bench.studio.make_clone(request.clone(), expected, false).await.unwrap_err();
    assert_eq!((refused.code.as_str(), samples(bench.home())), ("price_unknown", 0));

    let voice = cloned(&bench, request).await.unwrap();
    assert!(bench.studio.clone_consent().await.unwrap());
    assert_eq!((voice.name.as_str(), voice.model.as_str()), ("Lucia Verdi", CHATTERBOX));
    assert!(voice.handle.starts_with("vv_") && voice.ends_at.is_some() && voice.problem.is_none());
    assert_eq!((voice.sample.as_deref(), samples(bench.home())), (Some(item.as_str()), 1));
    let models = bench.studio.voice_models(false).await.unwrap();
    let chatterbox = models.speak.iter().find(|model| model.id == CHATTERBOX).unwrap();
    assert_eq!(chatterbox.voices[0].clone.as_ref(), Some(&voice.id));
    assert_eq!(
        (chatterbox.voices[0].name.as_str(), &chatterbox.voices[0].id),
        ("Lucia Verdi", &voice.handle)
    );

    let bench = bench.reopen().await;
    let say = |model: &str, handle: &str| SpeechRequest {
        model: model.into(),
        voice: Some(handle.into()),
        ..said("Good evening.")
    };
    let reading = bench.speak(say(CHATTERBOX, &voice.handle)).await.unwrap();
    assert_eq!(bench.read_out(&reading.id).await.state, ReadingState::Done);
    let kept = bench.studio.clones().await.unwrap();
    assert!(kept.len() == 1 && kept[0].used_at.is_some());
    assert_eq!(kept[0].ends_at, voice.ends_at, "use doesn't renew this kind");
    let other = bench.speak(say("tts-minimax-speech-02-hd", &voice.handle)).await.unwrap_err();
    assert_eq!(other.code, "voice_of_other_model");

    // The sample outlives the item it was taken from.
    bench.studio.trash_items(vec![item.clone()]).await.unwrap();
    bench.studio.empty_trash().await.unwrap();
    let expected = Expected { account: voice.account.clone(), amount: None, over_budgets: Vec::new() };
    let renewed = bench.studio.renew_clone(voice.id.clone(), expected.clone(), true).await.unwrap();
    assert!(renewed.id == voice.id && renewed.handle != voice.handle && renewed.name == voice.name);
    assert_eq!(bench.studio.clones().await.unwrap().len(), 1);
    let renamed = bench.studio.rename_clone(voice.id.clone(), "Signora".into()).await.unwrap();
    assert_eq!(renamed.name, "Signora");
    assert_eq!(
        bench.studio.rename_clone(voice.id.clone(), " ".into()).await.unwrap_err().code,
        "field_invalid"
    );
    bench.studio.forget_clone(voice.id.clone()).await.unwrap();
    assert_eq!((bench.studio.clones().await.unwrap().len(), samples(bench.home())), (0, 0));
    assert_eq!(bench.studio.renew_clone(voice.id, expected, true).await.unwrap_err().code, "not_found");
    assert_eq!(bench.posts("createClonedVoice").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voice_is_made_anew_once_however_often_it_is_asked_for() {
    let bench = Bench::new().await;
    let hum = bench.imported("hum.wav", &wave(20, true)).await;
    let voice = cloned(&bench, wanted(&hum)).await.unwrap();
    bench.arm(json!({"operation": "createClonedVoice", "kind": "latency", "ms": 500})).await;
    let expected = Expected { account: voice.account.clone(), amount: None, over_budgets: Vec::new() };
    let renewing = || bench.studio.renew_clone(voice.id.clone(), expected.clone(), true);
    let (first, second) = tokio::join!(renewing(), renewing());
    let (first, second) = (first.unwrap(), second.unwrap());
    assert!(first.handle == second.handle && first.handle != voice.handle);
    assert_eq!(bench.posts("createClonedVoice").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voice_that_is_put_away_while_it_is_made_anew_comes_back_with_its_sample() {
    let bench = Bench::new().await;
    let hum = bench.imported("hum.wav", &wave(20, true)).await;
    let voice = cloned(&bench, wanted(&hum)).await.unwrap();
    bench.arm(json!({"operation": "createClonedVoice", "kind": "latency", "ms": 1_000})).await;
    let expected = Expected { account: voice.account.clone(), amount: None, over_budgets: Vec::new() };
    let renewing = bench.studio.renew_clone(voice.id.clone(), expected, true);
    let putting_away = async {
        bench.faults_met().await;
        bench.studio.forget_clone(voice.id.clone()).await.unwrap();
    };
    let (renewed, ()) = tokio::join!(renewing, putting_away);
    assert_eq!(renewed.unwrap().id, voice.id, "it was paid for");
    assert_eq!((bench.studio.clones().await.unwrap().len(), samples(bench.home())), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voice_that_persists_is_renewed_by_use() {
    let bench = Bench::new().await;
    let item = sample(&bench).await;
    let request = CloneRequest { model: "tts-minimax-speech-02-hd".into(), ..wanted(&item) };
    let patch = studio::settings::SettingsPatch {
        per_click_limit_usd: Some(String::new()),
        ..studio::settings::SettingsPatch::default()
    };
    bench.studio.change_settings(patch).await.unwrap();
    let voice = cloned(&bench, request).await.unwrap();
    let say = SpeechRequest {
        model: voice.model.clone(),
        voice: Some(voice.handle.clone()),
        ..said("Good evening.")
    };
    let reading = bench.speak(say).await.unwrap();
    bench.read_out(&reading.id).await;
    let used = bench.studio.clones().await.unwrap().remove(0);
    assert!(used.ends_at > voice.ends_at, "{:?} {:?}", used.ends_at, voice.ends_at);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sample_that_does_not_fit_is_told_and_nothing_is_sent() {
    let bench = Bench::new().await;
    let hum = bench.imported("hum.wav", &wave(20, true)).await;
    let silence = bench.imported("silence.wav", &wave(20, false)).await;
    let endless = bench.imported("endless.wav", &wave(130, true)).await;
    let span = |from: u64, to: u64| CloneRequest { from_ms: Some(from), to_ms: Some(to), ..wanted(&hum) };
    let cases = [
        (wanted(&silence), "sample_silent"),
        (wanted(&endless), "sample_too_long"),
        (span(0, 4_000), "sample_too_short"),
        (span(18_000, 60_000), "sample_too_short"),
        (span(5_000, 5_000), "field_invalid"),
        (CloneRequest { model: "tts-kokoro".into(), ..wanted(&hum) }, "cloning_not_offered"),
        (CloneRequest { model: "gone".into(), ..wanted(&hum) }, "MODEL_NOT_FOUND"),
        (CloneRequest { sample: "none".into(), ..wanted(&hum) }, "not_found"),
    ];
    for (request, code) in cases {
        let estimate = bench.studio.estimate_clone(&request).await.unwrap();
        assert_eq!(estimate.problem.unwrap().code, code);
        assert_eq!(cloned(&bench, request).await.unwrap_err().code, code);
    }
    let unasked = CloneRequest { consent: false, ..wanted(&hum) };
    assert_eq!(cloned(&bench, unasked).await.unwrap_err().code, "consent_missing");
    assert!(!bench.studio.clone_consent().await.unwrap());
    let wrong = Expected { account: "another".into(), amount: None, over_budgets: Vec::new() };
    let refused = bench.studio.make_clone(wanted(&hum), wrong, true).await.unwrap_err();
    assert_eq!(refused.code, "price_changed");
    assert_eq!((bench.posts("createClonedVoice").await, samples(bench.home())), (0, 0));
    assert!(cloned(&bench, span(2_000, 9_000)).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clone_in_doubt_keeps_its_sample_and_can_be_made_again() {
    let bench = Bench::with(vec!["createClonedVoice:lost_answer"]).await;
    let hum = bench.imported("hum.wav", &wave(20, true)).await;
    let lost = cloned(&bench, wanted(&hum)).await.unwrap_err();
    assert_eq!(lost.code, "cut_off");
    let bench = bench.reopen().await;
    assert_eq!((samples(bench.home()), bench.studio.clones().await.unwrap().len()), (1, 0));
    let jobs = bench.studio.open_jobs().await.unwrap();
    assert_eq!((jobs.len(), jobs[0].state), (1, JobState::Unknown));
    assert_eq!(
        bench.studio.retry_job(jobs[0].id.clone(), false).await.unwrap_err().code,
        "needs_confirmation"
    );
    let new = bench.studio.retry_job(jobs[0].id.clone(), true).await.unwrap();
    assert_eq!(bench.ended(&new.id).await.state, JobState::Saved);
    assert_eq!(bench.studio.clones().await.unwrap()[0].name, "Lucia Verdi");
    bench.studio.dismiss_job(new.id).await.unwrap();
    let bench = bench.reopen().await;
    assert_eq!(samples(bench.home()), 1, "it belongs to a voice now");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_a_voice_is_kept_and_explained() {
    let bench = Bench::new().await;
    let hum = bench.imported("hum.wav", &wave(20, true)).await;
    bench.arm(json!({"operation": "createClonedVoice", "kind": "garbage"})).await;
    assert_eq!(cloned(&bench, wanted(&hum)).await.unwrap_err().code, "answer_unreadable");
    assert!(bench.studio.clones().await.unwrap().is_empty());
    // Given up, its sample goes with the next start.
    let jobs = bench.studio.open_jobs().await.unwrap();
    bench.studio.dismiss_job(jobs[0].id.clone()).await.unwrap();
    let bench = bench.reopen().await;
    assert_eq!(samples(bench.home()), 0);
}
