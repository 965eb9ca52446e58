use std::{path::Path, sync::Arc, time::Duration};

use secrecy::{ExposeSecret, SecretString};
use tempfile::TempDir;

use crate::{
    Error, Forgotten, Options, Place, Reason, Status, Vault,
    keychain::fake::{Daemon, Mood},
};

/// Long enough for a call that works, on a busy machine; short enough to wait for where one hangs.
const LIMIT: Duration = Duration::from_secs(1);

struct Desk {
    home: TempDir,
    daemon: Arc<Daemon>,
    vault: Vault,
}

fn start(home: &Path, daemon: &Arc<Daemon>) -> Vault {
    let options = Options { time_limit: LIMIT, ..Options::new("test", home) };
    Vault::start_with(options, daemon.open())
}

fn desk(mood: Mood) -> Desk {
    let home = tempfile::tempdir().unwrap();
    let daemon = Daemon::new(mood);
    let vault = start(home.path(), &daemon);
    Desk { home, daemon, vault }
}

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

async fn get(vault: &Vault, name: &str) -> Option<String> {
    vault.get(name).await.unwrap().map(|secret| secret.expose_secret().to_owned())
}

fn memory(reason: Reason) -> Status {
    Status { place: Place::Memory, reason: Some(reason), where_: None }
}

async fn becomes(vault: &Vault, place: Place) {
    let mut changes = vault.changes();
    let seen =
        tokio::time::timeout(Duration::from_secs(20), changes.wait_for(|status| status.place == place)).await;
    seen.unwrap_or_else(|_| panic!("{vault:?} does not become {place:?}")).unwrap();
}

#[tokio::test]
async fn a_keychain_that_works_is_used() {
    let Desk { daemon, vault, .. } = desk(Mood::Works);
    let status = vault.status().await.unwrap();
    assert_eq!((status.place, status.reason), (Place::Keychain, None));
    assert!(status.where_.is_some());
    assert_eq!(*vault.changes().borrow(), status);
    assert!(daemon.names().is_empty(), "the probe leaves nothing behind");

    assert_eq!(vault.set("a", secret("one")).await.unwrap(), Place::Keychain);
    assert_eq!(daemon.entry("a").as_deref(), Some("one"));
    assert_eq!(get(&vault, "a").await.as_deref(), Some("one"));
    assert_eq!(get(&vault, "b").await, None);
    assert_eq!(vault.forget("a").await.unwrap(), Forgotten::Gone);
    assert_eq!(vault.forget("a").await.unwrap(), Forgotten::Gone);
    assert_eq!(get(&vault, "a").await, None);
    assert_eq!(daemon.opened(), 1);
}

#[tokio::test]
async fn after_a_restart_a_new_store_is_made_unnoticed() {
    let Desk { daemon, vault, .. } = desk(Mood::Works);
    vault.set("a", secret("one")).await.unwrap();
    daemon.restart();
    assert_eq!(get(&vault, "a").await.as_deref(), Some("one"));
    daemon.restart();
    assert_eq!(vault.set("a", secret("two")).await.unwrap(), Place::Keychain);
    assert_eq!(daemon.entry("a").as_deref(), Some("two"));
    assert_eq!(daemon.opened(), 3);
}

#[tokio::test]
async fn a_broken_keychain_leaves_memory_and_says_so() {
    let Desk { daemon, vault, .. } = desk(Mood::Breaks);
    daemon.put("old", b"from before");
    assert_eq!(vault.status().await.unwrap(), memory(Reason::Failed));
    assert_eq!(vault.set("a", secret("one")).await.unwrap(), Place::Memory);
    assert_eq!(get(&vault, "a").await.as_deref(), Some("one"));
    assert!(matches!(vault.get("old").await, Err(Error::Unreachable(Reason::Failed))), "None would be a lie");
    assert_eq!(vault.forget("old").await.unwrap(), Forgotten::Later);
    assert_eq!(get(&vault, "old").await, None);

    daemon.is_in(Mood::Works);
    assert_eq!(vault.retry().await.unwrap().place, Place::Keychain);
    assert_eq!(daemon.entry("a").as_deref(), Some("one"));
    assert_eq!(daemon.entry("old"), None, "forgotten while it was away");
}

