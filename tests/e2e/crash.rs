//! The app is killed while four variants are being made, at three moments. Each time they are there at the next start, or
//! listed as unknown; and nothing was asked for twice.

use serde_json::json;

use crate::{
    app::{App, Home},
    desktop::wait_for,
    sandbox::Sandbox,
    user::{PICTURE, WORK},
};

const OPERATION: &str = "generateImage";
const UNKNOWN: &str = "Nobody knows yet whether this worked";

/// What the next start shows.
#[derive(Debug, PartialEq)]
enum Outcome {
    There,
    Unknown,
}

struct Scene {
    home: Home,
    sandbox: Sandbox,
}

impl Scene {
    fn new() -> Self {
        let (home, sandbox) = Home::with_sandbox();
        Self { home, sandbox }
    }

    async fn ask_for_four(&self) -> App<'_> {
        let app = self.home.open().await;
        app.look_around().await;
        app.make("Four boats under a bridge", 4).await;
        app
    }

    /// Starts again and reads what became of the four.
    async fn after_restart(&self) -> Outcome {
        let app = self.home.open().await;
        app.page.wait_until(
            "the four pictures, or the word that nobody knows",
            &format!("document.querySelectorAll('[data-tile]').length === 4 || document.body.innerText.includes({UNKNOWN:?})"),
        )
        .await;
        let pictures = app.page.count("button", PICTURE).await;
        let unknown = app.page.count("group", UNKNOWN).await;
        app.page.photograph(if unknown > 0 { "crash/unknown" } else { "crash/there" }).await;
        app.page.wait_for_none("progressbar", WORK).await;
        app.quit();
        match (pictures, unknown) {
            (4, 0) => Outcome::There,
            (0, 1) => Outcome::Unknown,
            other => panic!("four pictures or one unknown job, not {other:?}"),
        }
    }

    fn assert_charged_once(&self) {
        assert_eq!(self.sandbox.requests(OPERATION), 1, "it was sent once");
        let charges = self.sandbox.charges();
        let pictures: Vec<_> = charges.iter().filter(|charge| charge["unit"] == "image").collect();
        assert_eq!(pictures.len(), 1, "and charged once: {charges:?}");
        assert_eq!(pictures[0]["units"], 4, "for the four of them");
    }
}

#[tokio::test]
async fn killed_before_the_answer() {
    let scene = Scene::new();
    scene.sandbox.arm(OPERATION, json!({"kind": "latency", "ms": 10_000}));
    let app = scene.ask_for_four().await;
    wait_for("the work to be charged", || (!scene.sandbox.charges().is_empty()).then_some(()));
    app.kill();
    assert_eq!(scene.after_restart().await, Outcome::Unknown);
    scene.assert_charged_once();
}

#[tokio::test]
async fn killed_in_the_middle_of_the_answer() {
    let scene = Scene::new();
    scene.sandbox.arm(OPERATION, json!({"kind": "latency", "ms": 0, "between_ms": 100}));
    let app = scene.ask_for_four().await;
    app.page.wait_until("the first bytes", "/Receiving/.test(document.body.innerText)").await;
    app.kill();
    assert_eq!(scene.after_restart().await, Outcome::Unknown);
    scene.assert_charged_once();
}

#[tokio::test]
async fn killed_as_soon_as_they_are_there() {
    let scene = Scene::new();
    let app = scene.ask_for_four().await;
    app.wait_for_results(4).await;
    app.kill();
    assert_eq!(scene.after_restart().await, Outcome::There);
    scene.assert_charged_once();
}
