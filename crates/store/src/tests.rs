use std::process::Command;
use std::sync::Arc;

use crate::testing::{self, Home};
use crate::*;

#[test]
fn a_home_is_open_once() {
    let home = Home::new();
    let store = home.open();
    assert!(matches!(home.try_open(), Err(Error::InUse { home: taken }) if taken == home.home()));
    let clone = store.clone();
    drop(store);
    assert!(matches!(home.try_open(), Err(Error::InUse { .. })));
    drop(clone);
    home.open();
}

/// Not a test by itself: tries to open the home the variable names.
#[test]
fn child_that_opens() {
    let Ok(folder) = std::env::var("STORE_TEST_OPEN") else { return };
    let outcome = Store::open(testing::options(folder.as_ref(), Arc::new(SystemClock)));
    println!("in use: {}", matches!(outcome, Err(Error::InUse { .. })));
}

#[test]
fn another_process_is_told_that_the_home_is_in_use() {
    let home = Home::new();
    let store = home.open();
    let ask = || {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "tests::child_that_opens", "--nocapture"])
            .env("STORE_TEST_OPEN", home.home().parent().unwrap())
            .output()
            .unwrap();
        String::from_utf8_lossy(&child.stdout).contains("in use: true")
    };
    assert!(ask());
    drop(store);
    assert!(!ask());
}

#[test]
fn a_newer_database_is_refused_and_left_alone() {
    let home = Home::new();
    drop(home.open());
    let path = home.home().join("canaletto.db");
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(home.try_open(), Err(Error::NewerDatabase { found: 99, .. })));
    assert!(path.exists());
}

#[test]
fn a_file_in_place_of_the_home_is_told_with_its_path() {
    let home = Home::new();
    std::fs::write(home.home(), b"in the way").unwrap();
    assert!(matches!(home.try_open(), Err(Error::File { path, .. }) if path == home.home()));
}

#[test]
fn the_store_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + Clone>() {}
    shared::<Store>();
}
