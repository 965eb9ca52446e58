//! Takes, from the microphone to the library.

use std::sync::atomic::Ordering;

use store::{MediaKind, Origin};

use crate::{
    bench::Bench,
    scripted::{LAYOUT, Script, ends_with, noise, takes},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_take_becomes_an_item_with_every_sample_and_its_marks() {
    let bench = Bench::new().await;
    let studio = &bench.studio;
    let script = Script::of(studio);
    let state = studio.arm_recorder(None).await.unwrap();
    assert_eq!((state.armed, state.rate, state.channels), (true, Some(LAYOUT.rate), Some(LAYOUT.channels)));
    let state = studio.start_take(false).await.unwrap();
    assert!(state.take.is_some_and(|take| !take.is_test && !take.paused));
    let noted: Vec<_> =
        takes(&bench).into_iter().filter(|path| path.extension().unwrap() == "json").collect();
    assert_eq!(noted.len(), 1, "what is known of it is on disk before anything is said");

    let said = noise(1, 2_000);
    script.say(&said).await;
    script.taken(2_000).await;
    let state = studio.mark_take("  the bridge\n ".into()).await.unwrap();
    let marked = state.take.unwrap().markers;
    assert!((2_000..2_600).contains(&marked[0].at_ms), "{marked:?}");
    assert_eq!(marked[0].label, "the bridge");
    assert!(std::fs::read_to_string(&noted[0]).unwrap().contains("the bridge"));

    assert!(studio.pause_take(true).await.unwrap().take.unwrap().paused);
    script.say(&noise(2, 700)).await;
    assert!(!studio.pause_take(false).await.unwrap().take.unwrap().paused);
    let more = noise(3, 500);
    script.say(&more).await;
    let item = studio.stop_take().await.unwrap().unwrap();
    assert_eq!(
        (item.kind, item.origin, item.mime.as_str()),
        (MediaKind::Sound, Origin::Recorded, "audio/wav")
    );
    let length = item.duration_ms.unwrap();
    assert!((2_500..2_600).contains(&length), "{length}");
    assert!(item.title.starts_with("Take 20"), "{}", item.title);
    let (file, _) = studio.item_file(&item.id).await.unwrap();
    assert!(ends_with(&file, &[said, more].concat()), "without what was said in the pause");
    assert!(takes(&bench).is_empty());
    assert_eq!(script.kept().await.id, item.id);
    let details = studio.item(item.id).await.unwrap();
    let told: Vec<_> =
        details.recipe.iter().map(|field| (field.name.as_str(), field.value.as_str())).collect();
    assert!(told.contains(&("Microphone", "The desk")) && told.contains(&("Sampling rate", "48000 Hz")));

    let state = studio.disarm_recorder().await.unwrap();
    assert!(!state.armed && state.take.is_none() && state.problem.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn takes_follow_each_other_and_begin_with_what_was_just_said() {
    let bench = Bench::new().await;
    let script = Script::of(&bench.studio);
    let mut ids = Vec::new();
    // The first start opens the microphone by itself.
    for seed in 1..=3 {
        bench.studio.start_take(false).await.unwrap();
        let said = noise(seed, 300);
        script.say(&said).await;
        let item = bench.studio.stop_take().await.unwrap().unwrap();
        let (file, _) = bench.studio.item_file(&item.id).await.unwrap();
        assert!(ends_with(&file, &said));
        assert_eq!(item.duration_ms, Some(if seed == 1 { 300 } else { 300 + 300 * u64::from(seed - 1) }));
        ids.push(item.id);
    }
    ids.dedup();
    assert_eq!((ids.len(), script.opened().len()), (3, 1));
    assert_eq!(bench.studio.library_status().await.unwrap().items, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_out_of_turn_is_refused_and_harms_nothing() {
    let bench = Bench::new().await;
    let studio = &bench.studio;
    let script = Script::of(studio);
    let code = |error: studio::AppError| error.code;
    assert_eq!(code(studio.stop_take().await.unwrap_err()), "no_take");
    assert_eq!(code(studio.pause_take(true).await.unwrap_err()), "no_take");
    assert_eq!(code(studio.mark_take(String::new()).await.unwrap_err()), "no_take");
    studio.start_take(false).await.unwrap();
    let said = noise(1, 200);
    script.say(&said).await;
    assert_eq!(code(studio.start_take(false).await.unwrap_err()), "take_under_way");
    assert_eq!(code(studio.start_take(true).await.unwrap_err()), "take_under_way");
    assert_eq!(code(studio.arm_recorder(Some("lapel".into())).await.unwrap_err()), "take_under_way");
    let item = studio.stop_take().await.unwrap().unwrap();
    assert!(ends_with(&studio.item_file(&item.id).await.unwrap().0, &said));
    assert_eq!(code(studio.arm_recorder(Some("gone".into())).await.unwrap_err()), "microphone_gone");
    let state = studio.recorder_state().await.unwrap();
    assert_eq!((state.armed, state.problem.map(code)), (false, Some("microphone_gone".to_owned())));
    script.devices.lock().unwrap().clear();
    assert_eq!(code(studio.start_take(false).await.unwrap_err()), "no_microphone");
    assert!(takes(&bench).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_microphone_that_was_chosen_is_chosen_at_the_next_start() {
    let bench = Bench::new().await;
    Script::of(&bench.studio);
    let names = bench.studio.input_devices().await.unwrap();
    assert_eq!(
        names.iter().map(|device| device.name.as_str()).collect::<Vec<_>>(),
        ["The desk", "The lapel"]
    );
    bench.studio.arm_recorder(Some("lapel".into())).await.unwrap();
    let bench = bench.reopen().await;
    let script = Script::of(&bench.studio);
    assert_eq!(bench.studio.recorder_state().await.unwrap().device.as_deref(), Some("lapel"));
    bench.studio.arm_recorder(None).await.unwrap();
    assert_eq!(script.opened(), [Some("lapel".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_ends_by_itself_is_heard_once_and_goes() {
    let bench = Bench::new().await;
    let studio = &bench.studio;
    let script = Script::of(studio);
    assert!(studio.start_take(true).await.unwrap().take.unwrap().is_test);
    assert_eq!(studio.test_take_file(), None, "it is being made");
    script.say(&noise(1, 10_000)).await;
    script
        .hear(|event| match event {
            studio::voice::recorder::RecorderEvent::State { state } => {
                (state.armed && state.take.is_none() && studio.test_take_file().is_some()).then_some(())
            }
            _ => None,
        })
        .await;
    let file = studio.test_take_file().unwrap();
    assert!(ends_with(&file, &noise(1, 10_000)));
    // Another takes its place, and a take ends it.
    studio.start_take(true).await.unwrap();
    script.say(&noise(2, 300)).await;
    assert!(studio.stop_take().await.unwrap().is_none());
    assert!(ends_with(&studio.test_take_file().unwrap(), &noise(2, 300)));
    studio.start_take(true).await.unwrap();
    studio.start_take(false).await.unwrap();
    script.say(&noise(3, 300)).await;
    assert!(studio.stop_take().await.unwrap().is_some());
    studio.disarm_recorder().await.unwrap();
    assert_eq!(studio.test_take_file(), None);
    assert_eq!(studio.library_status().await.unwrap().items, 1, "tests are no items");
    assert_eq!(script.free.load(Ordering::SeqCst), 1 << 40);
}
