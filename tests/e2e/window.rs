//! The window itself: what it remembers, what a second start does, and how it closes.

use serde_json::json;

use crate::{
    app::Home,
    desktop::wait_for,
    user::{PICTURE, WORK},
};

#[tokio::test]
async fn what_was_changed_last_is_kept() {
    let home = Home::new();
    let app = home.open().await;
    app.resize(1100, 700).await;
    app.look_around().await;
    app.go("Queue").await;
    app.go("Image").await;
    app.page.fill("textbox", "Prompt", "Half a thought about").await;
    // At once: nothing waits until it is kept.
    app.quit();

    let app = home.open().await;
    app.page.find("heading", "Image").await;
    assert_eq!(app.page.count("dialog", "/./").await, 0, "the welcome was read");
    assert_eq!(app.page.run("return [innerWidth, innerHeight]", vec![]).await, json!([1100, 700]));
    let prompt = app.page.find("textbox", "Prompt").await;
    assert_eq!(prompt.prop("value").await.expect("a value").as_deref(), Some("Half a thought about"));
    app.quit();
}

#[tokio::test]
async fn a_second_start_raises_the_first() {
    let home = Home::new();
    let app = home.open().await;
    app.look_around().await;
    let window = app.window();
    let desktop = app.desktop();
    desktop.xdotool(&["windowminimize", "--sync", &window]);
    wait_for("the window to go", || (desktop.active_window().as_ref() != Some(&window)).then_some(()));
    home.start_a_second();
    wait_for("the window to come back", || (desktop.active_window().as_ref() == Some(&window)).then_some(()));
    app.quit();
}

#[tokio::test]
async fn quitting_asks_about_work_under_way() {
    let (home, sandbox) = Home::with_sandbox();
    let app = home.open().await;
    app.look_around().await;
    sandbox.arm("generateImage", json!({"kind": "latency", "ms": 12_000}));
    app.make("A lantern on the water", 1).await;
    app.page.find("progressbar", WORK).await;
    app.close_window();
    app.page.find("alertdialog", "/still working on 1 job/").await;
    app.page.photograph("window/work-under-way").await;
    let height = "document.querySelector('[role=alertdialog]').offsetHeight < innerHeight / 2";
    app.page.wait_until("a question no higher than its words", height).await;
    app.page.click("button", "Don’t quit").await;
    app.page.wait_for_none("alertdialog", "/./").await;
    app.page.find("progressbar", WORK).await;

    // Asked again and left alone, it goes when the work is done; and what was paid for is there.
    app.close_window();
    app.page.find("alertdialog", "/still working on 1 job/").await;
    app.wait_for_end();
    assert_eq!(sandbox.requests("generateImage"), 1);
    let app = home.open().await;
    app.go("Library").await;
    app.page.wait_for_count("gridcell", "/./", 1).await;
    app.go("Image").await;
    assert_eq!(app.page.count("group", "Nobody knows yet whether this worked").await, 0);
    app.page.wait_for_count("button", PICTURE, 1).await;
    app.quit();
}

#[tokio::test]
async fn quitting_anyway_loses_no_word_of_it() {
    let (home, sandbox) = Home::with_sandbox();
    let app = home.open().await;
    app.look_around().await;
    sandbox.arm("generateImage", json!({"kind": "latency", "ms": 10_000}));
    app.make("A lantern on the water", 1).await;
    wait_for("the work to be charged", || (!sandbox.charges().is_empty()).then_some(()));
    app.close_window();
    // By a real key: with the window the driver's answer to a click would go too.
    app.page.focus("button", "Quit anyway").await;
    app.desktop().xdotool(&["key", "Return"]);
    app.wait_for_end();
    let app = home.open().await;
    app.page.find("group", "Nobody knows yet whether this worked").await;
    assert_eq!(sandbox.requests("generateImage"), 1, "it was sent once");
    app.quit();
}

#[tokio::test]
async fn work_goes_on_while_the_window_is_out_of_sight() {
    let (home, sandbox) = Home::with_sandbox();
    let app = home.open().await;
    app.look_around().await;
    let window = app.window();
    let desktop = app.desktop();
    sandbox.arm("generateImage", json!({"kind": "latency", "ms": 6_000}));
    app.make("A lantern on the water", 1).await;
    app.page.find("progressbar", WORK).await;
    app.close_window();
    app.page.find("alertdialog", "/still working on 1 job/").await;
    app.page.find("button", "Go on in the background").await;
    // Pressed a moment later: a page out of sight answers the driver nothing.
    let press = "const all = [...document.querySelectorAll('button')]; \
        const one = all.find((button) => button.innerText.trim() === 'Go on in the background'); \
        setTimeout(() => one.click(), 100);";
    app.page.run(press, vec![]).await;
    // Nothing here shows a tray: the window is where it can be called back from.
    wait_for("the window to go", || (desktop.active_window().as_ref() != Some(&window)).then_some(()));
    desktop.xdotool(&["windowactivate", "--sync", &window]);
    app.page.read("only minimised").await;
    app.page.wait_for_count("button", PICTURE, 1).await;
    assert_eq!(sandbox.requests("generateImage"), 1);
    app.quit();
}
