//! What goes wrong with a take: nothing of it is lost.

use std::{
    fs,
    path::Path,
    sync::{Arc, atomic::Ordering},
};

use audio::recorder::Event;
use studio::{
    AppError,
    events::AppEvent,
    library::view::{ItemView, LibraryQuery},
};

use crate::{
    bench::Bench,
    scripted::{LAYOUT, Script, ends_with, noise, takes},
};

async fn notice(bench: &Bench, code: &str) -> AppError {
    bench
        .hear(|event| match event {
            AppEvent::Notice { error } if error.code == code => Some(error.clone()),
            _ => None,
        })
        .await
}

async fn items(bench: &Bench) -> Vec<ItemView> {
    bench.studio.library_page(LibraryQuery::default()).await.unwrap().items
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            drop(fs::copy(entry.path(), target));
        }
    }
}

/// All that is on disk at this moment, as a power cut would leave it, in a folder of its own.
fn cut_off(bench: &Bench) -> Arc<tempfile::TempDir> {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    copy(bench.home(), &folder.path().join("home"));
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_heard_before_a_kill_is_there_at_the_next_start() {
    let bench = Bench::new().await;
    let script = Script::of(&bench.studio);
    bench.studio.start_take(false).await.unwrap();
    let said = noise(1, 3_000);
    script.say(&said).await;
    script.taken(3_000).await;
    bench.studio.mark_take("before the end".into()).await.unwrap();
    let folder = cut_off(&bench);
    let killed = Bench::open(Arc::clone(&folder), Arc::clone(&bench.sandbox)).await;
    let told = notice(&killed, "takes_recovered").await;
    assert_eq!(told.params["count"], "1");
    let [item] = &items(&killed).await[..] else { panic!() };
    assert_eq!(told.params["title"], item.title);
    assert!(item.duration_ms.unwrap() >= 2_000, "at most a second is lost: {:?}", item.duration_ms);
    let (file, _) = killed.studio.item_file(&item.id).await.unwrap();
    let mut kept = crate::scripted::samples(&file);
    // The silence after it.
    kept.truncate(kept.len().min(said.len()));
    assert!(said.starts_with(&kept) && !kept.is_empty(), "what is there is what was said");
    assert!(takes(&killed).is_empty());
    let sidecar = fs::read_to_string(file.with_extension("json")).unwrap();
    assert!(sidecar.contains("before the end"), "{sidecar}");
    // Once more there is nothing to recover, and the first one goes on as if nothing had been.
    let killed = killed.reopen().await;
    assert_eq!(items(&killed).await.len(), 1);
    assert!(bench.studio.stop_take().await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_take_that_was_kept_just_before_the_end_is_not_kept_twice() {
    let bench = Bench::new().await;
    let script = Script::of(&bench.studio);
    bench.studio.start_take(false).await.unwrap();
    script.say(&noise(1, 300)).await;
    script.taken(300).await;
    let before = cut_off(&bench);
    let item = bench.studio.stop_take().await.unwrap().unwrap();
    let (file, _) = bench.studio.item_file(&item.id).await.unwrap();
    let after = cut_off(&bench);
    // The row is there, and the take's own files had not been removed yet.
    copy(&before.path().join("home/takes"), &after.path().join("home/takes"));
    let take = takes(&bench);
    assert!(take.is_empty());
    for entry in fs::read_dir(after.path().join("home/takes")).unwrap().flatten() {
        if entry.path().extension().is_some_and(|ending| ending == "wav") {
            fs::copy(&file, entry.path()).unwrap();
        }
    }
    let again = Bench::open(after, Arc::clone(&bench.sandbox)).await;
    notice(&again, "takes_recovered").await;
    let kept = items(&again).await;
    assert_eq!(kept.iter().map(|item| &item.id).collect::<Vec<_>>(), [&item.id]);
    assert!(takes(&again).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn hours_are_kept_without_a_second_copy() {
    let bench = Bench::new().await;
    let script = Script::of(&bench.studio);
    bench.studio.start_take(false).await.unwrap();
    script.say(&noise(1, 500)).await;
    script.taken(500).await;
    let folder = cut_off(&bench);
    // Hours of silence follow: more than the sizes of a WAV file can tell.
    let seconds = 15_600;
    let frames = seconds * u64::from(LAYOUT.rate);
    let bytes = frames * u64::from(LAYOUT.channels) * 3;
    let mut inode = 0;
    for entry in fs::read_dir(folder.path().join("home/takes")).unwrap().flatten() {
        if entry.path().extension().is_some_and(|ending| ending == "wav") {
            let take = fs::OpenOptions::new().write(true).open(entry.path()).unwrap();
            let head = take.metadata().unwrap().len() % (u64::from(LAYOUT.channels) * 3);
            take.set_len(head + bytes).unwrap();
            inode = std::os::unix::fs::MetadataExt::ino(&take.metadata().unwrap());
        }
    }
    let killed = Bench::open(folder, Arc::clone(&bench.sandbox)).await;
    notice(&killed, "takes_recovered").await;
    let [item] = &items(&killed).await[..] else { panic!() };
    let length = item.duration_ms.unwrap();
    assert!(length.abs_diff(seconds * 1_000) < 1_000, "{length}");
    let (file, _) = killed.studio.item_file(&item.id).await.unwrap();
    assert_eq!(std::os::unix::fs::MetadataExt::ino(&fs::metadata(&file).unwrap()), inode);
    let mut head = [0; 4];
    std::io::Read::read_exact(&mut fs::File::open(&file).unwrap(), &mut head).unwrap();
    assert_eq!(&head, b"RF64");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_take_ends_in_good_order_before_the_disk_is_full() {
    let bench = Bench::new().await;
    let script = Script::of(&bench.studio);
    let each_second = u64::from(LAYOUT.rate) * u64::from(LAYOUT.channels) * 3;
    let reserve = 128 << 20;
    script.free.store(reserve + 300 * each_second, Ordering::SeqCst);
    let state = bench.studio.start_take(false).await.unwrap();
    assert_eq!((state.free_bytes, state.room_ms), (reserve + 300 * each_second, Some(300_000)));
    let said = noise(1, 1_000);
    script.say(&said).await;
    script.taken(1_000).await;
    let low = notice(&bench, "recording_room_low").await;
    assert_eq!(low.params["minutes"], "5");
    script.free.store(reserve - 1, Ordering::SeqCst);
    let state = script.problem("take_ended_full").await;
    assert!(state.armed && state.take.is_none());
    let item = script.kept().await;
    assert!(ends_with(&bench.studio.item_file(&item.id).await.unwrap().0, &said));
    let refused = bench.studio.start_take(false).await.unwrap_err();
    assert_eq!(refused.code, "disk_full");
    assert!(takes(&bench).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full_all_at_once_ends_the_take_as_well() {
    let bench = Bench::new().await;
    let script = Script::of(&bench.studio);
    bench.studio.start_take(false).await.unwrap();
    let said = noise(1, 400);
    script.say(&said).await;
    script.taken(400).await;
    script.happens(Event::Full(Arc::new(audio::Error::DiskFull)));
    script.problem("take_ended_full").await;
    let item = script.kept().await;
    assert!(ends_with(&bench.studio.item_file(&item.id).await.unwrap().0, &said));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_take_waits_for_a_library_that_is_away() {
    let bench = Bench::new().await;
    let script = Script::of(&bench.studio);
    let library = bench.studio.library_folder();
    let away = library.with_extension("away");
    bench.studio.start_take(false).await.unwrap();
    let said = noise(1, 600);
    script.say(&said).await;
    script.taken(600).await;
    bench.studio.mark_take("here".into()).await.unwrap();
    fs::rename(&library, &away).unwrap();
    let refused = bench.studio.stop_take().await.unwrap_err();
    assert_eq!((refused.code.as_str(), refused.params["why"].as_str()), ("take_waits", "library_gone"));
    assert!(Path::new(&refused.params["path"]).is_file() && !library.exists());
    assert_eq!(bench.studio.recorder_state().await.unwrap().problem, Some(refused));
    bench.hear(|event| matches!(event, AppEvent::Library { reachable: false }).then_some(())).await;
    fs::rename(&away, &library).unwrap();
    let item = script.kept().await;
    let (file, _) = bench.studio.item_file(&item.id).await.unwrap();
    assert!(ends_with(&file, &said) && takes(&bench).is_empty());
    assert!(fs::read_to_string(file.with_extension("json")).unwrap().contains("here"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_microphone_that_is_unplugged_ends_the_take_and_a_silent_one_is_said() {
    let bench = Bench::new().await;
    let script = Script::of(&bench.studio);
    bench.studio.start_take(false).await.unwrap();
    let said = noise(1, 500);
    script.say(&said).await;
    script.taken(500).await;
    script.happens(Event::Stalled);
    assert!(script.problem("microphone_stalled").await.take.unwrap().stalled);
    script.happens(Event::Recovered);
    script.happens(Event::Lost(Arc::new(audio::Error::DeviceGone)));
    let state = script.problem("microphone_gone").await;
    assert!(!state.armed && state.take.is_none());
    let item = script.kept().await;
    assert!(ends_with(&bench.studio.item_file(&item.id).await.unwrap().0, &said));
    assert!(bench.studio.start_take(false).await.unwrap().problem.is_none(), "it can be plugged in again");
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_the_program_keeps_the_take() {
    let bench = Bench::new().await;
    let script = Script::of(&bench.studio);
    bench.studio.start_take(false).await.unwrap();
    let said = noise(1, 500);
    script.say(&said).await;
    let bench = bench.reopen().await;
    let [item] = &items(&bench).await[..] else { panic!() };
    assert!(ends_with(&bench.studio.item_file(&item.id).await.unwrap().0, &said));
    assert!(takes(&bench).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_take_in_its_folder_is_set_aside_and_told() {
    let bench = Bench::new().await;
    let folder = bench.home().join("takes");
    // The look at the first start is over.
    bench.studio.close().await;
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("a.wav"), b"not a sound at all, but longer than any head is; ".repeat(9)).unwrap();
    fs::write(folder.join("b.wav"), b"").unwrap();
    fs::write(folder.join("test.wav"), b"of another day").unwrap();
    let bench = bench.reopen().await;
    let told = notice(&bench, "take_damaged").await;
    assert!(told.params["path"].ends_with("a.damaged.wav"));
    let bench = bench.reopen().await;
    assert!(items(&bench).await.is_empty());
    assert!(folder.join("a.damaged.wav").is_file());
}
