//! Takes that follow each other closely, and what is in the way of a take: nothing is mistaken for another's, nothing is left.

use std::{
    fs,
    sync::{Arc, atomic::Ordering},
};

use audio::recorder::Event;
use studio::{library::view::LibraryQuery, voice::recorder::RecorderEvent};

use crate::{
    bench::Bench,
    scripted::{Script, ends_with, noise, samples, takes},
};

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_one_take_is_not_the_end_of_the_next() {
    let bench = Bench::new().await;
    let studio = &bench.studio;
    let script = Script::of(studio);
    studio.start_take(false).await.unwrap();
    script.say(&noise(1, 300)).await;
    let held = script.hold_reports().await;
    script.happens(Event::Full(Arc::new(audio::Error::DiskFull)));
    assert!(studio.stop_take().await.unwrap().is_some());
    studio.start_take(false).await.unwrap();
    drop(held);
    let said = noise(2, 5_000);
    script.say(&said).await;
    // Reports come in order: all of the earlier take have been taken in.
    script.taken(5_000).await;
    let item = studio.stop_take().await.unwrap().unwrap();
    assert!(ends_with(&studio.item_file(&item.id).await.unwrap().0, &said));
    assert!(studio.recorder_state().await.unwrap().problem.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_is_as_long_as_it_is_and_not_as_the_one_before() {
    let bench = Bench::new().await;
    let studio = &bench.studio;
    let script = Script::of(studio);
    studio.start_take(false).await.unwrap();
    let held = script.hold_reports().await;
    // Longer than a test may be.
    script.say(&noise(1, 15_000)).await;
    assert!(studio.stop_take().await.unwrap().is_some());
    studio.start_take(true).await.unwrap();
    drop(held);
    script.say(&noise(2, 4_000)).await;
    script
        .hear(|event| match event {
            // With what was heard before it.
            RecorderEvent::Heard { length_ms: Some(length), .. } => {
                (4_000..9_000).contains(length).then_some(())
            }
            _ => None,
        })
        .await;
    assert!(studio.recorder_state().await.unwrap().take.is_some_and(|take| take.is_test));
    assert!(studio.stop_take().await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_cannot_be_asked_keeps_no_take_from_the_library() {
    let bench = Bench::new().await;
    let studio = &bench.studio;
    let script = Script::of(studio);
    for by_stopping in [true, false] {
        studio.start_take(false).await.unwrap();
        let said = noise(1, 300);
        script.say(&said).await;
        script.is_mute.store(true, Ordering::SeqCst);
        if by_stopping {
            let item = studio.stop_take().await.unwrap().unwrap();
            assert!(ends_with(&studio.item_file(&item.id).await.unwrap().0, &said));
        } else {
            assert!(studio.disarm_recorder().await.is_err(), "how it stands can't be told");
        }
        script.is_mute.store(false, Ordering::SeqCst);
        assert!(takes(&bench).is_empty());
    }
    assert!(!studio.recorder_state().await.unwrap().armed);
    assert_eq!(studio.library_page(LibraryQuery::default()).await.unwrap().items.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_microphone_that_was_opened_for_a_take_that_cannot_begin_is_closed() {
    let bench = Bench::new().await;
    let studio = &bench.studio;
    let script = Script::of(studio);
    script.free.store(1, Ordering::SeqCst);
    assert_eq!(studio.start_take(false).await.unwrap_err().code, "disk_full");
    assert_eq!(script.opened().len(), 1);
    assert!(!studio.recorder_state().await.unwrap().armed);
    // One that the user opened stays open.
    studio.arm_recorder(None).await.unwrap();
    assert_eq!(studio.start_take(false).await.unwrap_err().code, "disk_full");
    assert!(studio.recorder_state().await.unwrap().armed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mark_that_cannot_be_written_is_not_shown_and_a_note_that_is_gone_loses_none() {
    let bench = Bench::new().await;
    let studio = &bench.studio;
    let script = Script::of(studio);
    studio.start_take(false).await.unwrap();
    script.say(&noise(1, 300)).await;
    script.taken(300).await;
    studio.mark_take("kept".into()).await.unwrap();
    let note = takes(&bench).into_iter().find(|path| path.extension().unwrap() == "json").unwrap();
    fs::remove_file(&note).unwrap();
    fs::create_dir(&note).unwrap();
    fs::write(note.join("in the way"), b"").unwrap();
    assert!(studio.mark_take("lost".into()).await.is_err());
    let shown = studio.recorder_state().await.unwrap().take.unwrap().markers;
    assert_eq!(shown.iter().map(|mark| mark.label.as_str()).collect::<Vec<_>>(), ["kept"]);
    let item = studio.stop_take().await.unwrap().unwrap();
    assert!(item.title.starts_with("Take 20"));
    assert_eq!(studio.sound(item.id).await.unwrap().markers, shown);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_kept_with_the_next_take() {
    let bench = Bench::new().await;
    let studio = &bench.studio;
    let script = Script::of(studio);
    studio.start_take(false).await.unwrap();
    script.say(&noise(1, 300)).await;
    script.taken(300).await;
    // Another whose way into the library failed once.
    let [_, sound] = &takes(&bench)[..] else { panic!() };
    fs::copy(sound, sound.with_file_name("earlier.wav")).unwrap();
    let item = studio.stop_take().await.unwrap().unwrap();
    let other = script
        .hear(|event| match event {
            RecorderEvent::Kept { item: kept } if kept.id != item.id => Some(kept.clone()),
            _ => None,
        })
        .await;
    let (file, _) = studio.item_file(&other.id).await.unwrap();
    assert!(!samples(&file).is_empty());
    assert!(takes(&bench).is_empty());
}
