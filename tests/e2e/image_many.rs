//! Many pictures by one click, and a picture changed only where it is marked.

use fantoccini::key::Key;

use crate::{
    app::{App, Home},
    photographs::photograph,
    user::{PICTURE, WORK},
};

async fn open(home: &Home) -> App<'_> {
    let app = home.open().await;
    app.resize(1280, 800).await;
    app.look_around().await;
    app
}

#[tokio::test]
async fn a_batch_is_a_table_with_its_price_first() {
    let (home, sandbox) = Home::with_sandbox();
    sandbox.hurry();
    let app = open(&home).await;
    let page = &app.page;
    page.fill("textbox", "Prompt", "A {quiet|crowded} canal at {dawn|dusk}").await;
    page.run("document.querySelector('section.many').scrollIntoView()", vec![]).await;
    page.click("button", "/^Make many/").await;
    page.click("radio", "Each one").await;
    page.find("button", r"/^Make 4 pictures \D*\$\d/").await;
    page.photograph("image/01-many").await;
    page.click("button", r"/^Make 4 pictures \D*\$\d/").await;
    page.read("4 of 4").await;
    page.wait_for_none("progressbar", WORK).await;
    page.photograph("image/02-batch").await;
    let charges = sandbox.charges();
    assert_eq!(charges.len(), 4, "each is paid once: {charges:?}");
    app.quit();
}

#[tokio::test]
async fn an_edit_changes_only_what_is_marked() {
    let (home, sandbox) = Home::with_sandbox();
    sandbox.hurry();
    let app = open(&home).await;
    let page = &app.page;
    app.choose_mode("Edit").await;
    app.choose_photograph(&photograph("chelsea.png")).await;
    app.wait_for_source("chelsea").await;
    page.click("button", "Mark what may change…").await;
    page.find("dialog", "/^Mark what may change/").await;
    // By the keyboard: a dab in the middle, larger first.
    for _ in 0..8 {
        page.press("]").await;
    }
    page.press(&char::from(Key::Right).to_string()).await;
    page.press(" ").await;
    page.read("of the picture is marked").await;
    page.photograph("image/03-mask").await;
    page.click("button", "Use these marks").await;
    page.wait_for_none("dialog", "/./").await;
    page.read("Only what is marked may change.").await;
    page.fill("textbox", "What to change", "Make it gold").await;
    page.click("button", r"/^Edit picture \D*\$\d/").await;
    page.find("progressbar", WORK).await;
    page.wait_for_none("progressbar", WORK).await;
    assert_eq!(sandbox.requests("multiEditImage"), 1, "the mask goes with it");
    page.photograph("image/04-edited-where-marked").await;

    // Cropped here, for nothing.
    page.click("button", PICTURE).await;
    page.press("k").await;
    page.find("dialog", "/^Crop, turn, resize/").await;
    page.click("button", "Turn right").await;
    page.photograph("image/05-crop").await;
    page.click("button", "Keep as new picture").await;
    page.wait_for_none("dialog", "/./").await;
    page.press(&char::from(Key::Escape).to_string()).await;
    page.photograph("image/06-cropped").await;
    app.quit();
}
