//! Conversations in the real window: talking, walking branches, finding words again, and what is left after a sudden end.

use fantoccini::key::Key;
use serde_json::json;

use crate::{
    app::Home,
    desktop::wait_for,
    sandbox::Sandbox,
    talk::{LAST, OPERATION},
};

#[tokio::test]
async fn talking() {
    let home = Home::new();
    let app = home.open().await;
    app.resize(1280, 800).await;
    app.look_around().await;
    let sandbox = Sandbox::built_in(&home.kept());
    app.go("Chat").await;
    app.page.photograph("chat/01-empty").await;

    app.say("Five short titles for a print of a lagoon at dusk").await;
    app.page.find("button", "Stop").await;
    app.page.photograph("chat/02-being-written").await;
    app.wait_for_answer().await;
    app.page.photograph("chat/03-answered").await;
    let first = app.last().await;

    // Another answer is a branch beside the first, and both can be walked to.
    sandbox.hurry();
    app.page.click("button", "/^Answer again/").await;
    app.page.click("menuitem", "/^Again with GLM/").await;
    app.page.read("2 of 2").await;
    app.wait_for_answer().await;
    app.page.photograph("chat/04-another-answer").await;
    app.page.click("button", "Version before").await;
    app.page.read("1 of 2").await;
    app.page.wait_until("the first answer", &format!("{LAST}.innerText.includes('1 of 2')")).await;
    assert_eq!(
        app.last().await.replace("1 of 2", "").split_whitespace().collect::<Vec<_>>(),
        first.split_whitespace().collect::<Vec<_>>(),
        "the first answer is as it was"
    );
    assert_eq!(sandbox.requests(OPERATION), 2, "walking sends nothing");

    // Words are found again, in all conversations.
    app.press_control('n').await;
    app.say("What is a squero, and who still builds gondolas there?").await;
    app.wait_for_answer().await;
    app.page.fill("textbox", "Find in all conversations", "lagoon at dusk").await;
    app.page.read("In messages").await;
    app.page.photograph("chat/05-found").await;
    app.page.press(&char::from(Key::Enter).to_string()).await;
    app.quit();

    let app = home.open().await;
    app.resize(1280, 800).await;
    app.page.find("heading", "Chat").await;
    app.page.read("Five short titles for a print of a lagoon at dusk").await;
    app.page.photograph("chat/06-after-a-restart").await;
    app.quit();
}

#[tokio::test]
async fn killed_in_the_middle_of_an_answer() {
    let (home, sandbox) = Home::with_sandbox();
    sandbox.arm(OPERATION, json!({"kind": "latency", "ms": 0, "between_ms": 150}));
    let app = home.open().await;
    app.look_around().await;
    app.go("Chat").await;
    app.say("Tell me how the tide comes into the lagoon, at length").await;
    app.page.wait_until("some words of the answer", &format!("{LAST}.innerText.length > 120")).await;
    let seen = app.last().await;
    app.kill();
    wait_for("the sandbox to have noticed", || (sandbox.requests(OPERATION) == 1).then_some(()));

    let app = home.open().await;
    app.go("Chat").await;
    app.page.read("Tell me how the tide comes into the lagoon, at length").await;
    app.page.click("button", "/Tell me how the tide/").await;
    app.page.wait_until("what had come of the answer", &format!("{LAST}?.innerText.length > 60")).await;
    app.page.photograph("chat/killed").await;
    let kept = app.last().await;
    let words = |text: &str| {
        text.split_whitespace().filter(|word| word.len() > 4).map(str::to_owned).collect::<Vec<_>>()
    };
    let (seen, kept) = (words(&seen), words(&kept));
    let missing = seen.iter().filter(|word| !kept.contains(word)).count();
    assert!(missing <= 3, "what was seen is kept: {seen:?} against {kept:?}");
    assert_eq!(sandbox.requests(OPERATION), 1, "and nothing is sent again by itself");
    app.quit();
}
