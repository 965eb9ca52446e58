use super::*;

fn passphrase() -> SecretString {
    SecretString::from("four words of mine")
}

fn keep(secret: &str) -> Intent {
    Intent::Keep(SecretString::from(secret))
}

fn held(file: &SecretFile, name: &str) -> Option<String> {
    file.get(name).map(|secret| secret.expose_secret().to_owned())
}

fn fresh(path: &Path) -> SecretFile {
    SecretFile::create_at(path, &passphrase(), Cost::LIGHT).unwrap()
}

#[test]
fn what_is_kept_is_there_after_unlocking() {
    let home = tempfile::tempdir().unwrap();
    let path = path_in(&home.path().join("not yet there"));
    assert!(!exists(&path));
    let mut file = fresh(&path);
    let mut memory = Memory::default();
    memory.put("account/1".to_owned(), keep("鑰匙 with spaces"));
    memory.put("account/2".to_owned(), keep("two"));
    file.adopt(&memory).unwrap();
    file.change("account/2", Intent::Forget).unwrap();
    file.change("account/3", keep("three")).unwrap();

    assert!(exists(&path));
    let file = SecretFile::unlock(&path, &passphrase()).unwrap();
    assert_eq!(held(&file, "account/1").as_deref(), Some("鑰匙 with spaces"));
    assert_eq!(held(&file, "account/2"), None);
    assert_eq!(held(&file, "account/3").as_deref(), Some("three"));
}

#[test]
fn adopting_forgets_what_was_forgotten_while_it_was_locked() {
    let home = tempfile::tempdir().unwrap();
    let path = path_in(home.path());
    fresh(&path).change("account/1", keep("one")).unwrap();
    let mut file = SecretFile::unlock(&path, &passphrase()).unwrap();
    let mut memory = Memory::default();
    memory.put("account/1".to_owned(), Intent::Forget);
    file.adopt(&memory).unwrap();
    assert_eq!(held(&SecretFile::unlock(&path, &passphrase()).unwrap(), "account/1"), None);
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_it_and_nothing_else_is_left() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    let path = path_in(home.path());
    let mut file = fresh(&path);
    file.change("a", keep("one")).unwrap();
    file.change("a", keep("two")).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
}

#[test]
fn a_failed_write_changes_nothing() {
    let home = tempfile::tempdir().unwrap();
    // A folder in the file's place: the rename fails, as it would for a folder that may not be written.
    let path = path_in(home.path());
    let mut file = fresh(&path);
    file.change("a", keep("one")).unwrap();
    fs::remove_file(&path).unwrap();
    fs::create_dir_all(path.join("in the way")).unwrap();
    assert!(matches!(file.change("a", keep("two")), Err(Error::File { .. })));
    assert_eq!(held(&file, "a").as_deref(), Some("one"));
    assert!(matches!(remove(&path), Err(Error::File { .. })));
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "no temporary file stays behind");
}

#[test]
fn removing_what_is_not_there_is_no_error() {
    let home = tempfile::tempdir().unwrap();
    remove(&path_in(home.path())).unwrap();
}

#[test]
fn every_refusal_is_a_kind_of_its_own() {
    let home = tempfile::tempdir().unwrap();
    let path = path_in(home.path());
    let unlock = |passphrase: &str| SecretFile::unlock(&path, &SecretString::from(passphrase)).map(|_| ());
    assert!(matches!(unlock("any"), Err(Error::File { .. })));
    fresh(&path).change("a", keep("one")).unwrap();
    assert!(matches!(unlock("another"), Err(Error::WrongPassphrase)));
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    assert!(matches!(unlock("four words of mine"), Err(Error::DamagedFile { .. })));
    fs::write(&path, b"canaletto secrets\n\x02").unwrap();
    assert!(matches!(unlock("four words of mine"), Err(Error::NewerFile { version: 2, .. })));
}