#[tokio::test]
async fn a_keychain_that_breaks_on_the_way_is_used_again_when_it_works() {
    let Desk { daemon, vault, .. } = desk(Mood::Works);
    vault.set("a", secret("one")).await.unwrap();
    daemon.is_in(Mood::Breaks);
    assert_eq!(vault.set("b", secret("two")).await.unwrap(), Place::Memory);
    assert_eq!(*vault.changes().borrow(), memory(Reason::Failed));
    daemon.is_in(Mood::Works);
    assert_eq!(get(&vault, "a").await.as_deref(), Some("one"), "without being told to retry");
    assert_eq!(daemon.entry("b").as_deref(), Some("two"));
    assert_eq!(vault.changes().borrow().place, Place::Keychain);
}

#[tokio::test]
async fn a_panic_below_is_a_failed_call() {
    let Desk { daemon, vault, .. } = desk(Mood::Panics);
    assert_eq!(vault.status().await.unwrap(), memory(Reason::Failed));
    daemon.is_in(Mood::Works);
    assert_eq!(vault.set("a", secret("one")).await.unwrap(), Place::Keychain);
}

#[tokio::test]
async fn a_call_that_hangs_is_left_behind_and_the_end_of_it_noticed() {
    let Desk { daemon, vault, .. } = desk(Mood::Works);
    vault.set("a", secret("one")).await.unwrap();
    daemon.is_in(Mood::Hangs);
    assert!(matches!(vault.get("a").await, Err(Error::Unreachable(Reason::TimedOut))));
    assert_eq!(*vault.changes().borrow(), memory(Reason::TimedOut));
    for _ in 0..50 {
        assert!(matches!(vault.get("a").await, Err(Error::Unreachable(Reason::TimedOut))));
    }
    assert_eq!(vault.set("b", secret("two")).await.unwrap(), Place::Memory);
    daemon.has_waiting(1);
    assert_eq!(daemon.opened(), 1, "nobody else waits for what hangs");

    daemon.is_in(Mood::Works);
    daemon.release();
    becomes(&vault, Place::Keychain).await;
    assert_eq!(get(&vault, "a").await.as_deref(), Some("one"));
    assert_eq!(daemon.entry("b").as_deref(), Some("two"));
}

#[tokio::test]
async fn retrying_does_not_pile_up_threads() {
    let Desk { daemon, vault, .. } = desk(Mood::Hangs);
    for _ in 0..8 {
        assert_eq!(vault.retry().await.unwrap(), memory(Reason::TimedOut));
    }
    daemon.has_waiting(4);
    assert_eq!(daemon.opened(), 4);
    daemon.is_in(Mood::Works);
    daemon.release();
    becomes(&vault, Place::Keychain).await;
    daemon.has_waiting(0);
}

#[tokio::test]
async fn a_write_that_comes_late_does_not_bring_back_an_older_value() {
    let Desk { daemon, vault, .. } = desk(Mood::Works);
    vault.status().await.unwrap();
    daemon.is_in(Mood::Hangs);
    assert_eq!(vault.set("a", secret("old")).await.unwrap(), Place::Memory);
    daemon.is_in(Mood::Works);
    assert_eq!(vault.retry().await.unwrap().place, Place::Keychain);
    assert_eq!(vault.set("a", secret("new")).await.unwrap(), Place::Keychain);
    daemon.sees_writes("a", &["old", "new"]);
    daemon.release();
    daemon.sees_writes("a", &["old", "new", "old", "new"]);
    assert_eq!(get(&vault, "a").await.as_deref(), Some("new"));
}

#[tokio::test]
async fn the_thread_ends_with_the_last_handle_even_if_a_call_hangs() {
    let Desk { daemon, vault, .. } = desk(Mood::Hangs);
    vault.status().await.unwrap();
    let other = vault.clone();
    drop(vault);
    assert_eq!(other.set("a", secret("one")).await.unwrap(), Place::Memory);
    let mut changes = other.changes();
    changes.mark_unchanged();
    drop(other);
    let ended = tokio::time::timeout(Duration::from_secs(20), changes.changed()).await.unwrap();
    assert!(ended.is_err(), "the sender is gone with the thread");
    daemon.release();
}

