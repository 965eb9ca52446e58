//! What goes along with words: pictures by dialog, drop, paste and from the Library, and documents. Each is kept once, and
//! what a model can't take isn't sent to it.

use std::{fs, path::Path};

use crate::{
    app::Home,
    drag::Drag,
    photographs::photograph,
    talk::{LAST, OPERATION},
};

/// The chips over the field.
const CHIPS: &str = "[...document.querySelectorAll('.composer [aria-label^=\"Attachment \"]')]";

#[tokio::test]
async fn attachments() {
    let (home, sandbox) = Home::with_sandbox();
    let app = home.open().await;
    app.resize(1280, 800).await;
    app.look_around().await;
    let page = &app.page;
    app.make("A squero with two gondolas", 1).await;
    app.wait_for_results(1).await;
    app.go("Chat").await;
    sandbox.pace(0);

    // By the dialog, from the clipboard, from the Library, and dropped.
    app.attach(&photograph("coffee.png")).await;
    page.find("button", "Attachment coffee").await;
    app.desktop().copy_picture(&photograph("chelsea.png"));
    page.focus("textbox", "Message").await;
    app.press_control('v').await;
    page.wait_until("the pasted picture", &format!("{CHIPS}.length === 2")).await;
    page.click("button", "Attach").await;
    page.click("menuitem", "From the Library…").await;
    page.click("button", "A squero with two gondolas").await;
    page.wait_until("the picture of the Library", &format!("{CHIPS}.length === 3")).await;
    let drag = Drag::over(app.desktop(), &app.window(), &[&photograph("astronaut.png")]);
    page.read("Drop to attach").await;
    page.photograph("chat/20-dragged").await;
    drag.release();
    page.find("button", "Attachment astronaut").await;
    let notes = home.path("tides.txt");
    fs::write(&notes, "High water at 10:42, 118 cm. The lagoon was calm.").expect("a document");
    app.attach(&notes).await;
    page.find("button", "/^Attachment tides/").await;

    // The model that is chosen reads words only: that is said on each chip, and nothing goes off.
    page.read("This model can’t see pictures").await;
    app.write("What is in these four, and when was high water?").await;
    page.wait_until("a button that can't be clicked", "!!document.querySelector('button.send:disabled')")
        .await;
    page.photograph("chat/21-a-model-that-sees-nothing").await;
    app.talk_with("Qwen 3.8 27B").await;
    app.wait_for_price().await;
    page.photograph("chat/22-attached").await;
    page.click("button", "Send").await;
    app.wait_for_answer().await;
    page.wait_until(
        "four pictures and a document with what was said",
        "[...document.querySelectorAll('[data-message] .bubble .pictures button')].length === 4 && \
         !!document.querySelector('[data-message] .bubble [aria-label^=\"Attachment tides\"]')",
    )
    .await;
    page.photograph("chat/23-seen").await;
    assert_eq!(sandbox.requests(OPERATION), 1, "all in one message");

    // One of them once more, in another conversation: it is kept once.
    app.press_control('n').await;
    app.attach(&photograph("coffee.png")).await;
    page.find("button", "Attachment coffee").await;
    app.say("And this one alone?").await;
    app.wait_for_answer().await;
    let library = home.kept().join("library");
    let coffees = fs::read(photograph("coffee.png")).expect("a photograph");
    let kept = files(&library).into_iter().filter(|file| fs::read(file).expect("a file") == coffees).count();
    assert_eq!(kept, 1, "equal bytes are one file");
    let database = fs::read(home.kept().join("canaletto.db")).expect("the database");
    assert!(!has(&database, b"data:image/"), "no picture is text in the database");
    app.quit();

    // All of it is there again.
    let app = home.open().await;
    app.resize(1280, 800).await;
    app.page.click("button", "/^What is in these four/").await;
    app.page
        .wait_until(
            "four pictures",
            "[...document.querySelectorAll('[data-message] .pictures img')].length === 4",
        )
        .await;
    app.page.wait_until("the answer", &format!("{LAST}.innerText.length > 40")).await;
    app.page.photograph("chat/24-there-again").await;
    app.quit();
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
