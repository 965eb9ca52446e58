//! Texts that are spoken, heard and kept, and what becomes of them in the Transcribe tab.

use std::fs;

use crate::{
    app::{App, Home},
    desktop::wait_for,
    dialog,
    speech::seconds,
};

/// What is spoken.
pub const SPOKEN: &str = "The first boat leaves at six. It carries bread, and two bicycles. Nobody speaks before the second bridge.";

/// The player of what is kept. Whoever listens while it is spoken goes on listening then.
const KEPT: &str = "/^(Play|Pause)$/";

impl App<'_> {
    /// Opens a tab of the Voice room.
    pub async fn open_tab(&self, tab: &str) {
        self.page.run("location.hash = `#/voice?tab=${arguments[0]}`", vec![tab.into()]).await;
    }

    /// Has a text spoken at the price on the button, and waits until it is a sound of the Library.
    pub async fn speak(&self, text: &str) {
        self.open_tab("speak").await;
        self.page.fill("textbox", "Text", text).await;
        self.page.find("button", r"/^Speak \D*\d/").await;
        // A price that changes under the finger isn't paid: the button waits for another click.
        self.page.wait_until("a price that holds", "!document.querySelector('button.primary .stale')").await;
        self.page.click("button", r"/^Speak \D*\d/").await;
        self.page.find("button", KEPT).await;
    }

    /// Has what was spoken transcribed, and waits for its last words.
    pub async fn transcribe_spoken(&self) {
        self.open_tab("transcribe").await;
        self.page.click("button", "From the Library…").await;
        self.page.click("button", "/^The first boat/").await;
        self.page.click("button", r"/^Transcribe \d/").await;
        self.page.read("Nobody speaks before the second bridge.").await;
    }
}

#[tokio::test]
async fn a_text_is_spoken_transcribed_corrected_and_taken_out() {
    let home = Home::with_sound();
    let app = home.open().await;
    app.resize(1280, 800).await;
    app.look_around().await;
    app.go("Voice").await;
    let page = &app.page;
    app.open_tab("speak").await;
    page.photograph("voice/10-speak-empty").await;
    app.speak(SPOKEN).await;
    page.photograph("voice/11-spoken").await;

    app.open_tab("transcribe").await;
    page.photograph("voice/12-transcribe-empty").await;
    app.transcribe_spoken().await;
    page.photograph("voice/13-transcript").await;

    page.click("button", "Find and replace").await;
    page.fill("textbox", "Find", "second bridge").await;
    page.fill("textbox", "Replace by", "third bridge").await;
    page.click("button", "Replace all").await;
    page.read("Nobody speaks before the third bridge.").await;
    page.read("Saved").await;
    page.click("button", "Export").await;
    page.click("menuitem", "/^SubRip/").await;
    let srt = home.path("boat.srt");
    dialog::choose(app.desktop(), &srt);
    wait_for("the subtitles", || srt.exists().then_some(()));
    let written = fs::read_to_string(&srt).expect("text");
    assert!(written.starts_with("1\n00:00:0") && written.contains("third bridge"), "{written}");
    page.photograph("voice/14-corrected").await;
    app.quit();

    let app = home.open().await;
    app.open_tab("transcribe").await;
    app.page.read("Nobody speaks before the third bridge.").await;
    app.quit();
}

#[tokio::test]
async fn a_long_text_becomes_one_sound_with_chapters() {
    let home = Home::with_sound();
    let app = home.open().await;
    app.resize(1280, 800).await;
    app.look_around().await;
    let chapter = |name: &str| format!("# {name}\n{}\n", [SPOKEN; 8].join(" "));
    let text = home.path("tides.md");
    fs::write(&text, ["Dawn", "Noon", "Night"].map(chapter).concat()).expect("a text");
    app.go("Voice").await;
    app.open_tab("speak").await;
    let page = &app.page;
    page.click("button", "Open a file…").await;
    dialog::choose(app.desktop(), &text);
    page.read("3 chapters").await;
    page.photograph("voice/15-long").await;
    page.click("button", r"/^Speak \D*\d/").await;
    page.photograph("voice/16-long-under-way").await;
    page.find("button", KEPT).await;
    page.photograph("voice/17-long-spoken").await;
    let kept = crate::voice_record::kept_sounds(&home, "flac");
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert!(seconds(&kept[0]) > 60.0, "{:.0} s", seconds(&kept[0]));
    app.quit();
}
