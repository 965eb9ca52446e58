//! `scripts/with-keyring`, under which the app itself is tested.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

fn with_keyring(command: &str) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/with-keyring");
    Command::new(script).args(["bash", "-c", command]).output().unwrap()
}

fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap().trim().to_owned()
}

#[test]
fn the_exit_status_is_passed_on() {
    assert_eq!(with_keyring("exit 7").status.code(), Some(7));
}

#[test]
fn nothing_stays_behind() {
    // One process that nobody waits for, and one that has left the family.
    let output = with_keyring(
        "echo $CANALETTO_SESSIONS; (trap '' TERM; exec sleep 600) & setsid sleep 600 & disown -a; exit 0",
    );
    let sessions = printed(&output);
    let folder = sessions.rsplit(':').next().unwrap();
    assert!(folder.starts_with("/tmp/canaletto-session."), "{sessions}");
    assert!(!Path::new(folder).exists());
    for process in fs::read_dir("/proc").unwrap() {
        let environment = fs::read(process.unwrap().path().join("environ")).unwrap_or_default();
        let is_ours = environment.windows(folder.len()).any(|window| window == folder.as_bytes());
        assert!(!is_ours, "a process of the session is still there");
    }
}

#[test]
fn sessions_can_be_nested_and_are_apart() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/with-keyring");
    let output = with_keyring(&format!(
        "secret-tool store --label=x of outer <<<outer && {script} bash -c '
           secret-tool store --label=x of inner <<<inner
           echo $(secret-tool lookup of inner):$(secret-tool lookup of outer)' &&
         echo $(secret-tool lookup of inner):$(secret-tool lookup of outer)"
    ));
    assert_eq!(printed(&output), "inner:\n:outer");
}