#[tokio::test]
async fn the_file_takes_over_what_memory_held_and_gives_it_back() {
    let Desk { home, daemon, vault } = desk(Mood::Breaks);
    vault.set("a", secret("one")).await.unwrap();
    assert!(matches!(vault.use_file(secret("")).await, Err(Error::EmptyPassphrase)));
    let status = vault.use_file(secret("four words of mine")).await.unwrap();
    assert_eq!((status.place, status.reason), (Place::File, Some(Reason::Failed)));
    assert_eq!(status.where_.as_deref(), home.path().join("secrets.vault").to_str());
    assert_eq!(get(&vault, "a").await.as_deref(), Some("one"));
    assert_eq!(get(&vault, "b").await, None);
    assert_eq!(vault.set("c", secret("three")).await.unwrap(), Place::File);
    drop(vault);

    let vault = start(home.path(), &daemon);
    assert_eq!(vault.status().await.unwrap().place, Place::LockedFile);
    assert!(matches!(vault.get("a").await, Err(Error::FileLocked)));
    assert_eq!(vault.set("b", secret("two")).await.unwrap(), Place::Memory);
    assert_eq!(vault.forget("a").await.unwrap(), Forgotten::Later);
    assert_eq!(vault.retry().await.unwrap().place, Place::LockedFile);
    assert!(matches!(vault.use_file(secret("four words of yours")).await, Err(Error::WrongPassphrase)));
    assert_eq!(vault.status().await.unwrap().place, Place::LockedFile);
    assert_eq!(get(&vault, "b").await.as_deref(), Some("two"), "a wrong passphrase loses nothing");
    assert_eq!(vault.use_file(secret("four words of mine")).await.unwrap().place, Place::File);
    assert_eq!(get(&vault, "a").await, None);
    assert_eq!(get(&vault, "b").await.as_deref(), Some("two"));
    assert_eq!(vault.forget("c").await.unwrap(), Forgotten::Gone);

    daemon.is_in(Mood::Works);
    assert_eq!(vault.forget_file().await.unwrap().place, Place::Keychain);
    assert_eq!(daemon.names(), ["b"]);
    assert!(!home.path().join("secrets.vault").exists());
}

#[tokio::test]
async fn a_locked_file_can_be_given_up() {
    let Desk { home, daemon, vault } = desk(Mood::Breaks);
    vault.set("a", secret("one")).await.unwrap();
    vault.use_file(secret("soon forgotten")).await.unwrap();
    drop(vault);
    let vault = start(home.path(), &daemon);
    vault.set("b", secret("two")).await.unwrap();
    assert_eq!(vault.forget_file().await.unwrap(), memory(Reason::Failed));
    assert!(!home.path().join("secrets.vault").exists());
    assert_eq!(get(&vault, "b").await.as_deref(), Some("two"));
}

#[tokio::test]
async fn no_file_is_made_beside_a_keychain_that_works() {
    let Desk { home, vault, .. } = desk(Mood::Works);
    assert!(matches!(vault.use_file(secret("four words of mine")).await, Err(Error::KeychainInUse)));
    assert_eq!(vault.forget_file().await.unwrap().place, Place::Keychain);
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn what_no_place_can_keep_is_refused_everywhere() {
    for mood in [Mood::Works, Mood::Breaks] {
        let Desk { vault, .. } = desk(mood);
        assert!(matches!(vault.set("a", secret("two\nlines")).await, Err(Error::NotOneLine)));
        assert!(matches!(vault.set("a", secret("")).await, Err(Error::EmptySecret)));
        assert!(matches!(vault.set("", secret("one")).await, Err(Error::InvalidName)));
        assert!(matches!(vault.get("a\nb").await, Err(Error::InvalidName)));
    }
}

#[tokio::test]
async fn what_is_not_text_is_not_ours_and_can_be_replaced() {
    let Desk { daemon, vault, .. } = desk(Mood::Works);
    daemon.put("a", b"\xff\xfe");
    assert!(matches!(vault.get("a").await, Err(Error::NotText)));
    assert_eq!(vault.status().await.unwrap().place, Place::Keychain);
    vault.set("a", secret("one")).await.unwrap();
    assert_eq!(get(&vault, "a").await.as_deref(), Some("one"));
}

#[tokio::test]
async fn nothing_that_can_be_logged_holds_a_secret() {
    let Desk { vault, .. } = desk(Mood::Breaks);
    vault.set("name-of-it", secret("hunter2")).await.unwrap();
    let held = vault.get("name-of-it").await;
    let shown = format!("{vault:?} {held:?} {:?}", vault.get("other").await);
    assert!(!shown.contains("hunter2") && !shown.contains("name-of-it"), "{shown}");
}
