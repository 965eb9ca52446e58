//! The app is killed while a film is being made, at five moments. It is asked for once and charged once, and at the next
//! start it is there; or listed as unknown, where the app had heard no answer yet.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::{
    app::{App, Home},
    desktop::{PATIENCE, wait_for},
    film_room::FILM,
    remains::Remains,
    sandbox::Sandbox,
};

const UNKNOWN: &str = "Nobody knows yet whether this worked";

struct Scene {
    home: Home,
    sandbox: Sandbox,
}

impl Scene {
    fn new() -> Self {
        let (home, sandbox) = Home::with_sandbox();
        Self { home, sandbox }
    }

    async fn begin(&self) -> App<'_> {
        let app = self.home.open().await;
        app.look_around().await;
        app.shoot("A gondola glides out of the morning mist").await;
        app
    }

    /// Kills the app as soon as something is so on disk.
    fn kill_when(&self, app: App<'_>, what: &str, is_so: impl Fn(&Remains) -> bool) -> Remains {
        let until = Instant::now() + PATIENCE;
        // Some of this lasts for milliseconds.
        while !Remains::find(&self.home.kept()).is_some_and(|remains| is_so(&remains)) {
            assert!(Instant::now() < until, "it is never {what}");
            std::thread::sleep(Duration::from_millis(1));
        }
        app.kill();
        Remains::of(&self.home.kept())
    }

    /// Starts again: the film is on the wall and in the Library.
    async fn is_there_after_restart(&self, picture: &str) {
        let app = self.home.open().await;
        app.go("Film").await;
        app.page.find("button", FILM).await;
        app.page.photograph(&format!("film-killed/{picture}")).await;
        app.go("Library").await;
        app.page.wait_for_count("gridcell", "/./", 1).await;
        app.quit();
        let remains = Remains::of(&self.home.kept());
        assert_eq!((remains.state.as_str(), remains.files.len()), ("saved", 1));
        let (path, hash) = &remains.files[0];
        let bytes = std::fs::read(self.home.kept().join("library").join(path)).expect("the film's file");
        assert_eq!(&blake3::hash(&bytes).to_hex().to_string(), hash, "it is whole");
        self.assert_paid_once();
    }

    fn assert_paid_once(&self) {
        assert_eq!(self.sandbox.requests("queueVideo"), 1, "it was asked for once");
        let charges = self.sandbox.charges();
        assert_eq!(charges.len(), 1, "and charged once: {charges:?}");
    }
}

#[tokio::test]
async fn killed_when_it_was_just_sent() {
    let scene = Scene::new();
    scene.sandbox.arm("queueVideo", json!({"kind": "latency", "ms": 10_000}));
    let app = scene.begin().await;
    wait_for("the film to be charged", || (!scene.sandbox.charges().is_empty()).then_some(()));
    scene.kill_when(app, "sent", |remains| remains.state == "sent");
    let app = scene.home.open().await;
    app.go("Film").await;
    app.page.read(UNKNOWN).await;
    app.page.photograph("film-killed/sent").await;
    app.quit();
    scene.assert_paid_once();
}

#[tokio::test]
async fn killed_when_it_was_accepted() {
    let scene = Scene::new();
    scene.sandbox.queue_takes(3);
    let app = scene.begin().await;
    let remains = scene.kill_when(app, "accepted", |remains| remains.state == "accepted");
    assert_eq!((remains.state.as_str(), remains.has_note), ("accepted", true));
    scene.is_there_after_restart("accepted").await;
}

#[tokio::test]
async fn killed_while_it_is_downloaded() {
    let scene = Scene::new();
    scene.sandbox.control("POST", "queue", Some(&json!({"padding_mb": 8})));
    scene.sandbox.arm("downloadFilm", json!({"kind": "latency", "ms": 0, "between_ms": 100}));
    let app = scene.begin().await;
    let downloads = |_: &Remains| scene.sandbox.requests("downloadFilm") > 0;
    let remains = scene.kill_when(app, "downloaded", downloads);
    assert_eq!((remains.state.as_str(), remains.has_answer), ("accepted", false));
    scene.is_there_after_restart("downloading").await;
}

#[tokio::test]
async fn killed_when_it_was_just_ready() {
    let scene = Scene::new();
    let app = scene.begin().await;
    scene.kill_when(app, "ready", |remains| remains.has_answer || remains.state == "saved");
    scene.is_there_after_restart("ready").await;
}

#[tokio::test]
async fn killed_when_it_was_just_saved() {
    let scene = Scene::new();
    let app = scene.begin().await;
    scene.kill_when(app, "saved", |remains| remains.state == "saved");
    scene.is_there_after_restart("saved").await;
}
