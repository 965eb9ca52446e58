//! Lines that are spoken: models and voices, prices, what comes of it, hearing it while it comes, many voices at once.

use rust_decimal::Decimal;
use studio::{
    jobs::view::{JobKind, JobState},
    library::view::{LibraryQuery, MediaKind, Origin},
    pictures::estimate::Expected,
    settings::SettingsPatch,
    voice::{
        models::SpeechModel,
        speech::{ReadingState, SpeechRequest, VoiceChoice},
    },
};

use crate::bench::{Bench, said};

async fn model(bench: &Bench, id: &str) -> SpeechModel {
    let models = bench.studio.voice_models(false).await.unwrap();
    models.speak.into_iter().find(|model| model.id == id).unwrap()
}

type Change = fn(&mut SpeechRequest);

fn charged(charges: &[(String, String)]) -> Decimal {
    let sum: Decimal =
        charges.iter().map(|(_, amount)| amount.trim_start_matches('-').parse::<Decimal>().unwrap()).sum();
    sum.normalize()
}

#[tokio::test(flavor = "multi_thread")]
async fn models_have_voices_and_what_is_marked_stays_marked() {
    let bench = Bench::new().await;
    let kokoro = model(&bench, "tts-kokoro").await;
    let sky = &kokoro.voices[0];
    assert_eq!(
        (sky.id.as_str(), sky.name.as_str(), sky.language.as_deref()),
        ("af_sky", "Sky", Some("en-US"))
    );
    assert_eq!(sky.gender.as_deref(), Some("female"));
    assert_eq!(kokoro.price.unwrap().amount, Decimal::new(35, 1));
    assert!(
        kokoro.cloning.is_none() && kokoro.style_limit.is_none() && !kokoro.formats.contains(&"pcm".into())
    );
    let vivian = &model(&bench, "tts-qwen3-0-6b").await.voices[0];
    assert_eq!((vivian.name.as_str(), &vivian.language, &vivian.gender), ("Vivian", &None, &None));
    let cloning = model(&bench, "tts-minimax-speech-02-hd").await.cloning.unwrap();
    assert_eq!((cloning.least_seconds, cloning.kept_days, cloning.renewed_by_use), (5.0, Some(7), true));

    let models = bench.studio.mark_voice("tts-kokoro".into(), "bf_emma".into(), true).await.unwrap();
    bench.studio.mark_voice("tts-xai-v1".into(), "eve".into(), true).await.unwrap();
    bench.studio.mark_voice("tts-xai-v1".into(), "eve".into(), false).await.unwrap();
    let parakeet = models.hear.iter().find(|model| model.id.contains("parakeet")).unwrap();
    assert_eq!(parakeet.price.unwrap().amount, Decimal::new(1, 4));
    let bench = bench.reopen().await;
    let models = bench.studio.voice_models(true).await.unwrap();
    let marked: Vec<_> =
        models.speak.iter().flat_map(|model| &model.voices).filter(|voice| voice.favourite).collect();
    assert_eq!((marked.len(), marked[0].id.as_str(), models.problem), (1, "bf_emma", None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_becomes_a_sound_of_the_library_at_the_price_told() {
    let bench = Bench::new().await;
    let request = SpeechRequest { speed: Some(1.25), ..said("Good evening. The tide is\r\ncoming in.") };
    let estimate = bench.studio.estimate_speech(&request).await.unwrap();
    assert_eq!((estimate.characters, estimate.pieces, estimate.chapters), (36, 1, 0));
    assert_eq!(estimate.problem, None);
    let reading = bench.speak(request.clone()).await.unwrap();
    assert_eq!((reading.state, reading.jobs.len()), (ReadingState::Speaking, 1));
    assert_eq!(reading.jobs[0].kind, JobKind::Speak);
    let reading = bench.read_out(&reading.id).await;
    assert_eq!((reading.state, &reading.problem), (ReadingState::Done, &None));
    assert_eq!((reading.title.as_str(), &reading.request), ("Good evening. The tide is", &request));

    let details = bench.studio.item(reading.item.clone().unwrap()).await.unwrap();
    let item = &details.item;
    assert_eq!((item.kind, item.origin, item.mime.as_str()), (MediaKind::Sound, Origin::Made, "audio/mpeg"));
    assert_eq!(item.prompt.as_deref(), Some(request.text.as_str()));
    assert!(item.duration_ms.is_some_and(|length| (500..20_000).contains(&length)), "{:?}", item.duration_ms);
    assert_eq!(item.cost, estimate.amount);
    assert!(details.recipe.iter().any(|field| field.name == "Voice" && field.value == "af_sky"));
    assert_eq!(details.receipt.unwrap().job.as_ref(), Some(&reading.jobs[0].id));
    let charges = bench.charges().await;
    assert_eq!((charges.len(), charged(&charges)), (1, estimate.amount.unwrap().amount.normalize()));

    let bench = bench.reopen().await;
    assert_eq!(bench.studio.readings().await.unwrap()[0].state, ReadingState::Done);
    bench.studio.dismiss_reading(reading.id).await.unwrap();
    assert!(bench.studio.readings().await.unwrap().is_empty());
    assert!(bench.studio.open_jobs().await.unwrap().is_empty());
    assert_eq!(bench.studio.library_page(LibraryQuery::default()).await.unwrap().total, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_button_and_the_limit_hold() {
    let bench = Bench::new().await;
    let patch = SettingsPatch { per_click_limit_usd: Some("0.0001".into()), ..SettingsPatch::default() };
    bench.studio.change_settings(patch).await.unwrap();
    let dear = said(&"word ".repeat(20));
    let estimate = bench.studio.estimate_speech(&dear).await.unwrap();
    assert_eq!(estimate.problem.unwrap().code, "limit_per_click");
    assert_eq!(bench.speak(dear).await.unwrap_err().code, "limit_per_click");
    let cheap = said("word");
    let other = Expected { account: estimate.account, amount: estimate.amount, over_budgets: Vec::new() };
    assert_eq!(bench.studio.start_speech(cheap, other).await.unwrap_err().code, "price_changed");
    assert!(bench.studio.readings().await.unwrap().is_empty());
    assert!(bench.studio.open_jobs().await.unwrap().is_empty());
    assert_eq!(bench.posts("createSpeech").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_said_is_told_before_anything_is_sent() {
    let bench = Bench::new().await;
    let cases: [(Change, &str); 11] = [
        (|asked| asked.text = " … ".into(), "text_empty"),
        (|asked| asked.text = "a ".repeat(1_000_001), "text_too_long"),
        (|asked| asked.voice = Some("nobody".into()), "setting_not_offered"),
        (|asked| asked.voice = Some("vv_0123".into()), "voice_foreign"),
        (|asked| asked.speed = Some(4.5), "setting_not_offered"),
        (|asked| asked.speed = Some(f64::NAN), "setting_not_offered"),
        (|asked| asked.style = Some("Sadly.".into()), "setting_not_offered"),
        (|asked| asked.temperature = Some(1.0), "setting_not_offered"),
        (|asked| asked.format = Some("pcm".into()), "setting_not_offered"),
        (|asked| asked.language = Some("en".into()), "setting_not_offered"),
        (|asked| asked.model = "gone".into(), "MODEL_NOT_FOUND"),
    ];
    for (change, code) in cases {
        let mut request = said("Good evening.");
        change(&mut request);
        let estimate = bench.studio.estimate_speech(&request).await.unwrap();
        assert_eq!(estimate.problem.unwrap().code, code);
        let expected =
            Expected { account: estimate.account, amount: estimate.amount, over_budgets: Vec::new() };
        assert_eq!(bench.studio.start_speech(request, expected).await.unwrap_err().code, code);
    }
    let long_style = SpeechRequest {
        model: "tts-qwen3-0-6b".into(),
        voice: None,
        style: Some("s".repeat(501)),
        ..said("Good evening.")
    };
    let estimate = bench.studio.estimate_speech(&long_style).await.unwrap();
    assert_eq!(estimate.problem.unwrap().code, "prompt_too_long");
    assert_eq!(bench.posts("createSpeech").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_sentence_is_heard_before_the_rest_has_come() {
    let bench = Bench::new().await;
    let text = "The water lay still. A boat came by. Nobody spoke a word. Then it was night.";
    let whole = bench.read_out(&bench.speak(said(text)).await.unwrap().id).await;
    let file = bench.studio.item(whole.item.unwrap()).await.unwrap().file;
    let whole = std::fs::read(file.path).unwrap();

    bench
        .arm(serde_json::json!({"operation": "createSpeech", "kind": "latency", "between_ms": 60_000}))
        .await;
    let reading = bench.speak(said(text)).await.unwrap();
    let job = &reading.jobs[0].id;
    let (mime, mut sound) = bench.studio.live_sound(job).unwrap();
    assert_eq!(mime, "audio/mpeg");
    let first = sound.recv().await.unwrap();
    assert!(!first.is_empty() && first.len() < whole.len() && whole.starts_with(&first), "{}", first.len());
    assert_eq!(bench.reading(&reading.id).await.jobs[0].state, JobState::Sent);
    // Whoever comes later hears it from its beginning.
    let (_, mut late) = bench.studio.live_sound(job).unwrap();
    assert_eq!(late.recv().await.unwrap(), first);
    bench.studio.cancel_reading(reading.id.clone()).await.unwrap();
    while sound.recv().await.is_some() {}
    assert!(bench.studio.live_sound(job).is_none(), "it runs no more");
    assert!(bench.studio.live_sound("nothing").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn sound_that_plays_only_when_it_is_whole_is_not_streamed() {
    let bench = Bench::new().await;
    let request = SpeechRequest { format: Some("flac".into()), ..said("Good evening.") };
    let reading = bench.speak(request).await.unwrap();
    assert!(bench.studio.live_sound(&reading.jobs[0].id).is_none());
    let reading = bench.read_out(&reading.id).await;
    let item = bench.studio.item(reading.item.unwrap()).await.unwrap().item;
    assert_eq!(item.mime, "audio/flac");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_in_many_voices_is_one_click() {
    let bench = Bench::new().await;
    let choice = |model: &str, voice: &str| VoiceChoice { model: model.into(), voice: voice.into() };
    let voices = vec![
        choice("tts-kokoro", "af_sky"),
        choice("tts-kokoro", "am_adam"),
        choice("tts-qwen3-0-6b", "Vivian"),
        choice("tts-kokoro", "af_sky"),
    ];
    // What only some of the models have is left out for the others.
    let request = SpeechRequest { style: Some("Very happy.".into()), ..said("Good evening.") };
    let estimate = bench.studio.estimate_audition(&request, voices.clone()).await.unwrap();
    assert_eq!((estimate.pieces, estimate.characters, &estimate.problem), (3, 39, &None));
    let expected =
        Expected { account: estimate.account.clone(), amount: estimate.amount, over_budgets: Vec::new() };

    let patch =
        |limit: &str| SettingsPatch { per_click_limit_usd: Some(limit.into()), ..SettingsPatch::default() };
    bench.studio.change_settings(patch("0.0011")).await.unwrap();
    let refused = bench.studio.start_audition(request.clone(), voices.clone(), expected.clone()).await;
    assert_eq!(refused.unwrap_err().code, "limit_per_click", "one alone would be within");
    assert!(bench.studio.readings().await.unwrap().is_empty());
    bench.studio.change_settings(patch("1")).await.unwrap();

    let readings = bench.studio.start_audition(request.clone(), voices, expected.clone()).await.unwrap();
    let audition = readings[0].audition.clone();
    assert!(audition.is_some() && readings.iter().all(|reading| reading.audition == audition));
    for reading in &readings {
        let reading = bench.read_out(&reading.id).await;
        assert_eq!((reading.state, reading.problem), (ReadingState::Done, None));
    }
    let charges = bench.charges().await;
    assert_eq!((charges.len(), charged(&charges)), (3, estimate.amount.unwrap().amount.normalize()));

    let many = vec![choice("tts-kokoro", "af_sky"); 51];
    let estimate = bench.studio.estimate_audition(&request, many).await.unwrap();
    assert_eq!(estimate.problem.unwrap().code, "too_many_voices");
    let estimate = bench.studio.estimate_audition(&request, Vec::new()).await.unwrap();
    assert_eq!(estimate.problem.unwrap().code, "field_invalid");
    let long = said(&"A sentence. ".repeat(500));
    let estimate = bench.studio.estimate_audition(&long, vec![choice("tts-kokoro", "af_sky")]).await.unwrap();
    assert_eq!(estimate.problem.unwrap().code, "text_too_long");
}
