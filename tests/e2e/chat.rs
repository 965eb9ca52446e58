//! Conversations in the real window: talking, walking branches, finding words again, and what is left after a sudden end.

use fantoccini::key::Key;
use serde_json::json;

use crate::{
    app::Home,
    desktop::wait_for,
    sandbox::Sandbox,
    talk::{ALL_KINDS, LAST, OPERATION, sit_down},
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

#[tokio::test]
async fn branches() {
    let (home, sandbox) = Home::with_sandbox();
    let app = sit_down(&home).await;
    let page = &app.page;

    // What was said once can be said anew: both are kept, each with its answer.
    app.say("Name one bridge over the Grand Canal").await;
    app.wait_for_answer().await;
    page.press(&char::from(Key::Up).to_string()).await;
    page.read("You say an earlier message again: a new branch begins there.").await;
    page.photograph("chat/07-saying-it-again").await;
    app.write("Name two bridges over the Grand Canal").await;
    app.wait_for_price().await;
    page.click("button", "Send on a new branch").await;
    page.read("Name two bridges").await;
    app.wait_for_answer().await;
    page.read("2 of 2").await;
    page.click("button", "Version before").await;
    page.read("Name one bridge over").await;
    page.click("button", "Next version").await;
    page.read("Name two bridges over").await;

    // Stopped in the middle: what had come is kept, and goes on from there.
    sandbox.pace(40);
    app.say("Tell of the lagoon in 600 words").await;
    app.wait_for_last("some words", "last.innerText.length > 160").await;
    page.click("button", "Stop").await;
    page.read("Stopped. What had come is kept.").await;
    let stopped = app.last().await;
    let begun: Vec<&str> = stopped.split_whitespace().skip(6).take(12).collect();
    page.photograph("chat/08-stopped").await;
    sandbox.pace(0);
    page.click("button", "/^Continue/").await;
    app.wait_for_answer().await;
    let all = page.run("return document.querySelector('[aria-label=Messages]').innerText", vec![]).await;
    let all: Vec<&str> = all.as_str().expect("a text").split_whitespace().collect();
    assert!(all.windows(begun.len()).any(|words| words == begun), "{begun:?} is still there: {all:?}");
    page.photograph("chat/09-continued").await;

    // Another model's answer to the same words.
    page.click("button", "/^Answer again/").await;
    page.click("menuitem", "Again with another model…").await;
    page.fill("combobox", "Choose a model", "Qwen").await;
    page.click("option", "/^Qwen/").await;
    page.find("button", r"/^Again with Qwen.*\$\d/").await;
    page.photograph("chat/10-another-model").await;
    page.click("button", "/^Again with Qwen/").await;
    page.wait_for_none("dialog", "/./").await;
    app.wait_for_answer().await;
    app.wait_for_last("another model's answer", "/Qwen/.test(last.innerText)").await;
    assert_eq!(sandbox.requests(OPERATION), 5, "as many as were asked for");
    app.quit();
}

#[tokio::test]
async fn what_answers_look_like() {
    let (home, sandbox) = Home::with_sandbox();
    let app = sit_down(&home).await;
    let page = &app.page;
    sandbox.pace(0);

    app.paste(&format!("Answer exactly this: {ALL_KINDS}")).await;
    app.wait_for_price().await;
    page.click("button", "Send").await;
    app.wait_for_answer().await;
    app.wait_for_last(
        "each kind as what it is",
        "last.querySelector('h2, h3, h4') && last.querySelector('strong') && last.querySelector('table td') && \
         last.querySelector('.katex-display, .katex') && last.querySelectorAll('ol li').length === 2 && \
         last.querySelector('blockquote') && last.querySelector('[role=img][aria-label=Done]')",
    )
    .await;
    app.wait_for_last(
        "coloured code",
        "last.querySelectorAll('pre span[style], pre span[class]').length > 5",
    )
    .await;
    page.photograph("chat/11-all-kinds").await;
    page.click("button", "Copy the code").await;
    page.find("button", "/^Copied/").await;

    // Thoughts are folded, with their time; sources are footnotes.
    page.click("button", "/^Web/").await;
    page.click("menuitem", "Always").await;
    app.say("What do the papers say of the tide this week?").await;
    app.wait_for_answer().await;
    app.wait_for_last("folded thoughts", "/thought for/.test(last.innerText)").await;
    app.wait_for_last("sources", "last.querySelectorAll('section[aria-label=Sources] li').length > 1").await;
    page.photograph("chat/12-sources").await;
    page.run(&format!("{LAST}.querySelector('header button[aria-expanded]').click()"), vec![]).await;
    app.wait_for_last("open thoughts", "last.querySelector('.thoughts')?.innerText.length > 20").await;
    page.photograph("chat/13-thoughts").await;
    app.quit();
}
