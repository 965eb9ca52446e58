//! Films and music, from their first word to a file of the Library, and what becomes of them in the Queue.

use crate::{
    app::{App, Home},
    sandbox::Sandbox,
};

/// A film on the wall.
pub const FILM: &str = r"/^A gondola.* \d+ × \d+(, \d stars?)?$/";
const PROMPT: &str = "A gondola glides out of the morning mist";

impl App<'_> {
    /// Asks for a film at the price on the button.
    pub async fn shoot(&self, prompt: &str) {
        self.go("Film").await;
        self.page.fill("textbox", "Prompt", prompt).await;
        self.page.click("button", r"/^Make film \D*\d/").await;
    }
}

#[tokio::test]
async fn a_film_is_quoted_made_watched_and_begins_another() {
    let home = Home::new();
    let app = home.open().await;
    app.resize(1280, 800).await;
    app.look_around().await;
    Sandbox::built_in(&home.kept()).queue_takes(3);
    app.go("Film").await;
    let page = &app.page;
    page.photograph("film/01-empty").await;
    app.shoot(PROMPT).await;
    page.find("button", "Stop waiting for it").await;
    page.photograph("film/02-under-way").await;
    page.find("button", FILM).await;
    page.focus("button", FILM).await;
    page.photograph("film/03-made").await;

    page.press(&char::from(fantoccini::key::Key::Enter).to_string()).await;
    page.find("slider", "Place in the film").await;
    page.wait_until("a picture of the film", "document.querySelector('video')?.videoWidth > 0").await;
    page.click("button", "One frame on").await;
    page.photograph("film/04-player").await;
    page.click("button", "Use this frame").await;
    page.photograph("film/05-frame-menu").await;
    page.click("menuitem", "/^Begin a film with this frame/").await;
    page.find("radio", "Picture").await;
    page.find("button", r"/^Make film \D*\d/").await;
    page.photograph("film/06-first-frame").await;
    page.fill("textbox", "Prompt", "A gondola turns around").await;
    page.click("button", r"/^Make film \D*\d/").await;
    page.wait_for_count("button", FILM, 2).await;

    // One whose poster was seen before is watched as well.
    page.wait_until(
        "both posters",
        "[...document.querySelectorAll('main img')].filter((image) => image.naturalWidth > 0).length >= 2",
    )
    .await;
    page.focus("button", "/^A gondola turns around/").await;
    page.press(&char::from(fantoccini::key::Key::Enter).to_string()).await;
    page.find("slider", "Place in the film").await;
    page.wait_until("a picture of the film", "document.querySelector('video')?.videoWidth > 0").await;

    app.go("Queue").await;
    page.read("Nothing under way").await;
    page.photograph("film/07-queue").await;
    let sandbox = Sandbox::built_in(&home.kept());
    assert_eq!(sandbox.requests("queueVideo"), 2, "each was asked for once");
    app.quit();
}

#[tokio::test]
async fn music_is_made_and_heard() {
    let home = Home::with_sound();
    let app = home.open().await;
    app.resize(1280, 800).await;
    app.look_around().await;
    Sandbox::built_in(&home.kept()).queue_takes(2);
    app.go("Music").await;
    let page = &app.page;
    page.photograph("film/10-music-empty").await;
    page.fill("textbox", "/^Prompt/", "A slow barcarolle for strings and mandolin, evening light").await;
    page.photograph("film/11-music-form").await;
    page.click("button", r"/^Make music \D*\d/").await;
    page.find("button", "Stop waiting for it").await;
    page.photograph("film/12-music-under-way").await;
    page.find("button", "/^Play$/").await;
    page.click("button", "/^Play$/").await;
    page.find("button", "/^Pause$/").await;
    page.photograph("film/13-music-made").await;
    app.quit();
}

#[tokio::test]
async fn a_film_goes_on_while_the_program_is_away() {
    let home = Home::new();
    let app = home.open().await;
    app.resize(1280, 800).await;
    app.look_around().await;
    Sandbox::built_in(&home.kept()).queue_takes(4);
    app.shoot(PROMPT).await;
    app.page.find("button", "Stop waiting for it").await;
    app.kill();
    let app = home.open().await;
    app.go("Film").await;
    app.page.find("button", FILM).await;
    app.page.photograph("film/20-fetched-after-a-crash").await;
    app.quit();
}
