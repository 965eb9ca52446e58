//! Recording with a real microphone, as the sound server sees it.

use std::{fs, path::PathBuf};

use crate::{
    app::{App, Home},
    desktop::wait_for,
    dialog,
    speech::{SENTENCES, loudest, say, seconds},
};

/// The takes in the room's list.
const TAKES: &str = "document.querySelectorAll('[data-take]')";

impl App<'_> {
    /// Begins a take, and waits until it is being made.
    async fn record(&self) {
        self.page.click("button", "Record").await;
        self.page.find("timer", "Recording").await;
    }

    /// Ends it, and waits until it is in the list.
    async fn stop_and_keep(&self, takes: usize) {
        self.page.click("button", "Stop and keep").await;
        self.page.wait_until("the take in the list", &format!("{TAKES}.length === {takes}")).await;
    }
}

/// The sound files of the library with this ending.
pub fn kept_sounds(home: &Home, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![home.kept().join("library")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == ending) {
                found.push(path);
            }
        }
    }
    found
}

/// The only take of the library.
fn kept_sound(home: &Home) -> PathBuf {
    let mut found = kept_sounds(home, "wav");
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

#[tokio::test]
async fn a_take_is_recorded_cut_and_taken_out() {
    let home = Home::with_sound();
    let speech = say(&home, "speech.wav", SENTENCES);
    let app = home.open().await;
    app.resize(1280, 800).await;
    app.look_around().await;
    app.go("Voice").await;
    let page = &app.page;
    page.photograph("voice/01-empty").await;
    app.record().await;
    app.desktop().say(&speech);
    page.photograph("voice/02-recording").await;
    page.fill("textbox", "Name of the next marker", "the laugh").await;
    page.click("button", "Mark").await;
    page.read("the laugh").await;
    page.click("button", "Pause").await;
    page.find("timer", "Paused").await;
    app.desktop().say(&speech);
    page.click("button", "Go on").await;
    page.find("timer", "Recording").await;
    app.stop_and_keep(1).await;

    let (said, kept) = (seconds(&speech), kept_sound(&home));
    let length = seconds(&kept);
    assert!(
        length > said && length < said + 8.0,
        "{length:.1} s of {said:.1}: what was said in the pause isn't in it"
    );
    assert!(loudest(&kept) > 0.1, "the microphone was heard");
    page.find("button", "/^Go to the laugh/").await;
    page.photograph("voice/03-take").await;

    page.click("button", "Export").await;
    page.click("menuitem", "/^FLAC/").await;
    let flac = home.path("taken-out.flac");
    dialog::choose(app.desktop(), &flac);
    wait_for("the FLAC file", || flac.exists().then_some(()));
    page.read("Written to ").await;
    assert!((seconds(&flac) - length).abs() < 0.01);
    app.quit();
}

#[tokio::test]
async fn a_take_outlives_the_program() {
    let home = Home::with_sound();
    let speech = say(&home, "speech.wav", SENTENCES);
    let app = home.open().await;
    app.look_around().await;
    app.go("Voice").await;
    app.record().await;
    app.desktop().say(&speech);
    app.kill();
    let app = home.open().await;
    app.page.wait_until("the take in the list", &format!("{TAKES}.length === 1")).await;
    let (length, said) = (seconds(&kept_sound(&home)), seconds(&speech));
    assert!(length > said - 1.0, "{length:.1} s are left of {said:.1}");
    app.page.photograph("voice/05-after-a-crash").await;
    app.quit();
}

#[tokio::test]
async fn a_microphone_that_is_pulled_out_ends_the_take_and_keeps_it() {
    let home = Home::with_sound();
    let speech = say(&home, "speech.wav", SENTENCES);
    let app = home.open().await;
    app.look_around().await;
    app.go("Voice").await;
    app.record().await;
    app.desktop().say(&speech);
    app.desktop().pactl(&["unload-module", "module-remap-source"]).expect("the microphone is there");
    app.desktop().pactl(&["unload-module", "module-null-sink"]).expect("its source is there");
    app.page.wait_until("the take in the list", &format!("{TAKES}.length === 1")).await;
    let (length, said) = (seconds(&kept_sound(&home)), seconds(&speech));
    assert!(length > said - 1.0, "{length:.1} s are left of {said:.1}");
    app.page.photograph("voice/06-pulled-out").await;
    app.quit();
}

#[tokio::test]
async fn without_a_microphone_it_is_said_what_to_do() {
    let home = Home::new();
    let app = home.open().await;
    app.look_around().await;
    app.go("Voice").await;
    app.page.read("No microphone was found").await;
    app.page.photograph("voice/07-no-microphone").await;
    app.quit();
}
