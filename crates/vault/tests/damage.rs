//! An encrypted file that isn't as it was written.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use vault::{Error, Place, Vault};

use crate::session::{get, inside, secret};

const PASSPHRASE: &str = "four words of mine";

async fn file_with_a_secret(vault: Vault, home: &Path) -> Vec<u8> {
    vault.set("a", secret("in plain words")).await.unwrap();
    vault.use_file(secret(PASSPHRASE)).await.unwrap();
    fs::read(home.join("secrets.vault")).unwrap()
}

#[test]
fn the_file_shows_nothing_to_others() {
    inside("damage::the_file_shows_nothing_to_others", async |session| {
        let bytes = file_with_a_secret(session.vault(), &session.home()).await;
        for text in ["in plain words", PASSPHRASE] {
            assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()));
        }
        let mode = fs::metadata(session.home().join("secrets.vault")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    });
}

#[test]
fn a_damaged_file_is_told_from_a_wrong_passphrase_and_left_alone() {
    inside("damage::a_damaged_file_is_told_from_a_wrong_passphrase_and_left_alone", async |session| {
        let path = session.home().join("secrets.vault");
        let bytes = file_with_a_secret(session.vault(), &session.home()).await;
        let mut changed = bytes.clone();
        changed[bytes.len() / 2] ^= 1;
        for damaged in [&changed[..], &bytes[..bytes.len() - 7], &[]] {
            fs::write(&path, damaged).unwrap();
            let vault = session.vault();
            assert!(matches!(vault.use_file(secret(PASSPHRASE)).await, Err(Error::DamagedFile { .. })));
            assert_eq!(vault.status().await.unwrap().place, Place::LockedFile);
            assert_eq!(fs::read(&path).unwrap(), damaged);
        }
        fs::write(&path, &bytes).unwrap();
        let vault = session.vault();
        assert!(matches!(vault.use_file(secret("another")).await, Err(Error::WrongPassphrase)));
        vault.use_file(secret(PASSPHRASE)).await.unwrap();
        assert_eq!(get(&vault, "a").await.as_deref(), Some("in plain words"));
    });
}
