use std::cell::Cell;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::media::disk::Step;
use crate::testing::{self, Home};
use crate::*;

/// A library with a board, an edited item, hidden files and a long file.
fn filled(home: &Home) -> Store {
    let store = home.open();
    fill(home, &store);
    store
}

fn fill(home: &Home, store: &Store) {
    let kept: Vec<Item> =
        (1..4).map(|n| store.keep(testing::png(n), NewItem::new(Origin::Made, "x")).unwrap()).collect();
    let format = Some(("video/mp4".to_owned(), "mp4".to_owned()));
    let film = NewItem { kind: MediaKind::Film, format, ..NewItem::new(Origin::Made, "film") };
    store.keep(vec![7; 3 << 20], film).unwrap();
    let board = store.boards().insert("b").unwrap();
    store.boards().put(board.id, &[kept[0].id], true).unwrap();
    fs::create_dir_all(home.library().join(".masks/empty")).unwrap();
    fs::write(home.library().join(".masks").join(format!("{}.png", kept[1].id)), "mask").unwrap();
    store.flush().unwrap();
}

/// Every file with its bytes.
fn all(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let tree = super::tree::list(folder).unwrap();
    tree.files
        .into_iter()
        .map(|file| (file.path.clone(), fs::read(folder.join(file.path)).unwrap()))
        .collect()
}

fn target(home: &Home) -> PathBuf {
    home.library().with_file_name("other disk")
}

#[test]
fn everything_moves_and_the_old_place_goes() {
    let home = Home::new();
    let store = filled(&home);
    let before = all(&home.library());
    let to = target(&home);
    let last = Cell::new(Progress::default());
    let moved = store
        .move_library(&to, &|progress| {
            assert!(store.library().page(&Query::default()).unwrap().total == 4, "reading goes on");
            assert!(matches!(store.incoming(), Err(Error::LibraryMoving { .. })));
            last.set(progress);
            true
        })
        .unwrap();
    assert_eq!((moved.files, moved.left, moved.changed), (before.len() as u64, vec![], vec![]));
    assert_eq!(last.get().done, last.get().total);
    assert_eq!(all(&to), before);
    assert!(to.join(".masks/empty").is_dir());
    assert!(!home.library().exists());
    let item = &store.library().page(&Query::default()).unwrap().items[0];
    assert!(
        store.media_path(&item.file.path).starts_with(&to) && store.library().path(item.id).unwrap().exists()
    );
    store.keep(testing::png(9), NewItem::new(Origin::Made, "later")).unwrap();
    drop(store);
    let store = home.open();
    assert_eq!((store.library_path(), store.library().status().unwrap().items), (to.clone(), 5));
    assert!(!home.home().join("library-move.json").exists());
    // And back, into an empty folder.
    fs::create_dir(home.library()).unwrap();
    store.move_library(&home.library(), &|_| true).unwrap();
    assert_eq!(home.files().len(), 10);
}

#[test]
fn a_folder_that_wont_do_is_refused_with_the_reason() {
    let home = Home::new();
    let store = filled(&home);
    let before = all(&home.library());
    let full = home.library().with_file_name("full");
    fs::create_dir(&full).unwrap();
    fs::write(full.join("a"), "a").unwrap();
    let parent = home.library().parent().unwrap().to_path_buf();
    std::os::unix::fs::symlink(home.library(), parent.join("link")).unwrap();
    for (to, expected) in [
        (full.clone(), NoPlace::NotEmpty),
        (full.join("a"), NoPlace::NoFolder),
        (parent.join("no/such"), NoPlace::NoFolder),
        (home.library(), NoPlace::Overlaps),
        (home.library().join("2026/inside"), NoPlace::Overlaps),
        (parent.join("link/inside"), NoPlace::Overlaps),
        (parent, NoPlace::Overlaps),
    ] {
        let refused = store.move_library(&to, &|_| true);
        assert!(
            matches!(&refused, Err(Error::NoPlace { why, .. }) if *why == expected),
            "{to:?}: {refused:?}"
        );
    }
    assert_eq!(all(&home.library()), before);
    store.keep(testing::png(9), NewItem::new(Origin::Made, "later")).unwrap();
}

#[test]
fn stopped_at_any_time_all_is_as_it_was() {
    for pieces in [1, 3, 6, 10] {
        let home = Home::new();
        let store = filled(&home);
        let before = all(&home.library());
        let to = target(&home);
        fs::create_dir(&to).unwrap();
        let asked = Cell::new(0);
        let stopped = store.move_library(&to, &|_| {
            asked.set(asked.get() + 1);
            asked.get() < pieces
        });
        assert!(stopped.unwrap().cancelled, "{pieces}");
        assert_eq!(fs::read_dir(&to).unwrap().count(), 0, "{pieces}");
        assert_eq!(all(&home.library()), before);
        store.keep(testing::png(9), NewItem::new(Origin::Made, "later")).unwrap();
        drop(store);
        home.open();
    }
}

