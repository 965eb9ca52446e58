//! The main job, as a new user would do it: from an empty folder to pictures that are made, edited and kept.

use std::{fs, path::Path};

use fantoccini::key::Key;

use crate::{
    app::Home,
    dialog,
    drag::Drag,
    photographs::photograph,
    user::{PICTURE, WORK},
};

const PROMPT: &str = "A quiet canal at first light, tall houses in faded coral and ochre, one gondola";

#[tokio::test]
async fn main_job() {
    let home = Home::new();
    let app = home.open().await;
    let page = &app.page;
    app.resize(1280, 800).await;

    // The first start says where one is, and offers a key of one's own.
    page.find("dialog", "Welcome to Canaletto").await;
    page.read("You are in the sandbox: free and offline.").await;
    page.find("button", "Use my Venice key").await;
    page.photograph("main-job/01-welcome").await;
    app.look_around().await;
    page.find("button", "/^Account: Sandbox/").await;
    page.read("free, offline").await;

    // Four variants by one click, with the price on the button.
    page.find("button", "/^Model/").await;
    app.choose_mode("Make").await;
    page.fill("textbox", "Prompt", PROMPT).await;
    app.ask_for(4).await;
    let button = page.find("button", r"/^Make 4 pictures \D*\$\d/").await;
    page.photograph("main-job/02-price-on-the-button").await;
    button.click().await.expect("the button takes a click");
    page.wait_for_count("progressbar", WORK, 4).await;
    page.photograph("main-job/03-being-made").await;
    app.wait_for_results(4).await;
    page.photograph("main-job/04-four-variants").await;

    // A photograph by the file dialog, edited with a prompt. A dialog that is closed brings nothing in.
    app.choose_mode("Edit").await;
    page.click("button", "Choose a photograph…").await;
    dialog::cancel(app.desktop());
    page.read("Choose a picture first.").await;
    app.choose_photograph(&photograph("coffee.png")).await;
    app.wait_for_source("coffee").await;
    page.fill("textbox", "What to change", "Make it evening, with lit windows").await;
    page.photograph("main-job/05-photograph-to-edit").await;
    page.click("button", r"/^Edit picture \D*\$\d/").await;
    page.find("progressbar", WORK).await;
    app.wait_for_results(5).await;
    page.photograph("main-job/06-edited").await;

    // Before and after, with the keyboard on the slider.
    page.click("button", PICTURE).await;
    page.press("c").await;
    let slider = page.find("slider", "/^How much of the picture/").await;
    let place = async || slider.attr("aria-valuenow").await.expect("a slider").unwrap_or_default();
    assert_eq!(place().await, "50", "it begins in the middle");
    slider.send_keys(&char::from(Key::PageUp).to_string()).await.expect("the slider takes keys");
    assert_eq!(place().await, "70", "and moves by keys");
    page.photograph("main-job/07-before-and-after").await;
    page.press_escape().await;
    page.wait_for_none("dialog", "/./").await;

    // Another one from the clipboard, enlarged twice.
    app.choose_mode("Upscale").await;
    app.desktop().copy_picture(&photograph("chelsea.png"));
    app.press_control('v').await;
    page.read("Result: 902 × 600").await;
    page.click("button", r"/^Upscale 2× \D*\$\d/").await;
    page.find("progressbar", WORK).await;
    page.wait_for_none("progressbar", WORK).await;
    page.find("button", "/ 902 × 600/").await;
    page.photograph("main-job/08-enlarged").await;

    // A third one, dropped on the window, without its background.
    app.choose_mode("Cut out").await;
    let drag = Drag::over(app.desktop(), &app.window(), &[&photograph("astronaut.png")]);
    page.read("Drop to work on it").await;
    page.photograph("main-job/09-dragged").await;
    drag.release();
    app.wait_for_source("astronaut").await;
    page.click("button", r"/^Cut out \D*\$\d/").await;
    page.find("progressbar", WORK).await;
    page.wait_for_none("progressbar", WORK).await;
    page.photograph("main-job/10-cut-out").await;

    // All of it is in the Library, with recipe, cost and lineage.
    app.go("Library").await;
    page.wait_for_count("gridcell", "/./", 10).await;
    page.click("gridcell", "/ 902 × 600/").await;
    page.find("heading", "Lineage").await;
    page.find("button", "Use recipe").await;
    page.read("pretend").await;
    page.photograph("main-job/11-library").await;
    app.go("Queue").await;
    page.wait_for_count("row", "/ Done /", 4).await;
    page.photograph("main-job/12-queue").await;
    app.go("Library").await;
    let kept = kept_pictures(&home.kept().join("library"));
    assert_eq!(kept.len(), 10, "each picture is a file: {kept:?}");
    app.quit();

    // And it is all still there.
    let app = home.open().await;
    app.page.find("heading", "Library").await;
    app.page.wait_for_count("gridcell", "/./", 10).await;
    app.page.click("gridcell", "/ 902 × 600/").await;
    app.page.find("heading", "Lineage").await;
    app.page.photograph("main-job/13-started-again").await;
    assert_eq!(kept_pictures(&home.kept().join("library")), kept, "the same files");
    app.quit();
}

/// The pictures in the library's folders, each with the sidecar that tells what it is.
fn kept_pictures(library: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![library.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the library's folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension != "json") {
                let sidecar =
                    fs::read_to_string(path.with_extension("json")).expect("a sidecar beside the picture");
                serde_json::from_str::<serde_json::Value>(&sidecar).expect("a sidecar of JSON");
                found.push(path.display().to_string());
            }
        }
    }
    found.sort();
    found
}
