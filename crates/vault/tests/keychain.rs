//! A keychain that works, hangs, dies, comes back.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use secret_service::{EncryptionType, blocking::SecretService};
use vault::{Error, Forgotten, Place, Reason};

use crate::session::{becomes, get, inside, secret};

/// Too short for a frozen daemon, long enough for one that works on a busy machine.
const LIMIT: Duration = Duration::from_secs(3);

/// Labels and values of all that the keychain holds for these tests.
fn held() -> Vec<(String, Vec<u8>)> {
    let service = SecretService::connect(EncryptionType::Dh).unwrap();
    let found = service.search_items(HashMap::from([("service", "vault.test")])).unwrap();
    found.unlocked.iter().map(|item| (item.get_label().unwrap(), item.get_secret().unwrap())).collect()
}

/// Writes an entry as another program might: with an attribute of its own, so that nothing is replaced.
fn plant(name: &str, value: &[u8], mark: &str) {
    let service = SecretService::connect(EncryptionType::Dh).unwrap();
    let attributes = HashMap::from([("service", "vault.test"), ("username", name), ("mark", mark)]);
    let collection = service.get_default_collection().unwrap();
    collection.create_item("planted", attributes, value, false, "text/plain").unwrap();
}

#[test]
fn secrets_outlive_the_vault() {
    inside("keychain::secrets_outlive_the_vault", async |session| {
        session.start_bus();
        session.start_keyring();
        let vault = session.vault();
        let status = vault.status().await.unwrap();
        assert_eq!((status.place, status.reason), (Place::Keychain, None));
        assert_eq!(status.where_.as_deref(), Some("Secret Service"));
        assert_eq!(held(), [], "the probe leaves nothing behind");

        assert_eq!(vault.set("a", secret("first")).await.unwrap(), Place::Keychain);
        assert_eq!(vault.set("a", secret("鑰匙 with spaces")).await.unwrap(), Place::Keychain);
        assert_eq!(vault.set("b", secret("two")).await.unwrap(), Place::Keychain);
        drop(vault);
        assert!(held().contains(&("vault.test: a".to_owned(), "鑰匙 with spaces".as_bytes().to_vec())));

        let vault = session.vault();
        assert_eq!(get(&vault, "a").await.as_deref(), Some("鑰匙 with spaces"));
        assert_eq!(get(&vault, "c").await, None);
        assert_eq!(vault.forget("a").await.unwrap(), Forgotten::Gone);
        assert_eq!(get(&vault, "a").await, None);
        assert_eq!(held(), [("vault.test: b".to_owned(), b"two".to_vec())]);
    });
}

#[test]
fn a_hundred_may_ask_at_once() {
    inside("keychain::a_hundred_may_ask_at_once", async |session| {
        session.start_bus();
        session.start_keyring();
        let vault = session.vault();
        for number in 0..10 {
            vault.set(format!("key {number}"), secret(&format!("value {number}"))).await.unwrap();
        }
        let asking: Vec<_> = (0..100)
            .map(|number| {
                let vault = vault.clone();
                tokio::spawn(async move { (number, get(&vault, &format!("key {}", number % 10)).await) })
            })
            .collect();
        for task in asking {
            let (number, value) = task.await.unwrap();
            assert_eq!(value, Some(format!("value {}", number % 10)));
        }
        assert_eq!(vault.status().await.unwrap().place, Place::Keychain);
    });
}

#[test]
fn a_restarted_daemon_is_not_even_noticed() {
    inside("keychain::a_restarted_daemon_is_not_even_noticed", async |session| {
        session.start_bus();
        session.start_keyring();
        let vault = session.vault();
        vault.set("a", secret("one")).await.unwrap();
        session.stop_keyring();
        session.start_keyring();
        assert_eq!(get(&vault, "a").await.as_deref(), Some("one"));
        session.stop_keyring();
        session.start_keyring();
        assert_eq!(vault.set("b", secret("two")).await.unwrap(), Place::Keychain);
        assert_eq!(get(&vault, "b").await.as_deref(), Some("two"));
    });
}

#[test]
fn a_daemon_that_died_leaves_memory_until_another_is_there() {
    inside("keychain::a_daemon_that_died_leaves_memory_until_another_is_there", async |session| {
        session.start_bus();
        session.start_keyring();
        let vault = session.vault();
        vault.set("a", secret("one")).await.unwrap();
        session.stop_keyring();
        assert!(matches!(vault.get("a").await, Err(Error::Unreachable(Reason::NoService))));
        assert_eq!(vault.set("b", secret("two")).await.unwrap(), Place::Memory);
        assert_eq!(vault.status().await.unwrap().reason, Some(Reason::NoService));
        session.start_keyring();
        assert_eq!(get(&vault, "a").await.as_deref(), Some("one"));
        assert_eq!(held().len(), 2, "what was in memory has moved");
    });
}

