//! No keychain to write to, and why.

use std::time::{Duration, Instant};

use vault::{Error, Forgotten, Place, Reason, Status};

use crate::session::{becomes, get, inside, secret};

fn memory(reason: Reason) -> Status {
    Status { place: Place::Memory, reason: Some(reason), where_: None }
}

#[test]
fn no_bus() {
    inside("fallback::no_bus", async |session| {
        let vault = session.vault();
        assert_eq!(vault.status().await.unwrap(), memory(Reason::NoBus));
        assert_eq!(vault.set("a", secret("one")).await.unwrap(), Place::Memory);
        assert_eq!(get(&vault, "a").await.as_deref(), Some("one"));
        assert!(matches!(vault.get("b").await, Err(Error::Unreachable(Reason::NoBus))));
        assert!(matches!(vault.set("a", secret("two\nlines")).await, Err(Error::NotOneLine)));
        assert_eq!(std::fs::read_dir(session.home()).unwrap().count(), 0, "nothing is written anywhere");
        drop(vault);
        let vault = session.vault();
        assert!(matches!(vault.get("a").await, Err(Error::Unreachable(Reason::NoBus))));
    });
}

#[test]
fn a_bus_without_a_keychain() {
    inside("fallback::a_bus_without_a_keychain", async |session| {
        session.start_bus();
        let vault = session.vault();
        assert_eq!(vault.status().await.unwrap(), memory(Reason::NoService));
        assert_eq!(vault.set("a", secret("one")).await.unwrap(), Place::Memory);
        session.start_keyring();
        let status = vault.retry().await.unwrap();
        assert_eq!((status.place, status.reason), (Place::Keychain, None));
        drop(vault);
        assert_eq!(get(&session.vault(), "a").await.as_deref(), Some("one"));
    });
}

#[test]
fn a_keychain_without_a_collection() {
    inside("fallback::a_keychain_without_a_collection", async |session| {
        session.start_bus();
        session.start_locked_keyring();
        let vault = session.vault();
        assert_eq!(vault.status().await.unwrap(), memory(Reason::NoCollection));
        assert_eq!(vault.set("a", secret("one")).await.unwrap(), Place::Memory);
        assert_eq!(get(&vault, "b").await, None, "what isn't there holds nothing");
        assert_eq!(vault.forget("a").await.unwrap(), Forgotten::Gone);
        assert_eq!(get(&vault, "a").await, None);
    });
}

#[test]
fn a_locked_keychain() {
    inside("fallback::a_locked_keychain", async |session| {
        session.start_bus();
        session.start_keyring();
        session.vault().set("a", secret("one")).await.unwrap();
        session.stop_keyring();
        session.start_locked_keyring();
        let vault = session.vault();
        assert_eq!(vault.status().await.unwrap(), memory(Reason::Locked));
        assert!(matches!(vault.get("a").await, Err(Error::Unreachable(Reason::Locked))));
        assert_eq!(vault.set("b", secret("two")).await.unwrap(), Place::Memory);
        assert_eq!(vault.retry().await.unwrap(), memory(Reason::Locked));
        session.unlock_keyring();
        assert!(matches!(vault.get("a").await, Err(Error::Unreachable(Reason::Locked))), "not asked unasked");
        assert_eq!(vault.retry().await.unwrap().place, Place::Keychain);
        assert_eq!(get(&vault, "a").await.as_deref(), Some("one"));
        drop(vault);
        assert_eq!(get(&session.vault(), "b").await.as_deref(), Some("two"));
    });
}

#[test]
fn a_keychain_locked_on_the_way() {
    inside("fallback::a_keychain_locked_on_the_way", async |session| {
        session.start_bus();
        session.start_keyring();
        let vault = session.vault();
        vault.set("a", secret("one")).await.unwrap();
        session.stop_keyring();
        session.start_locked_keyring();
        assert!(matches!(vault.get("a").await, Err(Error::Unreachable(Reason::Locked))));
        assert_eq!(vault.forget("a").await.unwrap(), Forgotten::Later);
        session.unlock_keyring();
        vault.retry().await.unwrap();
        drop(vault);
        assert_eq!(get(&session.vault(), "a").await, None, "forgotten as soon as it could be");
    });
}

#[test]
fn an_open_prompt_does_not_hold_up_the_vault() {
    inside("fallback::an_open_prompt_does_not_hold_up_the_vault", async |session| {
        session.start_bus();
        session.start_keyring();
        session.vault().set("a", secret("one")).await.unwrap();
        session.stop_keyring();
        session.start_locked_keyring();
        let desktop = session.desktop();
        let vault = session.vault_with(Duration::from_secs(2));
        assert_eq!(vault.status().await.unwrap(), memory(Reason::TimedOut));
        let begin = Instant::now();
        assert!(matches!(vault.get("a").await, Err(Error::Unreachable(Reason::TimedOut))));
        assert_eq!(vault.set("b", secret("two")).await.unwrap(), Place::Memory);
        assert!(begin.elapsed() < Duration::from_secs(2), "nobody waits for the prompt again");

        // Dismissed: the vault learns of it, and shows no second prompt by itself.
        desktop.dismiss();
        becomes(&vault, Place::Memory, Some(Reason::Locked)).await;
        assert!(matches!(vault.get("a").await, Err(Error::Unreachable(Reason::Locked))));
        assert_eq!(desktop.shown(), 1);
        assert_eq!(vault.retry().await.unwrap(), memory(Reason::Locked));
        assert_eq!(desktop.shown(), 2);
        session.unlock_keyring();
        assert_eq!(vault.retry().await.unwrap().place, Place::Keychain);
        assert_eq!(get(&vault, "a").await.as_deref(), Some("one"));
    });
}

#[test]
fn the_file_is_chosen_and_outlives_the_vault() {
    inside("fallback::the_file_is_chosen_and_outlives_the_vault", async |session| {
        let vault = session.vault();
        vault.set("a", secret("one")).await.unwrap();
        let status = vault.use_file(secret("four words of mine")).await.unwrap();
        assert_eq!(status.place, Place::File);
        drop(vault);

        // A keychain that works by now doesn't make the file be overlooked.
        session.start_bus();
        session.start_keyring();
        let vault = session.vault();
        assert_eq!(vault.status().await.unwrap().place, Place::LockedFile);
        assert!(matches!(vault.get("a").await, Err(Error::FileLocked)));
        vault.use_file(secret("four words of mine")).await.unwrap();
        assert_eq!(get(&vault, "a").await.as_deref(), Some("one"));
        assert_eq!(vault.forget_file().await.unwrap().place, Place::Keychain);
        drop(vault);
        assert_eq!(get(&session.vault(), "a").await.as_deref(), Some("one"), "moved to the keychain");
    });
}
