use std::fs;
use std::io::ErrorKind;
use std::sync::Arc;

use crate::media::disk::Step;
use crate::testing::{self, Home};
use crate::*;

fn new() -> NewItem {
    NewItem::new(Origin::Made, "x")
}

#[test]
fn a_library_that_goes_away_is_neither_replaced_nor_forgotten() {
    let home = Home::new();
    let store = home.open();
    let kept = store.keep(testing::png(1), new()).unwrap();
    store.library().trash(&[kept.id]).unwrap();
    store.flush().unwrap();
    let away = home.library().with_extension("away");
    fs::rename(home.library(), &away).unwrap();
    let incoming = store.incoming();
    assert!(matches!(incoming, Err(Error::LibraryGone { .. })));
    let job = JobId::new(testing::START);
    fs::write(store.jobs().work_file(job), b"paid").unwrap();
    let paid = NewItem { job: Some(job), ..new() };
    let refused = store.keep(testing::png(2), paid.clone()).unwrap_err();
    assert!(matches!(refused, Error::LibraryGone { kept: Some(_), .. }), "{refused:?}");
    // As an empty place where a disk was mounted stays.
    for there in [false, true] {
        if there {
            fs::create_dir(home.library()).unwrap();
        }
        assert!(matches!(store.keep(testing::png(2), paid.clone()), Err(Error::LibraryGone { .. })));
        assert!(matches!(store.library().empty_trash(None), Err(Error::LibraryGone { .. })));
        assert!(matches!(store.check(false, &|_| true), Err(Error::LibraryGone { .. })));
        store.library().restore(&[kept.id]).unwrap();
        assert!(matches!(store.flush(), Err(Error::LibraryGone { .. })));
        let status = store.library().status().unwrap();
        assert_eq!((status.reachable, status.items, status.free_bytes), (false, 1, 0));
        assert_eq!(home.library().exists(), there);
    }
    assert_eq!(fs::read_dir(home.library()).unwrap().count(), 0, "nothing was begun there");
    drop(store);

    let (store, findings) = home.open_with_findings();
    assert_eq!(findings[..], [Finding::LibraryGone { folder: home.library() }]);
    assert!(!store.library().get(kept.id).unwrap().file.missing);
    fs::remove_dir(home.library()).unwrap();
    fs::rename(&away, home.library()).unwrap();
    assert!(store.is_library_there(), "without a new start");
    let alone = [Finding::WorkFilesAlone { paths: vec![store.jobs().work_file(job)] }];
    assert_eq!(store.check(false, &|_| true).unwrap().findings, alone);
    store.keep(testing::png(2), paid).unwrap();
    store.jobs().remove_work_file(job).unwrap();
    store.flush().unwrap();
    drop(store);
    home.open();
}

#[test]
fn another_library_in_its_place_is_left_alone() {
    let (home, other) = (Home::new(), Home::new());
    let store = home.open();
    store.keep(testing::png(1), new()).unwrap();
    drop(store);
    drop(other.open());
    fs::remove_dir_all(home.library()).unwrap();
    fs::rename(other.library(), home.library()).unwrap();
    let (_, findings) = home.open_with_findings();
    assert_eq!(findings, [Finding::LibraryGone { folder: home.library() }]);
}

#[test]
fn a_library_that_lost_its_mark_is_known_by_its_files() {
    let home = Home::new();
    let store = home.open();
    store.keep(testing::png(1), new()).unwrap();
    drop(store);
    fs::remove_dir_all(home.library().join(".canaletto")).unwrap();
    home.open().keep(testing::png(2), new()).unwrap();
    fs::remove_file(home.home().join("library.json")).unwrap();
    home.open();
}

#[test]
fn a_place_that_cant_be_written_down_is_told() {
    for step in [Step::Create, Step::Write, Step::Sync, Step::PlaceSidecar, Step::SyncFolder] {
        let home = Home::new();
        let full = crate::media::disk::Disk {
            watch: Some(Arc::new(
                move |at, _| if at == step { Err(ErrorKind::StorageFull.into()) } else { Ok(()) },
            )),
        };
        let options = testing::options(home.home().parent().unwrap(), home.clock.clone());
        assert!(Store::open_on(options, full).err().unwrap().is_disk_full(), "{step:?}");
        home.open();
    }
}