/// Every step at which the disk can refuse: the library is where it was, whole, and the other place is as before.
#[test]
fn a_full_disk_leaves_the_library_where_it_was() {
    let steps = [
        Step::Create,
        Step::Write,
        Step::MakeFolder,
        Step::Copy,
        Step::Sync,
        Step::ReadAgain,
        Step::SyncFolder,
        Step::PlaceSidecar,
        Step::Switch,
    ];
    for step in steps {
        for from in 0..4 {
            let home = Home::new();
            let (armed, counted) = (Arc::new(AtomicBool::new(false)), AtomicUsize::new(0));
            let is_armed = armed.clone();
            let store = home.open_watched(Arc::new(move |at, _| {
                let refuse = at == step
                    && is_armed.load(Ordering::SeqCst)
                    && counted.fetch_add(1, Ordering::SeqCst) == from;
                if refuse { Err(ErrorKind::StorageFull.into()) } else { Ok(()) }
            }));
            fill(&home, &store);
            let before = all(&home.library());
            let to = target(&home);
            armed.store(true, Ordering::SeqCst);
            match store.move_library(&to, &|_| true) {
                Ok(_) => assert!(from > 0, "{step:?} was never asked"),
                Err(error) => {
                    assert!(error.is_disk_full(), "{step:?} {from}: {error:?}");
                    assert!(!to.exists(), "{step:?} {from}");
                    assert_eq!(all(&home.library()), before, "{step:?} {from}");
                    assert!(store.is_library_there());
                    drop(store);
                    let store = home.open();
                    assert_eq!(store.library_path(), home.library(), "{step:?} {from}");
                    store.move_library(&to, &|_| true).unwrap();
                }
            }
        }
    }
}

#[test]
fn a_copy_that_differs_is_no_copy() {
    let home = Home::new();
    let to = target(&home);
    let spoil = to.clone();
    let store = home.open_watched(Arc::new(move |at, path| {
        if at == Step::ReadAgain && path.starts_with(&spoil) && path.extension().is_some_and(|e| e == "mp4") {
            let mut bytes = fs::read(path)?;
            bytes[1_000_000] ^= 1;
            fs::write(path, bytes)?;
        }
        Ok(())
    }));
    fill(&home, &store);
    let before = all(&home.library());
    assert!(matches!(store.move_library(&to, &|_| true), Err(Error::CopyDiffers { .. })));
    assert_eq!((all(&home.library()), to.exists()), (before, false));
}

#[test]
fn a_file_that_isnt_what_was_kept_is_copied_and_told() {
    let home = Home::new();
    let store = filled(&home);
    let item = store.library().page(&Query::default()).unwrap().items.remove(0);
    fs::write(home.library().join(&item.file.path), "edited elsewhere").unwrap();
    std::os::unix::fs::symlink("/", home.library().join("link")).unwrap();
    let moved = store.move_library(&target(&home), &|_| true).unwrap();
    assert_eq!((moved.changed, moved.left), (vec![item.file.path.clone()], vec!["link".to_owned()]));
    assert_eq!(fs::read(store.media_path(&item.file.path)).unwrap(), b"edited elsewhere");
}

#[test]
fn a_library_moved_by_hand_is_found() {
    let home = Home::new();
    let store = filled(&home);
    let to = target(&home);
    fs::rename(home.library(), &to).unwrap();
    assert!(!store.is_library_there());
    store.move_library(&to, &|_| true).unwrap();
    assert_eq!(store.check(true, &|_| true).unwrap().findings, []);
    drop(store);
    assert_eq!(home.open().library_path(), to);
}

/// Not a test by itself: moves a library and kills its own process at a step, the so-manyeth time it comes.
#[test]
fn child_that_is_killed() {
    let Ok(order) = std::env::var("STORE_TEST_KILL_MOVE") else { return };
    let (when, folder) = order.split_once('@').unwrap();
    let (step, time) = when.split_once(':').unwrap();
    let step = if step == "copy" { Step::Copy } else { Step::SyncFolder };
    let (time, counted) = (time.parse::<usize>().unwrap(), AtomicUsize::new(0));
    let home = Path::new(folder).join("home");
    let watch: crate::media::disk::Watch = Arc::new(move |at, path| {
        let counts = at == step && (step == Step::Copy || path == home);
        if counts && counted.fetch_add(1, Ordering::SeqCst) == time {
            std::process::Command::new("kill")
                .args(["-9", &std::process::id().to_string()])
                .status()
                .unwrap();
        }
        Ok(())
    });
    let options = testing::options(folder.as_ref(), Arc::new(SystemClock));
    let (store, _) = Store::open_on(options, crate::media::disk::Disk { watch: Some(watch) }).unwrap();
    store.move_library(&Path::new(folder).join("other disk"), &|_| true).unwrap();
    unreachable!("it was to be killed");
}

#[test]
fn a_kill_leaves_one_whole_library_and_nothing_twice() {
    // The home's folder is synced when the move is noted, and when the new place is written down.
    for (when, switched) in [("copy:0", false), ("copy:5", false), ("folder:1", true)] {
        let home = Home::new();
        drop(filled(&home));
        let before = all(&home.library());
        let folder = home.library().parent().unwrap().display().to_string();
        let child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "media::moving::tests::child_that_is_killed", "--nocapture"])
            .env("STORE_TEST_KILL_MOVE", format!("{when}@{folder}"))
            .output()
            .unwrap();
        assert!(child.status.code().is_none(), "{when}: {}", String::from_utf8_lossy(&child.stdout));
        let store = home.open();
        let (here, other) =
            if switched { (target(&home), home.library()) } else { (home.library(), target(&home)) };
        assert_eq!(store.library_path(), here, "{when}");
        assert_eq!(all(&here), before, "{when}");
        assert!(!other.exists(), "{when}: {:?}", super::tree::list(&other).map(|tree| tree.files.len()));
    }
}
