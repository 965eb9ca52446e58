use std::fs;
use std::io::{ErrorKind, Write};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::disk::Step;
use crate::testing::{self, Home, START};
use crate::*;

const NAME: &str = "2026/11/21/143205-a-gondola-at-dusk-";

fn new(title: &str) -> NewItem {
    NewItem::new(Origin::Made, title)
}

fn sidecar(home: &Home, path: &str) -> Value {
    let path = home.library().join(path).with_extension("json");
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn an_item_is_a_plain_file_a_sidecar_and_a_row() {
    let home = Home::new();
    let store = home.open();
    let job = JobId::new(START);
    let money = Money { amount: "0.0100".parse().unwrap(), currency: Currency::Usd };
    let mut changes = store.changes();
    let bytes = testing::png(1);
    let mut incoming = store.incoming().unwrap();
    for piece in bytes.chunks(7) {
        incoming.write_all(piece).unwrap();
    }
    assert_eq!(incoming.bytes(), bytes.len() as u64);
    let item = store
        .keep(
            incoming,
            NewItem {
                prompt: Some("a gondola at dusk, oil".into()),
                negative_prompt: Some("people".into()),
                model: Some("flux".into()),
                cost: Cost { money: Some(money), certainty: Certainty::Charge, pretend: true },
                account: Some("sandbox".into()),
                job: Some(job),
                job_index: 2,
                seed: Some(-7),
                tags: vec!["boats".into()],
                recipe: Some(json!({"steps": 20})),
                receipt: Some(json!({"answer_id": "x"})),
                ..new("A gondola at dusk")
            },
        )
        .unwrap();

    assert!(item.file.path.starts_with(NAME) && item.file.ext == "png", "{}", item.file.path);
    assert_eq!(fs::read(store.media_path(&item.file.path)).unwrap(), bytes);
    assert_eq!(item.file.blake3, blake3::hash(&bytes).to_hex().as_str());
    assert_eq!(
        (item.file.width, item.file.height, item.file.mime.as_str()),
        (Some(12), Some(8), "image/png")
    );
    assert_eq!(item.day.to_string(), "2026-11-21");
    assert_eq!(changes.try_recv(), Ok(Change::Items(vec![item.id])));
    assert_eq!(store.library().get(item.id).unwrap(), item);
    let told = sidecar(&home, &item.file.path);
    assert_eq!(told["format"], 1);
    assert_eq!(told["file"]["blake3"], json!(item.file.blake3));
    assert_eq!(told["items"][0]["recipe"], json!({"steps": 20}));
    assert_eq!(told["items"][0]["cost"]["money"], json!({"amount": "0.0100", "currency": "usd"}));
    assert_eq!(home.files().len(), 2, "nothing else is left: {:?}", home.files());
    assert!(fs::read_dir(home.library().join(".incoming")).unwrap().next().is_none());
}

#[test]
fn equal_bytes_are_one_file_with_an_item_for_each_making() {
    let home = Home::new();
    let store = home.open();
    let first = store.keep(testing::png(1), new("one")).unwrap();
    let second = store.keep(testing::png(1), new("two")).unwrap();
    assert_ne!(first.id, second.id);
    assert_eq!(first.file, second.file);
    assert_eq!(home.files().len(), 2);
    assert_eq!(sidecar(&home, &first.file.path)["items"].as_array().unwrap().len(), 2);
    assert_eq!(store.library().of_hash(&first.file.blake3).unwrap().len(), 2);
}

#[test]
fn a_result_of_a_job_is_kept_once() {
    let store = Home::new().open();
    let of_job = NewItem { job: Some(JobId::new(START)), ..new("a") };
    let first = store.keep(testing::png(1), of_job.clone()).unwrap();
    let again = store.keep(testing::png(1), of_job.clone()).unwrap();
    assert_eq!(first, again);
    assert_ne!(store.keep(testing::png(1), NewItem { job_index: 1, ..of_job }).unwrap().id, first.id);
}

#[test]
fn many_are_kept_in_order_and_a_bad_one_stops_no_other() {
    let home = Home::new();
    let store = home.open();
    let mut all: Vec<(Media, NewItem)> =
        (0..150).map(|n| (testing::png(n % 140).into(), new("many"))).collect();
    all[70] = (b"%PDF-1.4 renamed".to_vec().into(), new("bad"));
    let kept = store.keep_many(all);
    assert_eq!(kept.len(), 150);
    for (n, outcome) in kept.iter().enumerate() {
        match outcome {
            Err(Error::Picture(PictureProblem::NotAPicture { seems: Some("PDF") })) if n == 70 => {}
            Ok(item) => {
                assert_eq!(item.file.blake3, blake3::hash(&testing::png(n as u32 % 140)).to_hex().as_str());
            }
            other => panic!("{n}: {other:?}"),
        }
    }
    assert_eq!(home.files().len(), 139 * 2);
    assert_eq!(store.library().status().unwrap().items, 149);
    drop(store);
    home.open();
}

#[test]
fn paid_bytes_that_are_no_picture_are_kept_all_the_same() {
    let store = Home::new().open();
    let paid = NewItem { format: Some(("image/webp".into(), "webp".into())), ..new("odd") };
    let item = store.keep(b"half a pict".to_vec(), paid).unwrap();
    assert_eq!((item.file.ext.as_str(), item.file.width), ("webp", None));
}

#[test]
fn lineage_that_would_be_a_cycle_is_refused_and_leaves_nothing() {
    let home = Home::new();
    let store = home.open();
    let parent = store.keep(testing::png(1), new("a")).unwrap();
    let source = |item: &Item| Parent { item: item.id, role: Role::Source };
    let child = store.keep(testing::png(2), NewItem { parents: vec![source(&parent)], ..new("b") }).unwrap();
    let grandchild =
        store.keep(testing::png(3), NewItem { parents: vec![source(&child)], ..new("c") }).unwrap();
    let library = store.library();
    assert!(matches!(library.link(parent.id, source(&grandchild)), Err(Error::LineageCycle)));
    assert!(matches!(library.link(parent.id, source(&parent)), Err(Error::LineageCycle)));
    let of_child = library.lineage(child.id).unwrap();
    assert_eq!(of_child.parents, [(parent, Role::Source)]);
    assert_eq!(of_child.children, [(grandchild, Role::Source)]);
}

/// Every step at which the system can refuse: nothing of the item is visible, what was there before is untouched, the
/// error tells what it is about, and the same can be kept once there is room.
#[test]
fn when_the_disk_is_full_nothing_half_written_stays() {
    for step in [
        Step::Create,
        Step::Write,
        Step::Sync,
        Step::PlaceSidecar,
        Step::PlaceMedia,
        Step::SyncFolder,
        Step::WriteRow,
    ] {
        for (kind, from) in
            [(ErrorKind::StorageFull, 0), (ErrorKind::ReadOnlyFilesystem, 1), (ErrorKind::StorageFull, 2)]
        {
            let home = Home::new();
            let store = home.open();
            let old = store.keep(testing::png(1), new("old")).unwrap();
            drop(store);
            let before = home.files();

            let counted = AtomicUsize::new(0);
            let full = Arc::new(std::sync::atomic::AtomicBool::new(true));
            let is_full = full.clone();
            let store = home.open_watched(Arc::new(move |at, _| {
                let refuse = at == step
                    && is_full.load(Ordering::SeqCst)
                    && counted.fetch_add(1, Ordering::SeqCst) >= from;
                if refuse { Err(kind.into()) } else { Ok(()) }
            }));
            let job = JobId::new(START);
            fs::write(store.jobs().work_file(job), b"bytes").unwrap();
            let of_job = NewItem { job: Some(job), ..new("new") };
            match store.keep(testing::png(2), of_job.clone()) {
                Ok(_) => assert!(from > 0, "{step:?} was never asked"),
                Err(error) => {
                    assert_eq!(error.is_disk_full(), kind == ErrorKind::StorageFull, "{error:?}");
                    assert_eq!(error.is_not_writable(), kind != ErrorKind::StorageFull, "{error:?}");
                    let (Error::DiskFull { kept, .. } | Error::ReadOnly { kept, .. }) = error else {
                        panic!("{error:?}")
                    };
                    assert_eq!(kept, Some(store.jobs().work_file(job)));
                    assert_eq!(home.files(), before, "{step:?}");
                    assert_eq!(store.library().status().unwrap().items, 1);
                }
            }
            full.store(false, Ordering::SeqCst);
            let kept = store.keep(testing::png(2), of_job).unwrap();
            assert_eq!(store.library().get_many(&[kept.id, old.id]).unwrap(), [kept, old]);
        }
    }
}

/// The same with the real system: a file system of 64 KiB, where one may be mounted.
#[test]
fn a_disk_that_is_really_full_says_so() {
    let home = Home::new();
    fs::create_dir_all(home.library()).unwrap();
    let mounted =
        Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"]).arg(home.library()).status();
    if !mounted.is_ok_and(|status| status.success()) {
        // Without the right to mount, `/dev/full` and the injected errors have to do.
        let error = fs::File::create("/dev/full").and_then(|mut full| full.write_all(b"x"));
        if let Err(error) = error {
            assert!(Error::file(std::path::Path::new("/dev/full"), error).is_disk_full());
        }
        return;
    }
    let outcome = std::panic::catch_unwind(|| {
        let store = home.open();
        let paid = NewItem { format: Some(("image/png".into(), "png".into())), ..new("big") };
        let failed = store.keep(vec![7; 100_000], paid.clone()).unwrap_err();
        assert!(failed.is_disk_full(), "{failed:?}");
        assert_eq!(home.files(), [""; 0]);
        store.keep(vec![7; 1_000], paid).unwrap();
    });
    assert!(Command::new("umount").arg(home.library()).status().unwrap().success());
    outcome.unwrap();
}

#[test]
fn a_file_in_place_of_a_folder_is_told_with_its_path() {
    let home = Home::new();
    let store = home.open();
    fs::write(home.library().join("2026"), b"in the way").unwrap();
    let error = store.keep(testing::png(1), new("a")).unwrap_err();
    assert!(
        matches!(&error, Error::File { path, .. } if path.starts_with(home.library().join("2026"))),
        "{error:?}"
    );
    assert_eq!(home.files(), ["2026"]);
}

#[test]
fn changes_reach_the_sidecar_on_flush_and_at_the_end() {
    let home = Home::new();
    let store = home.open();
    let item = store.keep(testing::png(1), new("a")).unwrap();
    let patch = Patch {
        rating: Some(4),
        tags: Some(vec![" big  boat ".into(), String::new(), "big boat".into()]),
        ..Patch::default()
    };
    let changed = store.library().change(item.id, patch).unwrap();
    assert_eq!(changed.tags, ["big boat"]);
    assert_eq!(sidecar(&home, &item.file.path)["items"][0]["rating"], 0);
    store.flush().unwrap();
    assert_eq!(sidecar(&home, &item.file.path)["items"][0]["rating"], 4);
    store.library().change(item.id, Patch { notes: Some("kept".into()), ..Patch::default() }).unwrap();
    drop(store);
    assert_eq!(sidecar(&home, &item.file.path)["items"][0]["notes"], "kept");
}

#[test]
fn a_sidecar_behind_at_a_crash_is_written_by_the_next_start() {
    let home = Home::new();
    let store = home.open_watched(Arc::new(|_, _| Ok(())));
    let item = store.keep(testing::png(1), new("a")).unwrap();
    drop(store);
    let refuse = home.open_watched(Arc::new(|step, _| {
        if step == Step::PlaceSidecar { Err(ErrorKind::StorageFull.into()) } else { Ok(()) }
    }));
    refuse.library().change(item.id, Patch { favourite: Some(true), ..Patch::default() }).unwrap();
    assert!(refuse.flush().unwrap_err().is_disk_full());
    drop(refuse);
    assert_eq!(sidecar(&home, &item.file.path)["items"][0]["favourite"], false);
    home.open().flush().unwrap();
    assert_eq!(sidecar(&home, &item.file.path)["items"][0]["favourite"], true);
}

const CHILD: &str = "STORE_TEST_KILL_AT";

/// Not a test by itself: keeps two items and kills its own process, without any chance to clean up, at the step the
/// variable names, in the second.
#[test]
fn child_that_is_killed() {
    let Ok(order) = std::env::var(CHILD) else { return };
    let (step, folder) = order.split_once('@').unwrap();
    let steps = [
        Step::Create,
        Step::Write,
        Step::Sync,
        Step::PlaceSidecar,
        Step::PlaceMedia,
        Step::SyncFolder,
        Step::WriteRow,
        Step::RowWritten,
    ];
    let step = steps.into_iter().find(|known| format!("{known:?}") == step).unwrap();
    let armed = Arc::new(AtomicUsize::new(0));
    let when = armed.clone();
    let watch: super::disk::Watch = Arc::new(move |at, _| {
        if at == step && when.load(Ordering::SeqCst) == 1 {
            Command::new("kill").args(["-9", &std::process::id().to_string()]).status().unwrap();
        }
        Ok(())
    });
    let options = testing::options(folder.as_ref(), Arc::new(SystemClock));
    let (store, _) = Store::open_on(options, super::disk::Disk { watch: Some(watch) }).unwrap();
    let of_job = |n| NewItem {
        job: Some(JobId(uuid::Uuid::from_u128(n))),
        recipe: Some(json!(n as u64)),
        ..new("killed")
    };
    store.keep(testing::png(1), of_job(1)).unwrap();
    armed.store(1, Ordering::SeqCst);
    store.keep(testing::png(2), of_job(2)).unwrap();
    unreachable!("it was to be killed at {step:?}");
}

#[test]
fn a_kill_at_any_step_loses_nothing_kept_and_doubles_nothing() {
    for step in
        ["Create", "Write", "Sync", "PlaceSidecar", "PlaceMedia", "SyncFolder", "WriteRow", "RowWritten"]
    {
        let home = Home::new();
        let folder = home.library().parent().unwrap().to_path_buf();
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "media::tests::child_that_is_killed", "--nocapture"])
            .env(CHILD, format!("{step}@{}", folder.display()))
            .output()
            .unwrap();
        assert!(child.status.code().is_none(), "{step}: {}", String::from_utf8_lossy(&child.stdout));

        let (store, _) = home.open_with_findings();
        let of_job = |n| NewItem {
            job: Some(JobId(uuid::Uuid::from_u128(n))),
            recipe: Some(json!(n as u64)),
            ..new("killed")
        };
        let there = store.library().page(&Query::default()).unwrap();
        let second = store.jobs().items(JobId(uuid::Uuid::from_u128(2))).unwrap();
        assert_eq!(store.jobs().items(JobId(uuid::Uuid::from_u128(1))).unwrap().len(), 1, "{step}");
        assert_eq!(there.total, 1 + second.len() as u64, "{step}");
        if step == "RowWritten" {
            assert_eq!(second.len(), 1, "what was told as kept is kept");
        }
        // What whoever asked for it does next: keep it again from its work file.
        let kept = store.keep(testing::png(2), of_job(2)).unwrap();
        assert_eq!(kept.recipe, Some(json!(2)));
        assert_eq!(store.library().status().unwrap().items, 2, "{step}");
        drop(store);
        home.open();
        assert_eq!(home.files().len(), 4, "{step}: {:?}", home.files());
    }
}