#[test]
fn a_home_that_is_moved_with_its_library_finds_it() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Home::new().clock;
    let open = |home: std::path::PathBuf| {
        let library = home.join("library");
        Store::open(OpenOptions { home, library, clock: clock.clone() }).unwrap()
    };
    let (store, _) = open(folder.path().join("here"));
    let kept = store.keep(testing::png(1), new()).unwrap();
    drop(store);
    fs::rename(folder.path().join("here"), folder.path().join("there")).unwrap();
    let (store, findings) = open(folder.path().join("there"));
    assert_eq!(findings, []);
    assert!(store.library().path(kept.id).unwrap().exists());
}

#[test]
fn a_library_without_a_mark_is_known_by_anything_in_it() {
    let home = Home::new();
    let store = home.open();
    let kept = store.keep(testing::png(1), new()).unwrap();
    let file = store.library().path(kept.id).unwrap();
    drop(store);
    // As a version without marks left it, and all of it moved by hand.
    fs::remove_dir_all(home.library().join(".canaletto")).unwrap();
    fs::remove_file(home.home().join("library.json")).unwrap();
    fs::create_dir(home.library().join("best")).unwrap();
    fs::rename(&file, home.library().join("best/one.png")).unwrap();
    let (store, findings) = home.open_with_findings();
    assert!(findings.contains(&Finding::FilesFound { paths: vec!["best/one.png".into()] }), "{findings:?}");
    assert!(store.library().path(kept.id).unwrap().exists());
}

#[test]
fn an_empty_library_whose_disk_is_out_is_gone() {
    let home = Home::new();
    let store = home.open();
    let disk = home.home().parent().unwrap().join("disk");
    fs::create_dir(&disk).unwrap();
    store.move_library(&disk.join("library"), &|_| true).unwrap();
    drop(store);
    fs::rename(&disk, disk.with_extension("out")).unwrap();
    let (_, findings) = home.open_with_findings();
    assert_eq!(findings, [Finding::LibraryGone { folder: disk.join("library") }]);
    assert!(!disk.exists());
}

#[test]
fn a_library_that_wont_come_back_is_begun_anew() {
    let home = Home::new();
    let store = home.open();
    let lost = store.keep(testing::png(1), new()).unwrap();
    store.flush().unwrap();
    let anew = home.home().join("anew");
    assert!(!store.begin_library(&anew).unwrap(), "it is there");
    let away = home.library().with_extension("away");
    fs::rename(home.library(), &away).unwrap();
    fs::create_dir(&anew).unwrap();
    fs::write(anew.join("letter.txt"), b"x").unwrap();
    assert!(matches!(store.begin_library(&anew), Err(Error::NoPlace { why: NoPlace::NotEmpty, .. })));
    fs::remove_file(anew.join("letter.txt")).unwrap();
    assert!(store.begin_library(&anew).unwrap());
    assert!(store.is_library_there());
    store.check(false, &|_| true).unwrap();
    assert!(store.library().get(lost.id).unwrap().file.missing, "known, and missing");
    // What is noted of a missing one stands in nobody's way.
    store.library().change(lost.id, Patch { rating: Some(4), ..Patch::default() }).unwrap();
    store.flush().unwrap();
    let kept = store.keep(testing::png(2), new()).unwrap();
    drop(store);
    let (store, _) = home.open_with_findings();
    assert_eq!(store.library_path(), anew);
    assert!(store.library().path(kept.id).unwrap().starts_with(&anew));
    // The very same bytes make the lost one whole.
    store.keep(testing::png(1), new()).unwrap();
    let found = store.library().get(lost.id).unwrap();
    assert!(!found.file.missing);
    assert_eq!(found.rating, 4);
    assert!(away.join(&lost.file.path).is_file(), "the old one is as it was");
}
