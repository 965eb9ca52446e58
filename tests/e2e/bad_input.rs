//! Files, words and answers that are not what they should be: each gets a sentence that says what is wrong and what to
//! do, before money is spent where that can be known.

use serde_json::json;

use crate::{
    app::{App, Home},
    photographs::BadPictures,
    user::PICTURE,
};

async fn open(home: &Home) -> App<'_> {
    let app = home.open().await;
    app.resize(1280, 800).await;
    app.look_around().await;
    app
}

#[tokio::test]
async fn files_that_are_no_pictures() {
    let home = Home::new();
    let bad = BadPictures::new(&home.path("bad"));
    let app = open(&home).await;
    app.go("Library").await;
    for (file, what, advice) in [
        (bad.cut_off(), "Files that end in the middle", "Copy or download it again."),
        (bad.empty(), "Empty files", "Copy or download it again."),
        (bad.renamed_pdf(), "Files that aren’t pictures", "Use PNG, JPEG, WebP or GIF."),
        (bad.bomb(), "Refused files", "."),
        (bad.unreadable(), "Files that can’t be opened", "Check that you have the right to read it."),
    ] {
        app.import(&file).await;
        app.page.find("dialog", "What came of the import").await;
        app.page.read(what).await;
        app.page.read(&file.file_name().unwrap().to_string_lossy()).await;
        app.page.read(advice).await;
        app.page.photograph(&format!("bad-input/{}", file.file_stem().unwrap().display())).await;
        app.page.click("button", "OK").await;
        app.page.wait_for_none("dialog", "/./").await;
    }
    assert_eq!(app.page.count("gridcell", "/./").await, 0, "nothing of it came in");
    app.quit();
}

#[tokio::test]
async fn pictures_that_are_too_large_to_send() {
    let home = Home::new();
    let bad = BadPictures::new(&home.path("bad"));
    let app = open(&home).await;
    let page = &app.page;

    // 12 megapixels enlarged twice are 48: told before sending, and offered smaller with the size that comes of it.
    app.choose_mode("Upscale").await;
    app.choose_photograph(&bad.twelve_megapixels()).await;
    app.wait_for_source("twelve-megapixels").await;
    page.read("The result would have more than 16.7 megapixels.").await;
    page.wait_until("a button that can't be clicked", "!!document.querySelector('button.primary:disabled')")
        .await;
    page.photograph("bad-input/twelve-megapixels").await;
    page.click("checkbox", r"/^Send a smaller copy: \d+ × \d+, result \d+ × \d+$/").await;
    page.click("button", r"/^Upscale 2× \D*\$\d/").await;
    page.find("button", PICTURE).await;

    // 26 MB are kept, and can be sent smaller.
    app.choose_mode("Edit").await;
    app.choose_photograph(&bad.too_heavy()).await;
    app.wait_for_source("too-heavy").await;
    page.fill("textbox", "What to change", "Make it snow").await;
    page.find("checkbox", r"/^Send a smaller copy: \d+ × \d+$/").await;
    page.photograph("bad-input/too-heavy").await;
    app.quit();
}

#[tokio::test]
async fn prompts_at_the_edges() {
    let home = Home::new();
    let app = open(&home).await;
    let page = &app.page;
    page.fill("textbox", "Prompt", "a boat").await;
    page.find("button", r"/^Make \d pictures? \D*\$\d/").await;
    // A prompt of this length is pasted, not typed.
    page.run(
        "const field = document.querySelector('[data-prompt]'); field.value = 'a boat '.repeat(20000); \
         field.dispatchEvent(new InputEvent('input', { bubbles: true }));",
        vec![],
    )
    .await;
    page.read(": too long").await;
    page.wait_until("a button that can't be clicked", "!!document.querySelector('button.primary:disabled')")
        .await;
    page.photograph("bad-input/prompt-too-long").await;
    app.make("🛶🌅🏛️", 1).await;
    app.wait_for_results(1).await;
    page.photograph("bad-input/emoji-only").await;
    app.quit();
}

#[tokio::test]
async fn a_key_that_is_none() {
    let home = Home::new();
    let app = open(&home).await;
    let page = &app.page;
    page.click("button", "/^Account: /").await;
    page.click("menuitem", "/^Use my Venice key/").await;
    let dialog = page.find("dialog", "/./").await;
    page.fill("textbox", "API key", "two words and no key").await;
    page.click("button", "Test key").await;
    page.read("This is not a Venice key.").await;
    page.read("Copy it again, in one piece: no spaces and no line breaks.").await;
    let typed = page.run("return document.querySelector('input[type=password]').value", vec![]).await;
    assert_eq!(typed, json!(""), "what was typed does not stay in the window");
    page.photograph("bad-input/key").await;
    drop(dialog);
    page.press_escape().await;
    app.quit();
}

#[tokio::test]
async fn a_server_that_answers_a_web_page() {
    let (home, sandbox) = Home::with_sandbox();
    let app = open(&home).await;
    sandbox.arm("generateImage", json!({"kind": "html", "status": 200}));
    app.make("A bridge in fog", 1).await;
    app.page.read("The answer is not what Venice sends.").await;
    app.page.photograph("bad-input/web-page").await;
    assert!(sandbox.charges().is_empty(), "nothing was charged");
    // The page can't know that: an answer came, and not one that says so.
    app.page.click("button", "Send again anyway…").await;
    app.page.click("button", "Send again").await;
    app.wait_for_results(1).await;
    app.quit();
}