#[test]
fn a_file_of_ours_takes_no_second_room_and_a_copy_is_its_own() {
    let home = Home::new();
    let store = home.open();
    let take = home.home().join("take.wav");
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|n| n as u8).collect();
    fs::write(&take, &bytes).unwrap();
    let mut told = 0;
    let count = |more| {
        told += more;
        true
    };
    let own = store.incoming_own(&take, count).unwrap().unwrap();
    assert_eq!((told, own.bytes()), (bytes.len() as u64, bytes.len() as u64));
    assert_eq!(own.blake3(), blake3::hash(&bytes).to_hex().to_string());
    let sound = || NewItem {
        kind: MediaKind::Sound,
        format: Some(("audio/wav".into(), "wav".into())),
        ..new("take")
    };
    let item = store.keep(own, sound()).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let inode = |path: &std::path::Path| fs::metadata(path).unwrap().ino();
        assert_eq!(inode(&take), inode(&store.media_path(&item.file.path)));
    }
    fs::remove_file(&take).unwrap();
    assert_eq!(fs::read(store.media_path(&item.file.path)).unwrap(), bytes);

    let theirs = home.home().join("theirs.wav");
    fs::write(&theirs, b"what they have").unwrap();
    let item = store.keep(store.incoming_copy(&theirs, |_| true).unwrap().unwrap(), sound()).unwrap();
    fs::write(&theirs, b"what they made of it").unwrap();
    assert_eq!(fs::read(store.media_path(&item.file.path)).unwrap(), b"what they have");

    for stopped in [store.incoming_copy(&theirs, |_| false), store.incoming_own(&theirs, |_| false)] {
        assert!(stopped.unwrap().is_none());
    }
    assert_eq!(fs::read_dir(home.library().join(".incoming")).unwrap().count(), 0, "nothing is left");
    assert!(theirs.exists());
}
