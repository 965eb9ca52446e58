//! The composer knows its model: what it can't do isn't offered. And what is kept for the next time: presets and prompts.

use fantoccini::key::Key;
use serde_json::json;

use crate::{
    app::Home,
    talk::{LAST, sit_down},
};

#[tokio::test]
async fn only_what_the_model_can() {
    let (home, sandbox) = Home::with_sandbox();
    let app = sit_down(&home).await;
    sandbox.pace(0);
    let page = &app.page;

    // One that thinks offers its own efforts, and one that searches X offers that.
    page.click("button", "/^Thinking/").await;
    page.find("menuitem", "As the model likes (Some)").await;
    page.find("menuitem", "Don’t think").await;
    assert_eq!(page.count("menuitem", "Very much").await, 0, "GLM knows no such effort");
    page.photograph("chat/40-efforts").await;
    page.press_escape().await;
    app.talk_with("Grok 4.6").await;
    page.click("button", "/^Thinking/").await;
    page.find("menuitem", "Very much").await;
    page.press_escape().await;
    page.click("button", "Web").await;
    page.find("menuitem", "Search X").await;
    page.photograph("chat/41-web").await;
    page.press_escape().await;
    app.talk_with("Llama 3.2 3B").await;
    assert_eq!(page.count("button", "/^Thinking/").await, 0, "it doesn't think");
    page.click("button", "Web").await;
    assert_eq!(page.count("menuitem", "Search X").await, 0, "it doesn't search X");
    page.press_escape().await;

    // The settings: an answer as JSON is not offered where the model can't.
    page.wait_for_none("menu", "/./").await;
    app.desktop().xdotool(&["key", "--clearmodifiers", "ctrl+shift+s"]);
    page.find("textbox", "System prompt").await;
    assert_eq!(page.count("textbox", "Answer as JSON of this schema").await, 0);
    page.photograph("chat/42-settings-of-a-small-model").await;
    app.talk_with("GLM 5.2").await;
    page.fill("textbox", "System prompt", "Speak like a boatman.").await;
    page.fill("spinbutton", "Temperature", "0.4").await;
    page.click("button", "Put in an example").await;
    page.read("Answers will be JSON of this schema.").await;
    page.photograph("chat/43-settings").await;
    app.say("Three places to see the sun rise").await;
    app.wait_for_answer().await;
    let answer = page.run(&format!("return {LAST}.querySelector('.text').textContent"), vec![]).await;
    let answer = answer.as_str().expect("a text");
    let start = answer.find('{').expect("an object");
    let end = answer.rfind('}').expect("an object");
    serde_json::from_str::<serde_json::Value>(&answer[start..=end]).expect("the answer is JSON");
    page.photograph("chat/44-json").await;

    // A schema that Venice would refuse says what is wrong before anything is sent.
    page.fill(
        "textbox",
        "Answer as JSON of this schema",
        r#"{"type": "object", "properties": {"a": {"type": "string"}}}"#,
    )
    .await;
    page.click("button", "Mend it").await;
    page.read("Answers will be JSON of this schema.").await;

    // Settings under a name, for another conversation.
    page.click("button", "Keep these settings under a name").await;
    page.fill("textbox", "Name of the preset", "Boatman").await;
    page.press(&char::from(Key::Enter).to_string()).await;
    page.read("Kept as “Boatman”").await;
    app.press_control('n').await;
    page.click("button", "Presets").await;
    page.click("menuitem", "The model’s own settings").await;
    page.wait_until(
        "an empty system prompt",
        "document.querySelector('[aria-label=\"Settings of this conversation\"] textarea').value === ''",
    )
    .await;
    page.click("button", "Presets").await;
    page.click("menuitem", "/^Boatman/").await;
    page.wait_until(
        "the system prompt",
        "document.querySelector('[aria-label=\"Settings of this conversation\"] textarea').value === 'Speak like a boatman.'",
    )
    .await;
    app.quit();
}

#[tokio::test]
async fn saved_prompts() {
    let home = Home::new();
    let app = sit_down(&home).await;
    let page = &app.page;
    page.click("button", "Attach").await;
    page.click("menuitem", "Saved prompt…").await;
    page.click("button", "New prompt").await;
    page.fill("textbox", "Name", "Titles").await;
    page.fill("textbox", "/^Words/", "Five titles for {{what}}, in the manner of {{who}}").await;
    page.read("Asks for: what, who").await;
    page.photograph("chat/45-prompt").await;
    page.click("button", "Save").await;
    page.click("button", "/^Titles/").await;
    page.fill("textbox", "what", "a canal at dawn").await;
    page.fill("textbox", "who", "an old guide").await;
    page.photograph("chat/46-variables").await;
    page.click("button", "Insert").await;
    page.wait_for_none("dialog", "/./").await;
    let written = page.run("return document.querySelector('.composer textarea').value", vec![]).await;
    assert_eq!(written, json!("Five titles for a canal at dawn, in the manner of an old guide"));
    app.quit();

    // It is there the next time, and what was not sent too.
    let app = home.open().await;
    app.page.find("heading", "Chat").await;
    app.page
        .wait_until(
            "what was written",
            "document.querySelector('.composer textarea')?.value.startsWith('Five titles for a canal')",
        )
        .await;
    app.page.click("button", "Attach").await;
    app.page.click("menuitem", "Saved prompt…").await;
    app.page.find("button", "/^Titles/").await;
    app.quit();
}
