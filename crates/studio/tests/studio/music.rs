//! Music, noises and spoken prompts: quoted, made, kept, and given back to the form.

use rstest::rstest;
use studio::{
    films::request::RequestOrigin,
    jobs::view::{JobKind, JobState},
    library::view::MediaKind,
    music::{request::MusicRequest, view::MusicUse},
    pictures::estimate::Expected,
};

use crate::bench::Bench;

fn music(model: &str, prompt: &str) -> MusicRequest {
    MusicRequest { model: model.into(), prompt: prompt.into(), ..MusicRequest::default() }
}

#[rstest]
#[case("elevenlabs-sound-effects-v2", "audio/mpeg", |music: &mut MusicRequest| (music.looped, music.duration_seconds) = (true, Some(4)))]
#[case("mmaudio-v2-text-to-audio", "audio/flac", |music: &mut MusicRequest| music.duration_seconds = Some(3))]
#[case("minimax-music-v26", "audio/mpeg", |music: &mut MusicRequest| music.lyrics = Some("la barca va".into()))]
#[case("minimax-music-v26", "audio/mpeg", |music: &mut MusicRequest| music.lyrics_optimizer = true)]
#[case("elevenlabs-tts-multilingual-v2", "audio/mpeg", |music: &mut MusicRequest| {
    (music.voice, music.language, music.speed) = (Some("Roger".into()), Some("it".into()), Some(1.1));
})]
#[case("ace-step-15", "audio/mpeg", |music: &mut MusicRequest| (music.instrumental, music.duration_seconds) = (true, Some(10)))]
#[tokio::test(flavor = "multi_thread")]
async fn it_costs_what_was_quoted_and_is_kept(
    #[case] model: &str,
    #[case] mime: &str,
    #[case] change: fn(&mut MusicRequest),
) {
    let bench = Bench::new().await;
    let mut request = music(model, "a slow barcarole at dusk");
    change(&mut request);
    let quoted = bench.studio.quote_music(&request).await.unwrap();
    assert_eq!((quoted.problem, quoted.unpriced), (None, None));
    let expected = Expected { account: quoted.account, amount: quoted.amount, over_budgets: Vec::new() };
    let job = bench.studio.start_music(request.clone(), expected).await.unwrap();
    let job = bench.ended(&job.id).await;
    assert_eq!((job.state, job.kind), (JobState::Saved, JobKind::Music), "{:?}", job.error);
    let [(operation, charged)] = &bench.charges().await[..] else { panic!("charged once") };
    assert_eq!(operation, "queueAudio");
    let amount: f64 = quoted.amount.unwrap().amount.to_string().parse().unwrap();
    assert!((charged.parse::<f64>().unwrap() - amount).abs() < 1e-9, "{charged} {amount}");

    let item = bench.studio.item(job.items[0].clone()).await.unwrap();
    assert_eq!((item.item.kind, item.item.mime.as_str()), (MediaKind::Sound, mime));
    assert!(item.item.duration_ms.unwrap() > 500);
    let sound = bench.studio.sound(job.items[0].clone()).await.unwrap();
    assert!(!sound.is_damaged);
    for origin in [RequestOrigin::Item(job.items[0].clone()), RequestOrigin::Job(job.id)] {
        assert_eq!(bench.studio.music_from(origin).await.unwrap(), request);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_model_does_not_take_is_refused_before_it_is_sent() {
    let bench = Bench::new().await;
    for (code, request) in [
        ("lyrics_missing", music("minimax-music-v26", "a slow barcarole")),
        ("prompt_too_short", music("ace-step-15", "short")),
        ("prompt_too_long", music("elevenlabs-sound-effects-v2", &"splash ".repeat(80))),
        (
            "setting_not_offered",
            MusicRequest { duration_seconds: Some(23), ..music("elevenlabs-sound-effects-v2", "a splash") },
        ),
        ("setting_not_offered", MusicRequest { looped: true, ..music("ace-step-15", "a slow barcarole") }),
    ] {
        let quoted = bench.studio.quote_music(&request).await.unwrap();
        assert_eq!(quoted.problem.as_ref().map(|problem| problem.code.as_str()), Some(code));
        let expected = Expected { account: quoted.account, amount: quoted.amount, over_budgets: Vec::new() };
        assert_eq!(bench.studio.start_music(request, expected).await.unwrap_err().code, code);
    }
    let request = MusicRequest { duration_seconds: Some(10), ..music("ace-step-15", "a slow barcarole") };
    let quoted = bench.studio.quote_music(&request).await.unwrap();
    let dearer = MusicRequest { duration_seconds: Some(200), ..request };
    let expected = Expected { account: quoted.account, amount: quoted.amount, over_budgets: Vec::new() };
    assert_eq!(bench.studio.start_music(dearer, expected).await.unwrap_err().code, "price_changed");
    assert_eq!(bench.posts("queueAudio").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_model_tells_what_it_takes() {
    let bench = Bench::new().await;
    let models = bench.studio.music_models(false).await.unwrap().models;
    let find = |id: &str| models.iter().find(|model| model.id == id).unwrap();
    assert_eq!(find("elevenlabs-sound-effects-v2").makes, MusicUse::Sounds);
    let speaks = find("elevenlabs-tts-multilingual-v2");
    assert_eq!((speaks.makes, speaks.voices.len(), speaks.takes_language), (MusicUse::Speech, 3, true));
    assert_eq!(speaks.speed.map(|range| (range.min, range.max)), Some((0.7, 1.2)));
    let sings = find("minimax-music-v26").lyrics.unwrap();
    assert!(sings.required && sings.optimizer);
    assert_eq!(
        find("stable-audio-25").length.as_ref().map(|length| (length.least, length.most)),
        Some((1, 190))
    );
}
