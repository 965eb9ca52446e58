//! Conversations as things that are kept: folders, pins, names, the archive and the trash, words found again, and files to
//! take along and bring back.

use std::fs;

use fantoccini::key::Key;
use serde_json::Value;

use crate::{app::Home, dialog, sandbox::Sandbox, talk::sit_down};

const ROWS: &str = "[...document.querySelectorAll('[data-row]')]";

#[tokio::test]
async fn keeping_and_finding() {
    let home = Home::new();
    let app = sit_down(&home).await;
    let sandbox = Sandbox::built_in(&home.kept());
    sandbox.hurry();
    let page = &app.page;
    let subjects = ["Ropes and knots on a gondola", "Bread of the islands", "Colours of Burano"];
    for (number, subject) in subjects.iter().enumerate() {
        if number > 0 {
            app.press_control('n').await;
        }
        app.say(subject).await;
        app.wait_for_answer().await;
    }
    page.wait_until("three conversations", &format!("{ROWS}.length === 3")).await;

    // A name, a pin, a folder.
    app.with_conversation("Bread of the islands", "/^Rename/").await;
    // Its name is chosen as it is: what is typed takes its place.
    page.find("textbox", "Name of the conversation").await;
    page.press("Bread").await;
    page.press(&char::from(Key::Enter).to_string()).await;
    page.find("button", "/^Bread /").await;
    app.with_conversation("Ropes", "/^Pin/").await;
    page.wait_until("the pinned one to be first", &format!("{ROWS}[0].innerText.startsWith('Ropes')")).await;
    app.with_conversation("Colours", "/^New folder/").await;
    page.fill("textbox", "Name of the folder", "Islands").await;
    page.press(&char::from(Key::Enter).to_string()).await;
    page.wait_for_none("dialog", "/./").await;
    page.photograph("chat/30-list").await;
    page.click("button", "/^Shown: /").await;
    page.click("menuitem", "/^Islands/").await;
    page.wait_until("the folder alone", &format!("{ROWS}.length === 1")).await;
    page.photograph("chat/31-folder").await;
    page.click("button", "/^Shown: /").await;
    page.click("menuitem", "/^All conversations/").await;
    page.wait_until("all", &format!("{ROWS}.length === 3")).await;

    // Put away, and thrown away by mistake.
    app.with_conversation("Bread", "/^Put away/").await;
    page.wait_until("two", &format!("{ROWS}.length === 2")).await;
    app.with_conversation("Ropes", "/^Move to trash/").await;
    page.wait_until("one", &format!("{ROWS}.length === 1")).await;
    page.read("1 conversation moved to the trash").await;
    page.photograph("chat/32-undo").await;
    // The latest news is the first to be read.
    page.click("button", "Undo").await;
    page.wait_until("it is back", &format!("{ROWS}.some((row) => row.innerText.startsWith('Ropes'))")).await;

    // A hit is jumped to, with its words marked.
    app.open_conversation("Colours").await;
    let words = page
        .run(
            "return [...document.querySelectorAll('[data-message]')].at(-1).querySelector('.text').innerText.match(/[a-z]{6,} [a-z]+ [a-z]{4,}/)[0]",
            vec![],
        )
        .await;
    let words = words.as_str().expect("three words").to_owned();
    app.open_conversation("Ropes").await;
    app.press_control('f').await;
    page.fill("textbox", "Find in all conversations", &words).await;
    page.read("In messages").await;
    page.photograph("chat/33-found").await;
    page.press(&char::from(Key::Down).to_string()).await;
    page.press(&char::from(Key::Enter).to_string()).await;
    page.wait_until("the found message", "!!document.querySelector('article.found')").await;
    page.photograph("chat/34-jumped").await;
    page.press_escape().await;
    page.fill("textbox", "Find in all conversations", "zzzzqqq").await;
    page.read("Nobody has said").await;
    page.photograph("chat/35-found-nothing").await;
    page.click("button", "Clear").await;

    // Taken along as files, deleted for good, and brought back.
    let (markdown, json) = (home.path("colours.md"), home.path("colours.json"));
    app.with_conversation("Colours", "/^Export as Markdown/").await;
    dialog::choose(app.desktop(), &markdown);
    page.read("/colours.md").await;
    app.with_conversation("Colours", "/^Export as JSON/").await;
    dialog::choose(app.desktop(), &json);
    page.read("/colours.json").await;
    let text = fs::read_to_string(&markdown).expect("a file");
    assert!(text.contains("Colours of Burano") && text.contains(&words), "{text}");
    let kept: Value = serde_json::from_slice(&fs::read(&json).expect("a file")).expect("JSON");
    assert!(kept.to_string().contains("Colours of Burano"));

    app.with_conversation("Colours", "/^Move to trash/").await;
    page.click("button", "/^Shown: /").await;
    page.click("menuitem", "/^Trash/").await;
    page.find("button", "/^Colours/").await;
    page.photograph("chat/36-trash").await;
    page.click("button", "Empty trash…").await;
    page.find("alertdialog", "/./").await;
    page.photograph("chat/37-for-good").await;
    page.click("button", "Delete for good").await;
    page.read("The trash is empty.").await;
    page.click("button", "/^Shown: /").await;
    page.click("menuitem", "/^All conversations/").await;
    page.wait_for_none("button", "/^Colours/").await;

    page.click("button", "More").await;
    page.click("menuitem", "/^Import conversations/").await;
    dialog::choose(app.desktop(), &json);
    page.read("1 conversation brought back").await;
    page.find("button", "/^Colours/").await;
    page.wait_until(
        "its words",
        &format!(
            "document.querySelector('[aria-label=Messages]').innerText.replace(/\\s+/g, ' ').includes({words:?})"
        ),
    )
    .await;
    page.photograph("chat/38-brought-back").await;

    // A file that is none of ours brings nothing in, and says so.
    let broken = home.path("broken.json");
    fs::write(&broken, "{\"not\": \"ours\"").expect("a file");
    page.click("button", "More").await;
    page.click("menuitem", "/^Import conversations/").await;
    dialog::choose(app.desktop(), &broken);
    page.read("broken.json").await;
    page.photograph("chat/39-not-ours").await;
    app.quit();
}