#[test]
fn a_bus_that_died_is_told_as_such() {
    inside("keychain::a_bus_that_died_is_told_as_such", async |session| {
        session.start_bus();
        session.start_keyring();
        let vault = session.vault();
        vault.set("a", secret("one")).await.unwrap();
        session.stop_bus();
        assert!(matches!(vault.get("a").await, Err(Error::Unreachable(Reason::NoBus))));
        assert_eq!(vault.set("b", secret("two")).await.unwrap(), Place::Memory);
        assert_eq!(get(&vault, "b").await.as_deref(), Some("two"));
    });
}

#[test]
fn a_daemon_frozen_at_the_start_is_used_once_it_thaws() {
    inside("keychain::a_daemon_frozen_at_the_start_is_used_once_it_thaws", async |session| {
        session.start_bus();
        session.start_keyring();
        session.freeze_keyring();
        let begin = Instant::now();
        let vault = session.vault_with(LIMIT);
        let status = vault.status().await.unwrap();
        assert_eq!((status.place, status.reason), (Place::Memory, Some(Reason::TimedOut)));
        assert!(begin.elapsed() >= LIMIT);
        assert_eq!(vault.set("a", secret("one")).await.unwrap(), Place::Memory);
        session.thaw_keyring();
        becomes(&vault, Place::Keychain, None).await;
        assert_eq!(get(&vault, "a").await.as_deref(), Some("one"));
        assert_eq!(held().len(), 1);
    });
}

#[test]
fn a_daemon_that_freezes_on_the_way_costs_one_time_limit() {
    inside("keychain::a_daemon_that_freezes_on_the_way_costs_one_time_limit", async |session| {
        session.start_bus();
        session.start_keyring();
        let vault = session.vault_with(LIMIT);
        vault.set("a", secret("one")).await.unwrap();
        session.freeze_keyring();
        let begin = Instant::now();
        let asking: Vec<_> = (0..100)
            .map(|_| {
                let vault = vault.clone();
                tokio::spawn(async move { vault.get("a").await })
            })
            .collect();
        for task in asking {
            assert!(matches!(task.await.unwrap(), Err(Error::Unreachable(Reason::TimedOut))));
        }
        assert!(begin.elapsed() < LIMIT * 2, "all hundred wait together: {:?}", begin.elapsed());
        assert_eq!(vault.set("a", secret("two")).await.unwrap(), Place::Memory);
        assert_eq!(get(&vault, "a").await.as_deref(), Some("two"));
        session.thaw_keyring();
        becomes(&vault, Place::Keychain, None).await;
        assert_eq!(get(&vault, "a").await.as_deref(), Some("two"));
        assert_eq!(held(), [("vault.test: a".to_owned(), b"two".to_vec())]);
    });
}

#[test]
fn a_frozen_daemon_that_is_replaced_is_forgotten() {
    inside("keychain::a_frozen_daemon_that_is_replaced_is_forgotten", async |session| {
        session.start_bus();
        session.start_keyring();
        let vault = session.vault_with(LIMIT);
        vault.set("a", secret("one")).await.unwrap();
        session.freeze_keyring();
        assert!(matches!(vault.get("a").await, Err(Error::Unreachable(Reason::TimedOut))));
        session.stop_keyring();
        session.start_keyring();
        assert_eq!(vault.retry().await.unwrap().place, Place::Keychain);
        assert_eq!(get(&vault, "a").await.as_deref(), Some("one"));
    });
}

#[test]
fn several_entries_under_one_name_are_not_guessed_between() {
    inside("keychain::several_entries_under_one_name_are_not_guessed_between", async |session| {
        session.start_bus();
        session.start_keyring();
        plant("a", b"this", "1");
        plant("a", b"or that", "2");
        plant("b", b"\xff\xfe", "1");
        let vault = session.vault();
        assert!(matches!(vault.get("a").await, Err(Error::Ambiguous)));
        assert!(matches!(vault.get("b").await, Err(Error::NotText)));
        assert_eq!(vault.status().await.unwrap().place, Place::Keychain);
        assert_eq!(vault.set("a", secret("one")).await.unwrap(), Place::Keychain);
        assert_eq!(get(&vault, "a").await.as_deref(), Some("one"));
        assert_eq!(vault.forget("b").await.unwrap(), Forgotten::Gone);
        assert_eq!(held(), [("vault.test: a".to_owned(), b"one".to_vec())]);
        plant("a", b"again", "3");
        assert_eq!(vault.forget("a").await.unwrap(), Forgotten::Gone);
        assert_eq!(held(), []);
    });
}
